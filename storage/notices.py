"""What a batch of notices speaks of, and who of its readers may still be told."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import muting
from storage.chosen import told_as
from storage.database import Transaction
from storage.delegations import DEPUTIES, covers, fields_of
from storage.issues import default_due
from storage.mates import Mate, mates
from storage.models import (
    Account,
    Addition,
    Announcement,
    Answer,
    Attachment,
    Commitment,
    Conference,
    ConferenceChange,
    Draft,
    Event,
    GroupChat,
    Official,
    Opinion,
    Person,
    Registration,
)
from storage.muting import GENERAL_KINDS
from storage.outbox import Delivery
from storage.retelling import MOVED
from storage.rights import has_clerk, hears, may_read, may_read_draft, sees_names
from storage.sorted import SAID
from storage.standing import standing
from storage.states import AnswerState, OpinionState
from storage.waiting import CARDS, last_acts, waits


@dataclass(slots=True)
class Material:
    """Rows by id. `readers` are the officials behind account ids; `authors` the persons who chose to be named.

    `groups` are units by the account of their group.

    For what shows where a matter stands: `due` is the day by which one accepted now would be answered, `mates` by
    opinion the open issue that it resembles, `acts` the last act on each opinion, `voices` by issue those who ask.
    `fields` are those in which an official approves for a leader, by his id. `muted` are the accounts, of those that
    something general goes to, whose owner wants none of it. `registrations` are by conference and account, whichever of
    hers she registered in.
    """

    accounts: dict[int, Account] = field(default_factory=dict)
    readers: dict[int, Official] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    has_clerk: bool = False
    opinions: dict[int, Opinion] = field(default_factory=dict)
    authors: dict[int, Person] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    additions: dict[int, Addition] = field(default_factory=dict)
    conferences: dict[int, Conference] = field(default_factory=dict)
    changes: dict[int, ConferenceChange] = field(default_factory=dict)
    registrations: dict[tuple[int, int], Registration] = field(default_factory=dict)
    announcements: dict[int, Announcement] = field(default_factory=dict)
    muted: frozenset[int] = frozenset()
    drafts: dict[int, Draft] = field(default_factory=dict)
    commitments: dict[int, Commitment] = field(default_factory=dict)
    due: date | None = None
    mates: dict[int, Mate] = field(default_factory=dict)
    acts: dict[int, tuple[Event, Official | None]] = field(default_factory=dict)
    voices: dict[int, list[Opinion]] = field(default_factory=dict)
    fields: dict[int, frozenset[str | None]] = field(default_factory=dict)

    def may_read(self, account_id: int, opinion: Opinion) -> bool:
        """Whether an official who may read this opinion now stands behind the account, or the group of its unit is it.

        dialogues.md, section 7.
        """
        if account_id in self.groups:
            return opinion.issue is not None and opinion.issue.unit_id == self.groups[account_id]
        return may_read(self.readers.get(account_id), opinion, has_clerk=self.has_clerk)

    def is_author(self, account_id: int, opinion: Opinion) -> bool:
        """Whether the account is hers, or of the official who entered it for her and reads answers out."""
        account = self.accounts.get(account_id)
        if account is None or account.person_id is None:
            return False
        reader = self.readers.get(account_id)
        return account.person_id == opinion.person_id or (
            reader is not None and opinion.account_id is None and opinion.entered_by_id == reader.id
        )

    def author(self, opinion: Opinion, account_id: int) -> Person | None:
        """Who raised it, when she chose to be named, is still on record, and this reader may see names."""
        if not sees_names(self.readers.get(account_id)):
            return None
        return self.authors.get(opinion.person_id) if opinion.named and opinion.person_id is not None else None

    def may_open(self, account_id: int, attachment: Attachment, opinion: Opinion) -> bool:
        """Whether the account may be sent this file of this opinion: one of hers, of the answer, of a promise kept."""
        answer = self.answers.get(attachment.answer_id or attachment.return_of_id or 0)
        if answer is not None and (answer.state is not AnswerState.RELEASED or attachment.answer_id is None):
            answers_it = answer.opinion_id == opinion.id or answer.issue_id == opinion.issue_id is not None
            return answers_it and self.may_read_draft(account_id, answer, opinion)
        answers_it = answer is not None and answer.issue_id == opinion.issue_id
        kept = self.commitments.get(attachment.commitment_id) if attachment.commitment_id is not None else None
        proves_it = kept is not None and kept.closed_at is not None and kept.issue_id == opinion.issue_id
        if attachment.opinion_id != opinion.id and not answers_it and not proves_it:
            return False
        if self.is_author(account_id, opinion):
            return True
        may_hear = attachment.kind != "voice" or hears(self.readers.get(account_id))
        return may_hear and self.may_read(account_id, opinion)

    def may_read_draft(self, account_id: int, answer: Answer, opinion: Opinion) -> bool:
        """Whether an official who may read this answer before it is released stands behind the account."""
        reader = self.readers.get(account_id)
        if may_read_draft(reader, answer, opinion):
            return True
        fields = self.fields.get(reader.id, frozenset()) if reader is not None else frozenset[str | None]()
        return opinion.issue is not None and covers(fields, opinion.issue.field_id)


async def load(tx: Transaction, deliveries: Sequence[Delivery]) -> Material:
    """Everything that these notices name, in a handful of reads whatever their number."""
    material = Material()
    material.attachments = await _rows(tx, Attachment, _ids(deliveries, "attachment_id"))
    answer_ids = _ids(deliveries, "answer_id")
    answer_ids |= {each.answer_id for each in material.attachments.values() if each.answer_id is not None}
    answer_ids |= {each.return_of_id for each in material.attachments.values() if each.return_of_id is not None}
    material.answers = await _rows(
        tx, Answer, answer_ids, selectinload(Answer.attachments), selectinload(Answer.official)
    )
    opinion_ids = _ids(deliveries, "opinion_id")
    opinion_ids |= {each.opinion_id for each in material.attachments.values() if each.opinion_id is not None}
    opinion_ids |= {each.opinion_id for each in material.answers.values()}
    material.registrations = await _registrations(tx, deliveries)
    opinion_ids |= {each.opinion_id for each in material.registrations.values() if each.opinion_id is not None}
    commitment_ids = _ids(deliveries, "commitment_id")
    commitment_ids |= {each.commitment_id for each in material.attachments.values() if each.commitment_id is not None}
    material.commitments = await _rows(tx, Commitment, commitment_ids, selectinload(Commitment.attachments))
    # Only what is said of a promise asks whether it still stands.
    stands = standing() if commitment_ids else (selectinload(Opinion.issue),)
    material.opinions = await _rows(tx, Opinion, opinion_ids, selectinload(Opinion.attachments), *stands)
    material.authors = await _rows(
        tx, Person, {each.person_id for each in material.opinions.values() if each.named and each.person_id is not None}
    )
    material.additions = await _rows(tx, Addition, _ids(deliveries, "addition_id"))
    material.conferences = await _rows(tx, Conference, _ids(deliveries, "conference_id"))
    material.changes = await _rows(tx, ConferenceChange, _ids(deliveries, "change_id"))
    material.announcements = await _rows(
        tx, Announcement, _ids(deliveries, "announcement_id"), selectinload(Announcement.attachments)
    )
    material.drafts = await _rows(tx, Draft, _ids(deliveries, "draft_id"), selectinload(Draft.attachments))
    cards = [material.opinions[each.payload["opinion_id"]] for each in deliveries if _tells_of(each, CARDS, material)]
    if waiting := [each for each in cards if waits(each)]:
        material.due, material.mates = await default_due(tx), await mates(tx, waiting)
    told = [material.opinions[each.payload["opinion_id"]] for each in deliveries if _tells_of(each, SAID, material)]
    material.voices = await _voices(tx, {each.issue_id for each in told if each.issue_id is not None})
    material.acts = await last_acts(tx, [each for each in cards if not waits(each)])
    # A general message is the same for everyone: who reads it is not looked up.
    general = {each.account_id for each in deliveries if each.kind in GENERAL_KINDS}
    material.muted = await muting.among(tx, general)
    personal = {each.account_id for each in deliveries if each.kind not in GENERAL_KINDS | {MOVED}}
    if personal:
        await _load_readers(tx, material, personal)
    if any(each.state is not AnswerState.RELEASED for each in material.answers.values()):
        for reader in material.readers.values():
            if reader.role in DEPUTIES:
                material.fields[reader.id] = await fields_of(tx, reader)
    return material


async def _load_readers(tx: Transaction, material: Material, account_ids: set[int]) -> None:
    rows = await tx.session.execute(
        select(Account, Official)
        .outerjoin(Official, (Official.person_id == Account.person_id) & Official.revoked_at.is_(None))
        .where(Account.id.in_(account_ids))
        .order_by(Official.id)
    )
    for account, official in rows:
        material.accounts[account.id] = account
        if official is not None:
            material.readers[account.id] = official
    if nobodys := {each.id for each in material.accounts.values() if each.person_id is None}:
        bound = await tx.session.execute(
            select(GroupChat.account_id, GroupChat.unit_id).where(GroupChat.account_id.in_(nobodys))
        )
        material.groups = dict(bound.all())
    if material.readers:
        material.has_clerk = await has_clerk(tx)


async def _registrations(tx: Transaction, deliveries: Sequence[Delivery]) -> dict[tuple[int, int], Registration]:
    conference_ids = _ids(deliveries, "conference_id")
    if not conference_ids:
        return {}
    found = await tx.session.execute(
        select(Registration, Account.id)
        .join(Account, told_as() == Registration.account_id)
        .where(
            Registration.conference_id.in_(conference_ids),
            Account.id.in_({each.account_id for each in deliveries}),
        )
    )
    return {(each.conference_id, account_id): each for each, account_id in found}


async def _voices(tx: Transaction, issue_ids: set[int]) -> dict[int, list[Opinion]]:
    voices: dict[int, list[Opinion]] = {}
    if issue_ids:
        live = (Opinion.issue_id.in_(issue_ids), Opinion.state != OpinionState.WITHDRAWN)
        for each in await tx.session.scalars(select(Opinion).where(*live).order_by(Opinion.number)):
            voices.setdefault(each.issue_id or 0, []).append(each)
    return voices


def _tells_of(delivery: Delivery, kinds: Collection[str], material: Material) -> bool:
    return delivery.kind in kinds and delivery.payload.get("opinion_id") in material.opinions


def _ids(deliveries: Sequence[Delivery], name: str) -> set[int]:
    return {each.payload[name] for each in deliveries if name in each.payload}


async def _rows(tx: Transaction, model: Any, ids: set[int], *options: Any) -> dict[int, Any]:
    if not ids:
        return {}
    found = await tx.session.scalars(select(model).where(model.id.in_(ids)).options(*options))
    return {row.id: row for row in found}
