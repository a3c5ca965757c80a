"""Every way in that the dispatcher knows, and whom it lets in: tried by messages and taps, told by what comes back."""

import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import TelegramObject
from sqlalchemy import update

from bot.talk import BATCH, Talk, Voice, caller_of
from handlers.router import build_dispatcher
from storage import inbox
from storage.database import Database
from storage.files import MediaStore
from storage.models import Conversation
from tests.commune import COMMUNE, Clock
from tests.handlers.official.matters import GROUP, WHO, caller, fill
from tests.phones import Room
from tests.records import put_fresh
from tests.texts import words
from tests.threadless import ask_at_once

NOWHERE = 999_999
"""The id and number of nothing."""

CONTENT: Mapping[str, dict[str, Any]] = {
    "<photo>": {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]},
    "<voice>": {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 9, "mime_type": "audio/ogg"}},
    "<place>": {"location": {"latitude": 21.85, "longitude": 106.76}},
    "<own card>": {"contact": {"phone_number": "84912345678", "first_name": "Lê Thị Mẫu"}},
    "<nothing>": {},
    "<sticker>": {
        "sticker": {
            "file_id": "s",
            "file_unique_id": "s",
            "type": "regular",
            "width": 9,
            "height": 9,
            "is_animated": False,
            "is_video": False,
        }
    },
}

_ALL_BUT = ("inbox", "conversation", "alembic_version", "sqlite_sequence")
_KEPT_OF_OUTBOX = "SELECT * FROM outbox WHERE method IS NULL ORDER BY id"


@dataclass(frozen=True, slots=True)
class Door:
    """A way in: what is typed, sent or tapped, at which step of a dialog, in reply to a card, in the group.

    `held` is what the dialog holds at that `step`, as JSON with the names of ids in it. `handler` is who should open,
    `otherwise` who answers everybody else (empty: whoever answers what does not exist). `apart`: each comes to a record
    that nobody has changed.
    `rights` has a capital for everybody who is let in, and a small letter for whom the matter is as if it were not
    there; to all others the door does not exist.
    """

    handler: str
    what: str
    rights: str
    step: str | None = None
    held: str = "{}"
    otherwise: tuple[str, ...] = ()
    replies: int | None = None
    grouped: bool = False
    edited: int | None = None
    apart: bool = False

    @property
    def is_tap(self) -> bool:
        return re.match(r"[or]:", self.what) is not None

    @property
    def is_about_one(self) -> bool:
        return "{" in self.what


@dataclass(frozen=True, slots=True)
class Came:
    """What came of one try: who took it, and what its sender was shown, in order."""

    handler: str | None = None
    shown: tuple[str, ...] = ()


Try = tuple[Door, str]
"""A door and the letter of who comes to it."""


def handlers_of(router: Router) -> Iterator[str]:
    """The name of every handler of this router and those in it, as "module.function"."""
    for kind, observer in router.observers.items():
        if kind not in {"update", "error"}:
            for each in observer.handlers:
                yield name_of(each.callback)
    for inner in router.sub_routers:
        yield from handlers_of(inner)


def name_of(callback: Callable[..., Any]) -> str:
    return f"{callback.__module__.rpartition('.')[2]}.{callback.__name__}"


class House(Room):
    """A commune whose doors are tried: nothing is delivered, and what a try changed can be taken back."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        dispatcher = build_dispatcher()
        for observer in (dispatcher.message, dispatcher.edited_message, dispatcher.callback_query):
            observer.middleware(self._note)
        voices = [Voice("telegram", "42:TEST", numbered=False)]
        self.talk = Talk(self.db, words(), dispatcher, voices, lambda _messenger, _method: None)
        self.ids: dict[str, int] = {}
        self._came: dict[int, Came] = {}

    @classmethod
    async def build(cls, folder: Path) -> "House":
        """A house in which one matter of each kind is under way."""
        clock, file = Clock(), folder / "room.db"
        fields = tuple(replace(each, templates=("Đã xem {code}.",)) for each in COMMUNE.fields)
        db = Database(await put_fresh(file), replace(COMMUNE, fields=fields), clock)
        ask_at_once(db)
        house = cls(db, MediaStore(folder / "media"), clock)
        await house._remember(await fill(house), file)
        return house

    async def close(self) -> None:
        self._file.close()
        self._kept.close()
        await super().close()

    async def _note(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        name, turn = name_of(data["handler"].callback), data["turn"]
        number = data["event_update"].update_id
        self._came[number] = Came(f"{name}, which failed")
        result = await handler(event, data)
        alerts = [each.text for each in turn.courtesies if isinstance(each, AnswerCallbackQuery) and each.text]
        self._came[number] = Came(name, (*(_shown(row.payload) for row in turn.replies), *alerts))
        return result

    async def _remember(self, ids: dict[str, int], file: Path) -> None:
        """Keeps the record as it is now, to come back to."""
        async with self.db.write() as tx:
            self._accounts = {letter: (await caller(tx, letter)).account.id for letter in WHO}
        self.ids = ids
        self._file, self._kept = sqlite3.connect(file), sqlite3.connect(":memory:")
        self.remember_now()

    def remember_now(self) -> None:
        """What was changed since is part of what is come back to."""
        self._file.backup(self._kept)
        self._before = self._record()

    def changed(self) -> set[str]:
        """The tables that differ from what was remembered; they are so no longer."""
        after = self._record()
        found = {table for table in after if after[table] != self._before[table]}
        if found:
            self._kept.backup(self._file)
        return found

    def _record(self) -> dict[str, list[Any]]:
        """Everything that is on record but what came in, where dialogs stand and what was answered at once."""
        tables = [name for (name,) in self._file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {each: self._file.execute(f"SELECT * FROM {each}").fetchall() for each in tables if each not in _ALL_BUT}
        return {**rows, "outbox": self._file.execute(_KEPT_OF_OUTBOX).fetchall()}

    async def try_(self, tries: Sequence[Try], ids: Mapping[str, int]) -> dict[Try, Came]:
        """Each comes to its door; the doors are all at the same step of a dialog."""
        step, held = tries[0][0].step, json.loads(tries[0][0].held % ids)
        self._came.clear()
        numbers = [next(self.wires["telegram"].ids) for _ in tries]
        sent = [update_of(number, *each, ids, self.clock()) for number, each in zip(numbers, tries, strict=True)]
        async with self.db.write() as tx:
            at = update(Conversation).where(Conversation.account_id.in_(self._accounts.values()))
            await tx.session.execute(at.values(state=step, data=held, menu=None, last_tap=None))
            incoming = [inbox.Incoming(str(each["update_id"]), caller_of(each) or "", each) for each in sent]
            await inbox.receive(tx, "telegram", incoming)
        while await self.talk.batch() == BATCH:
            pass
        return {each: self._came.get(number, Came()) for number, each in zip(numbers, tries, strict=True)}


def _shown(payload: Mapping[str, Any]) -> str:
    rows = (payload.get("reply_markup") or {}).get("inline_keyboard", [])
    return f"{payload.get('text')} {[button['text'] for row in rows for button in row]}"


def update_of(number: int, door: Door, letter: str, ids: Mapping[str, int], at: datetime) -> dict[str, Any]:
    """The Bot API's update with which this person comes to the door."""
    sender, what = int(WHO[letter][0]), door.what.format_map(ids)
    who = {"id": sender, "is_bot": False, "first_name": "Nguoi"}
    chat = {"id": sender, "type": "private", "first_name": "Nguoi"}
    if door.grouped:
        chat = {"id": int(GROUP), "type": "supergroup", "title": "Nhóm mẫu"}
    message = {"message_id": door.edited or number, "date": int(at.timestamp()), "chat": chat}
    if door.is_tap:
        under = {**message, "text": "…"}
        tap = {"id": str(number), "from": who, "chat_instance": "c", "message": under, "data": what}
        return {"update_id": number, "callback_query": tap}
    content = CONTENT.get(what, {"text": what})
    if "contact" in content:
        content = {"contact": {**content["contact"], "user_id": who["id"]}}
    message |= {"from": who, **content}
    if door.replies is not None:
        bot = {"id": 42, "is_bot": True, "first_name": "Bot"}
        message["reply_to_message"] = {**message, "message_id": door.replies, "from": bot, "text": "…"}
    if what.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(what.split(maxsplit=1)[0])}]
    return {"update_id": number, "message" if door.edited is None else "edited_message": message}


DRAFTED = {"draft", "attachment", "counter"}
"""What words leave that belong to no step: they begin an opinion, as anybody's do."""

NO_COMMAND, NO_BUTTON = Door("lost.unknown", "/khongco", ""), Door("lost.stale", "o:khongco:1", "")


class Tried:
    """Everybody comes to every door; `wrong` says what was changed by those who were not let in."""

    def __init__(self, house: House, doors: Sequence[Door]) -> None:
        self.house, self.doors = house, doors
        self.wrong: list[str] = []
        self.came: dict[Try, Came] = {}
        self.nowhere: dict[Try, Came] = {}

    async def run(self) -> None:
        tries = [(door, letter) for door in self.doors for letter in WHO]
        await self._in_vain([(door, letter) for door in (NO_COMMAND, NO_BUTTON) for letter in WHO])
        await self._in_vain([each for each in tries if each[1].lower() not in each[0].rights.lower()])
        self.nowhere = await self._to_nowhere(
            [each for each in tries if each[0].is_about_one and each[1].lower() in each[0].rights.lower()]
        )
        await self._in_vain([each for each in tries if each[1].lower() in each[0].rights])
        for door in self.doors:
            let_in = [(door, letter) for letter in WHO if letter in door.rights]
            for some in [[each] for each in let_in] if door.apart else [let_in]:
                if some:
                    self.came |= await self.house.try_(some, self.house.ids)
                    self.house.changed()

    async def _in_vain(self, tries: Iterable[Try]) -> None:
        for some in _at_one_step(tries):
            self.came |= await self.house.try_(some, self.house.ids)
            self._check_unchanged(some)

    async def _to_nowhere(self, tries: Iterable[Try]) -> dict[Try, Came]:
        """The same of a matter that does not exist."""
        found: dict[Try, Came] = {}
        for some in _at_one_step(tries):
            found |= await self.house.try_(some, dict.fromkeys(self.house.ids, NOWHERE))
            self._check_unchanged(some)
        return found

    def _check_unchanged(self, some: Sequence[Try]) -> None:
        begins_anew = all(door.otherwise for door, _ in some)
        changed = self.house.changed() - (DRAFTED if begins_anew else set())
        if changed:
            self.wrong.append(f"{sorted(changed)} changed by one of {sorted({door.what for door, _ in some})}")

    def rights(self, door: Door) -> str:
        """Who was let in, written as `Door.rights`; who was answered wrongly stands there with the answer."""
        return "".join(self._mark(door, letter) for letter in WHO)

    def _mark(self, door: Door, letter: str) -> str:
        came = self.came[door, letter]
        if came.handler == door.handler:
            nowhere = self.nowhere.get((door, letter))
            is_gone = nowhere is not None and _without_numbers(came) == _without_numbers(nowhere)
            return letter.lower() if is_gone else letter
        unknown = self.came[NO_BUTTON if door.is_tap else NO_COMMAND, letter]
        is_unknown = came.handler in door.otherwise if door.otherwise else came == unknown
        return "" if is_unknown else f"({letter}: {came})"


def _at_one_step(tries: Iterable[Try]) -> Iterator[list[Try]]:
    """The tries in lists that can come in one batch: at one step, and words that may begin an opinion by themselves."""
    found: dict[Any, list[Try]] = defaultdict(list)
    for each in tries:
        door = each[0]
        found[door.step, door.held, door.what if door.otherwise else ""].append(each)
    yield from found.values()


def _without_numbers(came: Came) -> list[str]:
    return [re.sub(r"\d+", "#", each) for each in came.shown]
