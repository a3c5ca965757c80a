"""Messengers whose session writes into the words what the wire has not, and the web chat, which may be one."""

import asyncio
from abc import abstractmethod
from collections.abc import Mapping
from html import escape
from typing import Any

from aiogram.methods import EditMessageReplyMarkup, EditMessageText, TelegramMethod
from sqlalchemy import func, select

from bot.messengers.base import DegradingSession, Hints
from bot.messengers.parts import calls
from bot.messengers.web import WebMessenger
from storage import people, transcript
from storage.database import Database
from storage.files import MediaStore
from storage.models import Transcript
from storage.outbox import Delivery
from tests.texts import words
from tests.wires.base import LONG_AGO, Lacks, Out, Said, Wire, keys_of, picture


class DegradingWire(Wire):
    """A messenger whose session writes into the words what the wire has not."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self._calling = asyncio.Lock()
        """What goes out is told apart by what went out before: one call after the other."""

    @property
    def session(self) -> DegradingSession:
        session = self.messenger.bot.session
        assert isinstance(session, DegradingSession)
        return session

    @abstractmethod
    async def out(self, account_id: int, message_id: int | None) -> list[Out]:
        """What went out since this was asked last, or the message that was changed."""

    async def say(self, delivery: Delivery, method: TelegramMethod[Any]) -> Said | None:
        return await self.call(delivery.account_id, method)

    async def call(self, account_id: int, method: TelegramMethod[Any]) -> Said | None:
        """Makes a call; what a phone shows of it."""
        async with self._calling:
            return await self._call(account_id, method)

    async def _call(self, account_id: int, method: TelegramMethod[Any]) -> Said | None:
        result = await self.messenger.bot(method)
        name = method.__api_method__
        edited: int | None = getattr(method, "message_id", None)
        if isinstance(method, EditMessageText | EditMessageReplyMarkup) and not self.messenger.features.edits:
            name, edited = "sendMessage", None
        said = await self.out(account_id, edited)
        if not said:
            return Said(edited, name, "", []) if edited is not None else None
        text = "\n".join(each.text for each in said if each.text)
        shown = Said(edited or int(getattr(result, "message_id", 0)), name, text, said[-1].buttons)
        self._read(shown, getattr(method, "reply_markup", None))
        if not self.messenger.features.html:
            shown.text = escape(shown.text, quote=False)
        return shown

    def _read(self, said: Said, markup: Any) -> None:
        """Takes out of the words what stands there for buttons. Raises AssertionError for one that she is not shown."""
        keys = keys_of(markup)
        if not (self.messenger.features.phone_buttons and self.session.fits(keys)):
            # What calls a telephone: its number stands in the words besides.
            keys = [key for key in keys if not calls(key)]
        fits = self.session.fits(keys)
        options = [key for key in keys if key.callback_data]
        lines = said.text.split("\n")
        hints = {self.session.hints.number, self.session.hints.words} - {""}
        if options and not fits:
            said.typed, said.buttons = {}, [(key.text, key.callback_data or "") for key in options]
            if all(key.text.isdecimal() for key in options):
                said.typed = {str(key.callback_data): key.text for key in options}
            else:
                assert lines[-1] in hints, f"no hint under {said.text!r}"
                lines.pop()
                for key in reversed(options):
                    before, _, label = lines[-1].partition(" ")
                    assert label == key.text, f"{key.text!r} is not offered: {said.text!r}"
                    said.typed[str(key.callback_data)] = key.text if before == "-" else before.rstrip(".")
                    lines.pop()
        for key in reversed([key for key in keys if key.url]):
            if (key.text, "") not in said.buttons:
                line = f"{key.text}: {key.url}"
                assert lines.pop() == (escape(line, quote=False) if self.messenger.features.html else line)
                said.buttons.append((key.text, ""))
        said.text = "\n".join(lines)
        shown = {label for label, _ in said.buttons}
        assert shown == {key.text for key in keys}, f"{shown} of {[key.text for key in keys]} are shown"
        # In the order in which the handler gave them.
        said.buttons = [(key.text, key.callback_data or "") for key in keys]

    async def press(self, native_id: str, message_id: int, data: str, group: str | None) -> None:
        if group is not None:
            raise Lacks(f"{self.messenger.name}: no groups")
        if self.buttons:
            await self._press(native_id, message_id, data)
            return
        # Where nothing can be pressed, an option of a message of long ago is still picked by its words.
        async with self.db.write() as tx:
            conversation = (await people.load_callers(tx, self.messenger.name, [native_id]))[native_id].conversation
            await tx.session.flush()
            menu = conversation.menu or {"numbered": False, "options": []}
            conversation.menu = {**menu, "words": [[LONG_AGO, data]]}
        await self.hear(native_id, {"text": LONG_AGO}, None)

    @abstractmethod
    async def _press(self, native_id: str, message_id: int, data: str) -> None: ...


class WebWire(DegradingWire):
    """What a phone shows are the rows that the page shows."""

    def __init__(self, db: Database, media: MediaStore, *, plain: bool) -> None:
        super().__init__(db)
        self.messenger = self._web = WebMessenger(db, media.root, plain=plain, hints=_hints())
        self._before = 0

    async def _call(self, account_id: int, method: TelegramMethod[Any]) -> Said | None:
        async with self.db.read() as tx:
            self._before = await tx.session.scalar(select(func.max(Transcript.id))) or 0
        return await super()._call(account_id, method)

    async def out(self, account_id: int, message_id: int | None) -> list[Out]:
        which = Transcript.id == message_id if message_id else Transcript.id > self._before
        rows = select(Transcript).where(Transcript.account_id == account_id, Transcript.outgoing, which)
        async with self.db.read() as tx:
            return [
                Out(each.body or "", [(button[0], button[1]) for line in each.buttons for button in line])
                for each in await tx.session.scalars(rows.order_by(Transcript.id))
            ]

    async def hear(self, native_id: str, content: Mapping[str, Any], group: str | None) -> int:
        if group is not None:
            raise Lacks(f"{self.messenger.name}: no groups")
        account_id = await self._web.open_account(native_id)
        reply_to, caption = content.get("reply_to"), str(content.get("caption", ""))
        if "text" in content:
            return await self._web.text(account_id, content["text"], reply_to)
        if "photo" in content:
            return await self._web.file(account_id, picture(), "anh.jpg", "image/jpeg", caption, reply_to)
        if "voice" in content:
            voice = content["voice"]
            mime, seconds = voice.get("mime_type") or "audio/ogg", voice.get("duration", 0)
            return await self._web.file(account_id, b"OggS", "loi", mime, caption, reply_to, seconds=seconds)
        if "document" in content:
            paper = content["document"]
            mime, name = paper.get("mime_type") or "application/octet-stream", paper.get("file_name") or "tep"
            return await self._web.file(account_id, b"%PDF", name, mime, caption, reply_to)
        raise Lacks(f"{self.messenger.name}: no {next(iter(content), 'message without content')}")

    async def _press(self, native_id: str, message_id: int, data: str) -> None:
        account_id = await self._web.open_account(native_id)
        async with self.db.write() as tx:
            row = await tx.session.get(Transcript, message_id)
            if row is None or row.account_id != account_id or not row.outgoing:
                # A page has no button but under what it shows.
                button = [[[LONG_AGO, data]]]
                row = await transcript.say(tx, account_id, outgoing=True, body=LONG_AGO, buttons=button)
            message_id = row.id
        await self._web.tap(account_id, message_id, data)


def _hints() -> Hints:
    say = words().say("vi").plain
    return Hints(say("menu-hint"), say("menu-hint-words"))
