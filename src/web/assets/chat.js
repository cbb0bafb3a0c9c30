// A chat without leaving the page. Without this file its forms do the same.
//
// Every line that is sent has an id of its own, so sending it again after a broken line says it
// once. Lines are asked for by the number of the last one that is here, so none is lost and none
// comes twice, whatever the stream told or missed.
"use strict";
(() => {
  const list = document.getElementById("chat");
  const form = document.getElementById("chat-form");
  if (!list || !list.dataset.chat || !window.fetch) return;
  const id = list.dataset.chat;
  const base = "/chats/" + encodeURIComponent(id);
  const csrf = document.body.dataset.csrf || "";
  let last = Number(list.dataset.last) || 0;
  let read = 0;

  const post = (path, fields) => fetch(base + path, {
    method: "POST", redirect: "manual", credentials: "same-origin",
    headers: { "X-CSRF-Token": csrf },
    body: new URLSearchParams(fields),
  });

  // -- what comes ---------------------------------------------------------------------------------

  const atEnd = () => window.innerHeight + window.scrollY > document.body.scrollHeight - 600;
  const noteRead = () => {
    if (document.hidden || last <= read) return;
    read = last;
    post("/reading", { sequence: String(last) }).catch(() => { read = 0; });
  };
  const take = (text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const from = page.querySelector("ol");
    if (!from) return false;
    const follow = atEnd();
    let some = false;
    for (const line of Array.from(from.children)) {
      const sequence = Number(line.dataset.sequence);
      if (sequence <= last) continue;
      last = sequence;
      some = true;
      // Unsent lines stay below what is said.
      list.insertBefore(document.importNode(line, true), list.querySelector(".unsent"));
    }
    const theirs = Number(from.dataset.read) || 0;
    for (const mark of list.querySelectorAll(".mine .chat-read[hidden]"))
      if (Number(mark.closest("li").dataset.sequence) <= theirs) mark.hidden = false;
    if (some) {
      document.getElementById("typing").hidden = true;
      if (follow) document.getElementById("latest").scrollIntoView({ block: "end" });
      noteRead();
    }
    return some;
  };
  let fetching = null;
  let again = false;
  const look = (wait) => {
    if (fetching) { again = true; return fetching; }
    fetching = fetch(`${base}/lines?after=${last}${wait ? "&wait=20" : ""}`, { credentials: "same-origin" })
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
      .then(take)
      .finally(() => {
        fetching = null;
        if (again) { again = false; look().catch(() => {}); }
      });
    return fetching;
  };
  let typingUntil = 0;
  document.addEventListener("for-you", (event) => {
    const [what, chat] = event.detail.split(" ");
    if (chat !== id) return;
    if (what === "typing") {
      typingUntil = Date.now() + 5000;
      document.getElementById("typing").hidden = false;
      setTimeout(() => { if (Date.now() >= typingUntil) document.getElementById("typing").hidden = true; }, 5100);
      return;
    }
    look().catch(() => {});
  });
  // The line is up again: what was said meanwhile is fetched by number.
  document.addEventListener("live-open", () => look().catch(() => {}));
  window.addEventListener("online", () => { look().catch(() => {}); sendAll(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look().catch(() => {}); noteRead(); } });
  // Where no stream gets through (an old proxy), one question waits at the server after another.
  let polling = false;
  const poll = () => {
    look(true).then(() => poll(), () => setTimeout(poll, 5000));
  };
  const pollFromNow = () => { if (!polling) { polling = true; poll(); } };
  document.addEventListener("live-closed", pollFromNow);
  if (!window.EventSource || !document.body.dataset.live) pollFromNow();

  // -- what goes ----------------------------------------------------------------------------------

  const waiting = [];
  let sending = false;
  const drop = (entry) => {
    waiting.splice(waiting.indexOf(entry), 1);
    entry.element.remove();
  };
  const sendAll = () => {
    if (sending || !waiting.length) return;
    sending = true;
    const entry = waiting[0];
    post("/lines", { words: entry.words, client_id: entry.client }).then((answer) => {
      sending = false;
      // A redirect is opaque here: it was taken.
      if (answer.type === "opaqueredirect" || answer.ok) {
        return look().catch(() => {}).then(() => { drop(entry); sendAll(); });
      }
      if (answer.status >= 500 || answer.status === 429) {
        entry.note.textContent = list.dataset.unsent;
        setTimeout(sendAll, 5000);
        return undefined;
      }
      // Refused: the words go back into the form, with the reason.
      return answer.text().then((text) => {
        const said = new DOMParser().parseFromString(text, "text/html").querySelector(".notice.bad, [role=alert]");
        entry.note.textContent = said ? said.textContent.trim() : list.dataset.refused;
        entry.note.setAttribute("role", "alert");
        if (!form.words.value) form.words.value = entry.words;
        waiting.splice(waiting.indexOf(entry), 1);
      });
    }, () => {
      sending = false;
      entry.note.textContent = list.dataset.unsent;
      setTimeout(sendAll, 3000);
    });
  };
  const newClient = () => {
    const bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const words = form.words.value;
      if (!words.trim()) return;
      const element = document.createElement("li");
      element.className = "chat-line mine unsent";
      const text = document.createElement("div");
      text.className = "prose";
      text.textContent = words;
      const note = document.createElement("p");
      note.className = "chat-who";
      element.append(note, text);
      list.append(element);
      waiting.push({ words, client: form.client_id.value, element, note });
      form.words.value = "";
      form.words.dispatchEvent(new Event("input", { bubbles: true }));
      form.client_id.value = newClient();
      document.getElementById("latest").scrollIntoView({ block: "end" });
      sendAll();
    });
    let hinted = 0;
    form.words.addEventListener("input", () => {
      if (!form.words.value || Date.now() - hinted < 4000) return;
      hinted = Date.now();
      post("/typing", {}).catch(() => {});
    });
    // Enter alone sends, as people expect of a chat; with Shift it begins a line.
    form.words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
  }
  const reading = document.getElementById("chat-reading");
  if (reading) reading.hidden = true;
  noteRead();
})();
