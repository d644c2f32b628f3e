// Runs while no page is open: says that there is new mail, and opens it.
"use strict";
self.addEventListener("push", function (event) {
  var told = {};
  try {
    told = event.data.json();
  } catch (error) {
    // It says nothing that can be read: there is new mail all the same.
  }
  event.waitUntil(
    self.registration.showNotification(told.title || "Thư mới", { body: told.from || "", tag: "thu-moi", renotify: true })
  );
});
self.addEventListener("notificationclick", function (event) {
  event.notification.close();
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then(function (pages) {
      return pages.length ? pages[0].focus() : self.clients.openWindow("/thu");
    })
  );
});
