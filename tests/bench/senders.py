"""A broadcast as a process, ours and the peers': `python -m tests.bench.senders WHO --url … --count …`.

`ours` is the courier at 30 a second over the record in `--folder`; `ptb` is python-telegram-bot's Application with its
AIORateLimiter; `gather` is the loop that everybody writes first. Each prints a line when it has done what it could.
"""

import argparse
import asyncio
import json
import logging
from pathlib import Path
from typing import Any

from tests.bench.record import FIRST_CHAT, database, rows
from tests.bench.residents import NEWS
from tests.bench.send import TOKEN

PER_SECOND = 30


async def ours(url: str, count: int, folder: Path) -> dict[str, Any]:
    from bot import logs
    from bot.courier import Courier
    from bot.documents import Templates
    from bot.messengers.telegram import Telegram
    from handlers.notices import Notices
    from handlers.words import Words
    from storage.files import MediaStore

    logs.setup()
    db = database(folder)
    telegram = Telegram(db, TOKEN, api_base=url, per_second=PER_SECOND)
    courier = Courier(db, [telegram], Notices(Words("bác"), MediaStore(folder / "media"), Templates()))
    stopping = asyncio.Event()
    running = asyncio.create_task(courier.run(stopping))
    still = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending') OR (state = 'unknown' AND NOT repeated)"
    while rows(folder, still) != [(0,)]:
        await asyncio.sleep(0.1)
    stopping.set()
    await running
    await telegram.close()
    await db.close()
    return dict(rows(folder, "SELECT state, count(*) FROM outbox GROUP BY state"))


async def ptb(url: str, count: int, folder: Path) -> dict[str, Any]:
    logging.disable()  # A traceback for each page that is no JSON.
    from telegram.ext import AIORateLimiter, Application

    builder = Application.builder().token(TOKEN).base_url(f"{url}/bot").rate_limiter(AIORateLimiter())
    async with builder.build() as application:
        sends = [application.bot.send_message(chat, NEWS) for chat in range(FIRST_CHAT, FIRST_CHAT + count)]
        return _told(await asyncio.gather(*sends, return_exceptions=True))


async def gather(url: str, count: int, folder: Path) -> dict[str, Any]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    async with Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url))) as bot:
        sends = [bot.send_message(chat, NEWS) for chat in range(FIRST_CHAT, FIRST_CHAT + count)]
        return _told(await asyncio.gather(*sends, return_exceptions=True))


def _told(results: list[Any]) -> dict[str, Any]:
    raised = sum(isinstance(each, BaseException) for each in results)
    return {"sent": len(results) - raised, "raised": raised}


SENDERS = {"ours": ours, "ptb": ptb, "gather": gather}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("who", choices=SENDERS)
    parser.add_argument("--url", required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    print(json.dumps({"begun": options.who}), flush=True)
    print(json.dumps(asyncio.run(SENDERS[options.who](options.url, options.count, options.folder))), flush=True)


if __name__ == "__main__":
    main()
