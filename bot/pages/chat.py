"""`/chat`, the public web chat: what anybody opens by a QR code, with nothing to install.

A page of our own and not one of NiceGUI's: what she types and taps must outlive a minute without network, which a page
whose state lies on the server cannot promise, and its script may be forbidden everything but our own files.
"""

import asyncio
import base64
import hmac
import json
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse

from bot.keys import Keys
from bot.messengers.web import AccountGone, AlreadySaid, WebMessenger
from bot.pages.bubbles import bubbles, file_response
from bot.pages.chatfiles import TooLarge, read, type_of
from bot.pages.chatshell import Asset, ours, policy, shell
from bot.pages.chatview import changes, event, rendered
from bot.pages.icons import badge, icon
from bot.pages.visits import Budget, Sessions, address_of
from handlers.words import Words
from storage import transcript
from storage.database import Database, Transaction
from storage.files import MAX_BYTES, MediaStore
from storage.models import Account, Transcript

SHOWN = 40
"""Messages that a page shows at once; older ones when she asks."""
LONGEST_TEXT = 4096
LONGEST_BODY = 64_000
PING_SECONDS = 25.0
SIGN_BYTES = 9

ACTS = (40, 0.5)
"""What one conversation may send at once, and a second after that."""
ACTS_OF_AN_ADDRESS = (600, 20.0)
NEWCOMERS = (200, 0.5)
"""Of one address: a village may sit behind it, and comes within minutes when the loudspeaker has called."""

ICONS: Mapping[str, Callable[[], bytes]] = {
    "icon-192.png": lambda: icon(192),
    "icon-512.png": lambda: icon(512),
    "icon-512-masked.png": lambda: icon(512, masked=True),
    "badge-96.png": lambda: badge(96),
}

_ONCE = re.compile(r"[0-9a-z-]{8,64}")
_START = re.compile(r"moi-[0-9a-z]{1,40}")


class ChatPage:
    """The page, what it loads and what it calls. `site` is our public address, `embed` the sites that may frame it."""

    def __init__(
        self,
        db: Database,
        messenger: WebMessenger,
        media: MediaStore,
        words: Words,
        keys: Keys,
        site: str,
        embed: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db, self._messenger, self._media, self._words = db, messenger, media, words
        self._key = keys.session
        self._sessions = Sessions(keys.session, site)
        self._acts, self._from_address, self._newcomers = (
            Budget(*each, clock) for each in (ACTS, ACTS_OF_AN_ADDRESS, NEWCOMERS)
        )
        self._headers = {"Content-Security-Policy": policy(embed), "Referrer-Policy": "no-referrer"}
        script = Asset.of(ours("chat.js"), "text/javascript; charset=utf-8")
        style = Asset.of(ours("bubbles.css", "chat.css"), "text/css; charset=utf-8")
        self._assets = {"chat.js": script, "chat.css": style}
        self._shell = Asset.of(shell(words, db.commune, script, style), "text/html; charset=utf-8")

    def mount(self, app: FastAPI) -> None:
        """Adds the page to `app`."""
        app.get("/")(self.root)
        app.get("/chat")(self.page)
        app.post("/chat/begin")(self.begin)
        app.get("/chat/events")(self.events)
        app.get("/chat/older")(self.older)
        app.post("/chat/say")(self.say)
        app.post("/chat/tap")(self.tap)
        app.post("/chat/file")(self.send_file)
        app.get("/chat/file/{message_id}")(self.show_file)
        app.get("/chat/{name}")(self.asset)

    async def root(self) -> Response:
        return RedirectResponse("/chat")

    async def page(self, request: Request) -> Response:
        return self._shell.response(request, self._headers, kept=False)

    async def asset(self, name: str, request: Request) -> Response:
        found = self._assets.get(name)
        if found is None and name in ICONS:
            picture = await asyncio.to_thread(ICONS[name])
            found = self._assets[name] = Asset.of(picture, "image/png")
        if found is None:
            return PlainTextResponse("", 404)
        return found.response(request, {}, kept=request.query_params.get("v") == found.tag)

    async def begin(self, request: Request) -> Response:
        """Finds the conversation of this browser or opens one; the greeting comes as from any messenger.

        `village` is where the QR code hung, `start` an invitation to an office.
        """
        asked = await self._asked(request)
        if isinstance(asked, Response):
            return asked
        native_id = self._sessions.read(request)
        async with self._db.read() as tx:
            account = await _known(tx, self._messenger, native_id)
            fresh = account is None or not await transcript.since(tx, account.id, limit=1)
        if account is None and (wait := self._newcomers.wait(address_of(request))):
            return _later(wait)
        if account is None:
            native_id = self._messenger.new_native_id()
            account_id = await self._messenger.open_account(native_id)
        else:
            account_id = account.id
        if words := self._opening(asked, fresh=fresh):
            await self._messenger.begin(account_id, words)
        response = JSONResponse({"language": account.language if account is not None else "vi"})
        self._sessions.give(request, response, str(native_id))
        return response

    def _opening(self, asked: Mapping[str, Any], *, fresh: bool) -> str | None:
        village, start = asked.get("village"), asked.get("start")
        if isinstance(start, str) and _START.fullmatch(start):
            return f"/start {start}"
        if isinstance(village, str) and self._db.commune.village(village) is not None:
            return f"/start thon-{village}"
        return "/start" if fresh else None

    async def events(self, request: Request) -> Response:
        """What changes in her conversation, as it happens. `have` is what the page shows: id.version, …"""
        account = await self._account(request)
        if account is None:
            return self._unknown(request)
        if wait := self._from_address.wait(address_of(request)):
            return _later(wait)
        have = _have(request.query_params.get("have", ""))
        stopping: asyncio.Event = getattr(request.app.state, "stopping", None) or asyncio.Event()
        return StreamingResponse(
            self._follow(account.id, have, stopping),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _follow(self, account_id: int, have: dict[int, str], stopping: asyncio.Event) -> AsyncIterator[bytes]:
        topic = transcript.topic(account_id)
        woken = self._db.listen(topic)
        stop = asyncio.ensure_future(stopping.wait())
        first = True
        try:
            while not stopping.is_set():
                woken.clear()
                shown = await self._shown(account_id)
                if shown is None:
                    yield event("gone", {})
                    return
                found = changes(shown["rows"], have)
                if first or found["rows"] or found["gone"]:
                    yield event("messages", {**shown, **found})
                for id_ in found["gone"]:
                    have.pop(id_)
                have |= {row["id"]: row["v"] for row in found["rows"]}
                first = False
                wake = asyncio.ensure_future(woken.wait())
                await asyncio.wait({stop, wake}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                wake.cancel()
                if not woken.is_set():
                    yield event("ping", 0)
        finally:
            stop.cancel()
            self._db.unlisten(topic, woken)

    async def older(self, request: Request) -> Response:
        """The messages before the one that the page shows first."""
        account = await self._account(request)
        if account is None:
            return self._unknown(request)
        before = _number(request.query_params.get("before", ""))
        found = await self._shown(account.id, before) if before else None
        return JSONResponse(found or {"rows": [], "more": False}, headers={"Cache-Control": "no-store"})

    async def _shown(self, account_id: int, before: int | None = None) -> dict[str, Any] | None:
        """The messages as the page shows them, and whether older ones lie before them; None once the account is gone.

        The buttons of none but the latest are active, whichever are asked for.
        """
        async with self._db.read() as tx:
            account = await tx.session.get(Account, account_id)
            if account is None or account.native_id is None:
                return None
            rows = await transcript.since(tx, account_id, limit=SHOWN + 1, before=before)
            say, commune = self._words.say(account.language), self._db.commune
            found = bubbles(rows[-SHOWN:], active=before is None)
            shown = [
                rendered(say, commune, tx, each, lambda id_, data: self._sign(account_id, id_, data)) for each in found
            ]
            heard = max((row.id for row in rows if row.outgoing), default=0)
            return {"language": account.language, "rows": shown, "more": len(rows) > SHOWN, "heard": heard}

    async def say(self, request: Request) -> Response:
        """She writes: `text`, perhaps in reply to a message; `id` is the page's own name for it."""
        asked = await self._asked(request)
        if isinstance(asked, Response):
            return asked
        once, text = _once(asked.get("id")), asked.get("text")
        if once is None or not isinstance(text, str) or not (words := _clean(text).strip()):
            return PlainTextResponse("", 400)
        if len(words) > LONGEST_TEXT:
            return PlainTextResponse("", 413)
        reply = asked.get("reply")
        account = await self._account(request)
        if account is None or (wait := self._acts.wait(str(account.native_id))):
            return self._unknown(request) if account is None else _later(wait)
        return await self._done(
            request,
            self._messenger.text(account.id, words, reply if isinstance(reply, int) else None, once=once),
        )

    async def tap(self, request: Request) -> Response:
        """She presses a button that was shown to her: its `message`, its `data`, and `sign`, which proves it."""
        asked = await self._asked(request)
        if isinstance(asked, Response):
            return asked
        once, message, data, sign = (asked.get(name) for name in ("id", "message", "data", "sign"))
        once = _once(once)
        if once is None or not isinstance(message, int) or not isinstance(data, str) or not isinstance(sign, str):
            return PlainTextResponse("", 400)
        account = await self._account(request)
        if account is None or (wait := self._acts.wait(str(account.native_id))):
            return self._unknown(request) if account is None else _later(wait)
        if not hmac.compare_digest(sign.encode(), self._sign(account.id, message, data).encode()):
            return PlainTextResponse("", 400)
        return await self._done(request, self._messenger.tap(account.id, message, data, once=once))

    def _sign(self, account_id: int, message_id: int, data: str) -> str:
        proof = hmac.digest(self._key, f"tap:{account_id}:{message_id}:{data}".encode(), "sha256")
        return base64.urlsafe_b64encode(proof[:SIGN_BYTES]).decode()

    async def send_file(self, request: Request) -> Response:
        """She sends a photo, a voice or a document: the body as it is. What it is, its own bytes say."""
        if (refused := self._refused(request)) is not None:
            return refused
        once = _once(request.headers.get("x-once"))
        account = await self._account(request)
        if account is None or once is None:
            return self._unknown(request) if account is None else PlainTextResponse("", 400)
        if wait := self._acts.wait(str(account.native_id)):
            return _later(wait)
        try:
            data = await read(request, MAX_BYTES)
        except TooLarge:
            return PlainTextResponse("", 413)
        if not data:
            return PlainTextResponse("", 400)
        found = type_of(data, request.headers.get("x-name", ""))
        seconds = min(_number(request.headers.get("x-seconds", "")), 3600)
        try:
            return await self._done(
                request,
                self._messenger.file(account.id, data, found.name, found.mime, seconds=seconds, once=once),
            )
        except OSError:
            return PlainTextResponse("", 503)

    async def show_file(self, message_id: int, request: Request) -> Response:
        """The file of one of her own messages, or of one that was sent to her."""
        account = await self._account(request)
        async with self._db.read() as tx:
            row = await tx.session.get(Transcript, message_id)
        mine = account is not None and row is not None and row.account_id == account.id
        return file_response(row if mine else None, self._media, self._messenger)

    async def _done(self, request: Request, act: Any) -> Response:
        try:
            message_id = await act
        except AlreadySaid:
            return JSONResponse({"message": 0})
        except AccountGone:
            return self._unknown(request)
        return JSONResponse({"message": message_id or 0})

    def _refused(self, request: Request) -> Response | None:
        if not self._sessions.is_ours(request):
            return PlainTextResponse("", 403)
        wait = self._from_address.wait(address_of(request))
        return _later(wait) if wait else None

    async def _asked(self, request: Request) -> Mapping[str, Any] | Response:
        """The JSON object that one of our own pages sent, or what to answer instead."""
        if (refused := self._refused(request)) is not None:
            return refused
        try:
            found = json.loads(await read(request, LONGEST_BODY))
        except TooLarge:
            return PlainTextResponse("", 413)
        except (ValueError, RecursionError):
            return PlainTextResponse("", 400)
        return found if isinstance(found, dict) else PlainTextResponse("", 400)

    async def _account(self, request: Request) -> Account | None:
        async with self._db.read() as tx:
            return await _known(tx, self._messenger, self._sessions.read(request))

    def _unknown(self, request: Request) -> Response:
        response = PlainTextResponse("", 401)
        self._sessions.take(request, response)
        return response


async def _known(tx: Transaction, messenger: WebMessenger, native_id: str | None) -> Account | None:
    return await transcript.account_by_native(tx, messenger.name, native_id) if native_id else None


def _later(seconds: float) -> Response:
    return PlainTextResponse("", 429, {"Retry-After": str(max(1, round(seconds + 0.5)))})


def _once(value: object) -> str | None:
    return value if isinstance(value, str) and _ONCE.fullmatch(value) else None


def _number(text: str) -> int:
    """A small whole number; 0 for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else 0


def _have(text: str) -> dict[int, str]:
    found = (re.fullmatch(r"(\d{1,18})\.([0-9a-f]{8})", one) for one in text.split(",")[: SHOWN * 10])
    return {int(one[1]): one[2] for one in found if one is not None}


def _clean(text: str) -> str:
    """Without what no record keeps: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
