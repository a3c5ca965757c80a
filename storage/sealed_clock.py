"""What the clock does for the sealed lane: nothing in it lies still, and nothing about leaders is kept overnight."""

from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import selectinload

from storage import drafts, events, issues, sealed, tell, unsaid
from storage.database import Transaction
from storage.events import Actor
from storage.models import Conversation, Draft, Role, Sealed, Target
from storage.states import SealedState

ASK_HER_AFTER = timedelta(hours=1)
"""The clerk who found it did not say whom it accuses: she is asked."""

REMIND_AFTER = timedelta(days=3)
SEAL_AFTER = timedelta(days=7)


async def forget_leaders(tx: Transaction) -> int:
    """Deletes, at the end of the day, what was said about the commune's leaders; nobody is told. Returns how many."""
    midnight = datetime.combine(issues.today(tx), time(), tx.commune.timezone)
    held = list(
        await tx.session.scalars(
            select(Draft)
            .where(Draft.target == Target.LEADER, Draft.updated_at < midnight)
            .options(selectinload(Draft.attachments))
        )
    )
    for draft in held:
        await unsaid.of_draft(tx, draft.account_id, draft.created_at, draft.text, draft.attachments)
        await tx.session.execute(
            update(Conversation)
            .where(Conversation.account_id == draft.account_id)
            .values(state=None, data={}, menu=None)
        )
        events.record(tx, "draft.expired", "draft", draft.id, Actor.CLOCK)
        await drafts.drop(tx, draft)
    asked = await _asked(tx, Sealed.target == Target.LEADER, Sealed.asked_at < midnight)
    for matter in asked:
        await sealed.erase(tx, matter, Actor.CLOCK)
    return len(held) + len(asked)


async def follow_up(tx: Transaction) -> int:
    """Asks its author once more after three days, and seals what nobody answered for seven: it is not lost.

    Information that is clear and comes with evidence must be checked (Luật Tố cáo, Điều 25). Returns how many moved.
    """
    done = 0
    for matter in await _asked(tx, Sealed.target.is_(None), Sealed.asked_at <= tx.now - ASK_HER_AFTER):
        done += await sealed.tell_author(tx, matter, "accuse_who", f"accuse_who:{matter.id}")
    not_leader = Sealed.target.is_not(None) & (Sealed.target != Target.LEADER)
    morning = tx.commune.after_quiet(tx.now)
    for matter in await _asked(tx, not_leader, Sealed.asked_at <= tx.now - REMIND_AFTER):
        if matter.asked_at is not None and matter.asked_at > tx.now - SEAL_AFTER:
            key = f"accuse_again:{matter.id}"
            done += await sealed.tell_author(tx, matter, "accuse_ways", key, not_before=morning)
        elif matter.text or matter.attachments:
            await sealed.seal(tx, matter, None)
            key = f"sealed_told:{matter.id}:{matter.state}"
            done += 1 + await sealed.tell_author(tx, matter, "sealed_told", key, not_before=morning)
        else:
            await sealed.erase(tx, matter, Actor.CLOCK)
            done += 1
    return done


async def tell_who_reads(tx: Transaction) -> int:
    """Tells readers, late ones too, of what waits; where there is none, the leaders that nobody reads. How many new."""
    done = 0
    for matter in await waiting(tx):
        if await sealed.readers(tx, matter.target):
            done += await sealed.tell_readers(tx, matter)
            continue
        unread = [each for each in await events.history(tx, "sealed", matter.id) if each.kind == "sealed.unread"]
        if not unread:
            events.record(tx, "sealed.unread", "sealed", matter.id, Actor.CLOCK)
            done += 1
        leaders = await tell.accounts_in(tx, [Role.LEADER])
        await tell.accounts(tx, leaders, "sealed_no_reader", f"sealed_no_reader:{matter.id}")
    return done


async def waiting(tx: Transaction) -> list[Sealed]:
    """What is sealed and not decided, by number."""
    found = await tx.session.scalars(select(Sealed).where(Sealed.state == SealedState.SEALED).order_by(Sealed.number))
    return list(found)


async def count_unread(tx: Transaction) -> int:
    """How many matters wait that no official may read, or that nobody said whom they accuse: the operator's warning."""
    unread = sum([not await sealed.readers(tx, each.target) for each in await waiting(tx)])
    untold = await tx.session.scalar(
        select(func.count())
        .select_from(Sealed)
        .where(Sealed.state == SealedState.ASKED, Sealed.target.is_(None), Sealed.asked_at <= tx.now - SEAL_AFTER)
    )
    return unread + (untold or 0)


async def _asked(tx: Transaction, *which: ColumnElement[bool]) -> list[Sealed]:
    found = await tx.session.scalars(
        select(Sealed)
        .where(Sealed.state == SealedState.ASKED, *which)
        .order_by(Sealed.number)
        .options(selectinload(Sealed.attachments))
    )
    return list(found)
