"""Sorting, card by card: one tap decides, the next card comes in its place, and *Hoàn tác* takes it back."""

from aiogram import F, Router
from aiogram.filters import CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers import cards
from handlers.filters import Allowed, Picked, command
from handlers.keyboards import Choice, keyboard
from handlers.official import sortcards
from handlers.official.digesting import conference_line
from handlers.official.drafting import unfinished
from handlers.official.happened import sentence
from handlers.official.homes import HOMES, Page
from handlers.official.talk import alert, change, is_about, official_of
from handlers.telling import EXCERPT, QUOTED, code, cut, short_day
from handlers.turn import Turn
from handlers.words import Html
from storage import (
    changes,
    commitments,
    issues,
    mates,
    opinions,
    publication,
    sorting,
    undelivered,
    units,
    waiting,
)
from storage.commune import parse_code
from storage.lengths import units as length_of
from storage.models import Event, Official, Opinion, Role
from storage.rights import Right, reads_received
from storage.sorting import Overtaken
from storage.states import ForbiddenMove
from storage.undoing import undo_of
from storage.waiting import Round

WHOLE = 2500
"""Characters of an opinion that the card in hand shows: one card a message has room for nearly everything."""

ADDITIONS = 3
"""The newest further words that it shows, each cut; all of it is read on request."""

TOTAL = "to_sort"
"""In the conversation's data: how many cards waited when this round began."""


def build() -> Router:
    router = Router(name="sorting")
    allowed = Allowed(Right.SORT)
    router.callback_query.register(start, F.data == "o:sort", allowed)
    router.callback_query.register(accept, Picked("o:accept"), allowed)
    router.callback_query.register(undo, Picked("o:undo"), allowed)
    router.callback_query.register(show_again, Picked("o:card"), allowed)
    router.message.register(by_command, command("phanloai"), allowed)
    return router


async def home(turn: Turn) -> Page:
    """What `/viec` shows to whoever sorts: the counts first."""
    round_ = await waiting.to_sort(turn.tx)
    lines = [turn.say("o-sort-home", count=len(round_.cards))]
    if round_.late:
        lines.append(turn.say("o-sort-late", count=round_.late))
    if round_.due_today:
        lines.append(turn.say("o-sort-today", count=round_.due_today))
    text = Html(" ".join(lines))
    kept = len(await waiting.kept(turn.tx))
    if kept:
        text = Html(f"{text}\n{turn.say('o-sort-kept', count=kept)}")
    begun, going_on = await unfinished(turn) if official_of(turn).role is Role.CLERK else (None, [])
    if begun is not None:
        text = Html(f"{text}\n{begun}")
    agreed = await publication.next_waiting(turn.tx)
    if agreed is not None:
        count = await publication.count_waiting(turn.tx)
        text = Html(f"{text}\n{turn.say('o-sort-publish', count=count)}")
    lost = len(await undelivered.answers(turn.tx))
    if lost:
        text = Html(f"{text}\n{turn.say('o-sort-undelivered', count=lost)}")
    if (line := await conference_line(turn.tx, turn.say)) is not None:
        text = Html(f"{text}\n{line}")
    choices: list[Choice] = []
    if round_.cards:
        choices.append((turn.say.plain("o-button-sort"), "o:sort"))
    if len(round_.cards) > 1:
        choices.append((turn.say.plain("o-button-clusters"), "o:clusters"))
    if kept:
        choices.append((turn.say.plain("o-button-kept"), "o:kept:0"))
    choices += going_on
    if agreed is not None:
        choices.append((turn.say.plain("o-button-publish"), f"o:publish:{agreed.id}"))
    if await commitments.count_open(turn.tx):
        choices.append((turn.say.plain("o-button-promises"), "o:commitments:0"))
    if lost:
        choices.append((turn.say.plain("o-button-undelivered"), "o:undelivered"))
    choices.append((turn.say.plain("o-button-conference"), "o:hoinghi"))
    return Page(text, keyboard(choices))


HOMES[Role.CLERK] = home


async def start(callback: CallbackQuery, turn: Turn, state: FSMContext) -> None:
    """[Phân loại lần lượt]: a round begins."""
    await state.clear()
    await show_next(callback, turn)


async def card(turn: Turn, opinion: Opinion, undo: int | None = None) -> tuple[Html, InlineKeyboardMarkup]:
    """The card of an opinion that waits, and its buttons. `opinion` must be loaded whole."""
    author = await opinions.author_of(turn.tx, opinion, official_of(turn))
    back = await units.returned_by(turn.tx, opinion.issue) if opinion.issue is not None else None
    offered = sortcards.offer(turn.tx.commune, opinion, await issues.default_due(turn.tx), back)
    mate = (await mates.mates(turn.tx, [opinion])).get(opinion.id)
    added = [turn.say("o-sort-addition", text=cut(each.text, EXCERPT * 3)) for each in opinion.additions[-ADDITIONS:]]
    if opinion.question:
        added.insert(0, turn.say("o-asked-before", question=opinion.question))
    limit, text = WHOLE, Html("")
    for limit in (WHOLE, QUOTED):
        shown = sortcards.text(turn.say, turn.tx.commune, opinion, author, offered, mate=mate, limit=limit)
        text = Html("\n".join([shown, *added]))
        if length_of(text) <= cards.LONGEST:
            break
    # Pictures and papers came with the first card, which may be far up by now, or another clerk's.
    has_more = bool(opinion.attachments) or sum(len(each.text) for each in opinion.additions) > EXCERPT * 3
    markup = sortcards.buttons(
        turn.say, turn.tx.commune, opinion, offered, mate=mate, limit=limit, has_more=has_more, undo=undo
    )
    return text, markup


async def advance(event: Message | CallbackQuery, turn: Turn, done: Html, undo: int | None) -> None:
    """Says what was done, with the button that undoes it, and shows the next card to sort in the same message.

    `undo` is the id of the event that can be undone. A tap on a card that was sent by itself changes that card alone:
    whoever takes cards as they come is not led into the list.
    """
    if not (isinstance(event, CallbackQuery) and await _changed_card(event, turn, undo)):
        await show_next(event, turn, done, undo)


async def _changed_card(callback: CallbackQuery, turn: Turn, undo: int | None) -> bool:
    """Changes the card that was tapped to what stands now, if it was sent by itself; whether it was."""
    if callback.message is None or turn.typed:
        return False
    behind = await waiting.card_behind(turn.tx, turn.caller.account.id, callback.message.message_id)
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=behind[1]) if behind else None
    if behind is None or opinion is None:
        return False
    await changes.shown_already(turn.tx, behind[0])
    await change(callback, *await standing(turn, opinion, undo))
    return True


async def show_next(
    event: Message | CallbackQuery, turn: Turn, done: Html | None = None, undo: int | None = None
) -> None:
    """The first card of those that wait, under what was just done; or what became of all of them."""
    official, data = official_of(turn), turn.caller.conversation.data
    if not await reads_received(turn.tx, official):
        # A leader beside a clerk acts on what he was shown; the list is not his.
        await say_in_place(event, turn, done or turn.say("o-matter-gone"), _undo_button(turn, undo))
        return
    round_ = await waiting.to_sort(turn.tx)
    opinion = None
    if round_.cards:
        opinion = await opinions.visible(turn.tx, official, opinion_id=round_.cards[0].opinion_id)
    if opinion is None:
        turn.caller.conversation.data = {key: value for key, value in data.items() if key != TOTAL}
        text, markup = await _summary(turn), _undo_button(turn, undo)
    else:
        total = max(int(data.get(TOTAL) or 0), len(round_.cards))
        turn.caller.conversation.data = {**data, TOTAL: total}
        shown, markup = await card(turn, opinion, undo)
        text = turn.say("o-page", position=_position(round_, total), count=total, card=shown)
    await say_in_place(event, turn, Html(f"{done}\n\n{text}") if done else text, markup, opinion)


def _position(round_: Round, total: int) -> int:
    fresh = len(round_.cards) - round_.put_off
    return total - fresh + 1 if fresh else total - len(round_.cards) + 1


async def say_in_place(
    event: Message | CallbackQuery,
    turn: Turn,
    text: Html,
    markup: InlineKeyboardMarkup | None,
    opinion: Opinion | None = None,
) -> None:
    if isinstance(event, CallbackQuery):
        await change(event, text, markup)
    else:
        await event.answer(text, reply_markup=markup)
    if opinion is not None:
        is_about(turn, opinion)


def _undo_button(turn: Turn, undo: int | None) -> InlineKeyboardMarkup | None:
    return keyboard([(turn.say.plain("o-button-undo"), f"o:undo:{undo}")]) if undo is not None else None


async def _summary(turn: Turn) -> Html:
    counts = await waiting.summary(turn.tx)
    lines = [turn.say("o-sort-nothing-left", opinions=counts.opinions, issues=counts.issues)]
    for key, count in (
        ("o-sort-asked", counts.asked),
        ("o-sort-redirected", counts.redirected),
        ("o-sort-ready", counts.ready),
        ("o-sort-proposed", counts.proposed),
    ):
        if count:
            lines.append(turn.say(key, count=count))
    left = turn.say("o-sort-left", unassigned=counts.unassigned, overdue=counts.overdue)
    return Html(f"{' '.join(lines)}\n{left}")


async def standing(turn: Turn, opinion: Opinion, undo: int | None) -> tuple[Html, InlineKeyboardMarkup]:
    """The card of one opinion as it stands: waiting with its buttons, or what was done with it."""
    if waiting.waits(opinion):
        return await card(turn, opinion)
    author = await opinions.author_of(turn.tx, opinion, official_of(turn))
    shown = await what_happened(turn, opinion)
    text = sortcards.settled(turn.say, turn.tx.commune, opinion, author, shown, issues.today(turn.tx))
    is_joined = await sorting.is_joined(turn.tx, opinion)
    return text, sortcards.settled_buttons(turn.say, opinion, undo, is_joined=is_joined)


async def what_happened(turn: Turn, opinion: Opinion) -> Html | None:
    """The last thing that an official did with an opinion or its issue: when, who, what."""
    act = (await waiting.last_acts(turn.tx, [opinion])).get(opinion.id)
    return sentence(turn.say, turn.tx.commune, *act, today=issues.today(turn.tx)) if act else None


async def _told(turn: Turn, event: Event) -> Html | None:
    actor = await turn.tx.session.get(Official, event.official_id) if event.official_id is not None else None
    return sentence(turn.say, turn.tx.commune, event, actor, today=issues.today(turn.tx))


async def meanwhile(event: Message | CallbackQuery, turn: Turn, opinion: Opinion, happened: Html | None = None) -> None:
    """Somebody was faster: says who did what, changes nothing, and goes on with the next card."""
    what = happened or await what_happened(turn, opinion)
    what = what or turn.say("o-office-state", state=opinion.state.value)
    done = turn.say("o-sort-meanwhile", code=code(turn.tx.commune, opinion), what=what)
    await advance(event, turn, done, None)


async def accept(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Nhận, giao …]: the unit of the field, by the default day."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    try:
        event = await sorting.accept(turn.tx, opinion, official_of(turn))
    except ForbiddenMove:
        await meanwhile(callback, turn, opinion)
        return
    await advance(callback, turn, assigned(turn, opinion), event.id)


def assigned(turn: Turn, opinion: Opinion, key: str = "o-sort-assigned") -> Html:
    """ "Đã giao KX-12 cho Phòng Kinh tế, hạn 03/12."."""
    commune, issue = turn.tx.commune, opinion.issue
    if issue is None or issue.due is None:
        raise LookupError("an accepted opinion has an issue with a day")
    unit = commune.unit(issue.unit_id) if issue.unit_id else None
    return turn.say(
        key,
        code=code(commune, opinion),
        unit=unit.name if unit else commune.office,
        due=short_day(issue.due),
    )


async def by_command(message: Message, turn: Turn, command: CommandObject) -> None:
    """`/phanloai CODE`: its card, whatever was done with it."""
    short_code = turn.tx.commune.short_code
    if not command.args:
        await message.answer(turn.say("o-sort-how", code=f"{short_code}-12"))
        return
    number = parse_code(command.args, short_code)
    opinion = await opinions.visible(turn.tx, official_of(turn), number=number) if number is not None else None
    if opinion is None:
        await message.answer(turn.say("o-code-unknown", code=command.args[:40]))
        return
    await say_in_place(message, turn, *await standing(turn, opinion, await _own_undo(turn, opinion)), opinion)


async def show_again(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Xem thẻ]: the card of one opinion again, in place."""
    opinion = await opinions.visible(turn.tx, official_of(turn), opinion_id=picked)
    if opinion is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    undo_id = await _own_undo(turn, opinion)
    if not await _changed_card(callback, turn, undo_id):
        await say_in_place(callback, turn, *await standing(turn, opinion, undo_id), opinion)


async def _own_undo(turn: Turn, opinion: Opinion) -> int | None:
    act = (await waiting.last_acts(turn.tx, [opinion])).get(opinion.id)
    return undo_of(act[0], official_of(turn)) if act is not None and not waiting.waits(opinion) else None


async def undo(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Hoàn tác]: takes the last step back, and shows its card again."""
    try:
        undone = await sorting.undo(turn.tx, official_of(turn), picked)
    except Overtaken as overtaken:
        opinion = await _subject(turn, overtaken.event)
        if opinion is None:
            await alert(callback, turn.say.plain("o-matter-gone"))
        else:
            happened = await _told(turn, overtaken.event) if overtaken.event is not None else None
            await meanwhile(callback, turn, opinion, happened)
        return
    opinion = undone and await opinions.visible(turn.tx, official_of(turn), opinion_id=undone.id)
    if opinion is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    if await _changed_card(callback, turn, None):
        return
    done = turn.say("o-sort-undone", code=code(turn.tx.commune, opinion))
    text, markup = await standing(turn, opinion, None)
    await say_in_place(callback, turn, Html(f"{done}\n\n{text}"), markup, opinion)


async def _subject(turn: Turn, event: Event | None) -> Opinion | None:
    """The opinion that an event happened to, or the first one of its issue, if this official may read it."""
    if event is None:
        return None
    opinion_id = event.subject_id
    if event.subject == "issue":
        issue = await issues.by_id(turn.tx, event.subject_id)
        first = await issues.lead(turn.tx, issue) if issue is not None else None
        opinion_id = first.id if first is not None else 0
    return await opinions.visible(turn.tx, official_of(turn), opinion_id=opinion_id)
