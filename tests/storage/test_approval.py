"""Between a draft and its release: submitted, approved, sent back, taken back, sent; and what may not happen."""

import random
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import answers, approval, data, delegations, issues, people, ratings, submitted
from storage.approval import Changed, NotAllowed
from storage.database import Database, Transaction
from storage.events import Actor
from storage.files import IncomingFile
from storage.models import Answer, Attachment, Commitment, Issue, Opinion, Outbox, Outcome, Role
from storage.states import MOVES, AnswerState, ForbiddenMove, IssueState, OpinionState
from tests.commune import START, Clock
from tests.storage.steps import (
    CLERK,
    LEADER,
    STAFF,
    caller,
    join,
    log,
    office,
    opinion,
    queued,
    raise_opinion,
    send_all,
    table,
)

OTHER_LEADER, OTHER_STAFF = "904", "905"
DAY = date(2027, 1, 14)
STATES = (Answer.id, Answer.state, Answer.revision)


async def a_unit_and_its_leader(db: Database, people_asking: int = 1) -> None:
    """A clerk, a leader, a section that has one issue of so many people."""
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.STAFF, STAFF, "van-phong")
    for number in range(people_asking):
        await raise_opinion(db, str(1001 + number))
    async with db.write() as tx:
        issue = await issues.accept(tx, await opinion(tx), await office(tx))
        for number in range(2, people_asking + 1):
            each = await opinion(tx, number)
            each.issue_id, each.state = issue.id, OpinionState.ACCEPTED
    await send_all(db)


async def submit(
    db: Database, by: str = STAFF, outcome: Outcome = Outcome.EXPLAINED, day: date | None = None, number: int = 1
) -> int:
    async with db.write() as tx:
        official = await office(tx, by)
        answer = await answers.draft(tx, await opinion(tx, number), official, "Đã xem, sẽ sửa.")
        await approval.submit(tx, answer, official, outcome, day)
        return answer.id


async def act(db: Database, answer_id: int, by: str, what: Callable[..., Coroutine[Any, Any, Any]], *more: Any) -> Any:
    """One operation on an answer by this official."""
    async with db.write() as tx:
        answer = await answers.by_id(tx, answer_id)
        assert answer is not None
        return await what(tx, answer, await office(tx, by), *more)


async def due(db: Database) -> int:
    async with db.write() as tx:
        return await approval.release_due(tx)


async def issue_states(db: Database) -> list[IssueState]:
    return [state for _, state in await table(db, Issue.id, Issue.state)]


async def test_submitted_answer_reaches_the_leaders_and_nobody_else(db: Database) -> None:
    await a_unit_and_its_leader(db)
    await join(db, Role.LEADER, OTHER_LEADER)
    before = len(await queued(db))
    await submit(db)
    assert await table(db, *STATES) == [(1, AnswerState.SUBMITTED, 1)]
    assert await issue_states(db) == [IssueState.DRAFTED]
    payload = {"opinion_id": 1, "answer_id": 1, "revision": 1}
    leaders = [row for row in (await queued(db))[before:] if row[1] == "approval"]
    assert [(row[3], row[4]) for row in leaders] == [(payload, "approval:1:1:2"), (payload, "approval:1:1:5")]
    async with db.read() as tx:
        assert await submitted.waiting(tx, await office(tx, LEADER)) == [1]
        assert await submitted.waiting(tx, await office(tx, CLERK)) == []


async def test_approved_answer_waits_to_be_taken_back_then_goes(db: Database, clock: Clock) -> None:
    await a_unit_and_its_leader(db, 3)
    await submit(db, outcome=Outcome.PROMISED, day=DAY)
    await act(db, 1, LEADER, approval.approve, 1)
    assert await table(db, Answer.id, Answer.state, Answer.approver_id, Answer.release_at) == [
        (1, AnswerState.APPROVED, 2, START + timedelta(minutes=10))
    ]
    assert await issue_states(db) == [IssueState.APPROVED]
    clock.pass_(minutes=9, seconds=59)
    assert await due(db) == 0
    clock.pass_(seconds=1)
    assert (await due(db), await due(db)) == (1, 0)
    assert await table(db, *STATES) == [(1, AnswerState.RELEASED, 1)]
    assert await issue_states(db) == [IssueState.ANSWERED]
    keys = [row[4] for row in await queued(db) if row[1] == "answer"]
    assert keys == ["answer:1:1", "answer:1:2", "answer:1:3"]
    assert await table(db, Commitment.id, Commitment.due, Commitment.leader_id) == [(1, DAY, 2)]
    assert [row[0] for row in await log(db) if row[0].startswith(("answer.", "issue."))] == [
        *("issue.assigned", "answer.drafted", "issue.drafted", "answer.submitted"),
        *("issue.approved", "answer.approved", "issue.answered"),
    ]


async def test_release_at_night_is_heard_in_the_morning(db: Database, clock: Clock) -> None:
    await a_unit_and_its_leader(db)
    await submit(db)
    clock.pass_(hours=12)  # 21:00
    await act(db, 1, LEADER, approval.approve, 1)
    clock.pass_(minutes=10)
    assert await due(db) == 1
    async with db.read() as tx:
        (notice,) = await tx.session.scalars(select(Outbox).where(Outbox.kind == "answer"))
        assert notice.not_before == START + timedelta(hours=21)  # 06:00 on the next day


async def test_word_taken_back_in_time_sends_nothing(db: Database, clock: Clock) -> None:
    await a_unit_and_its_leader(db)
    await submit(db)
    await act(db, 1, LEADER, approval.approve, 1)
    assert await act(db, 1, LEADER, approval.recall) is AnswerState.SUBMITTED
    clock.pass_(minutes=11)
    assert await due(db) == 0
    assert await table(db, Answer.id, Answer.state, Answer.approver_id, Answer.release_at) == [
        (1, AnswerState.SUBMITTED, None, None)
    ]
    assert await issue_states(db) == [IssueState.DRAFTED]
    await act(db, 1, LEADER, approval.approve, 1)
    clock.pass_(minutes=10)
    assert await due(db) == 1
    with pytest.raises(ForbiddenMove):
        await act(db, 1, LEADER, approval.recall)


async def test_changed_answer_is_not_approved_by_who_read_the_old_one(db: Database) -> None:
    await a_unit_and_its_leader(db)
    await submit(db)
    assert await act(db, 1, STAFF, approval.recall) is AnswerState.DRAFT
    assert await issue_states(db) == [IssueState.ASSIGNED]
    async with db.write() as tx:
        answer = await answers.by_id(tx, 1)
        assert answer is not None
        answers.rewrite(tx, answer, "Chưa có vốn.")
        await approval.submit(tx, answer, await office(tx, STAFF), Outcome.NO_RESOURCES)
    with pytest.raises(Changed):
        await act(db, 1, LEADER, approval.approve, 1)
    assert await table(db, *STATES) == [(1, AnswerState.SUBMITTED, 3)]
    assert [row[4] for row in await queued(db) if row[1] == "approval"] == ["approval:1:1:2", "approval:1:3:2"]
    await act(db, 1, LEADER, approval.approve, 3)


async def test_sent_back_with_a_voice_note_its_writer_hears(db: Database) -> None:
    await a_unit_and_its_leader(db)
    await submit(db)
    async with db.write() as tx:
        answer, leader = await answers.by_id(tx, 1), await caller(tx, LEADER)
        assert answer is not None
        assert leader.official is not None
        with pytest.raises(ValueError, match="has a reason"):
            await approval.send_back(tx, answer, leader.official, " ")
        note = IncomingFile("voice", "f", "audio/ogg", seconds=5)
        await approval.send_back(tx, answer, leader.official, "", leader.account, note)
    assert await table(db, *STATES, Answer.returned_at, Answer.returned_reason) == [
        (1, AnswerState.DRAFT, 2, START, None)
    ]
    assert await issue_states(db) == [IssueState.ASSIGNED]
    assert await table(db, Attachment.id, Attachment.return_of_id, Attachment.answer_id) == [(1, 1, None)]
    told = [(row[0], row[1], row[3]) for row in await queued(db) if row[1] in ("file", "sent_back")]
    assert told == [
        (3, "file", {"opinion_id": 1, "attachment_id": 1}),
        (3, "sent_back", {"opinion_id": 1, "answer_id": 1}),
    ]
    async with db.write() as tx:
        back = await answers.sent_back(tx, await office(tx, STAFF), await opinion(tx))
        assert back is not None
        await answers.discard(tx, back)
    assert (await table(db, Answer.id), await table(db, Attachment.id)) == ([], [])


async def test_sent_back_to_who_left_goes_to_his_unit(db: Database) -> None:
    await a_unit_and_its_leader(db)
    await join(db, Role.STAFF, OTHER_STAFF, "van-phong")
    await submit(db)
    async with db.write() as tx:
        (writer, _) = await people.officials(tx, Role.STAFF)
        writer.revoked_at = tx.now
    await act(db, 1, LEADER, approval.send_back, "Chưa có ngày.")
    assert [row[0] for row in await queued(db) if row[1] == "sent_back"] == [5]
    async with db.write() as tx:
        colleague, clerk = await office(tx, OTHER_STAFF), await office(tx)
        mine = await answers.own(tx, colleague, 1)
        assert mine is not None
        assert await answers.own(tx, clerk, 1) is mine
        await approval.submit(tx, mine, colleague, Outcome.DONE)
    assert await table(db, Answer.id, Answer.official_id) == [(1, 4)]


async def test_leaders_own_answer_is_approved_by_his_word(db: Database) -> None:
    await a_unit_and_its_leader(db)
    await submit(db, LEADER)
    assert await table(db, Answer.id, Answer.state, Answer.approver_id) == [(1, AnswerState.APPROVED, 2)]
    assert await act(db, 1, LEADER, approval.recall) is AnswerState.DRAFT


async def test_deputy_approves_in_his_field_and_never_what_he_wrote(db: Database, clock: Clock) -> None:
    await a_unit_and_its_leader(db)
    async with db.write() as tx:
        await delegations.give(tx, await office(tx, LEADER), await office(tx, STAFF), None, date(2026, 11, 24))
    await submit(db)
    with pytest.raises(NotAllowed):
        await act(db, 1, STAFF, approval.approve, 1)
    with pytest.raises(NotAllowed):
        await act(db, 1, CLERK, approval.approve, 1)
    await act(db, 1, STAFF, approval.recall)
    await act(db, 1, STAFF, lambda tx, answer, _official: answers.discard(tx, answer))
    await submit(db, CLERK)
    assert [row[0] for row in await queued(db) if row[1] == "approval"][-2:] == [2, 3]
    await act(db, 2, STAFF, approval.approve, 1)
    await act(db, 2, STAFF, approval.recall)
    clock.pass_(days=2)
    with pytest.raises(NotAllowed):
        await act(db, 2, STAFF, approval.approve, 1)


async def test_kept_for_the_hall_waits_until_it_is_released(db: Database, clock: Clock) -> None:
    await a_unit_and_its_leader(db, 2)
    await submit(db)
    async with db.write() as tx:
        answer = await answers.by_id(tx, 1)
        assert answer is not None
        await approval.approve(tx, answer, await office(tx, LEADER), 1, in_hall=True)
    clock.pass_(days=30)
    assert await due(db) == 0
    async with db.write() as tx:
        (ready,) = await submitted.approved(tx)
        assert (ready.people, ready.in_hall) == (2, True)
        assert await approval.release_now(tx, [1, 1], await office(tx)) == (1, 2)
    assert await table(db, Issue.id, Issue.state, Issue.in_hall) == [(1, IssueState.ANSWERED, False)]


async def test_second_answer_to_the_same_matter_is_refused(db: Database) -> None:
    await a_unit_and_its_leader(db)
    await submit(db)
    with pytest.raises(ForbiddenMove, match="IssueState: drafted -> drafted"):
        await submit(db, CLERK)
    async with db.write() as tx:
        draft = await answers.draft(tx, await opinion(tx), await office(tx), "Khác")
    with pytest.raises(ForbiddenMove, match="draft -> released"):
        await act(db, draft.id, CLERK, answers.release)
    with pytest.raises(ForbiddenMove, match="submitted -> released"):
        await act(db, 1, CLERK, answers.release)


async def test_approved_answer_that_nobody_waits_for_is_laid_aside(db: Database, clock: Clock) -> None:
    await a_unit_and_its_leader(db)
    await submit(db)
    await act(db, 1, LEADER, approval.approve, 1)
    async with db.write() as tx:
        withdrawn = await opinion(tx)
        withdrawn.state = OpinionState.WITHDRAWN
        await issues.close_if_empty(tx, await tx.session.get_one(Issue, 1), Actor.RESIDENT)
    clock.pass_(minutes=10)
    assert (await due(db), await due(db)) == (0, 0)
    assert await table(db, *STATES) == [(1, AnswerState.DRAFT, 2)]
    assert [row for row in await queued(db) if row[1] == "answer"] == []


@pytest.mark.parametrize(
    ("outcome", "day"),
    [(Outcome.PROMISED, None), (Outcome.PROMISED, START.date()), (Outcome.DONE, DAY)],
)
async def test_day_that_does_not_fit_is_refused(db: Database, outcome: Outcome, day: date | None) -> None:
    await a_unit_and_its_leader(db)
    with pytest.raises(ValueError, match="has a day to come"):
        await submit(db, outcome=outcome, day=day)
    assert await issue_states(db) == [IssueState.ASSIGNED]


async def correct(db: Database, text: str, *, approve: bool = True) -> int:
    """The unit corrects the answer that stands, and the leader approves."""
    async with db.write() as tx:
        current = await answers.current_of(tx, 1)
        assert current is not None
        earlier = await answers.by_id(tx, current.id)
        official = await office(tx, STAFF)
        assert earlier is not None
        answer = await answers.draft(tx, earlier.opinion, official, text, replaces=earlier)
        with pytest.raises(ValueError, match="needs words"):
            await approval.submit(tx, answer, official, Outcome.EXPLAINED)
        answers.note_change(answer, "đổi ngày")
        await approval.submit(tx, answer, official, Outcome.EXPLAINED)
        if approve:
            await approval.approve(tx, answer, await office(tx, LEADER), answer.revision)
        return answer.id


async def test_correction_keeps_both_versions_and_tells_those_who_were_told(db: Database, clock: Clock) -> None:
    await a_unit_and_its_leader(db, 3)
    async with db.write() as tx:
        await data.forget(tx, await caller(tx, "1003"))
    await submit(db)
    await act(db, 1, LEADER, approval.approve, 1)
    clock.pass_(minutes=10)
    await due(db)
    async with db.write() as tx:
        await ratings.find_clear(tx, await opinion(tx, 1))
    await correct(db, "Xong trước Tết.")
    with pytest.raises(ForbiddenMove):
        await correct(db, "Khác.")
    clock.pass_(minutes=10)
    assert await due(db) == 1
    assert await table(db, Answer.id, Answer.text, Answer.state, Answer.replaces_id) == [
        (1, "Đã xem, sẽ sửa.", AnswerState.RELEASED, None),
        (2, "Xong trước Tết.", AnswerState.RELEASED, 1),
    ]
    assert [(row[1], row[4]) for row in await queued(db) if row[1] in ("answer", "corrected")] == [
        *(("answer", "answer:1:1"), ("answer", "answer:1:2")),
        *(("corrected", "answer:2:1"), ("corrected", "answer:2:2")),
    ]
    assert await table(db, Opinion.id, Opinion.state) == [
        (1, OpinionState.SETTLED),
        (2, OpinionState.ANSWERED),
        (3, OpinionState.ANSWERED),
    ]
    await correct(db, "Xong trước Tết Dương.")
    clock.pass_(minutes=10)
    assert await due(db) == 1


async def test_empty_drafts_expire_and_written_ones_stay(db: Database, clock: Clock) -> None:
    await a_unit_and_its_leader(db)
    async with db.write() as tx:
        for text in ("", "Đã xem."):
            await answers.draft(tx, await opinion(tx), await office(tx), text)
    clock.pass_(days=7, seconds=-1)
    async with db.write() as tx:
        assert await answers.expire_empty(tx) == 0
    clock.pass_(seconds=1)
    async with db.write() as tx:
        assert (await answers.expire_empty(tx), await answers.expire_empty(tx)) == (1, 0)
    assert await table(db, Answer.id, Answer.text) == [(2, "Đã xem.")]


LIKELY: dict[AnswerState | None, tuple[str, ...]] = {
    None: ("write",),
    AnswerState.DRAFT: ("submit", "submit", "submit", "drop"),
    AnswerState.SUBMITTED: ("approve", "approve", "recall", "back", "hall"),
    AnswerState.APPROVED: ("tick", "tick", "recall", "release"),
    AnswerState.RELEASED: ("unclear", "correct", "write"),
}
"""What mostly follows, by the state of the newest answer; now and then something else is tried."""
ANYTHING = sorted({what for row in LIKELY.values() for what in row})


async def test_whatever_happens_each_author_hears_each_answer_once(db: Database, clock: Clock) -> None:
    chance = random.Random(23)
    await a_unit_and_its_leader(db, 4)
    for _ in range(80):
        clock.pass_(minutes=chance.choice([1, 6, 11]))
        before = dict(await table(db, Issue.id, Issue.state))[1]
        async with db.write() as tx:
            try:
                await step(tx, chance)
            except (ForbiddenMove, NotAllowed, Changed):
                await tx.session.rollback()
        after = dict(await table(db, Issue.id, Issue.state))[1]
        assert after is before or reaches(before, after), (before, after)
    told = Counter(row[4] for row in await queued(db) if row[1] in ("answer", "corrected"))
    assert set(told.values()) == {1}
    answered = [row for row in await log(db) if row[0] == "opinion.answered"]
    wanted = {(row[5]["answer_id"], row[1]) for row in answered}
    versions = await table(db, Answer.id, Answer.replaces_id, Answer.state)
    corrections = [(new, old) for new, old, state in versions if old and state is AnswerState.RELEASED]
    for new, old in corrections:
        wanted |= {(new, number) for answer_id, number in wanted if answer_id == old}
    assert len(corrections) > 1
    assert len(answered) > 4
    assert set(told) == {f"answer:{answer_id}:{number}" for answer_id, number in wanted}
    assert {row[1] for row in await table(db, Opinion.id, Opinion.state)} <= {
        *(OpinionState.ACCEPTED, OpinionState.ANSWERED, OpinionState.REOPENED)
    }


def reaches(start: IssueState, end: IssueState, steps: int = 3) -> bool:
    """Whether the table of moves leads from one state to another in so few steps."""
    return steps > 0 and any(each is end or reaches(each, end, steps - 1) for each in MOVES[IssueState][start])  # type: ignore[arg-type]


async def step(tx: Transaction, chance: random.Random) -> None:
    """One thing that somebody does, whether it is allowed now or not."""
    ids = list(await tx.session.scalars(select(Answer.id).order_by(Answer.id)))
    answer = await answers.by_id(tx, ids[-1]) if ids else None
    what = chance.choice(LIKELY[answer.state if answer else None] if chance.random() < 0.8 else ANYTHING)
    leads = what in ("approve", "hall", "back", "recall") and chance.random() < 0.8
    by = await office(tx, LEADER if leads else chance.choice([STAFF, CLERK]))
    number = chance.randint(1, 4)
    if what == "write" or answer is None:
        found = [each for each in [await opinion(tx, n) for n in range(1, 5)] if each.state in issues.ACTIVE]
        if found:
            await answers.draft(tx, chance.choice(found), by, "Đã xem.")
    elif what == "drop":
        if answer.state is AnswerState.DRAFT:
            await answers.discard(tx, answer)
    elif what == "submit":
        await approval.submit(tx, answer, by, Outcome.DONE)
    elif what in ("approve", "hall"):
        await approval.approve(tx, answer, by, answer.revision - chance.choice([0, 0, 1]), in_hall=what == "hall")
    elif what == "recall":
        await approval.recall(tx, answer, by)
    elif what == "back":
        await approval.send_back(tx, answer, by, "vì")
    elif what == "release":
        await answers.release(tx, answer, by) if chance.random() < 0.2 else await approval.release_now(tx, ids, by)
    elif what == "tick":
        await approval.release_due(tx)
    elif what == "unclear":
        await ratings.find_unclear(tx, await opinion(tx, number))
    elif answer.state is AnswerState.RELEASED:
        again = await answers.draft(tx, answer.opinion, by, "Sửa lại.", replaces=answer)
        answers.note_change(again, "đổi")
        await approval.submit(tx, again, by, Outcome.DONE)
