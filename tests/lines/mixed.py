"""A commune whose office is on one messenger and whose residents are on another."""

from collections.abc import Mapping, Sequence

from bot.app import Parts
from tests.commune import Clock
from tests.lines.base import SOUND, Key, Line, Shown

OFFICE = 9000
"""From this number on they are officials."""


class MixedLine(Line):
    name = "mixed"

    def __init__(self, office: Line, residents: Line) -> None:
        self.office, self.residents = office, residents
        self.both = (office, residents)
        self.replies = all(line.replies for line in self.both)
        self.captions = all(line.captions for line in self.both)

    def of(self, who: int) -> Line:
        """The line of this person."""
        return self.office if who >= OFFICE else self.residents

    def names(self) -> frozenset[str]:
        return self.office.names() | self.residents.names()

    async def open(self, clock: Clock) -> None:
        await super().open(clock)
        for line in self.both:
            await line.open(clock)

    async def close(self) -> None:
        for line in self.both:
            await line.close()

    def environ(self, here: str) -> Mapping[str, str]:
        return {**self.office.environ(here), **self.residents.environ(here)}

    def trusted(self) -> Sequence[str]:
        return [*self.office.trusted(), *self.residents.trusted()]

    def address(self, url: str) -> str:
        return self.residents.address(self.office.address(url))

    def meet(self, parts: Parts, here: str) -> None:
        for line in self.both:
            line.meet(parts, here)

    async def ready(self) -> None:
        for line in self.both:
            await line.ready()

    def native(self, who: int) -> str:
        return self.of(who).native(who)

    def is_heard(self) -> bool:
        return all(line.is_heard() for line in self.both)

    async def look(self) -> None:
        for line in self.both:
            await line.look()

    async def look_in(self, who: int) -> None:
        await self.of(who).look_in(who)

    async def say(self, who: int, text: str, to: Shown | None = None) -> None:
        await self.of(who).say(who, text, to)

    async def tap(self, who: int, on: Shown, key: Key) -> None:
        await self.of(who).tap(who, on, key)

    async def photo(self, who: int, data: bytes, caption: str = "") -> None:
        await self.of(who).photo(who, data, caption)

    async def voice(self, who: int, seconds: int, data: bytes = SOUND) -> None:
        await self.of(who).voice(who, seconds, data)

    def messages(self, who: int) -> list[Shown]:
        return self.of(who).messages(who)

    def ever(self, who: int) -> list[str]:
        return self.of(who).ever(who)
