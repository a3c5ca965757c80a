"""Answers that their authors did not get: the office tells them in another way, and says that it did."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased, selectinload

from storage import events
from storage.database import Transaction
from storage.models import Account, Event, Official, Opinion, Outbox, Person
from storage.states import DeliveryState

KIND = "answer"
JUST_NOW = timedelta(minutes=1)
"""How long what was sent is the last thing on her screen."""
TOLD = "opinion.told"
LOST = (DeliveryState.UNREACHABLE, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An answer that did not arrive. `author` is None for who gave no name or had her data deleted."""

    opinion: Opinion
    author: Person | None
    state: DeliveryState


async def answers(tx: Transaction) -> list[Undelivered]:
    """What has reached nobody and of which nobody said that its author was told, the oldest first."""
    later = aliased(Outbox)
    again = (
        select(later.id).where(later.opinion_id == Outbox.opinion_id, later.kind == KIND, later.id > Outbox.id).exists()
    )
    told = (
        select(Event.id)
        .where(
            Event.subject == "opinion",
            Event.subject_id == Outbox.opinion_id,
            Event.kind == TOLD,
            Event.at >= Outbox.created_at,
        )
        .exists()
    )
    rows = await tx.session.execute(
        select(Opinion, Person, Outbox.state)
        .join(Outbox, Outbox.opinion_id == Opinion.id)
        .outerjoin(Person, Person.id == Opinion.person_id)
        .where(Outbox.kind == KIND, Outbox.state.in_(LOST), ~again, ~told)
        .options(selectinload(Opinion.issue), selectinload(Opinion.attachments))
        .order_by(Outbox.id)
    )
    return [Undelivered(opinion, person if opinion.named else None, state) for opinion, person, state in rows]


async def stands_above(tx: Transaction, account: Account, opinion: Opinion) -> bool:
    """Whether the answer to this opinion stands right above what is said to this account now: it was held for her word.

    It goes out as she writes, before the reply; it may just be going.
    """
    if account.messenger not in tx.commune.windows:
        return False
    going = Outbox.state.in_([DeliveryState.QUEUED, DeliveryState.SENDING]) & (Outbox.not_before <= tx.now)
    gone = (Outbox.state == DeliveryState.SENT) & (Outbox.done_at > tx.now - JUST_NOW)
    found = select(Outbox.id).where(
        Outbox.account_id == account.id, Outbox.opinion_id == opinion.id, Outbox.kind == KIND, going | gone
    )
    return await tx.session.scalar(found.limit(1)) is not None


async def tell(tx: Transaction, official: Official, opinion_id: int) -> bool:
    """The office told the author of this opinion otherwise; False when no answer to it is undelivered."""
    if opinion_id not in [each.opinion.id for each in await answers(tx)]:
        return False
    events.record(tx, TOLD, "opinion", opinion_id, official)
    await tx.session.flush()
    return True
