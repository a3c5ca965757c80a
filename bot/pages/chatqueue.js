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
  empty() {
    return new Promise((done) => {
      if (!this.db) return done();
      const change = this.db.transaction("queue", "readwrite");
      change.objectStore("queue").clear();
      change.oncomplete = done;
      change.onabort = done;
    });
  },
};

const SLOWEST = 4; // bytes a millisecond
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
    photo.onload = () => URL.revokeObjectURL(photo.src); // what is drawn stays
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
  if (shown) handOver(shown, message);
  release();
}

function handOver(shown, message) {
  // It goes when the record's own showing of it has come, so that nothing blinks.
  const recorded = log.querySelector(`:scope > [data-id="${message}"]`);
  if (message && !recorded) {
    shown.dataset.message = message;
    return;
  }
  if (recorded) keepPicture(picture(shown), recorded);
  shown.remove();
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
  // A large file over a slow network takes as long as it takes: broken off it would only be sent all over again.
  const patience = job.kind === "file" ? 60000 + job.blob.size / SLOWEST : 20000;
  const end = setTimeout(() => ending.abort(), patience);
  let response;
  try {
    response = await request(job, ending.signal);
    if (response.ok) {
      const found = await response.json();
      retry = 0;
      status("");
      typing(job.kind !== "file"); // a photo may well be taken without a word
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
