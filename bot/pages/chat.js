// The public chat. What is typed, tapped or chosen is kept in the browser first and sent from there, in order, until
// the server has said that it has it; each has a name of its own, so that a repeat is heard once.
"use strict";

const at = (id) => document.getElementById(id);
const WORDS = JSON.parse(at("dt-words").textContent);
const FRAMED = window.top !== window.self;
const LARGEST = 20000000; // bytes of a file that the record takes
const WIDEST = 1600; // pixels of a photo's longer side once scaled
const LONGEST_VOICE = 300; // seconds
const DRAFT = "dt-draft";

const log = at("dt-log");
const waiting = at("dt-waiting");
const field = at("dt-field");
const scroll = at("dt-scroll");

let language = "vi";
let heard = 0; // the newest message that came from the server
let ready = false; // whether this browser has a conversation
let source = null; // the stream of what happens
let lastEvent = 0;
let replyTo = null;
let callerKey = ""; // by which a push service knows the server

const say = (key) => WORDS[language][key];
const address = (path, query = "") => `/chat/${path}?${query}${FRAMED ? "&framed" : ""}`;

function speak(to) {
  if (to === language || !WORDS[to]) return;
  language = to;
  document.documentElement.lang = to;
  for (const each of document.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", say(each.dataset.label));
  for (const each of document.querySelectorAll("[data-hint]")) each.placeholder = say(each.dataset.hint);
}

function status(key, button) {
  const line = at("dt-status");
  if (line.dataset.key === (key || "")) return;
  line.dataset.key = key || "";
  line.hidden = !key;
  line.textContent = key ? say(key) : "";
  if (button) {
    const again = document.createElement("button");
    again.type = "button";
    again.className = "dt-strong";
    again.textContent = say(button.key);
    again.addEventListener("click", button.act);
    line.append(again);
  }
}

const name = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
};

// What waits to be sent. Kept on the disk of the phone where there is one for us, else for as long as the page is open.

const Kept = {
  db: null,
  open() {
    return new Promise((done) => {
      let asked;
      try {
        asked = indexedDB.open("dt-chat", 1);
      } catch {
        done();
        return;
      }
      asked.onupgradeneeded = () => asked.result.createObjectStore("queue", { keyPath: "id" });
      asked.onsuccess = () => {
        this.db = asked.result;
        done();
      };
      asked.onerror = () => done();
    });
  },
  all() {
    return new Promise((done) => {
      if (!this.db) return done([]);
      const asked = this.db.transaction("queue").objectStore("queue").getAll();
      asked.onsuccess = () => done(asked.result.sort((one, other) => one.at - other.at));
      asked.onerror = () => done([]);
    });
  },
  change(act) {
    if (!this.db) return;
    try {
      act(this.db.transaction("queue", "readwrite").objectStore("queue"));
    } catch {
      this.db = null; // full or forbidden: the page itself still holds it
    }
  },
  put(job) {
    this.change((store) => store.put(job));
  },
  remove(id) {
    this.change((store) => store.delete(id));
  },
};

const queue = [];
let pumping = false;
let retry = 0;
let timer = 0;

function enqueue(job) {
  job.id = name();
  job.at = Date.now() + queue.length / 1000;
  queue.push(job);
  Kept.put(job);
  shown(job);
  toEnd();
  pump();
}

function shown(job) {
  if (job.kind === "tap") {
    mark(job);
    return;
  }
  const message = document.createElement("div");
  message.className = "dt-message dt-out dt-waits";
  message.dataset.job = job.id;
  const bubble = document.createElement("div");
  bubble.className = "dt-bubble";
  if (job.kind === "file" && job.blob.type.startsWith("image/")) {
    const photo = document.createElement("img");
    photo.className = "dt-photo";
    photo.alt = say("chat-photo");
    photo.src = URL.createObjectURL(job.blob);
    photo.onload = () => URL.revokeObjectURL(photo.src);
    bubble.append(photo);
  } else {
    const text = document.createElement("div");
    text.className = "dt-text";
    text.textContent = job.kind === "text" ? job.text : job.name || say("chat-voice");
    bubble.append(text);
  }
  const foot = document.createElement("div");
  foot.className = "dt-foot dt-time";
  foot.textContent = say(navigator.onLine ? "chat-sending" : "chat-sent-later");
  bubble.append(foot);
  message.append(bubble);
  waiting.append(message);
}

const waitingOf = (job) => waiting.querySelector(`[data-job="${job.id}"]`);

// A tapped button looks so at once, also when the message is shown anew before the server has heard of it.
function mark(job) {
  for (const button of log.querySelectorAll(`[data-message="${job.message}"][data-tap]`)) {
    if (button.dataset.tap === job.data) {
      button.classList.add("dt-chosen");
      button.setAttribute("aria-pressed", "true");
    }
  }
}

function finished(job, message) {
  queue.splice(queue.indexOf(job), 1);
  Kept.remove(job.id);
  const shown = waitingOf(job);
  if (!shown) return;
  // It goes when the record's own showing of it has come, so that nothing blinks.
  if (message && !log.querySelector(`:scope > [data-id="${message}"]`)) shown.dataset.message = message;
  else shown.remove();
}

function request(job, signal) {
  const common = { method: "POST", credentials: "same-origin", cache: "no-store", signal };
  if (job.kind === "file") {
    const headers = { "X-Once": job.id, "X-Name": encodeURIComponent(job.name || ""), "X-Seconds": String(job.seconds || 0) };
    return fetch(address("file"), { ...common, headers, body: job.blob });
  }
  const body = job.kind === "text"
    ? { id: job.id, text: job.text, reply: job.reply }
    : { id: job.id, message: job.message, data: job.data, sign: job.sign };
  const headers = { "Content-Type": "application/json" };
  return fetch(address(job.kind === "text" ? "say" : "tap"), { ...common, headers, body: JSON.stringify(body) });
}

async function pump() {
  if (pumping || !ready || !queue.length) return;
  pumping = true;
  clearTimeout(timer);
  try {
    while (ready && queue.length) {
      const job = queue[0];
      const wait = await send(job);
      if (wait) {
        timer = setTimeout(pump, wait * 1000);
        return;
      }
    }
  } finally {
    pumping = false;
  }
}

// Sends one thing; returns in how many seconds to try again, or 0 when it is done with.
async function send(job) {
  const ending = new AbortController();
  const end = setTimeout(() => ending.abort(), job.kind === "file" ? 180000 : 20000);
  let response;
  try {
    response = await request(job, ending.signal);
    if (response.ok) {
      const found = await response.json();
      retry = 0;
      status("");
      typing(true);
      finished(job, found.message);
      return 0;
    }
  } catch {
    retry += 1;
    status("chat-offline");
    return Math.min(2 ** retry / 2, 15);
  } finally {
    clearTimeout(end);
  }
  if (response.status === 401) {
    lost();
    return 0;
  }
  if (response.status === 429 || response.status >= 500) {
    retry += 1;
    status(response.status === 429 ? "chat-busy" : "chat-trouble");
    return Number(response.headers.get("Retry-After")) || Math.min(2 ** retry, 30);
  }
  // It will never be taken: her words come back to where she can mend them.
  if (job.kind === "text" && !field.value) write(job.text);
  finished(job, 0);
  status(response.status === 413 ? "chat-too-large" : "chat-refused");
  return 0;
}

// The conversation of this browser.

async function begin() {
  const query = new URLSearchParams(location.search);
  const start = location.hash.slice(1);
  let response;
  try {
    response = await fetch(address("begin"), {
      method: "POST",
      credentials: "same-origin",
      cache: "no-store",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ village: query.get("thon"), start: start.startsWith("moi-") ? start : null }),
    });
  } catch {
    status("chat-offline");
    timer = setTimeout(begin, 3000);
    return;
  }
  if (!response.ok) {
    status(response.status === 429 ? "chat-busy" : "chat-trouble");
    timer = setTimeout(begin, 1000 * (Number(response.headers.get("Retry-After")) || 5));
    return;
  }
  // Said once: opening the page again is no second visit by that code.
  if (location.search || start) history.replaceState(null, "", location.pathname);
  const found = await response.json();
  speak(found.language);
  callerKey = found.caller;
  status("");
  ready = true;
  listen();
  pump();
}

function lost() {
  ready = false;
  if (source) source.close();
  source = null;
  status("chat-gone", {
    key: "chat-again",
    act() {
      log.replaceChildren();
      heard = 0;
      for (const job of queue.filter((each) => each.kind === "tap")) finished(job, 0);
      begin();
    },
  });
}

// What happens in it.

function listen() {
  if (source || !ready || document.hidden) return;
  const have = Array.from(log.children, (each) => `${each.dataset.id}.${each.dataset.v}`).join(",");
  source = new EventSource(address("events", `have=${have}`));
  lastEvent = Date.now();
  const mine = source;
  source.addEventListener("open", () => {
    if (!queue.length) status("");
    pump();
  });
  source.addEventListener("ping", () => {
    lastEvent = Date.now();
  });
  source.addEventListener("messages", (message) => {
    lastEvent = Date.now();
    show(JSON.parse(message.data));
  });
  source.addEventListener("again", () => {
    if (source !== mine) return;
    deaf();
    listen();
  });
  source.addEventListener("gone", lost);
  source.addEventListener("error", () => {
    if (source === mine) later();
  });
}

function later() {
  if (source) source.close();
  source = null;
  if (!navigator.onLine) status("chat-offline");
  setTimeout(listen, 2000);
}

function deaf() {
  if (source) source.close();
  source = null;
}

// A stream may die without a word: the server says something every 25 seconds.
setInterval(() => {
  if (source && Date.now() - lastEvent > 60000) later();
}, 10000);

function show(found) {
  speak(found.language);
  const byItself = heard && found.heard > heard;
  for (const id of found.gone) {
    const gone = log.querySelector(`:scope > [data-id="${id}"]`);
    if (gone) gone.remove();
  }
  // An answer may also come as a change of what stands there already; a button that is marked is none.
  const texts = () => Array.from(log.querySelectorAll(".dt-in .dt-text"), (each) => each.textContent).join("\n");
  const before = texts();
  // Who reads further up is left there, unless she has just acted and waits for what comes.
  const reads = scroll.scrollTop < -60 && at("dt-typing").hidden;
  for (const row of found.rows) place(row);
  if (!reads) toEnd();
  if (texts() !== before) typing(false);
  for (const job of queue) if (job.kind === "tap") mark(job);
  heard = Math.max(heard, found.heard);
  if (log.dataset.begun !== "yes") {
    log.dataset.begun = "yes";
    at("dt-older").hidden = !found.more;
    // What was said before is there to be read, and is not read out.
    setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
  }
  offer();
  if (byItself && document.hidden) document.title = `• ${document.title.replace(/^• /, "")}`;
}

function place(row, first = false) {
  let message = log.querySelector(`:scope > [data-id="${row.id}"]`);
  const waited = waiting.querySelector(`[data-message="${row.id}"]`);
  if (waited) waited.remove();
  if (!message) {
    message = document.createElement("div");
    message.dataset.id = row.id;
    const next = first ? log.firstElementChild : Array.from(log.children).find((each) => Number(each.dataset.id) > row.id);
    log.insertBefore(message, next || null);
  }
  const held = document.activeElement && message.contains(document.activeElement) ? document.activeElement.dataset.tap : null;
  message.dataset.v = row.v;
  message.className = `dt-message ${row.side}`;
  message.innerHTML = row.html; // made by the server from escaped parts
  if (FRAMED) {
    for (const each of message.querySelectorAll("[src^='/chat/'],[href^='/chat/']")) {
      const attribute = each.hasAttribute("src") ? "src" : "href";
      each.setAttribute(attribute, `${each.getAttribute(attribute)}?framed`);
    }
  }
  if (held) {
    const same = Array.from(message.querySelectorAll("[data-tap]")).find((each) => each.dataset.tap === held);
    if (same) same.focus();
  }
}

at("dt-older").addEventListener("click", async () => {
  const first = log.firstElementChild;
  if (!first) return;
  try {
    const response = await fetch(address("older", `before=${first.dataset.id}`), { credentials: "same-origin" });
    if (!response.ok) return;
    const found = await response.json();
    for (const row of found.rows.reverse()) place(row, true);
    at("dt-older").hidden = !found.more;
    first.scrollIntoView({ block: "start" });
  } catch {
    status("chat-offline");
  }
});

let typingEnds = 0;
function typing(on) {
  clearTimeout(typingEnds);
  at("dt-typing").hidden = !on;
  if (on) typingEnds = setTimeout(() => typing(false), 6000);
}

function toEnd() {
  scroll.scrollTop = 0; // the column is reversed: its end is where it begins
}

// Writing.

function write(text) {
  field.value = text;
  grow();
  keepDraft();
}

function grow() {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight + 2}px`;
}

function keepDraft() {
  try {
    if (field.value) localStorage.setItem(DRAFT, field.value);
    else localStorage.removeItem(DRAFT);
  } catch {
    // a browser that keeps nothing: the page itself still holds it
  }
}

function quote(id, time) {
  replyTo = id;
  at("dt-quote").hidden = id === null;
  at("dt-quoted").textContent = time || "";
  if (id !== null) field.focus();
}

field.addEventListener("input", () => {
  grow();
  keepDraft();
});
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  at("dt-composer").requestSubmit();
});
at("dt-composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = field.value.trim();
  if (!text) {
    field.focus();
    return;
  }
  enqueue({ kind: "text", text, reply: replyTo });
  quote(null);
  write("");
});
at("dt-quote-drop").addEventListener("click", () => quote(null));

log.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.reply) quote(Number(button.dataset.reply), button.dataset.time);
  else if (button.dataset.tap) {
    const { tap, sign } = button.dataset;
    const message = Number(button.dataset.message);
    // A finger that trembles presses twice.
    if (queue.some((job) => job.kind === "tap" && job.message === message && job.data === tap)) return;
    enqueue({ kind: "tap", message, data: tap, sign });
  }
});

// Photos and files.

at("dt-attach").addEventListener("click", () => at("dt-file").click());
at("dt-file").addEventListener("change", async () => {
  const chosen = Array.from(at("dt-file").files);
  at("dt-file").value = "";
  for (const file of chosen) {
    const blob = file.type.startsWith("image/") ? await scaled(file) : file;
    if (blob.size > LARGEST) status("chat-too-large");
    else enqueue({ kind: "file", blob, name: file.name });
  }
});

async function scaled(file) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const factor = Math.min(1, WIDEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * factor);
    canvas.height = Math.round(image.height * factor);
    const ink = canvas.getContext("2d");
    ink.fillStyle = "#fff"; // a JPEG knows nothing transparent
    ink.fillRect(0, 0, canvas.width, canvas.height);
    ink.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82))) || file;
  } catch {
    return file; // a format that this browser cannot draw: the server says whether it takes it
  }
}

// A voice.

const SOUND = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"].find(
  (type) => window.MediaRecorder && MediaRecorder.isTypeSupported(type),
);
const canRecord = SOUND && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;
let recording = null;

at("dt-record").hidden = !canRecord;
at("dt-record").addEventListener("click", async () => {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    status("chat-record-denied");
    return;
  }
  const recorder = new MediaRecorder(stream, { mimeType: SOUND, audioBitsPerSecond: 24000 });
  const parts = [];
  const begun = Date.now();
  const seconds = () => Math.round((Date.now() - begun) / 1000);
  const clock = setInterval(() => {
    at("dt-recorded").textContent = `${Math.floor(seconds() / 60)}:${String(seconds() % 60).padStart(2, "0")}`;
    if (seconds() >= LONGEST_VOICE) recording.end(true);
  }, 500);
  recording = {
    end(wanted) {
      recording = null;
      clearInterval(clock);
      const lasted = Math.max(1, seconds());
      recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        const blob = new Blob(parts, { type: SOUND.split(";")[0] });
        if (wanted && blob.size) enqueue({ kind: "file", blob, name: "", seconds: lasted });
      };
      recorder.stop();
      at("dt-recording").hidden = true;
      at("dt-composer").hidden = false;
      at("dt-record").focus();
    },
  };
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start(1000);
  at("dt-recorded").textContent = "0:00";
  at("dt-composer").hidden = true;
  at("dt-recording").hidden = false;
  at("dt-record-send").focus();
});
at("dt-record-send").addEventListener("click", () => recording && recording.end(true));
at("dt-record-drop").addEventListener("click", () => recording && recording.end(false));

// The rest.

window.addEventListener("online", () => {
  listen();
  pump();
});
window.addEventListener("offline", () => {
  deaf();
  status("chat-offline");
});
document.addEventListener("visibilitychange", () => {
  // A page that nobody sees listens to nothing: that saves her data, and is how the server knows to call her.
  if (document.hidden) {
    if (source) navigator.sendBeacon(address("seen"));
    deaf();
  } else {
    document.title = document.title.replace(/^• /, "");
    listen();
    pump();
  }
});

(async () => {
  try {
    write(localStorage.getItem(DRAFT) || "");
  } catch {
    write("");
  }
  await Kept.open();
  for (const job of await Kept.all()) {
    queue.push(job);
    shown(job);
  }
  begin();
})();
