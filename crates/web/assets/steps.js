// What is done in steps goes on by itself; without script its button does.
(function () {
  "use strict";
  var form = document.querySelector("form[data-goes-on]");
  if (form) {
    var timer = setTimeout(function () {
      form.submit();
    }, 200);
    document.addEventListener("click", function (event) {
      if (event.target.closest("a")) {
        clearTimeout(timer);
      }
    });
  }
})();
