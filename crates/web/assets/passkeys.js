// Passkeys (W3C Web Authentication): one is made, or used, before its form goes.
(function () {
  "use strict";
  var make = document.getElementById("them-khoa");
  var enter = document.getElementById("vao-khoa");
  var form = make || enter;
  if (!form || !window.PublicKeyCredential || !navigator.credentials || !window.fetch) {
    return;
  }
  form.hidden = false;
  var told = document.getElementById("khoa-loi");
  var ready = false;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) {
      return c.charCodeAt(0);
    });
  }
  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function put(name, buffer) {
    form.querySelector('[name="' + name + '"]').value = text(buffer);
  }
  // §5.4: ES256, and RS256 as Windows makes it; one that its device finds by itself, and uses only for whom it knows.
  function made(asked) {
    return navigator.credentials.create({
      publicKey: {
        challenge: bytes(asked.challenge),
        rp: { id: asked.party, name: document.title },
        user: { id: bytes(asked.user), name: asked.login, displayName: asked.name },
        pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
        excludeCredentials: asked.known.map(function (id) {
          return { type: "public-key", id: bytes(id) };
        }),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
        attestation: "none",
        timeout: 240000,
      },
    }).then(function (key) {
      put("client", key.response.clientDataJSON);
      put("data", key.response.getAuthenticatorData());
      put("key", key.response.getPublicKey());
    });
  }
  function used(asked) {
    return navigator.credentials.get({
      publicKey: { challenge: bytes(asked.challenge), rpId: asked.party, userVerification: "required", timeout: 240000 },
    }).then(function (key) {
      put("khoa", key.rawId);
      put("client", key.response.clientDataJSON);
      put("data", key.response.authenticatorData);
      put("chu-ky", key.response.signature);
    });
  }

  form.addEventListener("submit", function (event) {
    if (ready) {
      return;
    }
    event.preventDefault();
    told.hidden = true;
    fetch(form.dataset.moi, { headers: { accept: "application/json" } })
      .then(function (answer) {
        if (!answer.ok) {
          throw new Error(String(answer.status));
        }
        return answer.json();
      })
      .then(make ? made : used)
      .then(function () {
        ready = true;
        form.submit();
      })
      .catch(function () {
        told.hidden = false;
      });
  });
})();
