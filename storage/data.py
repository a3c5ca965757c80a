"""What is held about one person: shown to her, given to her, deleted at her word.

Luật 91/2025/QH15: she may see, receive and delete what is held about her. Deletion unlinks her from her opinions for
ever; the matter itself stays, since the record of a conference is an archive document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import selectinload

from storage import (
    browsers,
    drafts,
    events,
    inbox,
    joincodes,
    outbox,
    publication,
    registrations,
    roles,
    sealed,
    transcript,
    unsaid,
    wires,
)
from storage.browsers import Kept
from storage.database import Transaction
from storage.events import Actor
from storage.models import (
    Account,
    Attachment,
    AttachmentState,
    Base,
    Conversation,
    Counter,
    Draft,
    Official,
    Opinion,
    Person,
    Priority,
    Registration,
    Sealed,
)
from storage.people import Caller


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything held about one person: rows with their files loaded. `browsers` is by account."""

    person: Person | None
    accounts: list[Account]
    opinions: list[Opinion]
    sealed: list[Sealed]
    registrations: list[Registration]
    drafts: list[Draft]
    browsers: Mapping[int, Kept]

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready: instants in ISO 8601, files named by their digest."""

        def files(attachments: list[Attachment]) -> list[dict[str, Any]]:
            return [
                {"kind": file.kind, "mime": file.mime, "name": file.file_name, "sha256": file.digest}
                for file in attachments
            ]

        person = self.person
        return {
            "person": person
            and {
                "name": person.name,
                "phone": person.phone,
                "village": person.village_id,
                "consent": {
                    "version": person.consent_version,
                    "at": person.consented_at and person.consented_at.isoformat(),
                },
            },
            "accounts": [
                {
                    "messenger": account.messenger,
                    "id": account.native_id,
                    "language": account.language,
                    "joined_at": account.joined_at and account.joined_at.isoformat(),
                    **self._browsers_of(account),
                }
                for account in self.accounts
            ],
            "opinions": [
                {
                    "number": opinion.number,
                    "raised_at": opinion.raised_at.isoformat(),
                    "text": opinion.text,
                    "original": opinion.original,
                    "additions": [
                        {"text": addition.text, "at": addition.added_at.isoformat()} for addition in opinion.additions
                    ],
                    "village": opinion.village_id,
                    "field": opinion.field_id,
                    "named": opinion.named,
                    "state": opinion.state,
                    "files": files(opinion.attachments),
                }
                for opinion in self.opinions
            ],
            "sealed": [
                {
                    "number": matter.number,
                    "raised_at": matter.raised_at.isoformat(),
                    "text": matter.text,
                    "village": matter.village_id,
                    "about": matter.target,
                    "consent": {
                        "version": matter.consent_version,
                        "at": matter.consented_at and matter.consented_at.isoformat(),
                    },
                    "state": matter.state,
                    "files": files(matter.attachments),
                }
                for matter in self.sealed
            ],
            "conferences": [
                {
                    "conference": each.conference_id,
                    "comes": each.comes,
                    "speaks": each.speaks,
                    "about": each.opinion_id,
                    "at": each.answered_at and each.answered_at.isoformat(),
                    "consent": each.consent_version,
                }
                for each in self.registrations
            ],
            "drafts": [{"text": draft.text, "files": files(draft.attachments)} for draft in self.drafts],
        }

    def _browsers_of(self, account: Account) -> dict[str, Any]:
        """How many browsers are called and since when, and since when a code on paper is good: never the secrets."""
        kept = self.browsers.get(account.id, Kept())
        return {
            "browsers_called": [at.isoformat() for at in kept.called],
            "code_on_paper_at": kept.code_at and kept.code_at.isoformat(),
        }

    def attachments(self) -> list[Attachment]:
        """Every file of hers."""
        found = [attachment for opinion in self.opinions for attachment in opinion.attachments]
        found += [attachment for matter in self.sealed for attachment in matter.attachments]
        return found + [attachment for draft in self.drafts for attachment in draft.attachments]


async def holdings(tx: Transaction, account: Account) -> Holdings:
    """What is held about the person behind this account."""
    if account.person_id is None:
        accounts, person, opinions = [account], None, []
    else:
        person = await tx.session.get(Person, account.person_id)
        accounts = list(
            await tx.session.scalars(select(Account).where(Account.person_id == account.person_id).order_by(Account.id))
        )
        opinions = list(
            await tx.session.scalars(
                select(Opinion)
                .where(Opinion.person_id == account.person_id)
                .order_by(Opinion.number)
                .options(selectinload(Opinion.attachments), selectinload(Opinion.additions))
            )
        )
    account_ids = [each.id for each in accounts]
    own_drafts = await tx.session.scalars(
        select(Draft)
        .where(Draft.account_id.in_(account_ids))
        .order_by(Draft.id)
        .options(selectinload(Draft.attachments))
    )
    return Holdings(
        person,
        accounts,
        opinions,
        await sealed.own(tx, person),
        await registrations.own(tx, account_ids),
        list(own_drafts),
        await browsers.kept(tx, account_ids),
    )


async def queue_export(tx: Transaction, account: Account) -> bool:
    """Queues what is held about her, with her files, to herself. False when she asked within this minute already."""
    notice = outbox.Notice(account, "export", Priority.ANSWER, {}, key=f"export:{account.id}:{tx.now:%Y-%m-%dT%H:%M}")
    return bool(await outbox.queue(tx, [notice]))


async def refuse(tx: Transaction, caller: Caller) -> None:
    """She does not consent: what was held goes at once, and only the messenger's id, language and step stay.

    An official loses what he was about to raise himself, and none of the cards of his office.
    """
    draft, caller.draft = caller.draft, None
    if caller.official is None:
        await outbox.unsay(tx, [caller.account.id])
        await transcript.wipe(tx, [caller.account.id])
        await wires.forget(tx, [caller.account.id])
    elif draft is not None:
        await unsaid.of_draft(tx, caller.account.id, draft.created_at, draft.text, draft.attachments)
    if draft is not None:
        await drafts.drop(tx, draft)
    caller.conversation.data = {}


async def forget(tx: Transaction, caller: Caller) -> None:
    """Deletes everything held about her but the matters she raised, and unlinks those from her for ever.

    The messenger's id goes once the message that says so has gone (`outbox.forget_departed`). An office that she holds
    ends with it.
    """
    held = await holdings(tx, caller.account)
    account_ids = [account.id for account in held.accounts]
    for draft in held.drafts:
        await drafts.drop(tx, draft)
    caller.draft = None
    for opinion in held.opinions:
        opinion.person_id, opinion.account_id, opinion.named, opinion.message_ids = None, None, False, None
        await publication.withhold(tx, opinion)
        _unlink_files(opinion.attachments)
        events.record(tx, "opinion.unlinked", "opinion", opinion.id, Actor.RESIDENT)
    for matter in held.sealed:
        matter.person_id, matter.account_id = None, None
        _unlink_files(matter.attachments)
        events.record(tx, "sealed.unlinked", "sealed", matter.id, Actor.RESIDENT)
    for account in held.accounts:
        if account.native_id is not None:
            await inbox.forget_caller(tx, account.messenger, account.native_id)
        account.forget_at, account.person = tx.now, None
        account.first_id = account.joined_at = None
        await drafts.forget_files_of(tx, account.id)
    await tx.session.flush()
    await registrations.forget(tx, account_ids)
    await outbox.unsay(tx, account_ids)
    await transcript.wipe(tx, account_ids)
    await browsers.forget(tx, account_ids)
    await wires.forget(tx, account_ids)
    await joincodes.forget(tx, account_ids)
    await tx.session.execute(
        update(Conversation)
        .where(Conversation.account_id.in_(account_ids))
        .values(state=None, data={}, menu=None)
        .execution_options(synchronize_session="fetch")
    )
    if held.person is not None:
        for official in await tx.session.scalars(
            select(Official).where(Official.person_id == held.person.id, Official.revoked_at.is_(None))
        ):
            await roles.revoke(tx, official, Actor.RESIDENT)
        caller.official = None
        held.person.name = held.person.phone = held.person.village_id = None
        held.person.consent_version = held.person.consented_at = None
        held.person.deleted_at = tx.now
        events.record(tx, "person.forgotten", "person", held.person.id, Actor.RESIDENT)


def _unlink_files(attachments: list[Attachment]) -> None:
    for attachment in attachments:
        # The file's own name may hold hers, and nobody is left to fetch it from.
        attachment.account_id, attachment.file_id, attachment.file_name = None, None, None
        if attachment.state is AttachmentState.PENDING:
            attachment.state = AttachmentState.FAILED


async def empty(tx: Transaction) -> None:
    """Empties the record, and begins its numbers anew: for the try-it page alone, whose record is nobody's."""
    for table in reversed(Base.metadata.sorted_tables):
        if table is Counter.__table__:
            await tx.session.execute(update(Counter).values(value=0))
        else:
            await tx.session.execute(delete(table))
