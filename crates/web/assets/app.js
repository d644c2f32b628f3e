// What makes the pages easier; every page works without it.
(function () {
  "use strict";
  // A message's frame is as high as what it holds.
  document.querySelectorAll("iframe.msg-frame").forEach(function (frame) {
    function fit() {
      var inner = frame.contentDocument;
      if (inner && inner.documentElement) {
        frame.style.height = Math.min(Math.max(inner.documentElement.scrollHeight + 4, 80), 20000) + "px";
      }
    }
    frame.addEventListener("load", fit);
    fit();
  });
  // What can be taken back for some seconds.
  document.querySelectorAll("[data-undo]").forEach(function (form) {
    setTimeout(function () {
      form.querySelector("button").remove();
      form.querySelector("[role=status]").textContent = form.dataset.done;
    }, Number(form.dataset.undo));
  });
  // The server keeps the draft that was on the form before.
  if (document.querySelector("[data-kept]")) {
    try {
      sessionStorage.removeItem("congvu-soan");
    } catch (error) {
      // It was never there.
    }
  }
  // One box for all of the list.
  document.addEventListener("change", function (event) {
    if (event.target.id === "chon-het") {
      document.querySelectorAll('.row input[name="u"]').forEach(function (box) {
        box.checked = event.target.checked;
        box.closest(".row").toggleAttribute("data-on", box.checked);
      });
    } else if (event.target.matches('.row input[name="u"]')) {
      event.target.closest(".row").toggleAttribute("data-on", event.target.checked);
    }
  });
  // What stands on a page of its own opens as a dialog here.
  document.addEventListener("click", function (event) {
    var link = event.target.closest("[data-dialog]");
    var dialog = link && document.getElementById(link.dataset.dialog);
    if (dialog && dialog.showModal && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      dialog.showModal();
    }
  });
  var going = false;
  // A menu closes with Escape and gives the focus back.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      var open = document.querySelector("details.menu[open], details.clause[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
        return;
      }
      // What was opened from a message goes back to it.
      var back = document.querySelector("[data-esc]");
      if (back) {
        back.click();
      }
      return;
    }
    // Letters may be what somebody says to a machine that writes for them: they can be switched off.
    if (document.documentElement.dataset.keys === "off" || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest('input:not([type="checkbox"]), textarea, select')) {
      return;
    }
    var rows = Array.prototype.slice.call(document.querySelectorAll(".row > a"));
    var here = rows.indexOf(document.activeElement);
    if (here < 0) {
      here = rows.findIndex(function (row) { return row.getAttribute("aria-current"); });
    }
    function press(name) {
      var button = document.querySelector('[data-key="' + name + '"]');
      if (!button) {
        return;
      }
      // In a list it is for what is chosen, else for the row where the focus is.
      if (button.closest(".bulk-bar") && !document.querySelector('input[name="u"]:checked')) {
        var box = rows[here] && rows[here].closest(".row").querySelector('input[name="u"]');
        if (!box) {
          return;
        }
        box.checked = true;
      }
      event.preventDefault();
      button.click();
    }
    var goes = going;
    going = event.key === "g";
    if (goes && event.key === "i") {
      location.assign("/thu");
    } else if (event.key === "j" && rows[here + 1]) {
      rows[here + 1].focus();
    } else if (event.key === "k" && rows[Math.max(here - 1, 0)]) {
      rows[Math.max(here - 1, 0)].focus();
    } else if (event.key === "o" && rows[here]) {
      rows[here].click();
    } else if (event.key === "/") {
      var find = document.getElementById("q");
      if (find) {
        event.preventDefault();
        find.focus();
      }
    } else if (/^[racef#u?]$/.test(event.key)) {
      press(event.key);
    }
  });
})();
// Recipients are offered from the directory while they are typed.
(function () {
  "use strict";
  var count = 0;
  ["den", "cc", "bcc"].forEach(function (id) {
    var field = document.querySelector(".rowf input#" + id);
    if (!field || !window.fetch) {
      return;
    }
    count += 1;
    var list = document.createElement("ul");
    list.className = "suggest";
    list.id = "goi-y-" + count;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", document.querySelector('label[for="' + id + '"]').textContent);
    list.hidden = true;
    var box = document.createElement("div");
    box.className = "to";
    field.parentNode.insertBefore(box, field);
    box.appendChild(field);
    box.appendChild(list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.setAttribute("aria-expanded", "false");
    var asked = 0;
    var timer = null;

    // What is being typed: behind the last comma that stands in no quotes.
    function word() {
      var text = field.value.slice(0, field.selectionStart);
      var at = -1;
      var quoted = false;
      for (var i = 0; i < text.length; i += 1) {
        if (text[i] === '"') {
          quoted = !quoted;
        } else if ((text[i] === "," || text[i] === ";") && !quoted) {
          at = i;
        }
      }
      return { from: at + 1, text: text.slice(at + 1).trim() };
    }
    function close() {
      list.hidden = true;
      list.textContent = "";
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }
    function choose(option) {
      var now = word();
      var rest = field.value.slice(field.selectionStart).replace(/^[^,;]*[,;]?\s*/, "");
      var before = field.value.slice(0, now.from);
      var name = option.dataset.name;
      // A list stands for all on it.
      var person = option.dataset.people ? option.dataset.people + ", " :
        (/[",;<>@()]/.test(name) ? '"' + name.replace(/"/g, "") + '"' : name) + " <" + option.dataset.address + ">, ";
      field.value = (before ? before + " " : "") + person + rest;
      var place = field.value.length - rest.length;
      field.setSelectionRange(place, place);
      close();
      field.focus();
    }
    function mark(option) {
      Array.prototype.forEach.call(list.children, function (other) {
        other.setAttribute("aria-selected", other === option ? "true" : "false");
      });
      if (option) {
        field.setAttribute("aria-activedescendant", option.id);
      }
    }
    function show(people) {
      list.textContent = "";
      people.forEach(function (person, n) {
        var option = document.createElement("li");
        option.id = list.id + "-" + n;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.name = person.name;
        option.dataset.address = person.address;
        option.dataset.people = person.people || "";
        option.appendChild(document.createElement("b")).textContent = person.name;
        option.appendChild(document.createTextNode(" " + person.address));
        if (person.about) {
          option.appendChild(document.createElement("br"));
          var about = option.appendChild(document.createElement("span"));
          about.className = "small dim";
          about.textContent = person.about;
        }
        option.addEventListener("mousedown", function (event) {
          event.preventDefault();
          choose(option);
        });
        list.appendChild(option);
      });
      list.hidden = people.length === 0;
      field.setAttribute("aria-expanded", String(people.length > 0));
      mark(list.firstElementChild);
    }
    field.addEventListener("input", function () {
      clearTimeout(timer);
      var text = word().text;
      if (text.length < 2) {
        close();
        return;
      }
      timer = setTimeout(function () {
        asked += 1;
        var mine = asked;
        fetch("/danh-ba/goi-y?q=" + encodeURIComponent(text), { credentials: "same-origin", redirect: "error" })
          .then(function (answer) {
            return answer.ok ? answer.json() : [];
          })
          .then(function (people) {
            if (mine === asked && document.activeElement === field) {
              show(people);
            }
          })
          .catch(close);
      }, 150);
    });
    field.addEventListener("keydown", function (event) {
      if (list.hidden) {
        return;
      }
      var now = list.querySelector('[aria-selected="true"]');
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        var next = event.key === "ArrowDown" ? now.nextElementSibling : now.previousElementSibling;
        mark(next || (event.key === "ArrowDown" ? list.firstElementChild : list.lastElementChild));
      } else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
        event.preventDefault();
        choose(now);
      } else if (event.key === "Escape") {
        event.stopPropagation();
        close();
      }
    });
    field.addEventListener("blur", function () {
      setTimeout(close, 100);
    });
  });
})();
