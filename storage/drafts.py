"""An opinion before it is sent: held until consent, then hers to complete, send or drop."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import contains_eager, selectinload

from storage import events, outbox, transcript, unsaid
from storage.database import Transaction
from storage.events import Actor
from storage.folding import fold
from storage.models import (
    Account,
    Attachment,
    Conversation,
    Counter,
    Draft,
    Official,
    Opinion,
    Person,
    Priority,
    Suspicion,
    Target,
)
from storage.people import Caller, first_readers_accounts
from storage.states import OpinionState
from storage.tell import office_hours

MAX_TEXT = 20_000
NUMBER = "opinion"
DRAFT = "draft"


def hold(
    tx: Transaction, account: Account, text: str, *, on_behalf: bool = False, message_id: int | None = None
) -> Draft:
    """Begins a draft with the words that came first; nobody reads it. `on_behalf`: an official writes for another.

    `message_id` is of the message that they came in.
    """
    village_id = account.person.village_id if account.person and not on_behalf else None
    account.forget_at = None  # she is back: her words must not go with the account that she left
    draft = Draft(
        account=account,
        text=text[:MAX_TEXT],
        village_id=village_id,
        on_behalf=on_behalf,
        created_at=tx.now,
        updated_at=tx.now,
        said=[[message_id, len(text)]] if text else [],
        attachments=[],
    )
    tx.session.add(draft)
    return draft


def add_words(tx: Transaction, draft: Draft, text: str, message_id: int | None = None) -> None:
    """Puts more of her words on a line of their own."""
    draft.text = f"{draft.text}\n{text}".strip("\n")[:MAX_TEXT]
    draft.said = [*(draft.said or []), [message_id, len(text)]]
    draft.updated_at = tx.now


def replace_words(tx: Transaction, draft: Draft, text: str, message_id: int | None = None) -> None:
    draft.text, draft.said, draft.updated_at = text[:MAX_TEXT], [[message_id, len(text)]], tx.now


def holds(draft: Draft, message_id: int) -> bool:
    """Whether words of this message of hers are in the draft."""
    return any(known == message_id for known, _ in draft.said or [])


def edit_words(tx: Transaction, draft: Draft, message_id: int, text: str) -> bool:
    """Puts the words that she edited in the place of the old ones. False when that place is not certain any more."""
    said = draft.said or []
    at = [known for known, _ in said].index(message_id)
    start = sum(length + 1 for _, length in said[:at])
    length = said[at][1]
    if sum(each + 1 for _, each in said) - 1 != len(draft.text) or len(draft.text) - length + len(text) > MAX_TEXT:
        return False
    draft.text = draft.text[:start] + text + draft.text[start + length :]
    draft.said = [*said[:at], [message_id, len(text)], *said[at + 1 :]]
    draft.updated_at = tx.now
    return True


def messages_of(draft: Draft) -> list[int]:
    """The ids of her messages that the draft is made of."""
    return [message_id for message_id, _ in draft.said or [] if message_id is not None]


def suspect(tx: Transaction, draft: Draft) -> None:
    """Her words seem to accuse a person: they go nowhere until she said what she wants."""
    draft.suspicion, draft.updated_at = Suspicion.ASKED, tx.now


def clear(tx: Transaction, draft: Draft) -> None:
    """She said that it is about no person."""
    draft.suspicion, draft.target, draft.updated_at = Suspicion.CLEARED, None, tx.now


def accuse(tx: Transaction, draft: Draft, target: Target) -> None:
    """She said what kind of person it is about."""
    draft.suspicion, draft.target, draft.updated_at = Suspicion.ASKED, target, tx.now


def set_village(tx: Transaction, draft: Draft, village_id: str | None) -> None:
    draft.village_id, draft.updated_at = village_id, tx.now


def set_field(tx: Transaction, draft: Draft, field_id: str) -> None:
    draft.field_id, draft.updated_at = field_id, tx.now


async def drop_files(tx: Transaction, draft: Draft, kind: str | None = None) -> None:
    """Deletes the draft's files, or those of one kind, rows and bytes."""
    for attachment in [each for each in draft.attachments if kind in (None, each.kind)]:
        if attachment.digest:
            tx.drop_file(attachment.digest)
        draft.attachments.remove(attachment)
        await tx.session.delete(attachment)
    draft.updated_at = tx.now


async def drop(tx: Transaction, draft: Draft) -> None:
    """Deletes a draft with its files; nothing of it is kept."""
    await drop_files(tx, draft)
    await tx.session.delete(draft)
    await tx.session.flush()


async def submit(
    tx: Transaction, caller: Caller, draft: Draft, *, named: bool, author: Person | None = None, urgent: bool = False
) -> Opinion:
    """Makes the draft an opinion with the next number and tells the clerks, or the leaders while there is no clerk.

    `author` is the person that an official writes for (`entering.author_of`); without it the caller is her own author.
    What is `urgent` does not wait for office hours.

    Numbers are gapless: the counter moves in the caller's transaction and goes back with it. Raises ValueError without
    consent, words or files, and while it may be about a person.
    """
    check_cleared(draft)
    if author is not None:
        await tx.session.flush()
    person = author or caller.person
    if person is None or person.consented_at is None:
        raise ValueError("an opinion cannot be sent without consent")
    if not draft.text.strip() and not draft.attachments:
        raise ValueError("an opinion needs words or a file")
    number = await next_number(tx)
    today = tx.now.astimezone(tx.commune.timezone).date()
    opinion = Opinion(
        # Its number is its id: unique already, and known before the row is written.
        id=number,
        number=number,
        person_id=person.id,
        account_id=caller.account.id if author is None else None,
        entered_by_id=caller.official.id if author is not None and caller.official is not None else None,
        text=draft.text,
        folded=fold(draft.text),
        village_id=draft.village_id,
        field_id=draft.field_id or "khac",
        named=named,
        state=OpinionState.RECEIVED,
        raised_at=tx.now,
        sort_due=tx.commune.calendar.add(today, tx.commune.sort_days),
        notice_due=tx.commune.calendar.add(today, tx.commune.notice_days),
        message_ids=messages_of(draft),
        attachments=[],
        additions=[],
    )
    tx.session.add(opinion)
    for attachment in list(draft.attachments):
        attachment.draft = None
        attachment.opinion = opinion
    await tx.session.delete(draft)
    by = caller.official if author is not None and caller.official is not None else Actor.RESIDENT
    kind = "opinion.raised" if by is Actor.RESIDENT else "opinion.entered"
    events.record(tx, kind, "opinion", opinion.id, by, named=named, files=len(opinion.attachments))
    await tell_first_readers(tx, opinion, "card", f"card:{opinion.id}", opinion.attachments, urgent=urgent)
    return opinion


def check_cleared(draft: Draft) -> None:
    """Raises ValueError while nobody said whether the draft accuses a person: until then it goes nowhere."""
    if draft.suspicion is Suspicion.ASKED:
        raise ValueError("it may be about a person")


async def tell_first_readers(
    tx: Transaction,
    opinion: Opinion,
    kind: str,
    key: str,
    attachments: Sequence[Attachment] = (),
    *,
    urgent: bool = False,
    **ids: Any,
) -> None:
    """Queues a notice about an opinion, and then these files of it, to those who read what is not yet accepted.

    `ids` name what else the notice shows. What is not `urgent` waits for office hours.
    """
    at = tx.now if urgent else office_hours(tx)
    notices: list[outbox.Notice] = []
    for account in await first_readers_accounts(tx):
        own_key = f"{key}:{account.told_as}"
        about = {"opinion_id": opinion.id}
        notices.append(
            outbox.Notice(
                account,
                kind,
                Priority.ANSWER,
                {**about, **ids},
                key=own_key,
                opinion_id=opinion.id,
                not_before=at,
            )
        )
        notices += [
            outbox.Notice(
                account,
                "file",
                Priority.ANSWER,
                {**about, "attachment_id": attachment.id},
                key=f"{own_key}:file:{attachment.id}",
                opinion_id=opinion.id,
                not_before=at,
            )
            for attachment in attachments
        ]
    if notices:
        await outbox.queue(tx, notices)


async def give_id(tx: Transaction, draft: Draft) -> None:
    """Gives a new draft its id, for the buttons that name it; the row is written later, with those of others."""
    draft.id = await _next(tx, DRAFT)


async def next_number(tx: Transaction) -> int:
    """The next number of opinions and sealed matters: gapless, since the counter goes back with the transaction."""
    return await _next(tx, NUMBER)


async def _next(tx: Transaction, name: str) -> int:
    key = f"counter {name}"
    if key not in tx.known:
        # What waits to be written may wait on: a batch of opinions goes in with one statement a table.
        with tx.session.no_autoflush:
            tx.known[key] = await tx.session.get(Counter, name, with_for_update=True)
    counter: Counter | None = tx.known[key]
    if counter is None:
        raise RuntimeError(f"the counter {name!r} is missing: run `doithoai migrate`")
    counter.value += 1
    return counter.value


async def expire_held(tx: Transaction, before: datetime) -> int:
    """Deletes what was held without consent since before `before`; returns how many. Nobody is told."""
    return await _expire(tx, before, consented=False)


async def expire_drafts(tx: Transaction, before: datetime) -> int:
    """Deletes drafts that their authors left alone since before `before`; returns how many."""
    return await _expire(tx, before, consented=True)


async def _expire(tx: Transaction, before: datetime, *, consented: bool) -> int:
    has_consent = Person.consented_at.is_not(None)
    drafts = list(
        await tx.session.scalars(
            select(Draft)
            .join(Account, Account.id == Draft.account_id)
            .outerjoin(Person, Person.id == Account.person_id)
            .where(Draft.updated_at < before, has_consent if consented else ~has_consent | Person.id.is_(None))
            .order_by(Draft.id)
            .options(contains_eager(Draft.account), selectinload(Draft.attachments))
        )
    )
    holders = select(Official.person_id).where(Official.revoked_at.is_(None))
    offices = set(await tx.session.scalars(holders)) if drafts and not consented else set()
    for draft in drafts:
        await tx.session.execute(
            update(Conversation)
            .where(Conversation.account_id == draft.account_id)
            .values(state=None, data={}, menu=None)
        )
        events.record(tx, "draft.expired", "draft", draft.id, Actor.CLOCK)
        if not consented and draft.account.person_id in offices:
            await unsaid.of_draft(tx, draft.account_id, draft.created_at, draft.text, draft.attachments)
        elif not consented:
            await outbox.unsay(tx, [draft.account_id])
            await transcript.wipe(tx, [draft.account_id])
        await drop(tx, draft)
    return len(drafts)


async def offer_again(tx: Transaction, before: datetime) -> int:
    """Queues the one offer to go on for drafts left alone since before `before`; returns how many."""
    drafts = list(
        await tx.session.scalars(
            select(Draft)
            .join(Draft.account)
            .join(Account.person)
            .where(Draft.updated_at < before, Draft.offered_at.is_(None), Person.consented_at.is_not(None))
            .options(contains_eager(Draft.account))
        )
    )
    for draft in drafts:
        draft.offered_at = tx.now
    return await outbox.queue(
        tx,
        [
            outbox.Notice(
                draft.account, "draft_offer", Priority.REMINDER, {"draft_id": draft.id}, key=f"draft_offer:{draft.id}"
            )
            for draft in drafts
        ],
    )


async def forget_files_of(tx: Transaction, account_id: int) -> None:
    """Deletes every file of this account that belongs to no opinion, no answer and no sealed matter."""
    loose = list(
        await tx.session.scalars(
            select(Attachment).where(
                Attachment.account_id == account_id,
                Attachment.opinion_id.is_(None),
                Attachment.answer_id.is_(None),
                Attachment.commitment_id.is_(None),
                Attachment.sealed_id.is_(None),
            )
        )
    )
    for attachment in loose:
        if attachment.digest:
            tx.drop_file(attachment.digest)
    await tx.session.execute(delete(Attachment).where(Attachment.id.in_([attachment.id for attachment in loose])))
