"""The conference (`/hoinghi`): title, time and place, shown once more before it is set or moved."""

from datetime import UTC, datetime
from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.dates import DateError, ImpossibleDate, PastDate, parse_when
from handlers.filters import Allowed, Picked, command
from handlers.keyboards import keyboard
from handlers.official.states import Planning
from handlers.official.talk import alert, change, official_of, tell
from handlers.telling import cut, say_when
from handlers.turn import Turn
from handlers.words import DEFAULT_LANGUAGE, Html
from storage import conferences
from storage.models import Conference
from storage.rights import Right

LONGEST_NAME = 200
"""Characters of a title or a place."""

SATURDAY = 5


def build() -> Router:
    router = Router(name="planning")
    allowed = Allowed(Right.PLAN_CONFERENCE)
    words = (F.text, ~F.text.startswith("/"), allowed)
    router.message.register(show, command("hoinghi"), allowed)
    router.message.register(take_when, StateFilter(Planning.when), *words)
    router.message.register(take_place, StateFilter(Planning.place), *words)
    router.message.register(take_title, StateFilter(Planning.title), *words)
    router.message.register(show_review_again, StateFilter(Planning.review), *words)
    router.callback_query.register(tap_show, F.data == "o:hoinghi", allowed)
    router.callback_query.register(move, Picked("o:move"), allowed)
    router.callback_query.register(pick_hall, F.data == "o:hall", StateFilter(Planning.place), allowed)
    router.callback_query.register(ask_place, F.data == "o:elsewhere", StateFilter(Planning.place), allowed)
    router.callback_query.register(change_when, F.data == "o:when", StateFilter(Planning.review), allowed)
    router.callback_query.register(change_place, F.data == "o:place", StateFilter(Planning.review), allowed)
    router.callback_query.register(change_title, F.data == "o:title", StateFilter(Planning.review), allowed)
    router.callback_query.register(plan, Picked("o:plan"), allowed)
    stale = F.data.in_({"o:hall", "o:elsewhere", "o:when", "o:place", "o:title"})
    router.callback_query.register(past_step, stale, allowed)
    return router


async def show(message: Message, turn: Turn, state: FSMContext) -> None:
    text, markup = await _shown(turn, state)
    await message.answer(text, reply_markup=markup)


async def tap_show(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    text, markup = await _shown(turn, state)
    await tell(callback, text, markup)


async def _shown(turn: Turn, state: FSMContext) -> tuple[Html, InlineKeyboardMarkup]:
    conference = await conferences.current(turn.tx)
    if conference is None:
        await state.set_state(Planning.when)
        await state.set_data({})
        return turn.say("o-plan-ask-when"), _quit_button(turn)
    text = _said(turn, "o-plan-shown", conference)
    return text, keyboard([(turn.say.plain("o-button-move"), f"o:move:{conference.id}")])


async def move(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    conference = await conferences.current(turn.tx)
    if conference is None or conference.id != picked:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Planning.when)
    await state.set_data({"title": conference.title, "place": conference.place})
    await tell(callback, turn.say("o-plan-ask-new-when"), _quit_button(turn))


async def take_when(message: Message, turn: Turn, state: FSMContext) -> None:
    text = message.text or ""
    try:
        starts = parse_when(text, turn.tx.now.astimezone(turn.tx.commune.timezone))
    except DateError as error:
        await message.answer(_mend(turn, error), reply_markup=_quit_button(turn))
        return
    data = {**await state.get_data(), "starts_at": starts.astimezone(UTC).isoformat()}
    await state.set_data(data)
    if "place" in data:
        await _review(message, turn, state, data)
        return
    await state.set_state(Planning.place)
    question = turn.say("o-plan-ask-place", when=say_when(turn.say, starts), remark=_remark(turn, starts))
    choices = [
        (turn.say.plain("o-place-hall"), "o:hall"),
        (turn.say.plain("o-button-elsewhere"), "o:elsewhere"),
        (turn.say.plain("o-button-discard"), "o:quit"),
    ]
    await message.answer(question, reply_markup=keyboard(choices))


def _mend(turn: Turn, error: DateError) -> Html:
    typed = cut(error.text, 40)
    match error:
        case ImpossibleDate():
            return turn.say("o-when-impossible", typed=typed)
        case PastDate():
            return turn.say("o-when-past", typed=typed)
    return turn.say("o-when-unreadable", typed=typed)


async def pick_hall(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    # What residents will read is kept in their first language, whatever the official's is.
    place = turn.say.words.say(DEFAULT_LANGUAGE).plain("o-place-hall")
    data = {**await state.get_data(), "place": place}
    text, markup = await _reviewed(turn, state, data)
    await change(callback, text, markup)


async def ask_place(callback: CallbackQuery, turn: Turn) -> None:
    await tell(callback, turn.say("o-plan-ask-elsewhere"), _quit_button(turn))


async def take_place(message: Message, turn: Turn, state: FSMContext) -> None:
    await _take_name(message, turn, state, "place")


async def take_title(message: Message, turn: Turn, state: FSMContext) -> None:
    await _take_name(message, turn, state, "title")


async def _take_name(message: Message, turn: Turn, state: FSMContext, key: str) -> None:
    name = " ".join((message.text or "").split())
    if not name or len(name) > LONGEST_NAME:
        await message.answer(turn.say("o-name-length", limit=LONGEST_NAME), reply_markup=_quit_button(turn))
        return
    await _review(message, turn, state, {**await state.get_data(), key: name})


async def change_when(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    await state.set_state(Planning.when)
    await tell(callback, turn.say("o-plan-ask-new-when"), _quit_button(turn))


async def change_place(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    await state.set_state(Planning.place)
    await tell(callback, turn.say("o-plan-ask-elsewhere"), _quit_button(turn))


async def change_title(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    await state.set_state(Planning.title)
    await tell(callback, turn.say("o-plan-ask-title"), _quit_button(turn))


async def show_review_again(message: Message, turn: Turn, state: FSMContext) -> None:
    await _review(message, turn, state, await state.get_data())


async def _review(message: Message, turn: Turn, state: FSMContext, data: dict[str, Any]) -> None:
    text, markup = await _reviewed(turn, state, data)
    await message.answer(text, reply_markup=markup)


async def _reviewed(turn: Turn, state: FSMContext, data: dict[str, Any]) -> tuple[Html, InlineKeyboardMarkup]:
    """What will be set, with the button that sets just this."""
    starts_at = datetime.fromisoformat(data["starts_at"])
    starts = starts_at.astimezone(turn.tx.commune.timezone)
    if "title" not in data:
        data["title"] = turn.say.words.say(DEFAULT_LANGUAGE).plain("o-conference-title", year=str(starts.year))
    await state.set_state(Planning.review)
    await state.set_data(data)
    current = await conferences.current(turn.tx)
    arguments = {
        "title": data["title"],
        "when": say_when(turn.say, starts),
        "place": data["place"],
        "remark": _remark(turn, starts),
    }
    if current is not None and current.starts_at != starts_at:
        text = turn.say("o-plan-preview-move", before=_when(turn, current.starts_at), **arguments)
    else:
        text = turn.say("o-plan-preview", **arguments)
    choices = [
        (turn.say.plain("o-button-plan"), f"o:plan:{int(starts_at.timestamp())}"),
        (turn.say.plain("o-button-edit-when"), "o:when"),
        (turn.say.plain("o-button-edit-place"), "o:place"),
        (turn.say.plain("o-button-edit-title"), "o:title"),
        (turn.say.plain("o-button-discard"), "o:quit"),
    ]
    return text, keyboard(choices)


async def plan(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    data = await state.get_data()
    is_current = await state.get_state() == Planning.review.state and "starts_at" in data
    starts_at = datetime.fromisoformat(data["starts_at"]) if is_current else None
    if starts_at is None or int(starts_at.timestamp()) != picked:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    try:
        conference = await conferences.plan(turn.tx, official_of(turn), data["title"], starts_at, data["place"])
    except ValueError:
        await state.set_state(Planning.when)
        await change(callback, turn.say("o-when-past", typed=_when(turn, starts_at)), _quit_button(turn))
        return
    await state.clear()
    await change(callback, _said(turn, "o-plan-set", conference))


def _said(turn: Turn, key: str, conference: Conference) -> Html:
    return turn.say(key, title=conference.title, when=_when(turn, conference.starts_at), place=conference.place)


async def past_step(callback: CallbackQuery, turn: Turn) -> None:
    await alert(callback, turn.say.plain("o-matter-gone"))


def _when(turn: Turn, at: datetime) -> Html:
    return say_when(turn.say, at.astimezone(turn.tx.commune.timezone))


def _remark(turn: Turn, starts: datetime) -> Html:
    """Whether people are at work on that day."""
    if turn.tx.commune.calendar.is_working(starts.date()):
        return turn.say("o-day-worked")
    return turn.say("o-day-weekend") if starts.weekday() >= SATURDAY else turn.say("o-day-off")


def _quit_button(turn: Turn) -> InlineKeyboardMarkup:
    return keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
