"""A unit's own list, and what it does with an issue besides answering: every voice read, given back, asked later."""

from collections.abc import Sequence
from datetime import date

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from handlers import cards
from handlers.dates import DateError, ImpossibleDate, PastDate, UnreadableDate, parse_day
from handlers.filters import Allowed, Chosen, Picked
from handlers.incoming import words_of
from handlers.keyboards import keyboard
from handlers.official import unitcards
from handlers.official.approvalcards import unit_name
from handlers.official.drafting import came_back_line, quit_button, unfinished
from handlers.official.homes import HOMES, Page
from handlers.official.states import AskingLater, GivingBack
from handlers.official.talk import alert, change, is_about, official_of, send_files, tell
from handlers.telling import code, short_day
from handlers.turn import Turn
from handlers.words import Html
from storage import answers, commitments, issues, opinions, units
from storage.dues import FarDue
from storage.models import Issue, Opinion, Role
from storage.rights import Right, hears
from storage.states import ForbiddenMove, IssueState, OpinionState
from storage.units import MAX_REASON

GONE = (OpinionState.WITHDRAWN, OpinionState.REDIRECTED)

AT_ONCE = 20
"""Opinions of one issue that a tap shows; the next ones come with the next."""

NOT_OURS = {"unit": "o-not-ours-unit", "beyond": "o-not-ours-beyond"}
"""Ready reasons for giving an issue back, by the word on their buttons."""

LONGEST_DAY = 6
"""Words that a day may take at the beginning of what was typed: "thứ sáu tuần sau nhé"."""


def build() -> Router:
    router = Router(name="unitlist")
    writes, sorts = Allowed(Right.ANSWER), Allowed(Right.SORT)
    router.callback_query.register(turn_page, Picked("o:unit"), writes)
    router.callback_query.register(show_words, Picked("o:words"), Allowed(Right.READ))
    router.callback_query.register(more_words, Chosen("o:words"), Allowed(Right.READ))
    router.callback_query.register(ask_why_not_ours, Picked("o:notours"), writes)
    router.callback_query.register(tap_not_ours, Chosen("o:notours"), writes)
    router.message.register(type_not_ours, StateFilter(GivingBack.reason), F.text, ~F.text.startswith("/"), writes)
    router.callback_query.register(ask_day, Picked("o:later"), writes)
    router.message.register(take_day, StateFilter(AskingLater.day), F.text, ~F.text.startswith("/"), writes)
    router.message.register(take_reason, StateFilter(AskingLater.reason), F.text, ~F.text.startswith("/"), writes)
    router.callback_query.register(agree, Chosen("o:laterok"), sorts)
    router.callback_query.register(refuse, Chosen("o:laterno"), sorts)
    return router


async def home(turn: Turn) -> Page:
    return await _page(turn, 0)


HOMES[Role.STAFF] = home


async def _page(turn: Turn, position: int) -> Page:
    """Counts first, then one issue, what burns first; each has its buttons and a reply to it is its answer."""
    say, commune, official = turn.say, turn.tx.commune, official_of(turn)
    work = await units.work(turn.tx, official.unit_id)
    count = len(work.issue_ids)
    lines = [say("o-unit-home", unit=unit_name(commune, official.unit_id), count=count)]
    for key, many in (
        ("o-unit-late", work.late),
        ("o-unit-today", work.due_today),
        ("o-unit-sent-back", work.sent_back),
        ("o-unit-submitted", work.submitted),
    ):
        if many:
            lines.append(say(key, count=many))
    begun, going_on = await unfinished(turn)
    if begun is not None:
        lines.append(begun)
    text = Html(" ".join(lines))
    position = min(position, count - 1)
    followed = (await commitments.listing(turn.tx, official, 0, 1)).open
    promises = [(say.plain("o-button-promises"), "o:commitments:0")] if followed else []
    issue = await issues.by_id(turn.tx, work.issue_ids[position]) if count else None
    voices = await issues.opinions_of(turn.tx, issue) if issue is not None else []
    if issue is None or not voices:
        rest = going_on + promises
        return Page(text, keyboard(rest) if rest else None)
    live = [each for each in voices if each.state not in GONE] or voices
    shown = say("o-page", position=position + 1, count=count, card=unitcards.text(say, commune, issue, live))
    choices = unitcards.buttons(say, issue, live)
    came_back = await answers.sent_back(turn.tx, official, issues.first_of(live))
    if came_back is not None and came_back.returned_at is not None:
        shown = Html(f"{shown}\n{came_back_line(say, came_back)}")
        choices.insert(1, (say.plain("o-button-review"), f"o:review:{came_back.id}"))
    if position:
        choices.append(("‹", f"o:unit:{position - 1}"))
    if position + 1 < count:
        choices.append(("›", f"o:unit:{position + 1}"))
    return Page(Html(f"{text}\n\n{shown}"), keyboard(choices + going_on + promises), issues.first_of(live))


async def turn_page(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """‹ and ›."""
    if official_of(turn).role is not Role.STAFF:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    page = await _page(turn, picked)
    await change(callback, page.text, page.markup)
    if page.opinion is not None:
        is_about(turn, page.opinion)


async def show_words(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Xem n lời]: every opinion of one issue, whole."""
    await _show_words(callback, turn, picked, 0)


async def more_words(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    await _show_words(callback, turn, picked, int(word) if word.isdecimal() else 0)


async def _show_words(callback: CallbackQuery, turn: Turn, issue_id: int, offset: int) -> None:
    official, say = official_of(turn), turn.say
    issue = await issues.by_id(turn.tx, issue_id)
    found = await issues.opinions_of(turn.tx, issue) if issue is not None else []
    whole = [await opinions.visible(turn.tx, official, opinion_id=each.id) for each in found[offset : offset + AT_ONCE]]
    shown = [each for each in whole if each is not None and each.state not in GONE]
    if not shown:
        await alert(callback, say.plain("o-matter-gone"))
        return
    blocks: list[Html] = []
    for each in shown:
        blocks += await _words(turn, each)
    texts = cards.pack(blocks)
    more = [(say.plain("o-button-more-words"), f"o:words:{issue_id}:{offset + AT_ONCE}")]
    for number, text in enumerate(texts, start=1):
        is_last = number == len(texts) and offset + AT_ONCE < len(found)
        await tell(callback, text, keyboard(more) if is_last else None)
        is_about(turn, shown[0])
    await _send_files(turn, shown)


async def _words(turn: Turn, opinion: Opinion) -> list[Html]:
    author = await opinions.author_of(turn.tx, opinion, official_of(turn))
    first, *rest = cards.parts(opinion.text)
    blocks = [Html(f"{cards.head(turn.say, turn.tx.commune, opinion, author)}\n{cards.quote(turn.say, first)}")]
    blocks += [cards.quote(turn.say, part) for part in rest]
    for addition in opinion.additions:
        at = cards.say_instant(turn.tx.commune, addition.added_at)
        blocks += [turn.say("o-matter-addition", at=at, text=part) for part in cards.parts(addition.text)]
    return blocks


async def _send_files(turn: Turn, shown: Sequence[Opinion]) -> None:
    """Their pictures and papers; what was spoken stays with the office (dialogues.md, section 7)."""
    may_hear = hears(official_of(turn))
    found = ((each.id, file) for each in shown for file in each.attachments if may_hear or file.kind != "voice")
    await send_files(turn, found)


async def _own_issue(turn: Turn, issue_id: int) -> tuple[Issue, Opinion] | None:
    """An issue of this official's unit with the opinion whose code names it; another's is as if it were not there."""
    issue, official = await issues.by_id(turn.tx, issue_id), official_of(turn)
    lead = await issues.lead(turn.tx, issue) if issue is not None else None
    if issue is None or lead is None or official.role is not Role.STAFF or issue.unit_id != official.unit_id:
        return None
    return issue, lead


async def _waiting(callback: CallbackQuery, turn: Turn, issue_id: int) -> tuple[Issue, Opinion] | None:
    """The same while it waits for the unit; otherwise where it stands is said."""
    found = await _own_issue(turn, issue_id)
    if found is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if found[0].state is not IssueState.ASSIGNED:
        state = turn.say.plain("o-unit-card-state", state=found[0].state.value)
        await alert(callback, turn.say.plain("o-unit-not-waiting", code=code(turn.tx.commune, found[1]), state=state))
        return None
    return found


async def ask_why_not_ours(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Không phải việc phòng]."""
    found = await _waiting(callback, turn, picked)
    if found is None:
        return
    await state.set_state(GivingBack.reason)
    await state.set_data({"issue_id": picked})
    choices = [
        (turn.say.plain("o-button-other-unit"), f"o:notours:{picked}:unit"),
        (turn.say.plain("o-button-beyond"), f"o:notours:{picked}:beyond"),
        (turn.say.plain("o-button-discard"), "o:quit"),
    ]
    await tell(callback, turn.say("o-not-ours-why", code=code(turn.tx.commune, found[1])), keyboard(choices))


async def tap_not_ours(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    found = await _waiting(callback, turn, picked) if word in NOT_OURS else None
    if found is None:
        return
    if (await state.get_data()).get("issue_id") == picked:
        await state.clear()
    await change(callback, await _give_back(turn, *found, turn.say.plain(NOT_OURS[word])))


async def type_not_ours(message: Message, turn: Turn, state: FSMContext) -> None:
    found = await _own_issue(turn, int((await state.get_data()).get("issue_id") or 0))
    reason = words_of(message)
    if found is not None and len(reason) > MAX_REASON:
        await message.answer(turn.say("o-answers-reason-long", limit=MAX_REASON), reply_markup=quit_button(turn))
        return
    await state.clear()
    await message.answer(turn.say("o-matter-gone") if found is None else await _give_back(turn, *found, reason))


async def _give_back(turn: Turn, issue: Issue, lead: Opinion, reason: str) -> Html:
    shown = code(turn.tx.commune, lead)
    try:
        await units.give_back(turn.tx, issue, official_of(turn), reason)
    except ForbiddenMove:
        state = turn.say("o-unit-card-state", state=issue.state.value)
        return turn.say("o-unit-not-waiting", code=shown, state=state)
    return turn.say("o-given-back", code=shown)


async def ask_day(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Xin lùi hạn]."""
    found = await _waiting(callback, turn, picked)
    if found is None:
        return
    await state.set_state(AskingLater.day)
    await state.set_data({"issue_id": picked})
    due = short_day(found[0].due) if found[0].due else "…"
    await tell(callback, turn.say("o-later-ask", code=code(turn.tx.commune, found[1]), due=due), quit_button(turn))


def leading_day(text: str, today: date) -> tuple[date, str]:
    """The day at the beginning of `text`, and the words after it. Raises a DateError when it begins with none."""
    words, problem = text.split(), UnreadableDate(text) if text else UnreadableDate("…")
    for count in range(min(LONGEST_DAY, len(words)), 0, -1):
        try:
            day = parse_day(" ".join(words[:count]).rstrip(":,;.-–"), today)
        except UnreadableDate:
            continue
        except DateError as error:
            problem = error  # type: ignore[assignment]
            continue
        return day, " ".join(words[count:]).lstrip(":,;.-– ")
    raise problem


async def take_day(message: Message, turn: Turn, state: FSMContext) -> None:
    """A day, and why in the same breath, or asked for after it."""
    found = await _own_issue(turn, int((await state.get_data()).get("issue_id") or 0))
    if found is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    today, typed = issues.today(turn.tx), words_of(message)
    key = None
    try:
        day, reason = leading_day(typed, today)
    except ImpossibleDate:
        key = "o-answers-day-impossible"
    except PastDate:
        key = "o-answers-day-past"
    except DateError:
        key = "o-answers-day-unreadable"
    if key is not None:
        await message.answer(turn.say(key, typed=typed[:40]), reply_markup=quit_button(turn))
        return
    # An answer is owed on a day that the office works.
    day = turn.tx.commune.calendar.next_working(day)
    if day <= max(found[0].due or date.min, today):
        due = short_day(found[0].due) if found[0].due else short_day(today)
        await message.answer(turn.say("o-later-not-later", due=due), reply_markup=quit_button(turn))
        return
    if not reason:
        await state.set_state(AskingLater.reason)
        await state.set_data({"issue_id": found[0].id, "day": day.isoformat()})
        await message.answer(turn.say("o-later-why", day=short_day(day)), reply_markup=quit_button(turn))
        return
    await _ask_later(message, turn, state, found, day, reason)


async def take_reason(message: Message, turn: Turn, state: FSMContext) -> None:
    data = await state.get_data()
    found = await _own_issue(turn, int(data.get("issue_id") or 0))
    if found is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    await _ask_later(message, turn, state, found, date.fromisoformat(data["day"]), words_of(message))


async def _ask_later(
    message: Message, turn: Turn, state: FSMContext, found: tuple[Issue, Opinion], day: date, reason: str
) -> None:
    issue, lead = found
    if len(reason) > MAX_REASON:
        await message.answer(turn.say("o-answers-reason-long", limit=MAX_REASON), reply_markup=quit_button(turn))
        return
    await state.clear()
    shown = code(turn.tx.commune, lead)
    try:
        await units.ask_later(turn.tx, issue, official_of(turn), day, reason)
    except ForbiddenMove:
        text = turn.say("o-unit-card-state", state=issue.state.value)
        await message.answer(turn.say("o-unit-not-waiting", code=shown, state=text))
        return
    except FarDue:
        await state.set_state(AskingLater.day)
        await state.set_data({"issue_id": issue.id})
        await message.answer(turn.say("o-later-far"), reply_markup=quit_button(turn))
        return
    await message.answer(turn.say("o-later-asked", code=shown, day=short_day(day)))


async def agree(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Đồng ý]: the day moves, and those who asked are told why."""
    await _decide(callback, turn, picked, word, agrees=True)


async def refuse(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Giữ hạn]."""
    await _decide(callback, turn, picked, word, agrees=False)


async def _decide(callback: CallbackQuery, turn: Turn, issue_id: int, word: str, *, agrees: bool) -> None:
    issue = await issues.by_id(turn.tx, issue_id)
    lead = await issues.lead(turn.tx, issue) if issue is not None else None
    if issue is None or lead is None or not word.isdecimal():
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    shown, due = code(turn.tx.commune, lead), date.fromordinal(min(int(word), date.max.toordinal()) or 1)
    decide = units.agree_later if agrees else units.refuse_later
    if not await decide(turn.tx, issue, official_of(turn), due):
        stands = short_day(issue.due) if issue.due else "…"
        await change(callback, turn.say("o-later-over", code=shown, due=stands))
        return
    key = "o-later-agreed" if agrees else "o-later-refused"
    await change(callback, turn.say(key, code=shown, due=short_day(issue.due) if issue.due else "…"))
