// Which cards of a list were on screen, told once each with the page's signed token; nothing about who looks.
(function () {
  "use strict";
  if (!window.IntersectionObserver || !navigator.sendBeacon) return;
  [].forEach.call(document.querySelectorAll("[data-list]"), function (list) {
    var seen = [], timer = 0;
    var tell = function () {
      clearTimeout(timer);
      timer = 0;
      if (seen.length) navigator.sendBeacon("/seen", new URLSearchParams({ t: list.getAttribute("data-list"), p: seen.join(".") }));
      seen = [];
    };
    var watch = new IntersectionObserver(function (changes) {
      changes.forEach(function (change) {
        if (!change.isIntersecting) return;
        watch.unobserve(change.target);
        seen.push([].indexOf.call(list.children, change.target));
        timer = timer || setTimeout(tell, 3000);
      });
    }, { threshold: 0.5 });
    [].forEach.call(list.children, function (card) { watch.observe(card); });
    document.addEventListener("visibilitychange", function () { if (document.hidden) tell(); });
    window.addEventListener("pagehide", tell);
  });
})();
