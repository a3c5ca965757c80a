"""An official edits a message that he wrote an answer in: the draft changes with it, until it is on its way."""

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from handlers.filters import Allowed
from handlers.incoming import words_of
from handlers.keyboards import Choice, keyboard
from handlers.official import correcting, papers
from handlers.official.answering import said_in, say_or_amend, split_code
from handlers.official.drafting import draft_in_hand, preview, review_buttons
from handlers.official.states import Answering
from handlers.official.talk import official_of
from handlers.telling import code
from handlers.turn import Turn
from storage import answers, approval, issues, opinions, writing
from storage.answers import MAX_ANSWER
from storage.lengths import units
from storage.models import Answer, Opinion
from storage.rights import Right
from storage.states import AnswerState


def build() -> Router:
    router = Router(name="rewriting")
    router.edited_message.register(take, Allowed(Right.ANSWER))
    return router


async def take(message: Message, turn: Turn, state: FSMContext) -> None:
    """What he edited, if an answer of his holds it; anything else may be an opinion of his own."""
    official, said, words = official_of(turn), said_in(turn, message), _words(turn, message)
    written = await writing.of_message(turn.tx, official, said) if words else None
    if written is None:
        raise SkipHandler
    answer = written.answer
    shown = code(turn.tx.commune, answer.opinion)
    opinion = await opinions.visible(turn.tx, official, opinion_id=answer.opinion_id)
    if opinion is None:
        await message.answer(turn.say("o-matter-gone"))
    elif answer.state is not AnswerState.DRAFT:
        text = turn.say("o-edit-too-late", code=shown, state=answer.state.value)
        choices = await _instead(turn, opinion, answer)
        await message.answer(text, reply_markup=keyboard(choices) if choices else None)
    elif not written.stands:
        await message.answer(turn.say("o-edit-older", code=shown), reply_markup=keyboard([_review(turn, answer)]))
    elif (over := units(words) - MAX_ANSWER) > 0:
        text = turn.say("o-answer-too-long", length=MAX_ANSWER + over, limit=MAX_ANSWER, over=over)
        await message.answer(text, reply_markup=keyboard([_review(turn, answer)]))
    else:
        answers.rewrite(turn.tx, answer, words)
        answers.note_document(answer, *(papers.find(words, issues.today(turn.tx)) or (None, None)))
        writing.note(turn.tx, answer, official, said)
        await _show(message, turn, state, opinion, answer)


def _words(turn: Turn, message: Message) -> str:
    """The words of the answer alone, if they were typed after a command and a code."""
    words = words_of(message)
    if not words.startswith("/"):
        return words
    _, _, after = words.partition(" ")
    return split_code(after, turn.tx.commune.short_code)[2].strip()


async def _show(message: Message, turn: Turn, state: FSMContext, opinion: Opinion, answer: Answer) -> None:
    """The preview in its place while it is in hand; otherwise the way to it, and what is in hand goes on."""
    in_hand = await draft_in_hand(turn, state)
    if in_hand is None or in_hand.id != answer.id or await state.get_state() != Answering.review.state:
        text = turn.say("o-answer-edited", code=code(turn.tx.commune, opinion))
        await message.answer(text, reply_markup=keyboard([_review(turn, answer)]))
        return
    text, markup = await preview(turn, opinion, answer), await review_buttons(turn, answer)
    shown_id = (await state.get_data()).get("shown_id")
    await state.update_data({"shown_id": await say_or_amend(message, turn, text, markup, shown_id)})


def _review(turn: Turn, answer: Answer) -> Choice:
    return turn.say.plain("o-button-review"), f"o:review:{answer.id}"


async def _instead(turn: Turn, opinion: Opinion, answer: Answer) -> list[Choice]:
    """What changes an answer that is on its way, or out."""
    if answer.state is AnswerState.RELEASED:
        return await correcting.offer(turn, opinion)
    is_own = answer.state is AnswerState.SUBMITTED and answer.official_id == official_of(turn).id
    if is_own or await approval.may_approve(turn.tx, official_of(turn), answer):
        return [(turn.say.plain("o-button-recall"), f"o:recall:{answer.id}")]
    return []
