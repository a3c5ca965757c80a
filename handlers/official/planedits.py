"""What may be changed in a conference before it is proposed: each field by its own button, each asked for alone."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import unquote

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import CallbackQuery, Message

from handlers.dates import ImpossibleDate, PastDate, UnreadableDate, parse_day
from handlers.filters import Allowed
from handlers.keyboards import keyboard
from handlers.official.plandraft import REASON, facts_in, keep, quit_button, show_review
from handlers.official.states import Planning
from handlers.official.talk import alert, says_something, tell
from handlers.telling import cut
from handlers.turn import Turn
from handlers.words import Html
from storage.conferences import Facts
from storage.planning import MAX_REASON
from storage.rights import Right

LONGEST_NAME = 200
LONGEST_TEXT = 600
"""Characters of content, ways or agenda: people read all of it in one message."""

_COORDINATES = re.compile(r"(?<![\d.-])(\d{1,2}\.\d+)\s*[,;\s]\s*(\d{3}\.\d+)")

EDITS: Mapping[str, tuple[State, str]] = {
    "o:content": (Planning.content, "o-plan-ask-content"),
    "o:ways": (Planning.ways, "o-plan-ask-ways"),
    "o:agenda": (Planning.agenda, "o-plan-ask-agenda"),
    "o:title": (Planning.title, "o-plan-ask-title"),
    "o:collect": (Planning.collect, "o-plan-ask-collect"),
    "o:pin": (Planning.pin, "o-plan-ask-pin"),
    "o:place": (Planning.place, "o-plan-ask-elsewhere"),
    "o:when": (Planning.when, "o-plan-ask-new-when"),
    "o:reason": (Planning.reason, "o-plan-ask-reason"),
}
"""What a button asks for, by its data: where the dialog stands then, and the question."""

OTHERS = {
    "when": "o-button-edit-when",
    "place": "o-button-edit-place",
    "title": "o-button-edit-title",
    "collect": "o-button-edit-collect",
    "agenda": "o-button-edit-agenda",
    "pin": "o-button-edit-pin",
    "content": "o-button-edit-content",
    "ways": "o-button-edit-ways",
}
"""The buttons of [Sửa việc khác], in the order shown."""


def build() -> Router:
    router = Router(name="planedits")
    allowed = Allowed(Right.PLAN_CONFERENCE)
    words = (F.text, ~F.text.startswith("/"), allowed)
    drafting = StateFilter(Planning)
    router.callback_query.register(offer, F.data == "o:other", drafting, allowed)
    router.callback_query.register(ask, F.data.in_(EDITS), drafting, allowed)
    router.message.register(take_title, StateFilter(Planning.title), *words)
    router.message.register(take_text, StateFilter(Planning.content, Planning.ways, Planning.agenda), *words)
    router.message.register(take_collect, StateFilter(Planning.collect), *words)
    router.message.register(take_reason, StateFilter(Planning.reason), *words)
    router.message.register(take_pin, StateFilter(Planning), F.location, allowed)
    router.message.register(type_pin, StateFilter(Planning.pin), *words)
    return router


async def offer(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Sửa việc khác]: every field that is there to change."""
    facts = await _facts(callback, turn, state)
    if facts is not None:
        choices = [(turn.say.plain(key), f"o:{name}") for name, key in OTHERS.items()]
        await tell(callback, turn.say("o-plan-edit-which"), keyboard(choices))


async def _facts(callback: CallbackQuery, turn: Turn, state: FSMContext) -> Facts | None:
    facts = facts_in(await state.get_data())
    if facts is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
    return facts


async def ask(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """One field: asks for its new words, with those that stand to copy from."""
    facts = await _facts(callback, turn, state)
    if facts is None:
        return
    step, key = EDITS[callback.data or ""]
    await state.set_state(step)
    stands = {Planning.content: facts.content, Planning.ways: facts.ways, Planning.agenda: facts.agenda or ""}.get(step)
    question = turn.say(key)
    if stands:
        question = Html(f"{question}\n{turn.say('o-plan-stands', text=stands)}")
    await tell(callback, question, quit_button(turn))


async def take_title(message: Message, turn: Turn, state: FSMContext) -> None:
    title = " ".join((message.text or "").split())
    facts = facts_in(await state.get_data())
    if facts is None or not title or len(title) > LONGEST_NAME:
        await message.answer(turn.say("o-name-length", limit=LONGEST_NAME), reply_markup=quit_button(turn))
        return
    await keep(state, replace(facts, title=title))
    await show_review(message, turn, state)


async def take_text(message: Message, turn: Turn, state: FSMContext) -> None:
    text = (message.text or "").strip()
    facts = facts_in(await state.get_data())
    if facts is None or not text or len(text) > LONGEST_TEXT:
        await message.answer(turn.say("o-plan-text-length", limit=LONGEST_TEXT), reply_markup=quit_button(turn))
        return
    match await state.get_state():
        case Planning.content.state:
            facts = replace(facts, content=text)
        case Planning.ways.state:
            facts = replace(facts, ways=text)
        case _:
            facts = replace(facts, agenda=text)
    await keep(state, facts)
    await show_review(message, turn, state)


async def take_collect(message: Message, turn: Turn, state: FSMContext) -> None:
    zone = turn.tx.commune.timezone
    facts = facts_in(await state.get_data())
    try:
        day = parse_day(message.text or "", turn.tx.now.astimezone(zone).date())
    except ImpossibleDate as error:
        await _again(message, turn, turn.say("o-when-impossible", typed=cut(error.text, 40)))
        return
    except PastDate as error:
        await _again(message, turn, turn.say("o-when-past", typed=cut(error.text, 40)))
        return
    except UnreadableDate as error:
        await _again(message, turn, turn.say("o-plan-collect-unreadable", typed=cut(error.text, 40)))
        return
    if facts is None or day > _day_of(facts, turn):
        await _again(message, turn, turn.say("o-plan-collect-late"))
        return
    await keep(state, replace(facts, collect_until=day))
    await show_review(message, turn, state)


def _day_of(facts: Facts, turn: Turn) -> date:
    return facts.starts_at.astimezone(turn.tx.commune.timezone).date()


async def _again(message: Message, turn: Turn, text: Html) -> None:
    await message.answer(text, reply_markup=quit_button(turn))


async def take_reason(message: Message, turn: Turn, state: FSMContext) -> None:
    """Why it is moved, as people will read it."""
    reason = " ".join((message.text or "").split())
    if not 0 < len(reason) <= MAX_REASON:
        await _again(message, turn, turn.say("o-plan-reason-length", limit=MAX_REASON))
        return
    if not says_something(reason):
        await _again(message, turn, turn.say("o-reason-says-nothing", typed=reason))
        return
    await state.update_data({REASON: reason})
    await show_review(message, turn, state)


async def take_pin(message: Message, turn: Turn, state: FSMContext) -> None:
    """A place on the map, sent at any step of planning."""
    if message.location is not None:
        await _pin(message, turn, state, message.location.latitude, message.location.longitude)


async def type_pin(message: Message, turn: Turn, state: FSMContext) -> None:
    """Its coordinates, copied from a map: not every messenger passes a place on."""
    found = coordinates_in(message.text or "")
    if found is None:
        await _again(message, turn, turn.say("o-plan-ask-pin"))
    else:
        await _pin(message, turn, state, *found)


async def _pin(message: Message, turn: Turn, state: FSMContext, latitude: float, longitude: float) -> None:
    facts = facts_in(await state.get_data())
    if facts is None:
        await _again(message, turn, turn.say("o-plan-ask-when"))
        return
    await keep(state, replace(facts, latitude=latitude, longitude=longitude))
    await show_review(message, turn, state)


def coordinates_in(text: str) -> tuple[float, float] | None:
    """Latitude and longitude as a map gives them, alone or in its link; None for none, or a place not in Vietnam."""
    found = _COORDINATES.search(unquote(text))
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if 6 <= latitude <= 24 and 102 <= longitude <= 118 else None
