"""Setting the conference (`/hoinghi`): day and hour typed, place by button, shown whole, then before the leader."""

from dataclasses import replace
from datetime import datetime

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import conferencewords
from handlers.dates import DateError, ImpossibleDate, PastDate, parse_when
from handlers.filters import Allowed, Picked, command
from handlers.keyboards import Choice, keyboard
from handlers.official import plancard
from handlers.official.commands import ROLES
from handlers.official.plandraft import (
    CONFERENCE,
    OVERRIDE,
    REASON,
    begin,
    conference_in,
    facts_in,
    keep,
    quit_button,
    show_review,
)
from handlers.official.planedits import EDITS
from handlers.official.reaching import with_leader
from handlers.official.states import Planning
from handlers.official.talk import alert, change, official_of, tell
from handlers.telling import cut, say_day
from handlers.turn import Turn
from handlers.words import DEFAULT_LANGUAGE, Html
from storage import conferences, planning
from storage.conferences import Facts, Meeting
from storage.models import ChangeKind, ConferenceChange, Official
from storage.planning import Incomplete, NotALeader, NothingChanged, Past, TooSoon
from storage.proofs import NOTICE_DAYS
from storage.rights import Right
from storage.states import ChangeState, ConferenceState, ForbiddenMove

LONGEST_NAME = 200
"""Characters of a title or a place."""


def build() -> Router:
    router = Router(name="planning")
    allowed = Allowed(Right.PLAN_CONFERENCE)
    words = (F.text, ~F.text.startswith("/"), allowed)
    router.message.register(show, command("hoinghi"), allowed)
    router.message.register(take_when, StateFilter(Planning.when), *words)
    router.message.register(take_place, StateFilter(Planning.place), *words)
    router.message.register(take_override, StateFilter(Planning.override), *words)
    router.message.register(show_review_again, StateFilter(Planning.review), *words)
    router.callback_query.register(tap_show, F.data == "o:hoinghi", allowed)
    router.callback_query.register(move, Picked("o:move"), allowed)
    router.callback_query.register(pick_hall, F.data == "o:hall", StateFilter(Planning.place), allowed)
    router.callback_query.register(ask_place, F.data == "o:elsewhere", StateFilter(Planning.place), allowed)
    router.callback_query.register(ask_override, F.data == "o:breakrule", StateFilter(Planning.when), allowed)
    router.callback_query.register(propose, Picked("o:propose"), allowed)
    stale = F.data.in_({"o:hall", "o:elsewhere", "o:breakrule", "o:byclusters", "o:clusterdone", "o:other", *EDITS})
    router.callback_query.register(past_step, stale | F.data.startswith("o:cluster:"), allowed)
    return router


async def show(message: Message, turn: Turn, state: FSMContext) -> None:
    conference = await conferences.in_hand(turn.tx)
    if conference is None:
        await _ask_when(state)
        await message.answer(turn.say("o-plan-ask-when"), reply_markup=quit_button(turn))
        return
    await state.clear()
    text, markup = await plancard.card(turn.tx, turn.say, official_of(turn), conference)
    await message.answer(text, reply_markup=markup)


async def tap_show(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    conference = await conferences.in_hand(turn.tx)
    if conference is None:
        await _ask_when(state)
        await tell(callback, turn.say("o-plan-ask-when"), quit_button(turn))
        return
    await state.clear()
    await tell(callback, *await plancard.card(turn.tx, turn.say, official_of(turn), conference))


async def _ask_when(state: FSMContext) -> None:
    await state.set_state(Planning.when)
    await state.set_data({})


async def move(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Dời ngày], and [Đổi ngày] of one that is only proposed."""
    conference = await conferences.in_hand(turn.tx)
    if conference is None or conference.id != picked:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Planning.when)
    await state.set_data({CONFERENCE: conference.id})
    await keep(state, conferences.facts_of(turn.tx, conference))
    await tell(callback, turn.say("o-plan-ask-new-when"), quit_button(turn))


async def take_when(message: Message, turn: Turn, state: FSMContext) -> None:
    try:
        starts = parse_when(message.text or "", turn.tx.now.astimezone(turn.tx.commune.timezone))
    except DateError as error:
        await message.answer(mend(turn, error), reply_markup=quit_button(turn))
        return
    data = await state.get_data()
    data.pop(OVERRIDE, None)
    facts = facts_in(data)
    facts = begin(turn, starts) if facts is None else moved_to(turn, facts, starts)
    await state.set_data(data)
    await keep(state, facts)
    if await is_lawful(message, turn, state, facts):
        await go_on(message, turn, state, facts)


def moved_to(turn: Turn, facts: Facts, starts: datetime) -> Facts:
    """The same conference on another day: what meets apart is moved by as much, and collecting ends as much later."""
    zone = turn.tx.commune.timezone
    before, day, today = (each.astimezone(zone).date() for each in (facts.starts_at, starts, turn.tx.now))
    meetings = tuple(replace(each, starts_at=each.starts_at + (starts - facts.starts_at)) for each in facts.meetings)
    until = max(facts.collect_until + (day - before), min(today, day))
    return replace(facts, meetings=meetings, collect_until=until)


async def is_lawful(event: Message | CallbackQuery, turn: Turn, state: FSMContext, facts: Facts) -> bool:
    """Whether the day keeps the law's seven; if not, that is said, with the first day that does."""
    data = await state.get_data()
    try:
        planning.check_date(turn.tx, facts, await conference_in(turn, data), data.get(OVERRIDE))
    except TooSoon as error:
        await state.set_state(Planning.when)
        text = turn.say(
            "o-plan-too-soon",
            day=conferencewords.spoken_day(turn.say, turn.tx.commune, facts.starts_at),
            days=NOTICE_DAYS,
            earliest=say_day(turn.say, error.earliest),
        )
        choices = [(turn.say.plain("o-button-discard"), "o:quit")]
        if await planning.decides(turn.tx, official_of(turn)):
            choices.insert(0, (turn.say.plain("o-button-break-rule"), "o:breakrule"))
        await say(event, text, keyboard(choices))
        return False
    except Past:
        await state.set_state(Planning.when)
        await say(event, turn.say("o-when-past", typed=when(turn, facts)), quit_button(turn))
        return False
    return True


async def go_on(event: Message | CallbackQuery, turn: Turn, state: FSMContext, facts: Facts) -> None:
    """The place, if there is none yet; else everything."""
    if all(each.place for each in facts.meetings):
        await show_review(event, turn, state)
        return
    await state.set_state(Planning.place)
    day = facts.starts_at.astimezone(turn.tx.commune.timezone).date()
    remark = conferencewords.remark(turn.say, turn.tx.commune, day)
    question = turn.say("o-plan-ask-place", when=when(turn, facts), remark=remark)
    choices = [
        (turn.say.plain("o-place-hall"), "o:hall"),
        (turn.say.plain("o-button-by-clusters"), "o:byclusters"),
        (turn.say.plain("o-button-elsewhere"), "o:elsewhere"),
        (turn.say.plain("o-button-discard"), "o:quit"),
    ]
    await say(event, question, keyboard(choices))


def mend(turn: Turn, error: DateError) -> Html:
    """Why a day and hour cannot be taken, and how to type one."""
    typed = cut(error.text, 40)
    match error:
        case ImpossibleDate():
            return turn.say("o-when-impossible", typed=typed)
        case PastDate():
            return turn.say("o-when-past", typed=typed)
    return turn.say("o-when-unreadable", typed=typed)


async def ask_override(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Vẫn đặt, ghi lý do], for who may break the seven days."""
    if not await planning.decides(turn.tx, official_of(turn)):
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await state.set_state(Planning.override)
    await tell(callback, turn.say("o-plan-ask-override", days=NOTICE_DAYS), quit_button(turn))


async def take_override(message: Message, turn: Turn, state: FSMContext) -> None:
    facts = facts_in(await state.get_data())
    reason = " ".join((message.text or "").split())
    if facts is None or not 0 < len(reason) <= planning.MAX_REASON:
        limit = planning.MAX_REASON
        await message.answer(turn.say("o-plan-reason-length", limit=limit), reply_markup=quit_button(turn))
        return
    await state.update_data({OVERRIDE: reason})
    await go_on(message, turn, state, facts)


async def pick_hall(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    # What residents will read is kept in their first language, whatever the official's is.
    hall = turn.say.words.say(DEFAULT_LANGUAGE).plain("o-place-hall")
    await _put_place(callback, turn, state, hall)


async def ask_place(callback: CallbackQuery, turn: Turn) -> None:
    await tell(callback, turn.say("o-plan-ask-elsewhere"), quit_button(turn))


async def take_place(message: Message, turn: Turn, state: FSMContext) -> None:
    place = " ".join((message.text or "").split())
    if not place or len(place) > LONGEST_NAME:
        await message.answer(turn.say("o-name-length", limit=LONGEST_NAME), reply_markup=quit_button(turn))
        return
    await _put_place(message, turn, state, place)


async def _put_place(event: Message | CallbackQuery, turn: Turn, state: FSMContext, place: str) -> None:
    facts = facts_in(await state.get_data())
    if facts is None:
        await say(event, turn.say("o-plan-ask-when"), quit_button(turn))
        return
    # One place, so one meeting: the clusters that there were meet together.
    facts = replace(facts, meetings=(Meeting(facts.starts_at, place),), latitude=None, longitude=None)
    await keep(state, facts)
    await show_review(event, turn, state)


async def show_review_again(message: Message, turn: Turn, state: FSMContext) -> None:
    await show_review(message, turn, state)


async def propose(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Trình Chủ tịch], or [Đặt lịch] of who decides himself."""
    data = await state.get_data()
    facts = facts_in(data) if await state.get_state() == Planning.review.state else None
    if facts is None or int(facts.starts_at.timestamp()) != picked:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    conference = await conference_in(turn, data)
    if conference is None and (other := await _overtaken(turn)) is not None:
        await state.clear()
        await change(callback, other)
        return
    if not await is_lawful(callback, turn, state, facts):
        return
    try:
        proposal = await planning.propose(
            turn.tx,
            official_of(turn),
            facts,
            conference,
            reason=data.get(REASON),
            override=data.get(OVERRIDE),
        )
    except Incomplete as error:
        await alert(callback, turn.say.plain("o-plan-incomplete", fields=lacking(turn, error)))
        return
    except NothingChanged:
        await alert(callback, turn.say.plain("o-plan-nothing-changed"))
        return
    except (ForbiddenMove, NotALeader):
        await state.clear()
        await change(callback, turn.say("o-plan-overtaken"))
        return
    await state.clear()
    await change(callback, *await said(turn, proposal))


async def _overtaken(turn: Turn) -> Html | None:
    """What another official set meanwhile: a second conference is not begun beside one that is to come."""
    other = await conferences.in_hand(turn.tx)
    if other is None or other.state is ConferenceState.HELD:
        return None
    who = await turn.tx.session.get_one(Official, other.official_id)
    meets = conferencewords.meetings(turn.say, turn.tx.commune, other.sessions)
    return turn.say("o-plan-set-meanwhile", who=turn.say.plain(ROLES[who.role]), meets=meets)


def lacking(turn: Turn, error: Incomplete) -> str:
    """The fields that have no words, as an official calls them; plain text."""
    return ", ".join(turn.say.plain("o-plan-field", field=each) for each in error.missing)


async def said(turn: Turn, proposal: ConferenceChange) -> tuple[Html, InlineKeyboardMarkup | None]:
    """What became of a proposal the moment it was made."""
    conference = proposal.conference
    meets = conferencewords.meetings(turn.say, turn.tx.commune, conferences.facts_of(turn.tx, conference).meetings)
    if proposal.state is ChangeState.SUBMITTED:
        wanted = planning.proposed(proposal)
        meets = conferencewords.meetings(turn.say, turn.tx.commune, wanted.meetings) if wanted else meets
        text = turn.say("o-plan-proposed", kind=proposal.kind.value, title=conference.title, meets=meets)
        return await with_leader(turn, text), keyboard(
            [(turn.say.plain("o-button-recall"), f"o:unpropose:{proposal.id}")]
        )
    text = turn.say("o-plan-done", kind=proposal.kind.value, title=conference.title, meets=meets)
    return text, keyboard(done_choices(turn, proposal))


def done_choices(turn: Turn, proposal: ConferenceChange) -> list[Choice]:
    """What follows a change that stands: a conference that was set is announced next."""
    choices = [(turn.say.plain("o-button-conference"), "o:hoinghi")]
    if proposal.kind is not ChangeKind.CANCEL:
        choices.insert(0, (turn.say.plain("o-button-invite-all"), f"o:invite-all:{proposal.conference_id}"))
    return choices


async def past_step(callback: CallbackQuery, turn: Turn) -> None:
    await alert(callback, turn.say.plain("o-matter-gone"))


async def say(event: Message | CallbackQuery, text: Html, markup: InlineKeyboardMarkup) -> None:
    """In a new message, whether it was typed or tapped."""
    if isinstance(event, CallbackQuery):
        await tell(event, text, markup)
    else:
        await event.answer(text, reply_markup=markup)


def when(turn: Turn, facts: Facts) -> Html:
    return conferencewords.instant(turn.say, turn.tx.commune, facts.starts_at)
