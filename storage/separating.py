"""Two accounts of one person part again: one of them leaves, and everything stays with her in the others."""

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from storage import browsers, changes, conversations, drafts, events, joincodes, joining, outbox, transcript, wires
from storage.database import Transaction
from storage.events import Actor
from storage.models import Account, Attachment, Draft, Opinion, Outbox, Priority, Registration, Sealed
from storage.people import Caller
from storage.states import DeliveryState

NOTICE = "left"
"""The kind of notice by which an account hears that it left."""


async def others_of(tx: Transaction, account: Account) -> list[Account]:
    """The accounts that are joined to this one, oldest first."""
    if account.first_id is None:
        return []
    joined = select(Account).where(Account.first_id == account.first_id, Account.id != account.id)
    return list(await tx.session.scalars(joined.order_by(Account.id)))


async def separate(tx: Transaction, caller: Caller, account_id: int) -> Account | None:
    """One of her other accounts leaves: everything stays with her here, and that one knows nothing of her any more.

    What waits to be sent there comes here, cards of an office that it shows are emptied, and what it was about to say
    goes: that phone may be in other hands. Whoever writes from it is as new, and is told once that it left, lest one
    who is there be parted from her matters without a word. None when it is none of hers.
    """
    others = {each.id: each for each in await others_of(tx, caller.account)}
    leaver = others.pop(account_id, None)
    if leaver is None:
        return None
    here, person = caller.account, caller.person
    stay = [here, *others.values()]
    for draft in await tx.session.scalars(
        select(Draft).where(Draft.account_id == leaver.id).options(selectinload(Draft.attachments))
    ):
        await drafts.drop(tx, draft)
    await joining.move_waiting(tx, [leaver.id], here, *joining.WAITING)
    await changes.blank(tx, account_ids=[leaver.id])
    await _hand_over(tx, leaver, here, min(each.id for each in stay))
    leaver.person, leaver.first_id, leaver.joined_at = None, None, None
    first_id = min(each.id for each in stay) if others else None
    for each in stay:
        each.first_id, each.joined_at = first_id, each.joined_at if others else None
    await tx.session.flush()
    await joincodes.forget(tx, [leaver.id])
    await transcript.wipe(tx, [leaver.id])
    await browsers.forget(tx, [leaver.id])
    await wires.forget(tx, [leaver.id])
    left = await conversations.conversation_of(tx, leaver.id)
    left.state, left.data, left.menu = None, {}, None
    if person is not None:
        events.record(tx, "person.separated", "person", person.id, Actor.RESIDENT, account_id=leaver.id)
    key = f"{NOTICE}:{leaver.id}:{int(tx.now.timestamp())}"
    notice = outbox.Notice(leaver, NOTICE, Priority.ANSWER, {"messenger": here.messenger}, key=key)
    await outbox.queue(tx, [notice])
    return leaver


async def _hand_over(tx: Transaction, leaver: Account, here: Account, first_id: int) -> None:
    """What named the account that leaves names one that stays."""
    for values, table in (
        # Ids of messages mean nothing in another account, or another message.
        ({"account_id": here.id, "message_ids": None}, Opinion),
        ({"account_id": here.id}, Sealed),
        ({"account_id": here.id}, Attachment),
        ({"account_id": first_id}, Registration),
    ):
        await tx.session.execute(
            update(table)
            .where(table.account_id == leaver.id)
            .values(values)
            .execution_options(synchronize_session="fetch")
        )
    mine = Outbox.account_id == leaver.id
    await tx.session.execute(
        update(Outbox)
        .where(mine, Outbox.state.in_(joining.WAITING), Outbox.kind != changes.BLANK)
        .values(state=DeliveryState.STOPPED, key=None)
        .execution_options(synchronize_session=False)
    )
    await tx.session.execute(
        update(Outbox)
        .where(mine, Outbox.kind != changes.BLANK)
        .values(payload=None, opinion_id=None)
        .execution_options(synchronize_session=False)
    )
