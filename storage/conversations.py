"""Where each dialog stands: state, data and the options last offered."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from storage import outbox
from storage.database import Transaction
from storage.folding import fold
from storage.models import Conversation, Outbox, written
from storage.states import DeliveryState

SHORTEST_FOLDED_LABEL = 4
LONGEST_NUMBER = 4

_NUMBER = re.compile(
    # Digits as people type a choice: "2.", "(2)", "số 2", "chon so 2", "dạ 2 ạ", the keycap 2️⃣.
    r"(?:dạ|da|vâng|vang)?[ ,]*(?:chọn|chon)?\s*(?:số|so)?\s*[(\[]?\s*(\d+)[\ufe0f\u20e3]*\s*[)\].,:;!/]*"
    r"(?:\s+(?:ạ|a|nhé|nhe|nha))?\s*[.!]*"
)
_SPELT: Mapping[str, int] = {
    word: number for number, word in enumerate(("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"), 1)
}
"""With their marks: without them "nam" is also the south or a man, and "bay" flies."""

_SHORT: Mapping[str, str] = {"ko": "khong", "k": "khong", "kg": "khong", "hok": "khong", "dc": "duoc", "r": "roi"}
"""Short forms that people type."""

MOST_WORDS = 24
"""Lines of notices that are kept to be picked by their words, the newest."""
RECENT = timedelta(days=1)
"""How long what was offered last is still likely to be answered by its number, or by its words after a new question."""


@dataclass(frozen=True, slots=True)
class Option:
    """What a person can choose: the words she reads and the callback data they stand for."""

    label: str
    data: str


def open_menu(conversation: Conversation, options: Sequence[Option], now: datetime, *, numbered: bool) -> None:
    """Remembers what was offered. `numbered` says that the message showed numbers, so that a digit picks."""
    shown = [[option.label, option.data] for option in options]
    conversation.menu = {"numbered": numbered, "options": shown, **_kept(conversation, now)}


def offer(conversation: Conversation, options: Sequence[Option], now: datetime) -> list[int]:
    """Adds what a message offers on its way out; returns its numbers, none where it can only be picked by its words.

    A reply's options stand in the menu since its turn: nothing changes. A notice never takes the numbers of what is
    open: while a question waits, or a list has numbers of its own, its options are words; else they are numbered on.
    """
    menu = conversation.menu or {"numbered": True, "options": []}
    shown, wanted = menu["options"], [[option.label, option.data] for option in options]
    start = _place(shown, wanted)
    if start is not None and (menu["numbered"] or shown == wanted):
        # What a wire could not show as buttons after all is numbered now.
        conversation.menu = {**menu, "numbered": True}
        return list(range(start + 1, start + len(wanted) + 1))
    since = datetime.fromisoformat(menu["offered_at"]) if "offered_at" in menu else conversation.updated_at
    is_old = conversation.state is None and now - since > RECENT
    if conversation.state is not None or (_has_numbers_of_its_own(shown) and not is_old):
        _keep(conversation, wanted, now)
        return []
    if is_old or not menu["numbered"] or _has_numbers_of_its_own(wanted):
        shown = []
    shown = [*shown, *wanted]
    kept = _kept(conversation, now)
    conversation.menu = {"numbered": True, "options": shown, "offered_at": now.isoformat(), **kept}
    return list(range(len(shown) - len(wanted) + 1, len(shown) + 1))


def keep_words(conversation: Conversation, options: Sequence[Option], now: datetime) -> None:
    """Remembers what a notice offers on buttons of its own: she may type the words that she reads on one.

    A reply's options stand in the menu since its turn: nothing changes.
    """
    words = [[option.label, option.data] for option in options if not option.label.isdecimal()]
    if not stand_open(conversation, options):
        _keep(conversation, words, now)


def stand_open(conversation: Conversation, options: Sequence[Option]) -> bool:
    """Whether the open menu offers all of these."""
    menu = conversation.menu or {"options": []}
    return _place(menu["options"], [[option.label, option.data] for option in options]) is not None


def _place(shown: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> int | None:
    """Where `wanted` stands in `shown`."""
    size = len(wanted)
    return next((at for at in range(len(shown) - size + 1) if list(shown[at : at + size]) == list(wanted)), None)


def _keep(conversation: Conversation, wanted: Sequence[Sequence[str]], now: datetime) -> None:
    menu = conversation.menu or {"numbered": False, "options": []}
    words = [each for each in menu.get("words", []) if each not in wanted]
    conversation.menu = {**menu, "words": [*words, *wanted][-MOST_WORDS:], "words_at": now.isoformat()}


def _has_numbers_of_its_own(options: Sequence[Sequence[str]]) -> bool:
    return any(label.isdecimal() for label, _ in options)


def close_menu(conversation: Conversation, now: datetime) -> None:
    """Forgets the numbers that were offered: a plain question follows, and "2" is now an answer to it."""
    if conversation.menu is not None:
        words = _kept(conversation, now)
        conversation.menu = {"numbered": False, "options": [], **words} if words else None


def _kept(conversation: Conversation, now: datetime) -> dict[str, Any]:
    """What notices offered by its words. They told her to send a whole line, and do not say until when."""
    menu = conversation.menu or {}
    # A digit never outlives its list: it is an answer to what is asked next. So is, a day later, a "Không".
    words = [each for each in menu.get("words", []) if not each[0].isdecimal()]
    since = menu.get("words_at")
    if not words or since is None or now - datetime.fromisoformat(since) > RECENT:
        return {}
    return {"words": words, "words_at": since}


def chosen(conversation: Conversation, text: str) -> str | None:
    """The callback data that `text` picks from the open menu: a number, the label, or the label without its marks.

    Commas count as little. A short label must be typed with its marks: without them "Bỏ" is also "bó" and "bơ", and it
    deletes. What means two labels once the marks are gone picks neither. Of one label offered twice the question's is
    meant, else the last.
    """
    if not conversation.menu:
        return None
    options = conversation.menu["options"]
    typed = text.strip()
    own = {_typed(label): (label, str(data)) for label, data in options}
    if (exact := own.get(_typed(typed))) is not None:
        return exact[1]
    number = number_in(typed)
    if conversation.menu["numbered"] and number is not None:
        # A label of another message that is a number ("1") never takes it from this list.
        return _numbered(options, number)
    offered = {_typed(label): (label, str(data)) for label, data in conversation.menu.get("words", [])} | own
    if (exact := offered.get(_typed(typed))) is not None:
        return exact[1]
    for reduced in (fold, _sounds):
        folded = reduced(typed)
        meant = {data for label, data in offered.values() if folded == reduced(label)}
        if len(folded) >= SHORTEST_FOLDED_LABEL and len(meant) == 1:
            return meant.pop()
    spelt = spelt_in(typed)
    return _numbered(options, spelt) if conversation.menu["numbered"] and spelt is not None else None


def number_in(text: str) -> int | None:
    """The number that a text is and nothing besides, as people type a choice ("số 2", "2.", "dạ 2 ạ"); else None.

    None also for one that is longer than any list: a year, a telephone.
    """
    found = _NUMBER.fullmatch(_typed(text.strip()))
    return int(found[1]) if found is not None and len(found[1]) <= LONGEST_NUMBER else None


def spelt_in(text: str) -> int | None:
    """The number that a text names by its word ("hai", "số hai"), from one to nine; else None."""
    return _SPELT.get(_typed(text.strip()).removeprefix("số ").removeprefix("so "))


def _numbered(options: Sequence[Sequence[str]], number: int) -> str | None:
    """A village list is numbered by its own labels ("0" is the last), other menus by position."""
    for label, data in options:
        if label == str(number):
            return str(data)
    return str(options[number - 1][1]) if 1 <= number <= len(options) else None


def _sounds(label: str) -> str:
    """Without marks, without the commas and brackets that nobody types on a telephone, and with short forms in full."""
    return " ".join(_SHORT.get(word, word) for word in re.sub(r"[,.;:!?()]", " ", fold(label)).split())


def _typed(label: str) -> str:
    return unicodedata.normalize("NFC", label).casefold()


async def is_shown(tx: Transaction, account_id: int) -> bool:
    """Whether every list that this account was given in answer may have reached it, or waits for another act of hers.

    What is on its way may have, also of a process that died: she answers what stands on her screen. What changes or
    marks a message brings no list that was not there.
    """
    waiting = await tx.session.scalars(
        select(Outbox.payload).where(
            Outbox.account_id == account_id,
            Outbox.kind == outbox.REPLY,
            Outbox.method.startswith("send"),
            Outbox.state == written(DeliveryState.QUEUED),
            Outbox.attempts == 0,
            Outbox.interrupted == 0,
        )
    )
    return not any(payload and payload.get("reply_markup") for payload in waiting)


async def conversation_of(tx: Transaction, account_id: int) -> Conversation:
    """The row of one account, made if it is missing; held until the commit, so that no turn changes it meanwhile."""
    found = await tx.session.get(Conversation, account_id, with_for_update=True)
    if found is None:
        found = Conversation(account_id=account_id, state=None, data={}, updated_at=tx.now)
        tx.session.add(found)
    return found
