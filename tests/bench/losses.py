"""What a broadcast loses to a fault: who was missed, who was told twice, and what was sent while it was forbidden."""

import signal
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from storage import announcements
from tests.bench.children import BOT, DOUBLE, Child, child
from tests.bench.measures import expect
from tests.bench.record import FIRST_CHAT, official, prepared
from tests.bench.residents import NEWS
from tests.doubles.telegram import ControlClient, Fault

SENDERS = ("ours", "ptb", "gather")
MUTE_SECONDS = 5
FLIGHT = 0.05
"""Seconds after a refusal in which a call may still arrive that had left before it was heard."""
SLOW = 0.3
"""Seconds of every call while a process is killed: no peer may be done before that."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Of those who could be told: `missed` were not, `twice` were told again; `muted` calls began during the pause."""

    missed: int
    twice: int
    muted: int

    def __str__(self) -> str:
        said = [f"missed {self.missed}"]
        said += [f"told twice {self.twice}"] if self.twice else []
        said += [f"{self.muted} calls in the pause"] if self.muted else []
        return ", ".join(said)


Break = Callable[[ControlClient, list[int]], Awaitable[set[int]]]
"""Scripts a fault over these chats; returns those that nobody can tell."""


async def flood(control: ControlClient, chats: list[int]) -> set[int]:
    await control.script("sendMessage", Fault.too_many(MUTE_SECONDS), chat_id=chats[len(chats) // 3])
    return set()


async def forbidden(control: ControlClient, chats: list[int]) -> set[int]:
    """Ten that pass (seen in the field), and ten for good."""
    for chat in chats[10:20]:
        passing = Fault.status(403, "bot can't initiate conversation with a user")
        await control.script("sendMessage", passing, chat_id=chat)
    for chat in chats[20:30]:
        await control.script("sendMessage", Fault.status(403, "bot was blocked by the user"), times=None, chat_id=chat)
    return set(chats[20:30])


async def bad_gateway(control: ControlClient, chats: list[int]) -> set[int]:
    for chat in chats[10:20]:
        await control.script("sendMessage", Fault("html"), chat_id=chat)
    return set()


async def slow(control: ControlClient, chats: list[int]) -> set[int]:
    await control.script("sendMessage", Fault.slow(SLOW), times=None)
    return set()


FAULTS: dict[str, Break] = {
    f"429, retry after {MUTE_SECONDS} s": flood,
    "403, ten that pass and ten that blocked": forbidden,
    "502 with a page, ten": bad_gateway,
    "SIGKILL at a third, started again": slow,
}


async def lose(who: str, fault: str, count: int) -> Loss:
    """One broadcast to `count` chats by one sender while one fault happens."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if who == "ours":
            await _queued(folder, count)
        double = await stack.enter_async_context(child("tests.doubles.telegram", core=DOUBLE))
        url = f"http://127.0.0.1:{await double.line()}"
        control = await stack.enter_async_context(ControlClient(url))
        chats = list(range(FIRST_CHAT, FIRST_CHAT + count))
        await control.open_chat(*chats)
        lost = await FAULTS[fault](control, chats)
        options = [who, f"--url={url}", f"--count={count}", f"--folder={folder}"]
        if FAULTS[fault] is slow:
            async with child("tests.bench.senders", *options, core=BOT) as first:
                await first.line()
                await _called(control, count // 3)
                await first.end(signal.SIGKILL)
        async with child("tests.bench.senders", *options, core=BOT) as sender:
            await sender.line()
            await _result(sender)
        calls = await control.calls("sendMessage")
    told = Counter(call.chat_id for call in calls if call.error is None)
    missed = len(set(chats) - lost - set(told))
    refused = next((call.at for call in calls if (call.error or "").startswith("429")), None)
    muted = 0 if refused is None else sum(FLIGHT < call.at - refused < MUTE_SECONDS for call in calls)
    loss = Loss(missed, told.total() - len(told), muted)
    if who == "ours":
        expect(missed == 0, f"{fault}: {missed} were missed")
        expect(muted == 0, f"{fault}: {muted} calls during the mute")
    return loss


async def _queued(folder: Path, count: int) -> None:
    db, _ = await prepared(folder, count)
    clerk = await official(db)
    async with db.write() as tx:
        draft = await announcements.draft(tx, clerk, NEWS)
        announcements.schedule_for(tx, draft, clerk, tx.now)
        await announcements.schedule(tx, draft, clerk, draft.revision)
    await db.close()


async def _called(control: ControlClient, count: int) -> None:
    async def enough() -> bool:
        return bool((await control.counts())["calls"].get("sendMessage", 0) >= count)

    await control.wait(enough, timeout=120)


async def _result(sender: Child) -> None:
    found = await sender.result(600)
    expect(bool(found), "the sender did nothing")
