"""An access token of the Official Account that holds, however often the process dies: OAuth v4 (zalo.md, 2.2)."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

import httpx
import structlog

from bot.messengers.zalo import CALL_SECONDS, CONNECT_SECONDS
from bot.verdicts import NEVER_LEFT
from storage import oa_tokens
from storage.alone import alone
from storage.database import Database
from storage.oa_tokens import Attempt, Standing

LOCK = "oa-token"
AGAIN_SECONDS = 30.0
"""Between two tries while the OAuth server is down."""
OTHERS_SECONDS = 0.2
UNSAID_SECONDS = 8 * 3600
"""How long an access token is held to live where its answer does not say it: else each call would spend a refresh
token. More than `oa_tokens.EARLY`, and one that ends before is renewed when it is refused."""
PATIENCE_SECONDS = CALL_SECONDS + CONNECT_SECONDS + 10.0
"""As long as another process may take to fetch a pair."""
CONSENT = (
    "xem lại app_id và app_secret (developers.zalo.me, chọn ứng dụng, Cài đặt), rồi mở Công cụ, API Explorer, chọn ứng "
    "dụng và OA xã, lấy Refresh Token mới, đặt vào DOITHOAI_ZALO_OA__REFRESH_TOKEN, chạy lại / check app_id and "
    "app_secret, get a new refresh token in the API Explorer, start again"
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ZaloApp:
    """The app that speaks for the account: its id, its secret, and the refresh token of the configuration."""

    app_id: str
    secret: str
    refresh_token: str


class ConsentNeeded(Exception):
    """There is no access token, and only an administrator of the account can bring one."""


class TokenLater(Exception):
    """There is no access token now; the OAuth server, which gives them, does not answer."""


class Tokens:
    """The tokens of one app, on record; each process asks here.

    `wait` sleeps, `clock` is monotonic. `problem` is what the operator must know, in a line.
    """

    def __init__(
        self,
        db: Database,
        client: httpx.AsyncClient,
        app: ZaloApp,
        oauth_base: str,
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._db, self._client, self._app = db, client, app
        self._url = f"{oauth_base}/v4/oa/access_token"
        self._wait, self._clock = wait, clock
        self._mine = asyncio.Lock()
        self._begun = False
        self._next_try = 0.0
        self._told: str | None = None
        self.problem: str | None = None

    async def current(self) -> str:
        """An access token that holds. Raises ConsentNeeded or TokenLater when there is none."""
        found = await self._standing()
        if found.access is not None:
            return found.access
        return await self._renewed(stale=None)

    async def renew(self, refused: str) -> str:
        """Another one than `refused`, which the platform did not take. Raises ConsentNeeded or TokenLater."""
        async with self._db.write() as tx:
            await oa_tokens.void(tx, self._app.app_id, refused)
        return await self._renewed(stale=refused)

    async def tend(self) -> None:
        """Fetches a new pair in good time, and says what is wrong; to be called every minute or so."""
        found = await self._standing()
        if found.is_due and not found.is_refused:
            try:
                await self._renewed(stale=found.access)
            except (ConsentNeeded, TokenLater):
                log.debug("zalo_oa.token", problem=self.problem)
        self._look(await self._standing())

    async def _standing(self) -> Standing:
        if not self._begun:
            async with self._db.write() as tx:
                await oa_tokens.begin(tx, self._app.app_id, self._app.refresh_token)
            self._begun = True
        async with self._db.read() as tx:
            return await oa_tokens.standing(tx, self._app.app_id)

    def _look(self, found: Standing) -> None:
        now, until = self._db.now(), found.access_until
        if found.is_refused:
            left = f"the access token serves until {until.isoformat()}" if found.access and until else "nothing is sent"
            self._say(f"the refresh token is refused, {left}", CONSENT)
        elif found.lapses_at - now <= oa_tokens.LAPSE_WARNING:
            self._say(f"the refresh token lapses at {found.lapses_at.isoformat()}", CONSENT)
        elif found.access is None or self._next_try:
            self._say("the OAuth server gives no token", "see the network and zalo_oa.oauth_base")
        else:
            self.problem = self._told = None

    def _say(self, problem: str, mend: str) -> None:
        self.problem = problem
        if problem != self._told:
            self._told = problem
            log.error("zalo_oa.token", problem=problem, mend=mend)

    async def _renewed(self, stale: str | None) -> str:
        async with self._mine:
            deadline = self._clock() + PATIENCE_SECONDS
            while True:
                found = await self._standing()
                if found.access is not None and found.access != stale:
                    return found.access
                if found.is_refused:
                    self._look(found)
                    raise ConsentNeeded
                if self._clock() < self._next_try:
                    raise TokenLater
                async with alone(self._db, LOCK) as mine:
                    if mine:
                        return await self._refresh(stale)
                if self._clock() > deadline:
                    raise TokenLater
                await self._wait(OTHERS_SECONDS)

    async def _refresh(self, stale: str | None) -> str:
        # Whoever had the lock before may have brought one.
        found = await self._standing()
        if found.access is not None and found.access != stale:
            return found.access
        async with self._db.write() as tx:
            attempt = await oa_tokens.start(tx, self._app.app_id)
        if attempt is None:
            self._look(await self._standing())
            raise ConsentNeeded
        if attempt.is_last:
            log.warning("zalo_oa.last_try", why="a backup was restored, or a call was cut off", mend=CONSENT)
        return await self._exchange(attempt)

    async def _exchange(self, attempt: Attempt) -> str:
        form = {
            "refresh_token": attempt.refresh_token,
            "app_id": self._app.app_id,
            "grant_type": "refresh_token",
        }
        timeout = httpx.Timeout(CALL_SECONDS, connect=CONNECT_SECONDS)
        try:
            response = await self._client.post(
                self._url, data=form, headers={"secret_key": self._app.secret}, timeout=timeout
            )
        except httpx.HTTPError as error:
            if isinstance(error, NEVER_LEFT):
                await self._unspent(attempt)
            raise self._down(type(error).__name__) from None
        body = _table(response)
        if response.status_code >= 500 or response.status_code == 429 or body is None:
            # It answered that it did nothing, or something before it did: the token is spent by nobody. But one that
            # waited in vain for its answer knows as little as we do.
            if response.status_code != httpx.codes.GATEWAY_TIMEOUT:
                await self._unspent(attempt)
            raise self._down(f"HTTP {response.status_code}")
        access, refresh = body.get("access_token"), body.get("refresh_token")
        if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
            async with self._db.write() as tx:
                await oa_tokens.refuse(tx, self._app.app_id, attempt)
            log.error("zalo_oa.refused", code=_number(body.get("error")), mend=CONSENT)
            self._look(await self._standing())
            raise ConsentNeeded
        lives = timedelta(seconds=_number(body.get("expires_in")) or UNSAID_SECONDS)
        async with self._db.write() as tx:
            is_newest = await oa_tokens.finish(tx, self._app.app_id, attempt, access, refresh, lives)
        self._next_try = 0.0
        log.info("zalo_oa.refreshed", generation=attempt.generation + 1, kept=is_newest)
        found = await self._standing()
        self._look(found)
        return found.access or access

    def _down(self, error: str) -> TokenLater:
        self._next_try = self._clock() + AGAIN_SECONDS
        log.warning("zalo_oa.oauth_down", error=error)
        return TokenLater(error)

    async def _unspent(self, attempt: Attempt) -> None:
        async with self._db.write() as tx:
            await oa_tokens.unspent(tx, self._app.app_id, attempt)


def _table(response: httpx.Response) -> dict[str, Any] | None:
    try:
        found = response.json()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _number(value: object) -> int | None:
    """Numbers come as numbers or as text."""
    try:
        return int(str(value))
    except ValueError:
        return None
