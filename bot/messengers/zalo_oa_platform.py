"""Calls of the Official Account's OpenAPI, and what each of its errors means (zalo.md, sections 2.3 and 2.6)."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter, TelegramServerError, TelegramUnauthorizedError
from aiogram.methods import TelegramMethod

from bot.messengers.zalo import CALL_SECONDS, Answer, ask
from bot.messengers.zalo_tokens import AGAIN_SECONDS, ConsentNeeded, TokenLater, Tokens
from bot.verdicts import Verdict
from storage.states import DeliveryState

RATE_SECONDS = 60.0
"""The plan counts by the minute, and no header says when the next one begins."""

_PAID: ContextVar[int] = ContextVar("paid", default=0)
"""How many calls of this task the courier has reckoned with: one for each method."""

STALE_TOKEN = frozenset({-216, -220})
BUTTONS_REFUSED = frozenset({-201, -224})
"""What a plan or an account that takes no buttons answers (zalo.md, 2.3: measured)."""


class OaError(TelegramAPIError):
    """The platform's own refusal, by its code."""

    def __init__(self, method: TelegramMethod[Any], code: int, description: str) -> None:
        super().__init__(method=method, message=f"{code} {description}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means to the courier, and who says so."""

    verdict: Verdict
    source: str


TABLE = "the table of errors of OpenAPI"
SDK = "the table of zalo-sdk"

AGAIN = Verdict(DeliveryState.QUEUED)
GIVE_UP = Verdict(DeliveryState.FAILED)
GONE = Verdict(DeliveryState.UNREACHABLE)
HELD = Verdict(DeliveryState.HELD, counts=False)


def _stop(reason: str) -> Verdict:
    return Verdict(DeliveryState.QUEUED, counts=False, stops_messenger=reason)


CODES: Mapping[int, Meaning] = {
    -32: Meaning(Verdict(DeliveryState.QUEUED, counts=False, mute_seconds=RATE_SECONDS), f"{TABLE}: too many a minute"),
    -201: Meaning(GIVE_UP, f"{TABLE}: a parameter"),
    -204: Meaning(_stop("the account was deleted (-204)"), TABLE),
    -205: Meaning(_stop("there is no such account (-205)"), TABLE),
    -209: Meaning(_stop("the app is not activated: developers.zalo.me, the app's switch (-209)"), TABLE),
    -210: Meaning(GIVE_UP, f"{TABLE}: too long or too large"),
    -211: Meaning(HELD, f"{TABLE}: the quota of the plan; who writes again is within the free window"),
    -212: Meaning(_stop("the app has no permission: consent again with all permissions (-212)"), TABLE),
    -213: Meaning(GONE, f"{TABLE}: she does not follow"),
    -216: Meaning(_stop("the access token is refused, also a new one (-216)"), f"{TABLE}; refreshed once before"),
    -217: Meaning(GONE, f"{TABLE}: she blocked the account"),
    -218: Meaning(HELD, f"{TABLE}: the receiver's quota"),
    -220: Meaning(_stop("the access token has expired, also a new one (-220)"), f"{TABLE}; refreshed once before"),
    -221: Meaning(_stop("the account is not verified: oa.zalo.me, Quản lý, Xác thực (-221)"), TABLE),
    -223: Meaning(_stop("the account may not do this: consent again with all permissions (-223)"), TABLE),
    -224: Meaning(_stop("the plan opens no API: oa.zalo.me, Gói dịch vụ, Tăng trưởng (-224)"), f"{TABLE}; measured"),
    -227: Meaning(GONE, f"{TABLE}: banned, or away for 45 days"),
    -230: Meaning(HELD, f"{TABLE}: no interaction for 7 days"),
    -232: Meaning(HELD, f"{TABLE}: no interaction ever"),
    -233: Meaning(GIVE_UP, f"{TABLE}: this type of message"),
    -234: Meaning(HELD, f"{TABLE}: not at night"),
    -240: Meaning(GIVE_UP, f"{TABLE}: version 2 is off"),
    -242: Meaning(_stop("developers.zalo.me, the app: switch appsecret_proof off (-242)"), TABLE),
    -244: Meaning(GIVE_UP, f"{TABLE}: she refuses this type"),
    -248: Meaning(GIVE_UP, f"{TABLE}: the content"),
    -305: Meaning(HELD, f"{SDK}: the older rule of 48 hours"),
    -311: Meaning(HELD, f"{SDK}: the older rule of 48 hours"),
    -320: Meaning(HELD, f"{TABLE}: no Zalo Cloud account pays for it"),
    -321: Meaning(HELD, f"{TABLE}: the Zalo Cloud account is out of money"),
}
"""The platform's codes. What is not here is its own trouble, and is tried again."""


def meaning(error: OaError) -> Verdict:
    return CODES[error.code].verdict if error.code in CODES else AGAIN


class Platform:
    """The API of one account. The token stands in a header."""

    def __init__(self, client: httpx.AsyncClient, tokens: Tokens, api_base: str) -> None:
        self._client, self._base = client, api_base
        self.tokens = tokens
        self._beside = 0

    def begin(self) -> None:
        """The first call from here on, in this task, is the one that a method is held to cost."""
        _PAID.set(1)

    def beside(self) -> int:
        """How many calls more there were since this was asked last."""
        found, self._beside = self._beside, 0
        return found

    async def post(self, method: TelegramMethod[Any], path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """What a call answers under `data`. Raises OaError, else aiogram's errors; a token is renewed once."""
        return await self._call(method, "POST", path, json=dict(body))

    async def get(self, method: TelegramMethod[Any], path: str) -> dict[str, Any]:
        """As `post`, without a body."""
        return await self._call(method, "GET", path)

    async def upload(self, method: TelegramMethod[Any], kind: str, name: str, data: bytes, mime: str) -> dict[str, Any]:
        """Lays a file ("image" or "file") on Zalo's server for seven days; as `post`."""
        return await self._call(method, "POST", f"/v2.0/oa/upload/{kind}", files={"file": (name, data, mime)})

    async def _call(self, method: TelegramMethod[Any], verb: str, path: str, **content: Any) -> dict[str, Any]:
        token = await self._token(method, None)
        try:
            return await self._ask(method, verb, path, token, **content)
        except OaError as error:
            if error.code not in STALE_TOKEN:
                raise
        return await self._ask(method, verb, path, await self._token(method, token), **content)

    async def _token(self, method: TelegramMethod[Any], refused: str | None) -> str:
        try:
            return await (self.tokens.current() if refused is None else self.tokens.renew(refused))
        except ConsentNeeded:
            message = "there is no access token: an administrator of the account must consent again"
            raise TelegramUnauthorizedError(method=method, message=message) from None
        except TokenLater:
            raise TelegramRetryAfter(
                method=method, message="there is no access token now", retry_after=int(AGAIN_SECONDS)
            ) from None

    async def _ask(
        self, method: TelegramMethod[Any], verb: str, path: str, token: str, **content: Any
    ) -> dict[str, Any]:
        self._beside += 1 - _PAID.get()
        _PAID.set(0)
        return await ask_with(self._client, method, verb, f"{self._base}{path}", token, **content)


async def ask_with(
    client: httpx.AsyncClient, method: TelegramMethod[Any], verb: str, url: str, token: str, **content: Any
) -> dict[str, Any]:
    """What a call with this access token answers under `data`. Raises OaError, else aiogram's errors."""
    headers = {"access_token": token}
    answer = await ask(client, method, verb, url, headers=headers, seconds=CALL_SECONDS, **content)
    code = _code(answer)
    if code is None:
        raise TelegramServerError(method=method, message=f"HTTP {answer.status} without a code")
    if code != 0:
        raise OaError(method, code, str(answer.body.get("message", "")))
    found = answer.body.get("data")
    return found if isinstance(found, dict) else {}


def _code(answer: Answer) -> int | None:
    """0, or the error's number: it comes with HTTP 200."""
    code = answer.body.get("error")
    return code if isinstance(code, int) and not isinstance(code, bool) else None
