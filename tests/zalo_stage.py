"""The whole program on a Zalo bot alone, over real HTTP, with a clock that the test sets."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.app import assemble, run
from bot.config import load
from storage import people
from storage.models import Role
from tests.commune import Clock
from tests.doubles.zalo_bot import Json, ZaloBotDouble
from tests.processes import site
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
        self.zalo.reach[SITE] = f"http://127.0.0.1:{place.port}"
        self.parts = assemble(load(place.config, place.environ), now=self.clock, trusted=[self.zalo.host])
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

    async def hear(self, *updates: Json) -> None:
        """Acts of the double, seen through to their end."""
        await self.settle()

    async def write(self, person: str, *texts: str) -> list[str]:
        """She writes these, one after the other; what the bot said to her after the last."""
        before = 0
        for text in texts:
            before = len(self.zalo.messages(person))
            self.zalo.text(person, text, date=int(self.clock().timestamp() * 1000))
            await self.settle()
        return self.zalo.shown(person)[before:]

    async def official(self, person: str, role: Role, **where: Any) -> None:
        """Somebody types an invitation to this role."""
        async with self.parts.db.write() as tx:
            code = await people.invite(tx, role, **where)
        await self.write(person, f"/start {code}")
