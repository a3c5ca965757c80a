"""People with the public chat open, as a process: each page follows what happens, some of them tap.

It prints one JSON line: how many pages were open, and the seconds from each tap to what the page then showed.
"""

import argparse
import asyncio
import json
import re
import statistics
import time
from typing import Any

import aiohttp

BUTTON = re.compile(r'data-message="(\d+)" data-tap="([^"]+)" data-sign="([^"]+)"')
TOGETHER = 10
"""Who taps at the same moment: a village hall full of people is told "now press"."""
TAP_SECONDS = 30.0


class Page:
    """One browser with one conversation. Its address is its own: the bench stands for a whole commune."""

    def __init__(self, base: str, number: int) -> None:
        self._client = aiohttp.ClientSession(
            base,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            headers={"X-Forwarded-For": f"198.18.{number // 250}.{number % 250}"},
            timeout=aiohttp.ClientTimeout(total=None),
        )
        self._changed = asyncio.Event()
        self._heard = 0
        self._button: tuple[str, ...] = ()
        self._taps = 0

    async def open(self) -> asyncio.Task[None]:
        """Comes by its village's code; returns what follows the conversation once its greeting stands there."""
        async with self._client.post("/chat/begin", json={"village": "mau-3"}) as response:
            response.raise_for_status()
        following = asyncio.create_task(self._follow())
        while not self._button:
            await self._next()
        return following

    async def _next(self) -> None:
        self._changed.clear()
        await asyncio.wait_for(self._changed.wait(), TAP_SECONDS)

    async def _follow(self) -> None:
        async with self._client.get("/chat/events") as response:
            async for line in response.content:
                if line.startswith(b"data: {"):
                    self._show(json.loads(line.removeprefix(b"data: ")))

    def _show(self, found: dict[str, Any]) -> None:
        for row in found["rows"]:
            if row["side"] == "dt-in" and (button := BUTTON.search(row["html"])):
                self._button = button.groups()
        if found["heard"] > self._heard:
            self._heard = found["heard"]
            self._changed.set()

    async def tap(self) -> float:
        """Presses the first button of the last message that has some; returns the seconds until an answer showed."""
        message, data, sign = self._button
        self._taps += 1
        asked = {"id": f"tap-{self._taps:06}", "message": int(message), "data": data, "sign": sign}
        begun = time.perf_counter()
        answered = asyncio.ensure_future(self._next())
        async with self._client.post("/chat/tap", json=asked) as response:
            response.raise_for_status()
        await answered
        return time.perf_counter() - begun

    async def close(self) -> None:
        await self._client.close()


async def measure(base: str, count: int, taps: int) -> dict[str, Any]:
    pages = [Page(base, number) for number in range(count)]
    following = [await page.open() for page in pages]
    seconds: list[float] = []
    for turn in range(taps):
        tapping = [pages[(turn * TOGETHER + each) % count] for each in range(TOGETHER)]
        seconds += await asyncio.gather(*(page.tap() for page in tapping))
    open_ = sum(not each.done() for each in following)
    for each in following:
        each.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    for page in pages:
        await page.close()
    return {"open": open_, "taps": len(seconds), "median": statistics.median(seconds), "slowest": max(seconds)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--taps", type=int, default=30)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(measure(options.base, options.count, options.taps))), flush=True)


if __name__ == "__main__":
    main()
