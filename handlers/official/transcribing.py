"""A recording written down, and a message of several matters split: one a line, each for its own unit."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Chosen, Picked
from handlers.keyboards import keyboard
from handlers.official import judging, sorting
from handlers.official.asking import QUESTION
from handlers.official.judging import Typed
from handlers.official.states import Judging
from handlers.official.talk import alert, change, is_about, official_of
from handlers.official.voicecards import buttons, line
from handlers.suspicion import is_about_a_person
from handlers.telling import EXCERPT, code, cut
from handlers.turn import Turn
from handlers.words import Html
from storage import opinions, outbox, splitting
from storage.models import Opinion, Priority
from storage.outbox import Notice
from storage.rights import Right
from storage.splitting import MAX_LINES, BadLines, LineTooLong, NoLines, OneLine, OtherCount, TooManyLines
from storage.states import ForbiddenMove, OpinionState

__all__ = ["build", "buttons", "line"]

BAD: dict[type[BadLines], str] = {
    NoLines: "o-lines-none",
    TooManyLines: "o-lines-many",
    OneLine: "o-lines-one",
    OtherCount: "o-lines-other-count",
    LineTooLong: "o-lines-long",
}

WHOLE = 2500
"""Characters of the message that is split, which stand above what is typed."""

FEW = 5
"""Lines that a preview shows at some length."""


def build() -> Router:
    router = Router(name="transcribing")
    allowed = Allowed(Right.SORT)
    router.callback_query.register(listen, Picked("o:listen"), allowed)
    router.callback_query.register(write, Picked("o:transcribe"), allowed)
    router.callback_query.register(write, Picked("o:split"), allowed)
    router.callback_query.register(rewrite, Picked("o:rewrite"), allowed)
    router.callback_query.register(change_unit, Chosen("o:lineunit"), allowed)
    router.callback_query.register(send, Chosen("o:lines"), allowed)
    router.callback_query.register(interpreter, Picked("o:interpreter"), allowed)
    router.message.register(take_lines, StateFilter(Judging.lines), Typed(), allowed)
    router.message.register(take_correction, StateFilter(Judging.correction), Typed(), allowed)
    return router


async def listen(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Nghe]: the recordings once more, under whatever was said since."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    spoken = [each for each in opinion.attachments if each.kind == "voice"] if opinion is not None else []
    if opinion is None or not spoken:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    about = {"opinion_id": opinion.id}
    await outbox.queue(
        turn.tx,
        [
            Notice(
                turn.caller.account,
                "file",
                Priority.ANSWER,
                {**about, "attachment_id": each.id},
                opinion_id=opinion.id,
            )
            for each in spoken
        ],
    )
    await callback.answer()


async def write(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Chép lại], [Tách ra nhiều việc]: asks for the lines, or shows those that are held.

    What was sent to its author is corrected, as long as none of it was answered.
    """
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is not None and opinion.original is not None:
        await _correct(callback, turn, state, opinion)
        return
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    if opinion.written is not None:
        await change(callback, *_preview(turn, opinion))
        is_about(turn, opinion)
    else:
        await _ask(callback, turn, state, opinion)


async def rewrite(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Sửa]: the lines typed anew."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is not None:
        await _ask(callback, turn, state, opinion)


async def _ask(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    shown = code(turn.tx.commune, opinion)
    if splitting.is_unheard(opinion):
        text = turn.say("o-lines-ask", code=shown)
    else:
        text = turn.say("o-lines-ask-split", code=shown, words=cards.quote(turn.say, cut(opinion.text, WHOLE)))
    await judging.ask_to_type(callback, turn, state, opinion, Judging.lines, text)


async def _correct(callback: CallbackQuery, turn: Turn, state: FSMContext, opinion: Opinion) -> None:
    parts = await splitting.shown_of(turn.tx, opinion)
    lines = Html("\n".join(_part_line(turn, part) for part in parts))
    text = turn.say("o-lines-correct", count=len(parts), list=lines)
    await judging.ask_to_type(callback, turn, state, opinion, Judging.correction, text)


def _part_line(turn: Turn, part: Opinion) -> Html:
    return turn.say("o-lines-part", code=code(turn.tx.commune, part), words=cut(part.text, QUESTION))


async def take_lines(message: Message, turn: Turn, state: FSMContext) -> None:
    opinion = await judging.typed_about(message, turn, state)
    if opinion is None:
        return
    try:
        await splitting.hold(turn.tx, opinion, message.text or "", accuses=is_about_a_person)
    except BadLines as bad:
        await _say_bad(message, turn, opinion, bad)
        return
    except ForbiddenMove:
        await judging.put_down(state)
        await judging.overtaken(message, turn, opinion)
        return
    await judging.put_down(state)
    text, markup = _preview(turn, opinion)
    await message.answer(text, reply_markup=markup)
    is_about(turn, opinion)


async def _say_bad(message: Message, turn: Turn, opinion: Opinion, bad: BadLines) -> None:
    parts = await splitting.shown_of(turn.tx, opinion)
    text = turn.say(BAD[type(bad)], limit=MAX_LINES, count=len(parts))
    await message.answer(text, reply_markup=judging.back_button(turn, opinion))


async def take_correction(message: Message, turn: Turn, state: FSMContext) -> None:
    opinion_id = (await state.get_data()).get(judging.OPINION)
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=opinion_id) if opinion_id else None
    if opinion is None:
        await judging.put_down(state)
        await message.answer(turn.say("o-matter-gone"))
        return
    try:
        parts = await splitting.correct(turn.tx, opinion, official_of(turn), message.text or "")
    except BadLines as bad:
        await _say_bad(message, turn, opinion, bad)
        return
    except ForbiddenMove:
        await judging.put_down(state)
        await judging.overtaken(message, turn, opinion)
        return
    await judging.put_down(state)
    await message.answer(turn.say("o-lines-corrected", code=code(turn.tx.commune, parts[0])))


def _preview(turn: Turn, opinion: Opinion) -> tuple[Html, InlineKeyboardMarkup]:
    """The held lines, each with its unit, and a button a line that gives it to the next unit."""
    held, commune = opinion.written or [], turn.tx.commune
    names, apart = {unit.id: unit.name for unit in commune.units}, turn.say.plain("o-lines-apart")
    ids = list(names)
    lines = [
        turn.say(
            "o-lines-line",
            number=str(at),
            unit=apart if each["unit"] == splitting.APART else names.get(each["unit"], commune.office),
            words=cut(each["text"], QUESTION if len(held) <= FEW else EXCERPT),
        )
        for at, each in enumerate(held, 1)
    ]
    key = "o-lines-preview" if splitting.is_unheard(opinion) else "o-lines-preview-split"
    shown = code(commune, opinion)
    text = turn.say(key, code=shown, count=len(held), list=Html("\n".join(lines)))
    choices = [
        (turn.say.plain("o-button-lines-send"), f"o:lines:{opinion.id}:{splitting.revision(opinion)}"),
        (turn.say.plain("o-button-edit"), f"o:rewrite:{opinion.id}"),
    ]
    if len(ids) > 1:
        for at, each in enumerate(held):
            after = ids[(ids.index(each["unit"]) + 1) % len(ids)] if each["unit"] in ids else ids[0]
            label = turn.say.plain("o-button-line-unit", number=str(at + 1), unit=names[after])
            choices.append((label, f"o:lineunit:{opinion.id}:{at}"))
    return text, keyboard([*choices, judging.back_choice(turn, opinion)])


async def change_unit(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[2 → Phòng VH-XH]: that line to the next unit."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    try:
        splitting.change_unit(turn.tx, opinion, int(word) if word.isascii() and word.isdecimal() else -1)
    except LookupError:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await change(callback, *_preview(turn, opinion))
    is_about(turn, opinion)


async def send(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Gửi bác xem, giao luôn]: the lines that the message shows, or, when they are others by now, those first."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is None:
        return
    if opinion.written is None:
        await judging.show_card(callback, turn, opinion)
        return
    if word != str(splitting.revision(opinion)):
        await change(callback, *_preview(turn, opinion))
        is_about(turn, opinion)
        return
    parts = await splitting.split(turn.tx, opinion, official_of(turn))
    commune = turn.tx.commune
    given = [turn.say("o-lines-given", code=code(commune, part), unit=_given(turn, part)) for part in parts]
    done = turn.say("o-lines-done", count=len(parts), list=Html(" · ".join(given)))
    await sorting.advance(callback, turn, done, None)


def _given(turn: Turn, part: Opinion) -> str:
    if part.state is OpinionState.RECEIVED:
        return turn.say.plain("o-lines-apart")
    commune = turn.tx.commune
    unit = commune.unit(part.issue.unit_id) if part.issue is not None and part.issue.unit_id else None
    return unit.name if unit else commune.office


async def interpreter(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Nhờ nghe tiếng Nùng]: every card of it says so."""
    opinion = await judging.in_hand(callback, turn, picked)
    if opinion is not None:
        await splitting.ask_for_interpreter(turn.tx, opinion, official_of(turn))
        await judging.show_card(callback, turn, opinion)
