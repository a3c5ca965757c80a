"""Random moves of everybody: no state outside the table, no opinion lost, no secret where it does not belong."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Transaction
from storage.duties import DUTIES
from storage.models import Account, Answer, Event, Opinion, Outbox, Role, Sealed
from storage.states import MOVES, AnswerState, OpinionState, SealedState
from tests.handlers.official.desk import take_office
from tests.phones import Room
from tests.walking import CLERK, HEAD, LEADER, OBSERVER, OFFICIALS, RESIDENTS, STAFF, Walk, found_wrong, secret

MOVES_MADE = 400
IN_ONE_TRANSACTION = 40
SUBJECTS = {
    "opinion": "OpinionState",
    "issue": "IssueState",
    "sealed": "SealedState",
    "commitment": "CommitmentState",
}
TABLES = {kind.__name__: {str(a): {str(b) for b in to} for a, to in table.items()} for kind, table in MOVES.items()}


async def open_office(room: Room) -> None:
    for role, native_id in (
        (Role.CLERK, CLERK),
        (Role.LEADER, LEADER),
        (Role.OBSERVER, OBSERVER),
        (Role.VILLAGE_HEAD, HEAD),
    ):
        await take_office(room, role, native_id)
    for unit, native_id in STAFF.items():
        await room.official(Role.STAFF, native_id, unit)


async def test_random_moves_keep_every_promise(tmp_path: Path) -> None:
    await walk_about(tmp_path, MOVES_MADE)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_ten_thousand_random_moves_keep_every_promise(tmp_path: Path) -> None:
    await walk_about(tmp_path, 10_000)


async def walk_about(folder: Path, moves: int) -> None:
    room = await Room.open(folder)
    try:
        await walk_in(room, moves)
    finally:
        await room.close()


async def walk_in(room: Room, moves: int) -> None:
    await open_office(room)
    walk, made, rounds = Walk(8), 0, 0
    while made < moves:
        async with room.db.write() as tx:
            for _ in range(IN_ONE_TRANSACTION):
                made += await walk.step(tx)
            assert await found_wrong(tx) == [], (walk.made, made)
        room.clock.pass_(minutes=15)
        rounds += 1
        if rounds % 10 == 0:
            for duty in DUTIES.values():
                async with room.db.write() as tx:
                    await duty(tx)
        if rounds % 40 == 0:
            await room.settle()
    await room.settle()
    print(f"{made} moves: {dict(walk.made.most_common())}")
    assert set(walk.made) == set(walk.moves)
    async with room.db.read() as tx:
        assert await moves_outside_the_table(tx) == []
        assert await authors_not_told_once(tx) == []
        may_know = await who_may_know(tx)
    for phone in room.phones.values():
        known = {int(found) for said in phone.said for found in re.findall(r"bimat(\d{5})x", said.text)}
        assert known <= may_know[phone.native_id], phone.native_id
    await read_everything(room)


async def moves_outside_the_table(tx: Transaction) -> list[str]:
    """Steps that the table does not hold, and steps that do not begin where the one before ended."""
    wrong: list[str] = []
    stands: dict[tuple[str, int], str] = {}
    events = await tx.session.scalars(select(Event).where(Event.to_state.is_not(None)).order_by(Event.id))
    for event in events:
        if event.subject not in SUBJECTS or event.kind.startswith("answer."):
            continue
        allowed = TABLES[SUBJECTS[event.subject]].get(str(event.from_state), set())
        if event.to_state not in allowed:
            wrong.append(f"{event.kind}: {event.from_state} -> {event.to_state}")
        before = stands.get((event.subject, event.subject_id), event.from_state)
        if before != event.from_state:
            wrong.append(f"{event.kind} of {event.subject_id} begins at {event.from_state}, it stood at {before}")
        stands[event.subject, event.subject_id] = str(event.to_state)
    return wrong


async def authors_not_told_once(tx: Transaction) -> list[tuple[int, int, int]]:
    """(answer, opinion, notices) of every released answer whose author was not told exactly once."""
    told: dict[tuple[int, int], int] = defaultdict(int)
    for row in await tx.session.scalars(
        select(Outbox).where(Outbox.kind.in_(["answer", "corrected"]), Outbox.edits_id.is_(None))
    ):
        if row.payload and row.opinion_id is not None:
            told[row.payload["answer_id"], row.opinion_id] += 1
    answered = await tx.session.scalars(select(Event).where(Event.kind == "opinion.answered").order_by(Event.id))
    wrong = []
    for event in answered:
        key = (event.data["answer_id"], event.subject_id)
        if told[key] != 1:
            wrong.append((*key, told[key]))
    released = set(await tx.session.scalars(select(Answer.id).where(Answer.state == AnswerState.RELEASED)))
    assert {answer_id for answer_id, _ in told} <= released
    return wrong


async def who_may_know(tx: Transaction) -> dict[str, set[int]]:
    """The numbers of the opinions that each phone may ever have shown, by its owner's native id."""
    units: dict[int, set[str]] = defaultdict(set)
    issues: dict[int, set[int]] = defaultdict(set)
    proposed: set[int] = set()
    for event in await tx.session.scalars(select(Event).order_by(Event.id)):
        if event.subject == "issue" and event.data.get("unit_id"):
            units[event.subject_id].add(event.data["unit_id"])
        if event.subject == "opinion" and event.data.get("issue_id"):
            issues[event.subject_id].add(event.data["issue_id"])
        if event.kind == "opinion.proposed":
            proposed.add(event.subject_id)
    sealed = set(await tx.session.scalars(select(Sealed.number).where(Sealed.state != SealedState.RETURNED)))
    known: dict[str, set[int]] = defaultdict(set)
    rows = await tx.session.execute(
        select(Opinion, Account.native_id).outerjoin(Account, Account.id == Opinion.account_id)
    )
    for opinion, author in rows:
        own: set[Any] = {CLERK, author}
        if opinion.id in issues or opinion.id in proposed:
            own |= {LEADER}
        if opinion.id in issues or opinion.state is OpinionState.REDIRECTED:
            own |= {OBSERVER}
        own |= {STAFF[unit] for issue in issues[opinion.id] for unit in units[issue] if unit in STAFF}
        for native_id in own:
            known[native_id].add(opinion.number)
    assert not sealed & set().union(*known.values())
    return known


async def read_everything(room: Room) -> None:
    """Every list and command of every role, searched for words that it must not show."""
    async with room.db.read() as tx:
        rows = (await tx.session.execute(select(Opinion.number, Opinion.issue_id).order_by(Opinion.number))).all()
        sealed = list(await tx.session.scalars(select(Sealed.number).where(Sealed.state != SealedState.RETURNED)))
        may_know = await who_may_know(tx)
    assert sealed
    sample = [number for number, _ in rows[:: max(1, len(rows) // 8)]]
    for native_id in (*OFFICIALS, RESIDENTS[0]):
        phone = room.phone(native_id)
        for typed in (
            "/viec",
            "/congkhai",
            "/theodoi",
            *(f"{word} {n}" for n in (*sample, *sealed[:2]) for word in ("/xem", "/nhatky")),
        ):
            said = "\n".join(one.text for one in await phone.text(typed))
            known = {int(found) for found in re.findall(r"bimat(\d{5})x", said)}
            assert known <= may_know[native_id], (native_id, typed)
            assert not any(secret(number) in said for number in sealed)
