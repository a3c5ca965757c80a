"""`/chat`, the public web chat: what anybody opens by a QR code, with nothing to install.

A page of our own and not one of NiceGUI's: what she types and taps must outlive a minute without network, which a page
whose state lies on the server cannot promise, and its script may be forbidden everything but our own files.
"""

import asyncio
import base64
import hmac
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, StreamingResponse

from bot.keys import Keys
from bot.messengers.web import AccountGone, AlreadySaid, WebMessenger
from bot.pages.bubbles import bubbles, file_response
from bot.pages.chatdoor import Door
from bot.pages.chatfiles import TooLarge, read, type_of
from bot.pages.chatshell import Shell, policy
from bot.pages.chatstreams import Streams
from bot.pages.chatview import changes, event, rendered
from bot.pages.visits import address_of
from handlers.words import DEFAULT_LANGUAGE, Words
from storage import browsers, transcript
from storage.database import Database
from storage.files import MAX_BYTES, MediaStore
from storage.models import Account, Transcript

SHOWN = 40
"""Messages that a page shows at once; older ones when she asks."""
LONGEST_TEXT = 4096
PING_SECONDS = 25.0
STREAM_SECONDS = 240.0
"""How long a page is followed before it has to ask again: a phone that is gone does not. Less than browsers.UNSEEN."""
SIGN_BYTES = 9
LARGEST_ID = (1 << 63) - 1

_ONCE = re.compile(r"[0-9a-z-]{8,64}")
_START = re.compile(r"moi-[0-9a-z]{1,40}|noi-[0-9]{8}")


class ChatPage:
    """The page, what it loads and what it calls. `site` is its address, `embed` are the sites that may frame it."""

    def __init__(
        self,
        db: Database,
        messenger: WebMessenger,
        media: MediaStore,
        words: Words,
        keys: Keys,
        door: Door,
        site: str,
        embed: Sequence[str] = (),
    ) -> None:
        self._db, self._messenger, self._media, self._words = db, messenger, media, words
        self._door, self._streams = door, Streams()
        self._key, self._caller = keys.session, keys.caller
        self._headers = {"Content-Security-Policy": policy(embed), "Referrer-Policy": "no-referrer"}
        self._shell = Shell(words, db.commune, site, embed)

    def mount(self, app: FastAPI) -> None:
        """Adds the page to `app`."""
        app.get("/")(self.root)
        app.get("/chat")(self.page)
        app.post("/chat/begin")(self.begin)
        app.get("/chat/events")(self.events)
        app.get("/chat/older")(self.older)
        app.post("/chat/seen")(self.seen)
        app.post("/chat/say")(self.say)
        app.post("/chat/tap")(self.tap)
        app.post("/chat/file")(self.send_file)
        app.get("/chat/file/{message_id}")(self.show_file)
        app.get("/chat/{name}")(self.asset)

    async def root(self) -> Response:
        return RedirectResponse("/chat")

    async def page(self, request: Request) -> Response:
        return self._shell.page.response(request, self._headers, kept=False)

    async def asset(self, name: str, request: Request) -> Response:
        found = await asyncio.to_thread(self._shell.asset, name)
        if found is None:
            return PlainTextResponse("", 404)
        # The worker lies beside what it serves, and not above it.
        headers = {"Service-Worker-Allowed": "/chat"} if name == "worker.js" else {}
        return found.response(request, headers, kept=request.query_params.get("v") == found.tag)

    async def begin(self, request: Request) -> Response:
        """Finds the conversation of this browser or opens one; the greeting comes as from any messenger.

        `village` is where the QR code hung, `start` an invitation to an office.
        """
        asked = await self._door.asked(request)
        if isinstance(asked, Response):
            return asked
        account = await self._door.account(request)
        if account is None and (refused := self._door.newcomer(request)) is not None:
            return refused
        if account is not None:
            account_id, native_id = account.id, str(account.native_id)
        else:
            native_id = self._messenger.new_native_id()
            account_id = await self._messenger.open_account(native_id)
        async with self._db.read() as tx:
            fresh = not await transcript.since(tx, account_id, limit=1)
        if words := self._opening(asked, fresh=fresh):
            await self._messenger.begin(account_id, words)
        language = account.language if account is not None else DEFAULT_LANGUAGE
        response = JSONResponse({"language": language, "caller": self._caller})
        self._door.open(request, response, native_id)
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
        account = await self._door.account(request)
        if account is None:
            return self._door.unknown(request)
        if (refused := self._door.crowded(request)) is not None:
            return refused
        await self._seen(account.id)
        have = _have(request.query_params.get("have", ""))
        stopping: asyncio.Event = getattr(request.app.state, "stopping", None) or asyncio.Event()
        return StreamingResponse(
            self._follow(account.id, address_of(request), have, stopping),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _follow(
        self, account_id: int, address: str, have: dict[int, str], stopping: asyncio.Event
    ) -> AsyncIterator[bytes]:
        topic = transcript.topic(account_id)
        woken = self._db.listen(topic)
        stop = asyncio.ensure_future(stopping.wait())
        first, known = True, dict[int, tuple[int, str]]()
        loop = asyncio.get_running_loop()
        ends = loop.time() + STREAM_SECONDS
        try:
            with self._messenger.watching(account_id), self._streams.open(account_id, address, woken) as stream:
                while not stream.ended and not stopping.is_set() and loop.time() < ends:
                    woken.clear()
                    shown = await self._shown(account_id, known)
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
                    try:
                        await asyncio.wait({stop, wake}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        wake.cancel()  # also when the page is closed meanwhile
                    if not woken.is_set():
                        yield event("ping", 0)
                if not stream.ended:
                    yield event("again", 0)
        finally:
            stop.cancel()
            self._db.unlisten(topic, woken)

    async def seen(self, request: Request) -> Response:
        """The page is closed or turned away, and has shown all there was."""
        account = await self._door.account(request)
        if account is not None and self._door.refused(request) is None:
            await self._seen(account.id)
        return Response(status_code=204)

    async def _seen(self, account_id: int) -> None:
        async with self._db.read() as tx:
            waits = await browsers.is_to_be_called(tx, account_id)
        if waits:
            async with self._db.write() as tx:
                await browsers.seen(tx, account_id)

    async def older(self, request: Request) -> Response:
        """The messages before the one that the page shows first."""
        if (refused := self._door.reading(request)) is not None:
            return refused
        account = await self._door.account(request)
        if account is None:
            return self._door.unknown(request)
        before = _number(request.query_params.get("before", ""))
        found = await self._shown(account.id, {}, before) if before else None
        return JSONResponse(found or {"rows": [], "more": False}, headers={"Cache-Control": "no-store"})

    async def _shown(
        self, account_id: int, known: dict[int, tuple[int, str]], before: int | None = None
    ) -> dict[str, Any] | None:
        """The messages as the page shows them, and whether older ones lie before them; None once the account is gone.

        What the page has by `known` is named and not drawn again. The buttons of none but the latest are active,
        whichever are asked for.
        """
        async with self._db.read() as tx:
            account = await tx.session.get(Account, account_id)
            if account is None or account.native_id is None:
                return None
            rows = await transcript.since(tx, account_id, limit=SHOWN + 1, before=before)
            say, commune = self._words.say(account.language), self._db.commune
            found = bubbles(rows[-SHOWN:], active=before is None)
            shown = [
                rendered(say, commune, tx, each, lambda id_, data: self._sign(account_id, id_, data), known)
                for each in found
            ]
            heard = max((row.id for row in rows if row.outgoing), default=0)
            return {"language": account.language, "rows": shown, "more": len(rows) > SHOWN, "heard": heard}

    async def say(self, request: Request) -> Response:
        """She writes: `text`, perhaps in reply to a message; `id` is the page's own name for it."""
        asked = await self._door.asked(request)
        if isinstance(asked, Response):
            return asked
        once, text = _once(asked.get("id")), asked.get("text")
        if once is None or not isinstance(text, str) or not (words := _clean(text).strip()):
            return PlainTextResponse("", 400)
        if len(words) > LONGEST_TEXT:
            return PlainTextResponse("", 413)
        account = await self._door.speaker(request)
        if isinstance(account, Response):
            return account
        return await self._done(
            request,
            self._messenger.text(account.id, words, _id(asked.get("reply")), once=once),
        )

    async def tap(self, request: Request) -> Response:
        """She presses a button that was shown to her: its `message`, its `data`, and `sign`, which proves it."""
        asked = await self._door.asked(request)
        if isinstance(asked, Response):
            return asked
        once, message, data, sign = (asked.get(name) for name in ("id", "message", "data", "sign"))
        once = _once(once)
        if once is None or not isinstance(message, int) or not isinstance(data, str) or not isinstance(sign, str):
            return PlainTextResponse("", 400)
        account = await self._door.speaker(request)
        if isinstance(account, Response):
            return account
        if not hmac.compare_digest(sign.encode(), self._sign(account.id, message, data).encode()):
            return PlainTextResponse("", 400)
        return await self._done(request, self._messenger.tap(account.id, message, data, once=once))

    def _sign(self, account_id: int, message_id: int, data: str) -> str:
        proof = hmac.digest(self._key, f"tap:{account_id}:{message_id}:{data}".encode(), "sha256")
        return base64.urlsafe_b64encode(proof[:SIGN_BYTES]).decode()

    async def send_file(self, request: Request) -> Response:
        """She sends a photo, a voice or a document: the body as it is. What it is, its own bytes say."""
        if (refused := self._door.refused(request)) is not None:
            return refused
        account = await self._door.speaker(request)
        if isinstance(account, Response):
            return account
        once = _once(request.headers.get("x-once"))
        if once is None:
            return PlainTextResponse("", 400)
        if (refused := self._door.sending(request, account)) is not None:
            return refused
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
        if (refused := self._door.reading(request)) is not None:
            return refused
        account = await self._door.account(request)
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
            return self._door.unknown(request)
        return JSONResponse({"message": message_id or 0})


def _once(value: object) -> str | None:
    return value if isinstance(value, str) and _ONCE.fullmatch(value) else None


def _number(text: str) -> int:
    """A small whole number; 0 for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else 0


def _id(value: object) -> int | None:
    """What may be the id of a message."""
    return value if isinstance(value, int) and 0 < value <= LARGEST_ID else None


def _have(text: str) -> dict[int, str]:
    found = (re.fullmatch(r"(\d{1,18})\.([0-9a-f]{8})", one) for one in text.split(",")[: SHOWN * 10])
    return {int(one[1]): one[2] for one in found if one is not None}


def _clean(text: str) -> str:
    """Without what no record keeps: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
