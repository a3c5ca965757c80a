"""People in the web chat without buttons: no page of its own leads to it, so they speak as the phones page does."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.app import Parts
from bot.messengers.web import WebMessenger
from bot.pages.chatfiles import type_of
from storage import transcript
from storage.models import Account
from tests.lines.base import Key, Shown, Unable, written
from tests.lines.pages import PageLine

PLAIN = "web_plain"


@dataclass(slots=True)
class Screen:
    """One person's account, and what it was told."""

    account_id: int
    changed: asyncio.Event
    shown: list[Shown] = field(default_factory=list)


class WebPlainLine(PageLine):
    name = PLAIN

    def __init__(self) -> None:
        self._screens: dict[int, Screen] = {}
        self._ever: dict[int, list[str]] = defaultdict(list)
        self._parts: Parts
        self._web: WebMessenger

    def environ(self, here: str) -> Mapping[str, str]:
        return {"DOITHOAI_WEB__PUBLIC_URL": here}

    def meet(self, parts: Parts, here: str) -> None:
        self._parts = parts
        self._web = next(each for each in parts.messengers if isinstance(each, WebMessenger) and each.name == PLAIN)
        for screen in self._screens.values():
            # After a restart every page connects again.
            screen.changed = parts.db.listen(transcript.topic(screen.account_id))
            screen.changed.set()

    def native(self, who: int) -> str:
        return f"phone-{who}"

    def is_heard(self) -> bool:
        # What is said is a row at once.
        return True

    async def look(self) -> None:
        for who, screen in list(self._screens.items()):
            if screen.changed.is_set():
                screen.changed.clear()
                await self._look(who, screen)

    async def _look(self, who: int, screen: Screen) -> None:
        last = int(screen.shown[-1].id) if screen.shown else 0
        async with self._parts.db.read() as tx:
            account = await tx.session.get(Account, screen.account_id)
            rows = await transcript.since(tx, screen.account_id, last, limit=1000)
        if account is None or account.native_id is None:
            # All was deleted: whoever writes from this phone now is somebody new.
            del self._screens[who]
            return
        for row in rows:
            if row.outgoing:
                kind = str(row.file["kind"]) if row.file else "text"
                screen.shown.append(Shown(str(row.id), row.body, written(row.body), kind))
                self._ever[who].append(row.body)

    async def _screen(self, who: int) -> Screen:
        if who not in self._screens:
            account_id = await self._web.open_account(self.native(who))
            self._screens[who] = Screen(account_id, self._parts.db.listen(transcript.topic(account_id)))
        return self._screens[who]

    async def come(self, who: int) -> None:
        await self._screen(who)

    async def say(self, who: int, text: str, to: Shown | None = None) -> None:
        await self._web.text((await self._screen(who)).account_id, text, int(to.id) if to else None)

    async def tap(self, who: int, on: Shown, key: Key) -> None:
        raise Unable("tap")

    async def _send(self, who: int, data: bytes, name: str, seconds: int = 0) -> None:
        found = type_of(data, name)
        account_id = (await self._screen(who)).account_id
        await self._web.file(account_id, data, found.name, found.mime, seconds=seconds)

    def messages(self, who: int) -> list[Shown]:
        return list(self._screens[who].shown) if who in self._screens else []

    def ever(self, who: int) -> list[str]:
        return self._ever[who]
