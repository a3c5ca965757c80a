"""A long message as several: nothing lost, nothing too long, every tag closed."""

import re
from html import unescape
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.methods import EditMessageText, SendLocation, SendMessage, SendPhoto, TelegramMethod
from aiogram.types import BufferedInputFile, ReplyParameters
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messengers.base import Hints
from bot.messengers.features import TELEGRAM, WEB_PLAIN
from bot.messengers.parts import CUT, parts_of, split_html
from bot.messengers.web import WebMessenger
from handlers.keyboards import keyboard
from handlers.turn import HTML
from storage.lengths import units
from tests.bot.parts import record

BOT = Bot("42:TEST", default=HTML)
KEYS = keyboard([("Rõ rồi", "clear")])


def plain(html: str) -> str:
    return unescape(re.sub(r"</?[a-z][^>]*>", "", html))


def is_balanced(html: str) -> bool:
    stack: list[str] = []
    for end, tag in re.findall(r"<(/?)([a-z]+)[^>]*>", html):
        if not end:
            stack.append(tag)
        elif not stack or stack.pop() != tag:
            return False
    return not stack


@pytest.mark.parametrize(
    ("html", "limit", "parts"),
    [
        ("Một hai", 10, ["Một hai"]),
        ("Đoạn một.\n\nĐoạn hai.", 12, ["Đoạn một.", "Đoạn hai."]),
        ("<b>Đoạn một.\n\nĐoạn hai.</b>", 12, ["<b>Đoạn một.</b>", "<b>Đoạn hai.</b>"]),
        (
            '<i>a <a href="https://x.vn/?a=1&amp;b=2">bc de</a> f</i>',
            5,
            [
                '<i>a <a href="https://x.vn/?a=1&amp;b=2">bc</a></i>',
                '<i><a href="https://x.vn/?a=1&amp;b=2">de</a> f</i>',
            ],
        ),
        ("&lt;&amp;&gt;&#39;x", 2, ["&lt;&amp;", "&gt;&#39;", "x"]),
        ("😀😀😀", 4, ["😀😀", "😀"]),
        ("a &b; <3 c", 4, ["a", "&b;", "<3 c"]),
        ("<b></b>", 4, [""]),
    ],
)
def test_split_html(html: str, limit: int, parts: list[str]) -> None:
    assert split_html(html, limit) == parts


PIECES = st.lists(
    st.sampled_from(["<b>", "</b>", "<i>", "</i>", " ", "\n", "\n\n", "từ", "dài-hơn", "😀", "&amp;", "&lt;"]),
    max_size=80,
)


@settings(max_examples=100, deadline=None)
@given(pieces=PIECES, limit=st.integers(7, 40))
def test_split_html_loses_nothing_keeps_the_limit_and_balances_tags(pieces: list[str], limit: int) -> None:
    opened: list[str] = []
    html = ""
    for piece in pieces:
        if piece.startswith("</"):
            if not opened or opened[-1] != piece[2]:
                continue
            opened.pop()
        elif piece.startswith("<"):
            opened.append(piece[1])
        html += piece
    html += "".join(f"</{tag}>" for tag in reversed(opened))
    parts = split_html(html, limit)
    assert all(units(plain(part)) <= limit and is_balanced(part) for part in parts)
    assert "".join("".join(plain(part) for part in parts).split()) == "".join(plain(html).split())


def said(calls: object) -> list[tuple[str, str, bool]]:
    assert isinstance(calls, list)
    return [
        (one.__api_method__, getattr(one, "text", None) or getattr(one, "caption", None) or "", bool(one.reply_markup))
        for one in calls
    ]


LONG = "\n\n".join(f"Đoạn {number}: " + "từ " * 300 for number in range(6))


def test_parts_of_a_long_text_have_the_buttons_under_the_last() -> None:
    reply = ReplyParameters(message_id=7)
    method = SendMessage(chat_id=0, text=f"<b>{LONG}</b>", reply_markup=KEYS, reply_parameters=reply)
    calls = parts_of(BOT, method, TELEGRAM)
    assert [(name, is_balanced(text), buttons) for name, text, buttons in said(calls)] == [
        ("sendMessage", True, False),
        ("sendMessage", True, True),
    ]
    assert [one.reply_parameters for one in calls if isinstance(one, SendMessage)] == [reply, None]
    assert "".join("".join(plain(text) for _, text, _ in said(calls)).split()) == "".join(LONG.split())


def test_parts_of_what_fits_are_the_method_itself() -> None:
    short = SendMessage(chat_id=0, text=f"<b>{'đ' * 4090}</b>", reply_markup=KEYS)
    place = SendLocation(chat_id=0, latitude=1.0, longitude=1.0)
    for method in (short, place):
        calls: list[TelegramMethod[object]] = list(parts_of(BOT, method, TELEGRAM))
        assert calls == [method]


def test_parts_of_a_long_caption_are_the_file_and_then_its_words() -> None:
    photo = BufferedInputFile(b"x", "x.jpg")
    method = SendPhoto(chat_id=0, photo=photo, caption="đ" * 1025, reply_markup=KEYS)
    assert said(parts_of(BOT, method, TELEGRAM)) == [
        ("sendPhoto", "", False),
        ("sendMessage", "đ" * 1025, True),
    ]


def test_parts_of_a_change_that_is_too_long_are_one_cut() -> None:
    method = EditMessageText(chat_id=0, message_id=7, text=f"<b>{LONG}</b>", reply_markup=KEYS)
    [(name, text, buttons)] = said(list(parts_of(BOT, method, TELEGRAM)))
    assert (name, is_balanced(text), text.endswith(CUT), buttons) == ("editMessageText", True, True, True)
    assert units(plain(text)) <= 4096


def test_parts_of_a_plain_text_count_as_telegram_does() -> None:
    method = SendMessage(chat_id=0, text="<😀>" * 1500, parse_mode=None)
    texts = [text for _, text, _ in said(list(parts_of(BOT, method, TELEGRAM)))]
    assert ("".join(texts), max(units(text) for text in texts) <= 4096) == ("<😀>" * 1500, True)


async def test_parts_on_a_plain_wire_leave_room_for_the_numbers(tmp_path: Path) -> None:
    async with record(tmp_path) as db:
        messenger = WebMessenger(db, tmp_path, plain=True, hints=Hints("Bác nhắn một số.", "Bác nhắn cả dòng."))
        calls = list(messenger.parts(SendMessage(chat_id=0, text=f"<b>{LONG}</b>", reply_markup=KEYS)))
        assert len(calls) > 1
        assert said(calls)[-1][2]
        assert WEB_PLAIN.text is not None
        assert all(len(text) <= WEB_PLAIN.text for _, text, _ in said(calls))
        assert len(said(calls)[-1][1]) + len("\n1. Rõ rồi\nBác nhắn một số.") <= WEB_PLAIN.text
        account = await messenger.open_account("7")
        for call in calls:
            await messenger.bot(call.model_copy(update={"chat_id": account}))
        shown = SendMessage(chat_id=0, text="ngắn", reply_markup=KEYS)
        assert list(messenger.parts(shown)) == [shown]
        page = WebMessenger(db, tmp_path)
        long = SendMessage(chat_id=0, text=LONG)
        assert list(page.parts(long)) == [long]
        await messenger.close()
        await page.close()
