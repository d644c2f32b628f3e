// New mail appears without a reload. One of a browser's windows listens and tells the others: a browser keeps few connections to
// one server.
(function () {
  "use strict";
  var app = document.querySelector(".mailapp[data-live]");
  if (!app || !window.EventSource || !window.fetch || !window.BroadcastChannel) {
    return;
  }
  var here = app.dataset.live;
  var asking = false;
  var again = false;

  function row(href) {
    return app.querySelector('.row > a[href="' + href + '"]');
  }

  // The count of a folder in the tree.
  function count(folder) {
    var link = app.querySelector('.tree a[data-folder="' + folder.id + '"]');
    if (!link) {
      return;
    }
    var mark = link.querySelector(".count");
    var unseen = link.dataset.counts === "no" ? 0 : folder.unseen;
    if (unseen > 0 && !mark) {
      mark = link.appendChild(document.createElement("span"));
      mark.className = "count";
      var said = mark.appendChild(document.createElement("span"));
      said.className = "sr";
      said.textContent = app.dataset.unread;
      mark.appendChild(document.createTextNode(""));
    }
    if (mark && unseen === 0) {
      mark.remove();
    } else if (mark) {
      mark.lastChild.nodeValue = String(unseen);
    }
  }

  // Puts the list as it is now into the page: what was chosen, where the focus was and how far it was read stay.
  function put(page, tree) {
    var list = app.querySelector(".pane-list");
    var fresh = page.querySelector(".pane-list");
    var frame = page.querySelector(".mailapp[data-live]");
    if (!fresh || !frame || frame.dataset.live !== here) {
      return;
    }
    var chosen = Array.prototype.map.call(list.querySelectorAll('[name="u"]:checked'), function (box) {
      return box.value;
    });
    var active = list.contains(document.activeElement) ? document.activeElement : null;
    var back = active && (active.getAttribute("href") ? 'a[href="' + active.getAttribute("href") + '"]' :
      active.name && active.value ? '[name="' + active.name + '"][value="' + active.value + '"]' : null);
    var before = list.querySelector('.row > a[aria-current="true"]');
    var top = list.scrollTop;
    var form = list.querySelector("form#viec");
    form.replaceWith(fresh.querySelector("form#viec"));
    chosen.forEach(function (uid) {
      var box = list.querySelector('[name="u"][value="' + uid + '"]');
      if (box) {
        box.checked = true;
        box.closest(".row").setAttribute("data-on", "");
      }
    });
    var current = row(location.pathname + location.search) || (before && row(before.getAttribute("href")));
    if (current) {
      current.setAttribute("aria-current", "true");
      current.closest(".row").setAttribute("data-on", "");
    }
    list.scrollTop = top;
    var focus = back && list.querySelector(back);
    if (focus) {
      focus.focus({ preventScroll: true });
    }
    if (tree) {
      app.querySelector(".tree").replaceWith(page.querySelector(".tree"));
    }
    var quota = page.querySelector(".quota");
    if (quota) {
      app.querySelector(".quota").replaceWith(quota);
    }
    app.dataset.state = frame.dataset.state;
    var title = /^\(\d+\) /;
    var unseen = title.exec(page.title);
    document.title = (unseen ? unseen[0] : "") + document.title.replace(title, "");
  }

  function renew(tree) {
    if (asking) {
      again = again || tree || "list";
      return;
    }
    asking = true;
    // Nobody looked: this is not counted, and keeps no session open.
    fetch(app.dataset.list, { credentials: "same-origin", headers: { "x-congvu-unasked": "1" } })
      .then(function (answer) {
        return answer.ok && !answer.redirected ? answer.text() : null;
      })
      .then(function (text) {
        if (text) {
          put(new DOMParser().parseFromString(text, "text/html"), tree);
        }
      })
      .catch(function () {})
      .then(function () {
        asking = false;
        if (again) {
          var next = again === true;
          again = false;
          renew(next);
        }
      });
  }

  function hear(told) {
    told.folders.forEach(count);
    var now = told.folders.find(function (folder) {
      return String(folder.id) === here;
    });
    if (told.tree || (now && now.state !== app.dataset.state)) {
      renew(told.tree);
    }
    if (told.tree) {
      document.dispatchEvent(new CustomEvent("congvu:changed"));
    }
    if (told.newest) {
      document.getElementById("tin-moi").textContent = app.dataset.new + " " + told.newest.from + ": " + told.newest.subject;
    }
  }

  var channel = new BroadcastChannel("congvu-su-kien");
  channel.onmessage = function (event) {
    hear(event.data);
  };

  function listen() {
    var source = new EventSource("/su-kien");
    source.onmessage = function (event) {
      var told = JSON.parse(event.data);
      hear(told);
      channel.postMessage(told);
    };
    return new Promise(function (over) {
      source.onerror = function () {
        // Where the browser does not come again by itself, we do, later: somebody may have signed in meanwhile.
        if (source.readyState === EventSource.CLOSED) {
          setTimeout(over, 30000);
        }
      };
    });
  }

  function turn() {
    var listening = navigator.locks ? navigator.locks.request("congvu-su-kien", listen) : listen();
    listening.then(turn);
  }
  turn();
})();
