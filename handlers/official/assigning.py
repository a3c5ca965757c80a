"""Another unit, another day: one tap a unit, or `/giao CODE UNIT [dd/mm]`; a later day asks for its reason."""

from datetime import date

from aiogram import F, Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.dates import DateError, ImpossibleDate, PastDate, parse_day
from handlers.filters import Allowed, Chosen, Picked, command
from handlers.keyboards import Choice, keyboard
from handlers.official.answering import split_code
from handlers.official.sorting import advance, assigned, meanwhile, say_in_place, standing
from handlers.official.states import Sorting
from handlers.official.talk import alert, official_of, says_something
from handlers.telling import code, short_day
from handlers.turn import Turn
from handlers.words import Html
from storage import dues, issues, opinions, sorting
from storage.commune import Commune, Unit
from storage.folding import fold
from storage.models import Event, Opinion
from storage.rights import Right
from storage.states import ForbiddenMove, IssueState
from storage.waiting import last_acts, waits

OPINION, UNIT, DUE, SEEN = "sorted_id", "unit_id", "due", "seen"
"""In the conversation's data: what is being given to whom, until which day, while that or its reason is asked for.

`SEEN` is the last act on it when that was shown: what somebody else did since is not undone unseen.
"""

MIN_PART = 3
"""Letters of a unit's name that stand for it."""


def build() -> Router:
    router = Router(name="assigning")
    allowed = Allowed(Right.SORT)
    words = (F.text, ~F.text.startswith("/"), ~F.reply_to_message)
    router.message.register(give, command("giao"), allowed)
    router.message.register(take_day, StateFilter(Sorting.due), *words, allowed)
    router.message.register(take_reason, StateFilter(Sorting.reason), *words, allowed)
    router.callback_query.register(choose, Picked("o:units"), allowed)
    router.callback_query.register(assign, Chosen("o:assign"), allowed)
    router.callback_query.register(pick_day, Chosen("o:day"), allowed)
    return router


def may_assign(opinion: Opinion) -> bool:
    """Whether it can be given to a unit now. `opinion.issue` must be loaded."""
    return waits(opinion) or (opinion.issue is not None and opinion.issue.state in sorting.ASSIGNABLE)


async def _last_act(turn: Turn, opinion: Opinion) -> int:
    """The id of the last thing that an official did with it; 0 for none."""
    act = (await last_acts(turn.tx, [opinion])).get(opinion.id)
    return act[0].id if act is not None else 0


async def choose(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Giao nơi khác]: one tap a unit."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
    elif not may_assign(opinion):
        await meanwhile(callback, turn, opinion)
    else:
        await _show_units(callback, turn, state, opinion)


async def _show_units(
    event: Message | CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion, head: Html | None = None
) -> None:
    await state.update_data({OPINION: opinion.id, SEEN: await _last_act(turn, opinion)})
    issue = opinion.issue
    offered = issue.unit_id if issue is not None else issues.field_of(turn.tx, opinion.field_id).unit
    # What one tap on the card does already is not offered again.
    units = [each for each in turn.tx.commune.units if each.id != offered or head is not None]
    choices: list[Choice] = [(each.name, f"o:assign:{opinion.id}:{each.id}") for each in units]
    choices.append((turn.say.plain("o-button-to-card"), f"o:card:{opinion.id}"))
    text, _ = await standing(turn, opinion, None)
    text = Html(f"{text}\n{turn.say('o-sort-which-unit')}")
    await say_in_place(event, turn, Html(f"{head}\n\n{text}") if head else text, keyboard(choices), opinion)


async def assign(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """A unit was tapped: the default day, or the day that the issue has."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    if turn.tx.commune.unit(word) is None:
        await alert(callback, turn.say.plain("o-unit-gone"))
        return
    data = await state.get_data()
    seen = data.get(SEEN) if data.get(OPINION) == opinion.id else None
    if not waits(opinion) and seen != await _last_act(turn, opinion):
        await meanwhile(callback, turn, opinion)
        return
    await _give(callback, turn, state, opinion, word, None)


async def _give(
    event: Message | CallbackQuery,
    turn: Turn,
    state: FSMContext,
    opinion: Opinion,
    unit_id: str,
    due: date | None,
    reason: str | None = None,
) -> None:
    """Gives it, or says what stands in the way and asks for what is missing."""
    try:
        done = await _assigned(turn, opinion, unit_id, due, reason)
    except ForbiddenMove:
        await _put_down(state)
        await meanwhile(event, turn, opinion)
        return
    except dues.DueError as refused:
        await _ask_again(event, turn, state, opinion, unit_id, refused)
        return
    await _put_down(state)
    if done is None:
        await meanwhile(event, turn, opinion)
    else:
        await advance(event, turn, assigned(turn, opinion), done.id)


async def _assigned(turn: Turn, opinion: Opinion, unit_id: str, due: date | None, reason: str | None) -> Event | None:
    """The event, or None when it stands so already."""
    official, issue = official_of(turn), opinion.issue
    if issue is None:
        return await sorting.accept(turn.tx, opinion, official, unit_id=unit_id, due=due, due_reason=reason)
    is_same = issue.unit_id == unit_id and issue.state is not IssueState.OPEN
    if is_same and due in (None, issue.due):
        return None
    if is_same and due is not None:
        return await dues.move(turn.tx, issue, official, due, reason)
    return await sorting.assign(turn.tx, issue, official, unit_id, due=due, due_reason=reason)


async def _put_down(state: FSMContext) -> None:
    """Nothing is asked for any more; a round of sorting goes on."""
    if await state.get_state() in (Sorting.due.state, Sorting.reason.state):
        await state.set_state(None)
        data = await state.get_data()
        await state.set_data({key: value for key, value in data.items() if key not in (OPINION, UNIT, DUE, SEEN)})


REFUSED = {dues.PastDue: "o-due-past", dues.IdleDue: "o-due-idle", dues.FarDue: "o-due-far"}
"""What is said of a day that cannot be taken."""


async def _ask_again(
    event: Message | CallbackQuery,
    turn: Turn,
    state: FSMContext,
    opinion: Opinion,
    unit_id: str,
    refused: dues.DueError,
) -> None:
    shown = code(turn.tx.commune, opinion)
    seen = await _last_act(turn, opinion)
    data = {OPINION: opinion.id, UNIT: unit_id, DUE: refused.due.isoformat(), SEEN: seen}
    day, instead = f"{refused.due:%d/%m/%Y}", short_day(refused.suggested)
    if isinstance(refused, dues.UnexplainedDue):
        await state.set_state(Sorting.reason)
        text = turn.say("o-due-reason", code=shown, due=day, before=instead)
        label = turn.say.plain("o-button-keep-day", due=instead)
    else:
        await state.set_state(Sorting.due)
        text = turn.say(REFUSED[type(refused)], due=day, code=shown)
        label = turn.say.plain("o-button-take-day", due=instead)
    await state.update_data(data)
    choices = [(label, f"o:day:{opinion.id}:{refused.suggested.isoformat()}"), _quit(turn)]
    await say_in_place(event, turn, text, keyboard(choices), opinion)


def _quit(turn: Turn) -> Choice:
    return turn.say.plain("o-button-discard"), "o:quit"


async def _in_hand(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> tuple[Opinion, str, date] | None:
    """What is being given, to which unit and by which day, as far as it was said; if that is over, it is said."""
    data = await state.get_data()
    opinion_id, unit_id, due = data.get(OPINION), data.get(UNIT), data.get(DUE)
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=opinion_id) if opinion_id else None
    if opinion is None or unit_id is None or due is None or turn.tx.commune.unit(unit_id) is None:
        await _put_down(state)
        await _over(event, turn)
    elif data.get(SEEN) != await _last_act(turn, opinion):
        await _put_down(state)
        await meanwhile(event, turn, opinion)
    else:
        return opinion, unit_id, date.fromisoformat(due)
    return None


async def _over(event: Message | CallbackQuery, turn: Turn) -> None:
    if isinstance(event, CallbackQuery):
        await alert(event, turn.say.plain("o-matter-gone"))
    else:
        await event.answer(turn.say("o-matter-gone"))


async def pick_day(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """The day that was proposed instead, or the one that stands."""
    try:
        due = date.fromisoformat(word)
    except ValueError:
        due = None
    if due is None or (await state.get_data()).get(OPINION) != picked:
        await _over(callback, turn)
    elif (held := await _in_hand(callback, turn, state)) is not None:
        await _give(callback, turn, state, held[0], held[1], due)


async def take_day(message: Message, turn: Turn, state: FSMContext) -> None:
    held = await _in_hand(message, turn, state)
    if held is None:
        return
    opinion, unit_id, _ = held
    due = await _read_day(message, turn, state, opinion, unit_id, message.text or "")
    if due is not None:
        await _give(message, turn, state, opinion, unit_id, due)


async def take_reason(message: Message, turn: Turn, state: FSMContext) -> None:
    """Why the answer comes later, in words that those who asked will read."""
    held = await _in_hand(message, turn, state)
    if held is None:
        return
    opinion, unit_id, due = held
    reason = " ".join((message.text or "").split())
    if len(reason) > dues.MAX_REASON:
        text = turn.say("o-due-reason-long", length=len(reason), limit=dues.MAX_REASON)
        await message.answer(text, reply_markup=keyboard([_quit(turn)]))
        return
    if not says_something(reason):
        text = turn.say("o-reason-says-nothing", typed=reason)
        await message.answer(text, reply_markup=keyboard([_quit(turn)]))
        return
    await _give(message, turn, state, opinion, unit_id, due, reason)


async def _read_day(
    message: Message, turn: Turn, state: FSMContext, opinion: Opinion, unit_id: str, typed: str
) -> date | None:
    """The day that was typed; when it cannot be read that is said, and it is asked for again."""
    try:
        return parse_day(typed, issues.today(turn.tx))
    except DateError as error:
        key = "o-day-impossible" if isinstance(error, ImpossibleDate) else "o-day-unreadable"
        key = "o-day-past" if isinstance(error, PastDate) else key
    due = await issues.default_due(turn.tx)
    await state.set_state(Sorting.due)
    seen = await _last_act(turn, opinion)
    await state.update_data({OPINION: opinion.id, UNIT: unit_id, DUE: due.isoformat(), SEEN: seen})
    label = turn.say.plain("o-button-take-day", due=short_day(due))
    text = turn.say(key, typed=typed[:40], example=short_day(due))
    choices = [(label, f"o:day:{opinion.id}:{due.isoformat()}"), _quit(turn)]
    await message.answer(text, reply_markup=keyboard(choices))
    return None


def find_unit(commune: Commune, typed: str) -> list[Unit]:
    """The units that `typed` may mean: an id, a name, or the letters that only one of them has. Marks do not matter."""
    words = _plain(typed)
    exact = [each for each in commune.units if words in (_plain(each.id), _plain(each.name))]
    if exact or len(words) < MIN_PART:
        return exact
    begins = [each for each in commune.units if any(part.startswith(words) for part in _names(each))]
    return begins or [each for each in commune.units if any(f" {words}" in f" {part}" for part in _names(each))]


def _plain(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in fold(text)).split())


def _names(unit: Unit) -> tuple[str, str]:
    return _plain(unit.name), _plain(unit.id)


async def give(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    """`/giao CODE UNIT [dd/mm]`."""
    commune = turn.tx.commune
    if not command.args:
        unit = commune.units[0].id if commune.units else ""
        await message.answer(turn.say("o-give-how", code=f"{commune.short_code}-12", unit=unit))
        return
    typed, number, rest = split_code(command.args, commune.short_code)
    opinion = await opinions.visible(turn.tx, official_of(turn), number=number) if number is not None else None
    if opinion is None:
        await message.answer(turn.say("o-code-unknown", code=typed[:40]))
        return
    if not may_assign(opinion):
        await meanwhile(message, turn, opinion)
        return
    words = rest.split()
    for taken in range(len(words), 0, -1):
        found = find_unit(commune, " ".join(words[:taken]))
        if len(found) == 1:
            await _by_hand(message, turn, state, opinion, found[0], " ".join(words[taken:]))
            return
    head = turn.say("o-unit-unknown", typed=rest[:40]) if rest else None
    await _show_units(message, turn, state, opinion, head)


async def _by_hand(message: Message, turn: Turn, state: FSMContext, opinion: Opinion, unit: Unit, day: str) -> None:
    due = await _read_day(message, turn, state, opinion, unit.id, day) if day else None
    if due is not None or not day:
        await _give(message, turn, state, opinion, unit.id, due)
