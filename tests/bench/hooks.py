"""A burst of the Official Account's webhook, as a process.

`burst --hook URL` is the account's double: it prints its address and its refresh token, waits until so many messages of
a broadcast have come, posts `--count` signed events at once and prints how long each waited for its answer.
`plain` is a handler that checks the signature and stores nothing; it prints its port.
"""

import argparse
import asyncio
import json
import socket
import statistics
import time
from collections import Counter
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from tests.bench.record import FIRST_CHAT
from tests.doubles.zalo_oa import OA_SECRET, ZaloOaDouble, person, signed

WAIT_SECONDS = 60.0


async def burst(hook: str, count: int, readers: int, after: int) -> dict[str, Any]:
    async with ZaloOaDouble() as oa:
        for number in range(readers):
            oa.meet(str(FIRST_CHAT + number))
        print(json.dumps({"url": oa.url, "refresh_token": oa.consent()}), flush=True)
        if after:
            await oa.wait(lambda: len(oa.said) >= after, timeout=WAIT_SECONDS)
        events = [
            oa.event(person(number), "user_send_text", {"text": f"Đường hỏng {number}"}) for number in range(count)
        ]
        bodies = [(json.dumps(event, ensure_ascii=False).encode(), event["timestamp"]) for event in events]
        before = len(oa.said)
        async with ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=WAIT_SECONDS)) as client:

            async def post(body: bytes, timestamp: str) -> tuple[int, float]:
                headers = {"Content-Type": "application/json", "X-ZEvent-Signature": signed(body, timestamp)}
                begun = time.perf_counter()
                async with client.post(hook, data=body, headers=headers) as response:
                    await response.read()
                    return response.status, time.perf_counter() - begun

            answers = await asyncio.gather(*(post(*each) for each in bodies))
        seconds = [waited for _, waited in answers]
        return {
            "statuses": Counter(status for status, _ in answers),
            "median": statistics.median(seconds),
            "slowest": max(seconds),
            "told": len(oa.said) - before,
        }


async def plain() -> None:
    """What the fastest webhook would take: read, check, answer."""
    import uvicorn
    from fastapi import FastAPI, Request, Response

    app = FastAPI()

    @app.post("/webhook")
    async def called(request: Request) -> Response:
        body = await request.body()
        own = signed(body, str(json.loads(body)["timestamp"]), OA_SECRET)
        return Response(status_code=200 if request.headers.get("X-ZEvent-Signature") == own else 403)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        print(listening.getsockname()[1], flush=True)
        await uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve([listening])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A burst of signed events")
    parser.add_argument("what", choices=("burst", "plain"))
    parser.add_argument("--hook", default="")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--readers", type=int, default=0)
    parser.add_argument("--after", type=int, default=0)
    options = parser.parse_args()
    if options.what == "plain":
        asyncio.run(plain())
    else:
        print(json.dumps(asyncio.run(burst(options.hook, options.count, options.readers, options.after))), flush=True)
