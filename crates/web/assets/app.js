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
  // One box for all of the list.
  var all = document.getElementById("chon-het");
  if (all) {
    all.addEventListener("change", function () {
      document.querySelectorAll('input[name="u"]').forEach(function (box) {
        box.checked = all.checked;
        box.closest(".row").toggleAttribute("data-on", box.checked);
      });
    });
  }
  document.addEventListener("change", function (event) {
    if (event.target.name === "u") {
      event.target.closest(".row").toggleAttribute("data-on", event.target.checked);
    }
  });
  // A menu closes with Escape and gives the focus back.
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      var open = document.querySelector("details.menu[open], details.clause[open]");
      if (open) {
        open.open = false;
        open.querySelector("summary").focus();
      }
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || /^(input|textarea|select)$/i.test(event.target.tagName)) {
      return;
    }
    var rows = Array.prototype.slice.call(document.querySelectorAll(".row > a"));
    var here = rows.indexOf(document.activeElement);
    if (here < 0) {
      here = rows.findIndex(function (row) { return row.getAttribute("aria-current"); });
    }
    function press(name) {
      var button = document.querySelector('[data-key="' + name + '"]');
      if (button) {
        event.preventDefault();
        button.click();
      }
    }
    if (event.key === "j" && rows[here + 1]) {
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
