"""What leaves when a message goes to one after another, and what is read: the same as by aiogram's own session."""

import json
from typing import Any
from urllib.parse import parse_qs

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import BytesPayload

from bot.messengers.encoding import Session
from bot.messengers.sent import ids_of
from handlers.turn import HTML

KEYS = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Bớt tin nhắn", callback_data="r:fewer")]])


def body(session: AiohttpSession, method: TelegramMethod[Any]) -> dict[str, list[str]]:
    payload = session.build_form_data(Bot("42:TEST", session=session, default=HTML), method)()
    assert isinstance(payload, BytesPayload)
    assert payload.content_type == "application/x-www-form-urlencoded"
    return parse_qs(payload.decode(), strict_parsing=True)


def test_forms_are_those_of_aiogram_s_own_session() -> None:
    news = SendMessage(chat_id=0, text="Cắt điện <b>7 giờ</b> & 9 giờ", reply_markup=KEYS)
    calls: list[TelegramMethod[Any]] = [
        news.model_copy(update={"chat_id": 1}),
        news.model_copy(update={"chat_id": -100200}),
        news.model_copy(update={"chat_id": 2, "text": "khác"}),
        news.model_copy(update={"chat_id": 2, "reply_markup": None}),
        news.model_copy(update={"chat_id": 3}),
        EditMessageText(chat_id=3, message_id=5, text="đổi"),
        SendMessage(chat_id="@xa", text="kênh"),
        news.model_copy(update={"chat_id": 4}),
    ]
    ours, theirs = Session(), AiohttpSession()
    assert [body(ours, each) for each in calls] == [body(theirs, each) for each in calls]


def read(
    session: AiohttpSession, method: TelegramMethod[Any], status: int, content: str
) -> list[int] | tuple[str, str]:
    """The ids of what was sent, or the error and its words."""
    try:
        return ids_of(session.check_response(Bot("42:TEST", session=session), method, status, content).result)
    except (TelegramAPIError, ClientDecodeError) as error:
        return type(error).__name__, str(error)


def test_answers_are_read_as_by_aiogram_s_own_session() -> None:
    chat = {"id": 7, "type": "private", "first_name": "An"}
    answers = [
        (200, json.dumps({"ok": True, "result": {"message_id": 12, "date": 1700000000, "chat": chat, "text": "Dạ"}})),
        (200, json.dumps({"ok": True, "result": True})),
        (200, json.dumps({"ok": True})),
        (200, json.dumps({"ok": False, "description": "Bad Request: no"})),
        (200, "<html>"),
        (403, json.dumps({"ok": False, "description": "Forbidden: bot was blocked by the user"})),
        (429, json.dumps({"ok": False, "description": "Too Many", "parameters": {"retry_after": 3}})),
        (502, "<html>"),
    ]
    for method in (SendMessage(chat_id=7, text="Dạ"), EditMessageText(chat_id=7, message_id=12, text="Dạ")):
        ours, theirs = ([read(each, method, *answer) for answer in answers] for each in (Session(), AiohttpSession()))
        assert ours == theirs
        assert ours[0] == [12]
