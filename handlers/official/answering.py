"""Answering: words, photos and papers gathered, shown as those who asked will read them, then sent by one button."""

from typing import Any

from aiogram import F, Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Chosen, Picked, RepliesToCard, command
from handlers.incoming import file_of, words_of
from handlers.keyboards import Choice, keyboard
from handlers.official import papers
from handlers.official.drafting import (
    came_back_line,
    draft_in_hand,
    opinion_in_hand,
    preview,
    quit_button,
    review_buttons,
    say_to,
    show_review,
)
from handlers.official.states import Answering
from handlers.official.talk import change, is_about, no_longer_open, official_of, tell
from handlers.telling import code, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import answers, files, issues, opinions, submitted, writing
from storage.answers import ANSWERABLE, MAX_ANSWER, MAX_NOTE
from storage.commune import parse_code
from storage.files import Refused
from storage.lengths import units
from storage.models import Answer, Opinion
from storage.rights import Right
from storage.states import AnswerState

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
    router.message.register(take_note, StateFilter(Answering.note), F.text, ~F.text.startswith("/"), allowed)
    router.message.register(more, StateFilter(Answering), F.photo | F.document, allowed)
    router.message.register(remind_of_preview, StateFilter(Answering.review), F.text, ~F.text.startswith("/"), allowed)
    router.message.register(refuse_kind, StateFilter(Answering), ~F.text, allowed)
    router.message.register(refuse_kind, ~F.text, allowed, RepliesToCard())
    router.callback_query.register(begin, Picked("o:answer"), allowed)
    router.callback_query.register(show_template, Chosen("o:template"), allowed)
    router.callback_query.register(take_template, Chosen("o:take"), allowed)
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
    await _gather(message, turn, state, await _asked(turn, opinion), text)


async def by_reply(message: Message, turn: Turn, state: FSMContext, behind: int) -> None:
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=behind)
    if opinion is None:
        await message.answer(turn.say("o-matter-gone"))
        return
    await _gather(message, turn, state, await _asked(turn, opinion), words_of(message))


async def _asked(turn: Turn, opinion: Opinion) -> Opinion:
    """The opinion that an answer is written to: of a matter with many voices the first that still waits for one.

    Its code names the matter on every other card.
    """
    if opinion.issue is None:
        return opinion
    for each in await issues.opinions_of(turn.tx, opinion.issue):
        if each.state in ANSWERABLE:
            return await opinions.visible(turn.tx, official_of(turn), opinion_id=each.id) or opinion
    return opinion


async def more(message: Message, turn: Turn, state: FSMContext) -> None:
    opinion = await opinion_in_hand(turn, state)
    if opinion is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    await _gather(message, turn, state, opinion, words_of(message))


async def remind_of_preview(message: Message, turn: Turn, state: FSMContext) -> None:
    opinion = await opinion_in_hand(turn, state)
    answer = await draft_in_hand(turn, state)
    if opinion is None or answer is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    key = "o-preview-waits-submit" if await answers.needs_approval(turn.tx) else "o-preview-waits"
    await message.answer(
        turn.say(key, code=code(turn.tx.commune, opinion)), reply_markup=await review_buttons(turn, answer)
    )


async def refuse_kind(message: Message, turn: Turn) -> None:
    await message.answer(turn.say("o-answer-kinds"), reply_markup=quit_button(turn))


async def begin(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Trả lời], [Viết trả lời]: the next words are the answer."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await tell(callback, turn.say("o-matter-gone"))
        return
    opinion = await _asked(turn, opinion)
    if (sentence := await _closed(turn, opinion)) is not None:
        await tell(callback, *sentence)
        return
    came_back = await answers.sent_back(turn.tx, official_of(turn), opinion)
    await state.set_state(Answering.words)
    await state.set_data({"opinion_id": opinion.id, "answer_id": came_back.id if came_back else None})
    text, choices = turn.say("o-answer-ask", code=code(turn.tx.commune, opinion)), _ask_choices(turn, opinion)
    if came_back is not None:
        text = Html(f"{came_back_line(turn.say, came_back)}\n{text}")
        choices.insert(0, (turn.say.plain("o-button-review"), f"o:review:{came_back.id}"))
    await tell(callback, text, keyboard(choices))
    is_about(turn, opinion)


def _ask_choices(turn: Turn, opinion: Opinion) -> list[Choice]:
    choices = [(turn.say.plain("o-button-discard"), "o:quit")]
    if _templates(turn, opinion):
        choices.insert(0, (turn.say.plain("o-button-template"), f"o:template:{opinion.id}:0"))
    return choices


def _templates(turn: Turn, opinion: Opinion) -> tuple[str, ...]:
    field_id = opinion.issue.field_id if opinion.issue and opinion.issue.field_id else opinion.field_id
    field = turn.tx.commune.field(field_id)
    return field.templates if field else ()


def _filled(turn: Turn, opinion: Opinion, word: str) -> str | None:
    """The template with this number, filled with what is known of the matter; None when there is no such."""
    templates = _templates(turn, opinion)
    if not word.isdecimal() or int(word) >= len(templates):
        return None
    commune = turn.tx.commune
    unit_id = opinion.issue.unit_id if opinion.issue else official_of(turn).unit_id
    unit = commune.unit(unit_id) if unit_id else None
    return templates[int(word)].format(
        code=code(commune, opinion),
        village=village_name(turn.say, commune, opinion.village_id),
        unit=unit.name if unit else commune.office,
        date=f"{issues.today(turn.tx):%d/%m/%Y}",
    )


async def show_template(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Dùng mẫu]: a template of the field, filled, to be copied and changed or taken as it is."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    filled = _filled(turn, opinion, word) if opinion is not None else None
    if opinion is None or filled is None:
        await tell(callback, turn.say("o-matter-gone"))
        return
    choices = [(turn.say.plain("o-button-take-template"), f"o:take:{opinion.id}:{word}")]
    if (count := len(_templates(turn, opinion))) > 1:
        following = (int(word) + 1) % count
        choices.append((turn.say.plain("o-button-other-template"), f"o:template:{opinion.id}:{following}"))
    choices.append((turn.say.plain("o-button-discard"), "o:quit"))
    await change(callback, turn.say("o-template", text=filled), keyboard(choices))


async def take_template(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    filled = _filled(turn, opinion, word) if opinion is not None else None
    if opinion is None or filled is None:
        await tell(callback, turn.say("o-matter-gone"))
        return
    await _gather(callback, turn, state, opinion, filled)


async def _closed(turn: Turn, opinion: Opinion) -> tuple[Html, InlineKeyboardMarkup | None] | None:
    """Why no answer can be written to it now, and the button that changes that; None when one can."""
    if opinion.state not in ANSWERABLE:
        return await no_longer_open(turn, opinion), None
    on_its_way = await submitted.of_issue(turn.tx, opinion.issue_id) if opinion.issue_id is not None else None
    if on_its_way is None or on_its_way.replaces_id is not None:
        return None
    text = turn.say("o-answer-on-its-way", code=code(turn.tx.commune, opinion))
    is_own = on_its_way.state is AnswerState.SUBMITTED and on_its_way.official_id == official_of(turn).id
    recall = [(turn.say.plain("o-button-recall"), f"o:recall:{on_its_way.id}")] if is_own else []
    return text, keyboard(recall) if recall else None


async def _gather(event: Message | CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion, text: str) -> None:
    """Takes words or a file into the answer that is being written to this opinion, and shows where it stands."""
    official, data = official_of(turn), await state.get_data()
    answer = await draft_in_hand(turn, state)
    if answer is not None and answer.opinion_id != opinion.id:
        answer = None
    replaced = await _replaced(turn, data, answer) if data.get("opinion_id") == opinion.id else None
    if answer is None and replaced is None:
        answer = await answers.sent_back(turn.tx, official, opinion, corrects=opinion.state not in ANSWERABLE)
    is_correction = replaced is not None or (answer is not None and answer.replaces_id is not None)
    if not is_correction and (sentence := await _closed(turn, opinion)) is not None:
        await say_to(event, *sentence)
        return
    data = (
        {**data, "opinion_id": opinion.id} if answer is not None or replaced is not None else {"opinion_id": opinion.id}
    )
    file = file_of(event) if isinstance(event, Message) else None
    fits = units(text.strip()) <= MAX_ANSWER
    said = said_in(turn, event) if isinstance(event, Message) else None
    has_words = bool(text.strip()) and fits
    if answer is None and (file is not None or has_words):
        said_first = said if has_words else None
        answer = await answers.draft(turn.tx, opinion, official, "", replaces=replaced, said=said_first)
    elif answer is not None and has_words and said is not None:
        writing.note(turn.tx, answer, official, said)
    if answer is not None:
        data["answer_id"] = answer.id
    refused = files.attach(turn.tx, turn.caller.account, answer, file) if file is not None and answer else None
    if has_words and answer is not None:
        answers.rewrite(turn.tx, answer, text)
        found = papers.find(text, issues.today(turn.tx))
        answers.note_document(answer, *(found or (None, None)))
    problem = None
    if refused is not None:
        problem = turn.say(REFUSED[refused])
    elif not fits:
        over = units(text.strip()) - MAX_ANSWER
        problem = turn.say("o-answer-too-long", length=MAX_ANSWER + over, limit=MAX_ANSWER, over=over)
    await _show(event, turn, state, opinion, answer, data, problem)


def said_in(turn: Turn, message: Message) -> dict[str, int]:
    """The message that words came in, so that they change when it is edited."""
    group = turn.group.account if turn.group is not None else None
    return writing.message((group or turn.caller.account).id, message.message_id)


async def _replaced(turn: Turn, data: dict[str, Any], answer: Answer | None) -> Answer | None:
    """The released answer that what is in hand corrects."""
    replaces_id = answer.replaces_id if answer is not None else data.get("replaces_id")
    return await answers.by_id(turn.tx, int(replaces_id)) if replaces_id else None


async def _show(
    event: Message | CallbackQuery,
    turn: Turn,
    state: FSMContext,
    opinion: Opinion,
    answer: Answer | None,
    data: dict[str, Any],
    problem: Html | None,
) -> None:
    shown_id = data.pop("shown_id", None)
    has_words = answer is not None and answer.text and problem is None
    is_ready = answer is not None and has_words and (answer.replaces_id is None or answer.change_note)
    where = Answering.review if is_ready else Answering.note if has_words else Answering.words
    await state.set_state(where)
    shown = code(turn.tx.commune, opinion)
    if problem is not None:
        await say_to(event, problem, quit_button(turn))
    elif answer is None or not has_words:
        held = cards.answer_files(turn.say, answer) if answer else None
        text = turn.say("o-answer-held", code=shown, files=held) if held else turn.say("o-answer-ask", code=shown)
        markup = quit_button(turn) if held else keyboard(_ask_choices(turn, opinion))
        data["shown_id"] = await say_or_amend(event, turn, text, markup, shown_id)
    elif not is_ready:
        await say_to(event, turn.say("o-correction-note"), quit_button(turn))
    else:
        text, markup = await preview(turn, opinion, answer), await review_buttons(turn, answer)
        joins = isinstance(event, Message) and file_of(event) is not None and not words_of(event)
        data["shown_id"] = await say_or_amend(event, turn, text, markup, shown_id if joins else None)
    await state.set_data(data)


async def say_or_amend(
    event: Message | CallbackQuery, turn: Turn, text: Html, markup: InlineKeyboardMarkup, shown_id: int | None
) -> int:
    """Says it, or puts it in the place of the message that the files of one album already made; its outbox id."""
    if shown_id is not None and not turn.fixed:
        await turn.amend(shown_id, text, markup)
        return shown_id
    await say_to(event, text, markup)
    return await turn.reply_id()


async def take_note(message: Message, turn: Turn, state: FSMContext) -> None:
    """What a correction changes, in a line that those who asked read."""
    opinion, answer = await opinion_in_hand(turn, state), await draft_in_hand(turn, state)
    if opinion is None or answer is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    note = " ".join(words_of(message).split())
    if len(note) > MAX_NOTE:
        await message.answer(turn.say("o-answers-reason-long", limit=MAX_NOTE), reply_markup=quit_button(turn))
        return
    answers.note_change(answer, note)
    await show_review(message, turn, state, opinion, answer)
