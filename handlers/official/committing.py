"""What was promised by a day: listed, reported done with evidence, moved for a reason, its unit reminded."""

from datetime import date
from typing import Any

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.dates import DateError, ImpossibleDate, PastDate, parse_day
from handlers.filters import Allowed, Picked
from handlers.incoming import file_of, words_of
from handlers.keyboards import Choice, keyboard
from handlers.official import commitcards
from handlers.official.answering import REFUSED
from handlers.official.history import BUTTONS
from handlers.official.states import Committing
from handlers.official.talk import alert, change, is_about, official_of, says_something, tell
from handlers.telling import arrived_line, code, long_day, short_day, unit_name
from handlers.turn import Turn
from handlers.words import Html
from storage import commitments, dues, files, issues, ratings
from storage.commitments import MAX_EVIDENCE, MAX_REASON, Listed
from storage.models import Commitment, Official, Opinion, Role
from storage.rights import Right, may
from storage.states import ForbiddenMove

LISTED = 8
"""Commitments on one page: each has a line and a button."""

COMMITMENT, WORDS, SHOWN, DUE = "commitment_id", "words", "shown_id", "due"
"""In the conversation's data: which one, what is being written of it, the preview's message, the day."""


def build() -> Router:
    router = Router(name="committing")
    allowed = Allowed(Right.COMMIT)
    words = (F.text, ~F.text.startswith("/"), allowed)
    gathering = StateFilter(Committing.evidence, Committing.review)
    router.callback_query.register(turn_page, Picked("o:commitments"), allowed)
    router.callback_query.register(show, Picked("o:commitment"), allowed)
    router.callback_query.register(ask_evidence, Picked("o:fulfil"), allowed)
    router.callback_query.register(fulfil, Picked("o:fulfilled"), allowed)
    router.callback_query.register(ask_day, Picked("o:postpone"), allowed)
    router.callback_query.register(postpone, Picked("o:postponed"), allowed)
    router.callback_query.register(nudge, Picked("o:nudge"), allowed)
    router.message.register(gather, gathering, *words)
    router.message.register(gather, gathering, F.photo | F.document, allowed)
    router.message.register(take_day, StateFilter(Committing.day), *words)
    router.message.register(take_reason, StateFilter(Committing.reason), *words)
    router.message.register(remind_of_preview, StateFilter(Committing.moving), *words)
    router.message.register(refuse_kind, StateFilter(Committing), ~F.text, allowed)
    return router


async def turn_page(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    await change(callback, *await _listing(turn, picked))


async def _listing(turn: Turn, page: int) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Counts first, then the longest late."""
    found = await commitments.listing(turn.tx, official_of(turn), page * LISTED, LISTED)
    if not found.open:
        return turn.say("o-promises-none"), None
    lines = [turn.say("o-promises", count=found.open)]
    if found.late:
        lines.append(turn.say("o-promises-late", count=found.late))
    if found.soon:
        lines.append(turn.say("o-promises-soon", count=found.soon))
    lines += [_line(turn, each) for each in found.page if each.lead is not None]
    choices: list[Choice] = [
        (code(turn.tx.commune, each.lead), f"o:commitment:{each.commitment.id}")
        for each in found.page
        if each.lead is not None
    ]
    if page:
        choices.append(("‹", f"o:commitments:{page - 1}"))
    if (page + 1) * LISTED < found.open:
        choices.append(("›", f"o:commitments:{page + 1}"))
    return Html("\n".join(lines)), keyboard(choices)


def _line(turn: Turn, listed: Listed) -> Html:
    commune, commitment = turn.tx.commune, listed.commitment
    shown = code(commune, listed.lead) if listed.lead is not None else ""
    unit, due = unit_name(commune, commitment.unit_id), short_day(commitment.due)
    if not (listed.is_late or listed.is_soon):
        return turn.say("o-promises-line", code=shown, unit=unit, due=due)
    left = commitcards.days_left(turn.say, commitment.due, issues.today(turn.tx))
    return turn.say("o-promises-line-near", code=shown, unit=unit, due=due, left=left)


async def _picked(callback: CallbackQuery, turn: Turn, commitment_id: int) -> tuple[Commitment, Opinion] | None:
    """The commitment whose button was tapped and its lead; when it is not there for him, that is said."""
    found = await _find(turn, commitment_id)
    if found is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
    return found


async def _find(turn: Turn, commitment_id: int | None) -> tuple[Commitment, Opinion] | None:
    if commitment_id is None:
        return None
    commitment = await commitments.visible(turn.tx, official_of(turn), commitment_id)
    lead = await issues.lead(turn.tx, commitment.issue) if commitment is not None else None
    return (commitment, lead) if commitment is not None and lead is not None else None


async def show(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """One card."""
    if (found := await _picked(callback, turn, picked)) is not None:
        commitment, lead = found
        await tell(callback, await _card(turn, commitment, lead), _buttons(turn, commitment, lead))
        is_about(turn, lead)


async def _card(turn: Turn, commitment: Commitment, lead: Opinion) -> Html:
    rated = await ratings.tally(turn.tx, commitment.issue)
    day = issues.today(turn.tx)
    return commitcards.text(turn.say, turn.tx.commune, commitment, commitment.issue, lead, day, rated)


def _buttons(turn: Turn, commitment: Commitment, lead: Opinion) -> InlineKeyboardMarkup:
    return commitcards.buttons(turn.say, commitment, lead, official_of(turn))


async def _open(callback: CallbackQuery, turn: Turn, commitment_id: int) -> tuple[Commitment, Opinion] | None:
    """As `_picked`; one that was closed meanwhile is shown as it stands, with who closed it."""
    found = await _picked(callback, turn, commitment_id)
    if found is None or found[0].closed_at is None:
        return found
    await _closed_meanwhile(callback, turn, *found)
    return None


async def _closed_meanwhile(callback: CallbackQuery, turn: Turn, commitment: Commitment, lead: Opinion) -> None:
    closer = await turn.tx.session.get(Official, commitment.closed_by_id) if commitment.closed_by_id else None
    shown = await _card(turn, commitment, lead)
    if closer is not None:
        text = turn.say(
            "o-promise-closed",
            code=code(turn.tx.commune, lead),
            who=commitcards.post_of(turn.say, turn.tx.commune, closer),
            at=cards.say_instant(turn.tx.commune, commitment.closed_at or turn.tx.now),
        )
        shown = Html(f"{text}\n\n{shown}")
    await tell(callback, shown, _buttons(turn, commitment, lead))


def _quit(turn: Turn) -> InlineKeyboardMarkup:
    return keyboard([(turn.say.plain("o-button-discard"), "o:quit")])


# Reported done


async def ask_evidence(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Báo đã xong]."""
    found = await _open(callback, turn, picked)
    if found is None:
        return
    commitment, lead = found
    await commitments.drop_files(turn.tx, commitment, commitments.own_files(commitment, turn.caller.account))
    await state.set_state(Committing.evidence)
    await state.set_data({COMMITMENT: commitment.id})
    await tell(callback, turn.say("o-fulfil-ask", code=code(turn.tx.commune, lead)), _quit(turn))


async def gather(message: Message, turn: Turn, state: FSMContext) -> None:
    """Words or a file of the evidence; then what everybody who asked will read, above one button."""
    data = await state.get_data()
    found = await _find(turn, data.get(COMMITMENT))
    if found is None or found[0].closed_at is not None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    commitment, lead = found
    words, file = words_of(message), file_of(message)
    problem = None
    if len(words) > MAX_EVIDENCE:
        problem = turn.say("o-promise-too-long", length=len(words), limit=MAX_EVIDENCE)
        words = ""
    if file is not None:
        refused = files.attach(turn.tx, turn.caller.account, commitment, file)
        problem = turn.say(REFUSED[refused]) if refused is not None else problem
        await turn.tx.session.flush()
    if words:
        data[WORDS] = words
    if problem is not None:
        await message.answer(problem, reply_markup=_quit(turn))
        await state.set_data(data)
        return
    only_a_file = file is not None and not words
    await state.set_state(Committing.review)
    await _show_preview(message, turn, state, data, commitment, lead, in_place=only_a_file)


async def _show_preview(
    message: Message,
    turn: Turn,
    state: FSMContext,
    data: dict[str, Any],
    commitment: Commitment,
    lead: Opinion,
    *,
    in_place: bool,
) -> None:
    """An album's further files change the preview that its first one made."""
    sent = commitments.own_files(commitment, turn.caller.account)
    shown = arrived_line(turn.say, sent)
    words = data.get(WORDS)
    text = turn.say(
        "o-fulfil-preview",
        code=code(turn.tx.commune, lead),
        words=turn.say("o-card-quote", text=words) if words else "",
        files=shown,
        both=turn.say("o-promise-and") if words and shown else "",
        count=await commitments.count_asked(turn.tx, commitment),
    )
    choices = [(turn.say.plain("o-button-fulfilled"), f"o:fulfilled:{commitment.id}")]
    choices.append((turn.say.plain("o-button-discard"), "o:quit"))
    shown_id = data.get(SHOWN)
    if in_place and shown_id is not None and not turn.fixed:
        await turn.amend(shown_id, text, keyboard(choices))
    else:
        await message.answer(text, reply_markup=keyboard(choices))
        data[SHOWN] = await turn.reply_id()
    await state.set_data(data)


async def fulfil(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """The one button under the preview."""
    found = await _open(callback, turn, picked)
    if found is None:
        return
    commitment, lead = found
    data = await state.get_data()
    if await state.get_state() != Committing.review.state or data.get(COMMITMENT) != commitment.id:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.clear()
    asked = await commitments.fulfil(
        turn.tx, commitment, official_of(turn), turn.caller.account, str(data.get(WORDS) or "")
    )
    await change(callback, turn.say("o-fulfilled", code=code(turn.tx.commune, lead), count=asked))


# Moved


async def ask_day(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Dời hẹn]."""
    found = await _open(callback, turn, picked)
    if found is None:
        return
    commitment, lead = found
    await state.set_state(Committing.day)
    await state.set_data({COMMITMENT: commitment.id})
    shown, due = code(turn.tx.commune, lead), long_day(commitment.due)
    await tell(callback, turn.say("o-postpone-ask", code=shown, due=due), _quit(turn))


async def _in_hand(message: Message, turn: Turn, state: FSMContext) -> tuple[Commitment, Opinion] | None:
    found = await _find(turn, (await state.get_data()).get(COMMITMENT))
    if found is None or found[0].closed_at is not None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return None
    return found


async def take_day(message: Message, turn: Turn, state: FSMContext) -> None:
    found = await _in_hand(message, turn, state)
    if found is None:
        return
    commitment, lead = found
    due = _read_day(turn, commitment, lead, message.text or "")
    if isinstance(due, Html):
        await message.answer(due, reply_markup=_quit(turn))
        return
    await state.set_state(Committing.reason)
    await state.update_data({DUE: due.isoformat()})
    shown = code(turn.tx.commune, lead)
    await message.answer(turn.say("o-postpone-why", code=shown, due=long_day(due)), reply_markup=_quit(turn))


def _read_day(turn: Turn, commitment: Commitment, lead: Opinion, typed: str) -> date | Html:
    """The day, or what is wrong with it."""
    example = short_day(turn.tx.commune.calendar.add(max(commitment.due, issues.today(turn.tx)), 5))
    shown = code(turn.tx.commune, lead)
    try:
        due = parse_day(typed, issues.today(turn.tx))
        commitments.check_day(turn.tx, due)
    except ImpossibleDate:
        return turn.say("o-day-impossible", typed=typed[:40], example=example)
    except PastDate:
        return turn.say("o-day-past", typed=typed[:40], example=example)
    except DateError:
        return turn.say("o-day-unreadable", typed=typed[:40], example=example)
    except dues.PastDue as refused:
        return turn.say("o-due-past", code=shown, due=long_day(refused.due))
    except dues.IdleDue as refused:
        return turn.say("o-due-idle", code=shown, due=long_day(refused.due))
    except dues.DueError as refused:
        return turn.say("o-postpone-far", code=shown, due=long_day(refused.due))
    return due if due != commitment.due else turn.say("o-postpone-same", code=shown, due=long_day(due))


async def take_reason(message: Message, turn: Turn, state: FSMContext) -> None:
    found = await _in_hand(message, turn, state)
    if found is None:
        return
    commitment, lead = found
    reason = " ".join((message.text or "").split())
    if len(reason) > MAX_REASON:
        problem = turn.say("o-due-reason-long", length=len(reason), limit=MAX_REASON)
        await message.answer(problem, reply_markup=_quit(turn))
        return
    if not says_something(reason):
        await message.answer(turn.say("o-reason-says-nothing", typed=reason), reply_markup=_quit(turn))
        return
    await state.set_state(Committing.moving)
    await state.update_data({WORDS: reason})
    await _preview_move(message, turn, state, commitment, lead)


async def remind_of_preview(message: Message, turn: Turn, state: FSMContext) -> None:
    found = await _in_hand(message, turn, state)
    if found is not None:
        await _preview_move(message, turn, state, *found)


async def _preview_move(message: Message, turn: Turn, state: FSMContext, commitment: Commitment, lead: Opinion) -> None:
    data = await state.get_data()
    people, _ = await issues.count_people(turn.tx, commitment.issue)
    text = turn.say(
        "o-postpone-preview",
        code=code(turn.tx.commune, lead),
        before=long_day(commitment.due),
        due=long_day(date.fromisoformat(data[DUE])),
        reason=data[WORDS],
        count=people,
    )
    choices = [
        (turn.say.plain("o-button-postpone"), f"o:postponed:{commitment.id}"),
        (turn.say.plain("o-button-discard"), "o:quit"),
    ]
    await message.answer(text, reply_markup=keyboard(choices))


async def postpone(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """The one button under the preview; the day that stood may have been moved meanwhile, or have come too near."""
    found = await _open(callback, turn, picked)
    if found is None:
        return
    commitment, lead = found
    data = await state.get_data()
    if await state.get_state() != Committing.moving.state or data.get(COMMITMENT) != commitment.id:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.clear()
    due = date.fromisoformat(data[DUE])
    try:
        await commitments.postpone(turn.tx, commitment, official_of(turn), due, data[WORDS])
    except (ValueError, ForbiddenMove):
        shown = await _card(turn, commitment, lead)
        await change(callback, shown, _buttons(turn, commitment, lead))
        return
    await change(callback, turn.say("o-postponed", code=code(turn.tx.commune, lead), due=long_day(due)))


async def refuse_kind(message: Message, turn: Turn, state: FSMContext) -> None:
    """A voice note, a sticker: neither evidence nor a day."""
    gathers = await state.get_state() in (Committing.evidence.state, Committing.review.state)
    await message.answer(turn.say("o-answer-kinds" if gathers else "o-words-only"), reply_markup=_quit(turn))


# Reminded


async def nudge(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Nhắc đơn vị]: written down as the leader's."""
    found = await _open(callback, turn, picked)
    if found is None:
        return
    commitment, _ = found
    official = official_of(turn)
    if official.role is not Role.LEADER:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    told = await commitments.nudge(turn.tx, commitment, official)
    unit = unit_name(turn.tx.commune, commitment.unit_id)
    who = commitcards.post_of(turn.say, turn.tx.commune, official)
    await tell(callback, turn.say("o-nudged" if told else "o-nudged-already", unit=unit, who=who))


async def _button(turn: Turn, opinion: Opinion) -> list[Choice]:
    """[Việc hẹn] under a matter to which something was promised."""
    issue = opinion.issue
    promised = commitments.current(issue.commitments, issue.released) if issue is not None else None
    official = official_of(turn)
    if promised is None or not may(official, Right.COMMIT):
        return []
    if await commitments.visible(turn.tx, official, promised.id) is None:
        return []
    return [(turn.say.plain("o-button-followed"), f"o:commitment:{promised.id}")]


BUTTONS.append(_button)
