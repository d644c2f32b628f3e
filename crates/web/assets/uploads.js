// Files go up as soon as they are chosen or dropped, each with its progress; what the regulation refuses is told at once.
(function () {
  "use strict";
  var form = document.getElementById("soan");
  var list = document.getElementById("tep-len");
  var input = document.getElementById("tep");
  if (!form || !list || !input || !window.FormData) {
    return;
  }
  var busy = 0;
  // The field itself speaks the browser's language; its label says it in the page's.
  var label = form.querySelector('label[for="tep"]');
  label.className = "btn";
  input.className = "sr";

  function value(name) {
    var field = form.querySelector('[name="' + name + '"]');
    return field ? field.value : "";
  }
  function icon(address) {
    var space = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    svg.appendChild(document.createElementNS(space, "use")).setAttribute("href", address);
    return svg;
  }
  // The bytes of what went up already and goes along.
  function others() {
    return Array.prototype.reduce.call(list.querySelectorAll("[data-bytes]"), function (sum, row) {
      return sum + Number(row.dataset.bytes);
    }, 0);
  }
  function size(bytes) {
    return bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1).replace(".", ",") + " MB";
  }
  function row(file) {
    var box = document.createElement("div");
    box.className = "attach";
    box.appendChild(icon(list.dataset.icon));
    var middle = box.appendChild(document.createElement("div"));
    var name = middle.appendChild(document.createElement("div"));
    name.className = "name";
    name.textContent = file.name;
    var about = middle.appendChild(document.createElement("div"));
    about.className = "small dim";
    about.textContent = size(file.size);
    var button = box.appendChild(document.createElement("button"));
    button.type = "button";
    button.className = "btn quiet icon";
    button.appendChild(icon(list.dataset.x));
    var words = button.appendChild(document.createElement("span"));
    words.className = "sr";
    words.textContent = list.dataset.cancel + " " + file.name;
    list.appendChild(box);
    return { box: box, middle: middle, about: about, button: button, words: words };
  }
  function refuse(shown, words) {
    shown.box.dataset.scan = "bad";
    shown.about.setAttribute("role", "alert");
    shown.about.className = "scan";
    shown.about.textContent = words;
    shown.words.textContent = list.dataset.remove + " " + shown.middle.querySelector(".name").textContent;
    shown.button.onclick = function () {
      shown.box.remove();
      input.focus();
    };
  }
  function told(request) {
    try {
      return JSON.parse(request.responseText);
    } catch (error) {
      return {};
    }
  }
  function post(way, fields, progress, done) {
    var request = new XMLHttpRequest();
    request.open("POST", way);
    request.upload.onprogress = progress;
    request.onloadend = function () {
      done(request.status, told(request));
    };
    request.send(fields);
    return request;
  }
  function fields(file) {
    var all = new FormData();
    all.append("csrf", value("csrf"));
    all.append("tu", value("tu"));
    all.append("da-co", String(others()));
    return all;
  }
  function ended() {
    busy -= 1;
    if (busy === 0) {
      form.dispatchEvent(new CustomEvent("uploaded"));
    }
  }

  function send(file, picture) {
    var shown = row(file);
    var request = null;
    var stopped = false;
    busy += 1;
    shown.button.onclick = function () {
      stopped = true;
      if (request) {
        request.abort();
      }
      shown.box.remove();
      input.focus();
    };
    // Its name and size first: what is refused need not go up.
    var first = new URLSearchParams();
    first.set("csrf", value("csrf"));
    first.set("tu", value("tu"));
    first.set("da-co", String(others()));
    first.set("ten", file.name);
    first.set("co", String(file.size));
    request = post("/soan/tep/xem", first, null, function (status, said) {
      if (stopped) {
        ended();
        return;
      }
      if (status !== 200) {
        refuse(shown, said.loi || list.dataset.failed);
        ended();
        return;
      }
      var bar = document.createElement("progress");
      bar.max = file.size || 1;
      bar.value = 0;
      bar.setAttribute("aria-label", list.dataset.loading + " " + file.name);
      shown.middle.appendChild(bar);
      var all = fields(file);
      if (picture) {
        all.append("anh", "1");
      }
      all.append("tep", file, file.name);
      request = post("/soan/tep", all, function (event) {
        bar.value = Math.min(event.loaded, bar.max);
        shown.about.textContent = list.dataset.loading + " " + size(bar.value) + " / " + size(file.size);
      }, function (answer, kept) {
        bar.remove();
        if (stopped) {
          ended();
          return;
        }
        if (answer !== 200) {
          refuse(shown, kept.loi || list.dataset.failed);
          ended();
          return;
        }
        if (picture) {
          shown.box.remove();
          form.writing.picture(kept.anh, file.name);
        } else {
          keep(shown, kept);
        }
        ended();
        form.dispatchEvent(new CustomEvent("written"));
      });
    });
  }
  // It goes along unless it is taken out again.
  function keep(shown, kept) {
    var goes = document.createElement("input");
    goes.type = "hidden";
    goes.name = "giu";
    goes.value = kept.ma;
    shown.box.appendChild(goes);
    shown.box.dataset.bytes = String(kept.byte);
    shown.about.textContent = kept.co;
    shown.words.textContent = list.dataset.remove + " " + kept.ten;
    shown.button.onclick = function () {
      if (/^u\//.test(goes.value)) {
        var gone = new URLSearchParams();
        gone.set("csrf", value("csrf"));
        post("/soan/tep/" + goes.value.slice(2) + "/bo", gone, null, function () {});
      }
      shown.box.remove();
      input.focus();
      form.dispatchEvent(new CustomEvent("written"));
    };
  }

  function isPicture(file) {
    return /^image\/(png|jpeg|gif|webp)$/.test(file.type);
  }
  function take(files) {
    Array.prototype.forEach.call(files, function (file) {
      send(file, false);
    });
  }
  input.addEventListener("change", function () {
    take(input.files);
    input.value = "";
  });
  form.addEventListener("picture", function (event) {
    send(event.detail, true);
  });
  // Into the text: pictures stand there, other files go along.
  form.addEventListener("dropped", function (event) {
    Array.prototype.forEach.call(event.detail, function (file) {
      send(file, isPicture(file) && form.writing && form.writing.rich());
    });
  });
  document.addEventListener("dragover", function (event) {
    if (event.dataTransfer && Array.prototype.indexOf.call(event.dataTransfer.types, "Files") >= 0) {
      event.preventDefault();
    }
  });
  document.addEventListener("drop", function (event) {
    if (event.dataTransfer && event.dataTransfer.files.length && event.target !== input) {
      event.preventDefault();
      take(event.dataTransfer.files);
    }
  });
  form.uploads = {
    busy: function () { return busy > 0; },
    bytes: others,
    restore: function (kept) {
      keep(row({ name: kept.ten, size: kept.byte }), kept);
    },
    kept: function () {
      return Array.prototype.map.call(list.querySelectorAll("[data-bytes]"), function (box) {
        return {
          ma: box.querySelector('[name="giu"]').value,
          ten: box.querySelector(".name").textContent,
          co: box.querySelector(".small").textContent,
          byte: Number(box.dataset.bytes)
        };
      });
    }
  };
})();
