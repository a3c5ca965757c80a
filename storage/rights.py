"""Who may do and see what: one table of rights, and one rule for each thing that is shown (dialogues.md, section 7)."""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import select

from storage.database import Transaction
from storage.models import Answer, Official, Opinion, Role, Verdict
from storage.states import OpinionState


class Right(StrEnum):
    """What an official may do. One table, held against every command and button by its test."""

    LIST = "list"
    READ = "read"
    SORT = "sort"
    ANSWER = "answer"
    APPROVE = "approve"
    RELEASE = "release"
    DELEGATE = "delegate"
    COMMIT = "commit"
    PUBLISH = "publish"
    HISTORY = "history"
    ENTER = "enter"
    REVIEW = "review"
    INVITE = "invite"
    ROLES = "roles"
    GROUP = "group"
    PLAN_CONFERENCE = "plan_conference"
    ANNOUNCE = "announce"


_OFFICE = frozenset({Role.CLERK, Role.LEADER})

RIGHTS: Mapping[Right, frozenset[Role]] = {
    Right.LIST: frozenset(Role),
    Right.READ: _OFFICE | {Role.STAFF, Role.OBSERVER},
    Right.SORT: _OFFICE,
    Right.ANSWER: _OFFICE | {Role.STAFF},
    Right.APPROVE: frozenset({Role.LEADER}),
    Right.RELEASE: _OFFICE,
    Right.DELEGATE: frozenset({Role.LEADER}),
    Right.COMMIT: _OFFICE | {Role.STAFF},
    Right.PUBLISH: _OFFICE,
    Right.HISTORY: _OFFICE,
    Right.ENTER: frozenset({Role.CLERK, Role.VILLAGE_HEAD, Role.OBSERVER}),
    Right.REVIEW: frozenset({Role.OBSERVER}),
    Right.INVITE: _OFFICE | {Role.ADMIN},
    Right.ROLES: frozenset({Role.LEADER, Role.ADMIN}),
    Right.GROUP: frozenset({Role.CLERK, Role.ADMIN}),
    Right.PLAN_CONFERENCE: _OFFICE,
    Right.ANNOUNCE: _OFFICE,
}

REFUSALS = frozenset({Verdict.BEYOND_AUTHORITY, Verdict.FINAL_DECISION_EXISTS, Verdict.UNLAWFUL})
"""Verdicts that a leader agrees to before anybody is told, and that the observer reads."""


def may(official: Official | None, right: Right) -> bool:
    return official is not None and official.revoked_at is None and official.role in RIGHTS[right]


def may_read(official: Official | None, opinion: Opinion, *, has_clerk: bool) -> bool:
    """Whether this official may read this opinion now. `opinion.issue` must be loaded; `has_clerk`: one is active."""
    if official is None or official.revoked_at is not None:
        return False
    if opinion.entered_by_id == official.id:
        return True
    if not may(official, Right.READ):
        return False
    if opinion.issue is None:
        if official.role is Role.OBSERVER:
            return opinion.state is OpinionState.REDIRECTED and opinion.verdict in REFUSALS
        if official.role is Role.LEADER:
            return not has_clerk or opinion.proposed is not None or opinion.verdict in REFUSALS
        return official.role is Role.CLERK
    return official.role is not Role.STAFF or opinion.issue.unit_id == official.unit_id


def may_read_draft(official: Official | None, answer: Answer, opinion: Opinion) -> bool:
    """Whether he reads an answer before its release: writer, unit, office. `opinion.issue` must be loaded."""
    if official is None or official.revoked_at is not None:
        return False
    if official.role is Role.STAFF:
        its_unit = opinion.issue is not None and opinion.issue.unit_id == official.unit_id
        return its_unit or answer.official_id == official.id
    return official.role in _OFFICE


def sees_names(official: Official | None) -> bool:
    """Whether this official is shown the name and telephone of an author who gave them."""
    return official is not None and official.revoked_at is None and official.role in _OFFICE


def hears(official: Official | None) -> bool:
    """Whether this official is given recordings; a unit and the observer read what the office wrote down."""
    return sees_names(official)


_CLERK = select(Official.id).where(Official.role == Role.CLERK, Official.revoked_at.is_(None)).limit(1)


async def has_clerk(tx: Transaction) -> bool:
    """Whether a clerk is active: without one the leaders are the first readers."""
    return await tx.session.scalar(_CLERK) is not None


async def reads_received(tx: Transaction, official: Official) -> bool:
    """Whether this official sorts what nobody has accepted yet: a clerk, or a leader while there is no clerk."""
    if official.role is Role.CLERK:
        return True
    return official.role is Role.LEADER and not await has_clerk(tx)
