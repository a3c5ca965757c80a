"""The FSM that handlers get, and what is typed becoming the tap it stands for."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiogram.types import CallbackQuery, Message, TelegramObject, Update

from handlers.middlewares import TurnMiddleware
from handlers.turn import MENU, Turn
from storage import conversations
from storage.conversations import Option
from storage.people import load_callers
from tests.bot.parts import record
from tests.texts import words

WORDS = words()
OPTIONS = [Option("Gửi đi", "send"), Option("Bỏ", "drop"), Option("Sửa", "edit")]


@pytest.fixture
async def turn(tmp_path: Path) -> AsyncIterator[Turn]:
    async with record(tmp_path) as db, db.write() as tx:
        caller = (await load_callers(tx, "web_plain", ["7"]))["7"]
        yield Turn(tx, caller, WORDS.say("vi"), numbered=True)


def update(text: str | None, **more: Any) -> Update:
    frame: dict[str, Any] = {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}}
    sender = {"id": 7, "is_bot": False, "first_name": "Mẫu"}
    return Update.model_validate({"update_id": 9, "message": {**frame, "from": sender, "text": text, **more}})


async def passed(turn: Turn, event: TelegramObject) -> tuple[TelegramObject, dict[str, Any]]:
    """The event and the data that the handler is given."""
    given: list[tuple[TelegramObject, dict[str, Any]]] = []

    async def handler(event: TelegramObject, data: dict[str, Any]) -> str:
        given.append((event, data))
        return "handled"

    assert await TurnMiddleware()(handler, event, {"turn": turn}) == "handled"
    return given[0]


@pytest.mark.parametrize(
    ("numbered", "typed", "data"),
    [
        (True, "1", "send"),
        (True, " 2. ", "drop"),
        (True, "gửi ĐI", "send"),
        (True, "gui di", "send"),
        (True, "bỏ", "drop"),
        (False, "Sửa", "edit"),
    ],
)
async def test_what_is_typed_becomes_its_tap(turn: Turn, numbered: bool, typed: str, data: str) -> None:
    conversations.open_menu(turn.caller.conversation, OPTIONS, turn.tx.now, numbered=numbered)
    event, _ = await passed(turn, update(typed))
    assert isinstance(event, Update)
    query = event.callback_query
    assert isinstance(query, CallbackQuery)
    assert isinstance(query.message, Message)
    assert (event.update_id, query.id, query.data, query.from_user.id, query.message.text, turn.typed) == (
        9,
        MENU,
        data,
        7,
        typed,
        True,
    )
    assert (event.message, event.event_type) == (None, "callback_query")


@pytest.mark.parametrize(
    ("numbered", "typed"),
    [
        (True, "0"),
        (True, "4"),
        (True, "2 nhà"),
        (True, "đường hỏng"),
        (False, "2"),
        # Without its mark it is also another word, and it deletes.
        (True, "bo"),
    ],
)
async def test_what_picks_nothing_stays_a_message(turn: Turn, numbered: bool, typed: str) -> None:
    conversations.open_menu(turn.caller.conversation, OPTIONS, turn.tx.now, numbered=numbered)
    before = update(typed)
    event, _ = await passed(turn, before)
    assert (event, turn.typed) == (before, False)


async def test_without_an_open_menu_a_number_is_words(turn: Turn) -> None:
    before = update("2")
    assert (await passed(turn, before))[0] == before


async def test_reply_to_a_message_and_a_photo_are_no_choice(turn: Turn) -> None:
    conversations.open_menu(turn.caller.conversation, OPTIONS, turn.tx.now, numbered=True)
    replied = {"message_id": 1, "date": 0, "chat": {"id": 7, "type": "private"}, "text": "Chọn"}
    photo = [{"file_id": "x", "file_unique_id": "u", "width": 1, "height": 1}]
    for before in (update("2", reply_to_message=replied), update(None, photo=photo, caption="2")):
        assert (await passed(turn, before))[0] == before
    assert turn.typed is False


async def test_handlers_get_the_conversations_state(turn: Turn) -> None:
    turn.caller.conversation.state = "Raise:village"
    _, data = await passed(turn, update("chào"))
    assert (data["raw_state"], await data["state"].get_state(), data["turn"]) == (
        "Raise:village",
        "Raise:village",
        turn,
    )


async def test_what_is_no_update_passes_untouched(turn: Turn) -> None:
    conversations.open_menu(turn.caller.conversation, OPTIONS, turn.tx.now, numbered=True)
    message = update("1").message
    assert message is not None
    assert (await passed(turn, message))[0] is message
