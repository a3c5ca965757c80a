"""[Hỏi lại]: one of three ready questions, or one that the clerk types."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import cards
from handlers.filters import Allowed, Chosen, Picked
from handlers.keyboards import keyboard
from handlers.official import judging, sorting
from handlers.official.judging import Typed
from handlers.official.states import Judging
from handlers.official.talk import alert, change, is_about, official_of
from handlers.telling import code, cut
from handlers.turn import Turn
from storage import asking
from storage.asking import MAX_WORDS, AlreadyProposed, NobodyToAsk
from storage.models import Opinion
from storage.rights import Right
from storage.states import ForbiddenMove

QUESTION = 200
"""Characters of the opinion that stand above what can be done with it."""

READY = {"where": "question-where", "when": "question-when", "photo": "question-photo"}
"""The ready questions, by the word of their button."""


def build() -> Router:
    router = Router(name="asking")
    allowed = Allowed(Right.SORT)
    router.callback_query.register(choose, Picked("o:ask"), allowed)
    router.callback_query.register(ask, Chosen("o:asked"), allowed)
    router.message.register(take_question, StateFilter(Judging.question), Typed(), allowed)
    return router


async def choose(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Hỏi lại]: what to ask."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    shown = code(turn.tx.commune, opinion)
    text = turn.say("o-ask", code=shown, words=cards.quote(turn.say, cut(opinion.text, QUESTION)))
    choices = [
        (turn.say.plain("o-button-ask-where"), f"o:asked:{opinion.id}:where"),
        (turn.say.plain("o-button-ask-when"), f"o:asked:{opinion.id}:when"),
        (turn.say.plain("o-button-ask-photo"), f"o:asked:{opinion.id}:photo"),
        (turn.say.plain("o-button-ask-other"), f"o:asked:{opinion.id}:other"),
        judging.back_choice(turn, opinion),
    ]
    await change(callback, text, keyboard(choices))
    is_about(turn, opinion)


async def ask(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    if word in READY:
        await _ask(callback, turn, opinion, judging.in_vietnamese(turn, READY[word]))
    else:
        text = turn.say("o-ask-type", code=code(turn.tx.commune, opinion))
        await judging.ask_to_type(callback, turn, state, opinion, Judging.question, text)


async def take_question(message: Message, turn: Turn, state: FSMContext) -> None:
    opinion = await judging.typed_about(message, turn, state)
    if opinion is None:
        return
    question = " ".join((message.text or "").split())
    if not question or len(question) > MAX_WORDS:
        text = turn.say("o-words-too-long", length=len(question), limit=MAX_WORDS)
        await message.answer(text, reply_markup=judging.back_button(turn, opinion))
        return
    await judging.put_down(state)
    await _ask(message, turn, opinion, question)


async def _ask(event: Message | CallbackQuery, turn: Turn, opinion: Opinion, question: str) -> None:
    shown = code(turn.tx.commune, opinion)
    try:
        done = await asking.ask(turn.tx, opinion, official_of(turn), question)
    except NobodyToAsk:
        if isinstance(event, CallbackQuery):
            await alert(event, turn.say.plain("o-ask-nobody", code=shown))
        else:
            await event.answer(turn.say("o-ask-nobody", code=shown), reply_markup=judging.back_button(turn, opinion))
        return
    except (ForbiddenMove, AlreadyProposed):
        await judging.overtaken(event, turn, opinion)
        return
    await turn.tx.session.flush()
    await sorting.advance(event, turn, turn.say("o-asked", code=shown, question=question), done.id)
