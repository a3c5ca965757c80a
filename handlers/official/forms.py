"""One text in the forms that a village needs: to pass on in its Zalo group, to read aloud, to post on the board."""

import re
from collections.abc import Iterable, Sequence

from handlers.rendering import Notice
from handlers.words import Say
from storage.commune import Commune
from storage.database import Transaction
from storage.html import html_to_plain
from storage.issues import today
from storage.models import Announcement

WORDS_A_MINUTE = 150
"""Vietnamese syllables that a calm reader says in a minute."""
LONG_SENTENCE = 25
"""Words above which a sentence is too long to be understood from a loudspeaker: it is cut at a pause."""
LONGEST_SUMMARY = 120
"""Characters of a first line that is the summary of a notice."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_])|\n+")
_PAUSE = re.compile(r"(?<=;)\s+|\s+[–-]\s+")
_URL = re.compile(r",?(?:\s+(?:hoặc|và))?(?:\s+(?:xem|tại|ở))*\s*\(?(?:https?://|\bwww\.)\S*[^\s.,;]", re.IGNORECASE)
_DATE = re.compile(r"(?:\b(ngày|Ngày)\s+)?\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b")
_HOUR = re.compile(r"\b(\d{1,2})\s?(?:h|giờ|:)\s?(\d{2})\b(?!\s?phút)")
_WHOLE_HOUR = re.compile(r"\b(\d{1,2})h\b")
_TELEPHONE = re.compile(r"(?<![\d.])0\d{1,3}(?:[ .]?\d{2,4}){2,3}(?!\d)")
_MONEY = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{3})+(?!\d)")
_SPOKEN = (
    (re.compile(r"\bUBND\b"), "Uỷ ban nhân dân"),
    (re.compile(r"\bHĐND\b"), "Hội đồng nhân dân"),
    (re.compile(r"\bMTTQ\b"), "Mặt trận Tổ quốc"),
    (re.compile(r"\bBHYT\b"), "bảo hiểm y tế"),
    (re.compile(r"\bCCCD\b"), "căn cước"),
    (re.compile(r"\b(?:ĐT|SĐT)\b:?"), "điện thoại"),
    (re.compile(r"(?<=\d)\s?%"), " phần trăm"),
    (re.compile(r"(?<=\d)\s?(?:m2\b|m²)"), " mét vuông"),
    (re.compile(r"(?<=\d)\s?km\b"), " ki-lô-mét"),
    (re.compile(r"(?<=\d)\s?m\b"), " mét"),
    (re.compile(r"(?<=\d)\s?kg\b"), " ki-lô-gam"),
    (re.compile(r"(?<=\d)\s?(?:đ|VNĐ|vnđ)(?!\w)"), " đồng"),
    (re.compile(r"[“”\"'*_•▪●]"), ""),
)
_MATTERS = re.compile(r"\d+ giờ|ngày \d+|\d{1,2} tháng|triệu|nghìn|số điện thoại|\d(?:, \d){5}")
"""What a listener must catch: an hour, a day, a sum, a number to call."""

_SCALES = ((1_000_000_000, "tỷ"), (1_000_000, "triệu"), (1_000, "nghìn"))


def plain(announcement: Announcement) -> str:
    return html_to_plain(announcement.text).strip()


def speakable(text: str) -> str:
    """`text` as it is read aloud: dates, hours, sums, telephones and short forms in words; no addresses of pages."""
    text = _URL.sub("", text)
    text = _DATE.sub(_say_date, text)
    text = _TELEPHONE.sub(lambda found: ", ".join(re.sub(r"\D", "", found[0])), text)
    text = _HOUR.sub(
        lambda found: f"{int(found[1])} giờ {found[2]}" if found[2] != "00" else f"{int(found[1])} giờ", text
    )
    text = _WHOLE_HOUR.sub(lambda found: f"{int(found[1])} giờ", text)
    for pattern, words in _SPOKEN:
        text = pattern.sub(words, text)
    text = _MONEY.sub(lambda found: _say_sum(int(found[0].replace(".", ""))), text)
    return re.sub(r"[ \t]+", " ", text).strip()


def _say_date(found: re.Match[str]) -> str:
    day, month = int(found[2]), int(found[3])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return found[0]
    year = f" năm {found[4]}" if found[4] else ""
    return f"{found[1] or 'ngày'} {day} tháng {month}{year}"


def _say_sum(number: int) -> str:
    parts, rest = [], number
    for size, name in _SCALES:
        if rest >= size:
            parts.append(f"{rest // size} {name}")
            rest %= size
    return " ".join([*parts, *([str(rest)] if rest else [])])


def sentences(text: str) -> list[str]:
    """Short sentences, each with its stop; a long one is cut where a reader would pause."""
    found: list[str] = []
    for sentence in _SENTENCE.split(text):
        pieces = [sentence] if len(sentence.split()) <= LONG_SENTENCE else _PAUSE.split(sentence)
        found += [_ended(piece) for piece in pieces if re.search(r"\w", piece)]
    return found


def _ended(piece: str) -> str:
    piece = piece.strip(" \t-–+;:,")
    piece = piece[:1].upper() + piece[1:]
    return piece if piece.endswith((".", "?", "!", "…")) else f"{piece}."


def script(say: Say, commune: Commune, text: str) -> str:
    """A minute for the loudspeaker: plain, short sentences, and what must be caught said twice.

    Where the text is longer than a minute, what must be caught stays, then as much of the rest as there is time for, in
    its order; the last sentence sends the listener to the board.
    """
    opening, closing = say.plain("script-opening", commune=commune.name), say.plain("script-closing")
    again, board = say.plain("script-again"), say.plain("script-board")
    said = sentences(speakable(text))
    matters = [number for number, each in enumerate(said) if _MATTERS.search(each)]
    room = WORDS_A_MINUTE - _count(opening, closing)
    # The first is said twice before the least of the others is said once.
    twice = _fitting(said, matters[:1], room - _count(again), times=2)
    room -= 2 * _words(said, twice) + (_count(again) if twice else 0)
    others = [each for each in dict.fromkeys([0, *matters, *range(len(said))]) if each not in twice]
    if _words(said, others) > room:
        room -= _count(board)
    once = _fitting(said, others, room)
    kept = sorted({*twice, *once} or {0})
    if twice:
        twice |= _fitting(said, [each for each in matters if each in once], room - _words(said, once))
    lines = [opening, *(said[each] for each in kept)]
    if len(kept) < len(said):
        lines.append(board)
    if twice:
        lines += [again, *(said[each] for each in sorted(twice))]
    return "\n".join([*lines, closing])


def _fitting(said: Sequence[str], numbers: Sequence[int], room: int, times: int = 1) -> set[int]:
    """As many of the sentences with these numbers, the first before the later, as `room` words hold so often."""
    chosen: set[int] = set()
    for number in numbers:
        words = _count(said[number]) * times
        if words <= room:
            chosen.add(number)
            room -= words
    return chosen


def _words(said: Sequence[str], numbers: Iterable[int]) -> int:
    return _count(*(said[each] for each in numbers))


def _count(*lines: str) -> int:
    return sum(len(line.split()) for line in lines)


def notice(tx: Transaction, announcement: Announcement) -> Notice:
    """What the notice for the board says. A short first line above others is its summary."""
    lines = [line.strip() for line in plain(announcement).splitlines() if line.strip()]
    is_summary = len(lines) > 1 and len(lines[0]) <= LONGEST_SUMMARY
    summary = lines.pop(0).rstrip(".:") if is_summary else ""
    return Notice(commune=tx.commune.name, day=today(tx), summary=summary, paragraphs=tuple(lines))
