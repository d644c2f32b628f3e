// The draft is kept while somebody types; what could not be saved yet waits in this tab, through a crash and a signing out.
(function () {
  "use strict";
  var form = document.getElementById("soan");
  if (!form || !window.fetch || !window.FormData) {
    return;
  }
  var status = document.getElementById("da-luu");
  var out = document.getElementById("da-ra");
  var back = document.getElementById("lay-lai");
  var KEY = "congvu-soan";
  // After the last key, between two savings, and between two of a draft with large files (ms).
  var QUIET = 2000;
  var APART = 8000;
  var APART_LARGE = 60000;
  var LARGE = 2097152;
  var FIELDS = ["tu", "den", "cc", "bcc", "tieu-de", "noi-dung", "noi-dung-html", "dang", "nhap", "tra-loi", "chuyen-tiep", "loai", "in-reply-to", "references", "nhac", "ma"];
  var timer = null;
  var saving = null;
  var savedAt = 0;
  var dirty = false;
  var leaving = false;
  var begun = null;

  function field(name) {
    return form.querySelector('[name="' + name + '"]');
  }
  function put(name, value) {
    var input = field(name);
    if (!input) {
      input = form.appendChild(document.createElement("input"));
      input.type = "hidden";
      input.name = name;
    }
    input.value = value;
  }
  function flush() {
    if (form.writing) {
      form.writing.flush();
    }
  }
  // All files that go along, those of the draft that was opened too.
  function files() {
    var boxes = form.querySelectorAll('.choice [name="giu"]:checked');
    var opened = Array.prototype.map.call(boxes, function (kept) {
      var words = kept.nextElementSibling;
      return { ma: kept.value, ten: words.firstChild.textContent.trim(), co: words.querySelector(".hint").textContent, byte: 0 };
    });
    return opened.concat(form.uploads ? form.uploads.kept() : []);
  }
  function now() {
    flush();
    var held = { who: form.dataset.ai, at: Date.now(), fields: {}, kept: files() };
    FIELDS.forEach(function (name) {
      var input = field(name);
      if (input) {
        held.fields[name] = input.value;
      }
    });
    return held;
  }
  // What somebody wrote, to tell whether they changed anything.
  function words(held) {
    return JSON.stringify([held.fields, held.kept.map(function (file) { return file.ten; })], function (name, value) {
      return name === "nhap" || name === "noi-dung" && held.fields.dang ? undefined : value;
    });
  }
  function hold(act) {
    var held = now();
    held.act = act;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(held));
    } catch (error) {
      // Full, or switched off: the server still keeps the draft.
    }
  }
  function letGo() {
    try {
      sessionStorage.removeItem(KEY);
    } catch (error) {
      // It was never there.
    }
  }
  function say(text) {
    if (status.textContent !== text) {
      status.textContent = text;
    }
  }

  function moved(to) {
    form.querySelectorAll('[name="giu"]').forEach(function (kept) {
      if (to[kept.value]) {
        kept.value = to[kept.value];
      } else if (kept.type === "checkbox" && !kept.checked) {
        // It was taken out, and the draft that it lay in is no more.
        kept.closest("label").remove();
      }
    });
    var root = form.writing && form.writing.root();
    if (root) {
      root.querySelectorAll("img").forEach(function (picture) {
        var address = to[picture.getAttribute("src")];
        if (address) {
          picture.setAttribute("src", address);
        }
      });
    }
  }
  function body() {
    flush();
    var all = new FormData(form);
    all.delete("tep");
    return all;
  }
  function save() {
    clearTimeout(timer);
    timer = null;
    if (saving || leaving) {
      return;
    }
    dirty = false;
    var before = words(now());
    saving = fetch("/soan/luu", { method: "POST", body: body(), credentials: "same-origin", redirect: "manual" })
      .then(function (answer) {
        if (answer.type === "opaqueredirect" || answer.status === 403) {
          signedOut();
          return null;
        }
        if (answer.status === 410) {
          // It was sent.
          letGo();
          return null;
        }
        return answer.json();
      })
      .then(function (told) {
        saving = null;
        savedAt = Date.now();
        if (!told) {
          return;
        }
        if (told.loi) {
          say(status.dataset.bad + " " + told.loi);
          return;
        }
        put("nhap", told.nhap);
        moved(told.chuyen);
        out.hidden = true;
        say(status.dataset.saved + " " + told.luc);
        history.replaceState(null, "", "/soan?thu=" + told.nhap + "&cach=sua");
        if (words(now()) === before) {
          letGo();
        } else {
          later();
        }
      })
      .catch(function () {
        saving = null;
        savedAt = Date.now();
        say(status.dataset.lost);
        dirty = true;
        later();
      });
    return saving;
  }
  function later() {
    dirty = true;
    clearTimeout(timer);
    var apart = form.uploads && form.uploads.bytes() > LARGE ? APART_LARGE : APART;
    timer = setTimeout(save, Math.max(QUIET, savedAt + apart - Date.now()));
  }
  var holding = null;
  function changed() {
    if (leaving || begun === null || words(now()) === begun) {
      return;
    }
    begun = "";
    clearTimeout(holding);
    holding = setTimeout(function () { hold(""); }, 300);
    later();
  }

  // The session is over: what was typed stays, here and in the tab's store, until there is another one.
  function signedOut() {
    hold("");
    out.hidden = false;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(comeBack, 15000);
  }
  function asked() {
    var way = "/soan/phien?ma=" + encodeURIComponent(field("ma").value);
    return fetch(way, { credentials: "same-origin", redirect: "manual" }).then(function (answer) {
      return answer.ok ? answer.json() : null;
    });
  }
  function comeBack() {
    asked().then(function (told) {
      if (told && told.ai === form.dataset.ai) {
        put("csrf", told.csrf);
        save();
      } else if (!out.hidden) {
        clearTimeout(timer);
        timer = setTimeout(comeBack, 15000);
      }
    }).catch(function () {
      timer = setTimeout(comeBack, 15000);
    });
  }
  document.addEventListener("visibilitychange", function () {
    if (!out.hidden && !document.hidden) {
      comeBack();
    }
  });
  window.addEventListener("focus", function () {
    if (!out.hidden) {
      comeBack();
    }
  });

  // What this tab holds and no server has.
  function offer() {
    var held = null;
    try {
      held = JSON.parse(sessionStorage.getItem(KEY));
    } catch (error) {
      letGo();
    }
    // Somebody else's; this very form, come back with what is wrong with it; a draft that was kept, or thrown away.
    var here = field("ma").value;
    var kept = held && (held.act === "bo" || (held.act === "luu" && /cach=sua/.test(location.search)));
    if (!held || held.who !== form.dataset.ai || held.fields.ma === here || kept) {
      letGo();
      return;
    }
    fetch("/soan/phien?ma=" + encodeURIComponent(held.fields.ma), { credentials: "same-origin", redirect: "manual" })
      .then(function (answer) { return answer.json(); })
      .then(function (told) {
        if (told["da-gui"]) {
          letGo();
          return;
        }
        var at = new Date(held.at);
        back.querySelector(".luc").textContent = ("0" + at.getHours()).slice(-2) + ":" + ("0" + at.getMinutes()).slice(-2);
        back.querySelector(".gi").textContent = held.fields["tieu-de"] || held.fields["noi-dung"].trim().slice(0, 80);
        back.hidden = false;
        back.addEventListener("click", function (event) {
          var what = event.target.closest("[data-lai]");
          if (!what) {
            return;
          }
          back.hidden = true;
          if (what.dataset.lai === "lay") {
            restore(held);
          } else {
            letGo();
          }
        });
      })
      .catch(function () {});
  }
  function restore(held) {
    Object.keys(held.fields).forEach(function (name) {
      if (name !== "noi-dung-html" && name !== "dang") {
        put(name, held.fields[name]);
      }
    });
    if (form.writing) {
      form.writing.set(held.fields.dang ? held.fields["noi-dung-html"] : escaped(held.fields["noi-dung"]), held.fields["noi-dung"]);
    }
    var there = Array.prototype.map.call(form.querySelectorAll('[name="giu"]'), function (kept) { return kept.value; });
    held.kept.forEach(function (file) {
      if (there.indexOf(file.ma) < 0) {
        form.uploads.restore(file);
      }
    });
    begun = "";
    later();
    document.getElementById("chude").focus();
  }
  function escaped(text) {
    return text.split("\n").map(function (line) {
      var box = document.createElement("div");
      box.textContent = line;
      return line.trim() ? "<div>" + box.innerHTML + "</div>" : "<div><br></div>";
    }).join("");
  }

  // Nothing goes while a file is on its way, or while the draft is being kept, which would take its place.
  form.addEventListener("submit", function (event) {
    var button = event.submitter;
    var act = button ? button.value : "gui";
    if (leaving) {
      return;
    }
    if ((form.uploads && form.uploads.busy()) || saving) {
      event.preventDefault();
      var again = function () {
        form.requestSubmit(button);
      };
      if (form.uploads && form.uploads.busy()) {
        say(status.dataset.wait);
        form.addEventListener("uploaded", again, { once: true });
      } else {
        saving.then(again);
      }
      return;
    }
    leaving = true;
    clearTimeout(timer);
    clearTimeout(holding);
    hold(act);
  });
  window.addEventListener("pageshow", function (event) {
    leaving = leaving && !event.persisted;
  });
  window.addEventListener("beforeunload", function (event) {
    if (!leaving && (dirty || saving) && !out.hidden) {
      event.preventDefault();
    }
  });
  function pressed(event) {
    if (!(event.ctrlKey || event.metaKey)) {
      return;
    }
    var name = { Enter: "gui", s: "luu" }[event.key];
    var button = name && (form.querySelector('[name="viec"][value="' + name + '"]') || form.querySelector('[name="viec"]'));
    if (button) {
      event.preventDefault();
      button.click();
    }
  }
  form.addEventListener("keydown", pressed);
  form.addEventListener("pressed", function (event) {
    pressed(event.detail);
  });
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("written", changed);
  function ready() {
    begun = words(now());
    offer();
  }
  if (form.writing && document.querySelector('[data-writing="rich"]')) {
    form.addEventListener("ready", ready, { once: true });
  } else {
    ready();
  }
})();
