"""One way to read, one way to write."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from storage import transcript
from storage.database import Database
from storage.models import Counter, Draft, Person
from tests.commune import COMMUNE, START, Clock
from tests.storage.steps import table


async def test_write_when_the_body_raises_keeps_and_wakes_nothing(db: Database) -> None:
    woken = db.listen("outbox")

    async def halfway() -> None:
        async with db.write() as tx:
            tx.session.add(Person(created_at=tx.now))
            await tx.session.flush()
            tx.wake("outbox")
            tx.drop_file("ab" * 32)
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await halfway()
    assert (await table(db, Person.id), woken.is_set(), db.dropped) == ([], False, set())


async def test_write_wakes_after_the_commit(db: Database, second: Database) -> None:
    seen: list[str] = []
    db.subscribe("inbox", lambda: seen.append("inbox"))
    async with db.write() as tx:
        tx.session.add(Person(created_at=tx.now))
        tx.wake("inbox")
        tx.drop_file("ab" * 32)
        assert seen == []
    assert (seen, db.dropped) == (["inbox"], {"ab" * 32})
    assert await table(second, Person.id) == [(1,)]


async def test_wake_reaches_its_topic_until_unlistened(db: Database) -> None:
    inbox, outbox = db.listen("inbox"), db.listen("outbox")
    async with db.write() as tx:
        tx.wake("inbox")
    assert (inbox.is_set(), outbox.is_set()) == (True, False)
    inbox.clear()
    db.unlisten("inbox", inbox)
    async with db.write() as tx:
        tx.wake("inbox")
    assert not inbox.is_set()


async def test_write_when_many_tasks_write_takes_them_in_order(db: Database) -> None:
    order: list[int] = []

    async def one(number: int) -> None:
        async with db.write() as tx:
            counter = await tx.session.get_one(Counter, "opinion")
            await asyncio.sleep(0)
            counter.value += 1
            order.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(30):
            group.create_task(one(number))
    assert order == list(range(30))
    async with db.read() as tx:
        assert (await tx.session.get_one(Counter, "opinion")).value == 30


async def test_write_when_two_processes_write_loses_nothing(db: Database, second: Database) -> None:
    async def ten(own: Database) -> None:
        for _ in range(10):
            async with own.write() as tx:
                await tx.session.execute(text("UPDATE counter SET value = value + 1"))

    async with asyncio.TaskGroup() as group:
        group.create_task(ten(db))
        group.create_task(ten(second))
    async with db.read() as tx:
        assert (await tx.session.get_one(Counter, "opinion")).value == 20


async def test_read_keeps_no_change(db: Database) -> None:
    async with db.read() as tx:
        tx.session.add(Person(created_at=tx.now))
        await tx.session.flush()
    assert await table(db, Person.id) == []


async def test_transaction_when_opened_has_the_clock_and_the_commune(db: Database, clock: Clock) -> None:
    clock.pass_(hours=3)
    async with db.read() as tx:
        assert (tx.now, tx.commune) == (START + timedelta(hours=3), COMMUNE)


async def test_instants_when_written_in_another_zone_come_back_in_utc(db: Database) -> None:
    local = datetime(2026, 12, 10, 7, 30, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
    async with db.write() as tx:
        tx.session.add(Person(created_at=local))
    [(back,)] = await table(db, Person.created_at)
    assert (back, back.tzinfo) == (datetime(2026, 12, 10, 0, 30, 0, 123456, tzinfo=UTC), UTC)


async def test_instants_when_naive_are_refused(db: Database) -> None:
    with pytest.raises(StatementError, match="naive"):
        async with db.write() as tx:
            tx.session.add(Person(created_at=datetime(2026, 12, 10, 7, 30)))  # noqa: DTZ001 - what must be refused
    assert await table(db, Person.id) == []


async def test_foreign_keys_are_enforced(db: Database) -> None:
    with pytest.raises(IntegrityError):
        async with db.write() as tx:
            await transcript.say(tx, 99, outgoing=True, body="")


async def test_errors_do_not_carry_what_was_written(db: Database) -> None:
    with pytest.raises(IntegrityError) as raised:
        async with db.write() as tx:
            tx.session.add(Draft(account_id=99, text="LỜI-KÍN", created_at=tx.now, updated_at=tx.now))
    assert "LỜI-KÍN" not in str(raised.value)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_sqlite_is_durable_and_forgets(second: Database) -> None:
    db = second  # as the program opens it; what most tests use waits for no disk
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "temp_store": 2}
    async with db.write() as tx:
        found = {name: (await tx.session.execute(text(f"PRAGMA {name}"))).scalar_one() for name in wanted}
    assert found == wanted
    assert (db.is_sqlite, db.path is not None and db.path.name) == (True, "record.db")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
async def test_postgresql_has_no_file(db: Database) -> None:
    assert (db.is_sqlite, db.path) == (False, None)
