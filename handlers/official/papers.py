"""Number and day of the written reply that an answer is also given in, as a line of its own in what was typed."""

import re
import unicodedata
from datetime import date

_ON = r"(?:,? +ngày +([0-9]{1,2})[/.-]([0-9]{1,2})(?:[/.-]([0-9]{4}))?)?"
_LINE = re.compile(rf"(?:văn bản |công văn )?số:? *(\S{{1,60}}?){_ON}[.;]?", re.IGNORECASE)


def _read(line: str, today: date) -> tuple[str, date | None] | None:
    found = _LINE.fullmatch(unicodedata.normalize("NFC", " ".join(line.split())))
    if found is None or not any(sign.isdigit() for sign in found[1]):
        return None
    years = [int(found[4])] if found[4] else [today.year - 1, today.year, today.year + 1]
    try:
        days = [date(year, int(found[3]), int(found[2])) for year in years] if found[2] else []
    except ValueError:
        return None
    return found[1].rstrip(".,;"), min(days, key=lambda day: abs(day - today), default=None)


def find(text: str, today: date) -> tuple[str, date | None] | None:
    """Number and day in the first line that says nothing else: "Số 12/UBND-KT ngày 01/12/2026"; None without one.

    A day without a year is the nearest one with that date.
    """
    return next((found for line in text.splitlines() if (found := _read(line, today)) is not None), None)


def without(text: str, today: date) -> str:
    """The text without such lines: their day is no promise."""
    return "\n".join(line for line in text.splitlines() if _read(line, today) is None)
