"""An announcement (`/phattin`): shown as it will arrive, with how many it reaches, then sent by one button."""

from aiogram import F, Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Picked, command
from handlers.keyboards import keyboard
from handlers.official.states import Announcing
from handlers.official.talk import alert, change, official_of, tell
from handlers.turn import Turn
from storage import announcements, outbox
from storage.announcements import MAX_TEXT
from storage.lengths import units
from storage.models import Announcement
from storage.rights import Right
from storage.states import AnnouncementState


def build() -> Router:
    router = Router(name="announcing")
    allowed = Allowed(Right.ANNOUNCE)
    words = (F.text, ~F.text.startswith("/"), allowed)
    router.message.register(by_command, command("phattin"), F.text, allowed)
    router.message.register(take_words, StateFilter(Announcing.words), *words)
    router.message.register(show_again, StateFilter(Announcing.review), *words)
    router.callback_query.register(send, Picked("o:spread"), allowed)
    router.callback_query.register(edit, Picked("o:reword"), allowed)
    router.callback_query.register(drop, Picked("o:unsay"), allowed)
    return router


async def by_command(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    await state.set_state(Announcing.words)
    await state.set_data({})
    if command.args:
        await _take(message, turn, state, command.args)
    else:
        await message.answer(turn.say("o-announce-ask"), reply_markup=_quit_button(turn))


async def take_words(message: Message, turn: Turn, state: FSMContext) -> None:
    await _take(message, turn, state, message.text or "")


async def show_again(message: Message, turn: Turn, state: FSMContext) -> None:
    announcement = await _in_hand(turn, state)
    if announcement is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    await _preview(message, turn, announcement)


async def _in_hand(turn: Turn, state: FSMContext) -> Announcement | None:
    announcement_id = (await state.get_data()).get("announcement_id")
    if announcement_id is None:
        return None
    found = await announcements.own(turn.tx, official_of(turn), announcement_id)
    return found if found is not None and found.state is AnnouncementState.DRAFT else None


async def _take(message: Message, turn: Turn, state: FSMContext, text: str) -> None:
    length = units(text.strip())
    if length == 0:
        await message.answer(turn.say("o-announce-ask"), reply_markup=_quit_button(turn))
        return
    if length > MAX_TEXT:
        problem = turn.say("o-announce-too-long", length=length, limit=MAX_TEXT, over=length - MAX_TEXT)
        await message.answer(problem, reply_markup=_quit_button(turn))
        return
    announcement = await _in_hand(turn, state)
    if announcement is None:
        announcement = await announcements.draft(turn.tx, official_of(turn), text)
    else:
        announcements.rewrite(turn.tx, announcement, text)
    await state.set_state(Announcing.review)
    await state.set_data({"announcement_id": announcement.id})
    await _preview(message, turn, announcement)


async def _preview(message: Message, turn: Turn, announcement: Announcement) -> None:
    await message.answer(cards.announcement(turn.say, turn.tx.commune, announcement.text))
    count = await outbox.count_everyone(turn.tx)
    choices = [
        (turn.say.plain("o-button-spread"), f"o:spread:{announcement.id}"),
        (turn.say.plain("o-button-edit"), f"o:reword:{announcement.id}"),
        (turn.say.plain("o-button-discard"), f"o:unsay:{announcement.id}"),
    ]
    await message.answer(turn.say("o-announce-preview", count=count), reply_markup=keyboard(choices))


async def _draft_behind(callback: CallbackQuery, turn: Turn, announcement_id: int) -> Announcement | None:
    """The draft whose button was tapped; when it is gone or was sent, that is said and None returned."""
    announcement = await announcements.own(turn.tx, official_of(turn), announcement_id)
    if announcement is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if announcement.state is not AnnouncementState.DRAFT:
        at = cards.say_instant(turn.tx.commune, announcement.sent_at or turn.tx.now)
        await alert(callback, turn.say.plain("o-announce-already-sent", at=at))
        return None
    return announcement


async def _put_down(state: FSMContext, announcement: Announcement) -> None:
    if (await state.get_data()).get("announcement_id") == announcement.id:
        await state.clear()


async def send(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    announcement = await _draft_behind(callback, turn, picked)
    if announcement is None:
        return
    count = await announcements.send(turn.tx, announcement, official_of(turn))
    await _put_down(state, announcement)
    await change(callback, turn.say("o-announce-sent", count=count))


async def edit(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    announcement = await _draft_behind(callback, turn, picked)
    if announcement is None:
        return
    await state.set_state(Announcing.words)
    await state.set_data({"announcement_id": announcement.id})
    await tell(callback, turn.say("o-announce-rewrite"), _quit_button(turn))


async def drop(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    announcement = await _draft_behind(callback, turn, picked)
    if announcement is None:
        return
    await _put_down(state, announcement)
    await announcements.discard(turn.tx, announcement)
    await change(callback, turn.say("o-announce-dropped"))


def _quit_button(turn: Turn) -> InlineKeyboardMarkup:
    return keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
