"""What an official is about to propose, kept with the conversation until it is before the leader."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import conferencewords
from handlers.keyboards import Choice, keyboard
from handlers.official.states import Planning
from handlers.official.talk import change, official_of
from handlers.telling import short_day
from handlers.turn import Turn
from handlers.words import DEFAULT_LANGUAGE, Html
from storage import conferences, planning, proofs, registrations, retelling, tell
from storage.conferences import Facts
from storage.models import Conference, Role

FACTS, CONFERENCE, REASON, OVERRIDE, ANSWERS = "facts", "conference_id", "reason", "override", "change_id"
"""In the conversation's data: `facts` as `Facts` writes them, the conference that they change, why people are told
otherwise, why the law is broken, and the change that a leader answers with a date of his own."""


def facts_in(data: Mapping[str, Any]) -> Facts | None:
    return Facts.from_json(data[FACTS]) if FACTS in data else None


async def conference_in(turn: Turn, data: Mapping[str, Any]) -> Conference | None:
    conference_id = data.get(CONFERENCE)
    return await conferences.by_id(turn.tx, conference_id) if conference_id is not None else None


def begin(turn: Turn, starts: datetime) -> Facts:
    """A draft for this instant, in words that stand ready. What people read is kept in their first language."""
    say, commune = turn.say.words.say(DEFAULT_LANGUAGE), turn.tx.commune
    day = starts.astimezone(commune.timezone).date()
    return Facts(
        title=say.plain("o-conference-title", year=str(day.year)),
        meetings=(conferences.Meeting(starts.astimezone(UTC), ""),),
        content=commune.conference_content or say.plain("o-conference-content"),
        ways=commune.conference_ways or say.plain("o-conference-ways"),
        collect_until=collect_until(turn, day),
    )


def collect_until(turn: Turn, day: date) -> date:
    """The last day of collecting for a conference of this day: so many days before it, and not before today."""
    today = turn.tx.now.astimezone(turn.tx.commune.timezone).date()
    return max(day - timedelta(days=turn.tx.commune.collect_days), min(today, day))


async def keep(state: FSMContext, facts: Facts) -> None:
    await state.update_data({FACTS: facts.as_json()})


async def show_review(event: Message | CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """What would be proposed, below or in the place of the message whose button was tapped."""
    text, markup = await review(turn, state)
    if isinstance(event, CallbackQuery):
        await change(event, text, markup)
    else:
        await event.answer(text, reply_markup=markup)


async def review(turn: Turn, state: FSMContext) -> tuple[Html, InlineKeyboardMarkup]:
    """The draft as it would be proposed, or the question that is still open about a move: why."""
    data = await state.get_data()
    facts, conference = facts_in(data), await conference_in(turn, data)
    if facts is None:
        await state.set_state(Planning.when)
        return turn.say("o-plan-ask-when"), quit_button(turn)
    if conference is not None and conference.state in conferences.UPCOMING:
        return await _review_change(turn, state, conference, facts, data)
    await state.set_state(Planning.review)
    text = conferencewords.details(turn.say, turn.tx.commune, facts)
    if data.get(OVERRIDE):
        text = Html(f"{text}\n{turn.say('o-plan-overridden', reason=data[OVERRIDE])}")
    choices = [
        await _submit(turn, facts),
        (turn.say.plain("o-button-edit-content"), "o:content"),
        (turn.say.plain("o-button-edit-ways"), "o:ways"),
        (turn.say.plain("o-button-edit-other"), "o:other"),
        (turn.say.plain("o-button-discard"), "o:quit"),
    ]
    return text, keyboard(choices)


async def _submit(turn: Turn, facts: Facts) -> Choice:
    """The button that proposes just these facts: those of another draft have another hour."""
    key = "o-button-plan" if await planning.decides(turn.tx, official_of(turn)) else "o-button-propose"
    return turn.say.plain(key), f"o:propose:{int(facts.starts_at.timestamp())}"


async def _review_change(
    turn: Turn, state: FSMContext, conference: Conference, facts: Facts, data: Mapping[str, Any]
) -> tuple[Html, InlineKeyboardMarkup]:
    moves = planning.moves_it(turn.tx, conference, facts)
    told = await _who_is_told(turn, conference, facts) if moves else None
    if told is not None and not data.get(REASON):
        await state.set_state(Planning.reason)
        return Html(f"{told}\n{turn.say('o-plan-ask-reason')}"), quit_button(turn)
    await state.set_state(Planning.review)
    if told is None:
        shown = conferencewords.details(turn.say, turn.tx.commune, facts)
        return turn.say("o-plan-preview-edit", details=shown), keyboard(
            [
                await _submit(turn, facts),
                (turn.say.plain("o-button-edit-other"), "o:other"),
                (turn.say.plain("o-button-discard"), "o:quit"),
            ]
        )
    why = turn.say("o-plan-moved-because", reason=data[REASON])
    choices = [
        await _submit(turn, facts),
        (turn.say.plain("o-button-edit-reason"), "o:reason"),
        (turn.say.plain("o-button-edit-other"), "o:other"),
        (turn.say.plain("o-button-discard"), "o:quit"),
    ]
    return Html(f"{told}\n{why}"), keyboard(choices)


async def _who_is_told(turn: Turn, conference: Conference, facts: Facts) -> Html:
    """From when to when, the law's new days, and how many are told otherwise."""
    tx, say, commune = turn.tx, turn.say, turn.tx.commune
    today = conferencewords.local(commune, tx.now).date()
    first = conferencewords.local(commune, facts.starts_at).date()
    last = conferencewords.local(commune, facts.meetings[-1].starts_at).date()
    announce = first - timedelta(days=proofs.NOTICE_DAYS)
    turnout = await registrations.turnout(tx, conference)
    before = conferences.facts_of(tx, conference)
    return say(
        "o-plan-preview-move",
        before=conferencewords.meetings(say, commune, before.meetings),
        after=conferencewords.meetings(say, commune, facts.meetings),
        announce=short_day(announce),
        late="yes" if announce < today else "no",
        publish=short_day(last + timedelta(days=proofs.RESULT_DAYS)),
        told=await retelling.count_told(tx, conference),
        registered=turnout.coming + turnout.asked,
        heads=len(await tell.accounts_in(tx, [Role.VILLAGE_HEAD])),
        collect=short_day(facts.collect_until),
    )


def quit_button(turn: Turn) -> InlineKeyboardMarkup:
    return keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
