"""The door of the public chat: whose browser asks, whether it is one of our own pages, and whether it asks too much."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

from bot.messengers.web import WebMessenger
from bot.pages.chatfiles import TooLarge, read
from bot.pages.visits import Budget, Sessions, address_of
from storage import transcript
from storage.database import Database
from storage.files import MAX_BYTES
from storage.models import Account

LONGEST_BODY = 64_000

ACTS = (40, 0.5)
"""What one conversation may send at once, and a second after that."""
READS = (200, 2.0)
"""What one conversation may fetch: files and older messages."""
ACTS_OF_AN_ADDRESS = (600, 20.0)
ASSURED = (10, 0.2)
"""What is left to each conversation while others at its address ask too much: one abuser there silences nobody."""
STRANGERS_OF_AN_ADDRESS = (1000, 0.5)
"""Of browsers that speak for nobody, for each thing that they ask: they take nothing from those who do.

A village may sit behind one address, and comes within minutes when the loudspeaker has called; what a machine begins
there day after day ends by itself (`storage.silent`).
"""
BYTES = (60_000_000, 20_000.0)
"""Of files that one conversation may send: three of the largest at once, then three photos a minute."""
BYTES_OF_AN_ADDRESS = (400_000_000, 200_000.0)
BYTES_ASSURED = (2_000_000, 1_000.0)
CODES_OF_AN_ADDRESS = (10, 1 / 60)
CODES_OF_ALL = (300, 0.1)
"""Codes tried from everywhere: with a thousand of 12 digits in use, all tries of a year find one in 300 years."""


class Door:
    """Asked before anything else. `key` is secret, `site` our public address; `clock` gives steady seconds.

    The budgets are in memory, each process has its own: two processes let an address do twice as much, and a start
    begins them anew. Guessing codes stays hopeless at many times that.
    """

    def __init__(
        self,
        db: Database,
        messenger: WebMessenger,
        key: bytes,
        site: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db, self._messenger = db, messenger
        self._sessions = Sessions(key, site)
        self._acts = Budget(*ACTS, clock)
        self._reads = Budget(*READS, clock)
        self._from_address = Budget(*ACTS_OF_AN_ADDRESS, clock)
        self._assured = Budget(*ASSURED, clock)
        self._strangers = Budget(*STRANGERS_OF_AN_ADDRESS, clock)
        self._bytes = Budget(*BYTES, clock)
        self._bytes_from_address = Budget(*BYTES_OF_AN_ADDRESS, clock)
        self._bytes_assured = Budget(*BYTES_ASSURED, clock)
        self._codes = Budget(*CODES_OF_AN_ADDRESS, clock)
        self._all_codes = Budget(*CODES_OF_ALL, clock)

    async def account(self, request: Request) -> Account | None:
        """The account that this browser speaks for."""
        native_id = self._sessions.read(request)
        if native_id is None:
            return None
        async with self._db.read() as tx:
            return await transcript.account_by_native(tx, self._messenger.name, native_id)

    def refused(self, request: Request) -> Response | None:
        """What to answer to another site, or to an address that asks too much."""
        return self.crowded(request) if self._sessions.is_ours(request) else PlainTextResponse("", 403)

    def crowded(self, request: Request) -> Response | None:
        """What to answer to an address that asks too much, unless a conversation there has asked little."""
        address, native_id = address_of(request), self._sessions.read(request)
        if native_id is None:
            return later(self._strangers.wait(f"{address} {request.scope['route'].path}"))
        seconds = self._from_address.wait(address)
        return later(seconds) if seconds and self._assured.wait(native_id) else None

    def reading(self, request: Request) -> Response | None:
        """What to answer to one thing too many that is fetched."""
        return later(self._reads.wait(self._sessions.read(request) or address_of(request)))

    def sending(self, request: Request, account: Account) -> Response | None:
        """What to answer to more files than are taken, by what the request says of its length."""
        native_id, size = str(account.native_id), int(request.headers.get("content-length") or MAX_BYTES)
        if size > MAX_BYTES:
            return PlainTextResponse("", 413)
        if seconds := self._bytes.wait(native_id, size):
            return later(seconds)
        seconds = self._bytes_from_address.wait(address_of(request), size)
        return later(seconds) if seconds and self._bytes_assured.wait(native_id, size) else None

    def newcomer(self, request: Request) -> Response | None:
        """What to answer to one newcomer too many of one address, also to one who shows what is over."""
        return later(self._strangers.wait(f"{address_of(request)} comes"))

    def guessing(self, request: Request) -> Response | None:
        """What to answer to one code too many."""
        return later(self._codes.wait(address_of(request))) or later(self._all_codes.wait(""))

    async def speaker(self, request: Request) -> Account | Response:
        """Who says something, or what to answer instead."""
        account = await self.account(request)
        if account is None:
            return self.unknown(request)
        return later(self._acts.wait(str(account.native_id))) or account

    async def asked(self, request: Request) -> Mapping[str, Any] | Response:
        """The JSON object that one of our own pages sent, or what to answer instead."""
        if (refused := self.refused(request)) is not None:
            return refused
        try:
            found = json.loads(await read(request, LONGEST_BODY))
        except TooLarge:
            return PlainTextResponse("", 413)
        except (ValueError, RecursionError):
            return PlainTextResponse("", 400)
        return found if isinstance(found, dict) else PlainTextResponse("", 400)

    def open(self, request: Request, response: Response, native_id: str) -> None:
        """Lets this browser speak for an account from now on."""
        self._sessions.give(request, response, native_id)

    def shut(self, request: Request, response: Response) -> None:
        """Lets this browser speak for nobody from now on."""
        self._sessions.take(request, response)

    def unknown(self, request: Request) -> Response:
        """The answer to a browser that speaks for nobody."""
        response = PlainTextResponse("", 401)
        self.shut(request, response)
        return response


def later(seconds: float) -> Response | None:
    """The answer that names the seconds to wait; None when there are none."""
    return PlainTextResponse("", 429, {"Retry-After": str(max(1, round(seconds + 0.5)))}) if seconds else None
