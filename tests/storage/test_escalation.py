"""Which stage a day has come to, over weekends and Tết."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from storage.commune import WorkingDays
from storage.escalation import Stage, in_office_hours, stage

THURSDAY = date(2027, 1, 14)
TET_EVE = date(2027, 2, 3)  # the last working day before Tết 2027


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        (THURSDAY, date(2027, 1, 12), None),
        (THURSDAY, date(2027, 1, 13), Stage.BEFORE),
        (THURSDAY, THURSDAY, Stage.ON),
        (THURSDAY, date(2027, 1, 15), Stage.AFTER),
        (THURSDAY, date(2027, 1, 17), Stage.AFTER),
        (THURSDAY, date(2027, 1, 18), Stage.CLERK),
        (THURSDAY, date(2027, 1, 19), Stage.LEADER),
        (THURSDAY, date(2029, 1, 19), Stage.LEADER),
        (date(2027, 1, 18), date(2027, 1, 15), Stage.BEFORE),
        (date(2027, 1, 18), date(2027, 1, 16), Stage.BEFORE),
        (date(2027, 1, 15), date(2027, 1, 17), Stage.ON),
        (TET_EVE, date(2027, 2, 10), Stage.ON),
        (TET_EVE, date(2027, 2, 11), Stage.AFTER),
    ],
)
def test_stage_is_the_last_that_has_come(due: date, today: date, expected: Stage | None) -> None:
    assert stage(due, today, WorkingDays(), 1) == expected


def test_stage_with_a_longer_escalation() -> None:
    reached = [stage(THURSDAY, date(2027, 1, day), WorkingDays(), 3) for day in (15, 19, 20, 22, 25)]
    assert reached == [Stage.AFTER, Stage.AFTER, Stage.CLERK, Stage.CLERK, Stage.LEADER]


def test_office_hours_are_of_working_days() -> None:
    found = [
        in_office_hours(datetime(2027, 1, day, hour, minute, tzinfo=UTC), WorkingDays())
        for day, hour, minute in ((14, 6, 59), (14, 7, 0), (14, 17, 59), (14, 18, 0), (16, 9, 0))
    ]
    assert found == [False, True, True, False, False]


ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2027-01-14T09:00", "2027-01-14T09:00"),
        ("2027-01-14T06:59", "2027-01-14T07:00"),
        ("2027-01-14T18:00", "2027-01-15T07:00"),
        ("2027-01-15T20:00", "2027-01-18T07:00"),
        ("2027-01-16T09:00", "2027-01-18T07:00"),
        ("2027-02-03T18:30", "2027-02-11T07:00"),  # over Tết
    ],
)
def test_opens_is_the_next_working_morning(at: str, opens: str) -> None:
    found = WorkingDays().opens(datetime.fromisoformat(at).replace(tzinfo=ZONE))
    assert found == datetime.fromisoformat(opens).replace(tzinfo=ZONE)
