"""An announcement (`/phattin`) while it is written: its words, files and hour, shown as it will arrive."""

import re

from aiogram import F, Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message
from aiogram.utils.text_decorations import html_decoration

from handlers.dates import DateError, ImpossibleDate, PastDate, parse_when
from handlers.filters import Allowed, Chosen, Picked, command
from handlers.incoming import file_of, words_of
from handlers.keyboards import Choice, keyboard
from handlers.official import announcecards
from handlers.official.announcecards import hour
from handlers.official.answering import REFUSED
from handlers.official.drafting import say_to
from handlers.official.states import Announcing
from handlers.official.talk import alert, change, official_of, tell
from handlers.resident.spreading import message_of
from handlers.telling import cut
from handlers.turn import Turn
from handlers.words import Html
from storage import announcements, audiences, conferences
from storage.announcements import MAX_TEXT
from storage.audiences import Audience
from storage.models import Announcement
from storage.rights import Right
from storage.states import AnnouncementState, ConferenceState

_COMMAND = re.compile(r"^((?:<[^>]+>)*)/\w+(?:@\w+)?\s*")
LISTED = 5
"""Announcements that /phattin offers to go on with."""


def build() -> Router:
    router = Router(name="announcing")
    allowed = Allowed(Right.ANNOUNCE)
    words = (F.text, ~F.text.startswith("/"), allowed)
    written = StateFilter(Announcing.words, Announcing.review)
    router.message.register(by_command, command("phattin"), allowed)
    router.message.register(take, StateFilter(Announcing.words), *words)
    router.message.register(take, written, F.photo | F.document, allowed)
    router.message.register(show_again, StateFilter(Announcing.review), *words)
    router.message.register(take_hour, StateFilter(Announcing.hour), *words)
    router.callback_query.register(edit, Picked("o:reword"), allowed)
    router.callback_query.register(drop, Picked("o:unsay"), allowed)
    router.callback_query.register(drop_files, Picked("o:no-files"), allowed)
    router.callback_query.register(ask_hour, Picked("o:hour"), allowed)
    router.callback_query.register(pick_hour, Chosen("o:hour"), allowed)
    router.callback_query.register(show, Picked("o:news"), allowed)
    return router


def html_of(message: Message) -> str:
    """The words with their formatting, as the record keeps it."""
    entities = [each for each in message.entities or message.caption_entities or () if each.type != "bot_command"]
    # Of two that begin together the longer holds the other.
    entities.sort(key=lambda each: (each.offset, -each.length))
    return html_decoration.unparse(message.text or message.caption or "", entities)


async def by_command(message: Message, turn: Turn, state: FSMContext, command: CommandObject) -> None:
    """`/phattin`, also with the words behind it or under a photo."""
    await state.set_state(Announcing.words)
    await state.set_data({})
    if command.args or file_of(message) is not None:
        await _take(message, turn, state, _COMMAND.sub(r"\1", html_of(message), count=1))
        return
    going = (await announcements.in_hand(turn.tx))[:LISTED]
    choices: list[Choice] = [
        (turn.say.plain("o-button-news", id=str(each.id), state=each.state.value), f"o:news:{each.id}")
        for each in going
    ]
    conference = await conferences.current(turn.tx)
    if conference is not None and conference.state is ConferenceState.PLANNED:
        choices.append((turn.say.plain("o-button-invite-all"), f"o:invite-all:{conference.id}"))
    choices.append((turn.say.plain("o-button-discard"), "o:quit"))
    await message.answer(turn.say("o-announce-ask"), reply_markup=keyboard(choices))


async def take(message: Message, turn: Turn, state: FSMContext) -> None:
    await _take(message, turn, state, html_of(message))


async def show_again(message: Message, turn: Turn, state: FSMContext) -> None:
    announcement = await in_hand(turn, state)
    if announcement is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    await preview(message, turn, state, announcement)


async def in_hand(turn: Turn, state: FSMContext) -> Announcement | None:
    """The draft that this official is writing; None when it is gone or went on."""
    announcement_id = (await state.get_data()).get("announcement_id")
    found = await announcements.by_id(turn.tx, announcement_id) if announcement_id is not None else None
    return found if found is not None and found.state is AnnouncementState.DRAFT else None


async def _take(message: Message, turn: Turn, state: FSMContext, html: str) -> None:
    """Takes words, a file or both into the draft, and shows where it stands."""
    file, has_words = file_of(message), bool(html.strip())
    announcement = await in_hand(turn, state)
    if not has_words and announcement is None:
        key = "o-announce-words-first" if file is not None else "o-announce-ask"
        await message.answer(turn.say(key), reply_markup=_quit_button(turn))
        return
    if has_words and (problem := _too_long(turn, html)) is not None:
        await message.answer(problem, reply_markup=_quit_button(turn))
        return
    official = official_of(turn)
    if announcement is None:
        announcement = await announcements.draft(turn.tx, official, html)
    elif has_words:
        announcements.rewrite(turn.tx, announcement, official, html)
    refused = announcements.attach(turn.tx, turn.caller.account, announcement, official, file) if file else None
    if refused is not None:
        await message.answer(turn.say(REFUSED[refused]))
    joins = file is not None and not has_words and refused is None
    await preview(message, turn, state, announcement, joins=joins)


def _too_long(turn: Turn, html: str) -> Html | None:
    length = announcements.length(html)
    if length == 0:
        return turn.say("o-announce-ask")
    if length <= MAX_TEXT:
        return None
    return turn.say("o-announce-too-long", length=length, limit=MAX_TEXT, over=length - MAX_TEXT)


async def preview(
    event: Message | CallbackQuery,
    turn: Turn,
    state: FSMContext,
    announcement: Announcement,
    *,
    joins: bool = False,
) -> None:
    """The words exactly as they arrive, and below them whom they reach, when, and what can be done.

    `joins`: a further photo of an album came; the card of the others is changed in place.
    """
    data = await state.get_data()
    shown_id = data.get("shown_id") if data.get("announcement_id") == announcement.id else None
    await state.set_state(Announcing.review)
    await state.set_data({"announcement_id": announcement.id, "shown_id": shown_id})
    text, markup = await _review(turn, announcement)
    if joins and shown_id is not None and not turn.fixed:
        await turn.amend(shown_id, text, markup)
        return
    commune = turn.tx.commune
    shown, _ = message_of(turn.say, commune, announcement)
    await say_to(event, shown)
    if (plain := announcecards.plainly(turn.say, commune, announcement)) is not None:
        await say_to(event, plain)
    await say_to(event, text, markup)
    await state.update_data(shown_id=await turn.reply_id())


async def _review(turn: Turn, announcement: Announcement) -> tuple[Html, InlineKeyboardMarkup]:
    say, chosen = turn.say, Audience.read(announcement.audience)
    found = await audiences.reach(turn.tx, chosen)
    asks = await audiences.needs_leader(turn.tx, official_of(turn), chosen, found)
    choices = [
        (
            say.plain("o-button-submit-news" if asks else "o-button-spread"),
            f"o:spread:{announcement.id}:{announcement.revision}",
        ),
        (say.plain("o-button-trial"), f"o:trial:{announcement.id}"),
        (say.plain("o-button-whom"), f"o:whom:{announcement.id}"),
        (say.plain("o-button-hour"), f"o:hour:{announcement.id}"),
        (say.plain("o-button-reword"), f"o:reword:{announcement.id}"),
    ]
    return await announcecards.review(say, turn.tx, announcement, found), keyboard(choices)


async def draft_behind(callback: CallbackQuery, turn: Turn, announcement_id: int) -> Announcement | None:
    """The draft whose button was tapped; when it is gone or went on, that is said and None returned."""
    announcement = await announcements.by_id(turn.tx, announcement_id)
    if announcement is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if announcement.state is not AnnouncementState.DRAFT:
        await alert(callback, what_became(turn, announcement))
        return None
    return announcement


def what_became(turn: Turn, announcement: Announcement) -> str:
    """Where an announcement is that is no draft any more; plain text."""
    at = announcement.sent_at or announcement.scheduled_for or turn.tx.now
    when = hour(turn.say, turn.tx.commune, at, turn.tx.now)
    return turn.say.plain("o-news-already", id=str(announcement.id), state=announcement.state.value, at=when)


async def put_down(state: FSMContext, announcement: Announcement) -> None:
    """Ends the writing of this one; another that is being written goes on."""
    if (await state.get_data()).get("announcement_id") == announcement.id:
        await state.clear()


async def show(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Xem lại], [Thông báo 12]: a draft to go on with, else its card."""
    announcement = await announcements.by_id(turn.tx, picked)
    if announcement is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
    elif announcement.state is AnnouncementState.DRAFT:
        await preview(callback, turn, state, announcement)
    else:
        await put_down(state, announcement)
        await tell(callback, *await announcecards.card(turn.say, turn.tx, announcement))
        turn.replies[-1].kind, turn.replies[-1].announcement_id = "announcement_card", announcement.id


async def edit(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Sửa lời]: other words, or another file; from here it can also be dropped."""
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    await state.set_state(Announcing.words)
    await state.set_data({"announcement_id": announcement.id})
    choices = [(turn.say.plain("o-button-drop-news"), f"o:unsay:{announcement.id}")]
    if announcement.attachments:
        choices.insert(0, (turn.say.plain("o-button-no-files"), f"o:no-files:{announcement.id}"))
    await tell(callback, turn.say("o-announce-rewrite"), keyboard(choices))


async def drop(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    await put_down(state, announcement)
    await announcements.discard(turn.tx, announcement, official_of(turn))
    await change(callback, turn.say("o-announce-dropped"))


async def drop_files(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    await announcements.drop_files(turn.tx, announcement, official_of(turn))
    await preview(callback, turn, state, announcement)


async def ask_hour(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Đổi giờ]."""
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    await state.set_state(Announcing.hour)
    await state.set_data({"announcement_id": announcement.id})
    usual = hour(turn.say, turn.tx.commune, announcements.next_hour(turn.tx), turn.tx.now)
    choices = [
        (turn.say.plain("o-button-now"), f"o:hour:{announcement.id}:now"),
        (turn.say.plain("o-button-usual-hour", when=usual), f"o:hour:{announcement.id}:usual"),
    ]
    await tell(callback, turn.say("o-announce-hour"), keyboard(choices))


async def pick_hour(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    at = turn.tx.now if word == "now" else None
    announcements.schedule_for(turn.tx, announcement, official_of(turn), at)
    await preview(callback, turn, state, announcement)


async def take_hour(message: Message, turn: Turn, state: FSMContext) -> None:
    announcement = await in_hand(turn, state)
    if announcement is None:
        await state.clear()
        await message.answer(turn.say("o-matter-gone"))
        return
    try:
        at = parse_when(words_of(message), turn.tx.now.astimezone(turn.tx.commune.timezone))
    except DateError as error:
        key = {ImpossibleDate: "o-when-impossible", PastDate: "o-when-past"}.get(type(error), "o-when-unreadable")
        await message.answer(turn.say(key, typed=cut(error.text, 40)))
        return
    announcements.schedule_for(turn.tx, announcement, official_of(turn), at)
    await preview(message, turn, state, announcement)


def _quit_button(turn: Turn) -> InlineKeyboardMarkup:
    return keyboard([(turn.say.plain("o-button-discard"), "o:quit")])
