"""Days and hours as an official types them: "10/12 7h30", "7h30 thứ sáu tới", "cuối tháng", "3 ngày nữa".

What is not quite readable is asked again and never guessed; the form that understood it says the day back.
"""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta

from storage.folding import fold

_COUNTS = dict(zip(("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"), range(1, 11), strict=True))
_WEEKDAYS = {"hai": 0, "ba": 1, "tu": 2, "nam": 3, "sau": 4, "bay": 5} | {str(day + 2): day for day in range(6)}
_NEAR = {"hom nay": 0, "bua nay": 0, "mai": 1, "ngay mai": 1, "mot": 2, "ngay mot": 2, "kia": 2, "ngay kia": 2}

_DATE = (
    r"(?P<day>[0-9]{1,2})(?: ?[/.-] ?|,? thang )(?P<month>[0-9]{1,2})"
    r"(?:(?: ?[/.-] ?|,? nam )(?P<year>[0-9]{4}|[0-9]{2}))?"
)
_DAY = (
    rf"(?:(?:ngay )?{_DATE}"
    r"|ngay (?P<only>[0-9]{1,2})(?: thang (?P<of>nay|sau|toi))?"
    rf"|(?P<near>{'|'.join(_NEAR)})"
    rf"|(?:thu ?(?P<weekday>{'|'.join(_WEEKDAYS)})|t(?P<short>[2-7])|(?P<sunday>chu nhat|cn))"
    r"(?: (?P<week>(?:tuan )?(?:nay|sau|toi)))?"
    r"|cuoi (?:nam(?: nay)?|(?P<end>thang)(?: (?P<end_of>nay|sau|toi|[0-9]{1,2}))?)"
    rf"|(?:sau |trong |trong vong )?(?P<count>[0-9]{{1,3}}|{'|'.join(_COUNTS)}) (?P<unit>ngay|hom|tuan|thang)"
    r"(?: nua| toi)?)"
)
_MINUTE = r"(?:(?P<minute>[0-9]{1,2})(?: ?(?:p|phut))?)?"
_PART = r"sang|trua|chieu|toi"
_HOUR = rf"(?:luc )?(?P<hour>[0-9]{{1,2}}) ?(?:h|g|gio|:) ?{_MINUTE}(?: ?(?P<part>{_PART}))?"
_WHEN = (re.compile(rf"(?:(?P<before>{_PART}) )?{_DAY},? {_HOUR}"), re.compile(rf"{_HOUR},? {_DAY}"))
_BY = re.compile(rf"(?:(?:xong|han|hen|vao|den|truoc) ){{0,2}}{_DAY}[.,]?")
# A date within a sentence. One without a year needs a word before it, or it may be a fraction ("3/4 thôn", "24/7");
# what goes on behind it is the number of a document ("12/2026/QĐ-UBND").
_MENTIONED = re.compile(
    rf"(?:\b(?P<cue>ngay|truoc|den|toi|han|hen|vao|nhat|xong)[ :]+)?(?<![\w/.-]){_DATE}(?![0-9]|[/-]\w|\.[0-9])"
)


class DateError(ValueError):
    """A day, or a day and hour, that cannot be taken; `text` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class UnreadableDate(DateError):
    """Not what was asked for at all."""


class ImpossibleDate(DateError):
    """A day or an hour that no calendar has: 31/02, 25h."""


class PastDate(DateError):
    """A day, or a day and hour, that is over."""


def parse_when(text: str, now_local: datetime) -> datetime:
    """The day and hour in `text`, in the zone of `now_local` (aware, the commune's clock).

    The day in any form that `parse_day` knows. "2h chiều" is 14:00. Raises UnreadableDate, ImpossibleDate or PastDate.
    """
    folded = fold(text)
    found = next((match for pattern in _WHEN if (match := pattern.fullmatch(folded))), None)
    if found is None:
        raise UnreadableDate(text)
    hour = int(found["hour"])
    if (found["part"] or found.groupdict().get("before")) in {"chieu", "toi"} and hour < 12:
        hour += 12
    try:
        day = _day(found, now_local.date())
        at = time(hour, int(found["minute"] or 0))
    except (ValueError, OverflowError):
        raise ImpossibleDate(text) from None
    when = datetime.combine(day, at, now_local.tzinfo)
    if when <= now_local:
        raise PastDate(text)
    return when


def parse_day(text: str, today: date) -> date:
    """The due day in `text`: "15/12", "ngày 15 tháng 12", "mốt", "thứ 6 tuần sau", "cuối tháng", "2 tuần nữa".

    A day without a year, or without a month, is the next one with that date, today included. A weekday is the next
    one after today. Raises UnreadableDate, ImpossibleDate, or PastDate for a day before `today`.
    """
    found = _BY.fullmatch(fold(text))
    if found is None:
        raise UnreadableDate(text)
    try:
        day = _day(found, today)
    except (ValueError, OverflowError):
        raise ImpossibleDate(text) from None
    if day < today:
        raise PastDate(text)
    return day


def find_day(text: str, today: date) -> date | None:
    """The last day after `today` that is named in `text`, a longer answer: what somebody may be about to promise.

    A day without a year is the nearest one with that date, so "ngày 01/12 đã xem" in December is over. None if
    nothing that is written as a date is still to come.
    """
    coming = None
    for found in _MENTIONED.finditer(fold(text)):
        try:
            day = _mentioned(found, today)
        except (ValueError, OverflowError):
            continue
        if day is not None and day > today:
            coming = day
    return coming


def _mentioned(found: re.Match[str], today: date) -> date | None:
    day, month = int(found["day"]), int(found["month"])
    if found["year"]:
        return date(_year(found["year"], today), month, day)
    is_fraction = day <= month if found["cue"] == "xong" else not found["cue"]
    if is_fraction and " thang " not in found[0]:
        return None
    nearby = [date(year, month, day) for year in (today.year - 1, today.year, today.year + 1)]
    return min(nearby, key=lambda one: abs(one - today))


def _day(found: re.Match[str], today: date) -> date:
    """The day of a match of `_DAY`; ValueError or OverflowError if no calendar has it."""
    monday = today - timedelta(days=today.weekday())
    if found["day"]:
        return _numbered(found, today)
    if found["only"]:
        first = _months_on(today.replace(day=1), found["of"] in {"sau", "toi"})
        if found["of"] is None and int(found["only"]) < today.day:
            first = _months_on(first, 1)
        return first.replace(day=int(found["only"]))
    if found["near"]:
        return today + timedelta(days=_NEAR[found["near"]])
    if found["unit"]:
        count = _COUNTS.get(found["count"]) or int(found["count"])
        if found["unit"] == "thang":
            return _months_on(today, count)
        return today + timedelta(days=count * (7 if found["unit"] == "tuan" else 1))
    if weekday := found["weekday"] or found["short"] or found["sunday"]:
        day = monday + timedelta(days=_WEEKDAYS.get(weekday, 6))
        if found["week"] in {"tuan sau", "tuan toi", "sau"}:
            return day + timedelta(weeks=1)
        is_this_week = found["week"] in {"tuan nay", "nay"}
        return day if is_this_week or day > today else day + timedelta(weeks=1)
    if found["end"]:
        return _end_of_month(found["end_of"], today)
    return date(today.year, 12, 31)


def _numbered(found: re.Match[str], today: date) -> date:
    month, day = int(found["month"]), int(found["day"])
    if found["year"]:
        return date(_year(found["year"], today), month, day)
    return date(today.year + ((month, day) < (today.month, today.day)), month, day)


def _year(digits: str, today: date) -> int:
    return int(digits) if len(digits) == 4 else today.year // 100 * 100 + int(digits)


def _end_of_month(which: str | None, today: date) -> date:
    if which and which.isdigit():
        first = date(today.year + (int(which) < today.month), int(which), 1)
    else:
        first = _months_on(today.replace(day=1), which in {"sau", "toi"})
    return first.replace(day=monthrange(first.year, first.month)[1])


def _months_on(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, 1).replace(day=min(day.day, monthrange(year, month + 1)[1]))
