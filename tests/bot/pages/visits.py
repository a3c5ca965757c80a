"""People who open the public chat in a real browser, and what the record of the program says of it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, ConsoleMessage, FilePayload, Locator, Page, expect

from bot.app import Parts, assemble, run
from bot.config import load
from storage import people
from storage.database import Database
from storage.models import Role
from tests.bot.pages.test_phones import LONG, road
from tests.commune import COMMUNE
from tests.processes import Site, wait_ready

MOST_AT_FIRST = 450_000
"""Bytes over the wire at first load."""
WORDS = "Đường vào thôn bị hỏng lâu rồi, mưa là lầy lội"


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's browser with the chat open, and what it complained of."""

    page: Page
    complaints: list[str]

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    async def says(self, words: str) -> None:
        await self.page.get_by_label("Nhắn ở đây").fill(words)
        await self.page.get_by_role("button", name="Gửi", exact=True).click()

    async def presses(self, label: str) -> None:
        await self.log.get_by_role("button", name=label, exact=True).last.click(timeout=LONG)

    async def sees(self, words: str) -> None:
        await expect(self.log.locator(".dt-in", has_text=words).last).to_be_visible(timeout=LONG)

    async def sends_photo(self) -> None:
        async with self.page.expect_file_chooser() as choosing:
            await self.page.get_by_role("button", name="Gửi ảnh hoặc tệp").click()
        photo = FilePayload(name="IMG_0012.jpg", mimeType="image/jpeg", buffer=road())
        await (await choosing.value).set_files(photo)

    async def own(self, words: str) -> None:
        await expect(self.log.locator(".dt-out", has_text=words).last).to_be_visible(timeout=LONG)


def is_complaint(message: ConsoleMessage) -> bool:
    """Whether the browser complains of anything but the network that a test took away."""
    return message.type == "error" and "ERR_INTERNET_DISCONNECTED" not in message.text


@asynccontextmanager
async def visiting(
    browser: Browser, here: Site, path: str = "/chat", width: int = 360, height: int = 740, script: str = ""
) -> AsyncIterator[Visit]:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, permissions=["microphone"], has_touch=True
    )
    await context.add_init_script(script)
    page = await context.new_page()
    page.set_default_timeout(LONG)
    visit = Visit(page, [])
    page.on("console", lambda message: visit.complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    await page.goto(f"http://127.0.0.1:{here.port}{path}")
    yield visit
    await context.close()


def rows(here: Site, query: str) -> list[tuple[object, ...]]:
    """What the record of the running program says."""
    with sqlite3.connect(here.database_url.partition(":///")[2]) as connection:
        return connection.execute(query).fetchall()


@asynccontextmanager
async def in_process(here: Site, trusted: str) -> AsyncIterator[Parts]:
    """The program in this process: it may call the push service at `trusted`, which lies on this machine."""
    parts = assemble(load(here.config, here.environ), trusted=[trusted])
    stopping = asyncio.Event()
    running = asyncio.create_task(run(parts, stopping))
    await wait_ready(here)
    yield parts
    stopping.set()
    await running


async def invited(here: Site, role: Role) -> str:
    db = Database(here.database_url, COMMUNE)
    async with db.write() as tx:
        code = await people.invite(tx, role)
    await db.close()
    return code
