"""Messages beside the last of which one delivery consists: a text in parts, a file and its words."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, delete, select, union_all

from storage.database import Transaction
from storage.models import MessagePart, Outbox


async def keep(tx: Transaction, parts: Sequence[tuple[int, int, int]]) -> None:
    """Of messages that went out before the last of their delivery: (account id, message id, outbox id)."""
    if not parts:
        return
    await tx.session.execute(
        tx.insert(MessagePart).on_conflict_do_nothing(index_elements=["account_id", "message_id"]),
        [
            {"account_id": account_id, "message_id": message_id, "outbox_id": outbox_id}
            for account_id, message_id, outbox_id in parts
        ],
    )


def is_shown(account_id: int, message_id: int) -> ColumnElement[bool]:
    """Whether an outbox row is a delivery that this account sees in this message, whichever of its messages it is."""
    last = select(Outbox.id).where(Outbox.account_id == account_id, Outbox.message_id == message_id)
    earlier = (
        select(Outbox.id)
        .join(MessagePart, MessagePart.outbox_id == Outbox.id)
        .where(
            MessagePart.account_id == account_id,
            MessagePart.message_id == message_id,
            # It went on to another account of hers after its first part.
            Outbox.account_id == account_id,
        )
    )
    return Outbox.id.in_(union_all(last, earlier))


async def of_deliveries(tx: Transaction, *which: ColumnElement[bool]) -> list[tuple[Outbox, int]]:
    """The deliveries for which `which` holds that have such messages, each with the id of one of them."""
    found = await tx.session.execute(
        select(Outbox, MessagePart.message_id)
        .join(MessagePart, (MessagePart.outbox_id == Outbox.id) & (MessagePart.account_id == Outbox.account_id))
        .where(*which)
        .order_by(MessagePart.outbox_id, MessagePart.message_id)
    )
    return [(row, message_id) for row, message_id in found]


async def forget(tx: Transaction, account_ids: Collection[int]) -> None:
    """Their owner had everything deleted."""
    await tx.session.execute(delete(MessagePart).where(MessagePart.account_id.in_(account_ids)))
