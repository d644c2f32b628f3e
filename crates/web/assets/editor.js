// Rich text: the editor in a frame of its own, its tools, and the way back to plain text. Without this script plain text is written.
(function () {
  "use strict";
  var box = document.querySelector("[data-writing]");
  if (!box || !window.MutationObserver) {
    return;
  }
  var form = box.closest("form");
  var text = box.querySelector('[name="noi-dung"]');
  var html = box.querySelector('[name="noi-dung-html"]');
  var tools = box.querySelector(".tools");
  var toRich = box.querySelector(".to-rich");
  var linkBox = box.querySelector(".linkbox");
  var holder = box.querySelector(".rich");
  var pick = box.querySelector(".pick");
  var kind = document.createElement("input");
  kind.type = "hidden";
  kind.name = "dang";
  box.appendChild(kind);
  var editor = null;
  var root = null;
  var inner = null;
  // What the frame is opened with, and what the plain text was made of: it comes back where that was not changed.
  var made = null;

  var TAGS = /^(A|ABBR|B|BIG|BLOCKQUOTE|BR|CAPTION|CENTER|CODE|COL|COLGROUP|DD|DEL|DIV|DL|DT|EM|FONT|H[1-6]|HR|I|IMG|INS|LI|OL|P|PRE|Q|S|SMALL|SPAN|STRIKE|STRONG|SUB|SUP|TABLE|TBODY|TD|TFOOT|TH|THEAD|TR|TT|U|UL)$/;
  var GONE = /^(APPLET|AUDIO|BASE|BUTTON|EMBED|FORM|FRAME|FRAMESET|HEAD|IFRAME|INPUT|LINK|MATH|META|NOSCRIPT|OBJECT|OPTION|SCRIPT|SELECT|STYLE|SVG|TEMPLATE|TEXTAREA|TITLE|VIDEO)$/;
  var ATTRIBUTES = /^(align|alt|bgcolor|border|cellpadding|cellspacing|color|colspan|dir|face|height|href|lang|rowspan|size|src|start|style|title|type|valign|width)$/;

  // What is pasted is cut down to what the server lets through; it looks at all of it once more.
  function clean(source) {
    // The browser would report each handler that it does not run.
    var quiet = source.replace(/<[a-z][^>]*>/gi, function (tag) {
      return tag.replace(/[\s/"']on[a-z]+\s*=/gi, " data-on=");
    });
    var parsed = new inner.DOMParser().parseFromString(quiet, "text/html");
    var all = Array.prototype.slice.call(parsed.body.querySelectorAll("*"));
    all.forEach(function (element) {
      var name = element.nodeName.toUpperCase();
      if (GONE.test(name)) {
        element.remove();
        return;
      }
      if (!TAGS.test(name)) {
        while (element.firstChild) {
          element.parentNode.insertBefore(element.firstChild, element);
        }
        element.remove();
        return;
      }
      Array.prototype.slice.call(element.attributes).forEach(function (attribute) {
        var value = attribute.value.trim();
        var keep = ATTRIBUTES.test(attribute.name);
        if (attribute.name === "href") {
          keep = /^(https?|mailto|tel):/i.test(value);
        } else if (attribute.name === "style") {
          keep = !/url|image|expression|position|@|\\/i.test(value);
        }
        if (!keep) {
          element.removeAttribute(attribute.name);
        }
      });
      if (name === "IMG") {
        var from = (element.getAttribute("src") || "").replace(location.origin + "/", "/");
        if (/^(\/soan\/tep\/|\/thu\/|data:image\/(png|jpe?g|gif|webp);base64,)/.test(from)) {
          element.setAttribute("src", from);
        } else {
          element.remove();
        }
      }
    });
    var fragment = inner.document.createDocumentFragment();
    while (parsed.body.firstChild) {
      fragment.appendChild(inner.document.adoptNode(parsed.body.firstChild));
    }
    return fragment;
  }

  function changed() {
    form.dispatchEvent(new CustomEvent("written"));
  }
  function fit() {
    var frame = holder.firstChild;
    if (frame) {
      frame.style.height = Math.min(Math.max(root.offsetHeight + 4, 330), 20000) + "px";
    }
  }
  function has(tag) {
    return editor.hasFormat(tag);
  }
  function within(tag) {
    return new RegExp("(^|>)" + tag + "(\\W|$)").test(editor.getPath());
  }
  function mark() {
    var on = { bold: has("B"), italic: has("I"), underline: has("U"), ul: within("UL"), ol: within("OL"), quote: within("BLOCKQUOTE") };
    Object.keys(on).forEach(function (name) {
      tools.querySelector('[data-do="' + name + '"]').setAttribute("aria-pressed", String(on[name]));
    });
  }
  function toggle(on, off, is) {
    if (is) {
      editor[off]();
    } else {
      editor[on]();
    }
  }
  function askLink() {
    var link = linkBox.querySelector("input");
    linkBox.hidden = !linkBox.hidden;
    if (linkBox.hidden) {
      editor.focus();
      return;
    }
    var path = editor.getSelection().startContainer;
    path = path.nodeType === 1 ? path : path.parentNode;
    var now = path.closest("a");
    link.value = now ? now.getAttribute("href") : "https://";
    link.focus();
    link.select();
  }
  function setLink(remove) {
    var address = linkBox.querySelector("input").value.trim();
    linkBox.hidden = true;
    editor.focus();
    if (remove || /^(https?:\/\/)?$/.test(address)) {
      editor.removeLink();
    } else {
      if (/^[^\s@:]+@[^\s@:]+$/.test(address)) {
        address = "mailto:" + address;
      } else if (!/^(https?|mailto|tel):/i.test(address)) {
        address = "https://" + address;
      }
      editor.makeLink(address);
    }
  }
  var acts = {
    bold: function () { toggle("bold", "removeBold", has("B")); },
    italic: function () { toggle("italic", "removeItalic", has("I")); },
    underline: function () { toggle("underline", "removeUnderline", has("U")); },
    ul: function () { toggle("makeUnorderedList", "removeList", within("UL")); },
    ol: function () { toggle("makeOrderedList", "removeList", within("OL")); },
    quote: function () { toggle("increaseQuoteLevel", "decreaseQuoteLevel", within("BLOCKQUOTE")); },
    clear: function () { editor.removeAllFormatting(); },
    link: askLink,
    image: function () { pick.click(); },
    "set-link": function () { setLink(false); },
    "no-link": function () { setLink(true); },
    mode: swap
  };

  function pictures(files) {
    Array.prototype.forEach.call(files, function (file) {
      form.dispatchEvent(new CustomEvent("picture", { detail: file }));
    });
  }
  function opened(content, focus) {
    inner = holder.firstChild.contentWindow;
    var page = inner.document;
    editor = new inner.Squire(page.getElementById("viet"), { blockTag: "DIV", sanitizeToDOMFragment: clean });
    root = editor.getRoot();
    editor.setHTML(content);
    editor.addEventListener("input", function () {
      fit();
      changed();
    });
    editor.addEventListener("pathChange", mark);
    editor.addEventListener("select", mark);
    editor.addEventListener("pasteImage", function (event) {
      var items = event.detail.clipboardData.items;
      pictures(Array.prototype.map.call(items, function (item) {
        return item.getAsFile();
      }).filter(Boolean));
    });
    editor.setKeyHandler("Ctrl-k", function (self, event) {
      event.preventDefault();
      askLink();
    });
    page.addEventListener("keydown", function (event) {
      if (event.altKey && event.key === "F10") {
        event.preventDefault();
        tools.querySelector('[tabindex="0"]').focus();
        return;
      }
      form.dispatchEvent(new CustomEvent("pressed", { detail: event }));
    });
    // A file that is dropped would take the page's place.
    page.addEventListener("dragover", function (event) {
      if (event.dataTransfer && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0) {
        event.preventDefault();
      }
    });
    page.addEventListener("drop", function (event) {
      if (event.dataTransfer && event.dataTransfer.files.length) {
        event.preventDefault();
        form.dispatchEvent(new CustomEvent("dropped", { detail: event.dataTransfer.files }));
      }
    });
    page.addEventListener("load", fit, true);
    kind.value = "html";
    text.hidden = true;
    document.querySelectorAll("[data-within]").forEach(function (kept) {
      kept.remove();
    });
    fit();
    mark();
    if (focus) {
      editor.focus();
      editor.moveCursorToStart();
    }
    form.dispatchEvent(new CustomEvent("ready"));
  }
  function begin(content, focus) {
    var frame = document.createElement("iframe");
    frame.className = "rich-frame";
    frame.title = box.dataset.label;
    frame.src = "/soan/khung";
    frame.addEventListener("load", function () {
      opened(content, focus);
    });
    holder.textContent = "";
    holder.appendChild(frame);
    holder.hidden = false;
    tools.hidden = false;
    toRich.hidden = true;
  }
  function escaped(line) {
    return line.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  }
  function lines(words) {
    return words.split("\n").map(function (line) {
      return "<div>" + (line.trim() ? escaped(line) : "<br>") + "</div>";
    }).join("");
  }
  // As plain text: the server tells it as it tells it to those who read no HTML.
  function told() {
    var fields = new URLSearchParams();
    fields.set("csrf", form.querySelector('[name="csrf"]').value);
    fields.set("noi-dung-html", html.value);
    return fetch("/soan/chu", { method: "POST", body: fields, credentials: "same-origin", redirect: "error" })
      .then(function (answer) {
        return answer.ok ? answer.text() : Promise.reject();
      })
      .catch(function () {
        return root.innerText.replace(/\u200b/g, "");
      });
  }
  function end(words) {
    text.value = words;
    made = { html: html.value, text: words };
    editor.destroy();
    editor = null;
    kind.value = "";
    holder.hidden = true;
    holder.textContent = "";
    tools.hidden = true;
    linkBox.hidden = true;
    toRich.hidden = false;
    text.hidden = false;
  }
  // Remembered for the next time.
  function remember(how) {
    var fields = new URLSearchParams();
    fields.set("csrf", form.querySelector('[name="csrf"]').value);
    fields.set("kieu", how);
    fetch("/soan/kieu", { method: "POST", body: fields, credentials: "same-origin", redirect: "manual" }).catch(function () {});
  }
  function swap() {
    if (editor) {
      html.value = editor.getHTML();
      told().then(function (words) {
        end(words);
        text.focus();
        remember("thuong");
        changed();
      });
    } else {
      begin(made && made.text === text.value ? made.html : lines(text.value), true);
      remember("giau");
    }
  }

  box.addEventListener("click", function (event) {
    var button = event.target.closest("[data-do]");
    if (button && (editor || button.dataset.do === "mode")) {
      acts[button.dataset.do]();
      if (editor && !/link|image|mode/.test(button.dataset.do)) {
        editor.focus();
        mark();
      }
    }
  });
  linkBox.addEventListener("keydown", function (event) {
    if (event.target.nodeName === "INPUT" && event.key === "Enter") {
      event.preventDefault();
      setLink(false);
    } else if (event.key === "Escape") {
      linkBox.hidden = true;
      editor.focus();
    }
  });
  // One stop for Tab, arrows within (ARIA Authoring Practices, toolbar).
  if (!document.getElementById("tep-len")) {
    // Where no files go up, no pictures do.
    tools.querySelector('[data-do="image"]').remove();
  }
  var buttons = Array.prototype.slice.call(tools.querySelectorAll("button"));
  buttons.forEach(function (button, n) {
    button.tabIndex = n === 0 ? 0 : -1;
  });
  tools.addEventListener("keydown", function (event) {
    var step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    var at = buttons.indexOf(document.activeElement);
    if (step && at >= 0) {
      event.preventDefault();
      buttons[at].tabIndex = -1;
      at = (at + step + buttons.length) % buttons.length;
      buttons[at].tabIndex = 0;
      buttons[at].focus();
    }
  });
  pick.addEventListener("change", function () {
    pictures(pick.files);
    pick.value = "";
  });
  // A picture without the script that sends files up by themselves goes within the text.
  text.addEventListener("input", changed);

  form.writing = {
    rich: function () { return editor !== null; },
    // Brings the fields in line with what stands in the editor.
    flush: function () {
      if (editor) {
        html.value = editor.getHTML();
        text.value = root.innerText;
      }
    },
    insert: function (rich, plain) {
      if (editor) {
        editor.insertHTML(rich);
        changed();
      } else {
        text.setRangeText(plain, text.selectionStart, text.selectionEnd, "end");
        text.dispatchEvent(new Event("input"));
      }
    },
    set: function (rich, plain) {
      text.value = plain;
      if (editor) {
        editor.setHTML(rich);
        fit();
      }
    },
    picture: function (address, words) {
      if (editor) {
        editor.insertImage(address, { alt: words });
        changed();
      }
    },
    root: function () { return root; }
  };
  form.addEventListener("submit", form.writing.flush);
  toRich.hidden = box.dataset.writing === "rich";
  if (box.dataset.writing === "rich") {
    begin(html.value || lines(text.value), text.autofocus);
  }
})();
