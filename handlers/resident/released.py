"""What the commune has answered, for everybody (`/congkhai`): listed, searched, opened one by one."""

from collections.abc import Mapping

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.cards import answer_body, pack, parts
from handlers.filters import Picked, command
from handlers.keyboards import Choice, keyboard
from handlers.rendering import GONE, NOT_FOR_THEM, PENDING_SECONDS, Batch, Kind, Later, Rendered, show_file
from handlers.resident.saying import Event, choices, tell
from handlers.telling import cut, field_label, files_line, long_day, short_day, unit_name, village_name
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import outbox, publication
from storage.commune import Commune
from storage.lengths import units
from storage.models import AttachmentState, Priority
from storage.outbox import Delivery, Notice
from storage.publication import Published
from storage.states import AnswerState

LISTED = 5
LONGEST_SEARCH = 60
"""Characters of what is looked for."""

ROOM = 4000
"""UTF-16 units of one message; the Bot API takes 4096."""


def build() -> Router:
    router = Router(name="released")
    router.message.register(by_command, command("congkhai"), F.text)
    router.callback_query.register(turn_page, Picked("r:answers"))
    router.callback_query.register(open_one, Picked("r:answer"))
    return router


async def by_command(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    """/congkhai, also with words to look for."""
    words = cut(command.args or "", LONGEST_SEARCH)
    if words:
        await _search(message, turn, words)
    else:
        await show(message, turn, state)


async def show(event: Event, turn: Turn, state: FSMContext) -> None:
    """The newest answers."""
    await _page(event, turn, 0)


async def turn_page(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    await _page(callback, turn, picked)
    await callback.answer()


async def _page(event: Event, turn: Turn, number: int) -> None:
    page = await publication.find(turn.tx, "", number * LISTED, LISTED)
    if not page.found:
        key = "answers-none" if number == 0 else "answers-no-more"
        await tell(event, turn.say(key), choices(turn, ("button-raise", "r:new")))
        return
    buttons = _numbers(page.found)
    if number:
        buttons.append(("‹", f"r:answers:{number - 1}"))
    if (number + 1) * LISTED < page.count:
        buttons.append(("›", f"r:answers:{number + 1}"))
    await tell(event, turn.say("answers", count=page.count, list=_lines(turn, page.found)), keyboard(buttons))


async def _search(event: Event, turn: Turn, words: str) -> None:
    page = await publication.find(turn.tx, words, 0, LISTED)
    if not page.found:
        pairs = (("button-answers", "r:answers:0"), ("button-raise", "r:new"))
        await tell(event, turn.say("answers-not-found", words=words), choices(turn, *pairs))
        return
    key = "answers-found-more" if page.count > LISTED else "answers-found"
    text = turn.say(key, words=words, count=page.count, list=_lines(turn, page.found))
    await tell(event, text, keyboard(_numbers(page.found)))


def _numbers(found: list[Published]) -> list[Choice]:
    return [(str(number), f"r:answer:{each.issue.id}") for number, each in enumerate(found, 1)]


def _lines(turn: Turn, found: list[Published]) -> Html:
    return Html(
        "\n".join(
            turn.say(
                "answers-line",
                number=str(number),
                title=title_of(turn.say, turn.tx.commune, each),
                day=_day(turn.tx.commune, each),
            )
            for number, each in enumerate(found, 1)
        )
    )


def title_of(say: Say, commune: Commune, found: Published) -> str:
    """The office's summary; else the field, and the village where so many asked. Never anybody's words; plain text."""
    if found.issue.title:
        return found.issue.title
    field = field_label(commune, found.issue.field_id)
    return f"{field}, {village_name(say, commune, found.village_id)}" if found.village_id else field


def _day(commune: Commune, found: Published) -> str:
    at = found.answer.released_at
    return short_day(at.astimezone(commune.timezone).date()) if at is not None else ""


async def open_one(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """One answer whole, with its files."""
    found = await publication.one(turn.tx, picked)
    if found is None:
        await tell(callback, turn.say("answers-gone"), choices(turn, ("button-answers", "r:answers:0")))
        await callback.answer()
        return
    blocks = _blocks(turn, found)
    markup: InlineKeyboardMarkup | None = choices(turn, ("button-answers", "r:answers:0"), ("button-raise", "r:new"))
    packed = pack(blocks, ROOM)
    for text in packed[:-1]:
        await tell(callback, text)
    await tell(callback, packed[-1], markup)
    await callback.answer()
    # Not as replies: one that is still being fetched would hold back whatever is said next.
    sound = [each for each in found.answer.attachments if each.state is not AttachmentState.FAILED]
    notices = [
        Notice(
            turn.caller.account,
            "public_file",
            Priority.ANSWER,
            {"attachment_id": each.id, "answer_id": found.answer.id},
        )
        for each in sound
    ]
    await outbox.queue(turn.tx, notices)


def _blocks(turn: Turn, found: Published) -> list[Html]:
    say, commune = turn.say, turn.tx.commune
    head = [say("answers-title", title=title_of(say, commune, found))]
    if found.people is not None:
        head.append(say("answers-people", count=found.people))
    blocks = [Html("\n".join(head))]
    for words in found.words:
        first, *rest = parts(words)
        blocks.append(say("answers-words", text=first))
        blocks += [say("quoted", text=part) for part in rest]
    body = answer_body(say, commune, found.answer)
    sound = [each for each in found.answer.attachments if each.state is not AttachmentState.FAILED]
    key = "answers-corrected" if found.corrects else "answers-answered"
    files = Html(f" · {files_line(say, sound)}") if sound else ""
    answered = say(key, day=_day(commune, found), files=files, answer=body)
    # A long answer stands in a message of its own.
    blocks.append(answered if units(answered) <= ROOM else body)
    if (promised := _promise(say, commune, found)) is not None:
        blocks.append(promised)
    return blocks


def _promise(say: Say, commune: Commune, found: Published) -> Html | None:
    commitment = found.commitment
    if commitment is None:
        return None
    unit = unit_name(commune, commitment.unit_id)
    if commitment.closed_at is None:
        return say("answers-promised", unit=unit, due=long_day(commitment.due))
    return say("answers-kept", unit=unit, day=long_day(commitment.closed_at.astimezone(commune.timezone).date()))


async def _public_file(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    attachment = batch.material.attachments.get(delivery.payload["attachment_id"])
    answer = batch.material.answers.get(delivery.payload["answer_id"])
    if attachment is None or answer is None or answer.state is not AnswerState.RELEASED:
        return GONE
    if attachment.answer_id != answer.id:
        return NOT_FOR_THEM
    if attachment.state is AttachmentState.PENDING:
        return Later(PENDING_SECONDS)
    return await show_file(batch.media, attachment, say("answers-file"))


KINDS: Mapping[str, Kind] = {"public_file": _public_file}
