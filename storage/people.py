"""Who speaks to us: accounts, consent, officials and their invitations."""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import contains_eager, selectinload

from storage import events, roles
from storage.chosen import one_each
from storage.database import Transaction
from storage.events import Actor
from storage.models import Account, Conversation, Draft, Invitation, Official, Person, Role

INVITATION_LIFE = timedelta(days=7)
CODE_PREFIX = "moi-"


@dataclass(slots=True)
class Caller:
    """Everything that one update needs to know about who sent it, loaded in one read."""

    account: Account
    conversation: Conversation
    official: Official | None
    draft: Draft | None

    @property
    def person(self) -> Person | None:
        return self.account.person


_CALLERS = (
    select(Account, Conversation, Official, Draft)
    .outerjoin(Account.person)
    .join(Conversation, Conversation.account_id == Account.id)
    .outerjoin(Official, (Official.person_id == Account.person_id) & Official.revoked_at.is_(None))
    .outerjoin(Draft, Draft.account_id == Account.id)
    .options(contains_eager(Account.person), selectinload(Draft.attachments))
    .where(Account.messenger == bindparam("messenger"), Account.native_id.in_(bindparam("native_ids", expanding=True)))
    .order_by(Official.id)
)
"""What every update asks first, built once."""


async def load_callers(
    tx: Transaction, messenger: str, native_ids: Collection[str], strangers: Collection[str] = ()
) -> dict[str, Caller]:
    """The callers behind these ids of one messenger; an account seen for the first time is made.

    One of `strangers` who is not known stays so: nothing of that caller is kept. Two reads whatever the number of ids.
    Any message makes an account reachable again.
    """
    rows = await tx.session.execute(_CALLERS, {"messenger": messenger, "native_ids": list(native_ids)})
    callers: dict[str, Caller] = {}
    for account, conversation, official, draft in rows:
        account.unreachable_at = None
        callers[str(account.native_id)] = Caller(account, conversation, official, draft)
    for native_id in native_ids:
        if native_id not in callers:
            account = Account(messenger=messenger, native_id=native_id, language="vi", created_at=tx.now, person=None)
            # Said now, so that saying it again later is no change to write.
            account.unreachable_at = account.forget_at = None
            conversation = Conversation(
                account=account, state=None, data={}, menu=None, last_tap=None, updated_at=tx.now
            )
            if native_id not in strangers:
                tx.session.add_all([account, conversation])
            callers[native_id] = Caller(account, conversation, None, None)
    return callers


def set_language(account: Account, language: str) -> None:
    account.language = language


def consent(tx: Transaction, account: Account, version: str) -> Person:
    """She agreed to the text of this version; what was held becomes hers to send.

    Luật 91/2025/QH15: consent is informed, explicit and provable, so its version and time are kept.
    """
    person = account.person
    if person is None:
        person = Person(created_at=tx.now)
        tx.session.add(person)
        account.person = person
    # Whoever begins anew is not forgotten by what she asked for before.
    account.forget_at = None
    if person.consented_at is None:
        person.consent_version, person.consented_at = version, tx.now
    return person


def remember_village(person: Person, village_id: str | None) -> None:
    person.village_id = village_id


def remember_name(person: Person, name: str, phone: str | None) -> None:
    person.name = name
    if phone:
        person.phone = phone


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


async def invite(
    tx: Transaction,
    role: Role,
    unit_id: str | None = None,
    village_id: str | None = None,
    token: Callable[[int], str] = secrets.token_hex,
    *,
    post: str | None = None,
    by: Official | None = None,
) -> str:
    """A one-time code for a role, good for seven days; only its digest is kept. `by` invites, or else the operator.

    Raises ValueError when staff comes without a unit, a village head without a village, or either is unknown.
    """
    if role is Role.STAFF and unit_id is None:
        raise ValueError("staff needs a unit")
    if role is Role.VILLAGE_HEAD and village_id is None:
        raise ValueError("a village head needs a village")
    if unit_id is not None and tx.commune.unit(unit_id) is None:
        raise ValueError(f"unit {unit_id!r} is not in the configuration")
    if village_id is not None and tx.commune.village(village_id) is None:
        raise ValueError(f"village {village_id!r} is not in the configuration")
    code = CODE_PREFIX + token(10)
    invitation = Invitation(
        code_digest=_digest(code),
        role=role,
        unit_id=unit_id,
        village_id=village_id,
        post=post and post.strip()[:60],
        created_at=tx.now,
        expires_at=tx.now + INVITATION_LIFE,
    )
    tx.session.add(invitation)
    await tx.session.flush()
    events.record(tx, "official.invited", "invitation", invitation.id, by or Actor.OPERATOR, role=role)
    return code


class Refusal(StrEnum):
    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


async def accept_invitation(tx: Transaction, account: Account, code: str) -> Official | Refusal:
    """Makes whoever opened the code an official in its role; the code is spent. An earlier role of hers ends."""
    invitation = await tx.session.scalar(
        select(Invitation).where(Invitation.code_digest == _digest(code.strip().lower())).with_for_update()
    )
    if invitation is None:
        return Refusal.UNKNOWN
    if invitation.used_at is not None:
        return Refusal.USED
    if invitation.expires_at <= tx.now:
        return Refusal.EXPIRED
    person = account.person
    if person is None:
        person = Person(created_at=tx.now)
        tx.session.add(person)
        account.person = person
        await tx.session.flush()
    account.forget_at = None
    for earlier in await tx.session.scalars(
        select(Official).where(Official.person_id == person.id, Official.revoked_at.is_(None))
    ):
        await roles.revoke(tx, earlier, Actor.RESIDENT)
    official = Official(
        person=person,
        role=invitation.role,
        unit_id=invitation.unit_id,
        village_id=invitation.village_id,
        post=invitation.post,
        created_at=tx.now,
    )
    tx.session.add(official)
    await tx.session.flush()
    invitation.used_at, invitation.official_id = tx.now, official.id
    events.record(tx, "official.joined", "official", official.id, official, role=official.role)
    return official


async def officials(tx: Transaction, *roles: Role) -> list[Official]:
    """Active officials in these roles, oldest first."""
    found = await tx.session.scalars(
        select(Official).where(Official.revoked_at.is_(None), Official.role.in_(roles)).order_by(Official.id)
    )
    return list(found)


async def first_readers(tx: Transaction) -> list[Official]:
    """Who reads a new opinion: the clerks, or the leaders while there is no clerk."""
    return await officials(tx, Role.CLERK) or await officials(tx, Role.LEADER)


_FIRST_READERS = (
    select(Official.role, Account)
    .outerjoin(
        Account,
        (Account.person_id == Official.person_id) & Account.native_id.is_not(None) & Account.unreachable_at.is_(None),
    )
    .where(Official.revoked_at.is_(None), Official.role.in_([Role.CLERK, Role.LEADER]))
    .order_by(Account.id)
)
"""What every opinion asks, built once."""


async def first_readers_accounts(tx: Transaction) -> list[Account]:
    """Where the first readers can be written to; nothing that waits to be written is written for it."""
    with tx.session.no_autoflush:
        found = [(role, account) for role, account in await tx.session.execute(_FIRST_READERS)]
        first = Role.CLERK if any(role is Role.CLERK for role, _ in found) else Role.LEADER
        accounts = dict.fromkeys(account for role, account in found if role is first and account is not None)
        return await one_each(tx, list(accounts))


async def accounts_of(tx: Transaction, person_ids: Collection[int]) -> list[Account]:
    """Where these persons can be written to."""
    found = await tx.session.scalars(
        select(Account)
        .where(Account.person_id.in_(person_ids), Account.native_id.is_not(None), Account.unreachable_at.is_(None))
        .order_by(Account.id)
    )
    return await one_each(tx, found.all())
