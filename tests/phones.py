"""Phones without a network: every update goes through the inbox and the talker, every message through the outbox.

What a courier would send is said by the messenger's own session and kept here in order, so that a test reads whole
dialogs off the record. A room is on one messenger, the one that `--messenger` names, unless a phone says otherwise.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from html import escape, unescape
from itertools import groupby
from pathlib import Path
from typing import Any

from aiogram import Dispatcher
from aiogram.methods import AnswerCallbackQuery, TelegramMethod
from sqlalchemy import bindparam, select

from bot.documents import Templates
from bot.messengers.features import TELEGRAM, Features
from bot.sayings import Sayings
from bot.talk import BATCH, Talk, Voice
from handlers.notices import Later, Never, Notices, Skip
from handlers.router import build_dispatcher
from storage import files, outbox, people
from storage.database import Database, Transaction
from storage.files import MediaStore
from storage.html import html_to_plain
from storage.models import Outbox, Role, written
from storage.outbox import Delivery, Outcome
from storage.states import DeliveryState
from tests.commune import COMMUNE, Clock
from tests.records import put_fresh
from tests.texts import words
from tests.threadless import ask_at_once
from tests.wires import LONG_AGO, DegradingWire, Said, TelegramWire, Wire, picture, wire

_WAITING = (
    select(Outbox.messenger)
    .where(
        Outbox.state == written(DeliveryState.QUEUED),
        Outbox.not_before <= bindparam("now"),
        Outbox.messenger.in_(bindparam("voices", expanding=True)),
    )
    .distinct()
    .order_by(Outbox.messenger)
)
"""The messengers that have something due."""

ALWAYS = ("telegram", "web", "web_plain")
"""Messengers on which any room may have a phone."""


@cache
def _dispatcher() -> Dispatcher:
    """The routers remember nothing between updates."""
    return build_dispatcher()


class Room:
    """One commune's record with as many phones as a test wants; `messenger` is the one they are on."""

    def __init__(self, db: Database, media: MediaStore, clock: Clock, messenger: str = "telegram") -> None:
        self.db, self.media, self.clock, self.messenger = db, media, clock, messenger
        self.wires = {name: wire(name, db, media) for name in {*ALWAYS, messenger}}
        self.courtesies: list[TelegramMethod[Any]] = []
        self.alerts: list[str] = []
        """Words over somebody's screen, which stand nowhere; where no screen has such, messages that say them."""
        self._held = False
        self._untold: list[tuple[str, TelegramMethod[Any]]] = []
        self.talk = Talk(db, words(), _dispatcher(), self.voices, lambda *each: self._untold.append(each))
        self.notices = Notices(words(), media, Templates())
        self.phones: dict[tuple[str, str], Phone] = {}
        self.owners: dict[int, Phone] = {}

    @property
    def features(self) -> Features:
        """What this room's messenger can do."""
        return self.wires[self.messenger].messenger.features

    @property
    def edits(self) -> bool:
        """Whether a message changes in place on this messenger, or else shows for ever what it showed."""
        return self.features.edits

    @property
    def longest(self) -> int:
        """Characters that one message holds."""
        return self.features.text or TELEGRAM.text or 0

    def html(self, text: str) -> str:
        """HTML as it compares: on a plain wire without its tags."""
        return text if self.features.html else escape(html_to_plain(text), quote=False)

    @property
    def voices(self) -> list[Voice]:
        """As the program gives them to its talker."""
        own = [(each.messenger, each.messenger.features) for each in self.wires.values()]
        return [Voice(each.name, each.bot.token, can.numbered, not can.edits, can.holds) for each, can in own]

    @classmethod
    async def open(cls, folder: Path, clock: Clock | None = None, messenger: str = "telegram") -> "Room":
        clock = clock or Clock()
        db = Database(await put_fresh(folder / "room.db"), COMMUNE, clock)
        ask_at_once(db)
        return cls(db, MediaStore(folder / "media"), clock, messenger)

    async def close(self) -> None:
        for each in self.wires.values():
            await each.messenger.close()
        await self.db.close()

    def phone(self, native_id: str = "1001", messenger: str | None = None) -> "Phone":
        key = (messenger or self.messenger, native_id)
        if key not in self.phones:
            self.phones[key] = Phone(self, *key)
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

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[None]:
        """What is said and tapped meanwhile comes in one batch, as within a millisecond."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        await self.settle()

    async def settle(self) -> None:
        """Handles what waits in the inbox, and delivers what is due."""
        if self._held:
            return
        while await self.talk.batch() == BATCH:
            pass
        async with self.db.write() as tx:
            claimed = await self._claim(tx)
        while claimed:
            claimed = await self._deliver(claimed)
        while self._untold:
            messenger, method = self._untold.pop(0)
            await self._tell(self.wires[messenger], method)

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

    async def _deliver(self, claimed: Sequence[tuple[str, Delivery]]) -> list[tuple[str, Delivery]]:
        """Shows and records what was claimed; returns what is due after it."""
        outcomes: list[Outcome] = []
        for name, group in groupby(claimed, lambda each: each[0]):
            wire, deliveries = self.wires[name], [delivery for _, delivery in group]
            sayings = await Sayings(self.db, wire.messenger, self.notices).of(deliveries)
            for delivery in deliveries:
                said = sayings[delivery.id]
                if isinstance(said, Exception):
                    raise said
                if isinstance(said, Later):
                    later = self.clock() + timedelta(seconds=said.seconds)
                    outcomes.append(Outcome(delivery, DeliveryState.QUEUED, not_before=later))
                elif isinstance(said, Never):
                    state = DeliveryState.STOPPED if isinstance(said, Skip) else DeliveryState.FAILED
                    outcomes.append(Outcome(delivery, state, error=said.reason))
                else:
                    message_id = None
                    for method in said if delivery.native_id is not None else ():
                        message_id = await self._show(wire, delivery, method)
                    outcomes.append(Outcome(delivery, DeliveryState.SENT, message_id=message_id))
        async with self.db.write() as tx:
            await outbox.record(tx, outcomes)
            return await self._claim(tx)

    async def _show(self, wire: Wire, delivery: Delivery, method: TelegramMethod[Any]) -> int | None:
        """Sends it to its phone; returns the message's id."""
        chat_id = wire.messenger.chat_id(delivery.account_id, str(delivery.native_id))
        phone = self.owners[delivery.account_id] = self.phone(str(delivery.native_id), wire.messenger.name)
        said = await wire.say(delivery, method.model_copy(update={"chat_id": chat_id}))
        if said is None:
            return None
        phone.receive(said)
        return said.message_id

    async def _tell(self, wire: Wire, method: TelegramMethod[Any]) -> None:
        """A call without words; some say it in words."""
        self.courtesies.append(method)
        if isinstance(method, AnswerCallbackQuery) and method.text:
            self.alerts.append(method.text)
        if isinstance(wire, DegradingWire):
            account_id = int(str(getattr(method, "callback_query_id", "0")).partition(":")[0])
            said = await wire.call(account_id, method) if account_id else None
            assert said is not None or not getattr(method, "show_alert", None), "it is said to nobody"


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
    _typing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Buttons are pressed at once; words are typed one after the other."""

    @property
    def wire(self) -> Wire:
        return self.room.wires[self.messenger]

    def receive(self, said: Said) -> None:
        self.shown.append(said.text)
        if said.method == "deleteMessage":
            self.said = [earlier for earlier in self.said if earlier.message_id != said.message_id]
            return
        if said.method.startswith("edit"):
            for earlier in self.said:
                if earlier.message_id == said.message_id:
                    earlier.text, earlier.buttons = said.text or earlier.text, said.buttons
                    return
        self.said.append(said)

    @property
    def chat_id(self) -> int:
        """What aiogram calls the chat: the owner's account, but on Telegram."""
        if isinstance(self.wire, TelegramWire):
            return int(self.native_id)
        return next(account_id for account_id, phone in self.room.owners.items() if phone is self)

    @property
    def last(self) -> Said:
        return self.said[-1]

    def changed(self, said: Sequence[Said], place: int = -1) -> Said:
        """The message in this place, which was changed; `said` is what came: itself anew where none can be changed."""
        if self.wire.edits:
            assert said == [], "something new was said instead"
            return self.said[place]
        (anew,) = said
        return anew

    def alerted(self, said: Sequence[Said]) -> str:
        """The words over her screen; `said` is what came besides, which is nothing."""
        assert said == [], "something was said besides"
        return self.room.alerts[-1]

    async def _since(self, before: int) -> list[Said]:
        await self.room.settle()
        return self.said[before:]

    async def send(self, update: dict[str, Any]) -> list[Said]:
        """Any update of this account as Telegram sends it; returns what its phone showed because of it."""
        if not isinstance(self.wire, TelegramWire):
            raise TypeError("only Telegram's updates are those of the Bot API")
        before = len(self.said)
        await self.wire.take(update)
        return await self._since(before)

    def frame(self, place: "Phone | None" = None) -> dict[str, Any]:
        """What Telegram says about any message of hers."""
        if not isinstance(self.wire, TelegramWire):
            raise TypeError("only Telegram's messages are those of the Bot API")
        return self.wire.frame(self.native_id, place.native_id if place else None)

    async def message(self, **content: Any) -> list[Said]:
        return await self.say_in(None, content)

    async def say_in(self, place: "Phone | None", content: dict[str, Any]) -> list[Said]:
        """A message in the private chat, or in `place`, which is a group."""
        before = len(self.said)
        sent = await self.wire.hear(self.native_id, content, place.native_id if place else None)
        self.sent[content.get("text") or content.get("caption") or ""] = sent
        return await self._since(before)

    async def text(self, words: str, reply_to: Said | None = None, place: "Phone | None" = None) -> list[Said]:
        """Says it in the private chat, or in `place`, which is a group."""
        content: dict[str, Any] = {"text": words}
        if reply_to is not None:
            content["reply_to"] = reply_to.message_id
        return await self.say_in(place, content)

    async def photo(self, caption: str | None = None, reply_to: Said | None = None, **content: Any) -> list[Said]:
        sizes = [{"file_id": f"photo{next(self.wire.ids)}", "file_unique_id": "u", "width": 9, "height": 9}]
        if caption is not None:
            content["caption"] = caption
        if reply_to is not None:
            content["reply_to"] = reply_to.message_id
        return await self.message(photo=sizes, **content)

    async def voice(self, seconds: int = 70) -> list[Said]:
        return await self.message(
            voice={"file_id": "voice1", "file_unique_id": "u", "duration": seconds, "mime_type": "audio/ogg"}
        )

    async def place(self, latitude: float = 21.85, longitude: float = 106.76, **more: Any) -> list[Said]:
        return await self.message(location={"latitude": latitude, "longitude": longitude, **more})

    async def edit(self, before: str, after: str) -> list[Said]:
        """Edits the message in which she said `before`."""
        shown = len(self.said)
        self.sent[after] = self.sent[before]
        await self.wire.edit(self.native_id, self.sent[before], after)
        return await self._since(shown)

    async def tap(self, label: str) -> list[Said]:
        """Chooses the option with this label of the newest message that has it: its button, or what is typed for it."""
        for said in reversed(self.said):
            for text, data in said.buttons:
                if text == label:
                    if said.typed is None:
                        return await self.tap_data(data, said.message_id)
                    typed = said.typed[data]
                    picked = await self.wire.picks(self.native_id, typed)
                    assert picked == data, f"CLOSED {label!r}: {typed!r} picks {picked}, not {data}"
                    return await self._chosen(said, typed, data, await self.text(typed))
        shown = [said.labels for said in self.said[-3:]]
        raise AssertionError(f"no button {label!r}; the last messages offer {shown}")

    async def _chosen(self, said: Said | None, typed: str, data: str, anew: list[Said]) -> list[Said]:
        """What was said upon a typed choice, but for words in passing: those leave all that can be chosen as it was."""
        is_message = [(each.method, each.buttons) for each in anew] == [("sendMessage", [])]
        if is_message and await self.wire.picks(self.native_id, typed) == data:
            self.room.alerts.append(unescape(anew[0].text))
            self.said.remove(anew[0])
            return []
        return self._followed(said, anew)

    def _followed(self, said: Said | None, anew: list[Said]) -> list[Said]:
        """Where no message changes, what is said upon a tap stands for the message that was tapped, as she reads it."""
        if said is not None and anew and not self.wire.edits:
            anew[0].before = said
            earlier: Said | None = said
            while earlier is not None:
                earlier.were += earlier.buttons
                earlier.text, earlier.buttons, earlier.typed = anew[0].text, anew[0].buttons, anew[0].typed
                earlier = earlier.before
        return anew

    async def tap_old(self, label: str) -> list[Said]:
        """Presses the newest button of this label, however old; one that is a number no more by its words."""
        for said in reversed(self.said):
            for text, data in reversed([*said.were, *said.buttons]):
                if text == label:
                    return await self.tap_data(data, said.message_id)
        raise AssertionError(f"no button {label!r} was ever there")

    async def tap_data(self, data: str, message_id: int = 1, place: "Phone | None" = None) -> list[Said]:
        """A callback with any data, as a forged or year-old button would send; in `place`, if that is a group."""
        tapped = next((each for each in self.said if each.message_id == message_id), None)
        async with self._typing:
            before = len(self.said)
            await self.wire.press(self.native_id, message_id, data, place.native_id if place else None)
            if not self.wire.buttons:
                return await self._chosen(tapped, LONG_AGO, data, await self._since(before))
        return self._followed(tapped, await self._since(before))


__all__ = ["Phone", "Room", "Said", "picture"]
