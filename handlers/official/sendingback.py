"""An answer sent back to who wrote it: a ready reason, a sentence, or a voice note that the unit hears."""

from dataclasses import asdict
from typing import Any

from aiogram import F, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import cards
from handlers.filters import CARD, Chosen, MayApprove, Picked
from handlers.incoming import file_of, words_of
from handlers.keyboards import keyboard
from handlers.official.approvalcards import what_became
from handlers.official.approving import advance, in_hand, meanwhile, shown_code
from handlers.official.states import SendingBack
from handlers.official.talk import alert, change, official_of, tell
from handlers.turn import Turn
from storage import answers, approval, files, outbox, submitted, waiting
from storage.approval import MAX_REASON, NotAllowed
from storage.models import Answer
from storage.states import AnswerState, ForbiddenMove

REPLIED, LEFT = "replied", "left"
"""At the end of a button: what was replied is why, or is not."""

OFFERED = "offered_back"
"""In the conversation's data: a reply to a card, held as the reason until a button says that it is one."""

REASONS = {"day": "o-send-back-day", "beside": "o-send-back-beside", "figures": "o-send-back-figures"}
"""Ready reasons, by the word on their buttons."""


class RepliesToSubmitted(Filter):
    """A reply under an answer that he may approve; gives the handler `submitted_id` and whether it is one of a round.

    What was asked for after [Trả lại] is no such reply. Under a card that shows no answer it is one while the answer
    waits.
    """

    async def __call__(self, message: Message, turn: Turn, state: FSMContext) -> bool | dict[str, Any]:
        if message.reply_to_message is None:
            return False
        account_id, replied = turn.caller.account.id, message.reply_to_message.message_id
        answer = alone = await submitted.of_card(turn.tx, account_id, replied)
        if alone is None:
            behind = await outbox.opinion_behind(turn.tx, account_id, replied, {CARD})
            answer = await submitted.of_opinion(turn.tx, behind) if behind is not None else None
        if answer is None or not await approval.may_approve(turn.tx, official_of(turn), answer):
            return False
        if answer.state is not AnswerState.SUBMITTED and alone is None:
            return False
        asked = await state.get_state() == SendingBack.reason.state and (await state.get_data()).get("back_id")
        return False if asked == answer.id else {"submitted_id": answer.id, "in_round": alone is None}


def build() -> Router:
    router = Router(name="sendingback")
    approves, asked = MayApprove(), StateFilter(SendingBack.reason)
    router.callback_query.register(ask, Picked("o:sendback"), approves)
    router.callback_query.register(tap, Chosen("o:sendback"), approves)
    router.message.register(offer, F.text & ~F.text.startswith("/") | F.voice | F.audio, approves, RepliesToSubmitted())
    router.message.register(type_, asked, F.text, ~F.text.startswith("/"), approves)
    router.message.register(speak, asked, F.voice | F.audio, approves)
    router.message.register(refuse_kind, asked, ~F.text, approves)
    return router


async def ask(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Trả lại]: why?"""
    answer = await in_hand(callback, turn, picked)
    if answer is None:
        return
    if answer.state is not AnswerState.SUBMITTED:
        await meanwhile(callback, turn, answer, 0)
        return
    say = turn.say
    data = await state.get_data()
    behind = None
    if callback.message is not None and not turn.typed:
        behind = await waiting.card_behind(turn.tx, turn.caller.account.id, callback.message.message_id)
    await state.set_state(SendingBack.reason)
    await state.set_data({**data, "back_id": answer.id, "in_round": behind is None})
    choices = [
        (say.plain("o-button-no-day"), f"o:sendback:{answer.id}:day"),
        (say.plain("o-button-beside"), f"o:sendback:{answer.id}:beside"),
        (say.plain("o-button-figures"), f"o:sendback:{answer.id}:figures"),
    ]
    text = say("o-send-back-why", code=await shown_code(turn, answer))
    if behind is None:
        choices.append((say.plain("o-button-leave"), f"o:approval:{answer.id}"))
        await change(callback, text, keyboard(choices))
    else:
        choices.append((say.plain("o-button-discard"), "o:quit"))
        await tell(callback, text, keyboard(choices))


async def offer(message: Message, turn: Turn, state: FSMContext, submitted_id: int, in_round: bool) -> None:
    """A reply to an answer is why it is sent back, once a button says so: a reply may be a slip."""
    answer = await answers.by_id(turn.tx, submitted_id)
    if answer is None:
        raise SkipHandler
    say, shown, reason, file = turn.say, await shown_code(turn, answer), words_of(message), file_of(message)
    if answer.state is not AnswerState.SUBMITTED:
        what = what_became(say, turn.tx, answer, await submitted.last_act(turn.tx, answer))
        await message.answer(say("o-approval-meanwhile", code=shown, what=what))
        return
    if len(reason) > MAX_REASON:
        await message.answer(say("o-answers-reason-long", limit=MAX_REASON))
        return
    if file is not None and files.refusal_of(file, 0) is not None:
        await message.answer(say("o-file-too-large"))
        return
    held = {"id": answer.id, "reason": reason, "spoken": asdict(file) if file is not None else None}
    await state.update_data({OFFERED: {**held, "in_round": in_round}})
    choices = [
        (say.plain("o-button-send-back"), f"o:sendback:{answer.id}:{REPLIED}"),
        (say.plain("o-button-leave"), f"o:sendback:{answer.id}:{LEFT}"),
    ]
    told = cards.quote(say, reason) if reason else say("o-send-back-spoken")
    await message.answer(say("o-send-back-offer", code=shown, reason=told), reply_markup=keyboard(choices))


async def _take_offered(callback: CallbackQuery, turn: Turn, state: FSMContext, answer: Answer, *, sends: bool) -> None:
    """[Trả lại] and [Thôi] under a reply; with another reply held meanwhile the first asks why."""
    data = await state.get_data()
    held = data.get(OFFERED) or {}
    if held.get("id") != answer.id:
        if sends:
            await ask(callback, turn, state, answer.id)
        else:
            await change(callback, turn.say("o-send-back-not", code=await shown_code(turn, answer)))
        return
    await state.set_data({key: value for key, value in data.items() if key != OFFERED})
    if not sends:
        await change(callback, turn.say("o-send-back-not", code=await shown_code(turn, answer)))
        return
    spoken = files.IncomingFile(**held["spoken"]) if held["spoken"] else None
    await _send_back(callback, turn, state, answer, held["reason"], spoken=spoken, in_round=held["in_round"])


async def tap(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """A ready reason, or a reply that is one."""
    answer = await in_hand(callback, turn, picked)
    if answer is None:
        return
    if word in (REPLIED, LEFT):
        await _take_offered(callback, turn, state, answer, sends=word == REPLIED)
        return
    if word not in REASONS:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await _send_back(callback, turn, state, answer, turn.say.plain(REASONS[word]))


async def type_(message: Message, turn: Turn, state: FSMContext) -> None:
    answer = await _asked(message, turn, state)
    if answer is None:
        return
    reason = words_of(message)
    if len(reason) > MAX_REASON:
        await message.answer(turn.say("o-answers-reason-long", limit=MAX_REASON))
        return
    await _send_back(message, turn, state, answer, reason)


async def speak(message: Message, turn: Turn, state: FSMContext) -> None:
    """The unit gets the voice note itself."""
    answer, file = await _asked(message, turn, state), file_of(message)
    if answer is None or file is None:
        return
    if files.refusal_of(file, 0) is not None:
        await message.answer(turn.say("o-file-too-large"))
        return
    await _send_back(message, turn, state, answer, words_of(message), spoken=file)


async def refuse_kind(message: Message, turn: Turn) -> None:
    await message.answer(turn.say("o-send-back-kinds"))


async def _asked(message: Message, turn: Turn, state: FSMContext) -> Answer | None:
    """The answer that a reason was asked for, if it still waits; otherwise what became of it is said."""
    answer = await answers.by_id(turn.tx, int((await state.get_data()).get("back_id") or 0))
    if answer is None or not await approval.may_approve(turn.tx, official_of(turn), answer):
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return None
    return answer


async def _send_back(
    event: Message | CallbackQuery,
    turn: Turn,
    state: FSMContext,
    answer: Answer,
    reason: str,
    *,
    spoken: files.IncomingFile | None = None,
    in_round: bool | None = None,
) -> None:
    data = await state.get_data()
    is_asked = data.get("back_id") == answer.id
    was_replied = in_round is not None
    if in_round is None:
        in_round = bool(data.get("in_round")) if is_asked else True
    if is_asked or not was_replied:
        await state.set_state(None)
        await state.set_data({key: value for key, value in data.items() if key not in ("back_id", "in_round")})
    ids = await submitted.waiting(turn.tx, official_of(turn))
    position = ids.index(answer.id) if answer.id in ids else 0
    shown = await shown_code(turn, answer)
    try:
        await approval.send_back(turn.tx, answer, official_of(turn), reason, turn.caller.account, spoken)
    except (ForbiddenMove, NotAllowed):
        if isinstance(event, CallbackQuery):
            await meanwhile(event, turn, answer, position)
        else:
            what = what_became(turn.say, turn.tx, answer, await submitted.last_act(turn.tx, answer))
            await event.answer(turn.say("o-approval-meanwhile", code=shown, what=what))
        return
    done = turn.say("o-sent-back", code=shown)
    if in_round:
        await advance(event, turn, answer, done, position, may_undo=False)
    elif isinstance(event, CallbackQuery):
        await change(event, done)
    else:
        await event.answer(done)
