"""Outgoing work, as a process: `python -m tests.bench.send WHAT …` prints one JSON line.

`ours`, `aiogram` and `ptb` send one text to `--count` chats at `--url`, each with the garbage collector as our program
sets it; `queue` queues an announcement to everyone in the record in `--folder`.
"""

import argparse
import asyncio
import json
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot import collector
from handlers import cards
from handlers.words import Html, Words
from tests.bench.record import FIRST_CHAT, announced, database, official, prepared, rows
from tests.bench.residents import NEWS
from tests.commune import COMMUNE

TOKEN = "42:TEST"
AIOGRAM_IN_FLIGHT, PTB_IN_FLIGHT = 32, 8
"""Where each is fastest: httpx, which python-telegram-bot calls with, collapses beyond about ten at once."""


def text() -> str:
    """The announcement as it is rendered."""
    return cards.announcement(Words("bác").say("vi"), COMMUNE, Html(NEWS))


async def send_ours(url: str, count: int) -> dict[str, Any]:
    """The courier with no limit, from queued rows to outcomes on disk; rendering included."""
    from bot.courier import Courier
    from bot.documents import Templates
    from bot.messengers.telegram import Telegram
    from handlers.notices import Notices
    from storage.files import MediaStore

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db, _ = await prepared(folder, count)
        await announced(db, NEWS)
        telegram = Telegram(db, TOKEN, api_base=url, per_second=None)
        courier = Courier(db, [telegram], Notices(Words("bác"), MediaStore(folder / "media"), Templates()))
        stopping = asyncio.Event()
        collector.look_less_often()
        began = time.perf_counter()
        running = asyncio.create_task(courier.run(stopping))
        while courier.lanes["telegram"].tally.sent < count:
            await asyncio.sleep(0.002)
        stopping.set()
        await running
        seconds = time.perf_counter() - began
        await telegram.close()
        await db.close()
        states = dict(rows(folder, "SELECT state, count(*) FROM outbox GROUP BY state"))
    return {"seconds": seconds, "states": states}


async def _side_by_side(send: Callable[[int], Awaitable[object]], count: int, in_flight: int) -> dict[str, Any]:
    chats = iter(range(FIRST_CHAT, FIRST_CHAT + count))

    async def worker() -> None:
        for chat in chats:
            await send(chat)

    collector.look_less_often()
    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(in_flight)))
    return {"seconds": time.perf_counter() - began}


async def send_aiogram(url: str, count: int) -> dict[str, Any]:
    from aiogram import Bot
    from aiogram.client.default import DefaultBotProperties
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    words = text()
    async with Bot(TOKEN, session=session, default=DefaultBotProperties(parse_mode="HTML")) as bot:
        await bot.get_me()
        return await _side_by_side(lambda chat: bot.send_message(chat, words), count, AIOGRAM_IN_FLIGHT)


async def send_ptb(url: str, count: int) -> dict[str, Any]:
    from telegram.ext import Application, Defaults

    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").defaults(Defaults(parse_mode="HTML"))
    words = text()
    async with builder.build() as application:
        return await _side_by_side(lambda chat: application.bot.send_message(chat, words), count, PTB_IN_FLIGHT)


async def queue(folder: Path) -> dict[str, Any]:
    """Queues to everyone in a prepared record: seconds to the commit, and how far the process grew for it, in MB."""
    from storage import announcements, broadcasts

    db = database(folder)
    clerk = await official(db)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    async with db.write() as tx:
        draft = await announcements.draft(tx, clerk, NEWS)
        announcements.schedule_for(tx, draft, clerk, tx.now)
        await announcements.schedule(tx, draft, clerk, draft.revision)
    seconds = time.perf_counter() - began
    async with db.read() as tx:
        queued = (await broadcasts.progress(tx, draft.id)).waiting
    grew = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    await db.close()
    return {"seconds": seconds, "queued": queued, "grew_mb": grew}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["ours", "aiogram", "ptb", "queue"])
    parser.add_argument("--url", default="")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--count", type=int, required=True)
    options = parser.parse_args()
    senders = {"ours": send_ours, "aiogram": send_aiogram, "ptb": send_ptb}
    if options.what == "queue":
        found = asyncio.run(queue(options.folder))
    else:
        found = asyncio.run(senders[options.what](options.url, options.count))
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
