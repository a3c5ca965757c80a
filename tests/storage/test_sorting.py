"""What one tap of a clerk does to the record, and what takes it back."""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage import answers, dues, events, issues, opinions, sorting, waiting
from storage.database import Database, Transaction
from storage.models import Answer, Event, Issue, Opinion, Outbox, Role, Verdict
from storage.sorting import NotMerged, Overtaken
from storage.states import AnswerState, DeliveryState, ForbiddenMove, IssueState, OpinionState
from tests.commune import COMMUNE, START, Clock
from tests.storage.steps import (
    CLERK,
    JOINING,
    STAFF,
    answer,
    draft_answer,
    join,
    log,
    office,
    opinion,
    queued,
    raise_opinion,
    send_all,
    table,
)

SECOND = "904"
ISSUES = (Issue.id, Issue.state, Issue.unit_id, Issue.due, Issue.merged_into_id)
OPINIONS = (Opinion.id, Opinion.state, Opinion.issue_id)
DUE = date(2026, 12, 1)
TOLD = {"opinion_id": 1, "issue_id": 1}


async def raised(db: Database, count: int) -> None:
    """A clerk, staff of one unit, and so many opinions of as many residents; their cards have gone."""
    await join(db)
    await join(db, Role.STAFF, STAFF, "van-phong")
    for number in range(count):
        await raise_opinion(db, str(1001 + number))
    await send_all(db)


async def accept(db: Database, number: int = 1, by: str = CLERK, **given: Any) -> int:
    async with db.write() as tx:
        return (await sorting.accept(tx, await opinion(tx, number), await office(tx, by), **given)).id


async def merge(db: Database, numbers: Sequence[int], into: int, by: str = CLERK) -> int:
    async with db.write() as tx:
        mate = await opinion(tx, into)
        found = [await opinion(tx, number) for number in numbers]
        return (await sorting.merge(tx, found, mate.issue or mate, await office(tx, by))).id


async def undo(db: Database, event_id: int, by: str = CLERK) -> int | str | None:
    """The number of the opinion that is shown again, or the kind of the event that stands in the way."""
    async with db.write() as tx:
        try:
            undone = await sorting.undo(tx, await office(tx, by), event_id)
        except Overtaken as overtaken:
            return overtaken.event.kind if overtaken.event else None
        return undone.number if undone else None


async def said(db: Database) -> list[tuple[Any, ...]]:
    """(account, kind, state) of what authors and units are told and cards changed, in order."""
    rows = await table(db, Outbox.account_id, Outbox.kind, Outbox.state, Outbox.edits_id)
    return [(account, f"{kind}*" if edits else kind, state) for account, kind, state, edits in rows if kind != "reply"]


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
    from storage import files
    from storage.files import IncomingFile
    from tests.storage.steps import caller

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


@pytest.mark.parametrize(
    ("due", "reason", "error", "suggested"),
    [
        (date(2026, 11, 23), "vì", dues.PastDue, date(2026, 11, 25)),
        (date(2026, 11, 20), "vì", dues.PastDue, date(2026, 11, 25)),
        (date(2026, 11, 24), "vì", dues.IdleDue, date(2026, 11, 25)),
        (date(2026, 11, 28), "vì", dues.IdleDue, date(2026, 11, 30)),
        (date(2027, 2, 8), "vì", dues.IdleDue, date(2027, 2, 11)),
        (date(2027, 11, 23), "vì", dues.FarDue, DUE),
        (date(2026, 12, 2), " ", dues.UnexplainedDue, DUE),
        (date(2026, 12, 2), None, dues.UnexplainedDue, DUE),
    ],
)
async def test_day_that_cannot_be_taken_is_refused_with_one_that_can(
    db: Database, due: date, reason: str | None, error: type[dues.DueError], suggested: date
) -> None:
    await raised(db, 2)
    await accept(db, 2)
    before = (await table(db, *OPINIONS), await table(db, *ISSUES), await log(db))
    async with db.write() as tx:
        clerk, issue = await office(tx), (await opinion(tx, 2)).issue or Issue()
        for tried in (
            sorting.accept(tx, await opinion(tx, 1), clerk, due=due, due_reason=reason),
            sorting.assign(tx, issue, clerk, "phong-vh-xh", due=due, due_reason=reason),
            dues.move(tx, issue, clerk, due, reason),
        ):
            with pytest.raises(error) as refused:
                await tried
            assert (refused.value.due, refused.value.suggested) == (due, suggested)
        with pytest.raises(sorting.UnknownUnit):
            await sorting.assign(tx, issue, clerk, "phong-khong-co")
    assert (await table(db, *OPINIONS), await table(db, *ISSUES), await log(db)) == before


async def test_later_day_tells_everyone_who_asked_and_undo_takes_day_and_word_back(db: Database) -> None:
    await raised(db, 2)
    await accept(db, 1)
    await merge(db, [2], 1)
    clock_rows = await table(db, Outbox.id, Outbox.kind)
    async with db.write() as tx:
        # What was said before has gone: a later day is news.
        for row in await tx.session.scalars(select(Outbox)):
            row.state, row.message_id = DeliveryState.SENT, 5000 + row.id
    async with db.write() as tx:
        issue = (await opinion(tx, 1)).issue or Issue()
        event = await sorting.assign(
            tx, issue, await office(tx), "phong-kinh-te", due=date(2026, 12, 10), due_reason="chờ xã <khảo sát>"
        )
    assert await table(db, Issue.unit_id, Issue.due, Issue.due_reason) == [
        ("phong-kinh-te", date(2026, 12, 10), "chờ xã <khảo sát>")
    ]
    new = (await table(db, Outbox.id, Outbox.kind))[len(clock_rows) :]
    assert [kind for _, kind in new][:2] == ["due_moved", "due_moved"]
    assert await undo(db, event.id) == 1
    assert await table(db, Issue.unit_id, Issue.due, Issue.due_reason) == [("van-phong", DUE, None)]
    assert [row[2] for row in await said(db) if row[1] == "due_moved"] == [DeliveryState.STOPPED] * 2
    async with db.write() as tx:
        moved = await dues.move(tx, (await opinion(tx, 1)).issue or Issue(), await office(tx), date(2026, 11, 30))
    assert await undo(db, moved.id) == 1
    assert await table(db, Issue.due) == [(DUE,)]


async def test_default_day_before_a_conference_is_a_working_day(db: Database) -> None:
    from storage import conferences

    await raised(db, 1)
    async with db.write() as tx:
        # T-3 of Wednesday 2/12 is Sunday.
        await conferences.plan(tx, await office(tx), "Hội nghị", START + timedelta(days=9), "Hội trường")
        assert await issues.default_due(tx) == date(2026, 11, 27)


async def test_what_waits_stands_in_the_order_in_which_it_burns(db: Database, clock: Clock) -> None:
    await raised(db, 5)
    await accept(db, 1)
    async with db.write() as tx:
        issue = (await opinion(tx, 1)).issue or Issue()
        issue.state, issue.returned_reason = IssueState.OPEN, "không phải việc phòng"
        for number, days in ((2, 3), (3, -1), (4, 0)):
            (await opinion(tx, number)).sort_due = START.date() + timedelta(days=days)
        (await opinion(tx, 5)).proposed = Verdict.UNLAWFUL
    async with db.write() as tx:
        round_ = await waiting.to_sort(tx)
        assert [each.number for each in round_.cards] == [1, 3, 4, 2]
        assert [each.number for each in round_.cards if each.returned] == [1]
        assert (round_.late, round_.due_today, round_.put_off) == (1, 1, 0)
        clerk = await office(tx)
        for number in (4, 3):
            waiting.put_off(tx, await opinion(tx, number), clerk)
            await tx.session.flush()
        assert [each.number for each in (await waiting.to_sort(tx)).cards] == [1, 2, 4, 3]
        assert await waiting.kept(tx) == []
    clock.pass_(days=1)
    async with db.read() as tx:
        assert [each.number for each in (await waiting.to_sort(tx)).cards] == [1, 3, 4, 2]
        counts = await waiting.summary(tx)
    assert (counts.opinions, counts.issues, counts.proposed, counts.unassigned) == (5, 1, 1, 1)


async def test_office_keeps_what_no_unit_with_staff_has(db: Database) -> None:
    await raised(db, 2)
    await accept(db, 1)
    await accept(db, 2, unit_id="phong-kinh-te")
    async with db.read() as tx:
        assert await waiting.kept(tx) == [2]


# Whatever clerks do, in whatever order.

COUNT = 4
numbers = st.integers(1, COUNT)
acts = st.one_of(
    st.tuples(st.just("accept"), numbers, numbers),
    st.tuples(st.just("merge"), numbers, numbers),
    st.tuples(st.just("merge"), numbers, numbers),
    st.tuples(st.just("split"), numbers, numbers),
    st.tuples(st.just("assign"), numbers, numbers),
    st.tuples(st.just("undo"), st.integers(1, 6), numbers),
    st.tuples(st.just("undo"), st.integers(1, 3), numbers),
    st.tuples(st.just("withdraw"), numbers, numbers),
)


async def act(tx: Transaction, what: str, one: int, other: int) -> None:
    clerk = await office(tx, CLERK if other % 2 else SECOND)
    if what == "undo":
        undoable = select(Event.id).where(Event.kind.in_(sorting.UNDO)).order_by(Event.id.desc())
        event_id = await tx.session.scalar(undoable.offset(one - 1).limit(1))
        await sorting.undo(tx, clerk, event_id or 0)
        return
    whole = await opinion(tx, one)
    match what:
        case "accept":
            await sorting.accept(tx, whole, clerk)
        case "merge":
            mate = await opinion(tx, other)
            await sorting.merge(tx, [whole], mate.issue or mate, clerk)
        case "split":
            await sorting.split_out(tx, whole, clerk)
        case "assign" if whole.issue is not None:
            await sorting.assign(tx, whole.issue, clerk, COMMUNE.units[other % 3].id)
        case "withdraw":
            await opinions.withdraw(tx, whole)


async def check(db: Database) -> None:
    """Every accepted opinion is in exactly one issue that is open; nobody else is in one, and nobody hears twice."""
    found = await table(db, Opinion.id, Opinion.state, Opinion.issue_id, Opinion.verdict)
    states = dict(await table(db, Issue.id, Issue.state))
    assert len(found) == COUNT
    for _, state, issue_id, verdict in found:
        if state is OpinionState.ACCEPTED:
            assert (states[issue_id], verdict) == (IssueState.ASSIGNED, Verdict.ACCEPTED)
        elif state is OpinionState.RECEIVED:
            assert (issue_id, verdict) == (None, None)
    live = {issue_id for _, state, issue_id, _ in found if state is OpinionState.ACCEPTED}
    held = {issue_id for _, _, issue_id, _ in found if issue_id is not None}
    assert {each for each, state in states.items() if state is not IssueState.CLOSED} - held == set()
    assert all(states[each] is not IssueState.CLOSED for each in live)
    rows = await table(db, Outbox.opinion_id, Outbox.kind, Outbox.state)
    told = [number for number, kind, state in rows if kind == "accepted" and state is DeliveryState.QUEUED]
    assert len(told) == len(set(told))
    assert {number for number, state, _, _ in found if state is OpinionState.RECEIVED}.isdisjoint(told)


@pytest.fixture(scope="module")
def office_with_opinions(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record in which two clerks have opinions to sort, to be copied."""
    file = tmp_path_factory.mktemp("walk") / "begun.db"
    shutil.copyfile(sqlite_template, file)

    async def begin() -> None:
        db = Database(f"sqlite+aiosqlite:///{file}", COMMUNE, Clock())
        await raised(db, COUNT)
        await join(db, native_id=SECOND)
        await db.close()

    asyncio.run(begin())
    return file


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(sequence=st.lists(acts, max_size=10))
def test_no_opinion_is_ever_lost(
    office_with_opinions: Path, tmp_path: Path, sequence: list[tuple[str, int, int]]
) -> None:
    async def walk() -> None:
        file = tmp_path / "walk.db"
        shutil.copyfile(office_with_opinions, file)
        db = Database(f"sqlite+aiosqlite:///{file}", COMMUNE, Clock())
        try:
            for what, one, other in sequence:
                try:
                    async with db.write() as tx:
                        await act(tx, what, one, other)
                except (ForbiddenMove, NotMerged, Overtaken):
                    pass
                await check(db)
        finally:
            await db.close()

    asyncio.run(walk())


async def test_last_event_of_some_kinds(db: Database) -> None:
    await raised(db, 1)
    await accept(db)
    async with db.read() as tx:
        last = await events.last(tx, "opinion", 1, ["opinion.raised"])
        assert last is not None
        assert last.kind == "opinion.raised"
        assert await events.last(tx, "opinion", 9) is None
