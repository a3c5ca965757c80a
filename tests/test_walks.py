"""Random moves of everybody: no state outside the table, no opinion lost, no secret where it does not belong."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage import people
from storage.database import Transaction
from storage.duties import DUTIES
from storage.models import Account, Answer, Commitment, Event, Issue, Opinion, Outbox, Role, Sealed
from storage.states import MOVES, AnswerState, OpinionState, SealedState
from tests.handlers.official.desk import take_office
from tests.phones import Room
from tests.walking import CLERK, HEAD, LEADER, OBSERVER, OFFICIALS, RESIDENTS, STAFF, Walk, found_wrong

WALKS, MOVES_MADE = 4, 200
IN_ONE_TRANSACTION = 40
ROUNDS = 10
"""Transactions between two looks at what the phones show."""
SAMPLE = 4
"""Opinions, and sealed matters, whose code is asked for at the end by everybody."""
LISTS = ("o:sort", "o:clusters", "o:kept:", "o:commitments:", "o:approvals", "o:proposals", "o:unit:", "o:words:")
"""Buttons that open a list or a card of it, and change nothing."""
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
    async with room.db.write() as tx:
        for official in await people.officials(tx, Role.LEADER):
            official.reads_sealed = True


@pytest.mark.parametrize("seed", range(WALKS))
async def test_random_moves_keep_every_promise(tmp_path: Path, seed: int) -> None:
    await walk_about(tmp_path, seed, MOVES_MADE)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_ten_thousand_random_moves_of_one_record_keep_every_promise(tmp_path: Path) -> None:
    walk = await walk_about(tmp_path, WALKS, 10_000)
    assert set(walk.made) == set(walk.moves)


async def walk_about(folder: Path, seed: int, moves: int) -> Walk:
    room, walk = await Room.open(folder), Walk(seed)
    try:
        await walk_in(room, walk, moves)
    finally:
        await room.close()
    return walk


async def walk_in(room: Room, walk: Walk, moves: int) -> None:
    await open_office(room)
    search, made, rounds = Search(room), 0, 0
    while made < moves:
        async with room.db.write() as tx:
            for _ in range(IN_ONE_TRANSACTION):
                made += await walk.step(tx)
            assert await found_wrong(tx) == [], (walk.made, made)
        room.clock.pass_(minutes=15)
        rounds += 1
        if rounds % ROUNDS == 0:
            for duty in DUTIES.values():
                async with room.db.write() as tx:
                    await duty(tx)
            await room.settle()
            await search.what_is_new()
    room.clock.pass_(hours=1)
    await room.settle()
    await search.what_is_new()
    print(f"{made} moves: {dict(walk.made.most_common())}")
    async with room.db.read() as tx:
        assert (wrong := await moves_outside_the_table(tx)) == [], wrong
        assert (untold := await authors_not_told_once(tx)) == [], untold
    await search.what_is_shown()
    await search.what_is_asked_for()


async def moves_outside_the_table(tx: Transaction) -> list[str]:
    """Steps that the table does not hold, and steps that do not begin where the one before ended."""
    wrong: list[str] = []
    stands: dict[tuple[str, int], str] = {}
    for event in await tx.session.scalars(select(Event).order_by(Event.id)):
        if event.kind == "sealed.flagged":
            # What comes back out of the lane is an opinion anew, with the code that it had.
            stands.pop(("opinion", event.subject_id), None)
        if event.to_state is None or event.subject not in SUBJECTS:
            continue
        is_answers = event.kind.startswith("answer.")
        table = "AnswerState" if is_answers else SUBJECTS[event.subject]
        if event.to_state not in TABLES[table].get(str(event.from_state), set()):
            wrong.append(f"{event.kind}: {event.from_state} -> {event.to_state}")
        if is_answers:
            continue
        before = stands.get((event.subject, event.subject_id), event.from_state)
        if before != event.from_state:
            wrong.append(f"{event.kind} of {event.subject_id} begins at {event.from_state}, it stood at {before}")
        stands[event.subject, event.subject_id] = str(event.to_state)
    for subject, model in (("opinion", Opinion), ("issue", Issue), ("sealed", Sealed), ("commitment", Commitment)):
        for id_, state in await tx.session.execute(select(model.id, model.state)):
            if stands.get((subject, id_), state) != state:
                wrong.append(f"{subject} {id_} is {state}, and was last moved to {stands[subject, id_]}")
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
    authors = select(Sealed.number, Account.native_id).join(Account, Account.id == Sealed.account_id)
    for number, author in await tx.session.execute(authors):
        known[str(author)].add(number)
    return known


class Search:
    """Looks for planted secrets on the phones of those who may not know them."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.read: dict[str, int] = defaultdict(int)

    async def _who_may_know(self) -> dict[str, set[int]]:
        async with self.room.db.read() as tx:
            return await who_may_know(tx)

    async def what_is_new(self) -> None:
        """Every text that a phone showed since the last look, also of messages changed since."""
        may_know = await self._who_may_know()
        for phone in self.room.phones.values():
            for text in phone.shown[self.read[phone.native_id] :]:
                assert told_in(text) <= may_know[phone.native_id], (phone.native_id, text)
            self.read[phone.native_id] = len(phone.shown)

    async def what_is_shown(self) -> None:
        """What stands on each phone now: of a matter sealed since, what was shown before is gone."""
        may_know = await self._who_may_know()
        for phone in self.room.phones.values():
            for said in phone.said:
                assert told_in(said.text) <= may_know[phone.native_id], (phone.native_id, said.text)

    async def what_is_asked_for(self) -> None:
        """Every list and command of every role, and the lists that the buttons below open."""
        async with self.room.db.read() as tx:
            numbers = list(await tx.session.scalars(select(Opinion.number).order_by(Opinion.number)))
            sealed = list(await tx.session.scalars(select(Sealed.number).where(Sealed.state != SealedState.RETURNED)))
        assert sealed
        asked = [*numbers[:: max(1, len(numbers) // SAMPLE)], *sealed[:: max(1, len(sealed) // SAMPLE)]]
        for native_id in (*OFFICIALS, RESIDENTS[0]):
            phone = self.room.phone(native_id)
            for typed in ("/viec", "/congkhai", "/theodoi"):
                for said in await phone.text(typed):
                    for _, data in list(said.buttons):
                        if data.startswith(LISTS):
                            await phone.tap_data(data, said.message_id)
            for number in asked:
                await phone.text(f"/xem {number}")
                await phone.text(f"/nhatky {number}")
            await self.what_is_new()


def told_in(text: str) -> set[int]:
    """The numbers of the opinions whose secret this text tells."""
    return {int(found) for found in re.findall(r"bimat(\d{5})x", text)}
