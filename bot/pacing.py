"""How fast a messenger may be called: all of it together, and each chat of it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

WINDOW = 1.01
"""Seconds of the sliding window: a hair over one, since the messenger's clock is not ours."""


class Pacer:
    """A sliding window of `per_second` starts; bulk leaves one slot free, so that a tap waits for one at most."""

    def __init__(self, per_second: float | None, clock: Callable[[], float] = monotonic) -> None:
        self.per_second = per_second
        # A low rate is kept over more than a second: 100 a minute are 5 in three.
        self.room, stretch = _whole(per_second or 1.0)
        self.window = WINDOW * stretch
        # Bulk that leaves in one burst queues on the way and may arrive a hair too early for a server that counts to
        # the limit (measured: a 429 in most minutes). Half a slot between two ended that, and costs a tap nothing.
        self.gap = 0.5 / per_second if per_second else 0.0
        self._clock = clock
        self._starts: deque[float] = deque()

    def delay(self, *, bulk: bool) -> float:
        """Seconds until a call may start; 0 when it may now."""
        if self.per_second is None:
            return 0.0
        now = self._clock()
        while self._starts and self._starts[0] <= now - self.window:
            self._starts.popleft()
        room = self.room - (1 if bulk and self.room >= 2 else 0)
        waits = [0.0]
        if bulk and self._starts:
            waits.append(self._starts[-1] + self.gap - now)
        if len(self._starts) >= room:
            waits.append(self._starts[len(self._starts) - room] + self.window - now)
        return max(waits)

    def start(self) -> None:
        if self.per_second is not None:
            self._starts.append(self._clock())


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
