"""Each row of the table, measured once."""

import asyncio
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from tests.bench.children import BOT, DOUBLE, child
from tests.bench.dialogue import REPLIES
from tests.bench.hooks import WIRES
from tests.bench.record import FIRST_CHAT, announced, prepared, rows
from tests.bench.scale import DUE
from tests.doubles.telegram import ControlClient
from tests.processes import ROOT, Site, chat_site, site, wait_ready

Found = dict[str, Any]


class WrongResultError(Exception):
    """A run that did not do its work: its speed means nothing."""


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise WrongResultError(what)


def _place(folder: Path, port: str, per_second: int) -> Site:
    return site(
        folder,
        f"http://127.0.0.1:{port}",
        DOITHOAI_TELEGRAM__PER_SECOND=str(per_second),
        DOITHOAI_REMINDERS__QUIET='["00:00", "00:01"]',
    )


async def raise_dialogue(peer: str, chats: int) -> float:
    """Updates a second of the raise dialogue by so many chats at once; the record is counted afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with child("tests.bench.residents", "raise", f"--count={chats}", core=DOUBLE) as double:
            port = await double.line()
            if peer == "ours":
                place = _place(folder, port, 1000)
                bot = child("bot", "run", core=BOT, environ=place.environ, log=place.log)
            else:
                bot = child("tests.bench.peers", peer, f"http://127.0.0.1:{port}", core=BOT, log=folder / "log.txt")
            async with bot:
                found = await double.result(300)
        expect(found["replies"] == chats * REPLIES, f"{peer}: {found['replies']} replies to {chats} residents")
        expect(found["unanswered"] == 0, f"{peer}: {found['unanswered']} taps without an answer")
        if peer == "ours":
            _count(folder, found, chats)
            expect(found["repeated"] == 0, f"{found['repeated']} replies came twice")
    return float(found["updates"] / found["seconds"])


def _count(folder: Path, found: Found, chats: int) -> None:
    """Every opinion is on record once, numbers are gapless, everyone was told her own, nothing waits."""
    numbers = rows(folder, "SELECT number, account_id FROM opinion ORDER BY number")
    expect([number for number, _ in numbers] == list(range(1, chats + 1)), f"{len(numbers)} opinions of {chats}")
    expect(len({account for _, account in numbers}) == chats, "somebody has two opinions")
    expect(sorted(found["codes"]) == sorted(f"KX-{number}" for number, _ in numbers), "codes told and numbers differ")
    left = rows(
        folder, "SELECT (SELECT count(*) FROM inbox WHERE state != 'done'), count(*) FROM outbox WHERE state != 'sent'"
    )
    expect(left == [(0, 0)], f"left in inbox and outbox: {left}")


async def raise_killed(chats: int) -> Found:
    """The same by our program, killed by SIGKILL when half of the residents have their code, and started again."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        half = f"--tell-at={chats // 2}"
        async with child("tests.bench.residents", "raise", f"--count={chats}", half, core=DOUBLE) as double:
            place = _place(folder, await double.line(), 1000)
            async with child("bot", "run", core=BOT, environ=place.environ, log=place.log) as first:
                await double.result(300)
                await first.end(signal.SIGKILL)
            async with child("bot", "run", core=BOT, environ=place.environ, log=place.log):
                found = await double.result(300)
                await _settled(folder)
        _count(folder, found, chats)
    return found


async def _settled(folder: Path) -> None:
    """Returns once the record has no delivery open."""
    async with asyncio.timeout(30):
        while rows(folder, "SELECT count(*) FROM outbox WHERE state != 'sent'") != [(0,)]:
            await asyncio.sleep(0.1)


async def send(peer: str, count: int) -> float:
    """Messages a second with no limit."""
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(child("tests.doubles.telegram", "--no-journal", core=DOUBLE))
        url = f"http://127.0.0.1:{await double.line()}"
        control = await stack.enter_async_context(ControlClient(url))
        await control.open_chat(*range(FIRST_CHAT, FIRST_CHAT + count))
        sender = await stack.enter_async_context(
            child("tests.bench.send", peer, f"--url={url}", f"--count={count}", core=BOT)
        )
        found = await sender.result(300)
        calls = (await control.counts())["calls"]
    expect(calls["sendMessage"] == count, f"{peer}: {calls['sendMessage']} messages of {count}")
    if peer == "ours":
        expect(found["states"] == {"sent": count}, f"on record: {found['states']}")
    return float(count / found["seconds"])


async def broadcast(count: int) -> Found:
    """Our program at `per_second = 30` under a limit of 30 a second, an official announcing, others tapping."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db, code = await prepared(folder, count)
        await db.close()
        arguments = ["broadcast", f"--count={count}", f"--code={code}", "--flood=30"]
        async with child("tests.bench.residents", *arguments, core=DOUBLE) as double:
            place = _place(folder, await double.line(), 30)
            async with child("bot", "run", core=BOT, environ=place.environ, log=place.log):
                found = await double.result(count / 20 + 120)
        sent = rows(folder, "SELECT count(*) FROM outbox WHERE kind = 'announcement' AND state = 'sent'")
        expect(sent == [(found["sent"],)] == [(count,)], f"sent {found['sent']}, on record {sent}, wanted {count}")
    return found


async def scale(count: int) -> Found:
    """The courier with no limit over an outbox of so many rows: seconds for what is due, and how far it grew, in MB."""
    async with AsyncExitStack() as stack:
        double = await stack.enter_async_context(child("tests.doubles.telegram", "--no-journal", core=DOUBLE))
        url = f"http://127.0.0.1:{await double.line()}"
        control = await stack.enter_async_context(ControlClient(url))
        await control.open_chat(*range(FIRST_CHAT, FIRST_CHAT + DUE))
        sender = await stack.enter_async_context(
            child("tests.bench.scale", f"--url={url}", f"--rows={count}", core=BOT)
        )
        found = await sender.result(600)
        calls = (await control.counts())["calls"]
    expect(calls["sendMessage"] == DUE, f"{calls['sendMessage']} messages of {DUE}")
    return found


async def queue(count: int) -> Found:
    with tempfile.TemporaryDirectory() as name:
        db, _ = await prepared(Path(name), count)
        await db.close()
        async with child("tests.bench.send", "queue", f"--folder={name}", f"--count={count}", core=BOT) as one:
            found = await one.result(300)
    expect(found["queued"] == count, f"{found['queued']} queued of {count}")
    return found


async def pages(count: int, taps: int) -> Found:
    """So many open pages of the web chat, of which some tap: seconds from a tap to its answer."""
    with tempfile.TemporaryDirectory() as name:
        place = chat_site(Path(name))
        async with child("bot", "run", core=BOT, environ=place.environ, log=place.log):
            await wait_ready(place)
            arguments = [f"http://127.0.0.1:{place.port}", f"--count={count}", f"--taps={taps}"]
            async with child("tests.bench.chats", *arguments, core=DOUBLE) as people:
                found = await people.result(300)
        accounts = rows(Path(name), "SELECT count(*) FROM account")
    expect(found["open"] == count, f"{found['open']} pages open of {count}")
    expect(accounts == [(count,)], f"{accounts} accounts of {count}")
    return found


async def hooked(wire: str, count: int) -> Found:
    """So many calls at once at a webhook of Zalo's while a broadcast runs: seconds to answers."""
    readers, after = 2000, 30
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        db, _ = await prepared(folder, readers, wire)
        await announced(db)
        await db.close()
        empty = site(folder)
        hook = f"http://127.0.0.1:{empty.port}{WIRES[wire].path}"
        arguments = [f"--wire={wire}", f"--hook={hook}", f"--count={count}", f"--readers={readers}", f"--after={after}"]
        async with child("tests.bench.hooks", "burst", *arguments, core=DOUBLE) as platform:
            environ = {**empty.environ, **(await platform.result())["environ"]}
            async with child("bot", "run", core=BOT, environ=environ, log=empty.log):
                found = await platform.result(120)
        stored = rows(folder, "SELECT count(*) FROM inbox")
        left = rows(folder, "SELECT count(*) FROM outbox WHERE kind = 'announcement' AND state = 'queued'")
    expect(found["statuses"] == {"200": count}, f"answers: {found['statuses']}")
    expect(stored == [(count,)], f"{stored} calls on record of {count}")
    expect(left > [(0,)], "the broadcast was over before the burst")
    return found


async def hooked_plain(wire: str, count: int) -> Found:
    """The same burst at a handler that stores nothing, with nothing beside it."""
    async with child("tests.bench.hooks", "plain", f"--wire={wire}", core=BOT) as plain:
        hook = f"http://127.0.0.1:{await plain.line()}{WIRES[wire].path}"
        arguments = [f"--wire={wire}", f"--hook={hook}", f"--count={count}"]
        async with child("tests.bench.hooks", "burst", *arguments, core=DOUBLE) as platform:
            await platform.result()
            found = await platform.result()
    expect(found["statuses"] == {"200": count}, f"answers: {found['statuses']}")
    return found


def help_seconds() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "--help"], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began
