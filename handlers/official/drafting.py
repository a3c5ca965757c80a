"""An answer being written: what is in hand, how it is shown before it goes, and the buttons under it."""

from datetime import date
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.dates import find_day
from handlers.keyboards import Choice, keyboard
from handlers.official import approvalcards, papers
from handlers.official.approvalcards import QUESTION
from handlers.official.states import Answering
from handlers.official.talk import alert, official_of, tell
from handlers.telling import code, cut
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import answers, issues, opinions, submitted, writing
from storage.models import Answer, Opinion, Outcome, Role
from storage.states import AnswerState

BY_BUTTON = {
    Outcome.DONE: "o-button-done",
    Outcome.EXPLAINED: "o-button-explained",
    Outcome.NO_RESOURCES: "o-button-no-resources",
    Outcome.HIGHER_AUTHORITY: "o-button-higher-authority",
}


async def unfinished(turn: Turn) -> tuple[Html | None, list[Choice]]:
    """What he began to write and left: how many, and the way on with the oldest; nothing without any."""
    found = await writing.unfinished(turn.tx, official_of(turn))
    if not found:
        return None, []
    shown = code(turn.tx.commune, found[0].opinion)
    button = (turn.say.plain("o-button-unfinished", code=shown), f"o:review:{found[0].id}")
    return turn.say("o-unfinished", count=len(found)), [button]


async def say_to(event: Message | CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    """A new message below what was typed or tapped."""
    if isinstance(event, CallbackQuery):
        await tell(event, text, markup)
    else:
        await event.answer(text, reply_markup=markup)


def came_back_line(say: Say, answer: Answer) -> Html:
    """Why a draft that was submitted is with its writer again, and its beginning."""
    kept = cards.quote(say, cut(answer.text, QUESTION))
    if answer.returned_at is None:
        return say("o-answer-recalled", answer=kept)
    reason = cards.quote(say, answer.returned_reason) if answer.returned_reason else say("o-send-back-spoken")
    return say("o-answer-came-back", reason=reason, answer=kept)


async def opinion_in_hand(turn: Turn, state: FSMContext) -> Opinion | None:
    opinion_id = (await state.get_data()).get("opinion_id")
    return await opinions.visible(turn.tx, official_of(turn), opinion_id=opinion_id) if opinion_id else None


async def draft_in_hand(turn: Turn, state: FSMContext) -> Answer | None:
    answer_id = (await state.get_data()).get("answer_id")
    answer = await answers.own(turn.tx, official_of(turn), answer_id) if answer_id else None
    return answer if answer is not None and answer.state is AnswerState.DRAFT else None


async def draft_behind(callback: CallbackQuery, turn: Turn, answer_id: int) -> Answer | None:
    """The draft whose button was tapped; when it is gone, or has gone on, that is said and None returned."""
    answer = await answers.own(turn.tx, official_of(turn), answer_id)
    if answer is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if answer.state is AnswerState.DRAFT:
        return answer
    shown = code(turn.tx.commune, answer.opinion)
    if answer.state is AnswerState.RELEASED:
        at = cards.say_instant(turn.tx.commune, answer.released_at or turn.tx.now)
        await alert(callback, turn.say.plain("o-answer-already-sent", code=shown, at=at))
    else:
        await alert(callback, turn.say.plain("o-answer-on-its-way", code=shown))
    return None


async def put_down(state: FSMContext, answer: Answer) -> None:
    """Ends the writing of this answer; another one that is being written goes on."""
    if (await state.get_data()).get("answer_id") == answer.id:
        await state.clear()


async def take_up(state: FSMContext, answer: Answer, where: Any, **more: object) -> None:
    """Goes on with the writing of this answer."""
    await state.set_state(where)
    ids = {"opinion_id": answer.opinion_id, "answer_id": answer.id, "replaces_id": answer.replaces_id}
    await state.set_data({**ids, **more})


async def preview(turn: Turn, opinion: Opinion, answer: Answer) -> Html:
    """The answer exactly as those who asked will read it, and what is asked of its writer."""
    commune, say = turn.tx.commune, turn.say
    approver = await submitted.likely_approver(turn.tx, answer)
    files = cards.answer_files(say, answer)
    asked = "o-preview-send"
    if approver is not None:
        asked = "o-preview-own" if official_of(turn).role is Role.LEADER else "o-preview-submit"
    lines = [
        say("o-answer-preview-files", files=files) if files else Html(""),
        approvalcards.document_line(say, answer),
        say(asked),
    ]
    below = Html("\n".join(line for line in lines if line))
    body = cards.answer_body(say, commune, answer, approver)
    count = await answers.audience_of(turn.tx, answer)
    if answer.replaces_id is not None:
        note = answer.change_note or "…"
        return say("o-correction-preview", code=code(commune, opinion), note=note, count=count, body=body, below=below)
    return say(
        "o-answer-preview",
        code=code(commune, opinion),
        question=cards.quote(say, cut(opinion.text, QUESTION)),
        count=count,
        body=body,
        below=below,
    )


async def review_buttons(turn: Turn, answer: Answer) -> InlineKeyboardMarkup:
    """What can be done with an answer that is written: by what it says of the matter where a leader approves."""
    say = turn.say
    today = issues.today(turn.tx)
    day = find_day(papers.without(answer.text, today), today)
    if await answers.needs_approval(turn.tx):
        choices = outcome_choices(turn, answer, day)
    else:
        choices = [(say.plain("o-button-send-answer"), f"o:send:{answer.id}")]
        if day is not None:
            label = say.plain("o-button-send-promise", day=f"{day:%d/%m/%Y}")
            choices.append((label, f"o:sendby:{answer.id}:{day:%Y%m%d}"))
    choices += [
        (say.plain("o-button-edit"), f"o:edit:{answer.id}"),
        (say.plain("o-button-discard"), f"o:drop:{answer.id}"),
    ]
    return keyboard(choices)


def outcome_choices(turn: Turn, answer: Answer, day: date | None) -> list[Choice]:
    """One tap submits: a day that the words name is offered as the promise, and only the tap promises it."""
    say = turn.say
    if day is not None:
        promise = (say.plain("o-button-promised-by", day=f"{day:%d/%m/%Y}"), f"o:submit:{answer.id}:{day:%Y%m%d}")
    else:
        promise = (say.plain("o-button-promised-when"), f"o:submit:{answer.id}:{Outcome.PROMISED}")
    return [promise, *((say.plain(key), f"o:submit:{answer.id}:{outcome}") for outcome, key in BY_BUTTON.items())]


def quit_button(turn: Turn) -> InlineKeyboardMarkup:
    return keyboard([(turn.say.plain("o-button-discard"), "o:quit")])


async def show_review(
    event: Message | CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion, answer: Answer
) -> None:
    """Shows what is written, below, with its buttons."""
    await take_up(state, answer, Answering.review)
    await say_to(event, await preview(turn, opinion, answer), await review_buttons(turn, answer))
