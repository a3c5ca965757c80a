"""What every verdict begins with: the opinion in hand, the way back to its card, what the clerk is asked to type."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import Allowed, Picked
from handlers.keyboards import Choice, keyboard
from handlers.official import sorting
from handlers.official.states import Judging
from handlers.official.talk import alert, change, is_about, official_of
from handlers.turn import Turn
from handlers.words import DEFAULT_LANGUAGE
from storage import opinions, outbox
from storage.models import Opinion
from storage.rights import Right
from storage.waiting import waits

OPINION = "judged_id"
"""In the conversation's data: the opinion that the words to come are about."""

VERDICT = "verdict"
"""In the conversation's data: the verdict that the words to come give a reason for."""


class Typed(Filter):
    """Words for what the clerk was asked to type; a reply to a message about another opinion is for that one."""

    async def __call__(self, message: Message, turn: Turn, state: FSMContext) -> bool:
        if message.text is None or message.text.startswith("/"):
            return False
        if message.reply_to_message is None:
            return True
        replied = message.reply_to_message.message_id
        behind = await outbox.opinion_behind(turn.tx, turn.caller.account.id, replied)
        return behind in (None, (await state.get_data()).get(OPINION))


def build() -> Router:
    router = Router(name="judging")
    router.callback_query.register(back, Picked("o:back"), Allowed(Right.SORT))
    router.message.register(words_only, StateFilter(Judging), ~F.text, Allowed(Right.SORT))
    return router


async def in_hand(callback: CallbackQuery, turn: Turn, opinion_id: int) -> Opinion | None:
    """The opinion behind a button while it waits to be sorted; otherwise what became of it is said, and None."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=opinion_id)
    if opinion is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if not waits(opinion):
        await overtaken(callback, turn, opinion)
        return None
    return opinion


async def typed_about(message: Message, turn: Turn, state: FSMContext) -> Opinion | None:
    """The opinion that was asked about while it waits to be sorted; otherwise that is said, and None."""
    opinion_id = (await state.get_data()).get(OPINION)
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=opinion_id) if opinion_id else None
    if opinion is not None and waits(opinion):
        return opinion
    await put_down(state)
    if opinion is None:
        await message.answer(turn.say("o-matter-gone"))
    else:
        await overtaken(message, turn, opinion)
    return None


async def overtaken(event: Message | CallbackQuery, turn: Turn, opinion: Opinion) -> None:
    """Somebody was faster: says who did what, changes nothing, and goes on with the next card."""
    await sorting.meanwhile(event, turn, opinion)


async def ask_to_type(
    callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion, what: State, text: str, **data: Any
) -> None:
    """Asks for words about an opinion in the place of its card."""
    await state.set_state(what)
    await state.update_data({OPINION: opinion.id, **data})
    await change(callback, text, back_button(turn, opinion))
    is_about(turn, opinion)


async def put_down(state: FSMContext) -> None:
    """Nothing is asked to be typed any more; a round of sorting goes on."""
    await state.set_state(None)
    data = await state.get_data()
    await state.set_data({key: value for key, value in data.items() if key not in (OPINION, VERDICT)})


def back_choice(turn: Turn, opinion: Opinion) -> Choice:
    return turn.say.plain("o-button-back"), f"o:back:{opinion.id}"


def back_button(turn: Turn, opinion: Opinion) -> InlineKeyboardMarkup:
    return keyboard([back_choice(turn, opinion)])


async def back(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Quay lại]: the card again."""
    if (await state.get_data()).get(OPINION) == picked:
        await put_down(state)
    opinion = await in_hand(callback, turn, picked)
    if opinion is not None:
        await show_card(callback, turn, opinion)


async def show_card(callback: CallbackQuery, turn: Turn, opinion: Opinion) -> None:
    """The card of an opinion that waits, in place."""
    await change(callback, *await sorting.card(turn, opinion))
    is_about(turn, opinion)


async def words_only(message: Message, turn: Turn, state: FSMContext) -> None:
    """A photo or a voice where words were asked for."""
    opinion = await typed_about(message, turn, state)
    if opinion is not None:
        await message.answer(turn.say("o-words-only"), reply_markup=back_button(turn, opinion))


def in_vietnamese(turn: Turn, key: str, **arguments: Any) -> str:
    """A ready text that residents will read: kept in their first language, whatever the official's is."""
    return turn.say.words.say(DEFAULT_LANGUAGE).plain(key, **arguments)
