"""Calls of the Zalo Bot Platform, and what each of its errors means (zalo.md, section 1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.messengers.zalo import CALL_SECONDS, post

QUIET_SECONDS = (60.0, 3600.0)
"""The first and the longest pause after "Quota exceeded", which says neither which quota nor until when."""


class TimedOut(TelegramNetworkError):
    """ "Request timeout" (408): of a poll it means that nothing came; of anything else, that it may have been done."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means to the courier, and who says so."""

    error: type[TelegramAPIError]
    source: str


DOCUMENTED = "the platform's table of errors"
CODES: Mapping[int, Meaning] = {
    400: Meaning(TelegramBadRequest, DOCUMENTED),
    401: Meaning(TelegramUnauthorizedError, DOCUMENTED),
    # "Internal server error", sic: it says nothing about her.
    403: Meaning(TelegramServerError, DOCUMENTED),
    404: Meaning(TelegramNotFound, f"{DOCUMENTED}; measured: getWebhookInfo while none is set"),
    408: Meaning(TimedOut, f"{DOCUMENTED}; measured: an idle poll"),
    426: Meaning(TelegramRetryAfter, f"{DOCUMENTED}: the webhook was set or tested too often"),
    429: Meaning(TelegramRetryAfter, DOCUMENTED),
}
"""The platform's codes, in the body or as HTTP status. What is not here, 5xx above all, is its own trouble and is
tried again."""


class Platform:
    """The methods of one bot. The token stands in each address, so no address is ever told."""

    def __init__(self, client: httpx.AsyncClient, token: str, api_base: str) -> None:
        self._client, self._base = client, f"{api_base}/bot{token}"
        self._exceeded = 0

    async def ask(
        self, method: TelegramMethod[Any], name: str, body: Mapping[str, Any], seconds: float = CALL_SECONDS
    ) -> dict[str, Any]:
        """The whole body that a method answers: mostly `ok` and `result`, of getUpdates perhaps a bare update.

        Raises aiogram's errors, by CODES.
        """
        answer = await post(self._client, method, f"{self._base}/{name}", body=body, seconds=seconds)
        found = dict(answer.body)
        # A test of the webhook says ok or not of the webhook.
        if found.get("ok", answer.status == 200) is True or "outcome" in found:
            return found
        code = found.get("error_code", found.get("errorCode", answer.status))
        raise self._error(method, code if isinstance(code, int) else answer.status, str(found.get("description", "")))

    async def result(
        self, method: TelegramMethod[Any], name: str, body: Mapping[str, Any], seconds: float = CALL_SECONDS
    ) -> dict[str, Any]:
        """The `result` of a method, empty for one that has none."""
        found = (await self.ask(method, name, body, seconds)).get("result")
        if not isinstance(found, dict):
            return {}
        if "message_id" in found:
            self._exceeded = 0
        return found

    def _error(self, method: TelegramMethod[Any], code: int, description: str) -> TelegramAPIError:
        message = f"{code} {description}"
        kind = CODES[code].error if code in CODES else TelegramServerError
        if kind is not TelegramRetryAfter:
            return kind(method=method, message=message)
        first, longest = QUIET_SECONDS
        pause = min(first * 2**self._exceeded, longest)
        self._exceeded = min(self._exceeded + 1, 10)
        return TelegramRetryAfter(method=method, message=message, retry_after=int(pause))
