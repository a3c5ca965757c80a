"""People in the public web chat: each a browser whose page calls `/chat` over HTTP, as ours does."""

import asyncio
import itertools
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from html import unescape
from typing import Any

import httpx
from itsdangerous import URLSafeSerializer
from sqlalchemy import select

from bot.app import Parts
from bot.pages.visits import COOKIE
from storage import transcript
from storage.html import html_to_plain
from storage.models import Account
from tests.lines.base import Key, Shown
from tests.lines.pages import PageLine

OPENING = re.compile(r"/start (?:thon-(?P<village>\S+)|(?P<start>moi-\S+))")
"""What a link or a QR code says for whoever opens the page by it."""

_TEXT = re.compile(r'<div class="dt-text">(.*?)</div>', re.DOTALL)
_BUTTON = re.compile(r'<button type="button" class="dt-button[^>]*data-tap="(.*?)" data-sign="(.*?)">(.*?)</button>')
_FILE = re.compile(r'class="dt-(photo|audio|file)"')
_KINDS = {"photo": "photo", "audio": "voice", "file": "document"}
GLANCE = 1.0
"""Seconds that a page waits for news from a process of its own."""
LATEST = 40
"""As many messages as a page is told of again."""


class Browser:
    """One person's page: what it shows of us, by message id."""

    def __init__(self, here: str, number: int) -> None:
        # Behind a proxy of this machine everybody has an address of her own.
        headers = {"x-forwarded-for": f"10.0.{number // 250}.{number % 250}"}
        self.client = httpx.AsyncClient(base_url=here, headers=headers, timeout=30.0, trust_env=False)
        self.rows: dict[int, dict[str, Any]] = {}
        self.shown: dict[int, Shown] = {}
        self.native_id = ""
        self.account_id = 0
        self.changed = asyncio.Event()
        self._ids = itertools.count(1)

    def next_id(self) -> str:
        """The page's own name for what is said."""
        return f"page-act-{next(self._ids):06}"

    async def open(self, asked: Mapping[str, str]) -> None:
        response = await self.client.post("/chat/begin", json=dict(asked))
        response.raise_for_status()
        held = self.client.cookies[COOKIE]
        self.native_id = URLSafeSerializer("", salt="chat").loads_unsafe(held)[1]

    async def look(self) -> list[str]:
        """The page is told what changed; returns the texts that it shows for the first time."""
        self.changed.clear()
        have = ",".join(f"{row['id']}.{row['v']}" for row in list(self.rows.values())[-LATEST:])
        async with self.client.stream("GET", "/chat/events", params={"have": have}) as stream:
            if stream.status_code == httpx.codes.UNAUTHORIZED:
                self.forget()
                return []
            stream.raise_for_status()
            lines = stream.aiter_lines()
            name = await anext(lines)
            found = json.loads((await anext(lines)).removeprefix("data: "))
        if name == "event: gone":
            self.forget()
            return []
        for id_ in found["gone"]:
            self.rows.pop(id_)
            self.shown.pop(id_, None)
        texts = []
        for row in found["rows"]:
            self.rows[row["id"]] = row
            if row["side"] == "dt-in":
                before = self.shown.get(row["id"])
                self.shown[row["id"]] = _read(row)
                if before is None or before.text != self.shown[row["id"]].text:
                    texts.append(self.shown[row["id"]].text)
        self.rows = dict(sorted(self.rows.items()))
        self.shown = dict(sorted(self.shown.items()))
        return texts

    def forget(self) -> None:
        """All was deleted: whoever writes from this browser now is somebody new."""
        self.rows.clear()
        self.shown.clear()
        self.native_id, self.account_id = "", 0
        self.client.cookies.clear()


def _read(row: Mapping[str, Any]) -> Shown:
    html = row["html"]
    text = _TEXT.search(html)
    file = _FILE.search(html)
    keys = [Key(unescape(label), f"{sign} {unescape(data)}") for data, sign, label in _BUTTON.findall(html)]
    plain = html_to_plain(text[1]) if text else ""
    return Shown(str(row["id"]), plain, tuple(keys), _KINDS[file[1]] if file else "text")


class WebLine(PageLine):
    """The page shows what changed among its latest messages, and keeps the others as they were.

    `trust` is the "host:port" of push services on this machine.
    """

    name = "web"

    def __init__(self) -> None:
        self.trust: Sequence[str] = ()
        self._browsers: dict[int, Browser] = {}
        self._ever: dict[int, list[str]] = defaultdict(list)
        self._parts: Parts | None = None
        self._here = ""

    async def close(self) -> None:
        for browser in self._browsers.values():
            await browser.client.aclose()

    def environ(self, here: str) -> Mapping[str, str]:
        return {"DOITHOAI_WEB__CHAT": "true", "DOITHOAI_WEB__PUBLIC_URL": here}

    def trusted(self) -> Sequence[str]:
        return self.trust

    def meet(self, parts: Parts, here: str) -> None:
        self._parts, self._here = parts, here
        for browser in self._browsers.values():
            # After a restart every page connects again.
            self._listen(parts, browser)

    def apart(self, here: str) -> None:
        self._parts, self._here = None, here

    @staticmethod
    def _listen(parts: Parts, browser: Browser) -> None:
        browser.changed = parts.db.listen(transcript.topic(browser.account_id))
        browser.changed.set()

    def native(self, who: int) -> str:
        return self._browsers[who].native_id

    def is_heard(self) -> bool:
        # A call that was answered has stored what it was given.
        return True

    async def look(self) -> None:
        for who, browser in self._browsers.items():
            if self._parts is None:
                # Nobody says that something is new: the page waits a moment for it, or for a server that is down.
                with suppress(TimeoutError, httpx.HTTPError, StopAsyncIteration):
                    async with asyncio.timeout(GLANCE):
                        self._ever[who] += await browser.look()
            elif browser.changed.is_set():
                self._ever[who] += await browser.look()

    async def come(self, who: int) -> None:
        await self._browser(who, {})

    async def _browser(self, who: int, asked: Mapping[str, str]) -> Browser:
        if who not in self._browsers:
            self._browsers[who] = Browser(self._here, who)
        browser = self._browsers[who]
        if not browser.native_id or asked:
            await browser.open(asked)
        if not browser.account_id and self._parts is not None:
            async with self._parts.db.read() as tx:
                mine = select(Account.id).where(Account.messenger == "web", Account.native_id == browser.native_id)
                browser.account_id = (await tx.session.scalars(mine)).one()
            self._listen(self._parts, browser)
        return browser

    async def _post(self, who: int, path: str, **content: Any) -> None:
        browser = await self._browser(who, {})
        response = await browser.client.post(path, **content)
        response.raise_for_status()

    async def say(self, who: int, text: str, to: Shown | None = None) -> None:
        if (opening := OPENING.fullmatch(text)) is not None:
            await self._browser(who, {key: value for key, value in opening.groupdict().items() if value})
            return
        browser = await self._browser(who, {})
        body = {"id": browser.next_id(), "text": text} | ({"reply": int(to.id)} if to else {})
        await self._post(who, "/chat/say", json=body)

    async def tap(self, who: int, on: Shown, key: Key) -> None:
        sign, _, data = key.means.partition(" ")
        body = {"id": self._browsers[who].next_id(), "message": int(on.id), "data": data, "sign": sign}
        await self._post(who, "/chat/tap", json=body)

    async def _send(self, who: int, data: bytes, name: str, seconds: int = 0) -> None:
        browser = await self._browser(who, {})
        headers = {"x-once": browser.next_id(), "x-name": name, "x-seconds": str(seconds)}
        await self._post(who, "/chat/file", content=data, headers=headers)

    def messages(self, who: int) -> list[Shown]:
        return list(self._browsers[who].shown.values()) if who in self._browsers else []

    def ever(self, who: int) -> list[str]:
        return self._ever[who]
