"""What a wire knows again after a restart, and for how long."""

from datetime import timedelta

from storage import data, wires
from storage.database import Database
from storage.models import NativeMessage, Upload
from tests.commune import Clock
from tests.storage.steps import caller

WEEK = timedelta(days=7)


async def test_native_id_is_known_for_a_week_to_its_own_chat(db: Database, clock: Clock) -> None:
    async with db.write() as tx:
        for native_id in ("1001", "1002"):
            await caller(tx, native_id)
        for _ in range(2):
            await wires.remember(tx, [(1, 5, "96d3cdf3af"), (2, 7, "another")])
    async with db.write() as tx:
        found = [await wires.native_id_of(tx, *key) for key in ((1, 5), (2, 5), (1, 6))]
        assert found == ["96d3cdf3af", None, None]
    clock.instant += WEEK
    async with db.write() as tx:
        await wires.expire(tx)
        assert await wires.native_id_of(tx, 1, 5) is None


async def test_upload_is_known_while_it_lies_there(db: Database, clock: Clock) -> None:
    digest = "ab" * 32
    async with db.write() as tx:
        await wires.keep_upload(tx, "zalo_oa", digest, "first", tx.now + timedelta(days=1))
        await wires.keep_upload(tx, "zalo_oa", digest, "second", tx.now + WEEK)
    async with db.write() as tx:
        assert await wires.uploaded(tx, "zalo_oa", digest) == "second"
        assert await wires.uploaded(tx, "zalo_bot", digest) is None
    clock.instant += WEEK
    async with db.write() as tx:
        assert await wires.uploaded(tx, "zalo_oa", digest) is None
        await wires.expire(tx)
    assert await table_of_uploads(db) == 0


async def test_upload_that_was_dropped_is_not_known(db: Database) -> None:
    async with db.write() as tx:
        await wires.keep_upload(tx, "zalo_oa", "ab", "first", tx.now + WEEK)
        await wires.drop_upload(tx, "zalo_oa", "ab")
    assert await table_of_uploads(db) == 0


async def table_of_uploads(db: Database) -> int:
    async with db.read() as tx:
        return len((await tx.session.execute(Upload.__table__.select())).all())


async def test_refused_buttons_are_remembered_by_kind(db: Database) -> None:
    async with db.write() as tx:
        assert await wires.plain_until(tx, "zalo_oa") == (None, None)
        soon, later = tx.now + timedelta(days=1), tx.now + WEEK
        await wires.learn_plain(tx, "zalo_oa", soon, any_button=False)
        await wires.learn_plain(tx, "zalo_oa", later, any_button=True)
    async with db.read() as tx:
        assert await wires.plain_until(tx, "zalo_oa") == (soon, later)


async def test_who_does_not_consent_leaves_no_native_id(db: Database) -> None:
    async with db.write() as tx:
        await caller(tx, "1001")
        await wires.remember(tx, [(1, 5, "96d3cdf3af")])
    async with db.write() as tx:
        await data.refuse(tx, await caller(tx, "1001"))
    async with db.read() as tx:
        assert (await tx.session.execute(NativeMessage.__table__.select())).all() == []
