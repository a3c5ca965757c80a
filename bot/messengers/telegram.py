"""Telegram: aiogram's own session, and a poller that confirms nothing which is not in the inbox."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramNotFound,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetFile, GetMe, SetMyCommands, TelegramMethod
from aiogram.types import BotCommand
from aiohttp import ClientError
from sqlalchemy.exc import DBAPIError

from bot.messengers.base import FileGone, Messenger, MessengerRefused, MessengerStuck, until
from bot.messengers.encoding import Session
from bot.messengers.features import TELEGRAM_PER_SECOND
from bot.messengers.features import telegram as features
from bot.messengers.parts import Calls, parts_of
from bot.pacing import ChatLimit
from bot.talk import caller_of
from bot.verdicts import Verdict
from handlers.turn import HTML
from storage import inbox
from storage.database import Database
from storage.files import MAX_BYTES
from storage.states import DeliveryState

NAME = "telegram"
POLL_SECONDS = 25
POLL_GRACE = 10
"""Seconds beyond a poll's own after which no answer will come."""
SILENT_SECONDS = 90.0
"""Without a poll that came back for so long, `/readyz` says so."""
STUCK_SECONDS = 300.0
"""Without one for so long while getMe works, getUpdates hangs (seen in the field): a new process is the cure."""
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]

log = structlog.get_logger(__name__)


class RawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates whose updates stay the JSON they came as: the inbox stores them, the talker parses them once."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = 100
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = ALLOWED


Commands = dict[str, list[tuple[str, str]]]
"""The command menu by language code ("" is everyone else's): (command, description)."""


class Telegram(Messenger):
    """Long polling over the Bot API (core.telegram.org/bots/api); `api_base` may name another server of it."""

    name = NAME

    def __init__(
        self,
        db: Database,
        token: str,
        *,
        api_base: str | None = None,
        per_second: float | None = TELEGRAM_PER_SECOND,
        commands: Commands | None = None,
        poll_seconds: int = POLL_SECONDS,
        poll_grace: int = POLL_GRACE,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        api = TelegramAPIServer.from_base(api_base) if api_base else PRODUCTION
        # The poll holds a connection of its own; the courier's calls are bounded by its own count.
        self.bot = Bot(token, session=Session(api=api, limit=100), default=HTML)
        self.features = features(per_second)
        self._db = db
        self._commands = commands or {}
        self._poll_seconds, self._poll_grace = poll_seconds, poll_grace
        self._wait = wait
        self._clock = clock
        self._heard_at = clock()
        self.problem: str | None = None

    def chat_id(self, account_id: int, native_id: str) -> int:
        return int(native_id)

    def chat_limit(self, native_id: str) -> ChatLimit | None:
        """A group's id is negative."""
        return self.features.group if native_id.startswith("-") else self.features.chat

    def parts(self, method: TelegramMethod[Any]) -> Calls:
        return parts_of(self.bot, method, self.features)

    def judge(self, error: Exception) -> Verdict:
        if isinstance(error, TelegramNotFound) and "method not found" not in error.message.lower():
            # Every method that we call exists: it is the bot that does not.
            return Verdict(DeliveryState.QUEUED, counts=False, stops_messenger="the token is unknown (404)")
        return super().judge(error)

    def silent_for(self) -> float:
        """Seconds since a poll last came back."""
        return self._clock() - self._heard_at

    def trouble(self) -> str | None:
        return self.problem or ("no poll came back" if self.silent_for() > SILENT_SECONDS else None)

    async def receive(self, stopping: asyncio.Event) -> None:
        """Polls until `stopping`. Raises MessengerRefused for a token that Telegram does not know, MessengerStuck."""
        # A poll that is cut off confirmed nothing: its updates come again.
        await until(stopping, self._poll())

    async def _poll(self) -> None:
        offset: int | None = None
        failures = 0
        prepared = False
        while True:
            try:
                if not prepared:
                    await self._prepare()
                    prepared = True
                poll = RawUpdates(offset=offset, timeout=self._poll_seconds)
                updates = await self.bot(poll, request_timeout=self._poll_seconds + self._poll_grace)
                self._heard_at = self._clock()
                await self._store(updates)
                if updates:
                    offset = updates[-1]["update_id"] + 1
                failures, self.problem = 0, None
            except TelegramUnauthorizedError as error:
                self.problem = "the token is refused (401)"
                raise MessengerRefused(NAME) from error
            except TelegramNotFound as error:
                self.problem = "the token is unknown (404)"
                raise MessengerRefused(NAME) from error
            except (TelegramAPIError, ClientDecodeError, DBAPIError) as error:
                failures += 1
                self.problem = f"polling fails: {type(error).__name__}"
                conflict = isinstance(error, TelegramConflictError)
                log.warning("telegram.poll", error=type(error).__name__, failures=failures, another_poller=conflict)
                # Another poller's updates are its own: a new process would be refused as well.
                if not conflict and self.silent_for() > STUCK_SECONDS and await self._answers():
                    raise MessengerStuck(NAME) from error
                retry_after = float(getattr(error, "retry_after", 0) or 0)
                backoff = min(2.0 ** min(failures, 6), 30.0) * random.uniform(0.5, 1.0)  # noqa: S311  jitter
                await self._wait(max(retry_after, backoff))

    async def _prepare(self) -> None:
        """getUpdates is refused while a webhook is set; the menus are set anew at each start."""
        await self.bot(DeleteWebhook(drop_pending_updates=False))
        for language, commands in self._commands.items():
            menu = [BotCommand(command=command, description=description) for command, description in commands]
            await self.bot(SetMyCommands(commands=menu, language_code=language or None))

    async def _answers(self) -> bool:
        try:
            await self.bot(GetMe(), request_timeout=10)
        except (TelegramAPIError, ClientDecodeError):
            return False
        return True

    async def _store(self, updates: list[dict[str, Any]]) -> None:
        if updates:
            senders = [(each, caller_of(each)) for each in updates]
            # What people say to each other in a group is theirs: it is not even kept.
            batch = [inbox.Incoming(str(each["update_id"]), sender, each) for each, sender in senders if sender]
            async with self._db.write() as tx:
                await inbox.receive(tx, NAME, batch)

    async def download(self, file_id: str) -> bytes:
        """The bytes of a file. Raises FileGone when Telegram has it no more or it is too large."""
        try:
            file = await self.bot(GetFile(file_id=file_id))
        except TelegramBadRequest as error:
            if "temporarily unavailable" in error.message:
                raise
            raise FileGone(file_id) from error
        if file.file_path is None or (file.file_size or 0) > MAX_BYTES:
            raise FileGone(file_id)
        session = self.bot.session
        if not isinstance(session, AiohttpSession):
            raise TypeError("Telegram files come over aiogram's own session")
        url = session.api.file_url(self.bot.token, file.file_path)
        client = await session.create_session()
        try:
            async with client.get(url, timeout=60) as response:  # type: ignore[arg-type]
                if response.status == 404:
                    raise FileGone(file_id)
                response.raise_for_status()
                data = await response.content.read(MAX_BYTES + 1)
                while len(data) <= MAX_BYTES and (more := await response.content.read(MAX_BYTES + 1)):
                    data += more
        except ClientError as error:
            # The error's own words hold the address, and the address holds the token.
            raise OSError(f"download failed: {type(error).__name__}") from None
        if len(data) > MAX_BYTES:
            raise FileGone(file_id)
        return data

    async def close(self) -> None:
        await self.bot.session.close()
