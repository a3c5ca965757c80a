"""What waits (`/viec`) and one opinion whole (`/xem`)."""

from aiogram import Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Picked, command
from handlers.keyboards import keyboard
from handlers.official.digesting import conference_line
from handlers.official.homes import HOMES, Page
from handlers.official.talk import change, is_about, official_of, tell
from handlers.telling import field_label
from handlers.turn import Turn
from handlers.words import Html
from storage import opinions, outbox
from storage.answers import ANSWERABLE
from storage.commune import parse_code
from storage.models import Event, Opinion, Priority, Role
from storage.opinions import Story
from storage.outbox import Notice
from storage.rights import Right, reads_received
from storage.states import DeliveryState

HISTORY = {
    "opinion.raised": "o-event-raised",
    "opinion.accepted": "o-event-accepted",
    "opinion.answered": "o-event-answered",
    "opinion.added_to": "o-event-added",
    "opinion.reopened": "o-event-reopened",
    "opinion.settled": "o-event-settled",
    "opinion.withdrawn": "o-event-withdrawn",
    "opinion.unlinked": "o-event-unlinked",
}
"""Events that `/xem` tells, each by its sentence."""

LOST = (DeliveryState.UNREACHABLE, DeliveryState.FAILED)


def build() -> Router:
    router = Router(name="queue")
    router.message.register(show_queue, command("viec"), Allowed(Right.LIST))
    router.callback_query.register(turn_page, Picked("o:viec"), Allowed(Right.LIST))
    router.message.register(show_one, command("xem"), Allowed(Right.READ))
    router.callback_query.register(read_one, Picked("o:read"), Allowed(Right.READ))
    return router


async def show_queue(message: Message, turn: Turn) -> None:
    for page in await _pages(turn):
        await message.answer(page.text, reply_markup=page.markup)
        if page.opinion is not None:
            is_about(turn, page.opinion)


async def turn_page(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    page, *others = await _pages(turn)
    await change(callback, page.text, page.markup)
    if page.opinion is not None:
        is_about(turn, page.opinion)
    for other in others:
        await tell(callback, other.text, other.markup)


async def _pages(turn: Turn) -> list[Page]:
    """What waits for this official: his role's own list, and the clerk's too while a leader sorts in his place."""
    official = official_of(turn)
    roles = dict.fromkeys([Role.CLERK] if await reads_received(turn.tx, official) else [])
    found = [await HOMES[role](turn) for role in {**roles, official.role: None} if role in HOMES]
    return found or [await _counts(turn)]


async def _counts(turn: Turn) -> Page:
    """The number alone, for a role that has no list."""
    line = await conference_line(turn.tx, turn.say)
    waiting = turn.say("o-waiting", count=await opinions.count_waiting(turn.tx))
    return Page(Html(f"{waiting}\n{line}") if line is not None else waiting)


async def show_one(message: Message, turn: Turn, command: CommandObject) -> None:
    if not command.args:
        await message.answer(turn.say("o-code-missing", code=f"{turn.tx.commune.short_code}-12"))
        return
    number = parse_code(command.args, turn.tx.commune.short_code)
    opinion = await opinions.visible(turn.tx, official_of(turn), number=number) if number is not None else None
    if opinion is None:
        await message.answer(turn.say("o-code-unknown", code=command.args[:40]))
        return
    texts, markup = await _whole(turn, opinion)
    for text in texts[:-1]:
        await message.answer(text)
        is_about(turn, opinion)
    await message.answer(texts[-1], reply_markup=markup)
    await _after_reading(turn, opinion)


async def read_one(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await tell(callback, turn.say("o-matter-gone"))
        return
    texts, markup = await _whole(turn, opinion)
    for text in texts[:-1]:
        await tell(callback, text)
        is_about(turn, opinion)
    await tell(callback, texts[-1], markup)
    await _after_reading(turn, opinion)


async def _after_reading(turn: Turn, opinion: Opinion) -> None:
    is_about(turn, opinion)
    answer = await opinions.released_answer(turn.tx, opinion)
    files = [*opinion.attachments, *(answer.attachments if answer else ())]
    # Not as replies: one that is still being fetched would hold back whatever is said next.
    await outbox.queue(
        turn.tx,
        [
            Notice(
                turn.caller.account,
                "file",
                Priority.ANSWER,
                {"attachment_id": file.id, "opinion_id": opinion.id},
                opinion_id=opinion.id,
            )
            for file in files
        ],
    )


async def _whole(turn: Turn, opinion: Opinion) -> tuple[list[Html], InlineKeyboardMarkup | None]:
    """Everything about one opinion, in as many messages as it takes, and the buttons of the last."""
    say, commune = turn.say, turn.tx.commune
    author = await opinions.author_of(turn.tx, opinion, official_of(turn))
    story = await opinions.story(turn.tx, opinion)
    blocks = [
        say(
            "o-matter",
            head=cards.head(say, commune, opinion, author),
            field=field_label(commune, opinion.field_id),
            state=say("o-office-state", state=opinion.state),
        ),
        *(cards.quote(say, part) for part in cards.parts(opinion.text)),
    ]
    for addition in opinion.additions:
        at = cards.say_instant(commune, addition.added_at)
        first, *rest = cards.parts(addition.text)
        blocks.append(say("o-matter-addition", at=at, text=first))
        blocks += [cards.quote(say, part) for part in rest]
    blocks.append(Html("\n".join(_sentence(turn, opinion, event) for event in story.events if event.kind in HISTORY)))
    if story.answer is not None and story.answer.released_at is not None:
        at = cards.say_instant(commune, story.answer.released_at)
        body = cards.answer_body(say, commune, story.answer)
        files = cards.answer_files(say, story.answer)
        key = "o-matter-answer-files" if files else "o-matter-answer"
        blocks.append(say(key, at=at, body=body, files=files))
        blocks.append(_deliveries(turn, story, cards.author_line(say, author)))
    markup = None
    if opinion.state in ANSWERABLE:
        markup = keyboard([(say.plain("o-button-answer"), f"o:answer:{opinion.id}")])
    return cards.pack(blocks), markup


def _sentence(turn: Turn, opinion: Opinion, event: Event) -> Html:
    commune = turn.tx.commune
    at = cards.say_instant(commune, event.at)
    if event.kind == "opinion.accepted":
        unit = commune.unit(opinion.issue.unit_id) if opinion.issue and opinion.issue.unit_id else None
        return turn.say("o-event-accepted", at=at, unit=unit.name if unit else commune.office)
    return turn.say(HISTORY[event.kind], at=at)


def _deliveries(turn: Turn, story: Story, author: str) -> Html:
    """How the answer fared: told, not reachable (and who), still on its way."""
    counts = story.deliveries
    sent = counts.get(DeliveryState.SENT, 0)
    lost = sum(counts.get(state, 0) for state in LOST)
    waiting = sum(counts.values()) - sent - lost
    lines = []
    if sent:
        lines.append(turn.say("o-told", count=sent))
    if lost:
        lines.append(turn.say("o-not-told", count=lost, who=author))
    if waiting:
        lines.append(turn.say("o-being-told", count=waiting))
    return Html("\n".join(lines or [turn.say("o-nobody-to-tell")]))
