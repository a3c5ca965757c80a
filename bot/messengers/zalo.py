"""What both of Zalo's messengers share: one HTTP client, its failures, ids as numbers, files as addresses."""

import hashlib
import ssl
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from time import monotonic
from typing import Any

import httpx
from aiogram.exceptions import TelegramBadRequest, TelegramNetworkError, TelegramServerError
from aiogram.methods import TelegramMethod

from bot.messengers.base import Call, DegradingSession, Hints, Lines, SentFile
from bot.messengers.features import Features, Kind
from bot.pages.media import FOR_A_READER, FOR_A_SERVER, Link, MediaLinks
from handlers.words import Words
from storage import groups
from storage.database import Database
from storage.models import Account

CONNECT_SECONDS = 10.0
CALL_SECONDS = 20.0
SAME_NOD_SECONDS = 60.0

GROUP = "zgr-"
"""How the id of a group begins: by Zalo's own hand on the Bot Platform, by ours on an Official Account."""

SPOKEN = "audio/aac"
"""The one sound that Zalo shows as a voice message."""


def number_of(native_id: str) -> int:
    """The integer that aiogram and the record call a message by: always the same for one of Zalo's opaque ids."""
    return int.from_bytes(hashlib.sha256(native_id.encode()).digest()[:8], "big") >> 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: its HTTP status, and the JSON object that it sent."""

    status: int
    body: Mapping[str, Any]


@cache
def _trust() -> ssl.SSLContext:
    # It takes 30 ms to read, and is the same for everybody.
    return httpx.create_ssl_context(trust_env=False)


def new_client() -> httpx.AsyncClient:
    """One client a messenger. It takes no proxy from the environment, since tokens stand in addresses and headers."""
    timeout = httpx.Timeout(CALL_SECONDS, connect=CONNECT_SECONDS)
    return httpx.AsyncClient(timeout=timeout, trust_env=False, verify=_trust())


async def post(
    client: httpx.AsyncClient,
    method: TelegramMethod[Any],
    url: str,
    *,
    body: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    seconds: float = CALL_SECONDS,
) -> Answer:
    """Posts JSON and reads JSON, waiting `seconds` for it; raises as `ask` does."""
    return await ask(client, method, "POST", url, headers=headers, seconds=seconds, json=dict(body))


async def ask(
    client: httpx.AsyncClient,
    method: TelegramMethod[Any],
    verb: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    seconds: float = CALL_SECONDS,
    **content: Any,
) -> Answer:
    """Calls with `content` as httpx takes it (json, data, files) and reads JSON, waiting `seconds` for it.

    Raises TelegramNetworkError without an answer (its cause says whether the call had left), TelegramServerError for
    one that is no JSON object: a gateway's page says nothing about the call. Their words never hold the address, in
    which a token may stand.
    """
    timeout = httpx.Timeout(seconds, connect=CONNECT_SECONDS)
    try:
        response = await client.request(verb, url, headers=dict(headers or {}), timeout=timeout, **content)
    except httpx.HTTPError as error:
        raise TelegramNetworkError(method=method, message=type(error).__name__) from error
    try:
        found = response.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise TelegramServerError(method=method, message=f"HTTP {response.status_code} without JSON")
    return Answer(response.status_code, found)


class ZaloSession(DegradingSession, ABC):
    """A wire of Zalo: plain text without edits, files by an address of our own server.

    A subclass says a text, shows a photo or a voice that lies at an address, and knows no more.
    """

    def __init__(
        self, db: Database, words: Words, links: MediaLinks, features: Features, clock: Callable[[], float] = monotonic
    ) -> None:
        # The hints under options know no account's language, as in the plain web chat.
        say = words.say("vi").plain
        super().__init__(db, features, Hints(say("menu-hint"), say("menu-hint-words")))
        self.client = new_client()
        self._words, self._links = words, links
        self._clock = clock
        self._nods: dict[tuple[int, str], float] = {}

    @abstractmethod
    async def send_photo(self, call: Call, url: str, caption: str, lines: Lines) -> int:
        """Shows the photo at `url` with a caption that may be empty; returns the message's id."""

    @abstractmethod
    async def send_voice(self, call: Call, url: str) -> int:
        """Plays the AAC sound at `url`; returns the message's id."""

    @staticmethod
    def became(call: Call, answer: Mapping[str, Any]) -> int:
        """What we call the message that a call became, as its answer names it."""
        call.sent.append(number := number_of(str(answer.get("message_id"))))
        return number

    async def account(self, call: Call) -> Account:
        """Whom a call is for. Raises TelegramBadRequest when nobody is behind the account any more."""
        async with self.db.read() as tx:
            account = await tx.session.get(Account, call.chat_id)
        if account is None or account.native_id is None:
            raise TelegramBadRequest(method=call.method, message="Bad Request: chat not found")
        return account

    async def send_file(self, call: Call, file: SentFile, body: str, lines: Lines) -> int:
        link = await self.link(call, file, FOR_A_SERVER if file.kind is Kind.PHOTO else FOR_A_READER)
        say = self._words.say((await self.account(call)).language)
        if link is None:
            return await self._send_elsewhere(call, body, lines)
        if file.kind is Kind.PHOTO:
            return await self.send_photo(call, link.url, body, lines)
        if link.mime == SPOKEN and self.features.shows(Kind.VOICE, "AAC", len(file.data)):
            if body:
                await self._send_parts(call, body, ())
            return await self.send_voice(call, link.url)
        line = say.plain("file-at", address=link.url, days=FOR_A_READER.days)
        return await self._send_parts(call, f"{body}\n{line}".lstrip(), lines)

    async def link(self, call: Call, file: SentFile, life: timedelta) -> Link | None:
        """Where the file lies for `life`, on record or made for her; None where nobody outside reaches us."""
        found = await self._links.of(file.data, life)
        return found or await self._links.made_for(call.chat_id, file.data, file.name, file.mime, life)

    async def nod(self, call: Call, emoji: str) -> None:
        """Says it once for several photos in a row."""
        nod = (call.chat_id, emoji)
        if self._clock() - self._nods.get(nod, -SAME_NOD_SECONDS) >= SAME_NOD_SECONDS:
            self._nods = {each: at for each, at in self._nods.items() if self._clock() - at < SAME_NOD_SECONDS}
            self._nods[nod] = self._clock()
            await super().nod(call, emoji)

    async def _send_elsewhere(self, call: Call, body: str, lines: Lines) -> int:
        """The words of a file that cannot be shown here, and where to ask for it."""
        commune, say = self.db.commune, self._words.say((await self.account(call)).language)
        elsewhere = say.plain("file-elsewhere", address=commune.reception, hotline=commune.hotline)
        return await self._send_parts(call, f"{body}\n{elsewhere}".lstrip(), lines)

    async def _send_parts(self, call: Call, text: str, lines: Lines) -> int:
        parts = self._cut(text)
        for part in parts[:-1]:
            await self.send_text(call, part, ())
        return await self.send_text(call, parts[-1], lines)

    async def close(self) -> None:
        await self.client.aclose()


class Groups:
    """Says in a group that people tell their matters to us alone: groups are not served on Zalo.

    `period` is a date's format: in each it is said once.
    """

    def __init__(self, db: Database, messenger: str, period: str) -> None:
        self._db, self._messenger, self._period = db, messenger, period
        self._told: set[tuple[str, str]] = set()

    async def decline(self, group: str) -> None:
        period = f"{self._db.now():{self._period}}"
        # Whole talks may come in, and polls repeat what they brought every second.
        if (group, period) not in self._told:
            async with self._db.write() as tx:
                await groups.decline(tx, self._messenger, group, period)
            self._told = {each for each in self._told if each[1] == period} | {(group, period)}
