"""What authors say of answers and of promises kept, what silence means, and that one moves nobody else's opinion."""

import pytest

from storage import opinions, ratings
from storage.database import Database
from storage.models import Issue, Opinion
from storage.states import ForbiddenMove, IssueState, OpinionState
from tests.storage.steps import answer, join, log, opinion, queued, raise_opinion, send_all, table

STATES = (Opinion.id, Opinion.state)


async def test_find_clear_settles_the_opinion_and_its_issue_once(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    before = len(await log(db))
    async with db.write() as tx:
        await ratings.find_clear(tx, await opinion(tx))
    assert await table(db, *STATES) == [(1, OpinionState.SETTLED)]
    assert await table(db, Issue.id, Issue.state, Issue.unit_id) == [(1, IssueState.SETTLED, "van-phong")]
    assert (await log(db))[before:] == [
        ("opinion.settled", 1, "resident", "answered", "settled", {"outcome": "clear"}),
        ("issue.settled", 1, "resident", "answered", "settled", {}),
    ]
    for say in (ratings.find_clear, ratings.find_unclear):
        with pytest.raises(ForbiddenMove):
            async with db.write() as tx:
                await say(tx, await opinion(tx))
    assert len(await log(db)) == before + 2


async def test_find_unclear_reopens_and_tells_the_clerk(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    await send_all(db)
    before, sent = len(await log(db)), len(await queued(db))
    async with db.write() as tx:
        await ratings.find_unclear(tx, await opinion(tx))
    assert (await table(db, *STATES), await table(db, Issue.id, Issue.state)) == (
        [(1, OpinionState.REOPENED)],
        [(1, IssueState.ASSIGNED)],
    )
    assert (await log(db))[before:] == [
        ("opinion.reopened", 1, "resident", "answered", "reopened", {"outcome": "unclear"}),
        ("issue.reopened", 1, "resident", "answered", "assigned", {"unit_id": "van-phong", "due": "2026-12-01"}),
    ]
    assert (await queued(db))[sent:] == [(1, "reopened", 1, {"opinion_id": 1}, "reopened:1:1:1", "queued")]
    assert await answer(db, text="Xã sửa trong tuần") == 1
    async with db.write() as tx:
        found = await opinions.released_answer(tx, await opinion(tx))
        assert found is not None
        assert found.text == "Xã sửa trong tuần"
        await ratings.find_unclear(tx, await opinion(tx))
    assert (await queued(db))[-1][4] == "reopened:2:1:1"


async def test_find_clear_when_nothing_was_answered_changes_nothing(db: Database) -> None:
    await raise_opinion(db)
    for say in (ratings.find_clear, ratings.find_unclear):
        with pytest.raises(ForbiddenMove):
            async with db.write() as tx:
                await say(tx, await opinion(tx))
    assert await table(db, *STATES) == [(1, OpinionState.RECEIVED)]


async def test_find_clear_when_two_asked_settles_the_issue_with_the_last(db: Database) -> None:
    await join(db)
    await raise_opinion(db, "1001")
    await raise_opinion(db, "1002")
    async with db.write() as tx:  # what the merge of a later issue leaves behind
        issue = Issue(state=IssueState.ASSIGNED, unit_id=None, created_at=tx.now)
        tx.session.add(issue)
        await tx.session.flush()
        for number in (1, 2):
            each = await opinion(tx, number)
            each.issue_id, each.state = issue.id, OpinionState.ACCEPTED
    assert await answer(db, 1) == 2
    async with db.write() as tx:
        await ratings.find_clear(tx, await opinion(tx, 1))
    assert await table(db, Issue.id, Issue.state) == [(1, IssueState.ANSWERED)]
    async with db.write() as tx:
        await ratings.find_clear(tx, await opinion(tx, 2))
    assert await table(db, Issue.id, Issue.state) == [(1, IssueState.SETTLED)]
