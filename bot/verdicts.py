"""How fast a messenger may be called, and what each of its errors means."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError, ConnectionTimeoutError
from httpx import ConnectError, ConnectTimeout, PoolTimeout
from sqlalchemy.exc import DBAPIError

from storage.states import DeliveryState

WINDOW = 1.01
"""Seconds of the sliding window: a hair over one, since the messenger's clock is not ours."""


class Pacer:
    """A sliding window of `per_second` starts; bulk leaves one slot free, so that a tap waits for one at most."""

    def __init__(self, per_second: float | None, clock: Callable[[], float] = monotonic) -> None:
        self.per_second = per_second
        # Less than one call a second stretches the window rather than rounding to nothing.
        self.window = WINDOW / min(1.0, per_second or 1.0)
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
        room = max(1, int(self.per_second)) - (1 if bulk and self.per_second >= 2 else 0)
        waits = [0.0]
        if bulk and self._starts:
            waits.append(self._starts[-1] + self.gap - now)
        if len(self._starts) >= room:
            waits.append(self._starts[len(self._starts) - room] + self.window - now)
        return max(waits)

    def start(self) -> None:
        if self.per_second is not None:
            self._starts.append(self._clock())


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an error means: the outcome's state, whether it counts as a try, and how long everyone must be quiet."""

    state: DeliveryState
    counts: bool = True
    mute_seconds: float = 0.0
    stops_messenger: bool = False


_NEVER_LEFT = (ClientConnectorError, ConnectionTimeoutError, ConnectError, ConnectTimeout, PoolTimeout)
_LOST_READER = ("bot was blocked by the user", "user is deactivated", "bot was kicked from the")


def judge(error: Exception) -> Verdict:
    """What became of a delivery whose call raised. The table of telegram.md, by status and description."""
    match error:
        case TelegramRetryAfter():
            return Verdict(DeliveryState.QUEUED, counts=False, mute_seconds=max(1.0, float(error.retry_after)))
        case TelegramUnauthorizedError():
            return Verdict(DeliveryState.QUEUED, counts=False, stops_messenger=True)
        case TelegramForbiddenError():
            # Only these mean that she, or the group, is gone; the others have been seen to pass.
            lost = any(words in error.message.lower() for words in _LOST_READER)
            return Verdict(DeliveryState.UNREACHABLE if lost else DeliveryState.QUEUED)
        case TelegramBadRequest() if "message is not modified" in error.message.lower():
            return Verdict(DeliveryState.SENT)
        case TelegramBadRequest() | TelegramNotFound() | TelegramEntityTooLarge():
            return Verdict(DeliveryState.FAILED)
        case TelegramNetworkError() if isinstance(error.__cause__, _NEVER_LEFT):
            # The request never left, so it says nothing about this message: the line may be down for a day.
            return Verdict(DeliveryState.QUEUED, counts=False)
        case TelegramNetworkError():
            # The request had left: it may have arrived.
            return Verdict(DeliveryState.UNKNOWN)
        case TelegramServerError() | ClientDecodeError() | TelegramAPIError() | DBAPIError() | OSError():
            return Verdict(DeliveryState.QUEUED)
    return Verdict(DeliveryState.FAILED)
