// What makes the console easier; every page works without it.
(function () {
  "use strict";
  // One box for all rows of a table; who chooses rows is told how many.
  function tally(form) {
    var boxes = form.querySelectorAll("tbody td.sel input");
    var on = Array.prototype.filter.call(boxes, function (box) {
      return box.checked;
    }).length;
    boxes.forEach(function (box) {
      box.closest("tr").toggleAttribute("data-on", box.checked);
    });
    form.querySelectorAll("[data-chosen]").forEach(function (told) {
      told.textContent = on;
    });
    var all = form.querySelector("thead th.sel input");
    if (all) {
      all.checked = on > 0 && on === boxes.length;
      all.indeterminate = on > 0 && on < boxes.length;
    }
  }
  document.addEventListener("change", function (event) {
    var box = event.target.closest("th.sel input, td.sel input");
    if (!box || !box.form) {
      return;
    }
    if (box.closest("thead")) {
      box.form.querySelectorAll("tbody td.sel input").forEach(function (one) {
        one.checked = box.checked;
      });
    }
    tally(box.form);
  });
  document.querySelectorAll("form").forEach(function (form) {
    if (form.querySelector("td.sel input")) {
      tally(form);
    }
  });
  // "/" goes to the search, unless somebody types.
  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && document.documentElement.dataset.keys !== "off") {
      var field = document.getElementById("tim");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    }
  });
  // Long work tells how far it is; whoever comes back finds it.
  document.querySelectorAll("progress[data-ask]").forEach(function (bar) {
    function ask() {
      fetch(bar.dataset.ask, { headers: { "x-congvu-unasked": "1" } })
        .then(function (answer) {
          return answer.ok ? answer.json() : Promise.reject(answer.status);
        })
        .then(function (now) {
          bar.max = now.all;
          bar.value = now.done;
          var told = document.querySelector(bar.dataset.told);
          if (told) {
            told.textContent = now.words;
          }
          if (now.over) {
            location.reload();
          } else {
            setTimeout(ask, 1000);
          }
        })
        .catch(function () {
          setTimeout(ask, 5000);
        });
    }
    setTimeout(ask, 700);
  });
})();
