// The public chat. What is typed, tapped or chosen is kept in the browser first and sent from there, in order, until
// the server has said that it has it; each has a name of its own, so that a repeat is heard once.
"use strict";

const at = (id) => document.getElementById(id);
const WORDS = JSON.parse(at("dt-words").textContent);
const FRAMED = window.top !== window.self;
const LARGEST = 20000000; // bytes of a file that the record takes
const WIDEST = 1600; // pixels of a photo's longer side once scaled
const LONGEST_VOICE = 300; // seconds
const LONGEST_TEXT = 4000; // characters of one message
const TOLD = 60; // of the messages that stand here, how many the server is told of
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
      body: JSON.stringify({ village: query.get("thon"), start: /^[mn]oi-/.test(start) ? start : null }),
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
  follows();
}

// An invitation that is opened where the page stands already.
window.addEventListener("hashchange", () => {
  if (/^#[mn]oi-/.test(location.hash)) begin();
});

// The server knows nobody of this browser: her conversation is over, or the browser keeps nothing for us.
function lost() {
  ready = false;
  deaf();
  notCalled();
  const act = () => {
    log.replaceChildren();
    heard = 0;
    for (const job of queue.filter((each) => each.kind === "tap")) finished(job, 0);
    begin();
  };
  // Whoever said nothing yet misses nothing, and is greeted anew. An empty page was refused right after it began.
  if (log.childElementCount && at("dt-older").hidden && !log.querySelector(".dt-out")) act();
  else status(log.childElementCount ? "chat-gone" : "chat-cookies", { key: "chat-again", act });
}

// What happens in it.

function listen() {
  if (source || !ready || document.hidden) return;
  const last = Array.from(log.children).slice(-TOLD);
  const have = last.map((each) => `${each.dataset.id}.${each.dataset.v}`).join(",");
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
    if (source === mine) later(mine.readyState === EventSource.CLOSED);
  });
}

// `refused`: the server answered, and with no stream. A stream says no more, so that the reason is asked for.
async function later(refused) {
  deaf();
  if (!navigator.onLine) status("chat-offline");
  let seconds = 2;
  try {
    const reason = refused ? await fetch(address("older", "before=1"), { credentials: "same-origin", cache: "no-store" }) : null;
    if (reason && reason.status === 401) {
      lost();
      return;
    }
    if (reason && reason.status === 429) {
      status("chat-busy");
      seconds = Number(reason.headers.get("Retry-After")) || 5;
    }
  } catch {
    // no network after all
  }
  setTimeout(listen, seconds * 1000);
}

function deaf() {
  if (source) source.close();
  source = null;
}

// A stream may die without a word: the server says something every 25 seconds.
setInterval(() => {
  if (source && Date.now() - lastEvent > 60000) later(false);
}, 10000);

function show(found) {
  speak(found.language);
  const byItself = heard && found.heard > heard;
  const begun = log.dataset.begun === "yes";
  // More came while nobody looked than is sent at once: what stands here has a gap after it, and is fetched as older.
  const newest = log.lastElementChild;
  if (newest && found.more && found.first > Number(newest.dataset.id)) {
    log.replaceChildren();
    at("dt-older").hidden = false;
  }
  for (const id of found.gone) {
    const gone = log.querySelector(`:scope > [data-id="${id}"]`);
    if (gone) gone.remove();
  }
  // Who reads further up is left there, unless she has just acted and waits for what comes.
  const reads = scroll.scrollTop < -60 && at("dt-typing").hidden;
  const said = found.rows.map(place).filter(Boolean);
  if (log.firstElementChild) at("dt-opening").hidden = true;
  if (!reads) toEnd();
  if (said.some((each) => each.matches(".dt-in") || each.querySelector(".dt-reaction"))) typing(false);
  if (!reads) toChoice(said);
  for (const job of queue) if (job.kind === "tap") mark(job);
  heard = Math.max(heard, found.heard);
  if (begun) said.forEach(tell);
  else {
    log.dataset.begun = "yes";
    at("dt-older").hidden = !found.more;
  }
  offer();
  if (byItself && document.hidden) document.title = `• ${document.title.replace(/^• /, "")}`;
}

// What a message says, apart from how it looks.
const wordsOf = (message) => Array.from(message.querySelectorAll(".dt-text, .dt-file, .dt-reaction"), (each) => each.textContent);

const picture = (message) => message.querySelector(".dt-photo, .dt-audio");

// What is here already is not fetched again, nor does it blink.
function keepPicture(drawn, message) {
  const anew = picture(message);
  if (drawn && anew && drawn.localName === anew.localName) anew.replaceWith(drawn);
}

// Of her photo the record may tell before the answer to its sending: it is not fetched until that has come.
function hold(message) {
  const anew = picture(message);
  if (!anew) return;
  anew.dataset.src = anew.getAttribute("src");
  anew.removeAttribute("src");
}

function release() {
  if (queue.some((job) => job.kind === "file")) return;
  for (const each of log.querySelectorAll("[data-src]")) {
    each.src = each.dataset.src;
    each.removeAttribute("data-src");
  }
}

// Shows a message; returns its element when it says something new, which a button that is marked does not.
function place(row) {
  let message = log.querySelector(`:scope > [data-id="${row.id}"]`);
  const waited = waiting.querySelector(`[data-message="${row.id}"]`);
  const before = message ? wordsOf(message).join("\n") : null;
  if (!message) {
    message = document.createElement("div");
    message.dataset.id = row.id;
    const next = Array.from(log.children).find((each) => Number(each.dataset.id) > row.id);
    log.insertBefore(message, next || null);
  }
  const held = document.activeElement && message.contains(document.activeElement) ? document.activeElement.dataset.tap : null;
  const drawn = picture(waited || message);
  message.dataset.v = row.v;
  message.className = `dt-message ${row.side}`;
  const made = document.createElement("template"); // loads nothing yet
  made.innerHTML = row.html; // made by the server from escaped parts
  if (FRAMED) {
    for (const each of made.content.querySelectorAll("[src],[href^='/chat/']")) {
      const attribute = each.hasAttribute("src") ? "src" : "href";
      each.setAttribute(attribute, `${each.getAttribute(attribute)}?framed`);
    }
  }
  if (drawn || (row.side === "dt-out" && queue.some((job) => job.kind === "file"))) hold(made.content);
  message.textContent = "";
  message.append(made.content);
  keepPicture(drawn, message);
  if (waited) waited.remove();
  if (held) {
    const same = Array.from(message.querySelectorAll("[data-tap]")).find((each) => each.dataset.tap === held);
    if (same) same.focus();
  }
  return wordsOf(message).join("\n") === before ? null : message;
}

// Read out, once, to those who do not see: what a message says, and what can be chosen under it.
function tell(message) {
  if (message.matches(".dt-out") && !message.querySelector(".dt-reaction")) return;
  const line = document.createElement("p");
  const choices = Array.from(message.querySelectorAll("[data-tap]"), (each) => each.textContent);
  const parts = message.matches(".dt-out") ? [message.querySelector(".dt-reaction").textContent] : wordsOf(message);
  line.textContent = [say("chat-they"), ...parts, ...(choices.length ? [say("chat-choices"), choices.join("; ")] : [])].join(" ");
  at("dt-news").append(line);
  // Who goes through the page line by line finds it once, in the conversation.
  setTimeout(() => line.remove(), 8000);
}

// A message that changed lies further up, under the photos that she sent since: its buttons are brought into sight.
function toChoice(said) {
  const message = said.find((each) => each.querySelector(".dt-buttons:not(.dt-past)"));
  if (!message || Array.from(log.querySelectorAll(".dt-in")).pop() !== message) return;
  if (message.lastElementChild.getBoundingClientRect().top < scroll.getBoundingClientRect().top) {
    message.scrollIntoView({ block: "end" });
  }
}

at("dt-older").addEventListener("click", async () => {
  const first = log.firstElementChild;
  if (!first) return;
  try {
    const response = await fetch(address("older", `before=${first.dataset.id}`), { credentials: "same-origin" });
    if (!response.ok) return;
    const found = await response.json();
    for (const row of found.rows) place(row);
    at("dt-older").hidden = !found.more;
    first.scrollIntoView({ block: "start" });
  } catch {
    status("chat-offline");
  }
});

// Neither a page of its own nor a download would be given what this frame was given: the page brings the file itself.
async function bring(link) {
  try {
    const response = await fetch(link.href, { credentials: "same-origin" });
    if (!response.ok) throw response;
    const blob = await response.blob();
    const made = document.createElement("a");
    made.href = URL.createObjectURL(blob);
    made.download = link.textContent || `anh.${blob.type.split("/")[1].replace("jpeg", "jpg")}`;
    made.click();
    setTimeout(() => URL.revokeObjectURL(made.href), 60000);
  } catch (response) {
    status(response.status ? "chat-trouble" : "chat-offline");
  }
}

if (FRAMED) {
  log.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/chat/file/']");
    if (!link) return;
    event.preventDefault();
    bring(link);
  });
}

let typingEnds = 0;
function typing(on) {
  clearTimeout(typingEnds);
  at("dt-typing").hidden = !on;
  if (on) typingEnds = setTimeout(() => typing(false), 6000);
}

function toEnd() {
  scroll.scrollTop = 0; // the column is reversed: its end is where it begins
}

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
