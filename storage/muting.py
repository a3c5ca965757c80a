"""*Bớt tin nhắn*: who wants to hear of her own matters only."""

from collections.abc import Collection

from sqlalchemy import select, update

from storage import events
from storage.database import Transaction
from storage.events import Actor
from storage.models import Account, Outbox, Person
from storage.states import DeliveryState, move

GENERAL_KINDS = frozenset({"announcement", "announcement_file", "reminder"})
"""Notices that are not about a matter of hers; what she asked to hear of goes on."""


async def mute(tx: Transaction, person: Person) -> None:
    """From now on only her own matters: what is general and still waits for her is stopped."""
    if person.muted_at is not None:
        return
    person.muted_at = tx.now
    events.record(tx, "person.muted", "person", person.id, Actor.RESIDENT)
    await stop_general(tx, person)


async def stop_general(tx: Transaction, person: Person) -> None:
    """Stops what is general and still waits for her, in whichever account."""
    await tx.session.flush()
    await tx.session.execute(
        update(Outbox)
        .where(
            Outbox.account_id.in_(select(Account.id).where(Account.person_id == person.id)),
            Outbox.kind.in_(GENERAL_KINDS),
            Outbox.state == DeliveryState.QUEUED,
        )
        .values(state=move(DeliveryState.QUEUED, DeliveryState.STOPPED))
        .execution_options(synchronize_session=False)
    )


def unmute(tx: Transaction, person: Person) -> None:
    """She hears general announcements and reminders again, from the next one on."""
    if person.muted_at is not None:
        person.muted_at = None
        events.record(tx, "person.unmuted", "person", person.id, Actor.RESIDENT)


async def among(tx: Transaction, account_ids: Collection[int]) -> frozenset[int]:
    """Those of these accounts whose owners want nothing general."""
    if not account_ids:
        return frozenset()
    muted = select(Account.id).join(Person, Person.id == Account.person_id)
    found = await tx.session.scalars(muted.where(Account.id.in_(account_ids), Person.muted_at.is_not(None)))
    return frozenset(found)
