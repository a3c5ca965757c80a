"""A double in its own process; prints its port and serves until SIGTERM."""

import argparse
import asyncio
import signal

from tests.doubles.telegram import TelegramDouble


async def _serve(port: int, flood: int, journal: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with TelegramDouble(port, flood=flood, journal=journal) as double:
        print(double.port, flush=True)
        await stop.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Strict double of the Telegram Bot API; prints its port")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--flood", type=int, default=0, help="messages one bot may send in a second (0: no limit)")
    parser.add_argument("--no-journal", action="store_true", help="keep only counters of calls")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, options.flood, not options.no_journal))
