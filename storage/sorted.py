"""Who hears that a matter was sorted: its author a little later, its unit at once, and every card that shows it."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import changes, issues, tell
from storage.database import Transaction
from storage.models import Event, Issue, Opinion, Outbox, written
from storage.states import DeliveryState
from storage.waiting import CARDS

SETTLING = timedelta(minutes=2)
"""How long an author is not told yet: what is undone in that time was never said."""

ACCEPTED, DUE_MOVED, UNIT_CARD = "accepted", "due_moved", "unit_card"

SAID = frozenset({ACCEPTED, DUE_MOVED, UNIT_CARD, "different"})
"""Kinds of notices that say whose an issue is, by when it is answered, and how many ask."""


async def tell_author(
    tx: Transaction, opinion: Opinion, event: Event, kind: str = ACCEPTED, *, quiet: bool = False
) -> None:
    """Tells an author what became of her opinion, as it stands in two minutes, or in the morning.

    While a word about it waits to go nothing is added to it: that one says what stands then. `quiet` makes no sound.
    """
    await tx.session.flush()
    if not await _waiting(tx, [opinion.id]):
        key = f"{kind}:{event.id}:{opinion.id}"
        at = tx.commune.after_quiet(tx.now + SETTLING)
        ids = {"issue_id": opinion.issue_id, **({"quiet": True} if quiet else {})}
        await tell.author(tx, opinion, kind, key, not_before=at, **ids)


async def take_back(tx: Transaction, opinion_ids: Collection[int], event: Event | None = None) -> None:
    """Stops what was to be said to these opinions' authors and has not gone; with `event`, only because of it."""
    waiting = await _waiting(tx, opinion_ids)
    await changes.unqueue(tx, [key for key in waiting if event is None or key.split(":")[1] == str(event.id)])


async def _waiting(tx: Transaction, opinion_ids: Collection[int]) -> list[str]:
    found = await tx.session.scalars(
        select(Outbox.key).where(
            Outbox.opinion_id.in_(opinion_ids),
            Outbox.kind.in_([ACCEPTED, DUE_MOVED]),
            Outbox.state == written(DeliveryState.QUEUED),
            Outbox.key.is_not(None),
        )
    )
    return [key for key in found if key is not None]


async def tell_unit(tx: Transaction, issue: Issue, event: Event) -> None:
    """Sends the issue's unit, its staff and its group, its card, after the pictures and papers of its first opinion.

    What was spoken stays with the office: a unit reads what the office wrote down (dialogues.md, section 7).
    """
    await tx.session.flush()
    first = await issues.lead(tx, issue)
    if first is None or issue.unit_id is None:
        return
    readers = await tell.unit_accounts(tx, issue.unit_id)
    whole = await tx.session.scalar(
        select(Opinion).where(Opinion.id == first.id).options(selectinload(Opinion.attachments))
    )
    files = [each for each in whole.attachments if each.kind != "voice"] if whole is not None else []
    key = f"{UNIT_CARD}:{event.id}"
    await tell.accounts(tx, readers, UNIT_CARD, key, opinion_id=first.id, files=files, issue_id=issue.id)


async def show(tx: Transaction, *changed: Issue, also: Collection[int] = ()) -> None:
    """Changes every card about these issues, and about these opinions, to what stands now."""
    await tx.session.flush()
    ids = await tx.session.scalars(select(Opinion.id).where(Opinion.issue_id.in_([each.id for each in changed])))
    await changes.refresh(tx, {*ids, *also}, CARDS)
