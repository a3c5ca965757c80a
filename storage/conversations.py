"""Where each dialog stands: state, data and the options last offered."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from storage.database import Transaction
from storage.folding import fold
from storage.models import Conversation

SHORTEST_FOLDED_LABEL = 4
LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Option:
    """What a person can choose: the words she reads and the callback data they stand for."""

    label: str
    data: str


def open_menu(conversation: Conversation, options: Sequence[Option], *, numbered: bool) -> None:
    """Remembers what was offered. `numbered` says that the message showed numbers, so that a digit picks."""
    conversation.menu = {"numbered": numbered, "options": [[option.label, option.data] for option in options]}


def close_menu(conversation: Conversation) -> None:
    """Forgets what was offered: a plain question follows, and "2" is now an answer to it."""
    if conversation.menu is not None:
        conversation.menu = None


def chosen(conversation: Conversation, text: str) -> str | None:
    """The callback data that `text` picks from the open menu: a number, the label, or the label without marks.

    A short label must be typed with its marks: without them "Bỏ" is also "bó" and "bơ", and it deletes. What means two
    labels once the marks are gone picks neither.
    """
    if not conversation.menu:
        return None
    options = conversation.menu["options"]
    typed = text.strip()
    number = typed.rstrip(".")
    if conversation.menu["numbered"] and number.isdecimal():
        if len(number) > LONGEST_NUMBER:
            return None
        # A village list is numbered by its own labels ("0" is the last), other menus by position.
        position = int(number)
        for label, data in options:
            if label == str(position):
                return str(data)
        return str(options[position - 1][1]) if 1 <= position <= len(options) else None
    for label, data in options:
        if _same(typed, label):
            return str(data)
    folded = fold(typed)
    meant = {str(data) for label, data in options if folded == fold(label)}
    return meant.pop() if len(folded) >= SHORTEST_FOLDED_LABEL and len(meant) == 1 else None


def _same(typed: str, label: str) -> bool:
    return unicodedata.normalize("NFC", typed).casefold() == unicodedata.normalize("NFC", label).casefold()


async def conversation_of(tx: Transaction, account_id: int) -> Conversation:
    """The row of one account, made if it is missing."""
    found = await tx.session.get(Conversation, account_id)
    if found is None:
        found = Conversation(account_id=account_id, state=None, data={}, updated_at=tx.now)
        tx.session.add(found)
    return found
