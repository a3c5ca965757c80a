"""The program as a process: it starts, says how it is, drains, and stops."""

import asyncio
import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp

from tests.doubles.telegram import Fault, TelegramDouble
from tests.processes import Parent, Site, site


async def get(place: Site, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{place.port}{path}") as response:
        return response.status, await response.text()


async def test_health_readiness_and_metrics_when_all_is_well(parent: Parent, tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        async with parent.running(place):
            await tg.text(1001, "/start")
            await tg.wait(lambda: tg.last(1001), timeout=20)
            assert await get(place, "/healthz") == (200, "ok")
            assert await get(place, "/readyz") == (
                200,
                '{"database":"ok","courier":"ok","telegram":"ok"}',
            )
            status, metrics = await get(place, "/metrics")
            page, _ = await get(place, "/")
    assert status == 200
    assert re.search(
        r'^doithoai_deliveries_total\{messenger="telegram",outcome="sent"\} [01]\.0$', metrics, re.MULTILINE
    )
    assert page == 404  # with a token there is no phones page


async def test_menus_are_set_at_start(parent: Parent, tmp_path: Path) -> None:
    async with TelegramDouble() as tg, parent.running(site(tmp_path, tg.url)):
        calls = await tg.wait(lambda: [call for call in tg.calls("setMyCommands") if call.result], timeout=20)
    assert len(calls) >= 1


async def test_sigterm_drains_and_the_rest_runs_at_the_next_start(parent: Parent, tmp_path: Path) -> None:
    chats = range(2001, 2101)
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        async with parent.running(place) as pid:
            for chat in chats:
                await tg.text(chat, f"duong hong o doan {chat}")
            await parent.end(pid, signal.SIGTERM)
        async with parent.running(place):
            await tg.wait(lambda: all(tg.messages(chat) for chat in chats), timeout=30)
    with closing(sqlite3.connect(tmp_path / "doithoai.db")) as record:
        drafts = record.execute("SELECT text FROM draft ORDER BY id").fetchall()
    assert drafts == [(f"duong hong o doan {chat}",) for chat in chats]


async def test_token_when_refused_turns_readiness_red_and_says_so_once(parent: Parent, tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        async with parent.running(place):
            # The poll that waits comes back with an update; the next one is refused.
            await tg.text(1001, "/start")
            await tg.wait(lambda: tg.last(1001), timeout=20)
            tg.revoke("42:TEST")
            await tg.text(1001, "/start")
            async with asyncio.timeout(60):
                while (answer := await get(place, "/readyz"))[0] == 200:
                    await asyncio.sleep(0.05)
        log = place.log.read_text()
    assert "the token is refused (401)" in answer[1]
    assert log.count("messenger.refused") == 1
    assert "42:TEST" not in log


async def test_replies_when_telegram_stumbles_arrive_all_the_same(parent: Parent, tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        for number, fault in enumerate([Fault("html"), Fault.too_many(1), Fault("reset"), Fault.server_error()]):
            tg.script("sendMessage", fault, chat_id=3001 + number)
        async with parent.running(place):
            for chat in range(3001, 3005):
                await tg.text(chat, "/start")
            await tg.wait(lambda: all(tg.messages(chat) for chat in range(3001, 3005)), timeout=40)
    assert [len(tg.messages(chat)) for chat in range(3001, 3005)] == [1, 1, 1, 1]
    assert tg.calls_during_mute == 0
