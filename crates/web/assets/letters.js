// Letters to begin with, and the signature that goes with the name somebody writes under.
(function () {
  "use strict";
  var form = document.getElementById("soan");
  if (!form || !form.writing || !window.fetch) {
    return;
  }
  var letters = document.getElementById("mau");
  if (letters) {
    letters.hidden = false;
    letters.querySelector("button").addEventListener("click", function () {
      var id = letters.querySelector("select").value;
      if (!id) {
        letters.querySelector("select").focus();
        return;
      }
      fetch("/soan/mau/" + id + "/chu", { credentials: "same-origin", redirect: "error" })
        .then(function (answer) {
          return answer.json();
        })
        .then(function (letter) {
          var subject = document.getElementById("chude");
          subject.value = subject.value || letter["tieu-de"];
          form.writing.insert(letter.html, letter.chu);
        })
        .catch(function () {
          document.getElementById("da-luu").textContent = document.getElementById("da-luu").dataset.lost;
        });
    });
  }

  var from = document.getElementById("tu");
  var signs = Array.prototype.slice.call(document.querySelectorAll("[data-ky]"));
  if (!from || !signs.length) {
    return;
  }
  function of(address) {
    return signs.filter(function (sign) {
      return sign.dataset.ky === address;
    })[0];
  }
  function folded(text) {
    return text.replace(/\s+/g, " ").trim();
  }
  // What is offered stands in the text, and is the writer's to change; what is enforced is only shown, for the server sets it.
  function offered(sign) {
    return sign && !("enforced" in sign.dataset) ? sign : null;
  }
  var before = from.value;
  from.addEventListener("change", function () {
    var old = offered(of(before));
    var next = offered(of(from.value));
    before = from.value;
    signs.forEach(function (sign) {
      sign.hidden = !("enforced" in sign.dataset) || sign.dataset.ky !== before;
    });
    if (form.writing.rich()) {
      swap(form.writing.root(), old, next);
    } else {
      var text = document.getElementById("noidung");
      var words = next ? next.dataset.chu : "";
      if (old && text.value.indexOf(old.dataset.chu) >= 0) {
        text.value = text.value.replace(old.dataset.chu, function () { return words; });
      } else if (next) {
        text.value = "\n\n" + words + text.value;
      }
    }
  });
  function swap(root, old, next) {
    var box = null;
    if (old) {
      box = Array.prototype.filter.call(root.querySelectorAll("div"), function (div) {
        return !div.closest("blockquote") && folded(div.innerText) === folded(old.dataset.chu);
      })[0];
    }
    if (!next) {
      if (box) {
        box.remove();
      }
      return;
    }
    if (!box) {
      var quote = root.querySelector('blockquote[type="cite"]');
      box = root.ownerDocument.createElement("div");
      root.insertBefore(box, quote && quote.parentNode === root ? quote.previousElementSibling || quote : null);
    }
    box.innerHTML = next.dataset.html;
  }
})();
