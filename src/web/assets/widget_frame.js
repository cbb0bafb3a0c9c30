// Inside the widget's frame: who the reader is comes from the page around it, by a message, and is sent on in a form. The
// page itself is made by the server, as all of ours.
(() => {
  "use strict";
  const tell = (message) => { if (window.parent !== window) window.parent.postMessage(message, "*"); };
  const form = document.querySelector("[data-identify]");
  const said = document.querySelector("[data-focus]");
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !form || !event.data) return;
    if (event.data.moothall === "focus") (said || document.querySelector("h1")).focus();
    if (event.data.moothall !== "token") return;
    const token = event.data.token;
    if (typeof token !== "string" || !token || form.dataset.sent) return;
    form.dataset.sent = "yes";
    const typed = document.querySelector("#text");
    if (typed) form.elements.text.value = typed.value;
    form.elements.token.value = token;
    form.submit();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") tell({ moothall: "close" }); });
  // A form is sent once, also on a double click.
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.busy) event.preventDefault();
    event.target.dataset.busy = "yes";
  });
  if (said) said.focus();
  const measure = () => tell({ moothall: "height", height: document.documentElement.scrollHeight });
  if (window.ResizeObserver) new ResizeObserver(measure).observe(document.body);
  measure();
  tell({ moothall: "shown" });
  // Not once more after a refusal: the page around would send the same.
  if (form && "asks" in form.dataset) tell({ moothall: "ready" });
})();
