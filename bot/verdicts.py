"""What each error of a messenger means, and when what failed is tried again."""

import random
from dataclasses import dataclass
from enum import StrEnum

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

LONGEST_PAUSE = 300.0
RETRY_SECONDS = 5.0
"""After a try that says nothing about its message: the request never left, the record did not answer."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an error means: the outcome's state, whether it counts as a try, and how long everyone must be quiet.

    `stops_messenger` is what its operator must be told when nothing can be sent to it any more.
    """

    state: DeliveryState
    counts: bool = True
    mute_seconds: float = 0.0
    stops_messenger: str | None = None


class Late(StrEnum):
    """What became of telling her that something waits for her: it is not told, it is, or it is to be tried again."""

    NO = "no"
    TOLD = "told"
    AGAIN = "again"


NEVER_LEFT = (ClientConnectorError, ConnectionTimeoutError, ConnectError, ConnectTimeout, PoolTimeout)
_LOST_READER = ("bot was blocked by the user", "user is deactivated", "bot was kicked from the")


def judge(error: Exception) -> Verdict:
    """What became of a delivery whose call raised. The table of telegram.md, by status and description."""
    match error:
        case TelegramRetryAfter():
            return Verdict(DeliveryState.QUEUED, counts=False, mute_seconds=max(1.0, float(error.retry_after)))
        case TelegramUnauthorizedError():
            return Verdict(DeliveryState.QUEUED, counts=False, stops_messenger="the token is refused (401)")
        case TelegramForbiddenError():
            # Only these mean that she, or the group, is gone; the others have been seen to pass.
            lost = any(words in error.message.lower() for words in _LOST_READER)
            return Verdict(DeliveryState.UNREACHABLE if lost else DeliveryState.QUEUED)
        case TelegramBadRequest() if "message is not modified" in error.message.lower():
            return Verdict(DeliveryState.SENT)
        case TelegramBadRequest() | TelegramNotFound() | TelegramEntityTooLarge():
            return Verdict(DeliveryState.FAILED)
        case TelegramNetworkError() if isinstance(error.__cause__, NEVER_LEFT):
            # The request never left, so it says nothing about this message: the line may be down for a day.
            return Verdict(DeliveryState.QUEUED, counts=False)
        case TelegramNetworkError():
            # The request had left: it may have arrived.
            return Verdict(DeliveryState.UNKNOWN)
        case TelegramServerError() | ClientDecodeError() | TelegramAPIError() | DBAPIError() | OSError():
            return Verdict(DeliveryState.QUEUED)
    return Verdict(DeliveryState.FAILED)


def backoff(attempts: int, *, counts: bool) -> float:
    """Seconds until the next try after `attempts` that failed: doubled each time up to LONGEST_PAUSE, with jitter.

    A failure that says nothing about its message (`counts` is false) is tried again every RETRY_SECONDS.
    """
    seconds = min(2.0 ** min(attempts, 30), LONGEST_PAUSE) if counts else RETRY_SECONDS
    return seconds * random.uniform(0.75, 1.25)  # noqa: S311  jitter
