"""`make bench`: the bars of the design as a table, in one run with the peers, as ratios. Nothing is asserted.

A run that loses or repeats something has no speed: it ends the bench with what was wrong.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from statistics import median

from rich.console import Console
from rich.table import Table

from tests.bench import losses, measures
from tests.bench.children import CORES
from tests.bench.scale import DUE

PEERS = ("ours", "aiogram", "ptb")
SLOT = 1 / 30

Measure = Callable[[str, int], Awaitable[float]]
Rates = dict[str, list[float]]
"""By name, a value of each round."""
Row = tuple[str, str, str, str]
"""What, measured, ratio or share, bar."""


async def interleaved(measure: Measure, count: int, runs: int) -> Rates:
    """Rates of the three; each round measures all of them, so that they share whatever else the machine does."""
    rates: Rates = {peer: [] for peer in PEERS}
    for number in range(runs):
        for peer in PEERS:
            rates[peer].append(await measure(peer, count))
            note(f"  round {number + 1}: {peer} {rates[peer][-1]:,.0f}/s")
    return rates


def note(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def compared(what: str, rates: Rates, bar: str) -> Row:
    """The medians, and the median of the ratios to aiogram round by round."""
    ratio = median(ours / peer for ours, peer in zip(rates["ours"], rates["aiogram"], strict=True))
    middle = {peer: median(rates[peer]) for peer in PEERS}
    measured = f"{middle['ours']:,.0f}/s; aiogram {middle['aiogram']:,.0f}; python-telegram-bot {middle['ptb']:,.0f}"
    return what, measured, f"{ratio:.2f} × aiogram", bar


async def inbound(runs: int, quick: bool) -> list[Row]:
    chats = 100 if quick else 500
    rates = await interleaved(measures.raise_dialogue, chats, runs)
    killed = await measures.raise_killed(chats)
    return [
        compared(f"Raise dialogue, {chats} chats, updates/s, all rows counted", rates, "≥ 0.33"),
        (
            "The same with kill -9 half-way, recounted",
            f"{chats} opinions, numbers gapless; {killed['repeated']} replies came twice",
            "nothing lost",
            "nothing lost",
        ),
    ]


async def outbound(runs: int, quick: bool) -> list[Row]:
    count = 1000 if quick else 3000
    rates = await interleaved(measures.send, count, runs)
    return [compared(f"Courier with no limit, {count:,} rows, messages/s", rates, "≥ 0.50")]


async def limited(runs: int, quick: bool) -> list[Row]:
    """One run: it lasts as long as the limit makes it, whatever the machine does."""
    count = 600 if quick else 3000
    found = await measures.broadcast(count)
    later = found["busy"] - found["idle"]
    return [
        (
            f"Courier under 30/s, {count:,} recipients",
            f"{found['per_second']:.2f}/s, {found['floods']} × 429",
            f"{found['per_second'] / 30:.1%} of the limit",
            "≥ 95 %, no 429",
        ),
        (
            f"A tap during it, median of {found['taps']}",
            f"{found['busy'] * 1000:.0f} ms; idle {found['idle'] * 1000:.0f} ms",
            f"{later * 1000:+.0f} ms",
            f"≤ +{SLOT * 1000:.0f} ms",
        ),
    ]


async def queueing(runs: int, quick: bool) -> list[Row]:
    count = 20_000
    found = [await measures.queue(count) for _ in range(runs)]
    seconds, grew = (median(each[name] for each in found) for name in ("seconds", "grew_mb"))
    return [
        (
            f"Queueing an announcement to {count:,} accounts",
            f"{seconds:.2f} s",
            f"the process grew by {grew:.1f} MB",
            "< 2 s, memory flat",
        )
    ]


async def scaling(runs: int, quick: bool) -> list[Row]:
    few, many = 1000, 100_000 if quick else 1_000_000
    found = {count: [await measures.scale(count) for _ in range(1 if quick else 3)] for count in (few, many)}
    each = {count: median(one["seconds"] for one in every) / DUE * 1000 for count, every in found.items()}
    grew = {count: median(one["grew_mb"] for one in every) for count, every in found.items()}
    return [
        (
            f"A delivery with {many:,} rows in the outbox, half of them waiting",
            f"{each[many]:.2f} ms, grew by {grew[many]:.1f} MB; {few:,} rows: {each[few]:.2f} ms, {grew[few]:.1f} MB",
            f"{each[many] / each[few]:.2f} × that at {few:,}",
            "≤ 1.5 ×, memory flat",
        )
    ]


async def losing(runs: int, quick: bool) -> list[Row]:
    """One run a fault: what is lost is a count, not a speed."""
    count = 90 if quick else 300
    rows: list[Row] = []
    for fault in losses.FAULTS:
        found = {who: str(await losses.lose(who, fault, count)) for who in losses.SENDERS}
        note(f"  {fault}: {found}")
        measured = f"ours: {found['ours']}; python-telegram-bot: {found['ptb']}; gather: {found['gather']}"
        rows.append((f"{fault}; {count} recipients", measured, "", "nobody missed, nothing in the pause"))
    return rows


async def pages(runs: int, quick: bool) -> list[Row]:
    count = 300
    found = await measures.pages(count, 10 if quick else 30)
    return [
        (
            f"{count} open pages of the web chat, {found['taps']} taps, ten at once",
            f"median {found['median'] * 1000:.0f} ms",
            f"slowest {found['slowest'] * 1000:.0f} ms",
            "≤ 1 s each",
        )
    ]


async def webhooks(runs: int, quick: bool) -> list[Row]:
    count = 200
    rows: list[Row] = []
    for wire, name in (("zalo_oa", "Zalo OA"), ("zalo_bot", "the Zalo bot")):
        ours = [await measures.hooked(wire, count) for _ in range(runs)]
        plain = [await measures.hooked_plain(wire, count) for _ in range(runs)]
        slowest, middle = (median(each[what] for each in ours) * 1000 for what in ("slowest", "median"))
        peer = median(each["slowest"] for each in plain) * 1000
        rows.append(
            (
                f"{count} calls at once at the webhook of {name}, during a broadcast",
                f"slowest answer {slowest:.0f} ms, median {middle:.0f} ms; a handler that stores nothing {peer:.0f} ms",
                f"{slowest / peer:.1f} × that handler's slowest",
                "≤ 2 s, all on record",
            )
        )
    return rows


async def starting(runs: int, quick: bool) -> list[Row]:
    seconds = median(measures.help_seconds() for _ in range(runs))
    return [("doithoai --help", f"{seconds:.2f} s", "", "< 0.5 s")]


PARTS = {
    "inbound": inbound,
    "outbound": outbound,
    "limited": limited,
    "losing": losing,
    "queueing": queueing,
    "scaling": scaling,
    "pages": pages,
    "webhooks": webhooks,
    "starting": starting,
}


async def run(parts: list[str], runs: int, quick: bool) -> None:
    before = os.getloadavg()[0]
    rows: list[Row] = []
    for name in parts:
        note(name)
        rows += await PARTS[name](runs, quick)
    table = Table(title=f"Median of {runs} interleaved runs on {len(CORES)} cores; load before {before:.1f}")
    for heading in ("What", "Measured", "Ratio", "Bar"):
        table.add_column(heading)
    for row in rows:
        table.add_row(*row)
    Console(width=150).print(table)
    peers = ", ".join(f"{name} {version(name)}" for name in ("aiogram", "python-telegram-bot"))
    print(f"Python {sys.version.split()[0]}, {peers}; SQLite, synchronous=FULL; the double on a core of its own.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=None, help="rounds of each comparison (5; with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="fewer chats, recipients and rounds")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be said several times")
    options = parser.parse_args()
    asyncio.run(run(options.only or list(PARTS), options.runs or (1 if options.quick else 5), options.quick))


if __name__ == "__main__":
    main()
