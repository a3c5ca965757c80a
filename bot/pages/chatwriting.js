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
// On a phone the key for a new line makes one, as in every chat there: only the button sends.
const TOUCH = matchMedia("(pointer: coarse)").matches;
if (TOUCH) field.enterKeyHint = "enter";

field.addEventListener("keydown", (event) => {
  if (TOUCH || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
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
  for (const part of partsOf(text)) {
    enqueue({ kind: "text", text: part, reply: replyTo });
    quote(null);
  }
  write("");
});
// More than one message holds goes as several, each up to the end of a line, of a word, or as far as it goes.
function partsOf(text) {
  const parts = [];
  let rest = text;
  while (rest.length > LONGEST_TEXT) {
    const most = rest.slice(0, LONGEST_TEXT);
    const gap = [most.lastIndexOf("\n"), most.lastIndexOf(" ")].find((each) => each > LONGEST_TEXT / 2);
    // Half a character is none.
    const end = gap || (/[\uD800-\uDBFF]$/.test(most) ? LONGEST_TEXT - 1 : LONGEST_TEXT);
    parts.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return rest ? [...parts, rest] : parts;
}

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

// A voice: pressed once it runs until it is sent or dropped; held, as in other chats, until it is let go.

const SOUND = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"].find(
  (type) => window.MediaRecorder && MediaRecorder.isTypeSupported(type),
);
const canRecord = SOUND && navigator.mediaDevices && navigator.mediaDevices.getUserMedia;
const HELD = 700; // milliseconds that are no mere press
let recording = null;
let opening = false; // whether the microphone is being asked for
let pressed = 0;

async function record() {
  if (recording || opening) return;
  opening = true;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    status("chat-record-denied");
    return;
  } finally {
    opening = false;
  }
  const recorder = new MediaRecorder(stream, { mimeType: SOUND, audioBitsPerSecond: 24000 });
  const parts = [];
  const begun = Date.now();
  const seconds = () => Math.round((Date.now() - begun) / 1000);
  const clock = setInterval(() => {
    at("dt-recorded").textContent = `${Math.floor(seconds() / 60)}:${String(seconds() % 60).padStart(2, "0")}`;
    if (seconds() >= LONGEST_VOICE) recording.end(true);
  }, 500);
  let wanted = true;
  recording = {
    end(keep) {
      wanted = keep;
      if (recorder.state !== "inactive") recorder.stop();
    },
  };
  // Also when the phone takes the microphone away, for a call: what was said by then is kept.
  recorder.onstop = () => {
    recording = null;
    clearInterval(clock);
    for (const track of stream.getTracks()) track.stop();
    const blob = new Blob(parts, { type: SOUND.split(";")[0] });
    if (wanted && blob.size) enqueue({ kind: "file", blob, name: "", seconds: Math.max(1, seconds()) });
    at("dt-recording").hidden = true;
    at("dt-composer").hidden = false;
    at("dt-record").focus();
  };
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start(1000);
  at("dt-recorded").textContent = "0:00";
  at("dt-composer").hidden = true;
  at("dt-recording").hidden = false;
  at("dt-record-send").focus();
}

at("dt-record").hidden = !canRecord;
at("dt-record").addEventListener("click", record);
at("dt-record").addEventListener("contextmenu", (event) => event.preventDefault());
at("dt-record").addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  pressed = Date.now();
  record();
});
window.addEventListener("pointerup", () => {
  if (pressed && recording && Date.now() - pressed >= HELD) recording.end(true);
  pressed = 0;
});
window.addEventListener("pointercancel", () => {
  pressed = 0;
});
at("dt-record-send").addEventListener("click", () => recording && recording.end(true));
at("dt-record-drop").addEventListener("click", () => recording && recording.end(false));
