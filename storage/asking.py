"""Asking an author back: her reply lands on the same opinion, and what she leaves alone returns to the clerk."""

from datetime import datetime, timedelta

from sqlalchemy import select

from storage import changes, events, issues, outbox, tell, waiting
from storage.database import Transaction
from storage.drafts import tell_first_readers
from storage.events import Actor
from storage.models import Account, Addition, Event, Official, Opinion, Priority, Verdict
from storage.people import first_readers_accounts
from storage.states import OpinionState, move

UNDO = timedelta(minutes=2)
"""How long an author is not told yet what the office decided about her opinion, so that it can be taken back."""

REMIND_AFTER = timedelta(days=3)
RETURN_AFTER = timedelta(days=7)
"""A question that she leaves alone: one reminder, then back to the clerk, never closed (dialogues.md, section 9)."""

MAX_WORDS = 500
"""Characters of a question or a reason that an official types."""

CARDS = waiting.CARDS | {"proposal"}
"""Kinds of notices to officials that show what was decided, and change when that does."""


class NobodyToAsk(Exception):
    """Its author is gone or cannot be written to: a question would reach nobody."""


class AlreadyProposed(Exception):
    """A leader is being asked about it: nothing else is decided meanwhile."""


def stamp(at: datetime) -> int:
    """What tells the notices of one decision from those of a later one."""
    return int(at.timestamp())


def later(tx: Transaction) -> datetime:
    """When an author is told what the office decided now."""
    return tx.commune.after_quiet(tx.now + UNDO)


def decide(opinion: Opinion, state: OpinionState) -> tuple[OpinionState, OpinionState]:
    """Moves an opinion by a verdict; returns (from, to). Raises AlreadyProposed, or ForbiddenMove; nothing changes."""
    if opinion.proposed is not None:
        raise AlreadyProposed
    moved = (opinion.state, move(opinion.state, state))
    opinion.state = moved[1]
    return moved


async def show(tx: Transaction, opinion: Opinion) -> None:
    """Changes every card about an opinion to what stands now."""
    await changes.refresh(tx, [opinion.id], CARDS)


async def ask(tx: Transaction, opinion: Opinion, official: Official, question: str) -> Event:
    """Asks the author back, or whoever entered it for her.

    Raises NobodyToAsk when the question would reach nobody, AlreadyProposed, and ForbiddenMove unless it is received.
    """
    readers = await tell.author_accounts(tx, opinion)
    if not [each for each in readers if each.unreachable_at is None]:
        raise NobodyToAsk
    moved = decide(opinion, OpinionState.NEEDS_DETAIL)
    opinion.verdict, opinion.question, opinion.asked_at = Verdict.NEEDS_DETAIL, question[:MAX_WORDS], tx.now
    event = events.record(tx, "opinion.asked", "opinion", opinion.id, official, moved)
    await tell.author(tx, opinion, "asked", _asked(opinion), not_before=later(tx))
    await show(tx, opinion)
    return event


async def unqueue_author(tx: Transaction, opinion: Opinion, *keys: str) -> bool:
    """Stops notices to an author that have not gone; whether she has read none of them."""
    readers = await tell.author_accounts(tx, opinion)
    stopped = await changes.unqueue(tx, [f"{key}:{each.told_as}" for each in readers for key in keys])
    return bool(stopped) or not readers


def _asked(opinion: Opinion) -> str:
    return f"asked:{opinion.id}:{stamp(opinion.asked_at) if opinion.asked_at else 0}"


def keys(opinion: Opinion) -> tuple[str, str]:
    """Of the notices by which its author is asked, without the account: the question, and its reminder."""
    return _asked(opinion), f"{_asked(opinion)}:again"


async def take_back(tx: Transaction, opinion: Opinion, official: Official) -> None:
    """Takes back a question whose notices were stopped. Raises ForbiddenMove when nothing is asked any more."""
    moved = (opinion.state, move(opinion.state, OpinionState.RECEIVED))
    opinion.state = moved[1]
    opinion.verdict = opinion.question = opinion.asked_at = None
    events.record(tx, "opinion.undone", "opinion", opinion.id, official, moved)
    await show(tx, opinion)


async def take_reply(tx: Transaction, opinion: Opinion, addition: Addition) -> None:
    """Her further words are the answer to what she was asked: the clerk reads them with the question.

    `opinion.attachments` must be loaded: those that came since the question go along.
    """
    await _return(tx, opinion, Actor.RESIDENT, "opinion.replied")
    await tell_first_readers(tx, opinion, "replied", f"replied:{addition.id}", addition_id=addition.id)
    await pass_files(tx, opinion)


async def pass_files(tx: Transaction, opinion: Opinion) -> None:
    """Sends the first readers what came with a reply, the rest of an album too, each file once."""
    if opinion.question is None or opinion.asked_at is None:
        return
    await tx.session.flush()
    readers = await first_readers_accounts(tx)
    about = {"opinion_id": opinion.id}
    notices = [
        outbox.Notice(
            account,
            "file",
            Priority.ANSWER,
            {**about, "attachment_id": file.id},
            key=f"reply:{file.id}:{account.told_as}",
            opinion_id=opinion.id,
        )
        for account in readers
        for file in opinion.attachments
        if file.created_at >= opinion.asked_at
    ]
    await outbox.queue(tx, notices)


async def unsure(tx: Transaction, opinion: Opinion) -> None:
    """She cannot tell. Raises ForbiddenMove when nothing is asked any more."""
    await _return(tx, opinion, Actor.RESIDENT, "opinion.unsure")
    await tell_first_readers(tx, opinion, "replied", f"unsure:{_asked(opinion)}", how="unsure")


async def _return(tx: Transaction, opinion: Opinion, actor: Actor, kind: str) -> None:
    moved = (opinion.state, move(opinion.state, OpinionState.RECEIVED))
    opinion.state, opinion.verdict = moved[1], None
    sort_anew(tx, opinion)
    events.record(tx, kind, "opinion", opinion.id, actor, moved)
    await unqueue_author(tx, opinion, *keys(opinion))
    await show(tx, opinion)


def sort_anew(tx: Transaction, opinion: Opinion) -> None:
    """Gives the clerk his days again: those in which it lay with somebody else were not his."""
    due = tx.commune.calendar.add(issues.today(tx), tx.commune.sort_days)
    opinion.sort_due = max(opinion.sort_due or due, due)


async def remind_asked(tx: Transaction) -> int:
    """The one reminder of a question that was left alone; returns how many are new."""
    found = await tx.session.scalars(
        select(Opinion).where(
            Opinion.state == OpinionState.NEEDS_DETAIL,
            Opinion.asked_at <= tx.now - REMIND_AFTER,
            Opinion.asked_at > tx.now - RETURN_AFTER,
        )
    )
    notices = [
        outbox.Notice(
            account,
            "asked",
            Priority.REMINDER,
            {"opinion_id": opinion.id, "again": True},
            key=f"{keys(opinion)[1]}:{account.told_as}",
            opinion_id=opinion.id,
            not_before=tx.commune.after_quiet(tx.now),
        )
        for opinion in found
        for account in await tell.author_accounts(tx, opinion)
    ]
    return await outbox.queue(tx, notices)


async def return_unanswered(tx: Transaction) -> int:
    """Gives the clerk back what was left alone for seven days, or what nobody is left to answer; returns how many."""
    found = list(
        await tx.session.scalars(
            select(Opinion)
            .outerjoin(Account, Account.id == Opinion.account_id)
            .outerjoin(Official, Official.id == Opinion.entered_by_id)
            .where(
                Opinion.state == OpinionState.NEEDS_DETAIL,
                (Opinion.asked_at <= tx.now - RETURN_AFTER)
                | (Account.native_id.is_(None) & (Official.id.is_(None) | Official.revoked_at.is_not(None))),
            )
            .order_by(Opinion.number)
        )
    )
    for opinion in found:
        how = "silent" if opinion.asked_at is not None and opinion.asked_at <= tx.now - RETURN_AFTER else "gone"
        await _return(tx, opinion, Actor.CLOCK, "opinion.unanswered")
        await tell_first_readers(tx, opinion, "replied", f"unanswered:{_asked(opinion)}", how=how)
    return len(found)
