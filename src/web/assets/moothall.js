// What scripts make nicer. Every page works without this file: forms are sent, links are followed,
// lists are read. Nothing here asks another host, keeps what people wrote beyond the tab, or knows
// more than the page says in data- attributes.
"use strict";
(() => {
  const body = document.body;
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const one = (selector, root = document) => root.querySelector(selector);

  // -- said aloud to who cannot see the change --------------------------------------------------

  const announce = (text) => {
    const region = one("#announcements");
    if (!region || !text) return;
    region.textContent = "";
    // Read again only when it changes in a later frame.
    requestAnimationFrame(() => { region.textContent = text; });
  };

  // -- forms --------------------------------------------------------------------------------------

  // Ctrl+Enter (or Cmd+Enter) sends what is being written.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest && event.target.closest("form");
    if (!form || !event.target.matches("textarea, input")) return;
    event.preventDefault();
    form.requestSubmit();
  });

  // What is being written survives a reload and a wrong turn, in this tab only; it is forgotten when
  // the form is sent well.
  const draftKey = (field) => {
    const form = field.form;
    const action = form ? form.getAttribute("action") || location.pathname : location.pathname;
    return "draft " + action + " " + field.name;
  };
  const store = (() => { try { return window.sessionStorage; } catch { return null; } })();
  const restoreDrafts = (root) => {
    if (!store) return;
    for (const field of all("[data-draft]", root)) {
      const draft = store.getItem(draftKey(field));
      if (draft && !field.value) field.value = draft;
    }
  };
  document.addEventListener("input", (event) => {
    if (!store || !event.target.matches("[data-draft]")) return;
    try {
      if (event.target.value) store.setItem(draftKey(event.target), event.target.value);
      else store.removeItem(draftKey(event.target));
    } catch { /* The store is full: then there is no draft. */ }
  });
  const forgetDrafts = (form) => {
    if (store) for (const field of all("[data-draft]", form)) store.removeItem(draftKey(field));
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.hasAttribute("hx-post")) return;
    // A plain form leaves the page: it is sent once, also on a double click, and its draft goes when
    // the next page is here without the field refused.
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 4000) { event.preventDefault(); return; }
    form.dataset.sent = String(Date.now());
    const drafts = all("[data-draft]", form).map(draftKey);
    if (store && drafts.length) try { store.setItem("sent", JSON.stringify(drafts)); } catch { /* as above */ }
  });
  const settleDrafts = () => {
    if (!store) return;
    const sent = store.getItem("sent");
    store.removeItem("sent");
    if (!sent || one("[aria-invalid=true], .notice.bad")) return;
    try { JSON.parse(sent).forEach((key) => store.removeItem(key)); } catch { /* not ours */ }
  };
  // Back from the next page: the form may be sent again.
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // -- files ------------------------------------------------------------------------------------------

  // What is pasted into a form, or dropped on it, goes into its field for files; a picture is shown
  // where the cursor is. Without scripts the field is there all the same.
  const attach = (form, pasted) => {
    const field = form && one("[data-files]", form);
    if (!field || !pasted.length || !window.DataTransfer) return false;
    const together = new DataTransfer();
    for (const file of [...field.files, ...pasted]) together.items.add(file);
    field.files = together.files;
    const fold = field.closest("details");
    if (fold) fold.open = true;
    const text = one("textarea", form);
    [...pasted].forEach((file, at) => {
      if (!/^image\/(png|jpeg|webp|gif)$/.test(file.type) || !text) return;
      const number = field.files.length - pasted.length + at + 1;
      text.setRangeText(`\n![${file.name.replace(/[\[\]\\]/g, "")}](attached:${number})\n`, text.selectionStart, text.selectionEnd, "end");
      text.dispatchEvent(new Event("input", { bubbles: true }));
    });
    announce([...field.files].map((file) => file.name).join(", "));
    return true;
  };
  const formOf = (event) => event.target.closest && event.target.closest("form");
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData ? event.clipboardData.files : [];
    if (attach(formOf(event), files)) event.preventDefault();
  });
  document.addEventListener("dragover", (event) => {
    const form = formOf(event);
    if (form && one("[data-files]", form) && event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (attach(formOf(event), event.dataTransfer ? event.dataTransfer.files : [])) event.preventDefault();
  });

  // -- what a ballot costs -----------------------------------------------------------------------

  // The server writes the sum of what was kept; while a ballot is filled in, this adds it up.
  document.addEventListener("input", (event) => {
    const form = event.target.closest && event.target.closest("form[data-sum]");
    if (!form) return;
    let cost = 0;
    let points = 0;
    for (const field of all("[data-cost]", form)) {
      const given = field.type === "checkbox" ? (field.checked ? 1 : 0) : Number(field.value) || 0;
      points += given;
      if (given > 0) cost += Number(field.dataset.cost);
    }
    const number = (value, digits) =>
      value.toLocaleString(document.documentElement.lang || undefined, { minimumFractionDigits: digits });
    for (const place of all("[data-sum-cost]", form))
      place.textContent = place.dataset.before + number(cost / 100, cost % 100 ? 2 : 0) + place.dataset.after;
    for (const place of all("[data-sum-points]", form)) place.textContent = number(points, 0);
  });

  // -- htmx -----------------------------------------------------------------------------------------

  document.addEventListener("htmx:configRequest", (event) => {
    if (body.dataset.csrf) event.detail.headers["X-CSRF-Token"] = body.dataset.csrf;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (event.detail.successful && form.matches && form.matches("form")) forgetDrafts(form);
  });
  // A refusal is said, not swallowed. Its sentence is in the page that came with it.
  const toast = (text) => {
    let place = one(".toast");
    if (!place) {
      place = document.createElement("div");
      place.className = "toast";
      body.append(place);
    }
    const box = document.createElement("div");
    box.setAttribute("role", "alert");
    box.textContent = text;
    place.replaceChildren(box);
    setTimeout(() => box.remove(), 8000);
  };
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const said = one("[role=alert]", page);
    toast(said ? said.textContent.trim() : event.detail.xhr.statusText);
  });
  document.addEventListener("htmx:sendError", () => toast(body.dataset.offline || "No connection."));
  document.addEventListener("htmx:load", (event) => dress(event.detail.elt));

  // -- copying ----------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const text = source ? source.value || source.textContent.trim() : button.dataset.copy;
    navigator.clipboard.writeText(text).then(() => {
      const before = button.innerHTML;
      button.textContent = button.dataset.copied || "✓";
      announce(button.textContent);
      setTimeout(() => { button.innerHTML = before; }, 2000);
    }, () => {
      if (source && window.getSelection) window.getSelection().selectAllChildren(source);
    });
  });

  // -- the clock of the reader's own zone ---------------------------------------------------------------

  // <time datetime="…Z" data-clock>: the server writes UTC, which is right for everybody and nobody's.
  const clocks = (root) => {
    for (const time of all("time[data-clock]", root)) {
      const at = new Date(time.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" }).format(at);
      time.removeAttribute("data-clock");
    }
  };

  // -- keyboard -------------------------------------------------------------------------------------------

  const rows = () => all("[data-row]");
  let current = -1;
  const moveTo = (index) => {
    const list = rows();
    if (!list.length) return;
    if (list[current]) list[current].classList.remove("is-current");
    current = Math.max(0, Math.min(index, list.length - 1));
    list[current].classList.add("is-current");
    const link = one("a", list[current]);
    if (link) link.focus({ preventScroll: true });
    list[current].scrollIntoView({ block: "nearest" });
  };
  const currentRow = () => rows()[current] || document;
  const press = (element) => { if (element) element.click(); return Boolean(element); };
  const showShortcuts = () => {
    const dialog = one("#shortcuts");
    if (dialog && dialog.showModal && !dialog.open) dialog.showModal();
  };
  const actions = {
    "?": () => { showShortcuts(); return true; },
    "/": () => {
      const field = one("input[type=search]");
      if (field) { field.focus(); field.select(); return true; }
      return press(one("[data-key='/']"));
    },
    n: () => press(one("[data-key=n]")),
    j: () => { moveTo(current + 1); return rows().length > 0; },
    k: () => { moveTo(current - 1); return rows().length > 0; },
    o: () => current >= 0 && press(one(".row-title a, a", currentRow())),
    m: () => press(one("button.support", currentRow())),
    r: () => {
      const field = one("[data-reply]");
      if (field) field.focus();
      return Boolean(field);
    },
  };
  let went = 0; // when "g" was pressed
  document.addEventListener("keydown", (event) => {
    if (body.dataset.shortcuts === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.defaultPrevented || event.isComposing || one("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (went && Date.now() - went < 1500) {
      went = 0;
      if (press(one(`[data-go="${CSS.escape(event.key)}"]`))) event.preventDefault();
      return;
    }
    if (event.key === "g") { went = Date.now(); return; }
    const action = Object.hasOwn(actions, event.key) && actions[event.key];
    if (action && action()) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-show-shortcuts]")) return;
    event.preventDefault();
    showShortcuts();
  });

  // Menus close by Escape and by a click beside them.
  const closeDrops = (except) => {
    for (const drop of all("details.drop[open]")) if (drop !== except) drop.open = false;
  };
  document.addEventListener("click", (event) => closeDrops(event.target.closest("details.drop")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const drop = one("details.drop[open]");
    if (!drop) return;
    drop.open = false;
    one("summary", drop).focus();
  });

  // -- what happens meanwhile -------------------------------------------------------------------------------

  // Pages that ask for it (data-live) hear of events by id and fetch what they may see:
  // data-refresh="THING"       is asked to load itself anew (hx-trigger="refresh") when its thing changed
  // data-refresh="for-you"     the same, for the viewer's own news
  // data-new-things="VERB …"   a hidden line that says "there is more" where a list would jump
  const refresh = (selector) => {
    for (const element of all(selector)) {
      const writing = element.contains(document.activeElement) && document.activeElement.matches("textarea, input");
      if (!writing && window.htmx) window.htmx.trigger(element, "refresh");
    }
  };
  const sayThereIsMore = (verbs) => {
    for (const line of all("[data-new-things]")) {
      const wanted = line.dataset.newThings.split(" ");
      if (!line.hidden || !verbs.some((verb) => wanted.includes(verb))) continue;
      line.hidden = false;
      announce(line.textContent.trim());
    }
  };
  const listen = () => {
    if (!body.dataset.live || !window.EventSource) return;
    const stream = new EventSource(body.dataset.live);
    stream.addEventListener("changed", (event) => {
      const news = JSON.parse(event.data);
      refresh(`[data-refresh="${CSS.escape(String(news.thing))}"]`);
      sayThereIsMore(news.verbs || []);
    });
    stream.addEventListener("for-you", (event) => {
      refresh('[data-refresh="for-you"]');
      document.dispatchEvent(new CustomEvent("for-you", { detail: JSON.parse(event.data).topic }));
    });
    // For what keeps count itself (chat.js): the line is up, perhaps again; or it is given up.
    stream.addEventListener("open", () => document.dispatchEvent(new Event("live-open")));
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) document.dispatchEvent(new Event("live-closed"));
    });
    // Too much happened while the line was down.
    stream.addEventListener("reset", () => refresh("[data-refresh]"));
    window.addEventListener("pagehide", () => stream.close());
  };

  // Who looks at a page is there, for those whom she lets see it (Settings, Chats).
  const here = () => {
    if (document.hidden || !body.dataset.csrf || !window.fetch) return;
    if (store) {
      if (Date.now() - Number(store.getItem("here")) < 50000) return;
      try { store.setItem("here", String(Date.now())); } catch { /* The store is full. */ }
    }
    fetch("/here", { method: "POST", headers: { "X-CSRF-Token": body.dataset.csrf } }).catch(() => {});
  };
  setInterval(here, 60000);
  here();

  // -- start ----------------------------------------------------------------------------------------------------

  function dress(root) {
    restoreDrafts(root);
    clocks(root);
    for (const element of all("[data-focus]", root)) element.focus();
  }
  all(".needs-script").forEach((element) => { element.hidden = false; });
  settleDrafts();
  dress(document);
  listen();
})();
