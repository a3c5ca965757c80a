"""What authors say of answers and of promises kept, what silence means, and that one moves nobody else's opinion."""

import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from storage import answers, commitments, data, issues, opinions, ratings
from storage.database import Database, Transaction
from storage.models import Answer, Commitment, Issue, Opinion, Outbox, Outcome, Rating
from storage.states import CommitmentState, DeliveryState, ForbiddenMove, IssueState, OpinionState
from tests.commune import Clock
from tests.storage.steps import answer, caller, join, log, office, opinion, queued, raise_opinion, send_all, table

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
    assert (await queued(db))[sent:] == [
        (1, "reopened", 1, {"opinion_id": 1}, "reopened:1:1:1", "queued"),
        (1, "card", 1, {"opinion_id": 1}, None, "queued"),
    ]
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


AUTHORS = ("1001", "1002", "1003", "1004")
SAY: dict[str, Callable[[Transaction, Opinion], Awaitable[object]]] = {
    "clear": ratings.find_clear,
    "unclear": ratings.find_unclear,
    "done": lambda tx, one: ratings.judge(tx, one, Rating.DONE),
    "partly": lambda tx, one: ratings.judge(tx, one, Rating.PARTLY),
    "not_done": lambda tx, one: ratings.judge(tx, one, Rating.NOT_DONE),
    "dispute": lambda tx, one: ratings.dispute(tx, one, "chưa xong", []),
}
DUTIES = (ratings.remind_to_rate, ratings.ask_when_overdue, ratings.settle_undisputed)


async def together(db: Database) -> None:
    """Four asked the same thing, in one issue."""
    await join(db)
    for native_id in AUTHORS:
        await raise_opinion(db, native_id)
    async with db.write() as tx:
        clerk = await office(tx)
        issue = await issues.accept(tx, await opinion(tx, 1), clerk)
        for number in (2, 3, 4):
            each = await opinion(tx, number)
            each.issue_id, each.state = issue.id, OpinionState.ACCEPTED


async def standing_of(tx: Transaction) -> dict[int, list[Any]]:
    """(state, rating, when, may publish, how many notices) of each opinion, by number."""
    rows = await tx.session.execute(
        select(
            Opinion.number, Opinion.state, Opinion.rating, Opinion.rated_at, Opinion.may_publish, func.count(Outbox.id)
        )
        .outerjoin(Outbox, (Outbox.opinion_id == Opinion.id) & (Outbox.account_id == Opinion.account_id))
        .group_by(Opinion.id)
    )
    return {number: rest for number, *rest in rows}


async def author_speaks(db: Database, chance: random.Random) -> None:
    """One author says anything; whatever becomes of it, the others' opinions stand as they stood and none is told."""
    number, say = chance.randint(1, 4), chance.choice(list(SAY))
    async with db.read() as tx:
        before = await standing_of(tx)
    with suppress(ForbiddenMove):
        async with db.write() as tx:
            await SAY[say](tx, await opinion(tx, number))
    async with db.read() as tx:
        after = await standing_of(tx)
    assert {key: value for key, value in after.items() if key != number} == {
        key: value for key, value in before.items() if key != number
    }, say


async def office_acts(db: Database, clock: Clock, chance: random.Random) -> None:
    """The office answers who waits, with a promise or without, keeps one, moves one; or days pass."""
    act = chance.choice(("answer", "promise", "keep", "move", "days"))
    async with db.write() as tx:
        clerk, account = await office(tx), (await caller(tx, "901")).account
        open_id = await tx.session.scalar(select(Commitment.id).where(Commitment.state == CommitmentState.OPEN))
        commitment = await commitments.visible(tx, clerk, open_id) if open_id else None
        waiting = [
            each for each in [await opinion(tx, number) for number in range(1, 5)] if each.state in answers.ANSWERABLE
        ]
        if act in ("answer", "promise") and waiting:
            written = await answers.draft(tx, waiting[0], clerk, "Xã trả lời")
            answer = await answers.by_id(tx, written.id)
            assert answer is not None
            if act == "promise":
                answer.outcome, answer.promised = Outcome.PROMISED, issues.today(tx) + timedelta(days=20)
            await answers.release(tx, answer, clerk)
            if act == "promise" and await commitments.open_of(tx, 1) is None:
                await commitments.open_for(tx, answer, None)
        elif act == "keep" and commitment is not None:
            await commitments.fulfil(tx, commitment, clerk, account, "Đã làm")
        elif act == "move" and commitment is not None:
            day = tx.commune.calendar.add(max(issues.today(tx), commitment.due), 3)
            await commitments.postpone(tx, commitment, clerk, day, "Mưa")
    clock.pass_(days=chance.choice((0, 1, 4, 8)), hours=1)
    for duty in DUTIES:
        async with db.write() as tx:
            await duty(tx)


async def test_walk_one_moves_nobody_else_and_silence_is_no_consent(db: Database, clock: Clock) -> None:
    chance = random.Random(1)
    await together(db)
    seen: set[tuple[OpinionState, Rating | None]] = set()
    for _ in range(20):
        await office_acts(db, clock, chance)
        for _ in range(2):
            await author_speaks(db, chance)
        async with db.read() as tx:
            issue = await tx.session.get_one(Issue, 1)
            found = await issues.opinions_of(tx, issue)
            commitment = await commitments.open_of(tx, 1)
            assert (await ratings.tally(tx, issue)).total() == 4
        for each in found:
            seen.add((each.state, each.rating))
            assert (each.rating is None) == (each.rated_at is None)
            assert each.state is not OpinionState.SETTLED or each.rating in (Rating.CLEAR, Rating.DONE)
            assert each.state is not OpinionState.ACCEPTED or each.rating is None
        if issue.state is IssueState.SETTLED:
            assert commitment is None
            assert all(each.state in (OpinionState.ANSWERED, OpinionState.SETTLED) for each in found)
        if any(each.state in ratings.STILL_OWED for each in found):
            assert issue.state in (IssueState.ASSIGNED, IssueState.OPEN)
    assert (OpinionState.ANSWERED, None) in seen  # some never said anything, and nothing was made of it
    async with db.read() as tx:
        told = await tx.session.execute(select(Outbox.kind, Outbox.key).where(Outbox.kind == "rate_reminder"))
        keys = [key for _, key in told]
    assert len(keys) == len(set(keys))


async def test_issue_does_not_wait_for_who_is_gone_or_withdrew(db: Database) -> None:
    await together(db)
    async with db.write() as tx:
        await opinions.withdraw(tx, await opinion(tx, 4))
    await answer(db)
    async with db.write() as tx:
        await data.forget(tx, await caller(tx, "1003"))
    for number in (1, 2):
        assert await table(db, Issue.id, Issue.state) == [(1, IssueState.ANSWERED)]
        async with db.write() as tx:
            await ratings.find_clear(tx, await opinion(tx, number))
    assert await table(db, Issue.id, Issue.state) == [(1, IssueState.SETTLED)]
    async with db.read() as tx:
        issue = await tx.session.get_one(Issue, 1)
        assert await ratings.tally(tx, issue) == {Rating.CLEAR: 2, None: 1}


async def test_clear_counts_once_no_promise_is_left(db: Database) -> None:
    await together(db)
    async with db.write() as tx:
        for number in (3, 4):
            await opinions.withdraw(tx, await opinion(tx, number))
    await answer(db)
    async with db.write() as tx:
        first = await tx.session.get_one(Answer, 1)
        await tx.session.refresh(first, ["official"])
        first.promised = issues.today(tx)
        commitment = await commitments.open_for(tx, first, None)
        await ratings.find_clear(tx, await opinion(tx, 1))
        commitment.state, commitment.closed_at = CommitmentState.SETTLED, tx.now
        await ratings.find_clear(tx, await opinion(tx, 2))
    assert (await table(db, Opinion.id, Opinion.state))[:2] == [(1, OpinionState.ANSWERED), (2, OpinionState.SETTLED)]
    assert await table(db, Issue.id, Issue.state) == [(1, IssueState.SETTLED)]


async def test_judge_without_a_promise_or_with_a_word_about_the_answer(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    async with db.write() as tx:
        assert await ratings.judge(tx, await opinion(tx), Rating.NOT_DONE) is None
        with pytest.raises(ValueError, match="says nothing of a promise"):
            await ratings.judge(tx, await opinion(tx), Rating.CLEAR)
    assert await table(db, Opinion.id, Opinion.rating) == [(1, None)]


async def test_reminders_wait_for_the_morning_and_end_after_a_month(db: Database, clock: Clock) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    clock.pass_(days=3, hours=13)  # 22:00
    async with db.write() as tx:
        assert await ratings.remind_to_rate(tx) == 0
    clock.pass_(days=31)
    async with db.write() as tx:
        assert await ratings.remind_to_rate(tx) == 0


async def test_reminder_waits_until_what_was_held_for_her_has_been_read(db: Database, clock: Clock) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    async with db.write() as tx:
        await tx.session.execute(update(Outbox).where(Outbox.kind == "answer").values(state=DeliveryState.HELD))
    clock.pass_(days=8)
    async with db.write() as tx:
        assert await ratings.remind_to_rate(tx) == 0
        came = {"state": DeliveryState.SENT, "done_at": tx.now}
        await tx.session.execute(update(Outbox).where(Outbox.kind == "answer").values(came))
    clock.pass_(days=2)
    async with db.write() as tx:
        assert await ratings.remind_to_rate(tx) == 0
    clock.pass_(days=1)
    async with db.write() as tx:
        assert await ratings.remind_to_rate(tx) == 1
