"""The buttons under a draft's questions. Each carries the draft's id: one of an earlier draft changes nothing."""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers.resident import accusing, naming, steps
from handlers.resident.saying import choices, hasty, stands, tell, tell_over
from handlers.resident.sending import submit
from handlers.resident.states import Raising
from handlers.turn import Turn
from storage import conferences, data, drafts, opinions, people, registrations
from storage.models import Draft, Suspicion

Tap = Callable[[CallbackQuery, Turn, FSMContext, Draft, str], Awaitable[None]]


def build() -> Router:
    router = Router(name="buttons")
    router.callback_query.register(pick, F.data.func(_is_ours))
    return router


def _is_ours(data_: str) -> bool:
    return data_.startswith("r:") and data_.split(":")[1] in TAPS


async def pick(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """Finds the draft that a button is of, and does what it says."""
    _, what, *rest = (callback.data or "").split(":", maxsplit=3)
    draft = turn.caller.draft
    if draft is None or rest[:1] != [str(draft.id)]:
        await _over(callback, turn, state)
        return
    if what not in BEFORE_CONSENT and not steps.is_agreed(turn, draft):
        what = "leave"
    if what in SENDING and draft.suspicion is Suspicion.ASKED:
        what = "leave"
    await TAPS[what](callback, turn, state, draft, rest[1] if len(rest) > 1 else "")
    await callback.answer()


async def _over(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    if turn.caller.draft is None or hasty(turn):
        await tell_over(callback, turn)
        return
    await steps.ask_again(callback, turn, state, turn.caller.draft, turn.say("old-question"))
    await callback.answer()


async def agree(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    if turn.caller.account.consented and hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return
    people.consent(turn.tx, turn.caller.account, steps.CONSENT_VERSION)
    steps.remember_village(turn, draft)
    await steps.ask(callback, turn, state, draft)


async def read(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await tell(callback, *steps.consent_whole(turn, draft))


async def refuse(callback: CallbackQuery, turn: Turn, state: FSMContext, _draft: Draft, _: str) -> None:
    await data.refuse(turn.tx, turn.caller)
    await state.clear()
    await tell(callback, turn.say("refused", address=turn.tx.commune.address, hotline=turn.tx.commune.hotline))


async def drop(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await drafts.drop(turn.tx, draft)
    turn.caller.draft = None
    await state.clear()
    await tell(callback, turn.say("dropped"))


async def ask(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    if hasty(turn) and await state.get_state() in (Raising.consent.state, Raising.village.state, Raising.field.state):
        await callback.answer(turn.say.plain("taken"))
        return
    await steps.ask(callback, turn, state, draft)


async def leave(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await steps.ask(callback, turn, state, draft)


async def add(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, opinion_id: str) -> None:
    """[Thêm vào KX-12]."""
    opinion = await opinions.own_by_id(turn.tx, turn.caller.person, _number(opinion_id))
    if opinion is None:
        await steps.ask(callback, turn, state, draft, turn.say("old-question"))
        return
    await opinions.add_draft(turn.tx, opinion, draft)
    turn.caller.draft = None
    await state.clear()
    await tell(callback, *stands(turn, opinion, "added-to-now"))


async def village(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, village_id: str) -> None:
    """A village of the list, or none of them for an empty id."""
    if village_id and turn.tx.commune.village(village_id) is None:
        await steps.ask_again(callback, turn, state, draft, turn.say("old-question"))
        return
    asked = await state.get_state() == Raising.village.state
    if not asked and hasty(turn) and draft.village_id == (village_id or None):
        await callback.answer(turn.say.plain("taken"))
        return
    if village_id:
        drafts.set_village(turn.tx, draft, village_id)
    else:
        await steps.say_elsewhere(turn, state, draft)
    steps.remember_village(turn, draft)
    await steps.ask(callback, turn, state, draft)


async def late(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    """[Gửi tiếp], though the conference's list is closed."""
    await state.update_data({steps.LATE: draft.id})
    await steps.ask(callback, turn, state, draft)


async def in_hall(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    """[Hỏi tại hội nghị]: she is expected to speak; what she wrote is kept and sent to nobody."""
    coming = await conferences.current(turn.tx)
    if coming is None:
        await steps.ask(callback, turn, state, draft)
        return
    await registrations.speak(turn.tx, coming, turn.caller.account)
    await state.update_data({steps.LATE: draft.id})
    await tell(callback, turn.say("asked-in-hall"), steps.unfinished(turn, draft))


async def villages(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await state.set_state(Raising.village)
    await tell(callback, *steps.village(turn, draft))


async def field(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, field_id: str) -> None:
    if turn.tx.commune.field(field_id) is None:
        await steps.ask_again(callback, turn, state, draft, turn.say("old-question"))
        return
    asked = await state.get_state() == Raising.field.state
    if not asked and hasty(turn) and draft.field_id == field_id:
        await callback.answer(turn.say.plain("taken"))
        return
    drafts.set_field(turn.tx, draft, field_id)
    await steps.ask(callback, turn, state, draft)


async def fields(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await state.set_state(Raising.field)
    await tell(callback, *steps.field(turn, draft))


async def send(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await _send(callback, turn, state, draft, named=False)


async def name(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    """[Gửi, có ghi tên]: at once when the name is known."""
    person = turn.caller.person
    if person is not None and person.name and not draft.on_behalf:
        await _send(callback, turn, state, draft, named=True)
        return
    await state.set_state(Raising.name)
    await tell(callback, *steps.name(turn, draft))


async def _send(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, *, named: bool) -> None:
    is_empty = not steps.is_told(draft) and not steps.voices(draft)
    if is_empty or not steps.is_agreed(turn, draft):
        await steps.ask(callback, turn, state, draft)
        return
    await submit(callback, turn, state, draft, named=named)


async def mend(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await tell(callback, *steps.mend(turn, draft))


async def words(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await state.set_state(Raising.words)
    await tell(callback, *steps.words(turn, draft))


async def rename(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await state.set_state(Raising.name)
    await state.update_data({naming.CORRECTING: draft.id})
    await tell(callback, turn.say("new-name"), choices(turn, ("button-leave", f"r:leave:{draft.id}")))


async def files(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    await drafts.drop_files(turn.tx, draft)
    await steps.ask(callback, turn, state, draft)


async def speak(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    """[Nói lại]: the recording goes, and she is asked again."""
    await drafts.drop_files(turn.tx, draft, "voice")
    await steps.ask(callback, turn, state, draft)


TAPS: dict[str, Tap] = {
    "agree": agree,
    "read": read,
    "refuse": refuse,
    "drop": drop,
    "ask": ask,
    "leave": leave,
    "add": add,
    "village": village,
    "villages": villages,
    "late": late,
    "inhall": in_hall,
    "field": field,
    "fields": fields,
    "send": send,
    "name": name,
    "mend": mend,
    "words": words,
    "rename": rename,
    "files": files,
    "speak": speak,
    **accusing.TAPS,
}

BEFORE_CONSENT = frozenset({"agree", "read", "refuse", "drop", "ask", "leave", *accusing.TAPS})
"""What may be done with a draft that is only held; anything else asks for consent first."""

SENDING = frozenset({"send", "name", "add"})
"""What may not be done while a draft may be about a person, with buttons that stand above the question."""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
