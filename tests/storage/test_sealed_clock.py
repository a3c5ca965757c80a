"""What the clock does for the sealed lane."""

from datetime import UTC, datetime

from storage import data, duties, sealed_clock
from storage.database import Database
from storage.models import Draft, Event, Role, Sealed, Target
from storage.states import SealedState
from tests.commune import Clock
from tests.storage.steps import LEADER, caller, join, office, queued, raise_opinion, send_all, table
from tests.storage.test_flagging import WORDS, flag
from tests.storage.test_sealed import HER, accuse, send


async def tick(db: Database) -> dict[str, int]:
    """What each duty of the lane did; a second tick does nothing more."""
    mine = {name: duty for name, duty in duties.DUTIES.items() if name.startswith("sealed")}
    done: dict[str, int] = {}
    for name, duty in mine.items():
        async with db.write() as tx:
            done[name] = await duty(tx)
    for duty in mine.values():
        async with db.write() as tx:
            assert await duty(tx) == 0
    return {name: count for name, count in done.items() if count}


async def kinds(db: Database) -> list[str]:
    return [row[1] for row in await queued(db) if row[5] == "queued" and row[1] != "blank"]


async def test_what_is_about_leaders_is_gone_at_the_end_of_the_day(db: Database, clock: Clock) -> None:
    await join(db)
    await raise_opinion(db, "1002", text=WORDS)
    await flag(db, target=Target.LEADER)
    async with db.write() as tx:
        await accuse(tx, Target.LEADER)
        await accuse(tx, Target.OTHER, native_id="1003")
    clock.instant = datetime(2026, 11, 23, 16, 59, tzinfo=UTC)
    assert await tick(db) == {}
    clock.pass_(minutes=2)
    assert await tick(db) == {"sealed_leaders": 2}
    assert await table(db, Draft.target) == [(Target.OTHER,)]
    assert await table(db, Sealed.state) == [(SealedState.ERASED,)]


async def test_author_is_asked_once_more_and_silence_seals_it(db: Database, clock: Clock) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    async with db.write() as tx:
        (await office(tx, LEADER)).reads_sealed = True
    for native_id in (HER, "1002", "1003"):
        await raise_opinion(db, native_id, text=WORDS)
    await flag(db, 1, Target.VILLAGE_HEAD)
    await flag(db, 2)
    await flag(db, 3, Target.OTHER)
    async with db.write() as tx:
        # She who wanted to ask in general words and never did.
        (await tx.session.get_one(Sealed, 3)).text = None
    await send_all(db)
    clock.pass_(hours=1)
    assert await tick(db) == {"sealed_follow_up": 1}
    assert await kinds(db) == ["accuse_who"]
    await send_all(db)
    clock.pass_(days=3)
    assert await tick(db) == {"sealed_follow_up": 2}
    assert await kinds(db) == ["accuse_ways", "accuse_ways"]
    await send_all(db)
    clock.pass_(days=4)
    assert await tick(db) == {"sealed_follow_up": 3}
    assert await kinds(db) == ["sealed_waits", "sealed_told"]
    assert await table(db, Sealed.state, Sealed.consent_version) == [
        (SealedState.SEALED, None),
        (SealedState.ASKED, None),
        (SealedState.ERASED, None),
    ]
    async with db.read() as tx:
        # The second nobody may read: nobody said whom it accuses.
        assert await sealed_clock.count_unread(tx) == 1


async def test_reminder_and_word_of_the_end_wait_for_the_morning(db: Database, clock: Clock) -> None:
    await join(db)
    await raise_opinion(db, text=WORDS)
    clock.instant = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 22:00
    await flag(db, 1, Target.VILLAGE_HEAD)
    await send_all(db)
    clock.pass_(days=3)
    await tick(db)
    assert await send_all(db) == []
    clock.pass_(hours=8)
    assert await send_all(db) == ["accuse_ways"]


async def test_matter_without_a_reader_is_told_to_leaders_alone_and_to_a_reader_who_comes_later(
    db: Database, clock: Clock
) -> None:
    await join(db)
    await send(db, target=Target.VILLAGE_HEAD)
    assert await tick(db) == {"sealed_readers": 1}
    assert await kinds(db) == []
    await join(db, Role.LEADER, LEADER)
    assert await tick(db) == {}
    assert await kinds(db) == ["sealed_no_reader"]
    assert [row[0] for row in await table(db, Event.kind)].count("sealed.unread") == 1
    async with db.write() as tx:
        assert await sealed_clock.count_unread(tx) == 1
        (await office(tx)).reads_sealed = True
    assert await tick(db) == {"sealed_readers": 1}
    assert await kinds(db) == ["sealed_no_reader", "sealed_waits"]
    async with db.read() as tx:
        assert await sealed_clock.count_unread(tx) == 0


async def test_matter_of_somebody_who_left_is_sealed_all_the_same(db: Database, clock: Clock) -> None:
    await join(db)
    await raise_opinion(db, text=WORDS)
    await flag(db, 1, Target.VILLAGE_HEAD)
    async with db.write() as tx:
        await data.forget(tx, await caller(tx, HER))
    clock.pass_(days=7)
    assert await tick(db) == {"sealed_follow_up": 1, "sealed_readers": 1}
    assert await table(db, Sealed.state, Sealed.person_id) == [(SealedState.SEALED, None)]
