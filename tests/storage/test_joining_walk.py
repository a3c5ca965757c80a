"""Whatever order accounts are joined, used, blocked and told in: nobody is told the same twice, and nothing is lost."""

import random
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from sqlalchemy import select

from storage import joincodes, joining, mass, outbox, tell
from storage.database import Database, Transaction
from storage.models import Account, Opinion, Outbox, Person, Priority
from storage.outbox import Outcome
from storage.states import DeliveryState
from tests.commune import OA, Clock
from tests.storage.steps import caller, raise_opinion

WHO = [(str(number), messenger) for number in range(1, 5) for messenger in ("telegram", "zalo_oa", "web")]
DUTIES = ("first", "second")
OVER = (DeliveryState.STOPPED, DeliveryState.UNREACHABLE, DeliveryState.FAILED)


class Walk:
    """Twelve accounts of as many people, who turn out to be fewer. `told` are rows of duties by person, when new."""

    def __init__(self, db: Database, clock: Clock, seed: int) -> None:
        self.db, self.clock, self.rng = db, clock, random.Random(seed)
        self.acts = (self.act, self.join, self.remind, self.remind, self.answer, self.deliver, self.deliver)

    async def step(self) -> None:
        self.clock.pass_(hours=self.rng.choice((0, 1, 30)))
        async with self.db.write() as tx:
            await self.rng.choice(self.acts)(tx)

    async def act(self, tx: Transaction) -> None:
        her = await caller(tx, *self.rng.choice(WHO))
        her.conversation.updated_at = her.account.last_interaction_at = tx.now

    async def join(self, tx: Transaction) -> None:
        here, there = [await caller(tx, *who) for who in self.rng.sample(WHO, 2)]
        code = await joincodes.new_code(tx, there.account)
        offer = await joincodes.offer(tx, here.account, code.replace(" ", ""))
        if isinstance(offer, joincodes.Offer):
            await joining.join(tx, here, offer.code_id)

    async def remind(self, tx: Transaction) -> None:
        """The clock tells everybody what it may have told before; to nobody again, whoever she was then."""
        duty = self.rng.choice(DUTIES)
        before = await _told(tx, duty)
        everybody = select(Account.id)
        await mass.queue_to(tx, everybody, "reminder", Priority.REMINDER, {"duty": duty}, f"duty:{duty}", tx.now)
        for person_id, count in (await _told(tx, duty)).items():
            assert before[person_id] <= count <= max(before[person_id], 1), person_id

    async def answer(self, tx: Transaction) -> None:
        opinion = await tx.session.get_one(Opinion, self.rng.randint(1, len(WHO)))
        await tell.author(tx, opinion, "overdue", f"overdue:{opinion.id}")
        hers = select(Outbox.state).where(Outbox.kind == "overdue", Outbox.opinion_id == opinion.id)
        states = list(await tx.session.scalars(hers))
        assert states
        assert len([each for each in states if each not in OVER]) <= 1

    async def deliver(self, tx: Transaction) -> None:
        messenger = self.rng.choice(("telegram", "zalo_oa", "web"))
        outcomes = [DeliveryState.SENT, DeliveryState.SENT, DeliveryState.UNREACHABLE]
        outcomes += [DeliveryState.HELD] if messenger == "zalo_oa" else []
        claimed = await outbox.claim(tx, messenger, 100)
        await outbox.record(tx, [Outcome(each, self.rng.choice(outcomes), message_id=each.id) for each in claimed])


async def _told(tx: Transaction, duty: str) -> Counter[int]:
    """How many messages of a duty each person had or will have, in whichever account."""
    rows = await tx.session.execute(
        select(Account.person_id, Outbox.payload)
        .join(Account, Account.id == Outbox.account_id)
        .where(Outbox.kind == "reminder", Outbox.state.not_in(OVER))
    )
    return Counter(person_id for person_id, payload in rows if payload["duty"] == duty)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
async def test_nobody_is_told_twice_and_nothing_is_lost(db: Database, clock: Clock, seed: int) -> None:
    db.commune = replace(db.commune, channels=(OA,))
    for native_id, messenger in WHO:
        await raise_opinion(db, native_id, messenger=messenger)
    walk = Walk(db, clock, seed)
    for _ in range(60):
        await walk.step()
    async with db.read() as tx:
        accounts = list(await tx.session.scalars(select(Account).order_by(Account.id)))
        people = set(await tx.session.scalars(select(Person.id)))
        opinions = list(await tx.session.scalars(select(Opinion)))
    by_person = defaultdict(list)
    for each in accounts:
        by_person[each.person_id].append(each)
    assert by_person.keys() == people
    assert {each.person_id for each in opinions} == people
    assert len(opinions) == len(WHO)
    for some in by_person.values():
        assert {each.first_id for each in some} == {some[0].id if len(some) > 1 else None}
    owners = {each.id: each.person_id for each in accounts}
    assert [owners[each.account_id or 0] for each in opinions] == [each.person_id for each in opinions]
