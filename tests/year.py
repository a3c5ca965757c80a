"""A year of the commune written out by hand: what people do in it, and who is to be reminded of what from when to when.

The table is the oracle of `test_year`: it was read off the issue and the dialogues (3.4 to 3.6, section 9), and asks
the program nothing. Tết is from Thursday 4 to Wednesday 10 February.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
BEGIN = datetime(2026, 11, 23, 9, tzinfo=ZONE)
END = datetime(2027, 11, 23, tzinfo=ZONE)
TICK = timedelta(seconds=20)
"""How often the clock looks."""

CLERK, LEADER, STAFF = "901", "902", "903"

Span = tuple[datetime, datetime]
"""From when to when a machine was up, both included, of the clock on its wall: one set back begins before it ended."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass(frozen=True)
class Row:
    """One reminder to one person: to be sent once, at the first instant in any of `windows`, [from, until), or never.

    `words` is the whole text where the dialogues give one. Rows of one `matter` are decided together: from `gone` on,
    with none of them sent, all are given up.
    """

    who: str
    kind: str
    windows: tuple[Span, ...]
    matter: str
    words: str | None = None
    gone: datetime | None = None


@dataclass(frozen=True, order=True)
class Sent:
    at: datetime
    who: str
    kind: str
    words: str | None = None


# Residents -----------------------------------------------------------------------------------------------------------

HALL, FIRST, SECOND = "Hội trường UBND xã", "Nhà văn hoá Thôn mẫu 1", "Nhà văn hoá Thôn mẫu 4"
SPEAKS, SPEAKS_OTHER = " Bác đã đăng ký nói về KX-1.", " Bác đã đăng ký phát biểu."

HEARS, COMES, SPEAKER, MUTED, MUTED_COMES = "1001", "1002", "1003", "1004", "1005"
DECLINED, ONLY_REGISTERED, STRANGER, UNANSWERED, BLOCKED = "1006", "1007", "1008", "1009", "1010"
JOINS_LATE, SPEAKS_OF_ELSE, MUTES_LATE, DECLINES_LATE = "1011", "1012", "1013", "1014"

MOVED_TO = at(date(2026, 12, 15), 7, 30)
CLUSTERS = (at(date(2027, 2, 17), 7, 30), at(date(2027, 2, 18), 14))
CANCELLED = at(date(2027, 5, 20), 7, 30)


To = dict[str, tuple[str, Span | None]]
"""What is added for whom, and within what less than the whole of its hours, if less."""


def _said(conference: int, begins: datetime, days: int, words: str, to: To) -> list[Row]:
    """Rows of one reminder: one to each."""
    day = begins.date() - timedelta(days=days)
    whole = (at(day, 18, 30), at(day, 21)) if days else (at(day, 6), begins)
    gone = at(begins.date(), 0) if days else begins
    matter = f"{conference} {begins:%d/%m %H:%M} -{days}"
    return [Row(who, "reminder", (within or whole,), matter, words + more, gone) for who, (more, within) in to.items()]


def _to(*who: str, speaker: bool = False, within: Span | None = None) -> To:
    found = dict.fromkeys(who, ("", within))
    return {**found, SPEAKER: (SPEAKS, within), SPEAKS_OF_ELSE: (SPEAKS_OTHER, within)} if speaker else found


def _residents() -> list[Row]:
    eve = MOVED_TO.date() - timedelta(days=1)
    moved = f"Thứ Ba 15/12/2026 (mồng 7 tháng 11 âm), 07 giờ 30, hội nghị đối thoại ở {HALL}."
    first = f"Thứ Tư 17/02/2027 (12 tháng 1 âm), 07 giờ 30, hội nghị đối thoại ở {FIRST}."
    second = f"Thứ Năm 18/02/2027 (13 tháng 1 âm), 14 giờ 00, hội nghị đối thoại ở {SECOND}."
    third = f"Thứ Năm 20/05/2027 (rằm tháng 4 âm), 07 giờ 30, hội nghị đối thoại ở {HALL}."
    # Who was asked again after the move and has not answered still counts as registered.
    registered = _to(COMES, MUTED_COMES, ONLY_REGISTERED, UNANSWERED, speaker=True)
    no_village = (DECLINED, UNANSWERED, JOINS_LATE, DECLINES_LATE)
    everyone = {
        **registered,
        **_to(HEARS),
        **_to(JOINS_LATE, within=(at(eve, 19, 40), at(eve, 21))),
        **_to(MUTES_LATE, within=(at(eve, 18, 30), at(eve, 18, 45))),
        **_to(DECLINES_LATE, within=(at(eve, 18, 30), at(eve, 20))),
    }
    # Who speaks about something else is of no village: both sessions may be hers.
    of_second = {**_to(COMES), SPEAKS_OF_ELSE: (SPEAKS_OTHER, None)}
    # Cancelled at eight in the evening: who had not been reminded by then is not, and nothing was missed.
    by_eight = (at(date(2027, 5, 19), 18, 30), at(date(2027, 5, 19), 20))
    not_cancelled = (HEARS, COMES, SPEAKER, *no_village, SPEAKS_OF_ELSE, MUTES_LATE)
    return [
        *_said(1, MOVED_TO, 1, f"Sáng mai, {moved}", everyone),
        *_said(1, MOVED_TO, 0, f"Sáng nay, {moved}", registered),
        *_said(2, CLUSTERS[0], 1, f"Sáng mai, {first}", _to(HEARS, *no_village, speaker=True)),
        *_said(2, CLUSTERS[0], 0, f"Sáng nay, {first}", _to(speaker=True)),
        *_said(2, CLUSTERS[1], 1, f"Chiều mai, {second}", {**of_second, **_to(*no_village)}),
        *_said(2, CLUSTERS[1], 0, f"Chiều nay, {second}", of_second),
        *(Row(who, "reminder", (by_eight,), "cancelled", f"Sáng mai, {third}") for who in not_cancelled),
    ]


DROPPED = {
    "1 15/12 07:30 -1": "reminder:1:2026-12-15T00:30:00+00:00:1d1830",
    "1 15/12 07:30 -0": "reminder:1:2026-12-15T00:30:00+00:00:0d0600",
    "2 17/02 07:30 -1": "reminder:2:2027-02-17T00:30:00+00:00:mau-1:1d1830",
    "2 17/02 07:30 -0": "reminder:2:2027-02-17T00:30:00+00:00:mau-1:0d0600",
    "2 18/02 14:00 -1": "reminder:2:2027-02-18T07:00:00+00:00:mau-4:1d1830",
    "2 18/02 14:00 -0": "reminder:2:2027-02-18T07:00:00+00:00:mau-4:0d0600",
}
"""The key in the event that a matter was given up, by matter; about nothing else is there one."""


# Officials -----------------------------------------------------------------------------------------------------------


def _days(*texts: str) -> list[date]:
    """Days written as "2026-12-4", or as "2026-12-7..11", both included."""
    found = []
    for text in texts:
        month, _, days = text.rpartition("-")
        first, _, last = days.partition("..")
        found += [date.fromisoformat(f"{month}-{day:02}") for day in range(int(first), int(last or first) + 1)]
    return found


def _open(days: Iterable[date], begin: time = time(7), end: time = time(18)) -> tuple[Span, ...]:
    return tuple((datetime.combine(day, begin, ZONE), datetime.combine(day, end, ZONE)) for day in days)


def _told(who: Sequence[str], kind: str, matter: str, *windows: Span) -> list[Row]:
    return [Row(each, kind, windows, f"{matter} {each}") for each in who]


def _officials() -> list[Row]:
    office = (CLERK, LEADER)
    return [
        # T-7 of the first date is Thursday 3/12; on the fourth it is moved, with T-7 on Tuesday 8/12, and told by two.
        *_told([CLERK], "conference_due", "announce soon", *_open(_days("2026-11-30", "2026-12-1..2"))),
        *_told(office, "conference_due", "announce last", *_open(_days("2026-12-3"))),
        *_told(office, "conference_due", "announce late", *_open(_days("2026-12-4"), end=time(10))),
        *_told([CLERK], "conference_due", "again soon", *_open(_days("2026-12-7"))),
        *_told(office, "conference_due", "again last", *_open(_days("2026-12-8"), end=time(14))),
        # KX-1 has no answer before the hall; it is answered at four in the afternoon before.
        *_told(office, "conference_due", "answers soon", *_open(_days("2026-12-11"))),
        *_told(office, "conference_due", "answers last", *_open(_days("2026-12-14"), end=time(16))),
        # T+10 is Friday 25/12; published on Tuesday the 29th at nine.
        *_told([CLERK], "conference_due", "publish soon", *_open(_days("2026-12-22..24"))),
        *_told(office, "conference_due", "publish last", *_open(_days("2026-12-25"))),
        *_told(
            office,
            "conference_due",
            "publish late",
            *_open(_days("2026-12-28")),
            *_open(_days("2026-12-29"), end=time(9)),
        ),
        # T-7 of the second is in Tết: the last day at work before it is 3/2. Nobody ticks it.
        *_told(office, "conference_due", "tet last", *_open(_days("2027-02-3"))),
        *_told(
            office,
            "conference_due",
            "tet late",
            *_open(_days("2027-02-11..12", "2027-02-15..16")),
            *_open(_days("2027-02-17"), end=time(7, 30)),
        ),
        # Its second session is on 18/2, T+10 Sunday 28/2; published on Friday the 26th at noon.
        *_told([CLERK], "conference_due", "second soon", *_open(_days("2027-02-25"))),
        *_told(office, "conference_due", "second last", *_open(_days("2027-02-26"), end=time(12))),
        # KX-1 is due on Tuesday 1/12, and answered on Monday 14/12 at four.
        *_told([STAFF], "due_reminder", "issue before", *_open(_days("2026-11-30"))),
        *_told([STAFF], "due_reminder", "issue on", *_open(_days("2026-12-1"))),
        *_told([STAFF], "due_reminder", "issue after", *_open(_days("2026-12-2"))),
        *_told([CLERK], "due_reminder", "issue clerk", *_open(_days("2026-12-3"))),
        *_told(
            office,
            "due_reminder",
            "issue leader",
            *_open(_days("2026-12-4", "2026-12-7..11")),
            *_open(_days("2026-12-14"), end=time(16)),
        ),
        # What was promised for Thursday 14/1 is done on Monday 18/1 at three.
        *_told([STAFF], "commitment_due", "promise before", *_open(_days("2027-01-13"))),
        *_told([STAFF], "commitment_due", "promise on", *_open(_days("2027-01-14"))),
        *_told([STAFF], "commitment_due", "promise after", *_open(_days("2027-01-15"))),
        *_told([CLERK], "commitment_due", "promise clerk", *_open(_days("2027-01-18"), end=time(15))),
        # What was promised for 10/2, in Tết, is done on Monday 15/2 at four; nobody is written to on the day.
        *_told([STAFF], "commitment_due", "tet before", *_open(_days("2027-02-3"))),
        *_told([STAFF], "commitment_due", "tet after", *_open(_days("2027-02-11"))),
        *_told([CLERK], "commitment_due", "tet clerk", *_open(_days("2027-02-12"))),
        *_told(office, "commitment_due", "tet leader", *_open(_days("2027-02-15"), end=time(16))),
        *_digests(),
    ]


OFF = frozenset(
    _days("2026-11-24", "2027-01-1", "2027-02-4..10", "2027-04-16", "2027-04-30", "2027-05-3", "2027-09-2..3")
)
"""Public holidays and the days given for them, weekends aside."""

WAITS = {
    # The law's T-7 is a week off; then, to the eve of the hall, what has no answer; then T+10; then the second.
    CLERK: _days("2026-11-26..30", "2026-12-1..14", "2026-12-18..28", "2027-02-3", "2027-02-11..16", "2027-02-22..25"),
    # An issue of the unit without an answer; then its promises, two working days ahead.
    STAFF: _days("2026-11-25..30", "2026-12-1..14", "2027-01-12..18", "2027-02-2..3", "2027-02-11..15"),
    LEADER: _days(
        *("2026-11-26..30", "2026-12-1..14", "2026-12-18..28"),
        *("2027-01-12..18", "2027-02-2..3", "2027-02-11..16", "2027-02-22..25"),
    ),
}
"""Days on which something waits from morning to evening."""

WAITS_UNTIL = {
    date(2026, 12, 29): (time(9), (CLERK, LEADER)),
    date(2027, 2, 17): (time(7, 30), (CLERK, LEADER)),
    date(2027, 2, 26): (time(12), (CLERK, LEADER)),
}
"""Days on which it waits in the morning: who hears nothing by then has nothing to hear."""


def _digests() -> list[Row]:
    """At seven of each working day to whom something waits, on the first one of a week to all three in any case."""
    rows, weeks = [], set()
    for ahead in range((END.date() - BEGIN.date()).days):
        day = BEGIN.date() + timedelta(days=ahead)
        if day.weekday() > 4 or day in OFF:
            continue
        is_first = (week := day.isocalendar()[:2]) not in weeks
        weeks.add(week)
        until, early = WAITS_UNTIL.get(day, (time(18), ()))
        for who in (CLERK, LEADER, STAFF):
            if is_first or day in WAITS[who]:
                rows.append(Row(who, "digest", _open([day]), f"digest {day} {who}"))
            elif who in early:
                window = _open([day], end=until)
                rows.append(Row(who, "digest", window, f"digest {day} {who}", gone=window[0][1]))
    return rows


TABLE = [*_residents(), *_officials()]


# The oracle ----------------------------------------------------------------------------------------------------------


def expected(spans: Sequence[Span], table: Sequence[Row] = TABLE) -> tuple[list[Sent], list[str]]:
    """What a machine that was up in these spans, in their order, has sent, and the matters that it gave up."""
    sent: dict[Row, datetime] = {}
    given_up: set[str] = set()
    matters: dict[str, list[Row]] = {}
    for row in table:
        matters.setdefault(row.matter, []).append(row)
    for matter, rows in matters.items():
        for begin, end in spans:
            if matter in given_up:
                break
            for row in rows:
                ups = [max(begin, first) for first, until in row.windows if begin < until and end >= first]
                if ups and row not in sent:
                    sent[row] = ups[0]
            gone = rows[0].gone
            if gone is not None and end >= gone and not any(row in sent for row in rows):
                given_up.add(matter)
    return sorted(Sent(up, row.who, row.kind, row.words) for row, up in sent.items()), sorted(given_up)
