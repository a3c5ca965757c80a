"""Words about a person: sealed at once, read by few, and never by whom they accuse.

Luật Tố cáo: a denunciation is lawful only signed or in person (Điều 22), but information that is clear about the person
and comes with evidence must be checked or passed on (Điều 25), and who denounces is protected.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import selectinload

from storage import changes, drafts, events, issues, outbox, tell, unsaid
from storage.chosen import account_of
from storage.database import Transaction
from storage.events import Actor
from storage.folding import fold
from storage.models import (
    Account,
    Attachment,
    Draft,
    Official,
    Opinion,
    Person,
    Priority,
    Role,
    Sealed,
    Target,
)
from storage.people import Caller, accounts_of
from storage.states import OpinionState, SealedState, move

READERS: Mapping[Target, frozenset[Role]] = {
    Target.VILLAGE_HEAD: frozenset(Role) - {Role.VILLAGE_HEAD},
    Target.OFFICIAL: frozenset({Role.LEADER}),
    Target.LEADER: frozenset(),
    Target.OTHER: frozenset(Role),
}
"""Roles that may read what accuses a person of each kind, if the official is a reader of the lane: never his own."""

WAITS = "sealed_waits"
"""The kind of notice by which a reader hears that one waits."""

OPEN = (SealedState.ASKED, SealedState.SEALED)
"""States in which its author may add to it and take it back."""

MAX_TEXT = 60_000


class Unsealable(ValueError):
    """A draft that cannot be sent sealed: it accuses the commune's leaders or nobody, or is not her own."""


def may_read(official: Official | None, sealed: Sealed) -> bool:
    """Whether this official may read this matter now."""
    return (
        official is not None
        and official.revoked_at is None
        and official.reads_sealed
        and sealed.state is SealedState.SEALED
        and sealed.target is not None
        and official.role in READERS[sealed.target]
    )


async def readers(tx: Transaction, target: Target | None) -> list[Official]:
    """Who reads what accuses this kind of person, oldest first; nobody while that is not known."""
    if target is None:
        return []
    found = await tx.session.scalars(
        select(Official)
        .where(Official.reads_sealed, Official.revoked_at.is_(None), Official.role.in_(READERS[target]))
        .order_by(Official.id)
    )
    return list(found)


async def by_id(tx: Transaction, sealed_id: int) -> Sealed | None:
    """One matter with its files, whoever asks: the caller checks who may see it."""
    return await _one(tx, Sealed.id == sealed_id)


async def own_by_id(tx: Transaction, person: Person | None, sealed_id: int) -> Sealed | None:
    """Hers with this id; another's, or one that was erased, is as if it were not there."""
    return None if person is None else await _one(tx, Sealed.id == sealed_id, Sealed.person_id == person.id)


async def own_by_number(tx: Transaction, person: Person | None, number: int) -> Sealed | None:
    return None if person is None else await _one(tx, Sealed.number == number, Sealed.person_id == person.id)


async def own(tx: Transaction, person: Person | None) -> list[Sealed]:
    """Hers, by number, with their files."""
    if person is None:
        return []
    found = await tx.session.scalars(
        select(Sealed)
        .where(Sealed.person_id == person.id)
        .order_by(Sealed.number)
        .options(selectinload(Sealed.attachments))
    )
    return list(found)


async def _one(tx: Transaction, *which: ColumnElement[bool]) -> Sealed | None:
    return await tx.session.scalar(select(Sealed).where(*which).options(selectinload(Sealed.attachments)))


async def count_for(tx: Transaction, official: Official) -> int:
    """How many matters wait for this official to read them."""
    return await tx.session.scalar(select(func.count()).select_from(Sealed).where(*_for(official))) or 0


async def first_for(tx: Transaction, official: Official) -> int | None:
    """The id of the oldest matter that waits for this official, if there is one."""
    return await tx.session.scalar(select(Sealed.id).where(*_for(official)).order_by(Sealed.id).limit(1))


def _for(official: Official) -> tuple[ColumnElement[bool], ...]:
    reads = official.reads_sealed and official.revoked_at is None
    targets = [target for target, roles in READERS.items() if reads and official.role in roles]
    return Sealed.state == SealedState.SEALED, Sealed.target.in_(targets)


# -- what its author does ---------------------------------------------------------------------------------------------


async def send(tx: Transaction, caller: Caller, draft: Draft, version: str) -> Sealed:
    """Makes the draft a sealed matter with the next number and tells its readers that one waits.

    She agreed to the text of `version`, for this matter alone: it is no consent to anything else. What was said with
    her about it is taken back where that is ours to take. Raises Unsealable.
    """
    if draft.target in (None, Target.LEADER) or draft.on_behalf:
        raise Unsealable
    if not draft.text.strip() and not draft.attachments:
        raise Unsealable
    account = caller.account
    person = account.person
    if person is None:
        person = Person(created_at=tx.now)
        tx.session.add(person)
        account.person = person
        await tx.session.flush()
    number = await drafts.next_number(tx)
    files = list(draft.attachments)
    sealed = Sealed(
        # As with opinions, its number is its id.
        id=number,
        number=number,
        person_id=person.id,
        account_id=account.id,
        text=draft.text,
        village_id=draft.village_id,
        field_id=draft.field_id,
        target=draft.target,
        state=SealedState.SEALED,
        has_evidence=has_evidence(files),
        consent_version=version,
        consented_at=tx.now,
        raised_at=tx.now,
        sealed_at=tx.now,
        attachments=[],
    )
    tx.session.add(sealed)
    await unsaid.of_draft(tx, account.id, draft.created_at, draft.text, files)
    for attachment in files:
        attachment.draft = None
        sealed.attachments.append(attachment)
    await tx.session.delete(draft)
    await tx.session.flush()
    events.record(tx, "sealed.raised", "sealed", sealed.id, Actor.RESIDENT, files=len(files))
    await tell_readers(tx, sealed)
    return sealed


def has_evidence(files: Sequence[Attachment]) -> bool:
    """Whether there is more than words, spoken ones too."""
    return any(each.kind != "voice" for each in files)


async def seal(tx: Transaction, sealed: Sealed, version: str | None) -> None:
    """What was found among ordinary opinions is sealed: she agreed to the text of `version`, or was silent for long.

    Raises ForbiddenMove when she was not being asked, ValueError when nothing is left to seal.
    """
    if not sealed.text and not sealed.attachments:
        raise ValueError("its words were erased")
    moved = (sealed.state, move(sealed.state, SealedState.SEALED))
    sealed.state, sealed.sealed_at = moved[1], tx.now
    if version is not None:
        sealed.consent_version, sealed.consented_at = version, tx.now
    events.record(tx, "sealed.sealed", "sealed", sealed.id, Actor.RESIDENT if version else Actor.CLOCK, moved)
    await tell_readers(tx, sealed)


async def add_words(tx: Transaction, sealed: Sealed, words: str) -> None:
    """More words of hers, on lines of their own. Raises ValueError when it can take no more."""
    _check_open(sealed)
    sealed.text = f"{sealed.text or ''}\n\n{words}".strip()[:MAX_TEXT]
    await note_addition(tx, sealed)


async def note_addition(tx: Transaction, sealed: Sealed) -> None:
    """Words or files came to it: its readers hear once a day, if one of them has looked already."""
    _check_open(sealed)
    await tx.session.flush()
    sealed.has_evidence = sealed.has_evidence or has_evidence(sealed.attachments)
    events.record(tx, "sealed.added_to", "sealed", sealed.id, Actor.RESIDENT, files=len(sealed.attachments))
    opened = [each for each in await events.history(tx, "sealed", sealed.id) if each.kind == "sealed.opened"]
    if opened and sealed.state is SealedState.SEALED:
        await tell_readers(tx, sealed, f"sealed_more:{sealed.id}:{issues.today(tx).isoformat()}")


def _check_open(sealed: Sealed) -> None:
    if sealed.state not in OPEN:
        raise ValueError(f"a matter that is {sealed.state} takes nothing more")


async def erase(tx: Transaction, sealed: Sealed, actor: Actor = Actor.RESIDENT) -> None:
    """Its words and files are deleted, and whose they were. Raises ForbiddenMove once it was decided."""
    moved = (sealed.state, move(sealed.state, SealedState.ERASED))
    sealed.state, sealed.person_id, sealed.account_id = moved[1], None, None
    await erase_words(tx, sealed)
    events.record(tx, "sealed.erased", "sealed", sealed.id, actor, moved)
    await changes.refresh_sealed(tx, sealed.id, [WAITS])


async def erase_words(tx: Transaction, sealed: Sealed) -> None:
    """Nothing of what was said is kept; what is asked about it stays open."""
    sealed.text, sealed.has_evidence = None, False
    for attachment in list(sealed.attachments):
        if attachment.digest:
            tx.drop_file(attachment.digest)
        sealed.attachments.remove(attachment)
        await tx.session.delete(attachment)
    await tx.session.flush()


async def say_generally(tx: Transaction, sealed: Sealed, words: str) -> Opinion:
    """She said in other words, naming nobody, what she asks: an ordinary opinion with the code that she has.

    Raises ForbiddenMove when she was not being asked.
    """
    moved = (sealed.state, move(sealed.state, SealedState.RETURNED))
    sealed.state = moved[1]
    await erase_words(tx, sealed)
    events.record(tx, "sealed.returned", "sealed", sealed.id, Actor.RESIDENT, moved)
    return await _opinion(tx, sealed, words, Actor.RESIDENT)


async def _opinion(tx: Transaction, sealed: Sealed, text: str, actor: Actor | Official) -> Opinion:
    today = issues.today(tx)
    opinion = Opinion(
        id=sealed.number,
        number=sealed.number,
        person_id=sealed.person_id,
        account_id=sealed.account_id,
        text=text.strip(),
        folded=fold(text.strip()),
        village_id=sealed.village_id,
        field_id=sealed.field_id or "khac",
        named=False,
        state=OpinionState.RECEIVED,
        raised_at=sealed.raised_at,
        sort_due=tx.commune.calendar.add(today, tx.commune.sort_days),
        notice_due=tx.commune.calendar.add(today, tx.commune.notice_days),
        attachments=[],
        additions=[],
    )
    tx.session.add(opinion)
    await tx.session.flush()
    # Whoever follows the code from its beginning sees that it came, once.
    kind = "opinion.raised" if sealed.flagged_by_id is None else "opinion.masked"
    events.record(tx, kind, "opinion", opinion.id, actor)
    await drafts.tell_first_readers(tx, opinion, "card", f"returned:{opinion.id}")
    return opinion


# -- what its readers do ----------------------------------------------------------------------------------------------

ENDS = (SealedState.TAUGHT, SealedState.PASSED, SealedState.BEYOND)


async def decide(
    tx: Transaction, sealed: Sealed, official: Official, state: SealedState, passed_to: str | None = None
) -> None:
    """A reader ends it in one of ENDS; its author hears, without a word of it.

    Raises PermissionError for who may not read it, ForbiddenMove when it was decided before, ValueError without a
    place where it is passed to.
    """
    _check_reader(sealed, official)
    if state not in ENDS:
        raise ValueError(f"{state} is no decision")
    if state is not SealedState.TAUGHT and not (passed_to or "").strip():
        raise ValueError("to whom is it passed?")
    await _end(tx, sealed, official, state)
    sealed.passed_to = (passed_to or "").strip()[:200] or None


async def return_masked(tx: Transaction, sealed: Sealed, official: Official, text: str) -> Opinion:
    """It accuses nobody after all: `text`, with no name in it, is an ordinary opinion under the same code.

    The original stays sealed. Raises as `decide`; ValueError without words.
    """
    _check_reader(sealed, official)
    if not text.strip():
        raise ValueError("an opinion needs words")
    await _end(tx, sealed, official, SealedState.RETURNED)
    return await _opinion(tx, sealed, text[: drafts.MAX_TEXT], official)


def _check_reader(sealed: Sealed, official: Official) -> None:
    if sealed.state is SealedState.SEALED and not may_read(official, sealed):
        raise PermissionError("not a reader of this matter")


async def _end(tx: Transaction, sealed: Sealed, official: Official, state: SealedState) -> None:
    moved = (sealed.state, move(sealed.state, state))
    sealed.state, sealed.decided_by_id, sealed.decided_at = moved[1], official.id, tx.now
    events.record(tx, f"sealed.{state}", "sealed", sealed.id, official, moved)
    await changes.refresh_sealed(tx, sealed.id, [WAITS])
    await tell_author(tx, sealed, "sealed_told", f"sealed_told:{sealed.id}:{state}")


# -- who is told ------------------------------------------------------------------------------------------------------


async def tell_readers(tx: Transaction, sealed: Sealed, key: str | None = None) -> int:
    """Queues "one matter waits" to each reader, in office hours, once under each key; returns how many are new."""
    found = await readers(tx, sealed.target)
    told = await accounts_of(tx, [each.person_id for each in found])
    return await _tell(tx, told, WAITS, sealed, key or f"sealed_waits:{sealed.id}", tell.office_hours(tx))


async def tell_author(
    tx: Transaction, sealed: Sealed, kind: str, key: str, *, not_before: datetime | None = None
) -> int:
    """Queues a notice about it to its author; returns how many are new (0: nobody is left to tell, or told before)."""
    account = await author_account(tx, sealed)
    return await _tell(tx, [account] if account is not None else [], kind, sealed, key, not_before)


async def author_account(tx: Transaction, sealed: Sealed) -> Account | None:
    """Where its author hears of it: where she said it, so that no other phone of hers shows that there is one.

    Only what cannot be written to there any more goes where else she is.
    """
    account = await tx.session.get(Account, sealed.account_id) if sealed.account_id is not None else None
    if account is not None and account.unreachable_at is not None:
        account = await account_of(tx, account)
    return account if account is not None and account.native_id is not None else None


async def _tell(
    tx: Transaction,
    accounts: Sequence[Account],
    kind: str,
    sealed: Sealed,
    key: str,
    not_before: datetime | None = None,
) -> int:
    notices = [
        outbox.Notice(
            account,
            kind,
            Priority.ANSWER,
            {"sealed_id": sealed.id},
            key=f"{key}:{account.told_as}",
            not_before=not_before,
        )
        for account in accounts
    ]
    return await outbox.queue(tx, notices)
