"""The courier over a long outbox, as a process: what a delivery costs, and how far the process grows.

`python -m tests.bench.scale --url … --rows N` prints one JSON line.
"""

import argparse
import asyncio
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot import collector
from tests.bench.record import prepared
from tests.bench.send import TOKEN

DUE = 3000
"""Deliveries that are measured; each other row was sent, or waits for its hour."""
COLUMNS = (
    "account_id, messenger, priority, kind, method, payload, state, attempts, repeated, created_at, not_before, done_at"
)


async def measure(url: str, count: int) -> dict[str, Any]:
    from bot.courier import Courier
    from bot.documents import Templates
    from bot.messengers.telegram import Telegram
    from handlers.notices import Notices
    from handlers.words import Words
    from storage.files import MediaStore

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db, _ = await prepared(folder, DUE)
        past, hour = "2026-01-01 00:00:00.000000", "2099-01-01 00:00:00.000000"
        about = "'telegram', 3, 'announcement', NULL, '{\"announcement_id\": 1}'"
        reply = "'telegram', 3, 'reply', 'sendMessage', '{\"text\": \"Dạ\"}'"
        async with db.engine.begin() as connection:
            for many, said, state, due, done in (
                (count // 2, about, "sent", past, f"'{past}'"),
                (count // 2, about, "queued", hour, "NULL"),
                (DUE, reply, "queued", past, "NULL"),
            ):
                numbers = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {many - 1})"
                row = f"SELECT i % {DUE} + 1, {said}, '{state}', 0, 0, '{past}', '{due}', {done} FROM n"
                await connection.execute(text(f"INSERT INTO outbox ({COLUMNS}) {numbers} {row}".replace(":", "\\:")))
        telegram = Telegram(db, TOKEN, api_base=url, per_second=None)
        courier = Courier(db, [telegram], Notices(Words("bác"), MediaStore(folder / "media"), Templates()))
        stopping = asyncio.Event()
        collector.look_less_often()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        running = asyncio.create_task(courier.run(stopping))
        while courier.lanes["telegram"].tally.sent < DUE:
            await asyncio.sleep(0.002)
        seconds = time.perf_counter() - began
        grew = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        stopping.set()
        await running
        await telegram.close()
        await db.close()
    return {"seconds": seconds, "grew_mb": grew}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--rows", type=int, required=True)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(measure(options.url, options.rows))), flush=True)


if __name__ == "__main__":
    main()
