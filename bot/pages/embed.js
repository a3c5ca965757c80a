// One line in another site shows the chat there: <script src="…/chat/embed.js" async></script>
"use strict";

(() => {
  const SITE = [[value site]];
  const FRAMED_BY = [[value embed]];
  const TITLE = "[[text chat-embed]]";
  const CLOSE = "[[text chat-close]]";
  const style = "position:fixed;right:16px;z-index:2147483000;";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = TITLE;
  button.setAttribute("aria-expanded", "false");
  button.style.cssText = `${style}bottom:16px;min-height:52px;padding:10px 20px;border:0;border-radius:26px;background:#0f5265;color:#fff;font:600 18px/1.3 system-ui,sans-serif;box-shadow:0 4px 16px rgb(0 0 0/.3);cursor:pointer`;
  let frame = null;
  button.addEventListener("click", () => {
    // A site that may not frame the page still leads there.
    if (!FRAMED_BY.includes(location.origin)) {
      window.open(`${SITE}/chat`, "_blank", "noopener");
      return;
    }
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = TITLE;
      frame.allow = "microphone";
      frame.src = `${SITE}/chat`;
      frame.style.cssText = `${style}bottom:80px;width:min(420px,calc(100vw - 32px));height:min(680px,calc(100vh - 100px));border:1px solid #8195a1;border-radius:14px;background:#f2f5f7;box-shadow:0 6px 24px rgb(0 0 0/.3)`;
      document.body.append(frame);
    } else frame.hidden = !frame.hidden;
    button.setAttribute("aria-expanded", String(!frame.hidden));
    button.textContent = frame.hidden ? TITLE : CLOSE;
  });
  const show = () => document.body.append(button);
  if (document.body) show();
  else document.addEventListener("DOMContentLoaded", show);
})();
