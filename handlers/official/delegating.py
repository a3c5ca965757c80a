"""A leader who is away lets another approve (`/uyquyen`): who, in which field, to the end of which day."""

from collections.abc import Mapping

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.dates import DateError, ImpossibleDate, PastDate, parse_day
from handlers.filters import Allowed, Chosen, Picked, command
from handlers.incoming import words_of
from handlers.keyboards import Choice, keyboard
from handlers.official.commands import ROLES
from handlers.official.drafting import quit_button
from handlers.official.states import Delegating
from handlers.official.talk import alert, change, official_of, tell
from handlers.rendering import GONE, Batch, Kind, Rendered
from handlers.telling import cut
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import delegations, issues, roles
from storage.commune import Commune
from storage.models import Delegation, Official
from storage.outbox import Delivery
from storage.rights import Right

LABEL = 30
"""Characters of an official on a button."""
ALL_FIELDS = "all"


def build() -> Router:
    router = Router(name="delegating")
    delegates = Allowed(Right.DELEGATE)
    router.message.register(show_all, command("uyquyen"), delegates)
    router.callback_query.register(choose_deputy, F.data == "o:delegate", delegates)
    router.callback_query.register(choose_field, Picked("o:deputy"), delegates)
    router.callback_query.register(ask_until, Chosen("o:deputy"), delegates)
    router.message.register(take_until, StateFilter(Delegating.until), F.text, ~F.text.startswith("/"), delegates)
    router.callback_query.register(end, Picked("o:undelegate"), delegates)
    return router


def described(say: Say, commune: Commune, official: Official) -> str:
    """Post or role, and unit, of an official; plain text."""
    unit = commune.unit(official.unit_id) if official.unit_id else None
    return ", ".join(part for part in (official.post or say.plain(ROLES[official.role]), unit and unit.name) if part)


def field_name(say: Say, commune: Commune, field_id: str | None) -> str:
    field = commune.field(field_id) if field_id is not None else None
    return field.name if field else say.plain("o-every-field")


async def show_all(message: Message, turn: Turn) -> None:
    text, markup = await _all(turn)
    await message.answer(text, reply_markup=markup)


async def _all(turn: Turn) -> tuple[Html, InlineKeyboardMarkup]:
    say, commune = turn.say, turn.tx.commune
    lines: list[Html] = []
    choices: list[Choice] = []
    for number, given in enumerate(await delegations.of_leader(turn.tx, official_of(turn)), start=1):
        deputy = await turn.tx.session.get_one(Official, given.deputy_id)
        who = described(say, commune, deputy)
        field, until = field_name(say, commune, given.field_id), f"{given.until:%d/%m/%Y}"
        lines.append(say("o-delegated-line", number=number, who=who, field=field, until=until))
        choices.append((say.plain("o-button-undelegate", number=number), f"o:undelegate:{given.id}"))
    choices.append((say.plain("o-button-delegate"), "o:delegate"))
    return say("o-delegations", list=Html("\n".join(lines)), count=len(lines)), keyboard(choices)


async def choose_deputy(callback: CallbackQuery, turn: Turn) -> None:
    """[Uỷ quyền]: to whom?"""
    say = turn.say
    found = await delegations.deputies(turn.tx)
    if not found:
        await tell(callback, say("o-delegate-nobody"))
        return
    choices = [
        (f"{number}. {cut(described(say, turn.tx.commune, each), LABEL)}", f"o:deputy:{each.id}")
        for number, each in enumerate(found, start=1)
    ]
    await change(callback, say("o-delegate-who"), keyboard(choices))


async def _deputy(callback: CallbackQuery, turn: Turn, official_id: int) -> Official | None:
    deputy = await roles.by_id(turn.tx, official_id)
    if deputy is None or deputy.role not in delegations.DEPUTIES:
        await alert(callback, turn.say.plain("o-role-gone"))
        return None
    return deputy


async def choose_field(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """The deputy was chosen: in which field?"""
    deputy = await _deputy(callback, turn, picked)
    if deputy is None:
        return
    say = turn.say
    choices = [(say.plain("o-button-every-field"), f"o:deputy:{deputy.id}:{ALL_FIELDS}")]
    choices += [(field.name, f"o:deputy:{deputy.id}:{field.id}") for field in turn.tx.commune.fields]
    who = described(say, turn.tx.commune, deputy)
    await change(callback, say("o-delegate-field", who=who), keyboard(choices))


async def ask_until(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """The field was chosen: to the end of which day?"""
    deputy = await _deputy(callback, turn, picked)
    if deputy is None:
        return
    if word != ALL_FIELDS and turn.tx.commune.field(word) is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Delegating.until)
    await state.set_data({"deputy_id": deputy.id, "field_id": None if word == ALL_FIELDS else word})
    await change(callback, turn.say("o-delegate-until"), quit_button(turn))


async def take_until(message: Message, turn: Turn, state: FSMContext) -> None:
    data, typed = await state.get_data(), words_of(message)
    deputy = await roles.by_id(turn.tx, int(data.get("deputy_id") or 0))
    if deputy is None:
        await state.clear()
        await message.answer(turn.say("o-role-gone"))
        return
    try:
        until = parse_day(typed, issues.today(turn.tx))
    except DateError as error:
        key = {ImpossibleDate: "o-answers-day-impossible", PastDate: "o-answers-day-past"}.get(
            type(error), "o-answers-day-unreadable"
        )
        await message.answer(turn.say(key, typed=typed[:40]), reply_markup=quit_button(turn))
        return
    await state.clear()
    field_id = data.get("field_id")
    await delegations.give(turn.tx, official_of(turn), deputy, field_id, until)
    text, markup = await _all(turn)
    say = turn.say
    who, field = described(say, turn.tx.commune, deputy), field_name(say, turn.tx.commune, field_id)
    done = say("o-delegated", who=who, field=field, until=f"{until:%d/%m/%Y}")
    await message.answer(Html(f"{done}\n\n{text}"), reply_markup=markup)


async def end(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Thôi uỷ quyền]: his own; another's is as if it were not there."""
    given = await delegations.by_id(turn.tx, picked)
    if given is None or given.leader_id != official_of(turn).id:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await delegations.end(turn.tx, given, official_of(turn))
    await change(callback, *await _all(turn))


async def _of(batch: Batch, delivery: Delivery) -> tuple[Delegation, Official] | None:
    given = await batch.tx.session.get(Delegation, delivery.payload["delegation_id"])
    reader = batch.material.readers.get(delivery.account_id)
    if given is None or reader is None or reader.id not in (given.deputy_id, given.leader_id):
        return None
    return given, reader


async def _delegated(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    found = await _of(batch, delivery)
    if found is None or found[0].ended_at is not None:
        return GONE
    field = field_name(say, batch.tx.commune, found[0].field_id)
    text = say("notice-delegated", field=field, until=f"{found[0].until:%d/%m/%Y}")
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard([(say.plain("o-button-waiting"), "o:viec:0")]))


async def _undelegated(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    found = await _of(batch, delivery)
    if found is None:
        return GONE
    given, reader = found
    field = field_name(say, batch.tx.commune, given.field_id)
    if reader.id == given.deputy_id:
        return SendMessage(chat_id=0, text=say("notice-undelegated", field=field))
    deputy = await batch.tx.session.get_one(Official, given.deputy_id)
    who = described(say, batch.tx.commune, deputy)
    return SendMessage(chat_id=0, text=say("notice-undelegated-leader", who=who, field=field))


KINDS: Mapping[str, Kind] = {"delegated": _delegated, "undelegated": _undelegated}
