"""The web chat: messages are transcript rows, and whoever looks at them speaks through the inbox."""

import asyncio
import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from bot.messengers.base import NO_HINTS, Call, DegradingSession, FileGone, Hints, Lines, Messenger, SentFile
from bot.messengers.features import WEB, WEB_PLAIN, Bell, Features
from handlers.turn import HTML
from storage import browsers, inbox, transcript
from storage.database import Database, Transaction
from storage.files import SOUND_TYPES, MediaStore
from storage.inbox import Incoming
from storage.models import Account, Transcript
from storage.people import load_callers

if TYPE_CHECKING:
    from bot.push import Pusher

NO_MESSAGE = 0
"""The id of words that stand in no transcript."""

CHOSEN = "chosen"
"""The third item of a button that was tapped: [label, data, "chosen"]."""


class AccountGone(LookupError):
    """Nobody is behind this account any more: it never was, or its owner had everything deleted."""


class AlreadySaid(Exception):
    """What a page says again, since it never heard that it had arrived: the record has it."""


class Uploads:
    """The files of the web chat as they were sent, each under a random name; the clock deletes old ones."""

    def __init__(self, root: Path, new_id: Callable[[], str]) -> None:
        self.root = root
        self._new_id = new_id

    def path(self, name: str) -> Path:
        """Where the file lies. Raises FileGone for what is no name of ours."""
        if re.fullmatch("[0-9a-f]{32}", name) is None:
            raise FileGone(name)
        return self.root / name

    def read(self, name: str) -> bytes:
        """The bytes. Raises FileGone when they are gone, OSError when the disk refuses."""
        try:
            return self.path(name).read_bytes()
        except FileNotFoundError:
            raise FileGone(name) from None

    def put(self, data: bytes) -> str:
        """Stores the bytes and returns their name. Raises OSError when the disk refuses."""
        name = self._new_id()
        path = self.path(name)
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
        return name


class WebSession(DegradingSession):
    """The wire of the web chat: each message is a row, whether or not somebody has its page open."""

    def __init__(
        self,
        db: Database,
        media: MediaStore,
        uploads: Uploads,
        *,
        features: Features,
        hints: Hints,
        watched: Callable[[int], bool],
    ) -> None:
        super().__init__(db, features, hints)
        self._media, self._uploads, self._watched = media, uploads, watched

    async def send_text(self, call: Call, body: str, lines: Lines) -> int:
        return await self._add(call, body, lines, None)

    async def send_file(self, call: Call, file: SentFile, body: str, lines: Lines) -> int:
        place = await asyncio.to_thread(self._keep, file.data)
        return await self._add(call, body, lines, place | {"kind": file.kind, "name": file.name, "mime": file.mime})

    def _keep(self, data: bytes) -> dict[str, Any]:
        """Evidence lies in the record's own store already; what was made for her alone goes to the uploads."""
        digest = hashlib.sha256(data).hexdigest()
        return {"digest": digest} if self._media.path(digest).exists() else {"path": self._uploads.put(data)}

    async def edit(self, call: Call, message_id: int, body: str | None, lines: Lines) -> None:
        async with self.db.write() as tx:
            found = await transcript.change(tx, call.chat_id, message_id, body=body, buttons=_rows(lines))
        if found is None:
            raise TelegramBadRequest(method=call.method, message="Bad Request: message to edit not found")

    async def delete(self, call: Call, message_id: int) -> None:
        async with self.db.write() as tx:
            if not await transcript.remove(tx, call.chat_id, message_id):
                raise TelegramBadRequest(method=call.method, message="Bad Request: message to delete not found")

    async def react(self, call: Call, message_id: int, emoji: str | None) -> None:
        async with self.db.write() as tx:
            found = await transcript.change(tx, call.chat_id, message_id, reaction=emoji or "")
        if found is None:
            raise TelegramBadRequest(method=call.method, message="Bad Request: message to react not found")

    async def _add(self, call: Call, body: str, lines: Lines, file: dict[str, Any] | None) -> int:
        async with self.db.write() as tx:
            if await tx.session.get(Account, call.chat_id) is None:
                raise TelegramBadRequest(method=call.method, message="Bad Request: chat not found")
            row = await transcript.say(tx, call.chat_id, outgoing=True, body=body, buttons=_rows(lines), file=file)
            if self.features.bell is Bell.PUSH:
                await browsers.call(tx, call.chat_id, watched=self._watched(call.chat_id))
        call.sent.append(row.id)
        return row.id


def _rows(lines: Lines) -> list[list[list[str]]]:
    return [[[option.label, option.data] for option in line] for line in lines]


class WebMessenger(Messenger):
    """The in-process messenger behind the pages; a chat's integer is its account's id.

    `plain` has no buttons, no edits and no HTML, so that what the base degrades is used every day. `hints` are the last
    lines under its options. Its methods `text`, `tap`, `file` and `begin` are how a page, or a test, speaks for her:
    her bubble and the inbox row are one transaction. `once` is what the page itself calls what was said: a second one
    of that name changes nothing. They raise AccountGone and AlreadySaid. `pusher` calls those whose page is closed.
    """

    def __init__(
        self,
        db: Database,
        media_root: Path,
        *,
        plain: bool = False,
        hints: Hints = NO_HINTS,
        pusher: "Pusher | None" = None,
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self.name = "web_plain" if plain else "web"
        self.features = WEB_PLAIN if plain else WEB
        self.db = db
        self.uploads = Uploads(media_root / "uploads", new_id)
        self._pages: Counter[int] = Counter()
        self._pusher = pusher
        session = WebSession(
            db,
            MediaStore(media_root),
            self.uploads,
            features=self.features,
            hints=hints,
            watched=lambda account_id: self._pages[account_id] > 0,
        )
        self.bot = Bot("1:web", session=session, default=HTML)
        self._new_id = new_id

    def chat_id(self, account_id: int, native_id: str) -> int:
        return account_id

    async def receive(self, stopping: asyncio.Event) -> None:
        """Pages store what is said to them, so there is nothing to fetch; closed ones are called meanwhile."""
        if self._pusher is not None:
            await self._pusher.run(stopping)
        else:
            await stopping.wait()

    @contextmanager
    def watching(self, account_id: int) -> Iterator[None]:
        """A page of this account is open and seen: nobody needs to be called.

        Each process knows its own pages. What another one sends is seen here at the page's next look (PING_SECONDS of
        `bot.pages.chat`), and her browser is called at once though a page is open: one notice too many, none too few.
        """
        self._pages[account_id] += 1
        try:
            yield
        finally:
            self._pages[account_id] -= 1
            if not self._pages[account_id]:
                del self._pages[account_id]

    async def download(self, file_id: str) -> bytes:
        return await asyncio.to_thread(self.uploads.read, file_id)

    async def discard(self, file_id: str) -> None:
        self.uploads.path(file_id).unlink(missing_ok=True)

    async def close(self) -> None:
        if self._pusher is not None:
            await self._pusher.close()
        await self.bot.session.close()

    def new_native_id(self) -> str:
        """An id that nobody has, and nobody guesses."""
        return self._new_id()

    async def open_account(self, native_id: str) -> int:
        """The id of this account, made if it is missing."""
        async with self.db.write() as tx:
            callers = await load_callers(tx, self.name, [native_id])
            await tx.session.flush()
            return callers[native_id].account.id

    async def begin(self, account_id: int, words: str) -> None:
        """She comes by a link or a code: `words` are heard, and no bubble shows them."""
        async with self.db.write() as tx:
            account = await _account(tx, account_id)
            await self._message(tx, account, self._new_id(), NO_MESSAGE, {"text": words}, None)

    async def text(self, account_id: int, text: str, reply_to: int | None = None, *, once: str | None = None) -> int:
        """She writes, perhaps in reply to a message; returns her own message's id."""
        async with self.db.write() as tx:
            account, unique = await self._heard(tx, account_id, once)
            row = await transcript.say(tx, account_id, outgoing=False, body=text)
            await self._message(tx, account, unique, row.id, {"text": text}, reply_to)
            return row.id

    async def file(
        self,
        account_id: int,
        data: bytes,
        name: str,
        mime: str,
        caption: str = "",
        reply_to: int | None = None,
        *,
        seconds: int = 0,
        once: str | None = None,
    ) -> int:
        """She sends a file; returns her own message's id. Raises OSError when the disk refuses.

        `seconds` is how long a voice lasts. Only JPEG is a photo, as in the Bot API: a photo there names no type.
        """
        kind = "photo" if mime == "image/jpeg" else "voice" if mime in SOUND_TYPES else "document"
        upload = await asyncio.to_thread(self.uploads.put, data)
        described: dict[str, Any] = {"file_id": upload, "file_unique_id": upload, "file_size": len(data)}
        content: dict[str, Any]
        if kind == "photo":
            content = {"photo": [described | {"width": 0, "height": 0}]}
        elif kind == "voice":
            content = {"voice": described | {"duration": seconds, "mime_type": mime}}
        else:
            content = {"document": described | {"file_name": name, "mime_type": mime}}
        if caption:
            content["caption"] = caption
        shown = {"path": upload, "kind": "photo" if mime.startswith("image/") else kind, "name": name, "mime": mime}
        try:
            async with self.db.write() as tx:
                account, unique = await self._heard(tx, account_id, once)
                row = await transcript.say(tx, account_id, outgoing=False, body=caption, file=shown)
                await self._message(tx, account, unique, row.id, content, reply_to)
                return row.id
        except AlreadySaid:
            await self.discard(upload)
            raise

    async def tap(self, account_id: int, message_id: int, data: str, *, once: str | None = None) -> None:
        """She presses a button of one of the messages; the button stays marked."""
        async with self.db.write() as tx:
            account, unique = await self._heard(tx, account_id, once)
            row = await tx.session.get(Transcript, message_id)
            if row is not None:
                marked = [
                    [[*button[:2], CHOSEN] if button[1] == data else button[:2] for button in line]
                    for line in row.buttons
                ]
                await transcript.change(tx, account_id, message_id, buttons=marked)
            query = {
                "id": DegradingSession.callback_id(account_id, unique),
                "from": _user(account_id),
                "chat_instance": self.name,
                "message": _bare(tx, account_id, message_id),
                "data": data,
            }
            await self._store(tx, account, unique, {"update_id": message_id, "callback_query": query})

    async def _heard(self, tx: Transaction, account_id: int, once: str | None) -> tuple[Account, str]:
        """Who speaks, and what the inbox calls what she says. Raises AccountGone, and AlreadySaid for a repeat."""
        account = await _account(tx, account_id)
        if once is None:
            return account, self._new_id()
        # Two pages of one account may repeat the same thing at once: the second waits here for the first.
        await tx.session.refresh(account, with_for_update=True)
        unique = hashlib.sha256(f"{account_id}:{once}".encode()).hexdigest()
        if await inbox.known(tx, self.name, [unique]):
            raise AlreadySaid(once)
        return account, unique

    async def _message(
        self,
        tx: Transaction,
        account: Account,
        unique: str,
        message_id: int,
        content: dict[str, Any],
        reply_to: int | None,
    ) -> None:
        message = _bare(tx, account.id, message_id) | {"from": _user(account.id)} | content
        if reply_to is not None:
            message["reply_to_message"] = _bare(tx, account.id, reply_to)
        await self._store(tx, account, unique, {"update_id": message_id, "message": message})

    async def _store(self, tx: Transaction, account: Account, unique: str, update: dict[str, Any]) -> None:
        await inbox.receive(tx, self.name, [Incoming(unique, account.native_id, update)])


async def _account(tx: Transaction, account_id: int) -> Account:
    account = await tx.session.get(Account, account_id)
    if account is None or account.native_id is None:
        raise AccountGone(account_id)
    return account


def _user(account_id: int) -> dict[str, Any]:
    return {"id": account_id, "is_bot": False, "first_name": ""}


def _bare(tx: Transaction, account_id: int, message_id: int) -> dict[str, Any]:
    chat = {"id": account_id, "type": "private"}
    return {"message_id": message_id, "date": int(tx.now.timestamp()), "chat": chat}
