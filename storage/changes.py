"""Messages that went out, changed in place: cards that show where a matter stands, and what need not go any more."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import aliased

from storage import parts
from storage.database import Transaction
from storage.models import Account, Opinion, Outbox, Priority, written
from storage.outbox import queue_reply
from storage.states import DeliveryState, move


async def amend(tx: Transaction, account: Account, edits_id: int, method: str, payload: dict[str, Any]) -> None:
    """Queues a change of an earlier reply's message; a change that still waits is overwritten, not queued twice."""
    await tx.session.flush()
    waiting = await tx.session.scalar(
        select(Outbox).where(Outbox.edits_id == edits_id, Outbox.state == written(DeliveryState.QUEUED))
    )
    if waiting is None:
        queue_reply(tx, account, method, payload, edits_id=edits_id)
    else:
        waiting.method, waiting.payload = method, payload


async def refresh(tx: Transaction, opinion_ids: Collection[int], kinds: Collection[str]) -> int:
    """Queues a change of every card of these kinds that was sent about these opinions: each shows the state it is in.

    A card whose change still waits is not queued twice: it is rendered when it goes. Returns how many are new.
    """
    return await _refresh(tx, Outbox.opinion_id.in_(opinion_ids), kinds)


async def refresh_announcements(tx: Transaction, announcement_ids: Collection[int], kinds: Collection[str]) -> int:
    """The same for the cards about these announcements."""
    return await _refresh(tx, Outbox.announcement_id.in_(announcement_ids), kinds)


async def refresh_sealed(tx: Transaction, sealed_id: int, kinds: Collection[str]) -> int:
    """The same for what its readers were told of this sealed matter."""
    return await _refresh(tx, Outbox.payload["sealed_id"].as_integer() == sealed_id, kinds)


async def _refresh(tx: Transaction, about: ColumnElement[bool], kinds: Collection[str]) -> int:
    await tx.session.flush()
    change = aliased(Outbox)
    waits = (
        select(change.id).where(change.edits_id == Outbox.id, change.state == written(DeliveryState.QUEUED)).exists()
    )
    cards = list(
        await tx.session.scalars(
            select(Outbox).where(
                about,
                Outbox.kind.in_(kinds),
                Outbox.method.is_(None),
                Outbox.edits_id.is_(None),
                Outbox.message_id.is_not(None),
                Outbox.payload.is_not(None),
                ~waits,
            )
        )
    )
    for card in cards:
        tx.session.add(
            Outbox(
                account_id=card.account_id,
                messenger=card.messenger,
                priority=Priority.ANSWER,
                kind=card.kind,
                payload=dict(card.payload or {}),
                opinion_id=card.opinion_id,
                announcement_id=card.announcement_id,
                edits_id=card.id,
                state=DeliveryState.QUEUED,
                created_at=tx.now,
                not_before=tx.now,
            )
        )
    if cards:
        tx.wake("outbox")
    return len(cards)


async def shown_already(tx: Transaction, card_id: int) -> None:
    """Stops the change of a card that waits: the tap that caused it changes the same message itself."""
    await tx.session.flush()
    await tx.session.execute(
        update(Outbox)
        .where(Outbox.edits_id == card_id, Outbox.method.is_(None), Outbox.state == DeliveryState.QUEUED)
        .values(state=move(DeliveryState.QUEUED, DeliveryState.STOPPED))
        .execution_options(synchronize_session=False)
    )


async def unqueue(tx: Transaction, keys: Collection[str]) -> int:
    """Stops the notices with these keys that have not gone yet and frees their keys; returns how many."""
    await tx.session.flush()
    result = await tx.session.execute(
        update(Outbox)
        .where(Outbox.key.in_(keys), Outbox.state == DeliveryState.QUEUED)
        .values(state=move(DeliveryState.QUEUED, DeliveryState.STOPPED), key=None)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len(result.all())


BLANK = "blank"


async def blank(
    tx: Transaction,
    *,
    account_ids: Collection[int] | None = None,
    opinion_ids: Collection[int] | None = None,
    but: tuple[int, int] | None = None,
) -> int:
    """Takes back what sent messages show: every card of these accounts, or whatever is about these opinions.

    Each is emptied in place, a picture or an earlier part of a text deleted; what waits to be sent about them is
    stopped; nothing of them is rendered again and replies to them mean nothing more. What an account's owner was told
    about her own opinions stays hers. `but` is a message that is changed anyway: its account and its id. Returns how
    many messages will change.
    """
    await tx.session.flush()
    later = aliased(Outbox)
    covered = (
        select(later.id)
        .where(later.account_id == Outbox.account_id, later.message_id == Outbox.message_id, later.id > Outbox.id)
        .exists()
    )
    own = (
        select(Opinion.id)
        .join(Account, Account.person_id == Opinion.person_id)
        .where(Account.id == Outbox.account_id, Opinion.id == Outbox.opinion_id)
        .exists()
    )
    which: list[ColumnElement[bool]] = [Outbox.opinion_id.in_(opinion_ids)] if opinion_ids is not None else []
    if account_ids is not None:
        which += [Outbox.account_id.in_(account_ids), ~own]
    about = (*which, Outbox.opinion_id.is_not(None))
    # One that is on its way is changed once it has arrived.
    is_there = Outbox.message_id.is_not(None) | (Outbox.state == DeliveryState.SENDING)
    shown = [
        each
        for each in await tx.session.scalars(select(Outbox).where(*about, is_there, ~covered))
        if (each.account_id, each.message_id) != but
    ]
    begun = await parts.of_deliveries(tx, *about)
    await tx.session.execute(
        update(Outbox)
        .where(*about, Outbox.state.in_([DeliveryState.QUEUED, DeliveryState.HELD]))
        .values(state=DeliveryState.STOPPED, key=None)
        .execution_options(synchronize_session=False)
    )
    await tx.session.execute(
        update(Outbox).where(*about).values(payload=None, opinion_id=None).execution_options(synchronize_session=False)
    )
    emptied = [(each, {"file": True} if each.kind == "file" else {}) for each in shown]
    # One empty card in the place of several messages is enough.
    deleted = [(each, {"message_id": message_id}) for each, message_id in begun]
    for each, payload in [*emptied, *deleted]:
        tx.session.add(
            Outbox(
                account_id=each.account_id,
                messenger=each.messenger,
                priority=Priority.ANSWER,
                kind=BLANK,
                payload=payload,
                edits_id=each.id,
                state=DeliveryState.QUEUED,
                created_at=tx.now,
                not_before=tx.now,
            )
        )
    if emptied or deleted:
        tx.wake("outbox")
    return len(emptied) + len(deleted)
