"""How fast a messenger may be called: all of it together, and each chat of it."""

from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

WINDOW = 1.002
"""Seconds that a slot stays taken: a hair over one, since the messenger's clock is not ours."""
GAP = 0.5
"""In slots: bulk starts that far apart, so that slots come free one after another and not all at once."""
CATCH_UP = 2.0
"""In slots: how much of its even spacing bulk may make good at once after the process was held up."""
SOON = 0.5
"""In slots: bulk takes the last one only when the next is free so soon; a tap waits no longer."""
ENOUGH = 100
"""Answers after which the quickest of them is as quick as any will be; the first have a connection to open."""


class Pacer:
    """Slots, `per_second` of them. A call takes one when it starts and gives it back a window after its answer.

    Not after its start: when it arrives is the machine's and the network's affair, and a server counts arrivals. A call
    arrived somewhere between start and answer, so whatever held up the calls, no more than `per_second` of them can
    have arrived within any second. What even the quickest call spent on the way is no doubt of that kind, and is not
    waited for.
    """

    def __init__(self, per_second: float | None, clock: Callable[[], float] = monotonic) -> None:
        self.per_second = per_second
        # A low rate is kept over more than a second: 100 a minute are 5 in three.
        self._slots, stretch = _whole(per_second or 1.0)
        self.window = WINDOW * stretch
        self._slot = 1.0 / per_second if per_second else 0.0
        self._clock = clock
        self._in_flight = 0
        self._free_at: list[float] = []
        """When the slots of calls that were answered come free; in order."""
        self._quickest = self.window
        self._answers = 0
        self._even_at = float("-inf")
        """When the next of bulk would start if all of it were spaced evenly."""

    def delay(self, *, bulk: bool) -> float:
        """Seconds until a call may start, 0 when it may now; a window when that hangs on a call in flight."""
        if self.per_second is None:
            return 0.0
        now = self._clock()
        while self._free_at and self._free_at[0] <= now:
            self._free_at.pop(0)
        free = self._slots - self._in_flight - len(self._free_at)
        if not bulk or self._slots == 1:
            return self._until(1 - free, now)
        even = self._even_at - CATCH_UP * self._slot - now
        first, second = self._until(1 - free, now), self._until(2 - free, now)
        return max(0.0, even, first, second - SOON * self._slot)

    def _until(self, count: int, now: float) -> float:
        """Seconds until so many slots more are free."""
        if count <= 0:
            return 0.0
        return self._free_at[count - 1] - now if count <= len(self._free_at) else self.window

    def start(self, *, bulk: bool) -> float:
        """Takes a slot; returns the instant, for `end`."""
        now = self._clock()
        if self.per_second is not None:
            self._in_flight += 1
            if bulk:
                self._even_at = max(self._even_at, now) + GAP * self._slot
        return now

    def end(self, started: float, *, answered: bool) -> None:
        """The call that started then has ended; `answered`: by the messenger, so that it tells how long the way is."""
        if self.per_second is None:
            return
        now = self._clock()
        self._in_flight -= 1
        spared = 0.0
        if answered:
            self._quickest = min(self._quickest, now - started)
            self._answers += 1
            spared = self._quickest if self._answers > ENOUGH else 0.0
        insort(self._free_at, now + self.window - spared)

    def charge(self, calls: int) -> None:
        """So many calls were made just now that took no slot: those to come wait for as many."""
        for _ in range(calls if self.per_second is not None else 0):
            over = max(0, len(self._free_at) + self._in_flight + 1 - self._slots)
            insort(self._free_at, self._clock() + self.window * (1 + -(-over // self._slots)))


def _whole(per_second: float) -> tuple[int, float]:
    """So many calls in so many seconds: below two a second, rounding down would cost up to half of them."""
    for seconds in range(1, 11) if per_second < 2 else ():
        calls = round(per_second * seconds)
        if calls >= 1 and abs(calls - per_second * seconds) < 1e-6:
            return calls, float(seconds)
    return max(1, int(per_second)), 1.0 / min(1.0, per_second)


@dataclass(frozen=True, slots=True)
class ChatLimit:
    """What one chat takes: `burst` messages at once, then one every `seconds`."""

    burst: int
    seconds: float


class ChatPacer:
    """Keeps each chat's own limit: one instant a chat, forgotten once it holds nobody back."""

    SWEEP = 60.0

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._free_at: dict[int, float] = {}
        """When the chat is as if nothing had ever been sent there."""
        self._swept_at = clock()

    def __len__(self) -> int:
        return len(self._free_at)

    def delay(self, chat: int, limit: ChatLimit | None) -> float:
        """Seconds until a message to this chat may start; 0 when it may now."""
        if limit is None:
            return 0.0
        return max(0.0, self._free_at.get(chat, 0.0) - self._clock() - (limit.burst - 1) * limit.seconds)

    def start(self, chat: int, limit: ChatLimit | None) -> None:
        if limit is None:
            return
        now = self._clock()
        self._free_at[chat] = max(now, self._free_at.get(chat, now)) + limit.seconds
        if now - self._swept_at >= self.SWEEP:
            self._free_at = {each: at for each, at in self._free_at.items() if at > now}
            self._swept_at = now
