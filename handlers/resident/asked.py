"""What the office asks an author, and what it tells her instead of an answer; her reply lands on the same opinion."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram import F, Router
from aiogram.filters import Filter
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, Message

from handlers.decided import decided
from handlers.incoming import PLACE, file_of, words_of
from handlers.keyboards import keyboard
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Never, Rendered
from handlers.resident import accusing, adding, steps
from handlers.resident.saying import REFUSED, hasty, see_button, stands, tell, tell_over
from handlers.resident.states import Adding, Raising
from handlers.signs import is_emergency, is_thanks
from handlers.suspicion import is_about_a_person
from handlers.telling import code, cut
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import asking, drafts, files, opinions, outbox, splitting
from storage.models import Draft, Opinion, Suspicion, Transcription, Verdict
from storage.outbox import Delivery
from storage.states import ForbiddenMove, OpinionState

QUESTION = "asked"
"""The kind of notice that asks her back."""

BEFORE = "before"
"""In the conversation's data: how much of the draft was there when words came that may answer a question: (characters,
files). What came since is the reply if she says so."""

LONGEST_LINE = 300
"""Characters of each matter that she is shown to confirm; ten of them stand in one message."""

COMMAND = F.text.startswith("/")

CONTENT = F.text | F.photo | F.voice | F.audio | F.document | F.video | F.video_note | F.animation | PLACE


class Replies(Filter):
    """What answers a question of the office: a reply to it, or anything while it is the last that she was told.

    Gives the handler `opinion`, the one that was asked about.
    """

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        caller, words = turn.caller, words_of(message)
        begun = caller.conversation.state == Raising.first.state
        # What accuses somebody, or is said in danger, goes the way of every draft's words; without one it lands below.
        is_apart = caller.draft is not None and is_about_a_person(words)
        if message.reply_to_message is not None:
            replied = message.reply_to_message.message_id
            behind = await outbox.opinion_behind(turn.tx, caller.account.id, replied, {QUESTION})
            opinion = await opinions.of_caller(turn.tx, caller, behind) if behind is not None else None
            gone = opinion is None or opinion.state is OpinionState.WITHDRAWN
            return False if gone or is_apart else {"opinion": opinion}
        if await accusing.is_for_the_lane(turn, words):
            return False
        waiting = await opinions.asked_of(turn.tx, caller.person, caller.official)
        if not waiting or is_thanks(words) or is_apart:
            return False
        if (begun or caller.draft is not None) and (is_emergency(words) or is_about_a_person(words)):
            return False
        last = await outbox.last_sent(turn.tx, caller.account.id)
        asked = last.opinion_id if last is not None and last.kind == QUESTION else None
        found = next((each for each in waiting if each.id == asked), None)
        return {"opinion": found} if found is not None else False


def build() -> Router:
    """For residents, and before what takes an official's stray words: a village head answers for a neighbour."""
    router = Router(name="asked")
    router.message.register(take_reply, CONTENT, ~COMMAND, Replies())
    router.callback_query.register(tap, F.data.func(_is_ours))
    return router


def _is_ours(data: str) -> bool:
    _, _, what = data.partition(":")
    return data.startswith("r:") and what.partition(":")[0] in TAPS


async def take_reply(message: Message, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """Her reply. With a draft open, only a reply to the question itself is surely one: of other words she is asked."""
    draft = turn.caller.draft
    if draft is not None and message.reply_to_message is None:
        await _which(message, turn, state, draft, opinion)
    elif draft is not None:
        await _land(message, turn, opinion)
    elif await state.get_state() == Raising.first.state and message.reply_to_message is None:
        held = await steps.hold(turn, state, "")
        await _which(message, turn, state, held, opinion)
    else:
        await state.set_state(Adding.more)
        await state.set_data({steps.OPINION: opinion.id})
        await adding.take(message, turn, state, opinion)


async def _land(message: Message, turn: Turn, opinion: Opinion) -> None:
    """Adds a reply beside an open draft, which is left as it is."""
    words, file = words_of(message), file_of(message)
    was_asked = opinion.state is OpinionState.NEEDS_DETAIL
    refused = files.attach(turn.tx, turn.caller.account, opinion, file) if file is not None else None
    if refused is not None:
        await tell(message, turn.say(REFUSED[refused]))
    if words or (was_asked and file is not None and refused is None):
        opinion.message_ids = [*(opinion.message_ids or []), message.message_id]
        await opinions.add_to(turn.tx, opinion, words)
    elif file is not None and refused is None:
        await asking.pass_files(turn.tx, opinion)
    shown = code(turn.tx.commune, opinion)
    if is_emergency(words):
        await tell(message, turn.say("urgent-added", hotline=turn.tx.commune.hotline, code=shown))
    elif words or was_asked:
        await tell(message, turn.say("added-to", code=shown), keyboard([see_button(turn, opinion)]))


async def _which(message: Message, turn: Turn, state: FSMContext, draft: Draft, opinion: Opinion) -> None:
    """Holds words with the draft and asks whether they answer the question or go on with it."""
    data = await state.get_data()
    before = data.get(BEFORE) if data.get(steps.OPINION) == opinion.id else None
    before = before or [len(draft.text), len(draft.attachments)]
    words, file = words_of(message), file_of(message)
    if words:
        drafts.add_words(turn.tx, draft, words, turn.message_id)
    refused = files.attach(turn.tx, turn.caller.account, draft, file) if file is not None else None
    await state.update_data({steps.OPINION: opinion.id, BEFORE: before})
    shown = code(turn.tx.commune, opinion)
    is_new = before == [0, 0]
    fresh = "button-fresh" if is_new else "button-add-to-draft"
    question = turn.say("where" if is_new else "where-draft", code=shown)
    text = question if refused is None else Html(f"{turn.say(REFUSED[refused])}\n\n{question}")
    add = (turn.say.plain("button-add-to", code=shown), f"r:reply:{opinion.id}")
    await tell(message, text, keyboard([add, (turn.say.plain(fresh), f"r:ask:{draft.id}")]))


async def tap(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """A button under a question. One of another's opinion is a button whose matter is over."""
    _, what, rest = (callback.data or "").split(":", maxsplit=2) if (callback.data or "").count(":") > 1 else ("",) * 3
    number = int(rest) if rest.isascii() and rest.isdecimal() and len(rest) <= 18 else 0
    opinion = await opinions.of_caller(turn.tx, turn.caller, number) if what in TAPS else None
    if opinion is None:
        await tell_over(callback, turn)
        return
    await TAPS[what](callback, turn, state, opinion)
    await callback.answer()


async def reply(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Thêm vào KX-18]: what came since the question leaves the draft and answers it."""
    draft, data = turn.caller.draft, await state.get_data()
    before = data.get(BEFORE)
    if draft is None or before is None or data.get(steps.OPINION) != opinion.id:
        await _over(callback, turn, opinion)
        return
    if draft.suspicion is Suspicion.ASKED:
        await steps.ask(callback, turn, state, draft)
        return
    length, count = before
    words = draft.text[length:].strip()
    for attachment in list(draft.attachments)[count:]:
        attachment.draft = None
        attachment.opinion = opinion
    drafts.replace_words(turn.tx, draft, draft.text[:length])
    await turn.tx.session.flush()
    await opinions.add_to(turn.tx, opinion, words)
    await state.set_data({key: value for key, value in data.items() if key not in (BEFORE, steps.OPINION)})
    added = turn.say("added-to", code=code(turn.tx.commune, opinion))
    if before == [0, 0]:
        await drafts.drop(turn.tx, draft)
        turn.caller.draft = None
        await state.clear()
        await tell(callback, added, keyboard([see_button(turn, opinion)]))
    else:
        await steps.ask_again(callback, turn, state, draft, added)


async def unsure(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Tôi không rõ]."""
    try:
        await asking.unsure(turn.tx, opinion)
    except ForbiddenMove:
        await _over(callback, turn, opinion)
        return
    await tell(callback, turn.say("unsure-noted", code=code(turn.tx.commune, opinion)))


async def right(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Đúng rồi] under what was written down."""
    parts = await splitting.confirm(turn.tx, opinion)
    if not parts:
        await _over(callback, turn, opinion)
        return
    key = "written-right" if len(parts) > 1 else "written-right-one"
    await tell(callback, turn.say(key, code=code(turn.tx.commune, parts[0])))


async def wrong(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    """[Chưa đúng]: the clerk is told, and a sentence asked for unless a draft is being written."""
    parts = await splitting.dispute(turn.tx, opinion)
    if not parts:
        await _over(callback, turn, opinion)
    elif turn.caller.draft is None:
        await adding.begin(callback, turn, state, parts[0], "written-wrong")
    else:
        await tell(callback, *stands(turn, parts[0], "stands-now"))


async def _over(callback: CallbackQuery, turn: Turn, opinion: Opinion) -> None:
    if hasty(turn):
        await callback.answer(turn.say.plain("taken"))
    else:
        await tell(callback, *stands(turn, opinion, "old-button-of"))


TAPS: Mapping[str, Callable[[CallbackQuery, Turn, FSMContext, Opinion], Awaitable[None]]] = {
    "reply": reply,
    "unsure": unsure,
    "right": right,
    "wrong": wrong,
}


def _hers(batch: Batch, delivery: Delivery) -> Opinion | Never:
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    if opinion is None:
        return GONE
    return opinion if batch.material.is_author(delivery.account_id, opinion) else NOT_FOR_THEM


async def _asked(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    opinion = _hers(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    if opinion.state is not OpinionState.NEEDS_DETAIL or not opinion.question:
        return GONE
    key = "notice-asked-again" if delivery.payload.get("again") else "notice-asked"
    text = say(key, code=code(batch.tx.commune, opinion), question=opinion.question)
    unsure_button = (say.plain("button-unsure"), f"r:unsure:{opinion.id}")
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard([unsure_button]))


async def _verdict(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    opinion = _hers(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    is_petition = opinion.verdict is Verdict.BEYOND_AUTHORITY and opinion.state is OpinionState.ACCEPTED
    if opinion.verdict is None or not (is_petition or opinion.state is OpinionState.REDIRECTED):
        return GONE
    commune = batch.tx.commune
    see = (say.plain("button-see", code=code(commune, opinion)), f"r:see:{opinion.id}")
    return SendMessage(chat_id=0, text=decided(say, commune, opinion, opinion.verdict), reply_markup=keyboard([see]))


async def _transcribed(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    opinion = _hers(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    shown = await splitting.shown_of(batch.tx, opinion)
    if not shown or shown[0].transcription is not Transcription.ASKED:
        return GONE
    commune = batch.tx.commune
    parts = [each for each in shown if each.state is not OpinionState.WITHDRAWN]
    lines = [say("written-line", code=code(commune, each), words=cut(each.text, LONGEST_LINE)) for each in parts]
    key = "notice-written" if splitting.is_written(opinion) else "notice-split"
    text = say(key, code=code(commune, opinion), count=len(parts), list=Html("\n".join(lines)))
    buttons = [
        (say.plain("button-written-right"), f"r:right:{opinion.id}"),
        (say.plain("button-written-wrong"), f"r:wrong:{opinion.id}"),
    ]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(buttons))


KINDS: Mapping[str, Kind] = {QUESTION: _asked, "verdict": _verdict, "transcribed": _transcribed}
"""Notices to an author, or to whoever entered it for her."""
