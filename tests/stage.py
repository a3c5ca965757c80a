"""The whole program on real HTTP with a clock that the test sets: for plays of days and weeks over the wire."""

import asyncio
import itertools
import sqlite3
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.app import Parts, assemble, run
from bot.config import load
from handlers.rendering import PENDING_SECONDS
from storage import people
from storage.models import Role
from tests.commune import Clock
from tests.lines import Line, Shown
from tests.lines.base import SOUND
from tests.lines.web_plain import PLAIN
from tests.phones import picture
from tests.processes import Site, site
from tests.records import put_fresh
from tests.threadless import ask_at_once

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

TURNS, IMPATIENT = 8, 40
"""Turns of the loop between two looks at the record, and looks after which it is the machine that is waited for."""

UNHEARD_OF = 86_400.0
"""Seconds between ticks by the machine's own clock: longer than any test."""


class Stage:
    """Every part runs in this process as `doithoai run` starts it; only what time it is comes from `clock`.

    Whoever says something is named by a small number, and speaks on `line`.
    """

    def __init__(self, folder: Path, line: Line, clock: Clock | None = None, **settings: str) -> None:
        self.clock = clock or Clock()
        self.folder, self.line, self.settings = folder, line, settings
        self.parts: Parts
        self.here = ""
        self._site: Site
        self._record: sqlite3.Connection
        """The record as nobody else has it open: it is asked thousands of times a play, in this thread."""
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.line.open(self.clock)
        self._site = site(self.folder)
        self.here = f"http://127.0.0.1:{self._site.port}"
        await put_fresh(self.folder / "doithoai.db")
        self._record = sqlite3.connect(self.folder / "doithoai.db", isolation_level=None)
        await self._start()
        return self

    async def _start(self) -> None:
        environ = {
            **self._site.environ,
            "DOITHOAI_REMINDERS__QUIET": '["21:00", "06:00"]',
            "DOITHOAI_WEB__PHONES": "off",
            **self.line.environ(self.here),
            **self.settings,
        }
        self.parts = assemble(
            load(self._site.config, environ),
            now=self.clock,
            trusted=self.line.trusted(),
            # Days are played in seconds: what is rationed by the machine's clock would run out.
            steady=itertools.count(0.0, 3600.0).__next__,
            plain_chat=PLAIN in self.line.names(),
        )
        ask_at_once(self.parts.db)
        # Time passes when the test says so, however long the machine takes.
        self.parts.clock.seconds = UNHEARD_OF
        self.line.meet(self.parts, self.here)
        self._stopping = asyncio.Event()
        self._running = asyncio.create_task(run(self.parts, self._stopping))
        await self.line.ready()
        async with asyncio.timeout(LONGEST):
            while self.parts.clock.last_tick is None:
                await asyncio.sleep(0.005)

    async def _stop(self) -> None:
        self._stopping.set()
        if self._running is not None:
            await self._running

    async def restart(self, at: datetime | None = None) -> None:
        """The program ends, and another process goes on with its record, at once or at this instant."""
        await self._stop()
        self.clock.instant = at or self.clock.instant
        await self._start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()
        self._record.close()
        await self.line.close()

    async def settle(self) -> None:
        """Waits until everything that came in is handled and everything that is due has gone. Raises TimeoutError.

        What is put off for seconds, since a file is not there yet, is due too: those seconds pass and are given back.
        """
        begun, looks = self.clock.instant, 0
        async with asyncio.timeout(LONGEST):
            while not self._is_at_rest():
                if self.line.is_heard():
                    if looks % 20 == 10:
                        # The courier sleeps by the machine's clock: nothing else tells it that time has passed.
                        self.parts.db.wake("outbox")
                    looks += 1
                # Nearly everything happens in this loop: whoever is ready goes first, and sleep is for what is not.
                for _ in range(TURNS):
                    await asyncio.sleep(0)
                if looks > IMPATIENT or not self.line.is_heard():
                    await asyncio.sleep(0.005)
            await self.line.look()
        self.clock.instant = begun

    def _is_at_rest(self) -> bool:
        if not self.line.is_heard():
            return False
        times = {"now": _written(self.clock()), "soon": _written(self.clock() + SOON)}
        [(stirs, put_off)] = self._record.execute(STIRS, times).fetchall()
        if put_off:
            self.clock.instant = datetime.fromisoformat(put_off).replace(tzinfo=UTC)
        return not stirs and not put_off

    async def tick(self) -> None:
        """The clock looks at the record now, and then whoever follows a broadcast."""
        await self.parts.clock.tick()
        await self.settle()
        await self.parts.progress.look()
        await self.settle()

    async def later(self, span: timedelta) -> None:
        """A little time passes: what was to wait so long goes, and the clock does not tick."""
        self.clock.instant += span
        await self.settle()

    async def at(self, instant: datetime) -> None:
        """Time passes to `instant`, and the clock ticks."""
        self.clock.instant = instant
        await self.tick()

    # What people do: each returns what its author was shown since, also what changed on her screen.

    async def join(self, who: int, role: Role, unit: str | None = None, village: str | None = None) -> list[str]:
        """Somebody opens an invitation to this role."""
        async with self.parts.db.write() as tx:
            code = await people.invite(tx, role, unit, village)
        return await self.say(who, f"/start {code}")

    async def say(self, who: int, *words: str, to: Shown | None = None) -> list[str]:
        """Each of `words` in a message of its own; `to` is the message that they answer."""
        before = len(self.line.ever(who))
        for each in words:
            await self.line.say(who, each, to)
            await self.settle()
        return self.line.ever(who)[before:]

    async def press(self, who: int, *labels: str, on: Shown | None = None) -> list[str]:
        """The newest option that begins with each of `labels`, one after the other; `on` names its message.

        Raises LookupError when there is none.
        """
        before = len(self.line.ever(who))
        for label in labels:
            await self.line.choose(who, *self.line.offered(who, label, on))
            await self.settle()
        return self.line.ever(who)[before:]

    async def photo(self, who: int, data: bytes | None = None, caption: str = "") -> list[str]:
        return await self._act(who, self.line.photo(who, picture() if data is None else data, caption))

    async def voice(self, who: int, seconds: int, data: bytes = SOUND) -> list[str]:
        return await self._act(who, self.line.voice(who, seconds, data))

    async def document(self, who: int, data: bytes, name: str) -> list[str]:
        return await self._act(who, self.line.document(who, data, name))

    async def place(self, who: int, latitude: float = 21.85, longitude: float = 106.76) -> list[str]:
        return await self._act(who, self.line.place(who, latitude, longitude))

    async def contact(self, who: int) -> list[str]:
        return await self._act(who, self.line.contact(who))

    async def leave(self, who: int) -> list[str]:
        return await self._act(who, self.line.leave(who))

    async def come(self, who: int) -> list[str]:
        return await self._act(who, self.line.come(who))

    async def _act(self, who: int, act: Awaitable[None]) -> list[str]:
        before = len(self.line.ever(who))
        await act
        await self.settle()
        return self.line.ever(who)[before:]

    # What they see

    def messages(self, who: int) -> list[Shown]:
        return self.line.messages(who)

    def last(self, who: int) -> Shown:
        """The newest message on her screen; LookupError when there is none."""
        return self.line.messages(who)[-1]

    def shown(self, who: int) -> list[str]:
        """What our messages on her screen say now."""
        return [message.text or f"<{message.kind}>" for message in self.line.messages(who)]

    def ever(self, who: int) -> list[str]:
        """Every text that her screen ever showed."""
        return self.line.ever(who)


def _written(instant: datetime) -> str:
    """As the record writes it."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
