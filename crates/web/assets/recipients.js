// Who is meant by what stands in the lines of recipients: told beneath them while somebody writes.
(function () {
  "use strict";
  var form = document.getElementById("soan");
  var told = document.getElementById("nguoi-nhan");
  if (!form || !told || !window.fetch) {
    return;
  }
  var QUIET = 400;
  var fields = ["den", "cc", "bcc"].map(function (name) {
    return form.querySelector('[name="' + name + '"]');
  });
  var timer = null;
  var asked = 0;
  var before = "";

  // A line's recipients, each with where it stands; a comma in quotes is a part of a name.
  function parts(line) {
    var found = [];
    var from = 0;
    var quoted = false;
    for (var i = 0; i <= line.length; i += 1) {
      if (line[i] === '"') {
        quoted = !quoted;
      } else if (i === line.length || ((line[i] === "," || line[i] === ";") && !quoted)) {
        found.push({ from: from, to: i, text: line.slice(from, i).trim() });
        from = i + 1;
      }
    }
    return found;
  }
  function is(part, address) {
    var own = /<([^<>]*)>\s*$/.exec(part.text);
    return (own ? own[1] : part.text).trim().toLowerCase() === address.toLowerCase();
  }
  function replace(address, people) {
    fields.forEach(function (field) {
      parts(field.value).reverse().forEach(function (part) {
        if (is(part, address)) {
          var lead = part.from === 0 ? "" : " ";
          field.value = field.value.slice(0, part.from) + lead + people + field.value.slice(part.to);
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }
      });
    });
  }
  function expand(group, button) {
    button.disabled = true;
    fetch("/soan/nhom?dia-chi=" + encodeURIComponent(group["dia-chi"]), { credentials: "same-origin", redirect: "error" })
      .then(function (answer) {
        return answer.ok ? answer.json() : null;
      })
      .then(function (found) {
        if (found && found.nguoi) {
          replace(group["dia-chi"], found.nguoi);
          fields[0].focus();
          look();
        } else {
          button.disabled = false;
        }
      })
      .catch(function () {
        button.disabled = false;
      });
  }
  function line(kind, icon, words) {
    var line = document.createElement("div");
    line.className = "line";
    var chip = line.appendChild(document.createElement("span"));
    chip.className = "chip";
    chip.dataset.state = kind;
    var svg = chip.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "use")).setAttribute("href", icon);
    chip.appendChild(document.createTextNode(words));
    return line;
  }
  function show(found) {
    var all = document.createElement("div");
    all.className = "stack";
    [["khong-co", "locked", "x", "none"], ["ngoai", "must-change", "globe", "outside"]].forEach(function (kind) {
      var list = found[kind[0]];
      if (list.length) {
        var row = all.appendChild(line(kind[1], told.dataset[kind[2]], told.dataset[kind[3]]));
        row.appendChild(document.createElement("span")).textContent = list.join(", ");
      }
    });
    found.nhom.forEach(function (group) {
      var row = all.appendChild(line("sent", told.dataset.people, told.dataset.group));
      row.appendChild(document.createElement("span")).textContent = group.ten + ": " + group.so + " " + told.dataset.members;
      if (group.mo) {
        var button = row.appendChild(document.createElement("button"));
        button.type = "button";
        button.className = "btn quiet";
        button.textContent = told.dataset.expand;
        button.appendChild(document.createElement("span")).className = "sr";
        button.lastChild.textContent = " " + group.ten;
        button.addEventListener("click", function () {
          expand(group, button);
        });
      }
    });
    var place = told.querySelector("[role=status]");
    place.textContent = "";
    place.appendChild(all);
    told.hidden = !all.firstChild;
  }
  function look() {
    clearTimeout(timer);
    // What is being typed is no address yet.
    var lines = fields.map(function (field) {
      var all = parts(field.value);
      var last = all[all.length - 1].text;
      if (document.activeElement === field && !/@[^@]*\.[^@.>]+>?$/.test(last)) {
        all.pop();
      }
      return all.map(function (part) {
        return part.text;
      }).filter(Boolean).join(", ");
    });
    var now = lines.join("\n");
    if (now === before) {
      return;
    }
    before = now;
    asked += 1;
    var mine = asked;
    if (!now.trim()) {
      show({ "khong-co": [], ngoai: [], nhom: [] });
      return;
    }
    var body = new URLSearchParams({ csrf: form.querySelector('[name="csrf"]').value, den: lines[0], cc: lines[1], bcc: lines[2] });
    fetch("/soan/nguoi-nhan", { method: "POST", body: body, credentials: "same-origin", redirect: "error" })
      .then(function (answer) {
        return answer.ok ? answer.json() : null;
      })
      .then(function (found) {
        if (found && mine === asked) {
          show(found);
        }
      })
      .catch(function () {
        // The line is away: sending tells what is wrong.
        before = "";
      });
  }
  fields.forEach(function (field) {
    field.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(look, QUIET);
    });
    field.addEventListener("blur", function () {
      clearTimeout(timer);
      timer = setTimeout(look, QUIET);
    });
  });
  look();
})();
