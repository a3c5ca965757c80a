"""What the public chat does for a browser: calls it when its page is closed, and opens the conversation in another."""

import base64
import binascii
from urllib.parse import urlsplit

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from bot.keys import Keys
from bot.pages.chatdoor import Door
from storage import browsers
from storage.database import Database

LONGEST_ENDPOINT = 1000
POINT, SECRET = 65, 16
"""Bytes of a browser's public key and of its secret (RFC 8291)."""


class ChatBrowsers:
    """Beside the chat's page: `/chat/push`, `/chat/code`, `/chat/open`, `/chat/close`."""

    def __init__(self, db: Database, keys: Keys, door: Door) -> None:
        self._db, self._key, self._door = db, keys.session, door

    def mount(self, app: FastAPI) -> None:
        """Adds what the page calls to `app`."""
        app.post("/chat/push")(self.push)
        app.post("/chat/code")(self.code)
        app.post("/chat/open")(self.open)
        app.post("/chat/close")(self.close)

    async def push(self, request: Request) -> Response:
        """This browser wants to be called, or no more: its `endpoint`, and `p256dh` and `auth` unless no more."""
        asked = await self._door.asked(request)
        if isinstance(asked, Response):
            return asked
        account = await self._door.speaker(request)
        if isinstance(account, Response):
            return account
        endpoint, p256dh, auth = asked.get("endpoint"), asked.get("p256dh"), asked.get("auth")
        if not isinstance(endpoint, str) or not _is_address(endpoint):
            return PlainTextResponse("", 400)
        async with self._db.write() as tx:
            if p256dh is None and auth is None:
                await browsers.unsubscribe(tx, account, endpoint)
            elif _is_of(p256dh, POINT) and _is_of(auth, SECRET):
                await browsers.subscribe(tx, account, endpoint, str(p256dh), str(auth))
            else:
                return PlainTextResponse("", 400)
        return JSONResponse({})

    async def code(self, request: Request) -> Response:
        """A code for her paper; null where she has one already and does not ask for it `anew`, which ends that one."""
        asked = await self._door.asked(request)
        if isinstance(asked, Response):
            return asked
        account = await self._door.speaker(request)
        if isinstance(account, Response):
            return account
        async with self._db.write() as tx:
            anew = asked.get("anew") is True or not await browsers.has_code(tx, account)
            code = await browsers.new_code(tx, account, self._key) if anew else None
        return JSONResponse({"code": code}, headers={"Cache-Control": "no-store"})

    async def open(self, request: Request) -> Response:
        """Opens in this browser the conversation that a `code` on paper names."""
        asked = await self._door.asked(request)
        if isinstance(asked, Response):
            return asked
        if (refused := self._door.guessing(request)) is not None:
            return refused
        code = asked.get("code")
        async with self._db.read() as tx:
            account = await browsers.by_code(tx, self._key, code) if isinstance(code, str) else None
        if account is None:
            return PlainTextResponse("", 404)
        response = JSONResponse({})
        self._door.open(request, response, str(account.native_id))
        return response

    async def close(self, request: Request) -> Response:
        """This browser speaks for nobody any more: the phone may be somebody else's."""
        asked = await self._door.asked(request)
        if isinstance(asked, Response):
            return asked
        response = JSONResponse({})
        self._door.shut(request, response)
        return response


def _is_address(text: str) -> bool:
    try:
        found = urlsplit(text)
        # Whoever calls it reads it so, and takes less for an address.
        httpx.URL(text)
    except (ValueError, httpx.InvalidURL):
        return False
    return len(text) <= LONGEST_ENDPOINT and found.scheme in {"https", "http"} and bool(found.hostname)


def _is_of(word: object, size: int) -> bool:
    """Whether `word` is base64url of so many bytes."""
    if not isinstance(word, str) or len(word) > 2 * size:
        return False
    try:
        return len(base64.b64decode(word + "=" * (-len(word) % 4), altchars=b"-_", validate=True)) == size
    except (binascii.Error, ValueError):
        return False
