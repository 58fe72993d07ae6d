// Comfort only: every page works the same, a little slower, without this file.
(function () {
  "use strict";
  var all = function (selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); };

  // <button type="button" data-copy="id of the element" hidden>: copies the text of that element.
  all("[data-copy]").forEach(function (button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", function () {
      var source = document.getElementById(button.getAttribute("data-copy"));
      navigator.clipboard.writeText(source.innerText.trim()).then(function () {
        var before = button.textContent;
        button.textContent = button.getAttribute("data-done") || "✓";
        setTimeout(function () { button.textContent = before; }, 2000);
      });
    });
  });

  // <form data-live>: a filter that applies itself when a choice changes; its button is then for typed words only.
  all("form[data-live]").forEach(function (form) {
    form.addEventListener("change", function (event) {
      if (event.target.tagName === "SELECT" || /^(checkbox|radio)$/.test(event.target.type)) {
        form.requestSubmit ? form.requestSubmit() : form.submit();
      }
    });
  });

  // A photo is made smaller before it travels: at most 1600 pixels, as JPEG. The server does the same again, so failing is harmless.
  var LONGEST = 1600;
  // What is too large even so is not sent at all: the form would come back, but only after the whole way there.
  var judge = function (input) {
    var most = Number(input.getAttribute("data-most")), file = input.files[0];
    input.setCustomValidity(most && file && file.size > most ? input.getAttribute("data-too-large") : "");
  };
  all("input[type=file][accept*=image]").forEach(function (input) {
    input.addEventListener("change", function () {
      var file = input.files[0];
      judge(input);
      if (!file || file.size < 300000 || !window.createImageBitmap || !window.DataTransfer) return;
      createImageBitmap(file).then(function (picture) {
        var scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
        var canvas = document.createElement("canvas");
        canvas.width = Math.round(picture.width * scale);
        canvas.height = Math.round(picture.height * scale);
        canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          if (!blob || blob.size >= file.size) return;
          var list = new DataTransfer();
          list.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
          input.files = list.files;
          judge(input);
        }, "image/jpeg", 0.85);
      }).catch(function () {});
    });
  });

  // After a refused form the reader lands on the summary of what is wrong.
  var problems = document.getElementById("problems");
  if (problems) problems.focus();

  // A form is sent once per press; the server's once-key guards it all the same.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    form.setAttribute("data-sent", "");
    setTimeout(function () { form.removeAttribute("data-sent"); }, 4000);
  });
})();
