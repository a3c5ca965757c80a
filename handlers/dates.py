"""Day and hour as an official types them: "10/12 7h30", "10/12/2026 07:30", "7h30 10/12"."""

import re
from datetime import date, datetime, time

from storage.folding import fold

_DAY = r"(?:ngay )?(?P<day>[0-9]{1,2}) ?[/.-] ?(?P<month>[0-9]{1,2})(?: ?[/.-] ?(?P<year>[0-9]{4}|[0-9]{2}))?"
_MINUTE = r"(?:(?P<minute>[0-9]{1,2})(?: ?(?:p|phut))?)?"
_HOUR = rf"(?:luc )?(?P<hour>[0-9]{{1,2}}) ?(?:h|g|gio|:) ?{_MINUTE}(?: ?(?P<part>sang|trua|chieu|toi))?"
_WHEN = (re.compile(rf"{_DAY},? {_HOUR}"), re.compile(rf"{_HOUR},? {_DAY}"))


class DateError(ValueError):
    """A day and hour that cannot be taken; `text` is what was typed."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class UnreadableDate(DateError):
    """Not a day and an hour at all."""


class ImpossibleDate(DateError):
    """A day or an hour that no calendar has: 31/02, 25h."""


class PastDate(DateError):
    """A day and hour that are over."""


def parse_when(text: str, now_local: datetime) -> datetime:
    """The day and hour in `text`, in the zone of `now_local` (aware, the commune's clock).

    A day without a year is the next one with that date, today included. "2h chiều" is 14:00.
    Raises UnreadableDate, ImpossibleDate or PastDate.
    """
    folded = fold(text)
    found = next((match for pattern in _WHEN if (match := pattern.fullmatch(folded))), None)
    if found is None:
        raise UnreadableDate(text)
    hour = int(found["hour"])
    if found["part"] in {"chieu", "toi"} and hour < 12:
        hour += 12
    try:
        day = date(_year(found, now_local.date()), int(found["month"]), int(found["day"]))
        at = time(hour, int(found["minute"] or 0))
    except ValueError:
        raise ImpossibleDate(text) from None
    when = datetime.combine(day, at, now_local.tzinfo)
    if when <= now_local:
        raise PastDate(text)
    return when


def _year(found: re.Match[str], today: date) -> int:
    year = found["year"]
    if year is None:
        is_over = (int(found["month"]), int(found["day"])) < (today.month, today.day)
        return today.year + is_over
    return int(year) if len(year) == 4 else today.year // 100 * 100 + int(year)
