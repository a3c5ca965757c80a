"""Proposed by the office, agreed to by a leader: what residents see changes with his word and never before."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from storage import conferences, planning
from storage.conferences import Facts, Meeting
from storage.database import Database
from storage.models import ChangeKind, Conference, ConferenceChange, Role
from storage.planning import Incomplete, NoReason, NotALeader, NothingChanged, Past, TooSoon
from storage.states import ChangeState, ConferenceState, ForbiddenMove
from tests.commune import START, Clock
from tests.conference import BEGINS, PLACE, facts
from tests.storage.steps import CLERK, JOINING, LEADER, STAFF, join, log, office, queued, table

COLUMNS = (ConferenceChange.kind, ConferenceChange.state, ConferenceChange.official_id, ConferenceChange.decided_by_id)
LATER = BEGINS + timedelta(days=5)


@pytest.fixture
async def ready(db: Database) -> Database:
    """A clerk and a leader."""
    await join(db)
    await join(db, Role.LEADER, LEADER)
    return db


async def propose(db: Database, wanted: Facts | None = None, by: str = CLERK, **more: Any) -> int:
    async with db.write() as tx:
        found = await conferences.in_hand(tx)
        return (await planning.propose(tx, await office(tx, by), wanted or facts(), found, **more)).id


async def agree(db: Database, change_id: int, by: str = LEADER, override: str | None = None) -> None:
    async with db.write() as tx:
        change = await planning.change_by_id(tx, change_id)
        assert change is not None
        await planning.agree(tx, change, await office(tx, by), override)


async def state(db: Database) -> list[Any]:
    return await table(db, Conference.state, Conference.starts_at, Conference.revision)


async def test_proposal_is_shown_to_nobody_until_a_leader_agrees(ready: Database) -> None:
    assert await propose(ready) == 1
    async with ready.read() as tx:
        assert (await conferences.current(tx), await conferences.shown(tx)) == (None, None)
    assert await state(ready) == [(ConferenceState.PROPOSED, BEGINS, 1)]
    card = {"conference_id": 1, "change_id": 1}
    assert [row[:4] for row in await queued(ready)] == [(2, "conference_change", 1, card)]
    await agree(ready, 1)
    assert await state(ready) == [(ConferenceState.PLANNED, BEGINS, 1)]
    assert [row[:4] for row in await queued(ready)][1:] == [(1, "change_decided", 1, card)]
    assert await table(ready, *COLUMNS) == [(ChangeKind.SET, ChangeState.AGREED, 1, 2)]
    assert await log(ready, JOINING) == [
        ("conference.proposed", 1, "official", None, None, {"change_id": 1, "change": "set"}),
        (
            "conference.planned",
            1,
            "official",
            "proposed",
            "planned",
            {"change_id": 1, "starts_at": BEGINS.astimezone(UTC).isoformat(), "overridden": False},
        ),
    ]


async def test_leaders_own_word_is_enough(ready: Database) -> None:
    await propose(ready, by=LEADER)
    assert await state(ready) == [(ConferenceState.PLANNED, BEGINS, 1)]
    assert await queued(ready) == []


async def test_clerk_decides_alone_while_there_is_no_leader(db: Database) -> None:
    await join(db)
    await propose(db)
    assert await state(db) == [(ConferenceState.PLANNED, BEGINS, 1)]


@pytest.mark.parametrize("lacking", ["content", "ways"])
async def test_proposal_without_a_field_of_the_law_is_refused(ready: Database, lacking: str) -> None:
    with pytest.raises(Incomplete) as raised:
        await propose(ready, facts(BEGINS, PLACE, **{lacking: " "}))
    assert raised.value.missing == (lacking,)
    assert await state(ready) == []


async def test_proposal_in_the_past_is_refused(ready: Database) -> None:
    with pytest.raises(Past):
        await propose(ready, facts(START))


@pytest.mark.parametrize(
    ("day", "lawful"),
    [(date(2026, 11, 24), False), (date(2026, 11, 29), False), (date(2026, 11, 30), True), (date(2026, 12, 1), True)],
)
async def test_seven_whole_days_lie_between_announcing_and_the_day(ready: Database, day: date, lawful: bool) -> None:
    wanted = facts(datetime.combine(day, BEGINS.timetz()))
    if lawful:
        assert await propose(ready, wanted) == 1
        return
    with pytest.raises(TooSoon) as raised:
        await propose(ready, wanted)
    assert raised.value.earliest == date(2026, 11, 30)


async def test_seven_days_are_of_the_communes_calendar(ready: Database, clock: Clock) -> None:
    clock.instant = datetime(2026, 11, 23, 17, 0, tzinfo=START.tzinfo)  # midnight there: Tuesday has begun
    with pytest.raises(TooSoon) as raised:
        await propose(ready, facts(BEGINS - timedelta(days=10)))
    assert raised.value.earliest == date(2026, 12, 1)


async def test_seven_days_are_broken_by_a_leader_with_a_reason_and_by_nobody_else(ready: Database) -> None:
    soon = facts(BEGINS - timedelta(days=14))
    with pytest.raises(NotALeader):
        await propose(ready, soon, override="Mưa lũ")
    with pytest.raises(NoReason):
        await propose(ready, soon, by=LEADER, override=" ")
    await propose(ready, soon, by=LEADER, override="Mưa lũ")
    assert await table(ready, ConferenceChange.override, ConferenceChange.state) == [("Mưa lũ", ChangeState.AGREED)]
    assert (await log(ready, JOINING))[-1][5]["overridden"] is True


async def test_day_that_becomes_too_near_while_it_waits_is_agreed_to_only_with_a_reason(
    ready: Database, clock: Clock
) -> None:
    await propose(ready)
    clock.pass_(days=11)
    with pytest.raises(TooSoon) as raised:
        await agree(ready, 1)
    assert raised.value.earliest == date(2026, 12, 11)
    assert await state(ready) == [(ConferenceState.PROPOSED, BEGINS, 1)]
    await agree(ready, 1, override="Đã báo loa")
    assert await state(ready) == [(ConferenceState.PLANNED, BEGINS, 1)]


async def test_refusal_goes_back_with_its_reason_and_another_proposal_may_follow(ready: Database) -> None:
    await propose(ready)
    async with ready.write() as tx:
        change = await planning.change_by_id(tx, 1)
        assert change is not None
        with pytest.raises(NoReason):
            await planning.refuse(tx, change, await office(tx, LEADER), " ")
        with pytest.raises(NotALeader):
            await planning.refuse(tx, change, await office(tx), "Chưa")
        await planning.refuse(tx, change, await office(tx, LEADER), "Cần ngày khác")
    assert [row[:2] for row in await queued(ready)] == [(2, "conference_change"), (1, "change_decided")]
    with pytest.raises(ForbiddenMove):
        await agree(ready, 1)
    assert await propose(ready, facts(LATER)) == 2
    await agree(ready, 2)
    assert await state(ready) == [(ConferenceState.PLANNED, LATER, 1)]


async def test_newer_proposal_takes_the_place_of_the_one_that_waits(ready: Database) -> None:
    await propose(ready)
    await propose(ready, facts(LATER))
    assert [row[:2] for row in await table(ready, *COLUMNS)] == [
        (ChangeKind.SET, ChangeState.WITHDRAWN),
        (ChangeKind.SET, ChangeState.SUBMITTED),
    ]
    with pytest.raises(ForbiddenMove):
        await agree(ready, 1)


async def test_withdrawn_proposal_leaves_what_stands(ready: Database) -> None:
    await propose(ready, by=LEADER)
    await propose(ready, facts(LATER), reason="Trùng kỳ họp")
    async with ready.write() as tx:
        change = await planning.change_by_id(tx, 2)
        assert change is not None
        await planning.withdraw(tx, change, await office(tx))
        assert await planning.waiting_for_a_leader(tx) == []
    assert await state(ready) == [(ConferenceState.PLANNED, BEGINS, 1)]


async def test_move_needs_a_reason_and_other_words_need_none(ready: Database) -> None:
    await propose(ready, by=LEADER)
    with pytest.raises(NoReason):
        await propose(ready, facts(LATER))
    with pytest.raises(NothingChanged):
        await propose(ready)
    await propose(ready, facts(content="Đường sá"), by=LEADER)
    assert await state(ready) == [(ConferenceState.PLANNED, BEGINS, 1)]
    await propose(ready, facts(LATER, content="Đường sá"), by=LEADER, reason="Trùng kỳ họp")
    assert await state(ready) == [(ConferenceState.PLANNED, LATER, 2)]
    assert await table(ready, Conference.reason) == [("Trùng kỳ họp",)]


async def test_another_place_on_the_same_day_breaks_no_seven_days(ready: Database, clock: Clock) -> None:
    await propose(ready, by=LEADER)
    clock.instant = BEGINS - timedelta(hours=3)
    await propose(ready, facts(place="Sân trường"), by=LEADER, reason="Hội trường mất điện")
    assert await table(ready, Conference.place, Conference.revision) == [("Sân trường", 2)]


async def test_cancelling_needs_a_reason_and_a_leader(ready: Database) -> None:
    await propose(ready, by=LEADER)
    async with ready.write() as tx:
        conference = await conferences.in_hand(tx)
        assert conference is not None
        with pytest.raises(NoReason):
            await planning.propose_cancelling(tx, await office(tx), conference, "")
        await planning.propose_cancelling(tx, await office(tx), conference, "Bão")
    assert await state(ready) == [(ConferenceState.PLANNED, BEGINS, 1)]
    await agree(ready, 2)
    assert await table(ready, Conference.state, Conference.reason) == [(ConferenceState.CANCELLED, "Bão")]
    async with ready.write() as tx:
        cancelled = await conferences.by_id(tx, 1)
        assert cancelled is not None
        with pytest.raises(ForbiddenMove):
            await planning.propose_cancelling(tx, await office(tx), cancelled, "Bão")
        with pytest.raises(ForbiddenMove):
            await planning.propose(tx, await office(tx), facts(LATER), cancelled, reason="x")


async def test_clusters_meet_apart_and_the_first_counts(ready: Database) -> None:
    meetings = (Meeting(BEGINS, "Nhà 1", ("mau-1",)), Meeting(LATER, "Nhà 2", ("mau-2",)))
    await propose(ready, facts(meetings=meetings), by=LEADER)
    assert await table(ready, Conference.starts_at, Conference.place) == [(BEGINS, "Nhà 1")]


async def test_two_leaders_at_once_agree_once(ready: Database, second: Database) -> None:
    await join(ready, Role.LEADER, STAFF)
    await propose(ready)

    async def try_to(db: Database, by: str) -> bool:
        try:
            await agree(db, 1, by)
        except ForbiddenMove:
            return False
        return True

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(try_to(db, by)) for db, by in ((ready, LEADER), (second, STAFF))]
    assert sorted(task.result() for task in tasks) == [False, True]
    assert [row[0] for row in await log(ready, JOINING)] == ["conference.proposed", "conference.planned"]
