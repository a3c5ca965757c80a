"""What leaves when a message goes to one after another: the same as aiogram's own session sends."""

from typing import Any
from urllib.parse import parse_qs

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import EditMessageText, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiohttp import BytesPayload

from bot.messengers.encoding import Session
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
