"""The queue as a whole: unknown and repeated, muted, held for the night, set back with the clock, counted."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from storage import outbox, people, queues
from storage.database import Database, Transaction
from storage.models import Announcement, Official, Outbox, Priority, Role
from storage.outbox import Notice, Outcome
from storage.queues import INTERRUPTED, Depth, Trouble
from storage.states import AnnouncementState, DeliveryState
from tests.commune import START, Clock
from tests.storage.steps import caller, raise_opinion, table
from tests.storage.test_outbox import STATES, claim, notify, record, reply

QUEUED, SENDING, SENT = DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT
UNKNOWN, FAILED, UNREACHABLE = DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.UNREACHABLE


@pytest.mark.parametrize("error", ["connection reset", None])
async def test_repeat_unknown_repeats_once_and_never_twice(db: Database, clock: Clock, error: str | None) -> None:
    await reply(db)
    again = START + timedelta(seconds=30)
    for repeated, payload, done_at in ((False, {"text": "chào"}, None), (True, None, again)):
        [delivery] = await claim(db)
        assert delivery.repeated is repeated
        await record(db, Outcome(delivery, UNKNOWN, error=error))
        assert await table(db, *STATES, Outbox.payload, Outbox.done_at) == [(1, UNKNOWN, payload, done_at)]
        async with db.write() as tx:
            assert await queues.repeat_unknown(tx, again) == (0 if repeated else 1)
        clock.instant = again
    assert await claim(db) == []


async def test_recover_makes_what_was_sending_unknown_and_repeats_it_at_every_death(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "MAX_INTERRUPTED", 4)
    await reply(db)
    await notify(db, "card:1", "1002")
    for death in range(1, 5):
        assert len(await claim(db)) == 2
        async with db.write() as tx:
            assert await queues.recover(tx) == [1, 2]
            assert await queues.repeat_unknown(tx, tx.now) == (2 if death < 4 else 0)
    columns = (Outbox.attempts, Outbox.interrupted, Outbox.repeated, Outbox.error)
    assert await table(db, *STATES, *columns) == [(number, UNKNOWN, 0, 4, False, INTERRUPTED) for number in (1, 2)]


async def test_recover_when_nothing_was_sending_changes_nothing(db: Database) -> None:
    await reply(db)
    async with db.write() as tx:
        assert await queues.recover(tx) == []
        assert await queues.repeat_unknown(tx, tx.now) == 0
    assert await table(db, *STATES) == [(1, QUEUED)]


async def test_mute_survives_and_is_only_lengthened(db: Database, second: Database) -> None:
    async with db.read() as tx:
        assert await queues.muted_until(tx, "telegram") is None
    for minutes, longest in ((5, 5), (2, 5), (9, 9)):
        async with db.write() as tx:
            await queues.mute(tx, "telegram", START + timedelta(minutes=minutes))
        async with second.read() as tx:
            assert await queues.muted_until(tx, "telegram") == START + timedelta(minutes=longest)
            assert await queues.muted_until(tx, "web") is None


async def test_depth_and_deliveries_count_by_state(db: Database) -> None:
    await raise_opinion(db)
    for number in range(3):
        await notify(db, f"card:1:{number}", str(number), opinion_id=1)
    await notify(db, "card:11:0", "0", opinion_id=1)
    first, second, *_ = await claim(db, 3)
    await record(db, Outcome(first, SENT), Outcome(second, FAILED))
    async with db.read() as tx:
        assert await outbox.deliveries_of(tx, "card:1") == {SENT: 1, FAILED: 1, SENDING: 1}
        assert await outbox.deliveries_of(tx, "card:_") == {}
        assert await outbox.fared(tx, ["card:1:0", "card:1"]) == {"card:1:0": SENT}
        assert await queues.depth(tx) == [
            Depth("telegram", "card", state, 1) for state in (FAILED, QUEUED, SENDING, SENT)
        ]
        assert await queues.depth(tx, [QUEUED]) == [Depth("telegram", "card", QUEUED, 1)]


NIGHT = START.replace(hour=14)  # 21:00 in the commune, when the quiet hours begin
MORNING = START.replace(hour=23)


async def test_hold_for_the_night_keeps_what_should_have_gone_by_day(db: Database, clock: Clock) -> None:
    for priority in (Priority.ANSWER, Priority.REMINDER, Priority.ANNOUNCEMENT):
        await notify(db, None, priority=priority)
    shown = await reply(db)
    async with db.write() as tx:
        account = (await caller(tx, "1001")).account
        tx.session.add(await edit_of(tx, shown))
        urgent = Notice(account, "reminder", Priority.REMINDER, {"conference_id": 1, "at_night": True})
        await outbox.queue(tx, [urgent])
    clock.instant = NIGHT - timedelta(seconds=1)
    async with db.write() as tx:
        assert await queues.hold_for_the_night(tx, "telegram") == 0
    clock.instant = NIGHT + timedelta(hours=4)
    await notify(db, "chosen for this hour")
    async with db.write() as tx:
        assert await queues.hold_for_the_night(tx, "web") == 0
        assert await queues.hold_for_the_night(tx, "telegram") == 3
        assert await queues.hold_for_the_night(tx, "telegram") == 0
    due = await table(db, Outbox.id, Outbox.not_before)
    assert [at for _, at in due] == [MORNING] * 3 + [START] * 3 + [clock.instant]


async def edit_of(tx: Transaction, edits_id: int) -> Outbox:
    return Outbox(
        account_id=1,
        messenger="telegram",
        priority=Priority.ANSWER,
        kind="card",
        payload={},
        edits_id=edits_id,
        state=QUEUED,
        created_at=tx.now,
        not_before=tx.now,
    )


async def test_set_back_when_the_clock_goes_back_an_hour_nothing_waits_for_it(db: Database, clock: Clock) -> None:
    was = START + timedelta(hours=1)
    clock.instant = was
    await reply(db)
    await reply(db, "vâng")
    [first, _] = await claim(db)
    await record(db, Outcome(first, QUEUED, error="502", not_before=was + timedelta(minutes=5)))
    await notify(db, "tonight", not_before=was + timedelta(hours=9))
    await notify(db, "now")
    async with db.write() as tx:
        await queues.mute(tx, "telegram", was + timedelta(seconds=30))
    clock.instant = START
    async with db.write() as tx:
        assert await queues.set_back(tx, "web", was, 0.0) == 0
        assert await queues.set_back(tx, "telegram", was, 20.0) == 2
    assert await table(db, Outbox.id, Outbox.state, Outbox.not_before) == [
        (1, QUEUED, START),
        (2, SENDING, was),
        (3, QUEUED, was + timedelta(hours=9)),
        (4, QUEUED, START),
    ]
    async with db.read() as tx:
        assert await queues.muted_until(tx, "telegram") == START + timedelta(seconds=20)


async def test_stopped_among_names_the_announcements_that_are(db: Database) -> None:
    await raise_opinion(db)
    async with db.write() as tx:
        official = await official_of(tx)
        for state in (AnnouncementState.SENDING, AnnouncementState.STOPPED):
            tx.session.add(Announcement(text="Tin", official_id=official, state=state, audience={}, created_at=tx.now))
    async with db.read() as tx:
        assert await queues.stopped_among(tx, [1, 2, 3]) == {2}
        assert await queues.stopped_among(tx, [1]) == set()


async def official_of(tx: Transaction) -> int:
    code = await people.invite(tx, Role.CLERK)
    joined = await people.accept_invitation(tx, (await caller(tx, "901")).account, code)
    assert isinstance(joined, Official)
    await tx.session.flush()
    return joined.id


async def test_troubles_count_the_reasons_and_name_the_latest_rows(db: Database) -> None:
    for number in range(15):
        await notify(db, None, str(number))
    deliveries = await claim(db)
    await record(db, *[Outcome(each, FAILED, error="Bad Request: chat not found") for each in deliveries[:12]])
    await record(db, Outcome(deliveries[12], UNREACHABLE, error="blocked"), Outcome(deliveries[13], UNKNOWN))
    await record(db, Outcome(deliveries[14], SENT, error="not modified"))
    async with db.read() as tx:
        assert await queues.troubles(tx) == [
            Trouble(FAILED, "telegram", "card", "Bad Request: chat not found", 12, tuple(range(12, 2, -1))),
            Trouble(UNKNOWN, "telegram", "card", "", 1, (14,)),
            Trouble(UNREACHABLE, "telegram", "card", "blocked", 1, (13,)),
        ]
        assert len(await queues.troubles(tx, 1)) == 1


MANY = 20_000


async def fill(db: Database) -> None:
    """So many rows that were sent, and as many that wait for tomorrow."""
    numbers = (
        f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})"
        if db.is_sqlite
        else f"WITH n AS (SELECT generate_series(1, {MANY}) AS i)"
    )
    columns = "account_id, messenger, priority, kind, payload, state, attempts, repeated, created_at, not_before"
    for state, at in ((SENT, START), (QUEUED, START + timedelta(days=1))):
        rows = f"SELECT 1, 'telegram', 3, 'announcement', '{{}}', '{state}', 0, false, '{at}', '{at}' FROM n"
        async with db.engine.begin() as connection:
            await connection.execute(
                text(
                    f"INSERT INTO outbox ({columns}) {numbers} {rows}"
                    if db.is_sqlite
                    else f"{numbers} INSERT INTO outbox ({columns}) {rows}"
                )
            )
    async with db.engine.begin() as connection:
        await connection.execute(text("ANALYZE outbox"))


async def plans(db: Database, statements: list[tuple[str, Any]]) -> str:
    explain = "EXPLAIN QUERY PLAN" if db.is_sqlite else "EXPLAIN"
    lines: list[str] = []
    async with db.engine.connect() as connection:
        for statement, values in statements:
            rows = await connection.exec_driver_sql(f"{explain} {statement}", values)
            lines += [str(row[-1]) for row in rows]
    return "\n".join(lines)


async def test_the_courier_s_statements_read_no_row_that_is_not_due(db: Database) -> None:
    await reply(db)
    await fill(db)
    seen: list[tuple[str, Any]] = []

    def see(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        seen.append((statement, values))

    event.listen(db.engine.sync_engine, "before_cursor_execute", see)
    async with db.write() as tx:
        assert len(await outbox.claim(tx, "telegram", 50)) == 1
        assert await queues.next_due(tx, "telegram") == START + timedelta(days=1)
        await queues.recover(tx)
        await queues.repeat_unknown(tx, tx.now)
    event.remove(db.engine.sync_engine, "before_cursor_execute", see)
    found = await plans(db, [each for each in seen if not each[0].startswith(("BEGIN", "COMMIT"))])
    scans = [line for line in found.splitlines() if "SCAN outbox" in line or "Seq Scan on outbox" in line]
    assert (scans, "ix_outbox_queue" in found, "ix_outbox_state" in found) == ([], True, True), found
