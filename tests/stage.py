"""The whole program on real HTTP with a clock that the test sets: for plays of days and weeks over the wire."""

import asyncio
import itertools
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.app import Parts, assemble, run
from bot.config import load
from bot.pacing import ChatPacer
from handlers.rendering import PENDING_SECONDS
from storage import people
from storage.models import Role
from tests.commune import Clock
from tests.doubles.telegram import Json, Message, TelegramDouble
from tests.processes import site
from tests.records import put_fresh

LONGEST = 30.0
"""Seconds after which a stage that does not come to rest is stuck."""

STIRS = """
    SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'sending' OR state = 'queued' AND not_before <= :now)
        OR EXISTS (SELECT 1 FROM inbox WHERE state = 'ready')
        OR EXISTS (SELECT 1 FROM attachment WHERE state = 'pending' AND next_try_at <= :now),
        (SELECT max(not_before) FROM outbox WHERE state = 'queued' AND not_before > :now AND not_before <= :soon)
"""
"""Whether something is still to be handled, sent or fetched now; until when something is put off for seconds."""

SOON = timedelta(seconds=PENDING_SECONDS)

UNHEARD_OF = 86_400.0
"""Seconds between ticks by the machine's own clock: longer than any test."""


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
        await put_fresh(self.folder / "doithoai.db")
        self.parts = assemble(load(place.config, place.environ), now=self.clock)
        # Days are played in seconds: a chat's limit would be waited out by the machine's clock.
        self.parts.courier.lanes["telegram"].chats = ChatPacer(itertools.count(0.0, 3600.0).__next__)
        # Time passes when the test says so, however long the machine takes.
        self.parts.clock.seconds = UNHEARD_OF
        self._running = asyncio.create_task(run(self.parts, self._stopping))
        await self.tg.wait(lambda: self.tg.polling() or None, timeout=LONGEST)
        async with asyncio.timeout(LONGEST):
            while self.parts.clock.last_tick is None:
                await asyncio.sleep(0.005)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._running is not None:
            await self._running
        await self.tg.__aexit__(kind, error, trace)

    async def settle(self) -> None:
        """Waits until everything that came in is handled and everything that is due has gone. Raises TimeoutError.

        What is put off for seconds, since a file is not there yet, is due too: those seconds pass and are given back.
        """
        begun, looks = self.clock.instant, 0
        async with asyncio.timeout(LONGEST):
            while not self._is_at_rest():
                if looks % 20 == 0:
                    # The courier sleeps by the machine's clock: nothing else tells it that time has passed.
                    self.parts.db.wake("outbox")
                looks += 1
                await asyncio.sleep(0.005)
        self.clock.instant = begun

    def _is_heard(self) -> bool:
        """Whether the program has taken all that was said, and ended every spinner."""
        return self.tg.confirmed() >= self._newest and not self.tg.unanswered()

    def _is_at_rest(self) -> bool:
        if not self._is_heard():
            return False
        with closing(sqlite3.connect(self.folder / "doithoai.db")) as record:
            # Read in this thread: it is asked hundreds of times a play.
            times = {"now": _written(self.clock()), "soon": _written(self.clock() + SOON)}
            [(stirs, put_off)] = record.execute(STIRS, times).fetchall()
        if put_off:
            self.clock.instant = datetime.fromisoformat(put_off).replace(tzinfo=UTC)
        return not stirs and not put_off

    async def tick(self) -> None:
        """The clock looks at the record now."""
        await self.parts.clock.tick()
        await self.settle()

    async def later(self, span: timedelta) -> None:
        """A little time passes: what was to wait so long goes, and the clock does not tick."""
        self.clock.instant += span
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

    async def tap(self, chat: int, label: str) -> str:
        """Presses the newest button of this chat whose label begins so; returns the whole label.

        Raises LookupError when there is none.
        """
        for message in reversed(self.tg.messages(chat)):
            for row in message.buttons:
                for text, data in row:
                    if text.startswith(label) and data:
                        self.taps[chat] += 1
                        await self.came(await self.tg.raw_callback(chat, message.message_id, data))
                        return text
        raise LookupError(f"chat {chat} shows no button {label!r}; its last: {self.last(chat)}")

    def last(self, chat: int) -> Message:
        return self.tg.last(chat)

    def shown(self, chat: int) -> list[str]:
        """What the bot's messages in this chat show now."""
        return [message.text or message.caption or f"<{message.kind}>" for message in self.tg.messages(chat)]


def _written(instant: datetime) -> str:
    """As the record writes it."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
