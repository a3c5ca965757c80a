"""Buttons: what is offered, in rows that fit a small screen."""

import re
from collections.abc import Iterable, Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

Choice = tuple[str, str]
"""(label, callback data); the data is ids only, at most 64 bytes."""

SHORT = 14
"""Two labels up to this length stand side by side on a 360-pixel screen."""


CALL = "tel:"
"""How the address of a button begins that calls a telephone (RFC 3966)."""

_DIALLED = re.compile(r"\+?[\d .()-]+")


def with_call(markup: InlineKeyboardMarkup, label: str, number: str) -> InlineKeyboardMarkup:
    """With one button more, which calls this number; as it is where the number is none that can be dialled.

    Nor can 1800 and 1900 be from a button: they are numbers within Vietnam alone, and with a + before them somebody
    else's. The text must say the number too: only some messengers have such a button.
    """
    digits = re.sub(r"\D", "", number)
    is_whole = number.strip().startswith("+") or digits.startswith(("0", "84"))
    if _DIALLED.fullmatch(number.strip()) is None or not 9 <= len(digits) <= 12 or not is_whole:
        return markup
    dialled = f"84{digits[1:]}" if digits.startswith("0") else digits
    button = InlineKeyboardButton(text=label, url=f"{CALL}+{dialled}")
    return InlineKeyboardMarkup(inline_keyboard=[*markup.inline_keyboard, [button]])


def keyboard(choices: Iterable[Choice]) -> InlineKeyboardMarkup:
    """One column, but two short neighbours share a row."""
    lines: list[list[InlineKeyboardButton]] = []
    for label, data in choices:
        button = InlineKeyboardButton(text=label, callback_data=data)
        if len(label) <= SHORT and lines and len(lines[-1]) == 1 and len(lines[-1][0].text) <= SHORT:
            lines[-1].append(button)
        else:
            lines.append([button])
    return InlineKeyboardMarkup(inline_keyboard=lines)


def grid(choices: Sequence[Choice], width: int) -> InlineKeyboardMarkup:
    """Rows of `width`: the numbers of a list that stands in the text above."""
    buttons = [InlineKeyboardButton(text=label, callback_data=data) for label, data in choices]
    return InlineKeyboardMarkup(
        inline_keyboard=[buttons[start : start + width] for start in range(0, len(buttons), width)]
    )
