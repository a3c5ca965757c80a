"""Answering: words, photos and papers gathered, shown with the question, then released by one button."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Picked, RepliesToCard, command
from handlers.incoming import file_of, words_of
from handlers.keyboards import keyboard
from handlers.official.states import Answering
from handlers.official.talk import alert, change, is_about, no_longer_open, official_of, tell
from handlers.telling import code, cut
from handlers.turn import Turn
from handlers.words import Html
from storage import answers, files, opinions
from storage.answers import ANSWERABLE, MAX_ANSWER
from storage.commune import parse_code
from storage.files import Refused
from storage.lengths import units
from storage.models import Answer, Opinion
from storage.rights import Right
from storage.states import AnswerState, ForbiddenMove

QUESTION = 200
"""Characters of the question above the preview: the answer itself is shown whole."""

REFUSED = {
    Refused.TOO_LARGE: "o-file-too-large",
    Refused.TOO_MANY: "o-file-too-many",
    Refused.WRONG_TYPE: "o-file-wrong-type",
}

CONTENT = F.text | F.photo | F.document


def build() -> Router:
    router = Router(name="answering")
    allowed = Allowed(Right.ANSWER)
    router.message.register(by_command, command("traloi"), allowed)
    router.message.register(by_reply, CONTENT, ~F.text.startswith("/"), allowed, RepliesToCard())
    router.message.register(more, StateFilter(Answering.words), F.text, ~F.text.startswith("/"), allowed)
    router.message.register(more, StateFilter(Answering), F.photo | F.document, allowed)
    router.message.register(remind_of_preview, StateFilter(Answering.review), F.text, ~F.text.startswith("/"), allowed)
    router.message.register(refuse_kind, StateFilter(Answering), ~F.text, allowed)
    router.message.register(refuse_kind, ~F.text, allowed, RepliesToCard())
    router.callback_query.register(begin, Picked("o:answer"), allowed)
    router.callback_query.register(send, Picked("o:send"), allowed)
    router.callback_query.register(edit, Picked("o:edit"), allowed)
    router.callback_query.register(drop, Picked("o:drop"), allowed)
    return router


def split_code(text: str, short_code: str) -> tuple[str, int | None, str]:
    """The code at the beginning of `text` as typed ("KX-12", "kx 12", "12"), its number, and what follows."""
    for words in (2, 1):
        found = text.split(maxsplit=words)
        typed = " ".join(found[:words])
        number = parse_code(typed.rstrip(":.,;"), short_code)
        if number is not None:
            return typed, number, found[words] if len(found) > words else ""
    first, _, rest = text.partition(" ")
    return first, None, rest


async def by_command(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    short_code = turn.tx.commune.short_code
    if not command.args:
        await message.answer(turn.say("o-answer-how", code=f"{short_code}-12"))
        return
    typed, number, text = split_code(command.args, short_code)
    opinion = await opinions.visible(turn.tx, official_of(turn), number=number) if number is not None else None
    if opinion is None:
        await message.answer(turn.say("o-code-unknown", code=typed[:40]))
        return
    await _gather(message, turn, state, opinion, text)


async def by_reply(message: Message, turn: Turn, state: FSMContext, behind: int) -> None:
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=behind)
    if opinion is None:
        await message.answer(turn.say("o-matter-gone"))
        return
    await _gather(message, turn, state, opinion, words_of(message))


async def more(message: Message, turn: Turn, state: FSMContext) -> None:
    opinion = await _opinion_in_hand(turn, state)
    if opinion is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    await _gather(message, turn, state, opinion, words_of(message))


async def remind_of_preview(message: Message, turn: Turn, state: FSMContext) -> None:
    opinion = await _opinion_in_hand(turn, state)
    answer = await _draft_in_hand(turn, state)
    if opinion is None or answer is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    await message.answer(
        turn.say("o-preview-waits", code=code(turn.tx.commune, opinion)), reply_markup=_review_buttons(turn, answer)
    )


async def refuse_kind(message: Message, turn: Turn) -> None:
    await message.answer(turn.say("o-answer-kinds"), reply_markup=_quit_button(turn))


async def begin(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await tell(callback, turn.say("o-matter-gone"))
        return
    if opinion.state not in ANSWERABLE:
        await tell(callback, await no_longer_open(turn, opinion))
        return
    await state.set_state(Answering.words)
    await state.set_data({"opinion_id": opinion.id})
    await tell(callback, turn.say("o-answer-ask", code=code(turn.tx.commune, opinion)), _quit_button(turn))
    is_about(turn, opinion)


async def _opinion_in_hand(turn: Turn, state: FSMContext) -> Opinion | None:
    opinion_id = (await state.get_data()).get("opinion_id")
    return await opinions.visible(turn.tx, official_of(turn), opinion_id=opinion_id) if opinion_id else None


async def _draft_in_hand(turn: Turn, state: FSMContext) -> Answer | None:
    answer_id = (await state.get_data()).get("answer_id")
    answer = await answers.own(turn.tx, official_of(turn), answer_id) if answer_id else None
    return answer if answer is not None and answer.state is AnswerState.DRAFT else None


async def _gather(message: Message, turn: Turn, state: FSMContext, opinion: Opinion, text: str) -> None:
    """Takes words or a file into the answer that is being written to this opinion, and shows where it stands."""
    if opinion.state not in ANSWERABLE:
        await message.answer(await no_longer_open(turn, opinion))
        return
    official, data = official_of(turn), await state.get_data()
    answer = await _draft_in_hand(turn, state)
    if answer is not None and answer.opinion_id != opinion.id:
        answer = None
    if answer is None:
        data = {"opinion_id": opinion.id}
    file, fits = file_of(message), units(text.strip()) <= MAX_ANSWER
    if answer is None and (file is not None or (text.strip() and fits)):
        answer = await answers.draft(turn.tx, opinion, official, "")
        data["answer_id"] = answer.id
    refused = files.attach(turn.tx, turn.caller.account, answer, file) if file is not None and answer else None
    if text.strip() and fits and answer is not None:
        answers.rewrite(turn.tx, answer, text)
    problem = None
    if refused is not None:
        problem = turn.say(REFUSED[refused])
    elif not fits:
        over = units(text.strip()) - MAX_ANSWER
        problem = turn.say("o-answer-too-long", length=MAX_ANSWER + over, limit=MAX_ANSWER, over=over)
    await _show(message, turn, state, opinion, answer, data, problem)


async def _show(
    message: Message,
    turn: Turn,
    state: FSMContext,
    opinion: Opinion,
    answer: Answer | None,
    data: dict[str, Any],
    problem: Html | None,
) -> None:
    shown_id = data.pop("shown_id", None)
    is_ready = answer is not None and answer.text and problem is None
    await state.set_state(Answering.review if is_ready else Answering.words)
    if problem is not None:
        await message.answer(problem, reply_markup=_quit_button(turn))
    elif answer is None or not answer.text:
        held = cards.answer_files(turn.say, answer) if answer else None
        shown = code(turn.tx.commune, opinion)
        text = turn.say("o-answer-held", code=shown, files=held) if held else turn.say("o-answer-ask", code=shown)
        data["shown_id"] = await _say_or_amend(message, turn, text, _quit_button(turn), shown_id)
    else:
        text = await _preview(turn, opinion, answer)
        only_a_file = bool(message.photo or message.document) and not message.caption
        data["shown_id"] = await _say_or_amend(
            message, turn, text, _review_buttons(turn, answer), shown_id if only_a_file else None
        )
    await state.set_data(data)


async def _say_or_amend(
    message: Message, turn: Turn, text: Html, markup: InlineKeyboardMarkup, shown_id: int | None
) -> int:
    """Says it, or puts it in the place of the message that the files of one album already made; its outbox id."""
    if shown_id is not None and not turn.numbered:
        await turn.amend(shown_id, text, markup)
        return shown_id
    await message.answer(text, reply_markup=markup)
    return await turn.reply_id()


async def _preview(turn: Turn, opinion: Opinion, answer: Answer) -> Html:
    commune = turn.tx.commune
    files_shown = cards.answer_files(turn.say, answer)
    return turn.say(
        "o-answer-preview",
        code=code(commune, opinion),
        question=cards.quote(turn.say, cut(opinion.text, QUESTION)),
        count=await answers.audience(turn.tx, opinion),
        body=cards.answer_body(turn.say, commune, answer),
        files=turn.say("o-answer-preview-files", files=files_shown) if files_shown else Html(""),
    )


def _review_buttons(turn: Turn, answer: Answer) -> InlineKeyboardMarkup:
    return keyboard(
        [
            (turn.say.plain("o-button-send-answer"), f"o:send:{answer.id}"),
            (turn.say.plain("o-button-edit"), f"o:edit:{answer.id}"),
            (turn.say.plain("o-button-discard"), f"o:drop:{answer.id}"),
        ]
    )


def _quit_button(turn: Turn) -> InlineKeyboardMarkup:
    return keyboard([(turn.say.plain("o-button-discard"), "o:quit")])


async def _draft_behind(callback: CallbackQuery, turn: Turn, answer_id: int) -> Answer | None:
    """The draft whose button was tapped; when it is gone or has gone out, that is said and None returned."""
    answer = await answers.own(turn.tx, official_of(turn), answer_id)
    if answer is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if answer.state is not AnswerState.DRAFT:
        at = answer.released_at or turn.tx.now
        shown = code(turn.tx.commune, answer.opinion)
        instant = cards.say_instant(turn.tx.commune, at)
        await alert(callback, turn.say.plain("o-answer-already-sent", code=shown, at=instant))
        return None
    return answer


async def _put_down(state: FSMContext, answer: Answer) -> None:
    """Ends the writing of this answer; another one that is being written goes on."""
    if (await state.get_data()).get("answer_id") == answer.id:
        await state.clear()


async def send(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    answer = await _draft_behind(callback, turn, picked)
    if answer is None:
        return
    official = official_of(turn)
    opinion = await opinions.visible(turn.tx, official, opinion_id=answer.opinion_id)
    if opinion is None or not answer.text:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await _put_down(state, answer)
    try:
        told = await answers.release(turn.tx, answer, official)
    except ForbiddenMove:
        sentence = await no_longer_open(turn, opinion)
        await answers.discard(turn.tx, answer)
        await change(callback, sentence)
        return
    await change(callback, turn.say("o-answer-sent", code=code(turn.tx.commune, opinion), count=told))


async def edit(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    answer = await _draft_behind(callback, turn, picked)
    if answer is None:
        return
    await state.set_state(Answering.words)
    await state.set_data({"opinion_id": answer.opinion_id, "answer_id": answer.id})
    shown = code(turn.tx.commune, answer.opinion)
    key = "o-answer-rewrite-files" if answer.attachments else "o-answer-rewrite"
    await tell(callback, turn.say(key, code=shown), _quit_button(turn))


async def drop(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    answer = await _draft_behind(callback, turn, picked)
    if answer is None:
        return
    await _put_down(state, answer)
    shown = code(turn.tx.commune, answer.opinion)
    await answers.discard(turn.tx, answer)
    await change(callback, turn.say("o-answer-dropped", code=shown))
