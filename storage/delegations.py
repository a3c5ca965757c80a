"""A leader who is away lets another official approve in his place: one field or all, to the end of a day."""

from datetime import date

from sqlalchemy import ColumnElement, select

from storage import events, issues, tell
from storage.database import Transaction
from storage.events import Actor
from storage.models import Delegation, Official, Role

DEPUTIES = (Role.CLERK, Role.STAFF)
"""Who may be let approve: those who read opinions and answer them, and do not approve already."""


async def deputies(tx: Transaction) -> list[Official]:
    """Everybody whom a leader could let approve, by role, the oldest first."""
    found = await tx.session.scalars(
        select(Official).where(Official.revoked_at.is_(None), Official.role.in_(DEPUTIES)).order_by(Official.id)
    )
    return sorted(found, key=lambda each: (DEPUTIES.index(each.role), each.id))


def _in_force(tx: Transaction) -> tuple[ColumnElement[bool], ...]:
    return Delegation.ended_at.is_(None), Delegation.until >= issues.today(tx)


async def fields_of(tx: Transaction, official: Official | None) -> frozenset[str | None]:
    """The fields in which this official approves for a leader today; None stands for every field."""
    if official is None or official.revoked_at is not None:
        return frozenset()
    found = await tx.session.scalars(
        select(Delegation.field_id)
        .join(Official, Official.id == Delegation.leader_id)
        .where(Delegation.deputy_id == official.id, Official.revoked_at.is_(None), *_in_force(tx))
    )
    return frozenset(found)


def covers(fields: frozenset[str | None], field_id: str | None) -> bool:
    return None in fields or (field_id is not None and field_id in fields)


async def of_leader(tx: Transaction, leader: Official) -> list[Delegation]:
    """What this leader has given and not taken back, the first to end in front."""
    found = await tx.session.scalars(
        select(Delegation)
        .where(Delegation.leader_id == leader.id, *_in_force(tx))
        .order_by(Delegation.until, Delegation.id)
    )
    return list(found)


async def by_id(tx: Transaction, delegation_id: int) -> Delegation | None:
    return await tx.session.get(Delegation, delegation_id)


async def deputies_for(tx: Transaction, field_id: str | None) -> list[Official]:
    """Who approves answers in this field for a leader today."""
    found = await tx.session.scalars(
        select(Official)
        .join(Delegation, Delegation.deputy_id == Official.id)
        .where(
            Official.revoked_at.is_(None),
            (Delegation.field_id == field_id) | Delegation.field_id.is_(None),
            *_in_force(tx),
        )
        .order_by(Official.id)
    )
    return list(dict.fromkeys(found))


async def give(tx: Transaction, leader: Official, deputy: Official, field_id: str | None, until: date) -> Delegation:
    """Lets `deputy` approve to the end of the day `until`; what he had been given in that field is replaced.

    Raises ValueError for a day that is past, an unknown field, somebody who may not be a deputy, or a giver who is no
    leader.
    """
    if until < issues.today(tx) or (field_id is not None and tx.commune.field(field_id) is None):
        raise ValueError("a delegation is for a field of the commune, to a day to come")
    if leader.role is not Role.LEADER or deputy.role not in DEPUTIES or deputy.revoked_at is not None:
        raise ValueError("a leader lets an official approve who reads opinions")
    for earlier in await of_leader(tx, leader):
        if earlier.deputy_id == deputy.id and earlier.field_id == field_id:
            earlier.ended_at = tx.now
    given = Delegation(
        leader_id=leader.id, deputy_id=deputy.id, field_id=field_id, until=until, created_at=tx.now, ended_at=None
    )
    tx.session.add(given)
    await tx.session.flush()
    events.record(
        tx,
        "delegation.given",
        "delegation",
        given.id,
        leader,
        official_id=deputy.id,
        field_id=field_id,
        due=until.isoformat(),
    )
    readers = await tell.accounts_of_official(tx, deputy.id)
    await tell.accounts(tx, readers, "delegated", f"delegated:{given.id}", delegation_id=given.id)
    return given


async def end(tx: Transaction, given: Delegation, actor: Official | Actor) -> bool:
    """Takes it back, and tells both; False when it had ended already."""
    if given.ended_at is not None:
        return False
    given.ended_at = tx.now
    events.record(tx, "delegation.ended", "delegation", given.id, actor, official_id=given.deputy_id)
    told = [given.deputy_id] if isinstance(actor, Official) and actor.id == given.leader_id else None
    for official_id in told or (given.deputy_id, given.leader_id):
        readers = await tell.accounts_of_official(tx, official_id)
        key = f"undelegated:{given.id}"
        at = tx.commune.after_quiet(tx.now)
        await tell.accounts(tx, readers, "undelegated", key, not_before=at, delegation_id=given.id)
    return True


async def end_due(tx: Transaction) -> int:
    """The duty: ends what was given to a day that is over; returns how many."""
    found = await tx.session.scalars(
        select(Delegation).where(Delegation.ended_at.is_(None), Delegation.until < issues.today(tx))
    )
    return sum([await end(tx, each, Actor.CLOCK) for each in found.all()])
