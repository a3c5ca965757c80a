"""Whatever clerks do, in whatever order, no opinion is lost."""

import asyncio
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage import opinions, sorting
from storage.database import Database, Transaction
from storage.models import Event, Issue, Opinion, Outbox, Verdict
from storage.sorting import NotMerged, Overtaken
from storage.states import DeliveryState, ForbiddenMove, IssueState, OpinionState
from tests.commune import COMMUNE, Clock
from tests.records import put_fresh
from tests.storage.desk import SECOND, raised
from tests.storage.steps import CLERK, join, office, opinion, table
from tests.threadless import ask_at_once

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
    asked = {issue_id for _, state, issue_id, _ in found if state is OpinionState.ACCEPTED}
    assert {each for each, state in states.items() if state is not IssueState.CLOSED} == asked
    rows = await table(db, Outbox.opinion_id, Outbox.kind, Outbox.state)
    told = [number for number, kind, state in rows if kind == "accepted" and state is DeliveryState.QUEUED]
    assert len(told) == len(set(told))
    assert {number for number, state, _, _ in found if state is OpinionState.RECEIVED}.isdisjoint(told)


@pytest.fixture(scope="module")
def office_with_opinions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record in which two clerks have opinions to sort, to be copied."""
    file = tmp_path_factory.mktemp("walk") / "begun.db"

    async def begin() -> None:
        db = Database(await put_fresh(file), COMMUNE, Clock())
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
        ask_at_once(db)
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
