"""Phones without a wire: every update goes through the inbox and the talker, every message through the outbox.

What a courier would send is rendered and recorded here in order, so that a test reads whole dialogs off the record.
"""

import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from aiogram import Dispatcher
from aiogram.methods import TelegramMethod
from PIL import Image
from sqlalchemy import bindparam, select

from bot.documents import Templates
from bot.talk import BATCH, Talk, Voice, caller_of
from handlers.notices import Later, Never, Notices
from handlers.router import build_dispatcher
from storage import files, inbox, outbox, people
from storage.database import Database, Transaction
from storage.files import MediaStore
from storage.models import Outbox, Role
from storage.outbox import Delivery, Outcome
from storage.states import DeliveryState
from tests.commune import COMMUNE, Clock
from tests.records import put_fresh
from tests.texts import words
from tests.threadless import ask_at_once

_WAITING = (
    select(Outbox.messenger)
    .where(
        Outbox.state == DeliveryState.QUEUED,
        Outbox.not_before <= bindparam("now"),
        Outbox.messenger.in_(bindparam("voices", expanding=True)),
    )
    .distinct()
    .order_by(Outbox.messenger)
)
"""The messengers that have something due."""


@cache
def _dispatcher() -> Dispatcher:
    """The routers remember nothing between updates."""
    return build_dispatcher()


@dataclass(slots=True)
class Said:
    """A message that a phone shows: HTML text, rows of (label, data) flattened, and the method that made it."""

    message_id: int
    method: str
    text: str
    buttons: list[tuple[str, str]]

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons]


class Room:
    """One commune's record with as many phones as a test wants."""

    def __init__(self, db: Database, media: MediaStore, clock: Clock) -> None:
        self.db, self.media, self.clock = db, media, clock
        voices = [
            Voice("telegram", "42:TEST", numbered=False, holds=True),
            Voice("web", "1:web", numbered=False),
            Voice("web_plain", "1:web", numbered=True),
        ]
        self.courtesies: list[TelegramMethod[Any]] = []
        self.talk = Talk(db, words(), _dispatcher(), voices, lambda _messenger, method: self.courtesies.append(method))
        self.notices = Notices(words(), media, Templates())
        self.phones: dict[tuple[str, str], Phone] = {}
        self._ids = itertools.count(1)

    @classmethod
    async def open(cls, folder: Path, clock: Clock | None = None) -> "Room":
        clock = clock or Clock()
        db = Database(await put_fresh(folder / "room.db"), COMMUNE, clock)
        ask_at_once(db)
        return cls(db, MediaStore(folder / "media"), clock)

    async def close(self) -> None:
        await self.db.close()

    def phone(self, native_id: str = "1001", messenger: str = "telegram") -> "Phone":
        key = (messenger, native_id)
        if key not in self.phones:
            self.phones[key] = Phone(self, messenger, native_id)
        return self.phones[key]

    async def official(
        self, role: Role, native_id: str, unit: str | None = None, village: str | None = None
    ) -> "Phone":
        """A phone whose owner opened an invitation for this role."""
        async with self.db.write() as tx:
            code = await people.invite(tx, role, unit, village)
        phone = self.phone(native_id)
        await phone.text(f"/start {code}")
        return phone

    async def take(self, messenger: str, update: dict[str, Any]) -> None:
        """One update through the inbox and the talker, and everything that is due out to the phones."""
        caller = caller_of(update)
        if caller is not None:
            async with self.db.write() as tx:
                await inbox.receive(tx, messenger, [inbox.Incoming(str(update["update_id"]), caller, update)])
        await self.settle()

    async def settle(self) -> None:
        """Handles what waits in the inbox, and delivers what is due."""
        while await self.talk.batch() == BATCH:
            pass
        async with self.db.write() as tx:
            claimed = await self._claim(tx)
        while claimed:
            claimed = await self._deliver(claimed)

    async def store_files(self) -> None:
        """Fetches every promised file: here each is the same small photo."""
        async with self.db.write() as tx:
            for attachment in await files.pending(tx, 100):
                data = picture()
                await files.stored(tx, attachment.id, self.media.put(data), len(data))
        await self.settle()

    async def _claim(self, tx: Transaction) -> list[tuple[str, Delivery]]:
        """What is due, with its messenger. Only one that has something waiting is asked: a claim takes longer."""
        waiting = await tx.session.scalars(_WAITING, {"now": tx.now, "voices": list(self.talk.voices)})
        return [(each, delivery) for each in waiting for delivery in await outbox.claim(tx, each, 100)]

    async def _deliver(self, claimed: list[tuple[str, Delivery]]) -> list[tuple[str, Delivery]]:
        """Shows and records what was claimed; returns what is due after it."""
        async with self.db.read() as tx:
            rendered = await self.notices.render(tx, [each for _, each in claimed if each.method is None])
        outcomes: list[Outcome] = []
        for messenger, delivery in claimed:
            result = rendered.get(delivery.id)
            if isinstance(result, Later):
                later = self.clock() + timedelta(seconds=result.seconds)
                outcomes.append(Outcome(delivery, DeliveryState.QUEUED, not_before=later))
            elif isinstance(result, Never):
                outcomes.append(Outcome(delivery, DeliveryState.FAILED, error=result.reason))
            else:
                self._show(messenger, delivery, result)
                # A message that was changed keeps its id, as the Bot API says it back.
                changed = delivery.edits_message_id or delivery.payload.get("message_id")
                outcomes.append(Outcome(delivery, DeliveryState.SENT, message_id=changed or 1000 + delivery.id))
        async with self.db.write() as tx:
            await outbox.record(tx, outcomes)
            return await self._claim(tx)

    def _show(self, messenger: str, delivery: Delivery, method: TelegramMethod[Any] | None) -> None:
        if delivery.native_id is None:
            return
        name = method.__api_method__ if method is not None else str(delivery.method)
        if delivery.is_change and name != "deleteMessage":
            name = "editMessageText"
        payload = delivery.payload
        if method is not None:
            markup = getattr(method, "reply_markup", None)
            payload = {
                "text": getattr(method, "text", None) or getattr(method, "caption", None) or "",
                "reply_markup": markup.model_dump() if markup else None,
            }
        rows: Sequence[Any] = (payload.get("reply_markup") or {}).get("inline_keyboard", [])
        buttons = [(button["text"], button.get("callback_data") or "") for row in rows for button in row]
        text = payload.get("text") or payload.get("caption") or ""
        said = Said(1000 + delivery.id, name, text, buttons)
        self.phone(delivery.native_id, messenger).receive(said, delivery.edits_message_id or payload.get("message_id"))


@dataclass
class Phone:
    """One account: what it shows, and what its owner does; `sent` are the ids of her messages by their words.

    `shown` is every text that it ever showed, also of messages that were changed or deleted since.
    """

    room: Room
    messenger: str
    native_id: str
    said: list[Said] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)

    def receive(self, said: Said, edits: int | None) -> None:
        self.shown.append(said.text)
        if said.method == "deleteMessage":
            self.said = [earlier for earlier in self.said if earlier.message_id != edits]
            return
        if said.method.startswith("edit"):
            for earlier in self.said:
                if earlier.message_id == edits:
                    earlier.text, earlier.buttons = said.text or earlier.text, said.buttons
                    return
        self.said.append(said)

    @property
    def last(self) -> Said:
        return self.said[-1]

    def _frame(self, place: "Phone | None" = None) -> dict[str, Any]:
        chat = {"id": int(self.native_id), "type": "private", "first_name": "Nguoi"}
        if place is not None:
            chat = {"id": int(place.native_id), "type": "supergroup", "title": "Nhóm mẫu"}
        return {
            "message_id": next(self.room._ids),
            "date": int(self.room.clock().timestamp()),
            "chat": chat,
            "from": {"id": int(self.native_id), "is_bot": False, "first_name": "Nguoi"},
        }

    async def send(self, update: dict[str, Any]) -> list[Said]:
        """Any update of this account; returns what its phone showed because of it."""
        before = len(self.said)
        await self.room.take(self.messenger, {"update_id": next(self.room._ids), **update})
        return self.said[before:]

    async def message(self, **content: Any) -> list[Said]:
        return await self.say_in(None, content)

    async def say_in(self, place: "Phone | None", content: dict[str, Any]) -> list[Said]:
        """A message in the private chat, or in `place`, which is a group."""
        frame = self._frame(place)
        self.sent[content.get("text") or content.get("caption") or ""] = frame["message_id"]
        return await self.send({"message": {**frame, **content}})

    async def text(self, words: str, reply_to: Said | None = None, place: "Phone | None" = None) -> list[Said]:
        """Says it in the private chat, or in `place`, which is a group."""
        content: dict[str, Any] = {"text": words}
        if words.startswith("/"):
            content["entities"] = [{"type": "bot_command", "offset": 0, "length": len(words.split(maxsplit=1)[0])}]
        if reply_to is not None:
            bot = {"id": 42, "is_bot": True, "first_name": "Bot"}
            content["reply_to_message"] = {
                **self._frame(place),
                "message_id": reply_to.message_id,
                "text": "…",
                "from": bot,
            }
        return await self.say_in(place, content)

    async def photo(self, caption: str | None = None, **content: Any) -> list[Said]:
        sizes = [{"file_id": f"photo{next(self.room._ids)}", "file_unique_id": "u", "width": 9, "height": 9}]
        if caption is not None:
            content["caption"] = caption
        return await self.message(photo=sizes, **content)

    async def voice(self, seconds: int = 70) -> list[Said]:
        return await self.message(
            voice={"file_id": "voice1", "file_unique_id": "u", "duration": seconds, "mime_type": "audio/ogg"}
        )

    async def place(self, latitude: float = 21.85, longitude: float = 106.76, **more: Any) -> list[Said]:
        return await self.message(location={"latitude": latitude, "longitude": longitude, **more})

    async def edit(self, before: str, after: str) -> list[Said]:
        """Edits the message in which she said `before`."""
        message = {**self._frame(), "message_id": self.sent[before], "edit_date": 1, "text": after}
        self.sent[after] = self.sent[before]
        return await self.send({"edited_message": message})

    async def tap(self, label: str) -> list[Said]:
        """Taps the button with this label on the newest message that has it."""
        for said in reversed(self.said):
            for text, data in said.buttons:
                if text == label:
                    return await self.tap_data(data, said.message_id)
        shown = [said.labels for said in self.said[-3:]]
        raise AssertionError(f"no button {label!r}; the last messages offer {shown}")

    async def tap_data(self, data: str, message_id: int = 1, place: "Phone | None" = None) -> list[Said]:
        """A callback with any data, as a forged or year-old button would send; in `place`, if that is a group."""
        frame = self._frame(place)
        message = {**frame, "message_id": message_id, "text": "…"}
        return await self.send(
            {
                "callback_query": {
                    "id": str(frame["message_id"]),
                    "from": frame["from"],
                    "chat_instance": "c",
                    "message": message,
                    "data": data,
                }
            }
        )


def picture() -> bytes:
    """A real JPEG of a few pixels."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return out.getvalue()
