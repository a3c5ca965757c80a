"""The whole program on a Zalo bot alone, over real HTTP, with a clock that the test sets."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.app import assemble, run
from bot.config import load
from bot.pacing import Pacer
from storage import people
from storage.models import Role
from tests.commune import Clock
from tests.doubles.zalo_bot import ZaloBotDouble
from tests.processes import site
from tests.records import put_fresh
from tests.stage import LONGEST, Stage

SITE = "https://xa.example"
SECRET = "khong-ai-doan-duoc"


class ZaloStage(Stage):
    """A stage whose people are on Zalo; by webhook, or by polling."""

    def __init__(
        self, folder: Path, zalo: ZaloBotDouble, *, webhook: bool = False, clock: Clock | None = None, **settings: str
    ) -> None:
        super().__init__(folder, clock, **settings)
        self.zalo, self.webhook = zalo, webhook

    async def __aenter__(self) -> Self:
        settings = {
            "DOITHOAI_ZALO_BOT__TOKEN": self.zalo.token,
            "DOITHOAI_ZALO_BOT__API_BASE": self.zalo.url,
            "DOITHOAI_REMINDERS__QUIET": '["21:00", "06:00"]',
            **self.settings,
        }
        if self.webhook:
            settings |= {
                "DOITHOAI_ZALO_BOT__MODE": "webhook",
                "DOITHOAI_ZALO_BOT__WEBHOOK_SECRET": SECRET,
                "DOITHOAI_WEB__PUBLIC_URL": SITE,
            }
        place = site(self.folder, **settings)
        await put_fresh(self.folder / "doithoai.db")
        self.zalo.reach[SITE] = f"http://127.0.0.1:{place.port}"
        self.parts = assemble(load(place.config, place.environ), now=self.clock, trusted=[self.zalo.host])
        # Weeks are played in seconds: the double has no limit a second.
        self.parts.courier.lanes["zalo_bot"].pacer = Pacer(None)
        self._running = asyncio.create_task(run(self.parts, self._stopping))
        await self.zalo.wait(lambda: self.zalo.hook is not None or self.zalo.polling(), timeout=LONGEST)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._running is not None:
            await self._running

    def _is_heard(self) -> bool:
        # A poll that waits again, or an answered webhook, has stored what it was given.
        return not self.zalo.pending and (self.webhook or self.zalo.polling())

    async def write(self, person: str, *texts: str) -> list[str]:
        """She writes these, one after the other; what the bot said to her since."""
        before = len(self.zalo.messages(person))
        for text in texts:
            self.zalo.text(person, text, date=self.milliseconds())
            await self.settle()
        return self.zalo.shown(person)[before:]

    def milliseconds(self) -> int:
        return int(self.clock().timestamp() * 1000)

    async def choose(self, person: str, label: str) -> list[str]:
        """She types the number that stands before this label in the newest message that offers it."""
        for shown in reversed(self.zalo.shown(person)):
            for line in shown.splitlines():
                number, _, option = line.partition(". ")
                if number.isdecimal() and option.startswith(label):
                    return await self.write(person, number)
        raise LookupError(f"{label!r} is not offered: {self.zalo.shown(person)[-1:]}")

    async def official(self, person: str, role: Role, **where: Any) -> None:
        """Somebody types an invitation to this role."""
        async with self.parts.db.write() as tx:
            code = await people.invite(tx, role, **where)
        await self.write(person, f"/start {code}")
