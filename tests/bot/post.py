"""A post office: an outbox, a courier that is really running, and the double of Telegram that it delivers to."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiogram.methods import SendMessage
from sqlalchemy import text as statement

from bot.courier import Courier
from bot.documents import Templates
from bot.messengers.base import Messenger
from bot.messengers.telegram import Telegram
from handlers.notices import Later, Never, Notices, Rendered
from handlers.rendering import MUTED
from storage import outbox
from storage.database import Database, Transaction
from storage.files import MediaStore
from storage.models import Account, Priority
from storage.outbox import Delivery, Notice
from tests.bot.parts import Time, account, eventually, hang_up, record, running, sql
from tests.doubles.telegram import Call, TelegramDouble
from tests.texts import words

ANNA, BINH = 7, 8
"""Two private chats."""


class PoisonedRow(Exception):
    """What rendering a notice of kind "poison" raises."""


class Spoken(Notices):
    """Notices whose kind says how their rendering goes, instead of what they tell."""

    def __init__(self, folder: Path) -> None:
        super().__init__(words(), MediaStore(folder / "media"), Templates())
        self.asked: list[list[int]] = []
        self.ready = False

    async def render(self, tx: Transaction, deliveries: Sequence[Delivery]) -> dict[int, Rendered]:
        self.asked.append([each.id for each in deliveries])
        rendered: dict[int, Rendered] = {}
        for each in deliveries:
            match each.kind:
                case "poison":
                    raise PoisonedRow
                case "no_table" if not self.ready:
                    await tx.session.execute(statement("SELECT * FROM missing"))
                case "later" if not self.ready:
                    rendered[each.id] = Later(5.0)
                    continue
                case "skip":
                    rendered[each.id] = MUTED
                    continue
                case "never":
                    rendered[each.id] = Never("the row is gone")
                    continue
            rendered[each.id] = SendMessage(chat_id=0, text=each.payload["text"])
        return rendered


@dataclass
class Post:
    """`rows` and `said` read what became of what `reply` and `notify` queued."""

    db: Database
    tg: TelegramDouble
    time: Time
    notices: Spoken
    messengers: list[Telegram] = field(default_factory=list)

    def telegram(self, per_second: float | None = None, api_base: str | None = None) -> Telegram:
        messenger = Telegram(self.db, self.tg.token, api_base=api_base or self.tg.url, per_second=per_second)
        self.messengers.append(messenger)
        return messenger

    def courier(self, *messengers: Messenger) -> Courier:
        return Courier(self.db, messengers or [self.telegram()], self.notices, self.time.monotonic)

    def running(self, *messengers: Messenger) -> AbstractAsyncContextManager[None]:
        return running(self.courier(*messengers))

    async def reply(self, chat: int, *texts: str, messenger: str = "telegram") -> list[int]:
        """Queues replies to this chat in one transaction; returns their ids."""
        account_id = await account(self.db, str(chat), messenger)
        async with self.db.write() as tx:
            owner = await tx.session.get_one(Account, account_id)
            rows = [outbox.queue_reply(tx, owner, "sendMessage", {"text": text}) for text in texts]
            await tx.session.flush()
            return [row.id for row in rows]

    async def notify(
        self, chats: Iterable[int], text: str, kind: str = "say", priority: Priority = Priority.ANNOUNCEMENT
    ) -> None:
        """Queues one notice to each of these chats in one transaction."""
        ids = [await account(self.db, str(chat)) for chat in chats]
        async with self.db.write() as tx:
            owners = [await tx.session.get_one(Account, each) for each in ids]
            await outbox.queue(tx, [Notice(owner, kind, priority, {"text": text}) for owner in owners])

    async def rows(self) -> list[tuple[Any, ...]]:
        """(state, attempts, repeated, error) of every delivery, oldest first."""
        found = await sql(self.db, "SELECT state, attempts, repeated, error FROM outbox ORDER BY id")
        return [(state, attempts, bool(repeated), error) for state, attempts, repeated, error in found]

    async def states(self) -> list[str]:
        return [row[0] for row in await self.rows()]

    async def settled(self, *states: str, timeout: float = 10.0) -> None:
        """Waits until the deliveries are in these states, or, without any, all in `sent`."""
        await eventually(
            self.states, lambda now: now == list(states) if states else {*now} == {"sent"}, timeout=timeout
        )

    def calls(self) -> list[Call]:
        return [call for call in self.tg.calls() if call.method.startswith(("send", "edit"))]

    def said(self) -> list[tuple[int | None, str]]:
        """(chat, text) of every sending call in the order of the journal."""
        return [(call.chat_id, call.params["text"]) for call in self.calls()]

    def skip(self, seconds: float) -> None:
        """Moves both clocks, and lets the courier look at them."""
        self.time.skip(seconds)
        self.db.wake("outbox")


@asynccontextmanager
async def open_post(folder: Path) -> AsyncIterator[Post]:
    time = Time()
    async with TelegramDouble() as tg, record(folder, time.now) as db:
        tg.open_chat(*range(ANNA, ANNA + 60))
        post = Post(db, tg, time, Spoken(folder))
        yield post
        for messenger in post.messengers:
            await hang_up(messenger)
