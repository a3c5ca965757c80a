"""Roles given and taken: access ends the moment a role does, what it left goes on with others, its history stays."""

from collections.abc import Collection, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from storage import changes, events
from storage.database import Transaction
from storage.events import Actor
from storage.models import Account, Answer, Commitment, Conversation, Delegation, Official, Role
from storage.rights import Right, may
from storage.states import AnswerState, CommitmentState

INVITES: Mapping[Role, frozenset[Role]] = {
    Role.ADMIN: frozenset(Role),
    Role.LEADER: frozenset(Role),
    Role.CLERK: frozenset({Role.STAFF, Role.VILLAGE_HEAD, Role.OBSERVER}),
}
"""Whom a role may invite: a clerk nobody above himself."""


async def active(tx: Transaction) -> list[Official]:
    """Every active official, by role and then the oldest first."""
    order = list(Role)
    found = await tx.session.scalars(select(Official).where(Official.revoked_at.is_(None)).order_by(Official.id))
    return sorted(found, key=lambda each: (order.index(each.role), each.id))


async def of_persons(tx: Transaction, person_ids: Collection[int]) -> list[Official]:
    """The active offices of these persons, the oldest first: one each."""
    held = Official.person_id.in_(person_ids) & Official.revoked_at.is_(None)
    return list(await tx.session.scalars(select(Official).where(held).order_by(Official.id)))


async def by_id(tx: Transaction, official_id: int) -> Official | None:
    """An active official, or None."""
    found = await tx.session.get(Official, official_id)
    return found if found is not None and found.revoked_at is None else None


def may_change(official: Official, other: Official) -> bool:
    """Whether `official` may take the role of `other`, or open the sealed lane to him: never his own."""
    return may(official, Right.ROLES) and official.id != other.id


async def may_open_sealed(tx: Transaction, official: Official, other: Official) -> bool:
    """Whether `official` may open the sealed lane to `other`, or close it.

    To himself only as the commune's one leader: what accuses its officials is read by leaders alone, so that nobody
    would read it where no admin is there to appoint him.
    """
    if may_change(official, other):
        return True
    if official.id != other.id or official.role is not Role.LEADER or not may(official, Right.ROLES):
        return False
    return [each.id for each in await active(tx) if each.role is Role.LEADER] == [official.id]


async def revoke(tx: Transaction, official: Official, by: Official | Actor) -> None:
    """Ends a role at once.

    What the official was writing goes; what was submitted stays with the leader; commitments in his charge go to the
    oldest other leader; delegations from or to him end; the cards he holds show no more what they showed.
    """
    official.revoked_at = tx.now
    events.record(tx, "official.revoked", "official", official.id, by, role=official.role)
    for draft in await tx.session.scalars(
        select(Answer)
        .where(Answer.official_id == official.id, Answer.state == AnswerState.DRAFT, Answer.returned_at.is_(None))
        .options(selectinload(Answer.attachments), selectinload(Answer.spoken))
    ):
        for attachment in [*draft.attachments, *draft.spoken]:
            if attachment.digest:
                tx.drop_file(attachment.digest)
            await tx.session.delete(attachment)
        await tx.session.delete(draft)
    await tx.session.execute(
        update(Delegation)
        .where(
            (Delegation.leader_id == official.id) | (Delegation.deputy_id == official.id), Delegation.ended_at.is_(None)
        )
        .values(ended_at=tx.now)
    )
    await tx.session.flush()
    successor = await tx.session.scalar(
        select(Official.id)
        .where(Official.role == Role.LEADER, Official.revoked_at.is_(None), Official.id != official.id)
        .order_by(Official.id)
        .limit(1)
    )
    moved = await tx.session.scalars(
        update(Commitment)
        .where(Commitment.leader_id == official.id, Commitment.state == CommitmentState.OPEN)
        .values(leader_id=successor)
        .returning(Commitment.id)
    )
    for commitment_id in moved.all():
        events.record(tx, "commitment.handed_on", "commitment", commitment_id, by, official_id=successor)
    accounts = list(await tx.session.scalars(select(Account.id).where(Account.person_id == official.person_id)))
    await tx.session.execute(
        update(Conversation)
        .where(Conversation.account_id.in_(accounts))
        .values(state=None, data={}, menu=None)
        .execution_options(synchronize_session="fetch")
    )
    await changes.blank(tx, account_ids=accounts)


async def set_reads_sealed(tx: Transaction, official: Official, by: Official, *, reads: bool) -> None:
    """Opens the sealed lane to an official, or closes it."""
    if official.reads_sealed != reads:
        official.reads_sealed = reads
        kind = "official.sealed_opened" if reads else "official.sealed_closed"
        events.record(tx, kind, "official", official.id, by)


async def set_post(tx: Transaction, official: Official, by: Official, post: str) -> None:
    """Names the post; raises ValueError for an empty or too long one (60 characters)."""
    if not 0 < len(post.strip()) <= 60:
        raise ValueError("a post has 1 to 60 characters")
    official.post = post.strip()
    events.record(tx, "official.renamed", "official", official.id, by)
