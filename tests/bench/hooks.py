"""A burst of what people say to a webhook of Zalo's, as a process; `--wire` says to which.

`burst --hook URL` is the platform's double: it prints what the program must be told, waits until so many messages of a
broadcast have come, posts `--count` updates of as many people at once and prints how long each waited for its answer.
`plain` is a handler that checks whose call it is and stores nothing; it prints its port.
"""

import argparse
import asyncio
import json
import socket
import statistics
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector

from tests.bench.record import FIRST_CHAT
from tests.doubles import zalo_bot, zalo_oa
from tests.doubles.scripted import Scripted

WAIT_SECONDS = 60.0
PUBLIC = "https://xa.example"
SECRET = "khongAiBiet1"
MANY = 100_000
"""People and messages of a plan that has no end here."""

Post = tuple[bytes, Mapping[str, str]]
"""A body, and the headers by which its receiver knows whose it is."""


class Wire(ABC):
    """One of Zalo's platforms, with so many people in it who are told something."""

    path: str

    @abstractmethod
    def __init__(self, readers: int) -> None: ...

    @abstractmethod
    def open(self) -> AbstractAsyncContextManager[Scripted]:
        """The double, running."""

    @abstractmethod
    def environ(self) -> Mapping[str, str]:
        """What the program must be told of it."""

    @abstractmethod
    def told(self) -> int:
        """How many messages the program has sent."""

    @abstractmethod
    def post(self, number: int) -> Post:
        """What comes when this person writes."""

    @staticmethod
    @abstractmethod
    def is_own(body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether a call is of the platform."""


class Oa(Wire):
    path = "/webhook/zalo-oa"

    def __init__(self, readers: int) -> None:
        self._double = zalo_oa.ZaloOaDouble()
        for number in range(readers):
            self._double.meet(str(FIRST_CHAT + number))

    def open(self) -> AbstractAsyncContextManager[Scripted]:
        return self._double

    def environ(self) -> Mapping[str, str]:
        return {
            "DOITHOAI_ZALO_OA__APP_ID": zalo_oa.APP_ID,
            "DOITHOAI_ZALO_OA__APP_SECRET": zalo_oa.APP_SECRET,
            "DOITHOAI_ZALO_OA__OA_SECRET": zalo_oa.OA_SECRET,
            "DOITHOAI_ZALO_OA__REFRESH_TOKEN": self._double.consent(),
            "DOITHOAI_ZALO_OA__API_BASE": self._double.url,
            "DOITHOAI_ZALO_OA__OAUTH_BASE": self._double.url,
            # The faster of its plans, so that there is something beside which to answer.
            "DOITHOAI_ZALO_OA__PLAN": "toan-dien",
        }

    def told(self) -> int:
        return len(self._double.said)

    def post(self, number: int) -> Post:
        event = self._double.event(zalo_oa.person(number), "user_send_text", {"text": f"Đường hỏng {number}"})
        body = json.dumps(event, ensure_ascii=False).encode()
        return body, {"X-ZEvent-Signature": zalo_oa.signed(body, event["timestamp"])}

    @staticmethod
    def is_own(body: bytes, headers: Mapping[str, str]) -> bool:
        own = zalo_oa.signed(body, str(json.loads(body)["timestamp"]), zalo_oa.OA_SECRET)
        return headers.get("X-ZEvent-Signature") == own


class Bot(Wire):
    path = "/webhook/zalo-bot"

    def __init__(self, readers: int) -> None:
        self._double = zalo_bot.ZaloBotDouble(users=MANY, quota=MANY)
        self._double.chats = {str(FIRST_CHAT + number): [] for number in range(readers)}
        # What it queues nobody is sent: the burst is posted by us, at once.
        self._people = zalo_bot.ZaloBotDouble(users=MANY, quota=MANY)

    def open(self) -> AbstractAsyncContextManager[Scripted]:
        return self._double

    def environ(self) -> Mapping[str, str]:
        return {
            "DOITHOAI_ZALO_BOT__TOKEN": self._double.token,
            "DOITHOAI_ZALO_BOT__MODE": "webhook",
            "DOITHOAI_ZALO_BOT__WEBHOOK_SECRET": SECRET,
            "DOITHOAI_ZALO_BOT__API_BASE": self._double.url,
        }

    def told(self) -> int:
        return sum(map(len, self._double.chats.values()))

    def post(self, number: int) -> Post:
        update = self._people.text(zalo_bot.person(number), f"Đường hỏng {number}")
        body = json.dumps({"ok": True, "result": update}, ensure_ascii=False).encode()
        return body, {"X-Bot-Api-Secret-Token": SECRET}

    @staticmethod
    def is_own(body: bytes, headers: Mapping[str, str]) -> bool:
        return bool(json.loads(body)) and headers.get("X-Bot-Api-Secret-Token") == SECRET


WIRES: Mapping[str, type[Wire]] = {"zalo_oa": Oa, "zalo_bot": Bot}


async def burst(wire: Wire, hook: str, count: int, after: int) -> dict[str, Any]:
    async with wire.open() as double:
        print(json.dumps({"environ": {"DOITHOAI_WEB__PUBLIC_URL": PUBLIC, **wire.environ()}}), flush=True)
        if after:
            await double.wait(lambda: wire.told() >= after, timeout=WAIT_SECONDS)
        posts = [wire.post(number) for number in range(count)]
        async with ClientSession(connector=TCPConnector(limit=0), timeout=ClientTimeout(total=WAIT_SECONDS)) as client:

            async def post(body: bytes, headers: Mapping[str, str]) -> tuple[int, float]:
                begun = time.perf_counter()
                own = {"Content-Type": "application/json", **headers}
                async with client.post(hook, data=body, headers=own) as response:
                    await response.read()
                    return response.status, time.perf_counter() - begun

            answers = await asyncio.gather(*(post(*each) for each in posts))
        seconds = [waited for _, waited in answers]
        return {
            "statuses": Counter(status for status, _ in answers),
            "median": statistics.median(seconds),
            "slowest": max(seconds),
        }


async def plain(wire: type[Wire]) -> None:
    """What the fastest webhook would take: read, check, answer."""
    import uvicorn
    from fastapi import FastAPI, Request, Response

    app = FastAPI()

    @app.post(wire.path)
    async def called(request: Request) -> Response:
        return Response(status_code=200 if wire.is_own(await request.body(), request.headers) else 403)

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        print(listening.getsockname()[1], flush=True)
        await uvicorn.Server(uvicorn.Config(app, log_level="warning")).serve([listening])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A burst at a webhook of Zalo's")
    parser.add_argument("what", choices=("burst", "plain"))
    parser.add_argument("--wire", choices=tuple(WIRES), required=True)
    parser.add_argument("--hook", default="")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--readers", type=int, default=0)
    parser.add_argument("--after", type=int, default=0)
    options = parser.parse_args()
    wire = WIRES[options.wire]
    if options.what == "plain":
        asyncio.run(plain(wire))
    else:
        result = asyncio.run(burst(wire(options.readers), options.hook, options.count, options.after))
        print(json.dumps(result), flush=True)
