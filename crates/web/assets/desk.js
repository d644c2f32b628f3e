// What the other keepers of a unit mailbox do about the message that is read appears beside it.
(function () {
  "use strict";
  document.addEventListener("congvu:changed", function () {
    var desk = document.getElementById("xu-ly");
    if (!desk) {
      return;
    }
    fetch(desk.dataset.here, { credentials: "same-origin", headers: { "x-congvu-unasked": "1" }, redirect: "error" })
      .then(function (answer) {
        return answer.ok ? answer.text() : null;
      })
      .then(function (text) {
        var fresh = text && new DOMParser().parseFromString(text, "text/html").getElementById("xu-ly");
        var now = document.getElementById("xu-ly");
        if (!fresh || !now) {
          return;
        }
        // Who is writing there goes on.
        if (now.querySelector("details[open]") || now.contains(document.activeElement)) {
          now.querySelector(".now").replaceWith(fresh.querySelector(".now"));
        } else {
          now.replaceWith(fresh);
        }
      })
      .catch(function () {});
  });
})();
