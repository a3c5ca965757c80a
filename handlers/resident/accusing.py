"""Words about a person: she says whom they are about, and whether they go sealed to a reader, or nowhere."""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers.incoming import file_of, words_of
from handlers.keyboards import keyboard
from handlers.resident import adding, rating, steps, suspecting
from handlers.resident.saying import REFUSED, Event, choices, hasty, see_button, tell, tell_over
from handlers.resident.states import Accusing, Raising
from handlers.signs import is_emergency
from handlers.suspicion import is_about_a_person
from handlers.telling import code, short_day
from handlers.turn import Turn, fsm
from storage import drafts, files, flagging, sealed, unsaid
from storage.commune import format_code, parse_code
from storage.events import Actor
from storage.models import Draft, Sealed, Target
from storage.states import ForbiddenMove, SealedState

SEALED = "sealed_id"
"""In the conversation's data: the sealed matter that what comes is for."""

STATES = frozenset(each.state for each in Accusing.__states__)

Tap = Callable[[CallbackQuery, Turn, FSMContext, Sealed], Awaitable[None]]


def build() -> Router:
    router = Router(name="accusing")
    router.callback_query.register(tap, F.data.regexp(r"^r:seal:[0-9]{1,18}:[a-z_]+$"))
    router.callback_query.register(stop, F.data == "r:stop")
    return router


# -- a draft that may accuse ------------------------------------------------------------------------------------------


async def accuses(event: Event, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    """[Phải, nói một người]."""
    if draft.target is None:
        drafts.suspect(turn.tx, draft)
        await state.set_state(Raising.accused)
        await tell(event, *suspecting.who(turn.say, f"r:accused:{draft.id}"))
    else:
        await steps.ask(event, turn, state, draft)


async def clears(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, _: str) -> None:
    """[Không, việc chung]: the ordinary way, where it would have been."""
    drafts.clear(turn.tx, draft)
    if await rating.reopen_with(callback, turn, state, draft):
        return
    if (await state.get_data()).get(steps.OPINION) is not None:
        await state.set_state(Raising.where)
        await steps.ask_again(callback, turn, state, draft)
    else:
        await steps.ask(callback, turn, state, draft)


async def accused(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, target: str) -> None:
    """[Trưởng thôn], [Cán bộ xã], [Lãnh đạo xã], [Người khác]."""
    if target in set(Target):
        drafts.accuse(turn.tx, draft, Target(target))
    await steps.ask(callback, turn, state, draft)


async def lane(callback: CallbackQuery, turn: Turn, state: FSMContext, draft: Draft, what: str) -> None:
    """A button under the two lawful ways, or under the consent to send it sealed."""
    if what == "general":
        village_id = draft.village_id
        await _forget(turn, draft)
        await state.set_state(Raising.first)
        await state.set_data({steps.VILLAGE: village_id} if village_id is not None else {})
        await tell(callback, turn.say("accuse-general"), choices(turn, ("button-drop", "r:stop")))
    elif what == "erase":
        at_leader = draft.target is Target.LEADER
        await _forget(turn, draft)
        await state.clear()
        await _tell_erased(callback, turn, at_leader=at_leader)
    elif draft.target is None or draft.target is Target.LEADER or draft.on_behalf:
        await steps.ask(callback, turn, state, draft)
    elif what == "agree":
        matter = await sealed.send(turn.tx, turn.caller, draft, suspecting.CONSENT_VERSION)
        turn.caller.draft = None
        await _tell_sealed(callback, turn, state, matter)
    else:
        await state.set_state(Raising.sealing)
        at = f"r:lane:{draft.id}"
        await tell(callback, *await suspecting.consent(turn, draft.target, at, whole=what == "whole"))


async def _forget(turn: Turn, draft: Draft) -> None:
    await unsaid.of_draft(turn.tx, turn.caller.account.id, draft.created_at, draft.text, draft.attachments)
    await drafts.drop(turn.tx, draft)
    turn.caller.draft = None


async def _tell_erased(event: Event, turn: Turn, *, at_leader: bool) -> None:
    if at_leader:
        await tell(event, turn.say("accuse-erased"))
    else:
        await tell(event, turn.say("accuse-erased-come", reception=turn.tx.commune.reception))


TAPS = {"accuses": accuses, "clears": clears, "accused": accused, "lane": lane}
"""Buttons of a draft, beside those in `buttons`; all of them before any consent."""


async def _tell_sealed(event: Event, turn: Turn, state: FSMContext, matter: Sealed) -> None:
    if turn.caller.draft is None:
        await state.set_state(Accusing.evidence)
        await state.set_data({SEALED: matter.id})
    await tell(event, turn.say("accuse-sealed", code=_code(turn, matter)))


# -- a sealed matter of hers ------------------------------------------------------------------------------------------


def _code(turn: Turn, matter: Sealed) -> str:
    return format_code(turn.tx.commune.short_code, matter.number)


async def show(event: Event, turn: Turn, matter: Sealed) -> None:
    """Where it stands, without a word of it: the phone may be in other hands."""
    shown, at, state = _code(turn, matter), f"r:seal:{matter.id}", fsm(turn)
    if matter.state is SealedState.SEALED:
        await state.set_state(Accusing.more)
        await state.set_data({SEALED: matter.id})
        button = (turn.say.plain("button-withdraw-sure", code=shown), f"{at}:withdraw")
        await tell(event, turn.say("accuse-more", code=shown), keyboard([button]))
    elif matter.state is not SealedState.ASKED:
        text = turn.say("accuse-told", code=shown, state=matter.state, reception=turn.tx.commune.reception)
        await tell(event, text)
    elif matter.target is None:
        await tell(event, *suspecting.who(turn.say, at, shown))
    elif matter.target is Target.LEADER:
        await tell(event, *suspecting.leader(turn.say, turn.tx.commune, at, shown))
    elif matter.text is None:
        await _ask_generally(event, turn, matter)
    else:
        await tell(event, *suspecting.ways(turn.say, turn.tx.commune, at, shown))


async def tap(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """A button about a sealed matter. One of another's, or of an erased one, is a button whose matter is over."""
    _, _, id_, what = (callback.data or "").split(":")
    matter = await sealed.own_by_id(turn.tx, turn.caller.person, int(id_))
    if matter is None or matter.state is SealedState.RETURNED:
        await tell_over(callback, turn)
        return
    if hasty(turn):
        await callback.answer(turn.say.plain("taken"))
        return
    if what in set(Target) and matter.state is SealedState.ASKED and matter.target is None:
        await flagging.set_target(turn.tx, matter, Target(what), Actor.RESIDENT)
    elif what in CHOICES and matter.state is CHOICES[what][0]:
        await CHOICES[what][1](callback, turn, state, matter)
    else:
        await show(callback, turn, matter)
    await callback.answer()


async def _yes(callback: CallbackQuery, turn: Turn, _: FSMContext, matter: Sealed) -> None:
    await _consent(callback, turn, matter, whole=False)


async def _whole(callback: CallbackQuery, turn: Turn, _: FSMContext, matter: Sealed) -> None:
    await _consent(callback, turn, matter, whole=True)


async def _consent(callback: CallbackQuery, turn: Turn, matter: Sealed, *, whole: bool) -> None:
    if matter.target is None or matter.text is None:
        await show(callback, turn, matter)
        return
    at = f"r:seal:{matter.id}"
    await tell(callback, *await suspecting.consent(turn, matter.target, at, whole=whole))


async def _agree(callback: CallbackQuery, turn: Turn, state: FSMContext, matter: Sealed) -> None:
    if matter.target is None or matter.text is None:
        await show(callback, turn, matter)
        return
    await sealed.seal(turn.tx, matter, suspecting.CONSENT_VERSION)
    await _tell_sealed(callback, turn, state, matter)


async def _general(callback: CallbackQuery, turn: Turn, _: FSMContext, matter: Sealed) -> None:
    if matter.target is None:
        await show(callback, turn, matter)
        return
    await sealed.erase_words(turn.tx, matter)
    await _ask_generally(callback, turn, matter)


async def _ask_generally(event: Event, turn: Turn, matter: Sealed) -> None:
    state = fsm(turn)
    await state.set_state(Accusing.general)
    await state.set_data({SEALED: matter.id})
    await tell(event, turn.say("accuse-general"), choices(turn, ("button-drop", "r:stop")))


async def _erase(callback: CallbackQuery, turn: Turn, state: FSMContext, matter: Sealed) -> None:
    at_leader = matter.target is Target.LEADER
    await sealed.erase(turn.tx, matter)
    await _leave(state)
    await _tell_erased(callback, turn, at_leader=at_leader)


async def _withdraw(callback: CallbackQuery, turn: Turn, _: FSMContext, matter: Sealed) -> None:
    shown = _code(turn, matter)
    yes = (turn.say.plain("button-withdraw-sure", code=shown), f"r:seal:{matter.id}:gone")
    no = (turn.say.plain("button-withdraw-not"), "r:stop")
    await tell(callback, turn.say("accuse-withdraw-sure", code=shown), keyboard([yes, no]))


async def _gone(callback: CallbackQuery, turn: Turn, state: FSMContext, matter: Sealed) -> None:
    shown = _code(turn, matter)
    await sealed.erase(turn.tx, matter)
    await _leave(state)
    await tell(callback, turn.say("accuse-withdrawn", code=shown))


async def _leave(state: FSMContext) -> None:
    if await state.get_state() in STATES:
        await state.clear()


CHOICES: dict[str, tuple[SealedState, Tap]] = {
    "yes": (SealedState.ASKED, _yes),
    "whole": (SealedState.ASKED, _whole),
    "agree": (SealedState.ASKED, _agree),
    "general": (SealedState.ASKED, _general),
    "erase": (SealedState.ASKED, _erase),
    "withdraw": (SealedState.SEALED, _withdraw),
    "gone": (SealedState.SEALED, _gone),
}
"""What a button does, in the state in which it may."""


async def stop(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Bỏ], [Thôi], [Không rút]: nothing more is asked."""
    if turn.caller.draft is None:
        await state.clear()
        await tell(callback, turn.say("stopped"))
    else:
        await tell_over(callback, turn)
    await callback.answer()


# -- what she sends to it ---------------------------------------------------------------------------------------------


async def is_for_the_lane(turn: Turn, words: str) -> bool:
    """Whether what comes now is for a sealed matter, or opens one by its code, whatever she was asked meanwhile."""
    if turn.caller.conversation.state in STATES:
        return True
    number = parse_code(words, turn.tx.commune.short_code)
    return number is not None and await sealed.own_by_number(turn.tx, turn.caller.person, number) is not None


async def take(message: Message, turn: Turn, state: FSMContext) -> bool:
    """Takes what came for a sealed matter; False, with the state cleared, when it is for none."""
    data = await state.get_data()
    matter = await sealed.own_by_id(turn.tx, turn.caller.person, int(data.get(SEALED) or 0))
    if matter is not None and not adding.is_stale(turn):
        words = words_of(message)
        if parse_code(words, turn.tx.commune.short_code) == matter.number:
            await show(message, turn, matter)
            return True
        current = await state.get_state()
        # Papers that follow at once are its evidence; words may be about anything.
        wanted = current == Accusing.more.state or (current == Accusing.evidence.state and file_of(message) is not None)
        if wanted and matter.state in sealed.OPEN:
            await _take_more(message, turn, state, matter, words)
            return True
        if current == Accusing.general.state and matter.state is SealedState.ASKED and not is_about_a_person(words):
            await _take_generally(message, turn, state, matter, words)
            return True
    await state.clear()
    return False


async def _take_more(message: Message, turn: Turn, state: FSMContext, matter: Sealed, words: str) -> None:
    album, file = message.media_group_id, file_of(message)
    known = album is not None and (await state.get_data()).get(adding.ALBUM) == album
    refused = files.attach(turn.tx, turn.caller.account, matter, file) if file is not None else None
    if words:
        await sealed.add_words(turn.tx, matter, words)
    elif file is not None and refused is None:
        await sealed.note_addition(turn.tx, matter)
    await unsaid.of_words(turn.tx, turn.caller.account.id, words, matter.attachments)
    await state.update_data({adding.ALBUM: album})
    shown, enough = _code(turn, matter), choices(turn, ("button-enough", "r:stop"))
    if refused is not None:
        await tell(message, turn.say(REFUSED[refused]), enough)
    if is_emergency(words):
        await tell(message, turn.say("urgent-added", hotline=turn.tx.commune.hotline, code=shown))
    elif words or (file is not None and refused is None and not known):
        await tell(message, turn.say("file-added-to", code=shown), enough)
    elif file is None:
        await tell(message, turn.say("accuse-more", code=shown), enough)


async def _take_generally(message: Message, turn: Turn, state: FSMContext, matter: Sealed, words: str) -> None:
    if not words:
        await _ask_generally(message, turn, matter)
        return
    try:
        opinion = await sealed.say_generally(turn.tx, matter, words)
    except ForbiddenMove:
        await show(message, turn, matter)
        return
    file = file_of(message)
    if file is not None:
        files.attach(turn.tx, turn.caller.account, opinion, file)
    await state.clear()
    text = turn.say("received", code=code(turn.tx.commune, opinion), due=short_day(opinion.notice_due))
    await tell(message, text, keyboard([see_button(turn, opinion)]))
