"""`doithoai outbox`: what the operator reads on the terminal."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from bot import outboxview
from storage import outbox, queues
from storage.database import Database
from storage.models import Account, Priority
from storage.outbox import Notice, Outcome
from storage.states import DeliveryState
from tests.bot.parts import Time, account, record
from tests.commune import COMMUNE

SECRET = "lời kín của bà Lan"


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    async with record(tmp_path, Time().now) as db:
        yield db


async def fill(db: Database) -> None:
    """Ten announcements: three sent, two failed for one reason, one blocked, one unknown, three still to go."""
    async with db.write() as tx:
        owners = [await tx.session.get_one(Account, each) for each in [await made(db, n) for n in range(10)]]
        await outbox.queue(tx, [Notice(each, "announcement", Priority.ANNOUNCEMENT, {"x": SECRET}) for each in owners])
        outbox.queue_reply(tx, owners[0], "sendMessage", {"text": SECRET})
    async with db.write() as tx:
        claimed = [each for each in await outbox.claim(tx, "telegram", 9) if each.kind == "announcement"]
        states = [DeliveryState.SENT] * 3 + [DeliveryState.FAILED] * 2
        outcomes = [Outcome(each, state) for each, state in zip(claimed, states, strict=False)]
        outcomes[3:] = [
            Outcome(each.delivery, each.state, error="Bad Request: chat not found") for each in outcomes[3:]
        ]
        outcomes.append(Outcome(claimed[5], DeliveryState.UNREACHABLE, error="Forbidden: bot was blocked by the user"))
        outcomes.append(Outcome(claimed[6], DeliveryState.UNKNOWN, error="HTTP Client says - ServerDisconnectedError"))
        await outbox.record(tx, outcomes)
        await queues.mute(tx, "telegram", tx.now + timedelta(seconds=30))


async def made(db: Database, number: int) -> int:
    return await account(db, str(2000 + number))


def shown(view: outboxview.View) -> str:
    console = Console(width=200, file=StringIO())
    console.print(outboxview.render(view, local))
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def local(at: datetime) -> datetime:
    return at.astimezone(COMMUNE.timezone)


async def test_outbox_shows_depth_outcomes_progress_and_reasons(db: Database) -> None:
    for number in range(10):
        await made(db, number)
    await fill(db)
    lines = [" ".join(line.replace("│", " ").split()) for line in shown(await outboxview.look(db)).splitlines()]
    assert "telegram announcement 2 1 3 1 2 1" in lines
    assert "telegram reply 1" in lines
    bars = [line for line in lines if "announcement ━" in line]
    assert [line.split()[-2:] for line in bars] == [["7/10", "(70%)"]]
    assert [line for line in lines if line.startswith("telegram: cũ nhất chờ")]
    assert [line for line in lines if "muted for" in line]
    assert "telegram announcement failed Bad Request: chat not found 2 5, 4" in lines
    assert "telegram announcement unreachable Forbidden: bot was blocked by the user 1 6" in lines
    assert "telegram announcement unknown HTTP Client says - ServerDisconnectedError 1 7" in lines
    assert [word for word in (SECRET, "Lan", "2003") if any(word in line for line in lines)] == []


async def test_outbox_that_waits_for_an_hour_says_when(db: Database) -> None:
    account_id = await made(db, 1)
    async with db.write() as tx:
        owner = await tx.session.get_one(Account, account_id)
        at = (tx.now + timedelta(days=1)).replace(hour=0, minute=0)
        await outbox.queue(tx, [Notice(owner, "reminder", Priority.REMINDER, {}, not_before=at)])
    assert f"the next goes at {local(at):%H:%M %d/%m}" in shown(await outboxview.look(db))


async def test_empty_outbox_says_so(db: Database) -> None:
    assert shown(await outboxview.look(db)).strip() == "Hộp gửi trống / the outbox is empty"


async def test_watch_shows_what_changed(db: Database) -> None:
    await made(db, 1)
    seen: list[int] = []
    async for view in outboxview.watch(db, seconds=0):
        seen.append(len(view.depth))
        if len(seen) == 3:
            break
        async with db.write() as tx:
            owner = await tx.session.get_one(Account, 1)
            outbox.queue_reply(tx, owner, "sendMessage", {"text": "Dạ"}, kind=f"k{len(seen)}")
    assert seen == [0, 1, 2]


async def test_a_reason_with_brackets_is_shown_as_it_stands(db: Database) -> None:
    await made(db, 1)
    async with db.write() as tx:
        outbox.queue_reply(tx, await tx.session.get_one(Account, 1), "sendMessage", {"text": "Dạ"})
    async with db.write() as tx:
        await tx.session.execute(text("UPDATE outbox SET state = 'failed', error = '[bold]x[/nothing]'"))
    assert "[bold]x[/nothing]" in shown(await outboxview.look(db))
