"""The program as a process: it starts, says how it is, drains, and stops."""

import asyncio
import re
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp

from tests.doubles.telegram import Fault, TelegramDouble
from tests.processes import Site, command, running, site


async def get(place: Site, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as client, client.get(f"http://127.0.0.1:{place.port}{path}") as response:
        return response.status, await response.text()


async def test_health_readiness_and_metrics_when_all_is_well(tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        async with running(place):
            await tg.text(1001, "/start")
            await tg.wait(lambda: tg.last(1001), timeout=20)
            assert await get(place, "/healthz") == (200, "ok")
            assert await get(place, "/readyz") == (
                200,
                '{"database":null,"courier":null,"telegram":null}',
            )
            status, metrics = await get(place, "/metrics")
            page, _ = await get(place, "/")
    assert status == 200
    assert re.search(
        r'^doithoai_deliveries_total\{messenger="telegram",outcome="sent"\} [01]\.0$', metrics, re.MULTILINE
    )
    assert page == 404  # with a token there is no phones page


async def test_menus_are_set_at_start(tmp_path: Path) -> None:
    async with TelegramDouble() as tg, running(site(tmp_path, tg.url)):
        calls = await tg.wait(lambda: [call for call in tg.calls("setMyCommands") if call.result], timeout=20)
    assert len(calls) >= 1


async def test_sigterm_drains_and_the_rest_runs_at_the_next_start(tmp_path: Path) -> None:
    chats = range(2001, 2101)
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        async with running(place) as process:
            for chat in chats:
                await tg.text(chat, f"duong hong o doan {chat}")
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), 20) == 0
        async with running(place):
            await tg.wait(lambda: all(tg.messages(chat) for chat in chats), timeout=30)
    with closing(sqlite3.connect(tmp_path / "doithoai.db")) as record:
        drafts = record.execute("SELECT text FROM draft ORDER BY id").fetchall()
    assert drafts == [(f"duong hong o doan {chat}",) for chat in chats]


async def test_token_when_refused_turns_readiness_red_and_says_so_once(tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        async with running(place):
            tg.revoke("42:TEST")
            async with asyncio.timeout(60):
                while (answer := await get(place, "/readyz"))[0] == 200:
                    await tg.wait(lambda: tg.calls("getUpdates"), timeout=40)
        log = place.log.read_text()
    assert "the token is refused (401)" in answer[1]
    assert log.count("messenger.refused") == 1
    assert "42:TEST" not in log


async def test_start_when_the_port_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        (tmp_path / "second").mkdir()
        second = site(tmp_path / "second", tg.url, DOITHOAI_WEB__PORT=str(place.port))
        async with running(place):
            code, out = await command(second, "run")
    assert code == 1
    assert str(place.port) in out
    assert "Traceback" not in out


async def test_replies_when_telegram_stumbles_arrive_all_the_same(tmp_path: Path) -> None:
    async with TelegramDouble() as tg:
        place = site(tmp_path, tg.url)
        for number, fault in enumerate([Fault("html"), Fault.too_many(1), Fault("reset"), Fault.server_error()]):
            tg.script("sendMessage", fault, chat_id=3001 + number)
        async with running(place):
            for chat in range(3001, 3005):
                await tg.text(chat, "/start")
            await tg.wait(lambda: all(tg.messages(chat) for chat in range(3001, 3005)), timeout=40)
    assert [len(tg.messages(chat)) for chat in range(3001, 3005)] == [1, 1, 1, 1]
    assert tg.calls_during_mute == 0
