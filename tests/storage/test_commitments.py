"""Commitments: opened by an answer, moved, closed with evidence, followed by the clock."""

from datetime import date

import pytest
from sqlalchemy import select

from storage import commitments
from storage.database import Database
from storage.models import Answer, Commitment
from storage.states import CommitmentState
from tests.storage.steps import draft_answer, join, log, raise_opinion, release, table

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


async def test_open_for_an_answer_that_promises_nothing(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    with pytest.raises(ValueError, match="promises nothing"):
        await promise(db, day=None)
    assert await table(db, Commitment.id) == []
