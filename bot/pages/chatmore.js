
// What lies behind the button at the top: to be told, to have the page on the home screen, to open it elsewhere.

const menu = at("dt-menu");
const OFFERED = "dt-offered";
const others = window.BroadcastChannel && new BroadcastChannel("dt-chat");
const canBeCalled = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window && !FRAMED;
let worker = null;
let installing = null;

async function post(path, body) {
  const response = await fetch(address(path), {
    method: "POST",
    credentials: "same-origin",
    cache: "no-store",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw response;
  return response.json();
}

function answer(key, code) {
  const line = at("dt-menu-status");
  line.hidden = !key;
  line.textContent = key ? say(key) : "";
  // The button that was pressed makes room for the answer.
  if (key && at("dt-open-form").hidden) at("dt-menu-close").focus();
  at("dt-paper-anew").hidden = true;
  at("dt-leave-go").hidden = true;
  at("dt-code").hidden = !code;
  at("dt-code").textContent = code || "";
}

const trouble = (response) =>
  answer(response.status === 429 ? "chat-busy" : response.status ? "chat-trouble" : "chat-offline");

async function showCall() {
  at("dt-call").hidden = !worker;
  const called = worker && (await worker.pushManager.getSubscription());
  const words = at("dt-call").firstElementChild;
  words.dataset.say = called ? "chat-call-off" : "chat-call";
  words.textContent = say(words.dataset.say);
  return called;
}

async function beCalled() {
  if ((await Notification.requestPermission()) !== "granted") return "chat-call-denied";
  const bytes = Uint8Array.from(atob(callerKey.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));
  await toCall(await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes }));
  return "chat-call-on";
}

const toCall = (subscription) => {
  const { endpoint, keys } = subscription.toJSON();
  return post("push", { endpoint, p256dh: keys.p256dh, auth: keys.auth });
};

// This browser is called for the conversation that it shows, also when that is another one than yesterday.
async function follows() {
  if (!worker || !ready) return;
  try {
    const called = await worker.pushManager.getSubscription();
    if (called) await toCall(called);
  } catch {
    // the next time that the page is opened
  }
}

async function notCalled() {
  const called = worker && (await worker.pushManager.getSubscription());
  if (called) await called.unsubscribe();
}

at("dt-call").addEventListener("click", async () => {
  try {
    const called = await showCall();
    if (called) {
      await post("push", { endpoint: called.endpoint });
      await called.unsubscribe();
      answer("");
    } else answer(await beCalled());
  } catch (response) {
    trouble(response);
  }
  showCall();
});

// Asked once, when she has said something that an answer will come to.
async function offer() {
  if (!worker || Notification.permission !== "default" || log.querySelectorAll(".dt-chosen").length < 3) return;
  try {
    at("dt-offer").hidden = localStorage.getItem(OFFERED) !== null;
  } catch {
    at("dt-offer").hidden = true;
  }
}

function offered() {
  at("dt-offer").hidden = true;
  try {
    localStorage.setItem(OFFERED, "1");
  } catch {
    // it is asked again another day
  }
}

at("dt-offer-no").addEventListener("click", offered);
at("dt-offer-yes").addEventListener("click", async () => {
  offered();
  try {
    status(await beCalled());
  } catch (response) {
    status(response.status ? "chat-trouble" : "chat-offline");
  }
});

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installing = event;
  at("dt-install").hidden = false;
});
at("dt-install").addEventListener("click", () => {
  installing.prompt();
  at("dt-install").hidden = true;
});

async function paper(anew) {
  at("dt-open-form").hidden = true;
  try {
    const { code } = await post("code", { anew });
    answer(code ? "chat-paper-is" : "chat-paper-was", code);
    at("dt-paper-anew").hidden = Boolean(code);
  } catch (response) {
    trouble(response);
  }
}

at("dt-paper").addEventListener("click", () => paper(false));
at("dt-paper-anew").addEventListener("click", () => paper(true));
at("dt-open").addEventListener("click", () => {
  answer("");
  at("dt-open-form").hidden = false;
  at("dt-open-field").focus();
});
at("dt-open-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await post("open", { code: at("dt-open-field").value });
    if (others) others.postMessage("opened");
    location.reload();
  } catch (response) {
    if (response.status === 404) answer("chat-open-wrong");
    else trouble(response);
  }
});
// Somebody else's phone: nothing of hers stays there, neither what she said nor what she had not sent.
at("dt-leave").addEventListener("click", () => {
  at("dt-open-form").hidden = true;
  answer("chat-leave-is");
  at("dt-leave-go").hidden = false;
});
at("dt-leave-go").addEventListener("click", async () => {
  try {
    await post("close", {});
    await notCalled();
    await Kept.empty();
    write("");
    if (others) others.postMessage("closed");
    location.reload();
  } catch (response) {
    trouble(response);
  }
});

// What another tab opened is what this browser speaks for, here too.
if (others) others.addEventListener("message", () => location.reload());

// What is otherwise only found by scrolling up to the greeting, or by knowing its word.
for (const each of document.querySelectorAll("[data-command]")) {
  each.addEventListener("click", () => {
    menu.close();
    enqueue({ kind: "text", text: each.dataset.command, reply: null });
  });
}

at("dt-apple").hidden = !/iPhone|iPad/.test(navigator.userAgent) || navigator.standalone || FRAMED;
at("dt-more").addEventListener("click", () => {
  answer("");
  at("dt-open-form").hidden = true;
  showCall();
  menu.showModal();
});
at("dt-menu-close").addEventListener("click", () => menu.close());

if (canBeCalled) {
  navigator.serviceWorker
    .register("/chat/worker.js", { scope: "/chat" })
    .then(() => navigator.serviceWorker.ready)
    .then((found) => {
      worker = found;
      follows();
      offer();
    })
    .catch(() => {
      worker = null; // the page works without
    });
}

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
