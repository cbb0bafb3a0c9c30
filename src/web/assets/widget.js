// The button, or the box, on another site's page: <script src="https://hall.example/widget.js" async></script>.
// It needs our origin in that page's script-src and frame-src, and nothing else: no style of its own is written as text.
// docs/widget.md says what can be set.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || window.Moothall) return;
  const origin = new URL(script.src).origin;
  const set = script.dataset;
  const words = {
    en: ["Tell us", "Close"], fr: ["Dites-le-nous", "Fermer"], tr: ["Bize söyleyin", "Kapat"], fi: ["Kerro meille", "Sulje"],
  };
  const asked = (set.language || document.documentElement.lang || navigator.language || "en").slice(0, 2).toLowerCase();
  const language = words[asked] ? asked : "en";
  const [tell, close] = words[language];
  let token = set.token || "";
  let frame = null;

  // Each property is set by itself, which no Content-Security-Policy forbids.
  const make = (name, style, more) => {
    const element = document.createElement(name);
    Object.assign(element.style, style);
    for (const [key, value] of Object.entries(more || {})) element.setAttribute(key, value);
    return element;
  };
  const send = (message) => { if (frame && frame.contentWindow) frame.contentWindow.postMessage(message, origin); };
  const makeFrame = (style) => {
    frame = make("iframe", { border: "0", width: "100%", colorScheme: "normal", ...style }, {
      src: origin + "/widget?language=" + language, title: set.label || tell, referrerpolicy: "origin",
    });
    return frame;
  };

  let box = null;
  let button = null;
  const shut = () => {
    if (!box || box.hidden) return;
    box.hidden = true;
    box.style.display = "none";
    button.setAttribute("aria-expanded", "false");
    button.focus();
  };
  const open = () => {
    if (!button) return frame && frame.focus();
    if (!box) {
      const dark = window.matchMedia("(prefers-color-scheme: dark)").matches; // as the frame inside
      box = make("div", {
        position: "fixed", zIndex: "2147483646", insetInlineEnd: "1rem", bottom: "4.75rem", width: "min(26rem, calc(100vw - 2rem))",
        height: "min(38rem, calc(100vh - 6rem))", background: dark ? "#171614" : "#fbf9f4", borderRadius: "12px", overflow: "hidden",
        boxShadow: "0 8px 40px rgba(0,0,0,.28)", flexDirection: "column",
      }, { role: "dialog", "aria-label": set.label || tell, id: "moothall-box" });
      const end = make("button", {
        alignSelf: "flex-end", border: "0", background: "none", font: "1rem system-ui, sans-serif", color: dark ? "#eee" : "#222", padding: ".6rem 1rem", cursor: "pointer",
      }, { type: "button" });
      end.textContent = close + " ×";
      end.addEventListener("click", shut);
      box.append(end, makeFrame({ flex: "1" }));
      box.addEventListener("keydown", (event) => { if (event.key === "Escape") shut(); });
      document.body.append(box);
    }
    box.hidden = false;
    box.style.display = "flex";
    button.setAttribute("aria-expanded", "true");
    frame.focus();
  };

  window.addEventListener("message", (event) => {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow || !event.data) return;
    const said = event.data.moothall;
    // Who the reader is goes to our origin only, and only into the frame's memory.
    if (said === "ready" && token) send({ moothall: "token", token });
    // A page that followed another in the frame has lost the focus of who types in it.
    if (said === "shown" && box && !box.hidden && [document.body, frame].includes(document.activeElement)) {
      frame.focus();
      send({ moothall: "focus" });
    }
    if (said === "close") shut();
    if (said === "height" && !button) frame.style.height = Math.min(2000, Math.max(200, Number(event.data.height) || 0)) + "px";
  });

  const start = () => {
    const place = set.inline ? document.querySelector(set.inline) : null;
    if (place) {
      place.append(makeFrame({ height: "30rem" }));
      return;
    }
    button = make("button", {
      position: "fixed", zIndex: "2147483647", insetInlineEnd: "1rem", bottom: "1rem", border: "0", borderRadius: "999px",
      padding: ".8rem 1.3rem", font: "600 1rem system-ui, sans-serif", background: set.color || "#1f4e5f", color: "#fff", cursor: "pointer",
      boxShadow: "0 2px 12px rgba(0,0,0,.25)",
    }, { type: "button", "aria-expanded": "false", "aria-haspopup": "dialog", lang: language });
    button.textContent = set.label || tell;
    button.addEventListener("click", () => (box && !box.hidden ? shut() : open()));
    document.body.append(button);
  };
  window.Moothall = {
    open, close: shut,
    identify(given) { token = String(given || ""); send({ moothall: "token", token }); },
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
