"""The Zalo Bot Platform: a token, a long poll or a webhook, plain text and addresses of photos (zalo.md, section 1)."""

import asyncio
import hmac
import json
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetMe, GetUpdates, GetWebhookInfo, SetWebhook, TelegramMethod
from aiogram.types import User
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import DBAPIError

from bot.messengers.base import Call, FileGone, Lines, Messenger, MessengerRefused, until
from bot.messengers.features import ZALO_BOT
from bot.messengers.gathering import Gathering
from bot.messengers.zalo import Groups, ZaloSession
from bot.messengers.zalo_incoming import Said, group_in, read
from bot.messengers.zalo_platform import Platform, TimedOut
from bot.pages.media import MediaLinks
from bot.remote import fetch, looks_like
from handlers.turn import HTML
from handlers.words import Words
from storage import inbox, quotas
from storage.database import Database, Transaction
from storage.files import MAX_BYTES
from storage.inbox import Incoming
from storage.people import load_callers

NAME = "zalo_bot"
PATH = "/webhook/zalo-bot"
POLL_SECONDS = 30
POLL_GRACE = 10
FLOOR_SECONDS = 1.0
"""Between two polls that brought nothing new: measured, a poll may answer at once with what was taken before."""
LONGEST_UPDATE = 100_000
"""Bytes of a webhook's body: a text of 2,000 characters is far below it."""

log = structlog.get_logger(__name__)


class ZaloBotSession(ZaloSession):
    """A wire that says plain text and shows what lies at an address."""

    def __init__(
        self, db: Database, words: Words, links: MediaLinks, token: str, api_base: str, clock: Callable[[], float]
    ) -> None:
        super().__init__(db, words, links, ZALO_BOT, clock)
        self.platform = Platform(self.client, token, api_base)

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        if isinstance(method, GetMe):
            found = await self.platform.result(method, "getMe", {})
            name = str(found.get("display_name") or found.get("account_name") or "")
            return User(id=bot.id, is_bot=True, first_name=name, username=found.get("account_name"))
        return await super().make_request(bot, method, timeout)

    async def _send(self, call: Call, name: str, body: Mapping[str, Any]) -> int:
        chat = {"chat_id": (await self.account(call)).native_id}
        found = await self.platform.result(call.method, name, {**chat, **body})
        try:
            async with self.db.write() as tx:
                await quotas.count(tx, NAME)
        except DBAPIError as error:
            # The message is out: it must not go again for the sake of a number.
            log.warning("zalo_bot.not_counted", error=type(error.orig).__name__)
        return self.became(call, found)

    async def send_text(self, call: Call, body: str, lines: Lines) -> int:
        return await self._send(call, "sendMessage", {"text": body})

    async def send_photo(self, call: Call, url: str, caption: str, lines: Lines) -> int:
        return await self._send(call, "sendPhoto", {"photo": url} | ({"caption": caption} if caption else {}))

    async def send_voice(self, call: Call, url: str) -> int:
        return await self._send(call, "sendVoice", {"voice_url": url})

    async def typing(self, call: Call) -> None:
        chat_id = (await self.account(call)).native_id
        await self.platform.ask(call.method, "sendChatAction", {"chat_id": chat_id, "action": "typing"})


@dataclass(frozen=True, slots=True)
class Hook:
    """The webhook: our public address, and the secret that each of its calls carries."""

    site: str
    secret: str


class ZaloBot(Messenger):
    """One bot of the platform. With `hook` it is called, without one it polls.

    A webhook is the sound way: what a poll was given as the process died is lost, unless Zalo happens to repeat it.
    A chat's integer is its account's id. `trusted` are "host:port" whose files are fetched though they are not public.
    """

    name = NAME
    features = ZALO_BOT

    def __init__(
        self,
        db: Database,
        token: str,
        words: Words,
        links: MediaLinks,
        *,
        api_base: str,
        hook: Hook | None = None,
        trusted: Collection[str] = (),
        poll_seconds: int = POLL_SECONDS,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._session = ZaloBotSession(db, words, links, token, api_base, clock)
        self._platform = self._session.platform
        self.bot = Bot(token, session=self._session, default=HTML)
        self._db = db
        self._hook = hook
        self._trusted = frozenset(trusted)
        self._poll_seconds = poll_seconds
        self._wait, self._clock = wait, clock
        self._prepared = False
        self._held: dict[str, Any] | None = None
        """What a poll brought and the record has not taken yet."""
        self._gathering = Gathering(db, self._store)
        self._left_alone: str | None = None
        # It is heard there only when somebody names it.
        self._groups = Groups(db, NAME, "%Y-%m-%d")
        self._problem: str | None = None

    def chat_id(self, account_id: int, native_id: str) -> int:
        return account_id

    def trouble(self) -> str | None:
        return self._problem

    async def receive(self, stopping: asyncio.Event) -> None:
        """Polls, or has the webhook set, until `stopping`. Raises MessengerRefused for a token that is not known."""
        if self._hook is not None:
            await until(stopping, self._patiently(self._set_webhook))
            await stopping.wait()
            return
        try:
            await until(stopping, self._patiently(self._poll))
        finally:
            if self._held is not None:
                # Nobody says that Zalo gives it again.
                await self._take_last(self._held)

    async def _take_last(self, body: object) -> None:
        try:
            await self.take(body)
        except DBAPIError as error:
            log.error("zalo_bot.not_stored", error=type(error.orig).__name__)

    async def _patiently(self, work: Callable[[], Awaitable[bool]]) -> None:
        """Does `work` until it says that it is done, with growing pauses while it fails."""
        failures = 0
        while True:
            try:
                done = await work()
                failures, self._problem = 0, None
                if done:
                    return
            except TelegramUnauthorizedError as error:
                self._problem = "the token is refused (401)"
                raise MessengerRefused(NAME) from error
            except (TelegramAPIError, DBAPIError) as error:
                failures += 1
                self._problem = f"receiving fails: {type(error).__name__}"
                log.warning("zalo_bot.receive", error=type(error).__name__, failures=failures)
                retry_after = float(getattr(error, "retry_after", 0) or 0)
                backoff = min(2.0 ** min(failures, 6), 30.0) * random.uniform(0.5, 1.0)  # noqa: S311  jitter
                await self._wait(max(retry_after, backoff))

    async def _poll(self) -> bool:
        if not self._prepared:
            await self._delete_webhook()
            self._prepared = True
        started = self._clock()
        if self._held is None:
            self._held = await self._next()
        is_new = await self.take(self._held)
        self._held = None
        if not is_new:
            await self._wait(max(0.0, started + FLOOR_SECONDS - self._clock()))
        return False

    async def _next(self) -> dict[str, Any]:
        """What the next poll brings: an update, new or not, or nothing."""
        poll, timeout = GetUpdates(timeout=self._poll_seconds), {"timeout": str(self._poll_seconds)}
        try:
            return await self._platform.ask(poll, "getUpdates", timeout, float(self._poll_seconds + POLL_GRACE))
        except TimedOut:
            return {}

    async def _delete_webhook(self) -> None:
        """While a webhook is set, polls are refused."""
        try:
            await self._platform.ask(DeleteWebhook(), "deleteWebhook", {})
        except TelegramNotFound:
            log.debug("zalo_bot.webhook", was_set=False)

    async def _set_webhook(self) -> bool:
        if self._hook is None:
            raise TypeError("there is no webhook to set")
        url = f"{self._hook.site}{PATH}"
        wanted = {"url": url, "secret_token": self._hook.secret}
        try:
            hook = await self._platform.result(SetWebhook(url=url), "setWebhook", wanted)
        except TelegramRetryAfter:
            # It may be set so often a day and no more: the one of the last start serves.
            hook = await self._standing_webhook()
            if hook.get("url") != url:
                raise
        probe = hook.get("verification")
        if isinstance(probe, dict) and probe.get("ok") is False:
            log.warning("zalo_bot.webhook", outcome=str(probe.get("outcome")), mend="Zalo must reach web.public_url")
        return True

    async def _standing_webhook(self) -> dict[str, Any]:
        try:
            return await self._platform.result(GetWebhookInfo(), "getWebhookInfo", {})
        except TelegramNotFound:
            return {}

    def mount(self, app: FastAPI) -> None:
        """Adds the webhook to `app`, if it is how messages come; before any page that takes every address."""
        if self._hook is not None:
            app.get(PATH)(self._probed)
            app.post(PATH)(self._called)

    async def _probed(self) -> Response:
        return PlainTextResponse("ok")

    async def _called(self, request: Request) -> Response:
        """One update, if it carries the secret. An empty call is a probe, which may carry none."""
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > LONGEST_UPDATE:
                return PlainTextResponse("too large", 413)
        if not body:
            return PlainTextResponse("ok")
        secret = request.headers.get("X-Bot-Api-Secret-Token", "")
        if self._hook is None or not hmac.compare_digest(secret.encode(), self._hook.secret.encode()):
            log.warning("zalo_bot.forged")
            return PlainTextResponse("", 403)
        try:
            await self.take(json.loads(body))
        except (ValueError, RecursionError):
            return PlainTextResponse("no JSON", 400)
        except DBAPIError as error:
            log.error("zalo_bot.database", error=type(error.orig).__name__)
            return PlainTextResponse("", 503)
        return PlainTextResponse("ok")

    async def take(self, body: object) -> bool:
        """Stores what a poll or a webhook brought; whether it was new."""
        said, now = read(body), self._db.now()
        if said is None and (group := group_in(body)) is not None:
            await self._groups.decline(group)
        if said is None or said.is_stale(now):
            which = "" if said is None else said.native_id
            # Polls repeat it every second.
            if body and which != self._left_alone:
                self._left_alone = which
                log.info("zalo_bot.left_alone", stale=said is not None)
            return False
        return await self._gathering.put(said)

    async def _store(self, tx: Transaction, messages: Sequence[Said]) -> list[bool]:
        known = await inbox.known(tx, NAME, [said.native_id for said in messages])
        callers = await load_callers(tx, NAME, list(dict.fromkeys(said.chat for said in messages)))
        await tx.session.flush()
        found: list[bool] = []
        updates: list[Incoming] = []
        for said in messages:
            found.append(said.native_id not in known)
            if found[-1]:
                known.add(said.native_id)
                update = said.update(callers[said.chat].account.id, tx.now)
                updates.append(Incoming(said.native_id, said.chat, update))
        await inbox.receive(tx, NAME, updates)
        if updates:
            await quotas.count(tx, NAME, len(updates))
        return found

    async def download(self, file_id: str) -> bytes:
        """The bytes of a photo or voice. Raises FileGone also for what is not of the kind that Zalo said it is."""
        kind, _, url = file_id.partition("+")
        data = await fetch(self._session.client, url, MAX_BYTES, self._trusted)
        if not looks_like(kind, data):
            raise FileGone("not what it was said to be")
        return data

    async def close(self) -> None:
        await self.bot.session.close()
