"""What one tap of a clerk does to the record, and what takes it back."""

from datetime import timedelta

import pytest

from storage import answers, files, issues, opinions, sorting
from storage.database import Database
from storage.files import IncomingFile
from storage.models import Answer, Issue, Opinion, Outbox, Verdict
from storage.sorting import NotMerged
from storage.states import AnswerState, DeliveryState, ForbiddenMove, IssueState, OpinionState
from tests.commune import START, Clock
from tests.storage.desk import DUE, ISSUES, OPINIONS, SECOND, accept, merge, raised, said, undo
from tests.storage.steps import (
    JOINING,
    STAFF,
    answer,
    caller,
    draft_answer,
    join,
    log,
    office,
    opinion,
    queued,
    send_all,
    table,
)

TOLD = {"opinion_id": 1, "issue_id": 1}


async def test_accept_gives_the_unit_its_card_and_the_author_word_two_minutes_later(db: Database, clock: Clock) -> None:
    await raised(db, 1)
    before = len(await queued(db))
    event_id = await accept(db)
    assert await table(db, *OPINIONS, Opinion.verdict) == [(1, OpinionState.ACCEPTED, 1, Verdict.ACCEPTED)]
    assert await table(db, *ISSUES) == [(1, IssueState.ASSIGNED, "van-phong", DUE, None)]
    ids = {"unit_id": "van-phong", "due": "2026-12-01"}
    assert (await log(db, [*JOINING, "opinion.raised"])) == [
        ("issue.assigned", 1, "official", "open", "assigned", ids),
        ("opinion.accepted", 1, "official", "received", "accepted", {"issue_id": 1, **ids}),
    ]
    assert (await queued(db))[before:] == [
        (3, "accepted", 1, TOLD, f"accepted:{event_id}:1:3", "queued"),
        (2, "unit_card", 1, TOLD, f"unit_card:{event_id}:2", "queued"),
        (1, "card", 1, {"opinion_id": 1}, None, "queued"),
    ]
    rows = await table(db, Outbox.kind, Outbox.not_before)
    assert dict(rows[before:])["accepted"] == START + timedelta(minutes=2)
    with pytest.raises(ForbiddenMove):
        await accept(db)


async def test_word_to_an_author_waits_for_the_morning(db: Database, clock: Clock) -> None:
    clock.pass_(hours=13)
    await raised(db, 1)
    await accept(db)
    rows = await table(db, Outbox.kind, Outbox.not_before)
    assert dict(rows)["accepted"] == START + timedelta(hours=21)


async def test_undone_and_sorted_again_an_author_hears_once_and_what_stands(db: Database, clock: Clock) -> None:
    await raised(db, 1)
    first = await accept(db)
    assert await undo(db, first) == 1
    assert await table(db, *OPINIONS, Opinion.verdict) == [(1, OpinionState.RECEIVED, None, None)]
    assert await table(db, *ISSUES) == [(1, IssueState.CLOSED, "van-phong", DUE, None)]
    assert await undo(db, first) == "opinion.undone"
    await accept(db, unit_id="phong-kinh-te")
    async with db.write() as tx:
        event = await sorting.assign(tx, (await opinion(tx)).issue or Issue(), await office(tx), "phong-vh-xh")
    assert await undo(db, event.id) == 1
    assert (await table(db, *ISSUES))[1:] == [(2, IssueState.ASSIGNED, "phong-kinh-te", DUE, None)]
    clock.pass_(minutes=3)
    waits = [row for row in await said(db) if row[1] == "accepted" and row[2] is DeliveryState.QUEUED]
    assert waits == [(3, "accepted", DeliveryState.QUEUED)]


async def test_accept_tells_the_unit_with_pictures_but_not_with_what_was_spoken(db: Database) -> None:
    await raised(db, 1)
    async with db.write() as tx:
        account, whole = (await caller(tx, "1001")).account, await opinion(tx)
        for kind, mime in (("photo", "image/jpeg"), ("voice", "audio/ogg")):
            assert files.attach(tx, account, whole, IncomingFile(kind, kind, mime)) is None
    await accept(db)
    sent = [(row[1], row[3]) for row in await queued(db) if row[0] == 2]
    assert sent == [("file", {"opinion_id": 1, "attachment_id": 1}), ("unit_card", TOLD)]


async def test_undo_when_another_acted_or_the_unit_wrote_changes_nothing(db: Database, clock: Clock) -> None:
    await raised(db, 2)
    await join(db, native_id=SECOND)
    first, second = await accept(db), await accept(db, 2)
    assert await undo(db, first, SECOND) is None
    async with db.write() as tx:
        issue = (await opinion(tx, 1)).issue or Issue()
        await sorting.assign(tx, issue, await office(tx, SECOND), "phong-kinh-te")
        await draft_answer(tx, 2, by=STAFF)
    before = (await table(db, *OPINIONS), await table(db, *ISSUES), await log(db), await said(db))
    assert await undo(db, first) == "issue.assigned"
    assert await undo(db, second) == "answer.drafted"
    assert (await table(db, *OPINIONS), await table(db, *ISSUES), await log(db), await said(db)) == before
    async with db.write() as tx:
        # What was written and thrown away is no answer that an undo would lose.
        written = await answers.by_id(tx, 1)
        assert written is not None
        await answers.discard(tx, written)
    assert await undo(db, second) == 2


async def test_merge_makes_one_issue_and_undo_takes_all_of_it_back(db: Database) -> None:
    await raised(db, 4)
    await accept(db, 3)
    await send_all(db)
    event_id = await merge(db, [2, 3, 4], 1)
    one = [(1, OpinionState.ACCEPTED, 2), (2, OpinionState.ACCEPTED, 2), (3, OpinionState.ACCEPTED, 2)]
    assert await table(db, *OPINIONS) == [*one, (4, OpinionState.ACCEPTED, 2)]
    assert [row[:2] + row[4:] for row in await table(db, *ISSUES)] == [
        (1, IssueState.CLOSED, 2),
        (2, IssueState.ASSIGNED, None),
    ]
    data = {"unit_id": "van-phong", "number": 1}
    voices = [[2, None, None], [3, 1, "assigned"], [4, None, None]]
    assert (await log(db))[-5:] == [
        ("issue.merged", 2, "official", None, None, {**data, "voices": voices, "accepted": 1, "count": 4}),
        *(
            ("opinion.merged", number, "official", *step, {"issue_id": 2, **data, "undo_id": event_id})
            for number, step in ((2, ("received", "accepted")), (3, (None, None)), (4, ("received", "accepted")))
        ),
        ("issue.closed", 1, "official", "assigned", "closed", {"issue_id": 2}),
    ]
    async with db.read() as tx:
        issue = await tx.session.get_one(Issue, 2)
        assert await issues.count_people(tx, issue) == issues.tally(await issues.opinions_of(tx, issue)) == (4, 0)
    assert await undo(db, event_id) == 1
    assert await table(db, *OPINIONS) == [
        (1, OpinionState.RECEIVED, None),
        (2, OpinionState.RECEIVED, None),
        (3, OpinionState.ACCEPTED, 1),
        (4, OpinionState.RECEIVED, None),
    ]
    assert [row[1] for row in await table(db, *ISSUES)] == [IssueState.ASSIGNED, IssueState.CLOSED]
    waits = [row for row in await said(db) if row[1] == "accepted" and row[2] is DeliveryState.QUEUED]
    assert waits == [(5, "accepted", DeliveryState.QUEUED)]


async def test_merge_refuses_what_is_past_it_and_changes_nothing(db: Database) -> None:
    await raised(db, 5)
    await accept(db, 1)
    await answer(db, 2)
    async with db.write() as tx:
        await opinions.withdraw(tx, await opinion(tx, 3))
        asked = await opinion(tx, 4)
        asked.state = OpinionState.NEEDS_DETAIL
    before = (await table(db, *OPINIONS), await table(db, *ISSUES), await log(db), await said(db))
    for numbers, into, at_fault in (
        ([5], 2, 2),
        ([2], 1, 2),
        ([3], 1, 3),
        ([5, 3], 1, 3),
        ([4], 1, 4),
        ([5], 4, 4),
        ([1], 1, 1),
    ):
        async with db.write() as tx:
            found, mate = [await opinion(tx, number) for number in numbers], await opinion(tx, into)
            with pytest.raises(NotMerged) as refused:
                await sorting.merge(tx, found, mate.issue or mate, await office(tx))
            assert refused.value.opinion.number == at_fault, (numbers, into)
    assert (await table(db, *OPINIONS), await table(db, *ISSUES), await log(db), await said(db)) == before


async def test_split_out_keeps_unit_and_day_until_the_answer_is_released(db: Database) -> None:
    await raised(db, 3)
    await accept(db, 1, unit_id="phong-kinh-te")
    await merge(db, [2, 3], 1)
    async with db.write() as tx:
        await draft_answer(tx, 1)
        written = await tx.session.get_one(Answer, 1)
        written.state = AnswerState.SUBMITTED
        event = await sorting.split_out(tx, await opinion(tx, 1), await office(tx))
    assert [row[2] for row in await table(db, *OPINIONS)] == [2, 1, 1]
    assert [row[:4] for row in await table(db, *ISSUES)] == [
        (1, IssueState.ASSIGNED, "phong-kinh-te", DUE),
        (2, IssueState.ASSIGNED, "phong-kinh-te", DUE),
    ]
    assert await table(db, Answer.id, Answer.opinion_id) == [(1, 2)]
    assert await undo(db, event.id) == 1
    assert [row[2] for row in await table(db, *OPINIONS)] == [1, 1, 1]
    async with db.write() as tx:
        await sorting.split_out(tx, await opinion(tx, 3), await office(tx))
        with pytest.raises(NotMerged):
            await sorting.split_out(tx, await opinion(tx, 3), await office(tx))
    await answer(db, 1)
    async with db.write() as tx:
        with pytest.raises(NotMerged):
            await sorting.split_out(tx, await opinion(tx, 2), await office(tx))
