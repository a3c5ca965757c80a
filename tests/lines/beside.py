"""Several messengers beside each other: which one a person is on, her number says."""

from collections.abc import Mapping, Sequence

from bot.app import Parts
from tests.commune import Clock
from tests.lines.base import SOUND, Key, Line, Shown


class Beside(Line):
    """`lines` by the first number of the people on them; whoever has a smaller one than all is on none."""

    name = "beside"

    def __init__(self, lines: Mapping[int, Line]) -> None:
        self.lines = dict(sorted(lines.items(), reverse=True))
        self.replies = all(line.replies for line in lines.values())
        self.captions = all(line.captions for line in lines.values())

    def of(self, who: int) -> Line:
        return next(line for first, line in self.lines.items() if who >= first)

    async def open(self, clock: Clock) -> None:
        await super().open(clock)
        for line in self.lines.values():
            await line.open(clock)

    async def close(self) -> None:
        for line in self.lines.values():
            await line.close()

    def names(self) -> frozenset[str]:
        return frozenset().union(*(line.names() for line in self.lines.values()))

    def environ(self, here: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for line in self.lines.values():
            found |= line.environ(here)
        return found

    def trusted(self) -> Sequence[str]:
        return [host for line in self.lines.values() for host in line.trusted()]

    def address(self, url: str) -> str:
        for line in self.lines.values():
            url = line.address(url)
        return url

    def meet(self, parts: Parts, here: str) -> None:
        for line in self.lines.values():
            line.meet(parts, here)

    async def ready(self) -> None:
        for line in self.lines.values():
            await line.ready()

    def native(self, who: int) -> str:
        return self.of(who).native(who)

    def is_heard(self) -> bool:
        return all(line.is_heard() for line in self.lines.values())

    async def look(self) -> None:
        for line in self.lines.values():
            await line.look()

    async def look_in(self, who: int) -> None:
        await self.of(who).look_in(who)

    async def come(self, who: int) -> None:
        await self.of(who).come(who)

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
