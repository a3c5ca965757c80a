"""One matter, one answer, everyone who asked told."""

import pytest

from storage import answers, data, files, opinions, ratings
from storage.database import Database
from storage.files import IncomingFile
from storage.models import Answer, Attachment, Issue, Opinion, Role
from storage.states import AnswerState, ForbiddenMove, IssueState, OpinionState
from tests.commune import START
from tests.storage.steps import (
    CLERK,
    LEADER,
    answer,
    caller,
    draft_answer,
    join,
    log,
    office,
    opinion,
    queued,
    raise_opinion,
    release,
    send_all,
    table,
)

ANSWERS = (Answer.id, Answer.opinion_id, Answer.issue_id, Answer.official_id, Answer.text, Answer.state)


async def merged(db: Database, *numbers: int) -> None:
    """What the merge of a later issue leaves behind: these opinions in one issue."""
    async with db.write() as tx:
        issue = Issue(state=IssueState.ASSIGNED, unit_id=None, created_at=tx.now)
        tx.session.add(issue)
        await tx.session.flush()
        for number in numbers:
            each = await opinion(tx, number)
            each.issue_id, each.state = issue.id, OpinionState.ACCEPTED


async def test_draft_answer_tells_nobody(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    before = await queued(db)
    async with db.write() as tx:
        await draft_answer(tx, text="  Xã sửa ngay \n")
    assert await table(db, *ANSWERS) == [(1, 1, None, 1, "Xã sửa ngay", AnswerState.DRAFT)]
    assert await queued(db) == before
    assert (await log(db))[-1] == ("answer.drafted", 1, "official", None, None, {"answer_id": 1})
    async with db.write() as tx:
        assert await opinions.released_answer(tx, await opinion(tx)) is None


async def test_release_accepts_answers_and_tells_the_author(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await send_all(db)
    async with db.write() as tx:
        answer_id = await draft_answer(tx)
    before, sent = len(await log(db)), len(await queued(db))
    async with db.write() as tx:
        assert await release(tx, answer_id) == 1
    assert await table(db, *ANSWERS, Answer.released_at) == [
        (1, 1, 1, 1, "Xã sửa trong tháng", AnswerState.RELEASED, START)
    ]
    assert await table(db, Opinion.id, Opinion.state, Opinion.issue_id) == [(1, OpinionState.ANSWERED, 1)]
    assert await table(db, Issue.id, Issue.state, Issue.unit_id) == [(1, IssueState.ANSWERED, "van-phong")]
    assert (await queued(db))[sent:] == [
        (2, "answer", 1, {"answer_id": 1, "opinion_id": 1}, "answer:1:1", "queued"),
        (1, "card", 1, {"opinion_id": 1}, None, "queued"),
    ]
    assert (await log(db))[before:] == [
        ("issue.assigned", 1, "official", "open", "assigned", {"unit_id": "van-phong", "due": "2026-12-01"}),
        (
            "opinion.accepted",
            1,
            "official",
            "received",
            "accepted",
            {"issue_id": 1, "unit_id": "van-phong", "due": "2026-12-01"},
        ),
        ("opinion.answered", 1, "official", "accepted", "answered", {"answer_id": 1}),
        ("issue.drafted", 1, "official", "assigned", "drafted", {"answer_id": 1}),
        ("issue.approved", 1, "official", "drafted", "approved", {"answer_id": 1}),
        ("issue.answered", 1, "official", "approved", "answered", {"answer_id": 1}),
    ]


async def test_release_when_files_came_with_it_sends_those_that_can_be(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        written = await answers.draft(tx, await opinion(tx), await office(tx), "Xem ảnh")
        account = (await caller(tx, "901")).account
        for n in range(3):
            assert files.attach(tx, account, written, IncomingFile("photo", f"f{n}", "image/jpeg")) is None
        await tx.session.flush()
        await files.stored(tx, 1, "ab" * 32, 10)
        await files.not_fetched(tx, 2, final=True)
    async with db.write() as tx:
        await release(tx, 1)
    assert [(row[1], row[3], row[4]) for row in await queued(db)][1:] == [
        ("file", {"attachment_id": 1, "opinion_id": 1}, "answer:1:1:file:1"),
        ("file", {"attachment_id": 3, "opinion_id": 1}, "answer:1:1:file:3"),
        ("answer", {"answer_id": 1, "opinion_id": 1}, "answer:1:1"),
    ]


async def test_release_when_the_author_is_gone_leaves_an_event(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        await data.forget(tx, await caller(tx, "1001"))
    before = await queued(db)
    assert await answer(db) == 0
    assert (await log(db))[-1] == ("answer.nobody_to_tell", 1, "official", None, None, {"answer_id": 1})
    assert await queued(db) == before
    assert await table(db, Opinion.id, Opinion.state) == [(1, OpinionState.ANSWERED)]


async def test_release_when_released_before_changes_nothing(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    before = (await log(db), await queued(db), await table(db, *ANSWERS))
    async with db.write() as tx:
        with pytest.raises(ForbiddenMove, match="AnswerState: released -> approved"):
            await release(tx, 1)
    assert (await log(db), await queued(db), await table(db, *ANSWERS)) == before


@pytest.mark.parametrize("settled", [False, True])
async def test_release_when_another_answered_meanwhile_changes_nothing(db: Database, *, settled: bool) -> None:
    await join(db)
    await join(db, Role.CLERK, "904")
    await raise_opinion(db)
    async with db.write() as tx:
        late = await draft_answer(tx, text="muộn", by="901")
    async with db.write() as tx:
        await release(tx, await draft_answer(tx, text="sớm", by="901"))
        if settled:
            await ratings.find_clear(tx, await opinion(tx))
    before = (await log(db), await queued(db), await table(db, *ANSWERS), await table(db, Issue.id, Issue.state))
    async with db.write() as tx:
        with pytest.raises(ForbiddenMove, match="OpinionState"):
            await release(tx, late, "904")
    assert (
        await log(db),
        await queued(db),
        await table(db, *ANSWERS),
        await table(db, Issue.id, Issue.state),
    ) == before


async def test_release_before_a_leader_approved_changes_nothing(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        await release(tx, await draft_answer(tx))
        released = await answers.by_id(tx, 1)
        correction = await answers.draft(tx, await opinion(tx), await office(tx), "Xã sửa xong", replaces=released)
        answers.note_change(correction, "đã sửa")
    await raise_opinion(db, "1002")
    async with db.write() as tx:
        await draft_answer(tx, 2)
    await join(db, Role.LEADER, LEADER)
    before = (await log(db), await queued(db), await table(db, *ANSWERS), await table(db, Issue.id, Issue.state))
    for answer_id in (2, 3):
        for native_id in (CLERK, LEADER):
            async with db.write() as tx:
                found = await answers.by_id(tx, answer_id)
                assert found is not None
                with pytest.raises(ForbiddenMove, match="AnswerState: draft -> released"):
                    await answers.release(tx, found, await office(tx, native_id))
    assert (
        await log(db),
        await queued(db),
        await table(db, *ANSWERS),
        await table(db, Issue.id, Issue.state),
    ) == before


async def test_release_when_it_has_no_words_is_refused(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        answer_id = await draft_answer(tx, text=" ")
        with pytest.raises(ValueError, match="needs words"):
            await release(tx, answer_id)
    assert await table(db, Opinion.id, Opinion.state) == [(1, OpinionState.RECEIVED)]


async def test_release_when_many_asked_tells_each_and_only_the_unanswered_again(db: Database) -> None:
    await join(db)
    for native_id in ("1001", "1002", "1003"):
        await raise_opinion(db, native_id)
    await merged(db, 1, 2, 3)
    async with db.write() as tx:
        assert await answers.audience(tx, await opinion(tx, 2)) == 3
    assert await answer(db, 2) == 3
    async with db.write() as tx:
        await ratings.find_unclear(tx, await opinion(tx, 1))
        await ratings.find_unclear(tx, await opinion(tx, 3))
    async with db.write() as tx:
        assert await answers.audience(tx, await opinion(tx, 1)) == 2
    assert await answer(db, 1, "Rõ hơn") == 2
    keys = [row[4] for row in await queued(db) if row[1] == "answer"]
    assert keys == ["answer:1:1", "answer:1:2", "answer:1:3", "answer:2:1", "answer:2:3"]
    assert await table(db, Opinion.id, Opinion.state) == [(n, OpinionState.ANSWERED) for n in (1, 2, 3)]
    assert await table(db, Issue.id, Issue.state) == [(1, IssueState.ANSWERED)]


async def test_audience_when_one_person_said_it_twice_is_one(db: Database) -> None:
    for _ in range(2):
        await raise_opinion(db, "1001")
    await raise_opinion(db, "1002")
    await merged(db, 1, 2, 3)
    async with db.write() as tx:
        assert await answers.audience(tx, await opinion(tx, 1)) == 2


async def test_audience_when_alone_or_gone(db: Database) -> None:
    await raise_opinion(db)
    async with db.write() as tx:
        assert await answers.audience(tx, await opinion(tx)) == 1
        await data.forget(tx, await caller(tx, "1001"))
        assert await answers.audience(tx, await opinion(tx)) == 0


@pytest.mark.parametrize(("text", "fits"), [("ă" * 3500, True), ("ă" * 3501, False), ("🙂" * 1750, True)])
async def test_answers_are_measured_in_utf16_units(db: Database, text: str, *, fits: bool) -> None:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        if not fits:
            with pytest.raises(ValueError, match="at most 3500"):
                await draft_answer(tx, text=text)
            text = ""
        await draft_answer(tx, text=text)
    assert await table(db, Answer.id, Answer.text) == [(1, text)]


async def test_rewrite_and_discard_while_it_is_a_draft(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await raise_opinion(db)
    async with db.write() as tx:
        await draft_answer(tx)
        clerk, leader = await office(tx), await office(tx, LEADER)
        mine = await answers.own(tx, clerk, 1)
        assert mine is not None
        assert [await answers.own(tx, leader, 1), await answers.own(tx, clerk, 9)] == [None, None]
        answers.rewrite(tx, mine, " Khác ")
        with pytest.raises(ValueError, match="at most"):
            answers.rewrite(tx, mine, "a" * 4000)
        files.attach(tx, (await caller(tx, "901")).account, mine, IncomingFile("photo", "f", "image/jpeg"))
        await tx.session.flush()
        await files.stored(tx, 1, "ab" * 32, 3)
    assert await table(db, Answer.id, Answer.text) == [(1, "Khác")]
    async with db.write() as tx:
        again = await answers.own(tx, await office(tx), 1)
        assert again is not None
        await answers.discard(tx, again)
    assert (await table(db, Answer.id), await table(db, Attachment.id), db.dropped) == ([], [], {"ab" * 32})


async def test_rewrite_and_discard_when_released_are_refused(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    async with db.write() as tx:
        released = await answers.by_id(tx, 1)
        assert released is not None
        with pytest.raises(ValueError, match="rewritten"):
            answers.rewrite(tx, released, "Khác")
        with pytest.raises(ValueError, match="discarded"):
            await answers.discard(tx, released)
    assert await table(db, Answer.id, Answer.text) == [(1, "Xã sửa trong tháng")]
