"""How far a matter with a day has come: the unit is reminded around the day, then it goes one level up at a time."""

from datetime import date, datetime
from enum import StrEnum

from storage.commune import WorkingDays
from storage.models import Role


class Stage(StrEnum):
    """What is due today, in order: the working day before the day, the day, the one after, then clerk and leader."""

    BEFORE = "before"
    ON = "on"
    AFTER = "after"
    CLERK = "clerk"
    LEADER = "leader"


TOLD = {
    Stage.BEFORE: frozenset({Role.STAFF}),
    Stage.ON: frozenset({Role.STAFF}),
    Stage.AFTER: frozenset({Role.STAFF}),
    Stage.CLERK: frozenset({Role.CLERK}),
    # The clerk too: he may have been told nothing while the machine was down.
    Stage.LEADER: frozenset({Role.CLERK, Role.LEADER}),
}
"""Who is reminded at each stage; staff are those of the matter's unit."""


def stage(due: date, today: date, calendar: WorkingDays, escalation_days: int) -> Stage | None:
    """The last stage that has come, None while the day is further off than one working day.

    Stages follow each other by working days only: what is in force on a Friday still is on the Sunday after it. A
    caller tells each stage once, under a key that holds `due`, so a day that was moved begins anew.
    """
    if today < due:
        return Stage.BEFORE if calendar.add(today, 1) >= due else None
    if today >= calendar.add(due, 1 + 2 * escalation_days):
        return Stage.LEADER
    if today >= calendar.add(due, 1 + escalation_days):
        return Stage.CLERK
    return Stage.AFTER if today >= calendar.add(due, 1) else Stage.ON


def in_office_hours(local: datetime, calendar: WorkingDays) -> bool:
    """Whether officials may be reminded at this instant of the commune's clock (dialogues.md, section 9)."""
    return calendar.is_open(local)
