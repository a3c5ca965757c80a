"""Whom an announcement is for: the people, the accounts that it reaches, and why it does not reach the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from storage import people
from storage.chosen import can_be_written_to, is_chosen, is_open
from storage.commune import Commune
from storage.database import Transaction
from storage.models import Account, Issue, Official, Opinion, Person, Registration, Role
from storage.states import OpinionState


class AudienceKind(StrEnum):
    """`issue` and `field` are for those who raised it; `roles` for officials, whom no mute holds off."""

    ALL = "all"
    VILLAGES = "villages"
    FIELD = "field"
    ISSUE = "issue"
    REGISTERED = "registered"
    ROLES = "roles"


GENERAL = frozenset({AudienceKind.ALL, AudienceKind.VILLAGES})
"""What is said to a place, not to people for what they asked: village heads relay it and hear whom it missed."""


@dataclass(frozen=True, slots=True)
class Audience:
    """`ids` are of villages or fields, of issues or conferences as decimal text, or words of roles; none for `all`."""

    kind: AudienceKind = AudienceKind.ALL
    ids: tuple[str, ...] = ()

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Audience":
        """What a row of `announcement` holds."""
        return cls(AudienceKind(data.get("kind", AudienceKind.ALL)), tuple(data.get("ids", ())))

    def as_row(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "ids": list(self.ids)}

    def toggled(self, kind: AudienceKind, id_: str) -> "Audience":
        """With one more, or one fewer, of `kind`; whatever was of another kind is left behind."""
        ids = self.ids if self.kind is kind else ()
        return Audience(kind, tuple(each for each in ids if each != id_) if id_ in ids else (*ids, id_))

    def overlaps(self, other: "Audience") -> bool:
        """Whether some people may be in both. Everyone is not held to be in an audience of officials."""
        kinds = {self.kind, other.kind}
        if self.kind is other.kind:
            return self.kind is AudienceKind.ALL or bool(set(self.ids) & set(other.ids))
        return AudienceKind.ALL in kinds and AudienceKind.ROLES not in kinds

    def villages(self, commune: Commune) -> tuple[str, ...]:
        """The villages whose heads relay it: none when it is not said to a place."""
        if self.kind is AudienceKind.ALL:
            return tuple(each.id for each in commune.villages)
        return self.ids if self.kind is AudienceKind.VILLAGES else ()


def people_of(audience: Audience) -> ColumnElement[bool]:
    """Which rows of `person` the audience is made of."""
    match audience.kind:
        case AudienceKind.ALL:
            return Person.consented_at.is_not(None)
        case AudienceKind.VILLAGES:
            return Person.consented_at.is_not(None) & Person.village_id.in_(audience.ids)
        case AudienceKind.FIELD:
            return _asked(func.coalesce(Issue.field_id, Opinion.field_id).in_(audience.ids))
        case AudienceKind.ISSUE:
            return _asked(Opinion.issue_id.in_([int(each) for each in audience.ids]))
        case AudienceKind.REGISTERED:
            return _registered([int(each) for each in audience.ids])
        case AudienceKind.ROLES:
            return _holds([Role(each) for each in audience.ids])


def _asked(of: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(Opinion.id).outerjoin(Issue, Issue.id == Opinion.issue_id)
    return found.where(Opinion.person_id == Person.id, Opinion.state != OpinionState.WITHDRAWN, of).exists()


def _registered(conference_ids: list[int]) -> ColumnElement[bool]:
    found = select(Registration.id).join(Account, Account.id == Registration.account_id).correlate(Person)
    said = (Registration.conference_id.in_(conference_ids), Registration.comes.is_not(False))
    return found.where(Account.person_id == Person.id, *said).exists()


def _holds(roles: list[Role]) -> ColumnElement[bool]:
    return (
        select(Official.id)
        .where(Official.person_id == Person.id, Official.revoked_at.is_(None), Official.role.in_(roles))
        .exists()
    )


def _hears(audience: Audience) -> ColumnElement[bool]:
    return Person.muted_at.is_(None) if audience.kind is not AudienceKind.ROLES else Person.id.is_not(None)


def listeners(tx: Transaction, audience: Audience, *columns: Any) -> Select[Any]:
    """SELECT over the accounts of those in this audience who hear, one each, even if no message goes there now."""
    joined = select(*columns).select_from(Account).join(Person, Person.id == Account.person_id)
    return joined.where(people_of(audience), _hears(audience), can_be_written_to(), is_chosen(tx))


def recipients(tx: Transaction, audience: Audience, *columns: Any) -> Select[Any]:
    """SELECT over the accounts that a message to this audience goes to now, one of each person."""
    joined = select(*columns).select_from(Account).join(Person, Person.id == Account.person_id)
    return joined.where(people_of(audience), _hears(audience), is_open(tx), is_chosen(tx))


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people an audience has, and how many of them hear.

    `told` + `muted` + `without_account` + `unreachable` + `closed` = `people`. `accounts` are the messages that will
    go, by messenger; `villages` how many villages those who hear live in.
    """

    people: int = 0
    told: int = 0
    muted: int = 0
    without_account: int = 0
    unreachable: int = 0
    closed: int = 0
    villages: int = 0
    accounts: Mapping[str, int] = field(default_factory=dict)

    @property
    def missed(self) -> int:
        return self.people - self.told


async def reach(tx: Transaction, audience: Audience) -> Reach:
    """Counts an audience as it is now, in two reads whatever its size."""
    hears = _hears(audience)
    each = (
        select(
            Person.village_id,
            hears.label("hears"),
            func.count(case((Account.native_id.is_not(None), 1))).label("known"),
            func.count(case((can_be_written_to(), 1))).label("reachable"),
            func.count(case((is_open(tx), 1))).label("open"),
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .where(people_of(audience), Person.deleted_at.is_(None))
        .group_by(Person.id, Person.village_id, Person.muted_at)
        .subquery()
    )
    is_told = each.c.hears & (each.c.open > 0)

    def count(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((condition, 1)))

    row = (
        await tx.session.execute(
            select(
                func.count(),
                count(is_told),
                count(~each.c.hears),
                count(each.c.hears & (each.c.known == 0)),
                count(each.c.hears & (each.c.known > 0) & (each.c.reachable == 0)),
                count(each.c.hears & (each.c.reachable > 0) & (each.c.open == 0)),
                func.count(func.distinct(case((is_told, each.c.village_id)))),
            ).select_from(each)
        )
    ).one()
    by_messenger = recipients(tx, audience, Account.messenger, func.count()).group_by(Account.messenger)
    counts = await tx.session.execute(by_messenger.order_by(Account.messenger))
    return Reach(*row, dict(counts.all()))


async def needs_leader(tx: Transaction, official: Official, audience: Audience, found: Reach) -> bool:
    """Whether a leader agrees before it goes: above one village, or above `approval_above` people (dialogues.md, 9).

    A leader agrees by his own tap, and where there is no leader nobody can be asked.
    """
    if official.role is Role.LEADER or not await people.officials(tx, Role.LEADER):
        return False
    if found.told > tx.commune.approval_above:
        return True
    if audience.kind in GENERAL:
        return len(audience.villages(tx.commune)) > 1
    return audience.kind is not AudienceKind.ROLES and found.villages > 1


async def numbers(tx: Transaction, audience: Audience) -> list[int]:
    """The number by which each issue of an audience is known: that of its first opinion."""
    ids = [int(each) for each in audience.ids]
    first = select(func.min(Opinion.number)).where(Opinion.issue_id.in_(ids)).group_by(Opinion.issue_id)
    return sorted(await tx.session.scalars(first))
