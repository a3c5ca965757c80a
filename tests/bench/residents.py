"""The double with residents in it, as a process: each reply makes its reader tap at once, so no driver is in the way.

It prints its port, then one JSON line for each thing that the bench waits for.
"""

import argparse
import asyncio
import json
import random
import re
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from tests.bench.dialogue import TAPS, WORDS
from tests.doubles.telegram import Call, TelegramDouble

FIRST_CHAT = 10_000
OFFICIAL = 9_999
TAPPERS = range(100, 120)
NEWS = "Thứ Bảy này cắt điện từ 7 giờ đến 9 giờ để sửa đường dây. Bà con chủ động dùng điện, nước giúp xã."


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def labels_of(call: Call) -> dict[str, str]:
    """Labels and data of the buttons under the message that this call sent or changed."""
    markup = call.result.get("reply_markup", {}) if isinstance(call.result, dict) else {}
    return {key["text"]: key["callback_data"] for row in markup.get("inline_keyboard", ()) for key in row}


class Raising:
    """`count` residents who all raise an opinion at once; `tell_at` of them finished, a line says so."""

    def __init__(self, double: TelegramDouble, count: int, tell_at: int) -> None:
        self.double, self.tell_at = double, tell_at
        self.steps = dict.fromkeys(range(FIRST_CHAT, FIRST_CHAT + count), 0)
        self.codes: dict[int, str] = {}
        self.replies = self.repeated = 0
        self.last = 0.0
        self.finished = asyncio.Event()
        self.taps: asyncio.Queue[tuple[int, int, str]] = asyncio.Queue()

    def hear(self, call: Call) -> None:
        if call.error is not None:
            return
        if call.method == "answerCallbackQuery":
            self.last = time.perf_counter()
        if call.method != "sendMessage" or call.chat_id not in self.steps:
            return
        self.last = time.perf_counter()
        self.replies += 1
        chat, labels = call.chat_id, labels_of(call)
        step = self.steps[chat]
        if step < len(TAPS) and TAPS[step] in labels:
            self.steps[chat] = step + 1
            self.taps.put_nowait((chat, call.result["message_id"], labels[TAPS[step]]))
        elif step == len(TAPS) and chat not in self.codes and not labels.keys() & set(TAPS):
            found = re.search(r"KX-\d+", call.result["text"])
            self.codes[chat] = found[0] if found else ""
            if len(self.codes) == self.tell_at:
                say(told=self.tell_at)
            if len(self.codes) == len(self.steps):
                self.finished.set()
        else:
            self.repeated += 1

    async def run(self) -> None:
        await self.double.wait(self.double.polling, timeout=120)
        for chat in self.steps:
            await self.double.text(chat, WORDS)
        began = time.perf_counter()
        tapping = asyncio.create_task(self._tap())
        await asyncio.wait_for(self.finished.wait(), 300)
        with suppress(TimeoutError):
            await self.double.wait(lambda: not self.double.unanswered(), timeout=3)
        tapping.cancel()
        say(
            seconds=self.last - began,
            updates=len(self.steps) * (len(TAPS) + 1),
            replies=self.replies,
            repeated=self.repeated,
            unanswered=len(self.double.unanswered()),
            codes=sorted(self.codes.values()),
            calls=self.double.counts()["calls"],
        )

    async def _tap(self) -> None:
        while True:
            chat, message, data = await self.taps.get()
            await self.double.raw_callback(chat, message, data)


class Broadcast:
    """An official announces to `count` residents while others tap; delays of the taps before and during it."""

    def __init__(self, double: TelegramDouble, count: int, code: str) -> None:
        self.double, self.count, self.code = double, count, code
        self.sent: list[float] = []
        self.answered: list[float] = []
        self.waiting: dict[int, float] = {}
        self.delays: list[float] = []
        self.buttons: dict[int, tuple[int, dict[str, str]]] = {}
        self.random = random.Random(1)
        double.open_chat(*range(FIRST_CHAT, FIRST_CHAT + count))

    def hear(self, call: Call) -> None:
        if call.method != "sendMessage" or call.error is not None or call.chat_id is None:
            return
        if call.chat_id >= FIRST_CHAT:
            self.sent.append(time.perf_counter())
            return
        self.answered.append(time.perf_counter())
        self.buttons[call.chat_id] = (call.result["message_id"], labels_of(call))
        if began := self.waiting.pop(call.chat_id, None):
            self.delays.append(time.perf_counter() - began)

    async def _official(self) -> None:
        await self.double.text(OFFICIAL, f"/start {self.code}")
        await self.double.wait(lambda: OFFICIAL in self.buttons)
        await self.double.text(OFFICIAL, f"/phattin {NEWS}")
        for label in ("Đổi giờ", "Gửi ngay", "Gửi"):
            await self._press(label)

    async def _press(self, label: str) -> None:
        await self.double.wait(lambda: OFFICIAL in self.buttons and label in self.buttons[OFFICIAL][1])
        message, labels = self.buttons.pop(OFFICIAL)
        await self.double.raw_callback(OFFICIAL, message, labels[label])

    async def _taps(self, enough: Callable[[int], bool]) -> list[float]:
        """Taps of one resident after another, at odd moments, until `enough`; their delays in seconds."""
        self.delays = []
        taps = 0
        while not enough(taps):
            chat = TAPPERS[taps % len(TAPPERS)]
            message, labels = self.buttons[chat]
            self.waiting[chat] = time.perf_counter()
            await self.double.raw_callback(chat, message, labels["Ý kiến đã gửi"])
            await self.double.wait(partial(self._told, chat), timeout=30)
            self.buttons[chat] = (message, labels)
            taps += 1
            await asyncio.sleep(self.random.uniform(0.3, 0.7))
        return self.delays

    def _told(self, chat: int) -> bool:
        return chat not in self.waiting

    async def run(self) -> None:
        await self.double.wait(self.double.polling, timeout=120)
        for chat in TAPPERS:
            await self.double.text(chat, "/start")
        await self.double.wait(lambda: all(chat in self.buttons for chat in TAPPERS), timeout=30)
        await asyncio.sleep(2)
        idle = await self._taps(lambda taps: taps >= 25)
        await self._official()
        await self.double.wait(lambda: bool(self.sent))
        busy = await self._taps(lambda _taps: len(self.sent) >= self.count)
        # The taps' replies take their share of the limit. Messages come in bursts, so the rate is the slope.
        every = sorted(at for at in self.sent + self.answered if self.sent[0] <= at <= self.sent[-1])
        say(
            per_second=statistics.linear_regression(every, range(len(every))).slope,
            sent=len(self.sent),
            floods=self.double.floods,
            idle=statistics.median(idle),
            busy=statistics.median(busy),
            taps=len(busy),
        )


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["raise", "broadcast"])
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--flood", type=int, default=0)
    parser.add_argument("--tell-at", type=int, default=0)
    parser.add_argument("--code", default="")
    options = parser.parse_args()
    async with TelegramDouble(flood=options.flood, journal=False) as double:
        crowd: Raising | Broadcast
        if options.what == "raise":
            crowd = Raising(double, options.count, options.tell_at)
        else:
            crowd = Broadcast(double, options.count, options.code)
        double.on_call = crowd.hear
        print(double.port, flush=True)
        await crowd.run()
        # The bot's last calls are answered until the bench ends this process.
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
