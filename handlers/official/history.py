"""One matter whole (`/xem`), and its story in sentences (`/nhatky`)."""

from collections.abc import Awaitable, Callable, Sequence

from aiogram import Router
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Picked, command
from handlers.keyboards import Choice, keyboard
from handlers.official.happened import told
from handlers.official.talk import is_about, official_of, send_files, tell
from handlers.telling import code, field_label, short_day, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import history, opinions
from storage.answers import ANSWERABLE
from storage.commune import parse_code
from storage.history import Matter
from storage.models import Answer, Attachment, Commitment, Opinion, Role
from storage.rights import Right, hears, may, may_read_draft, sees_names
from storage.states import DeliveryState, IssueState

LOST = (DeliveryState.UNREACHABLE, DeliveryState.FAILED)

MOST_BUTTONS = 5

STEPS = frozenset({"issue.drafted", "issue.approved", "issue.answered", "issue.to_answer"})
"""Steps of an issue that the event of its answer tells already."""

CODES = 20
"""Codes of one issue that are listed; beyond, their number stands in the line above."""

Buttons = Callable[[Turn, Opinion], Awaitable[list[Choice]]]

BUTTONS: list[Buttons] = []
"""What can be done with a matter that is shown whole, in order; other modules add theirs. Five are shown."""


def build() -> Router:
    router = Router(name="history")
    router.message.register(show_one, command("xem"), Allowed(Right.READ))
    router.callback_query.register(read_one, Picked("o:read"), Allowed(Right.READ))
    router.message.register(show_log, command("nhatky"), Allowed(Right.HISTORY))
    router.callback_query.register(read_log, Picked("o:log"), Allowed(Right.HISTORY))
    return router


async def _named(message: Message, turn: Turn, command: CommandObject, missing: str) -> Opinion | None:
    """The opinion whose code was typed; when there is none that this official may read, that is said."""
    short_code = turn.tx.commune.short_code
    if not command.args:
        await message.answer(turn.say(missing, code=f"{short_code}-12"))
        return None
    number = parse_code(command.args, short_code)
    opinion = await opinions.visible(turn.tx, official_of(turn), number=number) if number is not None else None
    if opinion is None:
        await message.answer(turn.say("o-code-unknown", code=command.args[:40]))
    return opinion


async def _tapped(callback: CallbackQuery, turn: Turn, picked: int) -> Opinion | None:
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await tell(callback, turn.say("o-matter-gone"))
    return opinion


async def show_one(message: Message, turn: Turn, command: CommandObject) -> None:
    opinion = await _named(message, turn, command, "o-code-missing")
    if opinion is None:
        return
    texts, markup, files = await _whole(turn, opinion)
    for text in texts[:-1]:
        await message.answer(text)
        is_about(turn, opinion)
    await message.answer(texts[-1], reply_markup=markup)
    await _send_files(turn, opinion, files)


async def read_one(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    opinion = await _tapped(callback, turn, picked)
    if opinion is None:
        return
    texts, markup, files = await _whole(turn, opinion)
    for text in texts[:-1]:
        await tell(callback, text)
        is_about(turn, opinion)
    await tell(callback, texts[-1], markup)
    await _send_files(turn, opinion, files)


async def show_log(message: Message, turn: Turn, command: CommandObject) -> None:
    opinion = await _named(message, turn, command, "o-log-missing")
    if opinion is not None:
        for text in await _log(turn, opinion):
            await message.answer(text)
            is_about(turn, opinion)


async def read_log(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    opinion = await _tapped(callback, turn, picked)
    if opinion is not None:
        for text in await _log(turn, opinion):
            await tell(callback, text)
            is_about(turn, opinion)


async def _log(turn: Turn, opinion: Opinion) -> list[Html]:
    """The story in as many messages as it takes."""
    say, commune = turn.say, turn.tx.commune
    head = say(
        "o-log",
        code=code(commune, opinion),
        village=village_name(say, commune, opinion.village_id),
        state=say("o-office-state", state=opinion.state),
    )
    happened = [each for each in await history.of(turn.tx, opinion) if each.event.kind not in STEPS]
    lines = [told(say, commune, each) for each in happened]
    # Giving an issue to its unit is an event of the issue and one of each opinion: it is told once.
    kept = [line for line, before in zip(lines, [None, *lines], strict=False) if line != before]
    return cards.pack([head, *kept], gap="\n")


async def _send_files(turn: Turn, opinion: Opinion, files: Sequence[Attachment]) -> None:
    is_about(turn, opinion)
    await send_files(turn, ((opinion.id, file) for file in files))


async def _whole(turn: Turn, opinion: Opinion) -> tuple[list[Html], InlineKeyboardMarkup | None, list[Attachment]]:
    """Everything about one opinion in as many messages as it takes, the buttons of the last, and its files."""
    say, official = turn.say, official_of(turn)
    author = await opinions.author_of(turn.tx, opinion, official)
    matter = await history.matter(turn.tx, opinion)
    blocks = _words(turn, opinion, cards.head(say, turn.tx.commune, opinion, author))
    files = [each for each in opinion.attachments if each.kind != "voice" or hears(official)]
    if matter is not None:
        blocks += _facts(turn, opinion, matter)
        for answer in matter.answers:
            blocks += _answer(turn, answer)
        if matter.answers:
            files += matter.answers[-1].attachments
            blocks += await _deliveries(turn, matter)
        blocks += _afterwards(turn, matter)
    for draft in await history.unsent(turn.tx, opinion):
        if may_read_draft(official, draft, opinion):
            blocks.append(_unsent(turn, draft))
            files += draft.attachments
    choices: list[Choice] = []
    for offer in BUTTONS:
        choices += await offer(turn, opinion)
    return cards.pack(blocks), keyboard(choices[:MOST_BUTTONS]) if choices else None, files


def _words(turn: Turn, opinion: Opinion, head: Html) -> list[Html]:
    """What she said, and what was asked and said besides."""
    say, commune = turn.say, turn.tx.commune
    field, state = field_label(commune, opinion.field_id), say("o-office-state", state=opinion.state)
    blocks = [
        say("o-matter", head=head, field=field, state=state),
        *(cards.quote(say, part) for part in cards.parts(opinion.text)),
    ]
    if opinion.original and opinion.original != opinion.text:
        first, *rest = cards.parts(opinion.original)
        blocks += [say("o-matter-original", text=first), *(cards.quote(say, part) for part in rest)]
    for addition in opinion.additions:
        first, *rest = cards.parts(addition.text)
        blocks.append(say("o-matter-addition", at=cards.say_instant(commune, addition.added_at), text=first))
        blocks += [cards.quote(say, part) for part in rest]
    if opinion.question is not None and opinion.asked_at is not None:
        blocks.append(say("o-matter-asked", at=cards.say_instant(commune, opinion.asked_at), text=opinion.question))
    if opinion.reason is not None:
        blocks.append(say("o-matter-reason", text=opinion.reason))
    return blocks


def _facts(turn: Turn, opinion: Opinion, matter: Matter) -> list[Html]:
    """Unit, day and how many ask."""
    say, commune, issue = turn.say, turn.tx.commune, opinion.issue
    if issue is None:
        return []
    unit = commune.unit(issue.unit_id) if issue.unit_id else None
    lines = [
        say(
            "o-matter-issue",
            unit=unit.name if unit else commune.office,
            due=short_day(issue.due) if issue.due else "–",
            state=say("o-issue-state", state=issue.state.value),
            people=matter.people,
            villages=matter.villages,
        )
    ]
    if issue.title:
        lines.insert(0, say("o-matter-title", text=issue.title))
    if matter.others:
        shown = ", ".join(code(commune, each) for each in matter.others[:CODES])
        lines.append(say("o-matter-others", codes=shown))
    for key, text in (
        ("o-matter-due-reason", issue.due_reason),
        ("o-matter-returned", issue.returned_reason if issue.state is IssueState.OPEN else None),
        ("o-matter-petitioned", issue.petitioned_to),
    ):
        if text:
            lines.append(say(key, text=text))
    return [Html("\n".join(lines))]


def _answer(turn: Turn, answer: Answer) -> list[Html]:
    """One released answer, with what it corrected if it did."""
    say, commune = turn.say, turn.tx.commune
    if answer.released_at is None:
        return []
    at = cards.say_instant(commune, answer.released_at)
    files = cards.answer_files(say, answer)
    key = "o-matter-answer-files" if files else "o-matter-answer"
    block = say(key, at=at, body=cards.answer_body(say, commune, answer), files=files)
    if answer.change_note:
        block = Html(f"{say('o-matter-corrected', at=at, text=answer.change_note)}\n{block}")
    return [block]


def _unsent(turn: Turn, answer: Answer) -> Html:
    """An answer before anybody was told: how far it is, and from whom it comes."""
    say, commune = turn.say, turn.tx.commune
    return say(
        "o-matter-unsent",
        state=answer.state.value,
        at=cards.say_instant(commune, answer.approved_at or answer.submitted_at or answer.created_at),
        body=cards.answer_body(say, commune, answer),
        files=cards.answer_files(say, answer) or "none",
    )


def _afterwards(turn: Turn, matter: Matter) -> list[Html]:
    """What authors said of the answer, what was promised, what the observer found."""
    say, commune = turn.say, turn.tx.commune
    blocks: list[Html] = []
    if matter.answers:
        said = [
            say("o-matter-rating", rating=rating.value if rating else "none", count=count)
            for rating, count in sorted(matter.ratings.items(), key=lambda each: (each[0] is None, -each[1]))
        ]
        blocks.append(say("o-matter-ratings", list=Html(", ".join(said))))
    blocks += [_commitment(turn, each) for each in matter.commitments]
    for review in matter.reviews:
        key = "o-matter-truly" if review.is_settled else "o-matter-not-truly"
        blocks.append(say(key, at=cards.say_instant(commune, review.at), text=review.reason or ""))
    return blocks


def _commitment(turn: Turn, commitment: Commitment) -> Html:
    say, commune = turn.say, turn.tx.commune
    unit = commune.unit(commitment.unit_id) if commitment.unit_id else None
    name, due = unit.name if unit else commune.office, short_day(commitment.due)
    if commitment.closed_at is not None and commitment.closed_by_id is None:
        return say("o-matter-taken-back", unit=name, due=due, text=commitment.due_reason or "")
    if commitment.closed_at is not None:
        closed = short_day(commitment.closed_at.astimezone(commune.timezone).date())
        return say("o-matter-kept", unit=name, due=due, closed=closed, text=commitment.evidence or "")
    if commitment.due_reason:
        return say("o-matter-promised-anew", unit=name, due=due, text=commitment.due_reason)
    return say("o-matter-promised", unit=name, due=due)


async def _deliveries(turn: Turn, matter: Matter) -> list[Html]:
    """How the answer fared: told, still on its way, and not reachable: who, for the office, and how many, observed.

    Of everyone who asks, each once: whom one of her matters reached was told.
    """
    official = official_of(turn)
    sent = {_asker(each) for each, state in matter.deliveries if state is DeliveryState.SENT}
    lost = {_asker(each): each for each, state in matter.deliveries if state in LOST and _asker(each) not in sent}
    held = {_asker(each) for each, state in matter.deliveries if state is DeliveryState.HELD} - sent - lost.keys()
    waiting = {_asker(each) for each, _ in matter.deliveries} - sent - lost.keys() - held
    lines: list[Html] = []
    if sent:
        lines.append(turn.say("o-told", count=len(sent)))
    if lost and sees_names(official):
        authors = [await opinions.author_of(turn.tx, each, official) for each in lost.values()]
        who = "; ".join(dict.fromkeys(cards.author_line(turn.say, each) for each in authors))
        lines.append(turn.say("o-not-told", count=len(lost), who=who))
    elif lost and official.role is Role.OBSERVER:
        lines.append(turn.say("o-not-told-count", count=len(lost)))
    if held:
        lines.append(turn.say("o-told-later", count=len(held)))
    if waiting:
        lines.append(turn.say("o-being-told", count=len(waiting)))
    if not matter.deliveries:
        lines.append(turn.say("o-nobody-to-tell"))
    return [Html("\n".join(lines))] if lines else []


def _asker(opinion: Opinion) -> int:
    """Who asks it, as `issues.tally` tells people apart."""
    return opinion.person_id if opinion.person_id is not None else -opinion.id


async def _answer_button(turn: Turn, opinion: Opinion) -> list[Choice]:
    if opinion.state not in ANSWERABLE or not may(official_of(turn), Right.ANSWER):
        return []
    return [(turn.say.plain("o-button-answer"), f"o:answer:{opinion.id}")]


async def _log_button(turn: Turn, opinion: Opinion) -> list[Choice]:
    if not may(official_of(turn), Right.HISTORY):
        return []
    return [(turn.say.plain("o-button-log"), f"o:log:{opinion.id}")]


BUTTONS += [_answer_button, _log_button]
