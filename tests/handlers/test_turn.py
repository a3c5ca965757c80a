"""What a handler says becomes rows; what it may not do raises."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import AnswerCallbackQuery, SendChatAction, SetMyCommands
from aiogram.types import BotCommand, BufferedInputFile, Chat, Message, ReactionTypeEmoji
from sqlalchemy import select

from handlers.keyboards import keyboard
from handlers.turn import HTML, MENU, RecordingSession, Turn, begin, end, fsm
from storage.database import Database, Transaction
from storage.models import Outbox
from storage.people import load_callers
from tests.bot.parts import record
from tests.texts import words

WORDS = words()
CHOICES = keyboard([("Có", "yes"), ("Không", "no")])


@pytest.fixture
async def tx(tmp_path: Path) -> AsyncIterator[Transaction]:
    async with record(tmp_path) as db, db.write() as tx:
        yield tx


@pytest.fixture
async def turn(tx: Transaction) -> Turn:
    caller = (await load_callers(tx, "telegram", ["7"]))["7"]
    return Turn(tx, caller, WORDS.say("vi"))


@pytest.fixture
def bot(turn: Turn) -> Iterator[Bot]:
    """The bot that handlers hold, in this turn."""
    token = begin(turn)
    yield Bot("42:TEST", session=RecordingSession())
    end(token)


async def rows(turn: Turn) -> list[tuple[str, str | None, dict[str, Any] | None, int | None]]:
    """(kind, method, payload, what it edits) of every recorded reply."""
    await turn.tx.session.flush()
    found = await turn.tx.session.scalars(select(Outbox).order_by(Outbox.id))
    return [(row.kind, row.method, row.payload, row.edits_id) for row in found]


BUTTONS = {
    "inline_keyboard": [[{"text": "Có", "callback_data": "yes"}, {"text": "Không", "callback_data": "no"}]],
}


async def test_words_become_rows_without_chat_or_unset_fields(turn: Turn, bot: Bot) -> None:
    message = Message(message_id=5, date=turn.tx.now, chat=Chat(id=7, type="private")).as_(bot)
    said = await message.answer("Dạ", reply_markup=CHOICES)
    await message.edit_text("Xong")
    await bot.set_message_reaction(7, 5, [ReactionTypeEmoji(emoji="👍")])
    assert said.text == "Dạ"
    assert await rows(turn) == [
        ("reply", "sendMessage", {"text": "Dạ", "reply_markup": BUTTONS}, None),
        ("reply", "editMessageText", {"text": "Xong", "message_id": 5}, None),
        (
            "reply",
            "setMessageReaction",
            {"message_id": 5, "reaction": [{"type": "emoji", "emoji": "👍"}]},
            None,
        ),
    ]
    assert [row.id for row in turn.replies] == [1, 2, 3]
    assert await turn.reply_id() == 3


async def test_menu_is_what_was_offered_last(turn: Turn, bot: Bot) -> None:
    menus: list[Any] = []
    await bot.send_message(7, "Chọn", reply_markup=CHOICES)
    menus.append(turn.caller.conversation.menu)
    await bot.set_message_reaction(7, 5)
    menus.append(turn.caller.conversation.menu)
    await bot.send_message(7, "Tên bác là gì?")
    menus.append(turn.caller.conversation.menu)
    offered = {"numbered": False, "options": [["Có", "yes"], ["Không", "no"]]}
    assert menus == [offered, offered, None]


async def test_goodbye_is_marked(turn: Turn, bot: Bot) -> None:
    turn.goodbye = True
    await bot.send_message(7, "Tạm biệt")
    assert await rows(turn) == [("goodbye", "sendMessage", {"text": "Tạm biệt"}, None)]


async def test_courtesies_are_no_rows(turn: Turn, bot: Bot) -> None:
    await bot.answer_callback_query("q1", text="Dạ")
    await bot.answer_callback_query(MENU)
    await bot.send_chat_action(7, "typing")
    await bot.set_my_commands([BotCommand(command="viec", description="Việc")])
    assert [type(method) for method in turn.courtesies] == [AnswerCallbackQuery, SendChatAction, SetMyCommands]
    assert await rows(turn) == []


async def test_edits_of_a_typed_choice_become_messages(turn: Turn, bot: Bot) -> None:
    turn.typed = True
    await bot.edit_message_text("Xong", chat_id=7, message_id=5, reply_markup=CHOICES)
    await bot.edit_message_reply_markup(chat_id=7, message_id=5)
    assert await rows(turn) == [("reply", "sendMessage", {"text": "Xong", "reply_markup": BUTTONS}, None)]


async def test_amend_changes_an_earlier_reply_once(turn: Turn, bot: Bot) -> None:
    await bot.send_message(7, "1 ảnh")
    reply_id = await turn.reply_id()
    await turn.amend(reply_id, "2 ảnh")
    await turn.amend(reply_id, "3 ảnh", CHOICES)
    assert await rows(turn) == [
        ("reply", "sendMessage", {"text": "1 ảnh"}, None),
        ("reply", "editMessageText", {"text": "3 ảnh", "reply_markup": BUTTONS}, reply_id),
    ]


async def test_what_a_handler_may_not_call_raises(turn: Turn, bot: Bot) -> None:
    with pytest.raises(TypeError, match="SendPhoto"):
        await bot.send_photo(7, BufferedInputFile(b"x", "a.jpg"))
    with pytest.raises(TypeError, match="GetFile"):
        await bot.get_file("x")
    with pytest.raises(TypeError, match="reads no file"):
        await bot.download_file("photos/a.jpg")
    assert await rows(turn) == []


async def test_nothing_can_be_said_outside_a_turn() -> None:
    with pytest.raises(LookupError):
        await Bot("42:TEST", session=RecordingSession(), default=HTML).send_message(7, "Dạ")


class Steps(StatesGroup):
    """A conversation of one step."""

    naming = State()


async def test_fsm_is_the_conversations_row(tmp_path: Path) -> None:
    async with record(tmp_path) as db:
        await step_into(db)
        async with db.write() as tx:
            caller = (await load_callers(tx, "telegram", ["7"]))["7"]
            state = fsm(Turn(tx, caller, WORDS.say("vi")))
            assert (await state.get_state(), await state.get_data()) == ("Steps:naming", {"draft": 1, "name": "x"})
            await state.clear()
            assert (caller.conversation.state, caller.conversation.data) == (None, {})


async def step_into(db: Database) -> None:
    async with db.write() as tx:
        caller = (await load_callers(tx, "telegram", ["7"]))["7"]
        state = fsm(Turn(tx, caller, WORDS.say("vi")))
        await state.set_state(Steps.naming)
        await state.set_data({"draft": 1})
        await state.update_data(name="x")


async def test_alert_to_one_who_typed_her_choice_is_said_and_leaves_the_menu(turn: Turn, bot: Bot) -> None:
    await bot.send_message(7, "Chọn", reply_markup=CHOICES)
    offered = turn.caller.conversation.menu
    turn.typed = True
    await bot.answer_callback_query(MENU, text="Đã gửi <rồi> & xong", show_alert=True)
    await bot.answer_callback_query(MENU, text="Dạ")
    assert turn.courtesies == []
    assert (await rows(turn))[1:] == [("reply", "sendMessage", {"text": "Đã gửi &lt;rồi&gt; &amp; xong"}, None)]
    assert turn.caller.conversation.menu == offered
