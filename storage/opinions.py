"""What residents raised: reading it, adding to it, taking it back."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from storage import asking, delegations, events, issues, tell
from storage.database import Transaction
from storage.drafts import MAX_TEXT, check_cleared, messages_of, tell_first_readers
from storage.events import Actor
from storage.folding import fold
from storage.models import Account, Addition, Answer, Attachment, Draft, Issue, Official, Opinion, Person, Role
from storage.people import Caller
from storage.rights import has_clerk, may_read, sees_names
from storage.sorted import show, take_back
from storage.standing import standing
from storage.states import AnswerState, OpinionState, move

WAITING = (OpinionState.RECEIVED, OpinionState.REOPENED)

WITHDRAWABLE = (OpinionState.RECEIVED, OpinionState.NEEDS_DETAIL, OpinionState.ACCEPTED)
"""States in which an author may take her opinion back: until it was answered."""

EDITABLE = 50
"""Opinions of one account among which a message that she edits is looked for."""


@cache
def _whole() -> tuple[ORMOption, ...]:
    return (selectinload(Opinion.attachments), selectinload(Opinion.additions), *standing())


async def by_id(tx: Transaction, opinion_id: int) -> Opinion | None:
    """One opinion with its files, additions and issue, whoever asks: the caller checks who may see it."""
    return await tx.session.scalar(_whole_by("id"), {"value": opinion_id})


@cache
def _whole_by(column: str) -> Select[Opinion]:
    """SELECT of one opinion with all that belongs to it, built once for each column that it is asked by."""
    return select(Opinion).where(getattr(Opinion, column) == bindparam("value")).options(*_whole())


@cache
def _own() -> Select[Opinion]:
    hers = Opinion.person_id == bindparam("person_id")
    return select(Opinion).where(hers).order_by(Opinion.number.desc()).options(*standing())


async def own(tx: Transaction, person: Person | None, limit: int = 20) -> list[Opinion]:
    """Hers, newest first."""
    if person is None:
        return []
    return list(await tx.session.scalars(_own().limit(limit), {"person_id": person.id}))


async def own_by_number(tx: Transaction, person: Person | None, number: int) -> Opinion | None:
    """Hers with this number; another's is as if it were not there."""
    if person is None:
        return None
    return await tx.session.scalar(
        select(Opinion).where(Opinion.number == number, Opinion.person_id == person.id).options(*_whole())
    )


async def own_by_id(tx: Transaction, person: Person | None, opinion_id: int) -> Opinion | None:
    if person is None:
        return None
    return await tx.session.scalar(
        select(Opinion).where(Opinion.id == opinion_id, Opinion.person_id == person.id).options(*_whole())
    )


async def own_by_message(tx: Transaction, account: Account, message_id: int) -> Opinion | None:
    """Hers that holds the words of this message, if it is one of the newest that this account raised."""
    rows = await tx.session.execute(
        select(Opinion.id, Opinion.message_ids)
        .where(Opinion.account_id == account.id)
        .order_by(Opinion.number.desc())
        .limit(EDITABLE)
    )
    found = next((id_ for id_, message_ids in rows if message_id in (message_ids or [])), None)
    return await by_id(tx, found) if found is not None else None


async def of_caller(tx: Transaction, caller: Caller, opinion_id: int) -> Opinion | None:
    """Hers, or one that she entered as an official for somebody without an account; another's as if it were not."""
    if caller.person is None:
        return None
    hers = _of(caller.person, caller.official)
    return await tx.session.scalar(select(Opinion).where(Opinion.id == opinion_id, hers).options(*_whole()))


async def asked_of(tx: Transaction, person: Person | None, official: Official | None) -> list[Opinion]:
    """What this person is being asked about, hers or entered by her for a neighbour, the newest question first."""
    if person is None:
        return []
    found = await tx.session.scalars(
        select(Opinion)
        .where(Opinion.state == OpinionState.NEEDS_DETAIL, _of(person, official))
        .order_by(Opinion.asked_at.desc(), Opinion.number.desc())
        .options(*_whole())
    )
    return list(found)


def _of(person: Person, official: Official | None) -> ColumnElement[bool]:
    hers = Opinion.person_id == person.id
    if official is None:
        return hers
    return or_(hers, Opinion.account_id.is_(None) & (Opinion.entered_by_id == official.id))


async def released_answer(tx: Transaction, opinion: Opinion) -> Answer | None:
    """The last answer that was released to this opinion's issue, with its files and who signed it."""
    if opinion.issue_id is None:
        return None
    return await tx.session.scalar(
        select(Answer)
        .where(Answer.issue_id == opinion.issue_id, Answer.state == AnswerState.RELEASED)
        .options(selectinload(Answer.attachments), selectinload(Answer.official))
        .order_by(Answer.released_at.desc(), Answer.id.desc())
        .limit(1)
    )


async def add_to(
    tx: Transaction, opinion: Opinion, text: str, kind: str = "addition", files: Sequence[Attachment] = ()
) -> Addition:
    """Her further words, kept beside the opinion, and the clerk told: they answer what she was being asked.

    Whoever owes her an answer reads them too, and for a matter that she opened again the leaders. `files` came with
    the words and are hers already. `opinion.attachments` and `opinion.additions` must be loaded.
    """
    addition = Addition(text=text[:MAX_TEXT], added_at=tx.now)
    opinion.additions.append(addition)
    opinion.folded = f"{opinion.folded}\n{fold(text[:MAX_TEXT])}"
    await tx.session.flush()
    events.record(tx, "opinion.added_to", "opinion", opinion.id, Actor.RESIDENT, addition_id=addition.id)
    if opinion.state is OpinionState.NEEDS_DETAIL:
        await asking.take_reply(tx, opinion, addition)
    else:
        key = f"addition:{addition.id}"
        await tell_first_readers(tx, opinion, kind, key, files, addition_id=addition.id)
        readers = await _owing(tx, opinion)
        await tell.accounts(tx, readers, kind, key, opinion_id=opinion.id, files=files, addition_id=addition.id)
    return addition


async def _owing(tx: Transaction, opinion: Opinion) -> list[Account]:
    issue = await tx.session.get(Issue, opinion.issue_id) if opinion.issue_id is not None else None
    if issue is None:
        return []
    found = await tell.accounts_in(tx, [Role.LEADER]) if opinion.state is OpinionState.REOPENED else []
    return found + (await tell.accounts_in(tx, [Role.STAFF], unit_id=issue.unit_id) if issue.unit_id else [])


async def add_draft(tx: Transaction, opinion: Opinion, draft: Draft) -> None:
    """Makes a draft, words and files, a further word to an opinion that was sent. `opinion` must be loaded whole.

    Raises ValueError while the draft may be about a person.
    """
    text, _ = await take_draft(tx, opinion, draft)
    await add_to(tx, opinion, text)


async def take_draft(tx: Transaction, opinion: Opinion, draft: Draft) -> tuple[str, list[Attachment]]:
    """Ends a draft whose files become the opinion's; returns its words, for the caller to keep, and those files.

    Raises ValueError while the draft may be about a person.
    """
    check_cleared(draft)
    files = list(draft.attachments)
    for attachment in files:
        attachment.draft = None
        attachment.opinion = opinion
    text = draft.text
    opinion.message_ids = [*(opinion.message_ids or []), *messages_of(draft)]
    await tx.session.delete(draft)
    await tx.session.flush()
    return text, files


async def withdraw(tx: Transaction, opinion: Opinion) -> None:
    """She takes her opinion back; an issue that nobody else asks about is closed. Raises ForbiddenMove once answered.

    `opinion.issue` must be loaded.
    """
    moved = (opinion.state, move(opinion.state, OpinionState.WITHDRAWN))
    opinion.state = moved[1]
    opinion.proposed = None
    events.record(tx, "opinion.withdrawn", "opinion", opinion.id, Actor.RESIDENT, moved)
    await take_back(tx, [opinion.id])
    await asking.show(tx, opinion)
    if opinion.issue is not None:
        await issues.close_if_empty(tx, opinion.issue, Actor.RESIDENT)
        await show(tx, opinion.issue)
    await tell_first_readers(tx, opinion, "withdrawn", f"withdrawn:{opinion.id}")


async def count_waiting(tx: Transaction) -> int:
    """How many wait to be sorted, or were opened again by their authors: a number that every role may know."""
    count = await tx.session.scalar(select(func.count()).select_from(Opinion).where(Opinion.state.in_(WAITING)))
    return count or 0


async def visible(
    tx: Transaction, official: Official, *, number: int | None = None, opinion_id: int | None = None
) -> Opinion | None:
    """One opinion by number or id, if this official may read it; otherwise as if it were not there."""
    column, value = ("number", number) if number is not None else ("id", opinion_id)
    opinion = await tx.session.scalar(_whole_by(column), {"value": value})
    if opinion is None or may_read(official, opinion, has_clerk=await has_clerk(tx)):
        return opinion
    # What is proposed is read by whoever a leader lets agree to it.
    fields = await delegations.fields_of(tx, official) if opinion.proposed is not None else frozenset()
    return opinion if delegations.covers(fields, opinion.field_id) else None


async def author_of(tx: Transaction, opinion: Opinion, reader: Official) -> Person | None:
    """Who raised it, when she chose to be named, is still on record, and `reader` may see names."""
    if not opinion.named or opinion.person_id is None or not sees_names(reader):
        return None
    return await tx.session.get(Person, opinion.person_id)
