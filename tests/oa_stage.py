"""The whole program on a Zalo Official Account alone, over real HTTP, with a clock that the test sets."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.app import assemble, run
from bot.config import load
from bot.messengers.zalo_oa import PATH
from bot.pacing import Pacer
from storage import people
from storage.models import Role
from tests.commune import Clock
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaDouble
from tests.processes import Site, site
from tests.records import put_fresh
from tests.stage import Stage

SITE = "https://xa.example"


def oa_site(folder: Path, oa: ZaloOaDouble, refresh_token: str, **settings: str) -> Site:
    """A site whose one messenger is the double's account."""
    return site(
        folder,
        **{
            "DOITHOAI_ZALO_OA__APP_ID": APP_ID,
            "DOITHOAI_ZALO_OA__APP_SECRET": APP_SECRET,
            "DOITHOAI_ZALO_OA__OA_SECRET": OA_SECRET,
            "DOITHOAI_ZALO_OA__REFRESH_TOKEN": refresh_token,
            "DOITHOAI_ZALO_OA__API_BASE": oa.url,
            "DOITHOAI_ZALO_OA__OAUTH_BASE": oa.url,
            "DOITHOAI_WEB__PUBLIC_URL": SITE,
            **settings,
        },
    )


class OaStage(Stage):
    """A stage whose people are on the account; give the double the stage's clock."""

    def __init__(self, folder: Path, oa: ZaloOaDouble, clock: Clock, **settings: str) -> None:
        super().__init__(folder, clock, **settings)
        self.oa = oa

    async def __aenter__(self) -> Self:
        settings = {"DOITHOAI_REMINDERS__QUIET": '["21:00", "06:00"]', **self.settings}
        place = oa_site(self.folder, self.oa, self.oa.consent(), **settings)
        await put_fresh(self.folder / "doithoai.db")
        here = f"http://127.0.0.1:{place.port}"
        self.oa.reach[SITE], self.oa.hook = here, f"{here}{PATH}"
        self.parts = assemble(load(place.config, place.environ), now=self.clock, trusted=[self.oa.host])
        # Weeks are played in seconds: the double has no limit a second.
        self.parts.courier.lanes["zalo_oa"].pacer = Pacer(None)
        self._running = asyncio.create_task(run(self.parts, self._stopping))
        await self.oa.wait(lambda: self.oa.refreshes)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._running is not None:
            await self._running

    def _is_heard(self) -> bool:
        # A webhook that was answered has stored what it was given.
        return True

    async def write(self, person: str, *texts: str) -> list[str]:
        """She writes these, one after the other; what the account said to her since."""
        before = len(self.oa.messages(person))
        for text in texts:
            await self.oa.text(person, text)
            await self.settle()
        return self.oa.shown(person)[before:]

    async def choose(self, person: str, label: str) -> list[str]:
        """She presses the newest button whose title begins so, or types the number that stands before this label."""
        before = len(self.oa.messages(person))
        for message in reversed(self.oa.messages(person)):
            if any(title.startswith(label) for title, _, _ in message.buttons):
                await self.oa.tap(person, label)
                await self.settle()
                return self.oa.shown(person)[before:]
            for line in message.text.splitlines():
                number, _, option = line.partition(". ")
                if number.isdecimal() and option.startswith(label):
                    return await self.write(person, number)
        raise LookupError(f"{label!r} is not offered: {self.oa.messages(person)[-1:]}")

    async def official(self, person: str, role: Role, **where: Any) -> None:
        """Somebody types an invitation to this role."""
        async with self.parts.db.write() as tx:
            code = await people.invite(tx, role, **where)
        await self.write(person, f"/start {code}")
