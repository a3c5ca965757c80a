"""The clock: what is due is queued once, whoever asks and however often."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.clock import Clock, Rules, checkpoint
from storage import drafts, inbox, outbox, people
from storage.database import Database
from storage.models import Account, Role
from storage.people import load_callers
from tests.bot.parts import get_account, record, running, sql
from tests.commune import COMMUNE, START
from tests.commune import Clock as Watch
from tests.conference import plan

RULES = Rules(timedelta(days=7))
CONFERENCE = START + timedelta(days=2)  # Wednesday 09:00 in the commune


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def db(tmp_path: Path, watch: Watch) -> AsyncIterator[Database]:
    async with record(tmp_path, watch, COMMUNE) as db:
        yield db


@pytest.fixture
def clock(db: Database, tmp_path: Path) -> Clock:
    return Clock(db, RULES, tmp_path / "uploads")


async def consent(db: Database, *native_ids: str) -> None:
    async with db.write() as tx:
        for caller in (await load_callers(tx, "telegram", native_ids)).values():
            people.consent(tx, caller.account, "v1")


async def conference(db: Database) -> None:
    async with db.write() as tx:
        code = await people.invite(tx, Role.CLERK)
        caller = (await load_callers(tx, "telegram", ["901"]))["901"]
        await tx.session.flush()
        official = await people.accept_invitation(tx, caller.account, code)
        assert not isinstance(official, people.Refusal)
        await plan(tx, official, CONFERENCE, "Nhà văn hoá")


async def hold(db: Database, native_id: str) -> int:
    """A draft that begins now; returns its account's id."""
    async with db.write() as tx:
        caller = (await load_callers(tx, "telegram", [native_id]))[native_id]
        drafts.hold(tx, caller.account, "Đường hỏng")
        await tx.session.flush()
        return caller.account.id


async def queued(db: Database) -> list[tuple[Any, ...]]:
    query = "SELECT kind, native_id FROM outbox JOIN account ON account.id = account_id ORDER BY native_id, kind"
    return await sql(db, query)


async def test_reminder_is_queued_once_when_due(db: Database, clock: Clock, watch: Watch) -> None:
    await consent(db, "7", "8")
    await conference(db)
    watch.instant = datetime(2026, 11, 24, 18, 29, tzinfo=COMMUNE.timezone)
    await clock.tick()
    assert await queued(db) == []
    watch.pass_(minutes=1)
    for _ in range(3):
        await clock.tick()
        watch.pass_(seconds=20)
    assert await queued(db) == [("reminder", "7"), ("reminder", "8")]


async def test_two_clocks_at_once_queue_once(db: Database, clock: Clock, watch: Watch, tmp_path: Path) -> None:
    await consent(db, *(str(number) for number in range(100, 150)))
    await hold(db, "120")
    await conference(db)
    watch.instant = datetime(2026, 11, 24, 18, 30, tzinfo=COMMUNE.timezone)
    other = Database(str(db.url), COMMUNE, watch)
    with capture_logs() as logs:
        await asyncio.gather(*[each.tick() for each in (clock, Clock(other, RULES, tmp_path)) for _ in range(3)])
    await other.close()
    assert [line for line in logs if line["log_level"] == "error"] == []
    kinds = [kind for kind, _ in await queued(db)]
    assert (kinds.count("reminder"), kinds.count("draft_offer")) == (50, 1)


async def test_draft_is_offered_once_and_never_in_quiet_hours(db: Database, clock: Clock, watch: Watch) -> None:
    await consent(db, "7")
    watch.instant = datetime(2026, 11, 23, 22, 0, tzinfo=COMMUNE.timezone)
    await hold(db, "7")
    watch.pass_(days=1, minutes=1)
    await clock.tick()
    assert await queued(db) == []
    watch.instant = datetime(2026, 11, 25, 6, 0, tzinfo=COMMUNE.timezone)
    for _ in range(2):
        await clock.tick()
        watch.pass_(days=1)
    assert await queued(db) == [("draft_offer", "7")]


async def test_words_without_consent_go_after_a_day_and_drafts_after_a_week(
    db: Database, clock: Clock, watch: Watch
) -> None:
    await consent(db, "7")
    owners = {await hold(db, "7"): "consented", await hold(db, "8"): "stranger"}
    left: list[set[str]] = []
    for hours in (23.9, 24.1, 6.9 * 24, 7.1 * 24):
        watch.instant = START + timedelta(hours=hours)
        await clock.tick()
        left.append({owners[owner] for (owner,) in await sql(db, "SELECT account_id FROM draft")})
    assert left == [{"consented", "stranger"}, {"consented"}, {"consented"}, set()]


async def test_words_of_failed_updates_go_after_a_week(db: Database, clock: Clock, watch: Watch) -> None:
    async with db.write() as tx:
        await inbox.receive(tx, "telegram", [inbox.Incoming(str(n), "7", {"update_id": n}) for n in (1, 2, 3)])
        await inbox.failed(tx, 1, "Mistake")
        await inbox.done(tx, [2])
    left: list[list[tuple[Any, ...]]] = []
    for days in (6.9, 7.1):
        watch.instant = START + timedelta(days=days)
        await clock.tick()
        left.append(await sql(db, "SELECT id, state, payload IS NOT NULL FROM inbox ORDER BY id"))
    assert left == [[(1, "failed", 1), (2, "done", 0), (3, "ready", 1)], [(1, "failed", 0), (3, "ready", 1)]]


async def test_the_departed_are_forgotten_within_the_hour(db: Database, clock: Clock, watch: Watch) -> None:
    account_id = await hold(db, "7")
    async with db.write() as tx:
        account = await tx.session.get_one(Account, account_id)
        account.forget_at = tx.now
        outbox.queue_reply(tx, account, "sendMessage", {"text": "Tạm biệt"}, kind=outbox.GOODBYE)
    known: list[str | None] = []
    for minutes in (59, 61):
        watch.instant = START + timedelta(minutes=minutes)
        await clock.tick()
        known.append((await get_account(db, account_id)).native_id)
    assert known == ["7", None]


async def test_duty_that_fails_holds_no_other(db: Database, clock: Clock, watch: Watch, tmp_path: Path) -> None:
    await consent(db, "7")
    await hold(db, "8")
    await conference(db)
    await sql(
        db, "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    )
    (tmp_path / "uploads" / "folder").mkdir(parents=True)
    os.utime(tmp_path / "uploads" / "folder", (0, 0))  # not a file: it cannot be unlinked
    watch.instant = datetime(2026, 11, 24, 18, 30, tzinfo=COMMUNE.timezone)
    with capture_logs() as logs:
        await clock.tick()
    assert [(line["event"], line["duty"]) for line in logs] == [
        ("clock.failed", "reminders"),
        ("clock.failed", "_sweep_uploads"),
    ]
    assert await sql(db, "SELECT count(*) FROM draft") == [(0,)]
    assert clock.last_tick == watch.instant
    await sql(db, "DROP TRIGGER full")
    await clock.tick()
    assert await queued(db) == [("reminder", "7")]


async def test_old_uploads_are_removed_by_the_time_of_the_disk(clock: Clock, watch: Watch, tmp_path: Path) -> None:
    watch.pass_(days=30000)
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    for name, age in (("old", timedelta(days=2)), ("new", timedelta(0))):
        (uploads / name).write_bytes(b"x")
        changed = time.time() - age.total_seconds()
        os.utime(uploads / name, (changed, changed))
    await clock.tick()
    assert [path.name for path in uploads.iterdir()] == ["new"]


async def test_checkpoint_empties_the_log(db: Database) -> None:
    await consent(db, "7")
    wal = Path(f"{db.path}-wal")
    assert wal.stat().st_size > 0
    await checkpoint(db)
    assert wal.stat().st_size == 0
    async with db.read() as tx:
        assert await tx.session.scalar(text("SELECT count(*) FROM account")) == 1


async def test_ticks_at_once_and_stops_promptly(db: Database, clock: Clock, watch: Watch) -> None:
    await consent(db, "7")
    await conference(db)
    watch.instant = datetime(2026, 11, 24, 18, 30, tzinfo=COMMUNE.timezone)
    woken = db.listen("outbox")
    async with asyncio.timeout(10), running(clock):
        await woken.wait()
    assert await queued(db) == [("reminder", "7")]
