"""What officials enter for people without a phone, and what a village head counts."""

from collections import Counter

from sqlalchemy import func, select

from storage.database import Transaction
from storage.models import Draft, Official, Opinion, Person
from storage.people import Caller
from storage.rights import Right, may
from storage.standing import standing
from storage.states import OpinionState

SPOKEN = "spoken"
"""Before the version of the consent text, when it was read to her and she agreed aloud."""


def author_of(
    tx: Transaction, caller: Caller, draft: Draft, version: str, name: str | None, phone: str | None
) -> Person:
    """The person behind a draft that an official writes for her: she has no account, and her consent was spoken.

    Raises ValueError when the draft is no such one, or the official may not enter for others (any more).
    """
    if not draft.on_behalf or not may(caller.official, Right.ENTER):
        raise ValueError("only an official with the right enters for somebody else")
    person = Person(
        created_at=tx.now,
        name=name,
        phone=phone,
        village_id=draft.village_id,
        consent_version=f"{SPOKEN} {version}"[:20],
        consented_at=tx.now,
    )
    tx.session.add(person)
    return person


async def entered(tx: Transaction, official: Official, limit: int = 10) -> list[Opinion]:
    """What this official entered, newest first."""
    found = await tx.session.scalars(
        select(Opinion)
        .where(Opinion.entered_by_id == official.id)
        .order_by(Opinion.number.desc())
        .limit(limit)
        .options(*standing())
    )
    return list(found)


async def count_village(tx: Transaction, village_id: str | None) -> Counter[OpinionState]:
    """How many opinions of one village stand in each state: numbers alone, for its head."""
    rows = await tx.session.execute(
        select(Opinion.state, func.count()).where(Opinion.village_id == village_id).group_by(Opinion.state)
    )
    return Counter(dict(rows.all()))
