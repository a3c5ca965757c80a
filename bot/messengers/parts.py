"""One message as several, where a messenger takes no longer ones: cut between paragraphs, its tags balanced."""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import accumulate
from typing import Any

from aiogram import Bot
from aiogram.client.default import Default
from aiogram.enums import ParseMode
from aiogram.methods import (
    EditMessageCaption,
    EditMessageText,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVoice,
    TelegramMethod,
)
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.messengers.features import Features
from handlers.keyboards import CALL
from storage.lengths import units

GAPS = ("\n\n", "\n", " ")
CUT = " …"
_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-zA-Z][\w-]*)(?:\s[^<>]*)?>|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|.", re.DOTALL)

Calls = Sequence[TelegramMethod[Any]]


def split(text: str, limit: int, width: Callable[[str], int] = len) -> list[str]:
    """`text` in parts of at most `limit` characters, cut between paragraphs, else lines, else words, else anywhere.

    `width` says what one character counts. White space at a cut is dropped; nothing else is. An empty text is one
    empty part.
    """
    return [text[begin:end] for begin, end in _spans(text, [width(one) for one in text], limit)]


def split_html(html: str, limit: int) -> list[str]:
    """HTML of the Bot API's subset in parts of at most `limit` UTF-16 units each, as the Bot API counts: tags not.

    Cut as `split` does. What is open at a cut is closed there and opened again after it.
    """
    cells, tags = _read(html)
    text = "".join(cell.plain for cell in cells)
    return [_slice(cells, tags, begin, end) for begin, end in _spans(text, [units(one) for one in text], limit)]


def _spans(text: str, widths: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Where the parts begin and end; without white space at either end of a cut."""
    reach = [0, *accumulate(widths)]
    last = len(text.rstrip())
    begin = len(text) - len(text.lstrip())
    spans: list[tuple[int, int]] = []
    while reach[last] - reach[begin] > limit:
        room = bisect_right(reach, reach[begin] + limit) - 1
        cuts = (text.rfind(gap, begin + 1, room + len(gap)) for gap in GAPS)
        cut = next((found for found in cuts if found > 0), room)
        spans.append((begin, begin + len(text[begin:cut].rstrip())))
        begin = cut + len(text[cut:last]) - len(text[cut:last].lstrip())
    return [*spans, (begin, max(begin, last))]


@dataclass(frozen=True, slots=True)
class _Cell:
    """One character: as it stands in the HTML, as it is read, and what is open around it."""

    raw: str
    plain: str
    open: tuple[tuple[str, str], ...]


def _read(html: str) -> tuple[list[_Cell], list[str]]:
    """The characters, and before each (and after the last) the tags as they stand."""
    cells: list[_Cell] = []
    tags: list[str] = [""]
    stack: list[tuple[str, str]] = []
    for token in _TOKEN.finditer(html):
        raw, tag = token[0], token["tag"]
        if tag is None:
            plain = unescape(raw)
            # What is no character of HTML is read letter by letter.
            for one in (raw,) if len(plain) == 1 else raw:
                cells.append(_Cell(one, plain if len(plain) == 1 else one, tuple(stack)))
                tags.append("")
            continue
        tags[-1] += raw
        if not token["end"]:
            stack.append((tag, raw))
        elif stack and stack[-1][0] == tag:
            stack.pop()
    return cells, tags


def _slice(cells: Sequence[_Cell], tags: Sequence[str], begin: int, end: int) -> str:
    if begin >= end:
        return ""
    opened = "".join(raw for _, raw in cells[begin].open)
    inner = cells[begin].raw + "".join(tags[at] + cells[at].raw for at in range(begin + 1, end))
    closed = "".join(f"</{tag}>" for tag, _ in reversed(cells[end - 1].open))
    return f"{opened}{inner}{closed}"


def calls(button: InlineKeyboardButton) -> bool:
    """Whether a button calls a telephone."""
    return button.url is not None and button.url.startswith(CALL)


def without_calls(markup: InlineKeyboardMarkup) -> InlineKeyboardMarkup:
    """The buttons but for those that call a telephone, whose number stands in the text besides."""
    rows = ([one for one in row if not calls(one)] for row in markup.inline_keyboard)
    return InlineKeyboardMarkup(inline_keyboard=[row for row in rows if row])


def is_html(bot: Bot, method: Any) -> bool:
    """Whether the text or caption of a method is HTML: by itself, or as its bot says."""
    mode = bot.default.parse_mode if isinstance(method.parse_mode, Default) else method.parse_mode
    return bool(mode == ParseMode.HTML)


def parts_of(bot: Bot, method: TelegramMethod[Any], can: Features) -> Calls:
    """The calls that say `method` on a wire that takes so long texts and captions, in UTF-16 units.

    Its buttons stand under the last. A caption that is too long follows its file as messages; a change of a message,
    which cannot become two, is cut.
    """
    markup = getattr(method, "reply_markup", None)
    if not can.phone_buttons and isinstance(markup, InlineKeyboardMarkup):
        kept = without_calls(markup)
        if kept != markup:
            method = method.model_copy(update={"reply_markup": kept if kept.inline_keyboard else None})
    match method:
        case SendMessage():
            return as_messages(method, _pieces(bot, method, method.text, can.text))
        case EditMessageText():
            return [_cut(bot, method, "text", can.text)]
        case EditMessageCaption():
            return [_cut(bot, method, "caption", can.caption)]
        case SendPhoto() | SendVoice() | SendDocument() if (
            len(_pieces(bot, method, method.caption or "", can.caption)) > 1
        ):
            return with_words_after(method, _pieces(bot, method, method.caption or "", can.text))
    return [method]


def _pieces(bot: Bot, method: Any, text: str, limit: int | None) -> list[str]:
    if limit is None or units(text) <= limit:
        return [text]
    return split_html(text, limit) if is_html(bot, method) else split(text, limit, units)


def _cut(bot: Bot, method: Any, name: str, limit: int | None) -> TelegramMethod[Any]:
    text = getattr(method, name) or ""
    cut: TelegramMethod[Any] = method
    if limit is not None and len(_pieces(bot, method, text, limit)) > 1:
        cut = method.model_copy(update={name: _pieces(bot, method, text, limit - len(CUT))[0] + CUT})
    return cut


def as_messages(method: SendMessage, pieces: Sequence[str]) -> Calls:
    """One message a piece, the buttons under the last; a reply to a message is one with the first."""
    if len(pieces) == 1:
        return [method]
    first, *between = [method.model_copy(update={"text": each, "reply_markup": None}) for each in pieces[:-1]]
    alone = {"reply_parameters": None}
    last = method.model_copy(update={"text": pieces[-1], **alone})
    return [first, *(each.model_copy(update=alone) for each in between), last]


def with_words_after(method: SendPhoto | SendVoice | SendDocument, pieces: Sequence[str]) -> Calls:
    """The file by itself, and then its words."""
    words = SendMessage(
        chat_id=method.chat_id,
        text="",
        parse_mode=method.parse_mode,
        reply_markup=method.reply_markup,
        disable_notification=method.disable_notification,
    )
    bare = method.model_copy(update={"caption": None, "reply_markup": None})
    if len(pieces) == 1:
        return [bare, words.model_copy(update={"text": pieces[0]})]
    return [bare, *as_messages(words, pieces)]
