"""A line: how people speak with the program on one messenger, the same acts on each, and what they are shown."""

import itertools
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.app import Parts
from tests.commune import Clock
from tests.texts import words

SOUND = b"\xff\xf1\x50\x80 nghe day"
"""What every messenger takes for somebody's voice."""


class Unable(Exception):
    """Nobody can do this on this messenger."""


@dataclass(frozen=True, slots=True)
class Key:
    """An option as its reader finds it: `means` is what choosing it sends, by a button or `typed`."""

    label: str
    means: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of ours as its reader sees it now, in plain text; `kind` is text, photo, voice or document.

    `id` is what its line calls it.
    """

    id: str
    text: str
    keys: tuple[Key, ...] = ()
    kind: str = "text"

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(key.label for key in self.keys)


class Line(ABC):
    """People on one messenger, each named by a small number. The stage opens it, and closes it.

    `replies` says that a message can be answered by itself, `captions` that words stand under a photo.
    """

    name: str
    replies = True
    captions = True
    clock: Clock

    async def open(self, clock: Clock) -> None:
        """What stands for the messenger begins, by this clock."""
        self.clock = clock

    async def close(self) -> None:  # noqa: B027  most lines need nothing here
        """It ends."""

    def names(self) -> frozenset[str]:
        """The messengers that people are on."""
        return frozenset({self.name})

    @abstractmethod
    def environ(self, here: str) -> Mapping[str, str]:
        """The configuration of a service that has this messenger and lies at `here`."""

    def trusted(self) -> Sequence[str]:
        """The "host:port" from which its files are fetched."""
        return ()

    def address(self, url: str) -> str:
        """Where on this machine a public address of the service lies."""
        return url

    @abstractmethod
    def meet(self, parts: Parts, here: str) -> None:
        """The program is put together and about to start."""

    def apart(self, here: str) -> None:
        """The program runs in a process of its own, and lies at `here`."""
        raise Unable("apart")

    async def ready(self) -> None:  # noqa: B027  most lines need nothing here
        """Returns once the program hears what is said."""

    @abstractmethod
    def native(self, who: int) -> str:
        """What the record calls her account."""

    @abstractmethod
    def is_heard(self) -> bool:
        """Whether the program has taken all that was said."""

    async def look(self) -> None:  # noqa: B027  most lines need nothing here
        """Everybody looks at what has come."""

    async def come(self, who: int) -> None:  # noqa: B027  most lines need nothing here
        """She opens the conversation, and says nothing."""

    async def look_in(self, who: int) -> None:  # noqa: B027  most messengers count no days
        """She opens a conversation of hers, where that lets us write to her for some days more."""

    @abstractmethod
    async def say(self, who: int, text: str, to: Shown | None = None) -> None:
        """She writes, perhaps in answer to a message."""

    @abstractmethod
    async def tap(self, who: int, on: Shown, key: Key) -> None:
        """She presses a button."""

    @abstractmethod
    async def photo(self, who: int, data: bytes, caption: str = "") -> None:
        """She sends a photo; where no words stand under one, they follow."""

    @abstractmethod
    async def voice(self, who: int, seconds: int, data: bytes = SOUND) -> None:
        """She records herself."""

    async def document(self, who: int, data: bytes, name: str) -> None:
        raise Unable("document")

    async def place(self, who: int, latitude: float, longitude: float) -> None:
        raise Unable("place")

    async def contact(self, who: int) -> None:
        raise Unable("contact")

    async def leave(self, who: int) -> None:
        """She blocks us, or follows no longer."""
        raise Unable("leave")

    @abstractmethod
    def messages(self, who: int) -> list[Shown]:
        """What her screen shows of us, in order."""

    @abstractmethod
    def ever(self, who: int) -> list[str]:
        """Every text that it ever showed, each as it came, also of what was changed or deleted since."""

    def offered(self, who: int, label: str, on: Shown | None = None) -> tuple[Shown, Key]:
        """The newest option of hers that begins so, of that message if one is named. Raises LookupError.

        A number that a later message uses again means what it means there, and below a list that begins anew no number
        of before means anything.
        """
        lowest: int | None = None
        for shown in reversed(self.messages(who)):
            numbers = [int(key.means) for key in shown.keys if key.typed and key.means.isdecimal()]
            for key in shown.keys if on is None or on.id == shown.id else ():
                stands = lowest is None or not (key.typed and key.means.isdecimal()) or int(key.means) < lowest
                if key.label.startswith(label) and stands:
                    return shown, key
            lowest = min([*numbers, *([] if lowest is None else [lowest])], default=None)
        if on is None and label.isdecimal() and (found := self._numbered(who, label)) is not None:
            return found
        raise LookupError(f"{who} is not offered {label!r} on {self.name}: {self.messages(who)[-2:]}")

    def _numbered(self, who: int, number: str) -> tuple[Shown, Key] | None:
        """A number that the newest message explains, where it offers nothing else."""
        last = self.messages(who)[-1]
        explained = re.search(rf"(?<!\d){number}\. ", last.text) is not None
        return (last, Key(number, number, typed=True)) if explained and not last.keys else None

    def offers(self, who: int, label: str) -> bool:
        """Whether her newest message offers exactly this."""
        last = self.messages(who)[-1]
        return label in last.labels or (label.isdecimal() and self._numbered(who, label) is not None)

    async def choose(self, who: int, on: Shown, key: Key) -> None:
        """She presses an option, or types what stands for it."""
        if key.typed:
            await self.say(who, key.means)
        else:
            await self.tap(who, on, key)


@cache
def _hints() -> tuple[str, str]:
    say = words().say("vi").plain
    return say("menu-hint"), say("menu-hint-words")


def written(text: str) -> tuple[Key, ...]:
    """The options that stand under a text, where there are no buttons."""
    *lines, hint = text.splitlines() or [""]
    by_number, by_words = _hints()
    if hint == by_words:
        found = itertools.takewhile(lambda line: line.startswith("- "), reversed(lines))
        return tuple(Key(line[2:], line[2:], typed=True) for line in found)[::-1]
    keys: list[Key] = []
    for line in reversed(lines if hint == by_number else []):
        number, point, label = line.partition(". ")
        if not point or not number.isdecimal() or (keys and int(number) != int(keys[-1].means) - 1):
            break
        keys.append(Key(label, number, typed=True))
    return tuple(reversed(keys))
