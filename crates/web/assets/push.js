// Subscribes this browser: asks whoever sits there, then sends what its push service gave.
(function () {
  "use strict";
  var form = document.querySelector("form[data-push-key]");
  if (!form) {
    return;
  }
  var note = document.getElementById("khong-duoc");
  function refuse(words) {
    note.textContent = words;
    note.hidden = false;
  }
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) {
    refuse(form.dataset.none);
    return;
  }
  form.hidden = false;
  function bytes(text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (c) {
      return c.charCodeAt(0);
    });
  }
  function letters(buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  form.addEventListener("submit", function (event) {
    if (form.elements["noi-nhan"].value) {
      return;
    }
    event.preventDefault();
    Notification.requestPermission()
      .then(function (answer) {
        if (answer !== "granted") {
          throw new Error("denied");
        }
        return navigator.serviceWorker.register("/thong-bao.js");
      })
      .then(function () {
        return navigator.serviceWorker.ready;
      })
      .then(function (worker) {
        return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.pushKey) });
      })
      .then(function (subscription) {
        form.elements["noi-nhan"].value = subscription.endpoint;
        form.elements.khoa.value = letters(subscription.getKey("p256dh"));
        form.elements["bi-mat"].value = letters(subscription.getKey("auth"));
        form.submit();
      })
      .catch(function (error) {
        refuse(error.message === "denied" ? form.dataset.denied : form.dataset.none);
      });
  });
})();
