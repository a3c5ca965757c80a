"""The public chat's server without a program around it, and browsers that come to it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from bot import keys
from bot.messengers.web import WebMessenger
from bot.pages.chat import ChatPage
from bot.pages.chatbrowsers import ChatBrowsers
from bot.pages.chatdoor import Door as Gate
from handlers.words import Words
from storage.database import Database
from storage.files import MediaStore
from tests.bot.parts import record, sql
from tests.commune import Clock

SITE = "https://chat.xa.example"
KEYS = keys.new()


@dataclass
class Door:
    """The page's server, and browsers that come to it."""

    db: Database
    web: WebMessenger
    page: ChatPage
    app: FastAPI
    seconds: list[float] = field(default_factory=lambda: [0.0])

    def browser(self, address: str = "203.0.113.7", **headers: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, client=(address, 4000))
        return httpx.AsyncClient(transport=transport, base_url=SITE, headers=headers)

    async def came_in(self) -> list[Any]:
        return [json.loads(row[0]) for row in await sql(self.db, "SELECT payload FROM inbox ORDER BY id")]


@asynccontextmanager
async def opened(tmp_path: Path) -> AsyncIterator[Door]:
    async with record(tmp_path, Clock()) as db:
        web = WebMessenger(db, tmp_path / "media")
        seconds = [0.0]
        media = MediaStore(tmp_path / "media")
        gate = Gate(db, web, KEYS.session, SITE, clock=lambda: seconds[0])
        page = ChatPage(db, web, media, Words(), KEYS, gate, SITE, ["https://cong.example"])
        app = FastAPI()
        ChatBrowsers(db, KEYS, gate).mount(app)
        page.mount(app)
        yield Door(db, web, page, app, seconds)


@asynccontextmanager
async def begun(door: Door, **asked: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with door.browser() as client:
        assert (await client.post("/chat/begin", json=asked)).status_code == 200
        yield client
