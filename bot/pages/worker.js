// Keeps the page for when there is no network, and shows that something is new. It keeps nothing that anybody said.
"use strict";

const SHELL = "dt-[[value tag]]";
const FILES = ["/chat", "/chat/chat.css?v=[[value style]]", "/chat/chat.js?v=[[value script]]", "/chat/icon-192.png"];
const PATIENCE = 4000; // milliseconds for the network to bring the page before the kept one is shown

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((kept) => kept.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) if (name.startsWith("dt-") && name !== SHELL) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

async function page(request) {
  const kept = await caches.match("/chat");
  const slow = new Promise((done) => setTimeout(done, PATIENCE, null));
  try {
    const found = await (kept ? Promise.race([fetch(request), slow]) : fetch(request));
    // A server that is being started anew is no reason to lose the page.
    return kept && (!found || found.status >= 500) ? kept : found;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/chat") event.respondWith(page(request));
  else if (FILES.includes(pathname + search)) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // a call without words is a call
  }
  event.waitUntil(
    self.registration.showNotification(said.title || "[[value name]]", {
      body: said.body || "[[text chat-push]]",
      lang: said.language || "vi",
      tag: "tin",
      renotify: true,
      icon: "/chat/icon-192.png",
      badge: "/chat/badge-96.png",
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const open = async () => {
    for (const client of await self.clients.matchAll({ type: "window" })) {
      if (new URL(client.url).pathname === "/chat") return client.focus();
    }
    return self.clients.openWindow("/chat");
  };
  event.waitUntil(open());
});
