// A passkey for a form: asks the site what is to be signed, lets the key answer, and sends the form with the answer.
(function () {
  "use strict";
  var form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential || !window.fetch) return;
  var bytes = function (text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (c) { return c.charCodeAt(0); });
  };
  var text = function (data) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(data))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  var known = function (keys) { return keys.map(function (key) { return { type: key.type, id: bytes(key.id) }; }); };
  var answered = function (key) {
    var said = {}, from = key.response;
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (from[name]) said[name] = text(from[name]);
    });
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response: said, clientExtensionResults: {} });
  };
  var failed = form.querySelector("[data-passkey-failed]"), without = document.querySelector("[data-passkey-without]");
  form.hidden = false;
  if (without) without.hidden = true;
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    failed.hidden = true;
    fetch(form.getAttribute("data-passkey"), { method: "POST", body: new URLSearchParams(new FormData(form)) })
      .then(function (answer) { if (!answer.ok) throw new Error(); return answer.json(); })
      .then(function (asked) {
        asked.challenge = bytes(asked.challenge);
        if (!asked.user) {
          asked.allowCredentials = known(asked.allowCredentials);
          return navigator.credentials.get({ publicKey: asked });
        }
        asked.user.id = bytes(asked.user.id);
        asked.excludeCredentials = known(asked.excludeCredentials);
        return navigator.credentials.create({ publicKey: asked });
      })
      .then(function (key) { form.elements.answer.value = answered(key); form.submit(); })
      .catch(function () { failed.hidden = false; });
  });
})();
