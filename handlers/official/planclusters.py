"""A conference by clusters of villages: the villages of each by button, its hour and place typed in one line."""

from dataclasses import replace
from datetime import UTC

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import conferencewords
from handlers.dates import DateError, parse_when
from handlers.filters import Allowed
from handlers.keyboards import keyboard
from handlers.official.plandraft import facts_in, keep, quit_button, show_review
from handlers.official.planning import LONGEST_NAME, is_lawful, mend
from handlers.official.states import Planning
from handlers.official.talk import alert, change, tell
from handlers.turn import Turn
from handlers.words import Html
from storage.conferences import Facts
from storage.rights import Right

CLUSTER, MET = "cluster", "met"
"""In the conversation's data: the villages chosen for the cluster in hand, and the clusters that are told whole."""


def build() -> Router:
    router = Router(name="planclusters")
    allowed = Allowed(Right.PLAN_CONFERENCE)
    drafting = StateFilter(Planning)
    choosing = StateFilter(Planning.cluster)
    router.callback_query.register(begin, F.data == "o:byclusters", drafting, allowed)
    router.callback_query.register(toggle, F.data.startswith("o:cluster:"), choosing, allowed)
    router.callback_query.register(ask_when, F.data == "o:clusterdone", choosing, allowed)
    words = (F.text, ~F.text.startswith("/"), allowed)
    router.message.register(take_when, StateFilter(Planning.cluster_when), *words)
    router.message.register(ask_again, choosing, *words)
    return router


async def begin(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Theo cụm thôn]."""
    if facts_in(await state.get_data()) is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Planning.cluster)
    await state.update_data({CLUSTER: [], MET: []})
    await tell(callback, *await _question(turn, state))


async def _question(turn: Turn, state: FSMContext) -> tuple[Html, InlineKeyboardMarkup]:
    data = await state.get_data()
    chosen = data.get(CLUSTER, [])
    choices = [
        (turn.say.plain("o-cluster-chosen" if each in chosen else "o-cluster-free", village=name), f"o:cluster:{each}")
        for each, name in _left(turn, data.get(MET, []))
    ]
    if chosen:
        choices.append((turn.say.plain("o-button-cluster-done"), "o:clusterdone"))
    choices.append((turn.say.plain("o-button-discard"), "o:quit"))
    return turn.say("o-plan-ask-cluster", number=len(data.get(MET, [])) + 1), keyboard(choices)


def _left(turn: Turn, met: list[dict[str, object]]) -> list[tuple[str, str]]:
    """(id, name) of the villages that are in no cluster yet."""
    taken = {village for each in met for village in _ids(each["villages"])}
    return [(each.id, each.name) for each in turn.tx.commune.villages if each.id not in taken]


def _ids(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


async def ask_again(message: Message, turn: Turn, state: FSMContext) -> None:
    text, markup = await _question(turn, state)
    await message.answer(text, reply_markup=markup)


async def toggle(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    data = await state.get_data()
    village_id = (callback.data or "").removeprefix("o:cluster:")
    if village_id not in {each for each, _ in _left(turn, data.get(MET, []))}:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    chosen = set(data.get(CLUSTER, [])) ^ {village_id}
    # In the order of the list, whatever order they were tapped in.
    await state.update_data({CLUSTER: [each.id for each in turn.tx.commune.villages if each.id in chosen]})
    await change(callback, *await _question(turn, state))


async def ask_when(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    chosen = (await state.get_data()).get(CLUSTER, [])
    if not chosen:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Planning.cluster_when)
    names = conferencewords.villages(turn.tx.commune, chosen)
    await tell(callback, turn.say("o-plan-ask-cluster-when", villages=names), quit_button(turn))


async def take_when(message: Message, turn: Turn, state: FSMContext) -> None:
    """ "10/12 7h30, Nhà văn hoá Thôn mẫu 1": an hour, a comma, a place."""
    data = await state.get_data()
    facts = facts_in(data)
    typed, comma, place = (message.text or "").partition(",")
    place = " ".join(place.split())
    if facts is None or not comma or not 0 < len(place) <= LONGEST_NAME:
        names = conferencewords.villages(turn.tx.commune, data.get(CLUSTER, []))
        question = turn.say("o-plan-ask-cluster-when", villages=names)
        await message.answer(question, reply_markup=quit_button(turn))
        return
    try:
        starts = parse_when(typed, turn.tx.now.astimezone(turn.tx.commune.timezone))
    except DateError as error:
        await message.answer(mend(turn, error), reply_markup=quit_button(turn))
        return
    met = [
        *data.get(MET, []),
        {"starts_at": starts.astimezone(UTC).isoformat(), "place": place, "villages": data.get(CLUSTER, [])},
    ]
    await state.update_data({MET: met, CLUSTER: []})
    if _left(turn, met):
        await state.set_state(Planning.cluster)
        text, markup = await _question(turn, state)
        await message.answer(text, reply_markup=markup)
        return
    facts = _with(facts, met)
    await keep(state, facts)
    if await is_lawful(message, turn, state, facts):
        await show_review(message, turn, state)


def _with(facts: Facts, met: list[dict[str, object]]) -> Facts:
    whole = Facts.from_json({**facts.as_json(), "meetings": met})
    return replace(whole, latitude=None, longitude=None)
