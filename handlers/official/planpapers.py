"""[Tài liệu]: the papers for delegates, sent by the office as files and given to whoever asks for them."""

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import Allowed, Chosen, Picked
from handlers.incoming import file_of
from handlers.keyboards import keyboard
from handlers.official.plandraft import CONFERENCE
from handlers.official.states import Proving
from handlers.official.talk import alert, change, official_of, tell
from handlers.resident.saying import REFUSED
from handlers.telling import cut
from handlers.turn import Turn
from handlers.words import Html
from storage import conferences
from storage.models import Conference
from storage.rights import Right

LONGEST_LABEL = 20


def build() -> Router:
    router = Router(name="planpapers")
    allowed = Allowed(Right.PLAN_CONFERENCE)
    router.callback_query.register(show, Picked("o:papers"), allowed)
    router.callback_query.register(drop, Chosen("o:unpaper"), allowed)
    router.message.register(take, StateFilter(Proving.documents), F.document | F.photo, allowed)
    router.message.register(ask_again, StateFilter(Proving.documents), ~F.text.startswith("/"), allowed)
    return router


async def show(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    conference = await conferences.by_id(turn.tx, picked)
    if conference is None or conference.state not in conferences.OPEN:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Proving.documents)
    await state.set_data({CONFERENCE: conference.id})
    await tell(callback, *await _listed(turn, conference))


async def _listed(turn: Turn, conference: Conference) -> tuple[Html, InlineKeyboardMarkup]:
    found = await conferences.documents(turn.tx, conference)
    named = [each.file_name or turn.say.plain("o-paper-unnamed", number=at) for at, each in enumerate(found, 1)]
    choices = [
        (turn.say.plain("o-button-unpaper", name=cut(name, LONGEST_LABEL)), f"o:unpaper:{conference.id}:{each.id}")
        for each, name in zip(found, named, strict=True)
    ]
    choices.append((turn.say.plain("o-button-papers-done"), "o:hoinghi"))
    return turn.say("o-papers", count=len(found), list=", ".join(named)), keyboard(choices)


async def take(message: Message, turn: Turn, state: FSMContext) -> None:
    conference = await conferences.by_id(turn.tx, (await state.get_data()).get(CONFERENCE, 0))
    file = file_of(message)
    if conference is None or file is None:
        await message.answer(turn.say("o-matter-gone"))
        return
    refusal = await conferences.add_document(turn.tx, conference, official_of(turn), turn.caller.account, file)
    if refusal is not None:
        await message.answer(turn.say(REFUSED[refusal]))
        return
    text, markup = await _listed(turn, conference)
    await message.answer(text, reply_markup=markup)


async def ask_again(message: Message, turn: Turn) -> None:
    done = keyboard([(turn.say.plain("o-button-papers-done"), "o:hoinghi")])
    await message.answer(turn.say("o-papers-only-files"), reply_markup=done)


async def drop(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    conference = await conferences.by_id(turn.tx, picked)
    is_ours = conference is not None and word.isascii() and word.isdecimal()
    if (
        conference is None
        or not is_ours
        or not await conferences.drop_document(turn.tx, conference, official_of(turn), int(word))
    ):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await change(callback, *await _listed(turn, conference))
