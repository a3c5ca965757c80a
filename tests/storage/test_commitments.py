"""Commitments: opened by an answer, moved, closed with evidence, followed by the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from storage import commitments, dues, files
from storage.database import Database
from storage.files import IncomingFile
from storage.models import Answer, Commitment, Role
from storage.states import CommitmentState, ForbiddenMove, OpinionState
from tests.commune import START, Clock
from tests.storage.steps import (
    LEADER,
    STAFF,
    caller,
    draft_answer,
    join,
    log,
    office,
    opinion,
    queued,
    raise_opinion,
    release,
    table,
)

DAY = date(2027, 1, 14)


async def promise(db: Database, number: int = 1, day: date | None = DAY, note: str | None = None) -> None:
    """The clerk answers this opinion with a promise, which is released."""
    async with db.write() as tx:
        answer_id = await draft_answer(tx, number)
        await release(tx, answer_id)
    async with db.write() as tx:
        answer = await tx.session.get_one(Answer, answer_id)
        answer.promised, answer.change_note = day, note
        await tx.session.refresh(answer, ["official"])
        await commitments.open_for(tx, answer, None)


async def test_open_for_twice_moves_the_open_one(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await promise(db)
    async with db.write() as tx:
        answer = await tx.session.scalar(select(Answer))
        assert answer is not None
        await tx.session.refresh(answer, ["official"])
        answer.promised, answer.change_note = date(2027, 1, 20), "Mưa, đá chưa về."
        await commitments.open_for(tx, answer, 1)
    columns = (Commitment.issue_id, Commitment.unit_id, Commitment.leader_id, Commitment.due, Commitment.due_reason)
    assert await table(db, *columns, Commitment.state) == [
        (1, "van-phong", 1, date(2027, 1, 20), "Mưa, đá chưa về.", CommitmentState.OPEN)
    ]
    about = {"answer_id": 1, "issue_id": 1, "unit_id": "van-phong"}
    assert [row for row in await log(db) if row[0].startswith("commitment")] == [
        ("commitment.opened", 1, "official", None, None, {**about, "due": "2027-01-14"}),
        ("commitment.moved", 1, "official", None, None, {**about, "due": "2027-01-20"}),
    ]


async def test_move_by_a_new_answer_is_told_to_those_who_do_not_read_it(db: Database) -> None:
    await join(db)
    for native_id in ("1001", "1002"):
        await raise_opinion(db, native_id)
    await promise(db, 1)
    async with db.write() as tx:
        second = await opinion(tx, 2)
        second.issue_id, second.state = 1, OpinionState.ANSWERED
        answer = await tx.session.get_one(Answer, 1)
        await tx.session.refresh(answer, ["official"])
        answer.promised = date(2027, 1, 20)
        await commitments.open_for(tx, answer, None, [await opinion(tx, 1)])
    told = [row[3] for row in await queued(db) if row[1] == "commitment_moved"]
    assert told == [{"commitment_id": 1, "before": "2027-01-14", "due": "2027-01-20", "opinion_id": 2}]


async def test_take_back_closes_what_the_corrected_answer_promised(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await promise(db)
    async with db.write() as tx:
        answer = await tx.session.get_one(Answer, 1)
        await tx.session.refresh(answer, ["official"])
        correction = Answer(id=2, issue_id=1, replaces_id=9, official=answer.official, change_note="Chưa có vốn.")
        await commitments.take_back(tx, correction)
        assert await commitments.count_open(tx) == 1
        correction.replaces_id = 1
        await commitments.take_back(tx, correction)
        assert await commitments.in_force(tx, 1) is None
    columns = (Commitment.id, Commitment.state, Commitment.closed_by_id, Commitment.due_reason)
    assert await table(db, *columns) == [(1, CommitmentState.SETTLED, None, "Chưa có vốn.")]
    assert [row[1] for row in await queued(db)] == ["card", "answer"]


async def test_open_for_an_answer_that_promises_nothing(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    with pytest.raises(ValueError, match="promises nothing"):
        await promise(db, day=None)
    assert await table(db, Commitment.id) == []


async def test_listing_reminding_moving_and_closing(db: Database, clock: Clock) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.STAFF, STAFF, "van-phong")
    for number in range(1, 4):
        await raise_opinion(db, f"100{number}")
        await promise(db, number, DAY + timedelta(days=number - 2))
    clock.instant = datetime(2027, 1, 14, 1, tzinfo=UTC)  # 08:00 in the commune
    async with db.write() as tx:
        staff = await office(tx, STAFF)
        listed = await commitments.listing(tx, staff, 0, 2)
        assert (listed.open, listed.soon, listed.late) == (3, 2, 1)
        assert [(each.commitment.id, each.is_late, each.is_soon) for each in listed.page] == [
            (1, True, False),
            (2, False, True),
        ]
        assert await commitments.remind(tx) == 3
        assert await commitments.remind(tx) == 0
    keys = [(row[0], row[4]) for row in await queued(db) if row[1] == "commitment_due"]
    assert keys == [
        (3, "commitment:1:2027-01-13:after:3"),
        (3, "commitment:2:2027-01-14:on:3"),
        (3, "commitment:3:2027-01-15:before:3"),
    ]
    async with db.write() as tx:
        staff, account = await office(tx, STAFF), (await caller(tx, STAFF)).account
        second, third = [await commitments.visible(tx, staff, number) for number in (2, 3)]
        assert second is not None
        assert third is not None
        for day, refused in ((DAY, dues.PastDue), (date(2027, 1, 17), dues.IdleDue), (date(2040, 1, 16), dues.FarDue)):
            with pytest.raises(refused):
                await commitments.postpone(tx, second, staff, day, "Mưa")
        for reason in (" ", "x" * 301):
            with pytest.raises(ValueError, match="with a reason"):
                await commitments.postpone(tx, second, staff, date(2027, 1, 20), reason)
        await commitments.postpone(tx, second, staff, date(2027, 1, 20), " Mưa ")
        with pytest.raises(ValueError, match="with evidence"):
            await commitments.fulfil(tx, third, staff, account, " ")
        files.attach(tx, account, third, IncomingFile("photo", "f", "image/jpeg"))
        await tx.session.flush()
        assert await commitments.fulfil(tx, third, staff, account, "") == 1
        for act in (
            commitments.postpone(tx, third, staff, date(2027, 1, 20), "Mưa"),
            commitments.fulfil(tx, third, staff, account, "Xong"),
            commitments.nudge(tx, third, staff),
        ):
            with pytest.raises(ForbiddenMove):
                await act
        with pytest.raises(ValueError, match="stays"):
            await commitments.drop_files(tx, third, third.attachments)
        assert await commitments.count_open(tx) == 2
    columns = (Commitment.id, Commitment.due, Commitment.due_reason, Commitment.state, Commitment.closed_by_id)
    assert await table(db, *columns) == [
        (1, date(2027, 1, 13), None, CommitmentState.OPEN, None),
        (2, date(2027, 1, 20), "Mưa", CommitmentState.OPEN, None),
        (3, date(2027, 1, 15), None, CommitmentState.SETTLED, 3),
    ]
    told = [(row[1], row[3].get("opinion_id")) for row in await queued(db) if row[0] > 3][3:]
    assert told == [("commitment_moved", 2), ("file", 3), ("fulfilled", 3)]


def test_current_is_the_last_unless_it_was_answered_anew_since() -> None:
    early, late = START, START + timedelta(days=9)
    kept, followed = Commitment(closed_at=early, closed_by_id=1), Commitment(closed_at=None)
    again, corrected = Answer(released_at=late), Answer(released_at=late, replaces_id=1)
    assert commitments.current([], []) is None
    assert commitments.current([kept, followed], [again]) is followed
    assert commitments.current([kept], [Answer(released_at=early)]) is kept
    assert commitments.current([kept], [corrected]) is kept
    assert commitments.current([kept], [again]) is None
    assert commitments.current([Commitment(closed_at=early)], []) is None
