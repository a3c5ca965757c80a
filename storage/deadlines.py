"""Days that the office must keep: each is reminded of around its day and then one level up, computed from the record.

Three clocks: an issue is to be answered by its day, an opinion sorted within some working days, and its author told
where her matter went within those of the law (Quy định 11-QĐi/TW), whoever has it by then.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, select

from storage import issues, tell
from storage.database import Transaction
from storage.escalation import TOLD, Stage, stage
from storage.models import Account, Issue, Opinion, Priority, Role
from storage.people import first_readers_accounts
from storage.states import IssueState, OpinionState

OWING = (IssueState.OPEN, IssueState.ASSIGNED, IssueState.DRAFTED)
"""States of an issue in which somebody of the office owes the next step."""

UNSORTED = (Opinion.state == OpinionState.RECEIVED) & Opinion.proposed.is_(None)
UNTOLD = Opinion.state.in_([OpinionState.RECEIVED, OpinionState.NEEDS_DETAIL])
"""What an author was told nothing of yet but that it came, or that the office asks."""

Level = tuple[str, tuple[Role, ...]]
"""Its name in the key of a reminder, and who is told."""

_CLERK: Level = ("late", (Role.CLERK,))
_LEADER: Level = ("up", (Role.LEADER,))
_BOTH: Level = ("late", (Role.CLERK, Role.LEADER))

SORTING: Mapping[Stage, Level] = {Stage.AFTER: _CLERK, Stage.CLERK: _LEADER, Stage.LEADER: _LEADER}
"""Who is reminded of what is not sorted; on the day itself the morning's digest says it."""

LAW: Mapping[Stage, Level] = {
    Stage.ON: ("on", (Role.CLERK,)),
    **dict.fromkeys((Stage.AFTER, Stage.CLERK, Stage.LEADER), _BOTH),
}


def whose_turn(state: IssueState) -> Role:
    """Who owes the next step: an issue that no unit has is the clerk's, one with a drafted answer the leader's."""
    turns = {IssueState.OPEN: Role.CLERK, IssueState.DRAFTED: Role.LEADER}
    return turns.get(state, Role.STAFF)


async def remind(tx: Transaction) -> int:
    """Queues every reminder whose stage has come, in office hours; returns how many are new.

    It may be called any number of times: a row's key names what is due, the day, the stage and the account. Of the
    stages that were missed while the machine was down only the last is told. A day that was moved begins anew.
    """
    if not tx.commune.calendar.is_open(tx.now.astimezone(tx.commune.timezone)):
        return 0
    readers = _Readers(tx)
    return await _of_issues(tx, readers) + await _of_sorting(tx, readers) + await _of_the_law(tx, readers)


class _Readers:
    """Accounts by roles and unit, each asked for once a tick; where a role is not filled, who reads in its place."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.known: dict[tuple[frozenset[Role], str | None], list[Account]] = {}

    async def of(self, roles: Iterable[Role], unit_id: str | None = None) -> list[Account]:
        key = (frozenset(roles), unit_id)
        if key not in self.known:
            found = (
                await tell.accounts_in(self.tx, key[0], unit_id=unit_id) if key[0] != {Role.STAFF} or unit_id else []
            )
            self.known[key] = found or await first_readers_accounts(self.tx)
        return self.known[key]


async def _of_issues(tx: Transaction, readers: _Readers) -> int:
    today, calendar = issues.today(tx), tx.commune.calendar
    leads = (
        select(Opinion.issue_id, func.min(Opinion.number).label("number"))
        .where(Opinion.state.in_(issues.ACTIVE))
        .group_by(Opinion.issue_id)
        .subquery()
    )
    rows = await tx.session.execute(
        select(Issue, Issue.due, Opinion.id)
        .join(leads, leads.c.issue_id == Issue.id)
        .join(Opinion, Opinion.number == leads.c.number)
        .where(Issue.state.in_(OWING), Issue.due <= calendar.add(today, 1))
        .order_by(Issue.due, Issue.id)
    )
    count = 0
    for issue, due, opinion_id in rows:
        come = stage(due, today, calendar, tx.commune.escalation_days) if due is not None else None
        if due is None or come is None:
            continue
        roles = {whose_turn(issue.state) if role is Role.STAFF else role for role in TOLD[come]}
        key = f"due:{issue.id}:{due.isoformat()}:{come}"
        count += await tell.accounts(
            tx,
            await readers.of(roles, issue.unit_id),
            "due_reminder",
            key,
            opinion_id=opinion_id,
            priority=Priority.REMINDER,
            issue_id=issue.id,
            due=due.isoformat(),
        )
    return count


async def _of_sorting(tx: Transaction, readers: _Readers) -> int:
    return await _of_days(tx, readers, "sort_reminder", Opinion.sort_due, UNSORTED, SORTING)


async def _of_the_law(tx: Transaction, readers: _Readers) -> int:
    return await _of_days(tx, readers, "law_reminder", Opinion.notice_due, UNTOLD, LAW)


async def _of_days(
    tx: Transaction,
    readers: _Readers,
    kind: str,
    column: Any,
    which: ColumnElement[bool],
    told: Mapping[Stage, Level],
) -> int:
    """One reminder for all that was due on one day."""
    today, calendar = issues.today(tx), tx.commune.calendar
    count = 0
    for due in await tx.session.scalars(select(column).where(which, column <= today).distinct().order_by(column)):
        come = stage(due, today, calendar, tx.commune.escalation_days)
        if come is not None and come in told:
            level, roles = told[come]
            key = f"{kind}:{due.isoformat()}:{level}"
            people = await readers.of(roles)
            count += await tell.accounts(tx, people, kind, key, priority=Priority.REMINDER, due=due.isoformat())
    return count


async def unsorted_of(tx: Transaction, due: date) -> list[int]:
    """The numbers of the opinions that were to be sorted by this day and are not."""
    return await _numbers(tx, UNSORTED, Opinion.sort_due == due)


async def untold_of(tx: Transaction, due: date) -> list[int]:
    """The numbers of those whose authors the law wants told by this day, and who are not."""
    return await _numbers(tx, UNTOLD, Opinion.notice_due == due)


async def _numbers(tx: Transaction, *which: ColumnElement[bool]) -> list[int]:
    return list(await tx.session.scalars(select(Opinion.number).where(*which).order_by(Opinion.number)))
