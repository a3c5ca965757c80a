"""The buttons under a written answer: sent at once, or before the leader by what it says of the matter."""

from datetime import date, datetime

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.cards import say_hour
from handlers.dates import ImpossibleDate, PastDate, UnreadableDate, parse_day
from handlers.filters import Allowed, Chosen, Picked
from handlers.incoming import words_of
from handlers.keyboards import keyboard
from handlers.official import approvalcards
from handlers.official.drafting import (
    draft_behind,
    draft_in_hand,
    opinion_in_hand,
    preview,
    put_down,
    quit_button,
    review_buttons,
    show_review,
    take_up,
)
from handlers.official.reaching import with_leader
from handlers.official.states import Answering
from handlers.official.talk import alert, change, is_about, no_longer_open, official_of, tell
from handlers.telling import code
from handlers.turn import Turn
from handlers.words import Html
from storage import answers, approval, issues, opinions
from storage.models import Answer, Opinion, Outcome
from storage.rights import Right
from storage.states import AnswerState, ForbiddenMove


def build() -> Router:
    router = Router(name="submitting")
    allowed = Allowed(Right.ANSWER)
    router.callback_query.register(send, Picked("o:send"), allowed)
    router.callback_query.register(send_promise, Chosen("o:sendby"), allowed)
    router.callback_query.register(submit, Chosen("o:submit"), allowed)
    router.message.register(take_day, StateFilter(Answering.day), F.text, ~F.text.startswith("/"), allowed)
    router.callback_query.register(review, Picked("o:review"), allowed)
    router.callback_query.register(edit, Picked("o:edit"), allowed)
    router.callback_query.register(drop, Picked("o:drop"), allowed)
    return router


async def _whole(callback: CallbackQuery, turn: Turn, picked: int) -> tuple[Answer, Opinion] | None:
    """The written draft whose button was tapped and what it answers; when there is none, that is said."""
    answer = await draft_behind(callback, turn, picked)
    if answer is None:
        return None
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=answer.opinion_id)
    if opinion is None or not answer.text:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    return answer, opinion


async def send(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Gửi trả lời], where no leader approves."""
    await _send(callback, turn, state, picked, None)


async def send_promise(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """[Gửi, hẹn xong …]."""
    day = _day(word)
    if day is None or day <= issues.today(turn.tx):
        await alert(callback, turn.say.plain("o-promise-past"))
        return
    await _send(callback, turn, state, picked, day)


def _day(word: str) -> date | None:
    try:
        return datetime.strptime(word, "%Y%m%d").date()  # noqa: DTZ007  a day has no zone
    except ValueError:
        return None


async def _send(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, promised: date | None) -> None:
    found = await _whole(callback, turn, picked)
    if found is None:
        return
    answer, opinion = found
    if await answers.needs_approval(turn.tx):
        # The button is from before: now a leader approves first.
        await take_up(state, answer, Answering.review)
        await change(callback, await preview(turn, opinion, answer), await review_buttons(turn, answer))
        return
    await put_down(state, answer)
    outcome = Outcome.EXPLAINED if promised is None else Outcome.PROMISED
    try:
        answers.conclude(turn.tx, answer, outcome, promised)
        told = await answers.release(turn.tx, answer, official_of(turn))
    except ForbiddenMove:
        await _give_up(callback, turn, opinion, answer)
        return
    done = turn.say("o-answer-sent", code=code(turn.tx.commune, opinion), count=told)
    heard = turn.tx.commune.after_quiet(turn.tx.now)
    if told and heard != turn.tx.now:
        done = Html(f"{done} {turn.say('o-sent-in-the-morning', hour=say_hour(turn.tx.commune, heard))}")
    await change(callback, done)


async def _give_up(callback: CallbackQuery, turn: Turn, opinion: Opinion, answer: Answer) -> None:
    """Somebody was faster: says who, and lets go of what was written."""
    sentence = await no_longer_open(turn, opinion)
    await answers.discard(turn.tx, answer)
    await change(callback, sentence)


async def submit(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """An outcome: what was written goes to the leader; a promise without a day is asked for one."""
    if word == Outcome.PROMISED:
        await _ask_day(callback, turn, state, picked)
        return
    day = _day(word)
    if day is None and word not in set(Outcome):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    if day is not None and day <= issues.today(turn.tx):
        await alert(callback, turn.say.plain("o-promise-past"))
        return
    found = await _whole(callback, turn, picked)
    if found is None:
        return
    answer, opinion = found
    await put_down(state, answer)
    outcome = Outcome.PROMISED if day is not None else Outcome(word)
    if await _submit(callback, turn, opinion, answer, outcome, day):
        await change(callback, *await submitted_card(turn, answer))
        is_about(turn, opinion)


async def _submit(
    callback: CallbackQuery, turn: Turn, opinion: Opinion, answer: Answer, outcome: Outcome, day: date | None
) -> bool:
    try:
        await approval.submit(turn.tx, answer, official_of(turn), outcome, day)
    except ForbiddenMove:
        await _give_up(callback, turn, opinion, answer)
        return False
    return True


async def submitted_card(turn: Turn, answer: Answer) -> tuple[Html, InlineKeyboardMarkup]:
    """What is said once an answer is with the leader, or approved by the leader who wrote it."""
    say, commune = turn.say, turn.tx.commune
    issue = await issues.by_id(turn.tx, answer.issue_id or 0)
    line = approvalcards.outcome_said(say, commune, answer, issue.unit_id if issue else None)
    shown = code(commune, answer.opinion)
    if answer.state is AnswerState.APPROVED:
        text = say("o-submitted-own", code=shown, outcome=line, goes=approvalcards.goes_soon(say, turn.tx, answer))
    else:
        text = await with_leader(turn, say("o-submitted", code=shown, outcome=line))
    return text, keyboard([(say.plain("o-button-recall"), f"o:recall:{answer.id}")])


async def _ask_day(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    found = await _whole(callback, turn, picked)
    if found is None:
        return
    answer, opinion = found
    await take_up(state, answer, Answering.day)
    await tell(callback, turn.say("o-promise-ask", code=code(turn.tx.commune, opinion)), quit_button(turn))


async def take_day(message: Message, turn: Turn, state: FSMContext) -> None:
    """The day by which what is promised will be done: typed, then said back in what was submitted."""
    opinion, answer = await opinion_in_hand(turn, state), await draft_in_hand(turn, state)
    if opinion is None or answer is None or not answer.text:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    day = await read_day(message, turn)
    if day is None:
        return
    await state.clear()
    try:
        await approval.submit(turn.tx, answer, official_of(turn), Outcome.PROMISED, day)
    except ForbiddenMove:
        sentence = await no_longer_open(turn, opinion)
        await answers.discard(turn.tx, answer)
        await message.answer(sentence)
        return
    text, markup = await submitted_card(turn, answer)
    await message.answer(text, reply_markup=markup)
    is_about(turn, opinion)


async def read_day(message: Message, turn: Turn) -> date | None:
    """A day after today in what was typed; when there is none, how to type one is said."""
    typed = words_of(message)
    try:
        day = parse_day(typed, issues.today(turn.tx))
    except UnreadableDate:
        key = "o-answers-day-unreadable"
    except ImpossibleDate:
        key = "o-answers-day-impossible"
    except PastDate:
        key = "o-answers-day-past"
    else:
        if day > issues.today(turn.tx):
            return day
        key = "o-answers-day-past"
    await message.answer(turn.say(key, typed=typed[:40]), reply_markup=quit_button(turn))
    return None


async def review(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Xem lại]: what came back, shown again with its buttons."""
    found = await _whole(callback, turn, picked)
    if found is not None:
        await show_review(callback, turn, state, found[1], found[0])


async def edit(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Sửa]: the next words take the place of those that stand; files stay."""
    answer = await draft_behind(callback, turn, picked)
    if answer is None:
        return
    await take_up(state, answer, Answering.words)
    shown = code(turn.tx.commune, answer.opinion)
    key = "o-answer-rewrite-files" if answer.attachments else "o-answer-rewrite"
    await tell(callback, turn.say(key, code=shown), quit_button(turn))


async def drop(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Bỏ]: the draft and its files are deleted."""
    answer = await draft_behind(callback, turn, picked)
    if answer is None:
        return
    await put_down(state, answer)
    shown = code(turn.tx.commune, answer.opinion)
    key = "o-correction-dropped" if answer.replaces_id is not None else "o-answer-dropped"
    await answers.discard(turn.tx, answer)
    await change(callback, turn.say(key, code=shown))
