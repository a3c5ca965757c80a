"""The whole program on real HTTP with a clock that the test sets: for plays of days and weeks over the wire."""

import asyncio
from collections import Counter
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import func, select

from bot.app import Parts, assemble, run
from bot.config import load
from storage import people
from storage.models import Inbox, InboxState, Outbox, Role
from storage.states import DeliveryState
from tests.commune import Clock
from tests.doubles.telegram import Json, Message, TelegramDouble
from tests.processes import site

LONGEST = 30.0
"""Seconds after which a stage that does not come to rest is stuck."""


class Stage:
    """Every part runs in this process as `doithoai run` starts it; only what time it is comes from `clock`.

    `taps` counts the buttons that each chat pressed.
    """

    def __init__(self, folder: Path, clock: Clock | None = None, **settings: str) -> None:
        self.clock = clock or Clock()
        self.tg = TelegramDouble()
        self.folder, self.settings = folder, settings
        self.taps: Counter[int] = Counter()
        self.parts: Parts
        self._newest = 0
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.tg.__aenter__()
        settings = {
            "DOITHOAI_TELEGRAM__PER_SECOND": "1000",
            "DOITHOAI_REMINDERS__QUIET": '["21:00", "06:00"]',
            **self.settings,
        }
        place = site(self.folder, self.tg.url, **settings)
        self.parts = assemble(load(place.config, place.environ), now=self.clock)
        self._running = asyncio.create_task(run(self.parts, self._stopping))
        await self.tg.wait(lambda: self.tg.polling() or None, timeout=LONGEST)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._running is not None:
            await self._running
        await self.tg.__aexit__(kind, error, trace)

    async def settle(self) -> None:
        """Waits until everything that came in is handled and everything that is due has gone. Raises TimeoutError."""
        async with asyncio.timeout(LONGEST):
            while not await self._is_at_rest():
                await asyncio.sleep(0.005)

    def _is_heard(self) -> bool:
        """Whether the program has taken all that was said."""
        return self.tg.confirmed() >= self._newest

    async def _is_at_rest(self) -> bool:
        if not self._is_heard():
            return False
        async with self.parts.db.read() as tx:
            open_ = await tx.session.scalar(
                select(func.count())
                .select_from(Outbox)
                .where(
                    (Outbox.state == DeliveryState.SENDING)
                    | ((Outbox.state == DeliveryState.QUEUED) & (Outbox.not_before <= tx.now))
                )
            )
            ready = await tx.session.scalar(
                select(func.count()).select_from(Inbox).where(Inbox.state == InboxState.READY)
            )
        return not open_ and not ready

    async def tick(self) -> None:
        """The clock looks at the record now."""
        await self.parts.clock.tick()
        await self.settle()

    async def at(self, instant: datetime) -> None:
        """Time passes to `instant`, and the clock ticks."""
        self.clock.instant = instant
        await self.tick()

    async def join(self, chat: int, role: Role, unit: str | None = None, village: str | None = None) -> None:
        """Somebody opens an invitation to this role."""
        async with self.parts.db.write() as tx:
            code = await people.invite(tx, role, unit, village)
        await self.say(chat, f"/start {code}")

    async def say(self, chat: int, words: str, reply_to: Message | None = None) -> None:
        await self.came(await self.tg.text(chat, words, reply_to))

    async def came(self, update: Json) -> None:
        """An act of the double, seen through to its end."""
        self._newest = update["update_id"]
        await self.settle()

    async def tap(self, chat: int, label: str) -> None:
        """Presses the newest button of this chat whose label begins so. Raises LookupError when there is none."""
        for message in reversed(self.tg.messages(chat)):
            for row in message.buttons:
                for text, data in row:
                    if text.startswith(label) and data:
                        self.taps[chat] += 1
                        await self.came(await self.tg.raw_callback(chat, message.message_id, data))
                        return
        raise LookupError(f"chat {chat} shows no button {label!r}: {self.last(chat).buttons}")

    def last(self, chat: int) -> Message:
        return self.tg.last(chat)

    def shown(self, chat: int) -> list[str]:
        """What the bot's messages in this chat show now."""
        return [message.text or message.caption or f"<{message.kind}>" for message in self.tg.messages(chat)]
