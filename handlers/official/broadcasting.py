"""An announcement on its way: a copy to oneself, the leader's word, sent, stopped, resumed, taken back."""

from aiogram import F, Router
from aiogram.filters import CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from handlers.filters import MAX_ID_DIGITS, Allowed, Chosen, Picked, command
from handlers.incoming import words_of
from handlers.keyboards import keyboard
from handlers.official import announcecards
from handlers.official.announcecards import hour
from handlers.official.announcing import draft_behind, preview, put_down, what_became
from handlers.official.reaching import with_leader
from handlers.official.states import Announcing
from handlers.official.talk import alert, change, official_of, tell
from handlers.telling import village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import announcements, audiences, broadcasts, relays
from storage.announcements import Changed, Unready
from storage.approval import MAX_REASON
from storage.audiences import Audience
from storage.models import Announcement
from storage.rights import Right
from storage.states import AnnouncementState, ForbiddenMove


def build() -> Router:
    router = Router(name="broadcasting")
    allowed, leads = Allowed(Right.ANNOUNCE), Allowed(Right.APPROVE)
    router.message.register(stop_typed, command("dunggui"), allowed)
    router.message.register(take_reason, StateFilter(Announcing.reason), F.text, ~F.text.startswith("/"), leads)
    router.callback_query.register(send, Chosen("o:spread"), allowed)
    router.callback_query.register(send_again, Chosen("o:spread-again"), allowed)
    router.callback_query.register(try_out, Picked("o:trial"), allowed)
    router.callback_query.register(allow, Chosen("o:allow"), leads)
    router.callback_query.register(disallow, Chosen("o:disallow"), leads)
    router.callback_query.register(stop, Picked("o:halt"), allowed)
    router.callback_query.register(resume, Picked("o:resume"), allowed)
    router.callback_query.register(recall, Picked("o:unsend"), allowed)
    router.callback_query.register(nudge, Picked("o:nudge-villages"), allowed)
    return router


async def try_out(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Gửi thử cho tôi]."""
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    await announcements.show_to(turn.tx, announcement, turn.caller.account)
    await callback.answer(turn.say.plain("o-news-trial"))


async def send(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """[Gửi], [Trình duyệt gửi]."""
    await _send(callback, turn, state, picked, word, is_sure=False)


async def send_again(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """[Gửi lại]: the same words went to them these days, and that is meant."""
    await _send(callback, turn, state, picked, word, is_sure=True)


async def _send(
    callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str, *, is_sure: bool
) -> None:
    announcement = await draft_behind(callback, turn, picked)
    if announcement is None:
        return
    if word != str(announcement.revision):
        await alert(callback, turn.say.plain("o-news-changed"))
        await preview(callback, turn, state, announcement)
        return
    earlier = None if is_sure else await announcements.same_before(turn.tx, announcement)
    if earlier is not None:
        at = earlier.sent_at or earlier.scheduled_for or earlier.created_at
        text = turn.say("o-news-again", at=hour(turn.say, turn.tx.commune, at, turn.tx.now))
        choices = [
            (turn.say.plain("o-button-again"), f"o:spread-again:{announcement.id}:{announcement.revision}"),
            (turn.say.plain("o-button-not-again"), f"o:news:{announcement.id}"),
        ]
        await tell(callback, text, keyboard(choices))
        return
    chosen, official = Audience.read(announcement.audience), official_of(turn)
    found = await audiences.reach(turn.tx, chosen)
    if not found.told and not chosen.villages(turn.tx.commune):
        await alert(callback, turn.say.plain("o-announce-nobody"))
        return
    try:
        if await audiences.needs_leader(turn.tx, official, chosen, found):
            await announcements.submit(turn.tx, announcement, official, announcement.revision)
        else:
            await announcements.schedule(turn.tx, announcement, official, announcement.revision)
    except Unready:
        await alert(callback, turn.say.plain("o-announce-nobody"))
        return
    await put_down(state, announcement)
    await change(callback, *await _sent(turn, announcement, found.told))


async def _sent(turn: Turn, announcement: Announcement, count: int) -> tuple[Html, InlineKeyboardMarkup | None]:
    say, id_ = turn.say, str(announcement.id)
    when = hour(say, turn.tx.commune, announcement.scheduled_for or turn.tx.now, turn.tx.now)
    if announcement.state is AnnouncementState.SUBMITTED:
        markup = keyboard([(say.plain("o-button-recall"), f"o:unsend:{announcement.id}")])
        return await with_leader(turn, say("o-news-submitted", id=id_, count=count, when=when)), markup
    key = "o-news-scheduled" if announcement.state is AnnouncementState.SCHEDULED else "o-announce-sent"
    return say(key, id=id_, count=count, when=when), None


async def _submitted(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> Announcement | None:
    """The announcement that a leader was asked about, as he read it; otherwise what became of it is said."""
    announcement = await announcements.by_id(turn.tx, picked)
    if announcement is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return None
    if announcement.state is not AnnouncementState.SUBMITTED:
        await alert(callback, what_became(turn, announcement))
        return None
    if word != str(announcement.revision):
        await alert(callback, turn.say.plain("o-news-changed"))
        return None
    return announcement


async def allow(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Đồng ý gửi]."""
    announcement = await _submitted(callback, turn, picked, word)
    if announcement is None:
        return
    try:
        await announcements.approve(turn.tx, announcement, official_of(turn), announcement.revision)
    except (Changed, Unready, ForbiddenMove):
        await alert(callback, what_became(turn, announcement))
        return
    when = hour(turn.say, turn.tx.commune, announcement.scheduled_for or turn.tx.now, turn.tx.now)
    key = "o-news-allowed" if announcement.state is AnnouncementState.SCHEDULED else "o-news-allowed-now"
    await change(callback, turn.say(key, id=str(announcement.id), when=when))


async def disallow(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int, word: str) -> None:
    """[Sửa lại]: why?"""
    announcement = await _submitted(callback, turn, picked, word)
    if announcement is None:
        return
    await state.set_state(Announcing.reason)
    await state.set_data({"news_back": announcement.id})
    await tell(callback, turn.say("o-news-why", id=str(announcement.id)))


async def take_reason(message: Message, turn: Turn, state: FSMContext) -> None:
    announcement_id = (await state.get_data()).get("news_back")
    announcement = await announcements.by_id(turn.tx, announcement_id) if announcement_id else None
    reason = " ".join(words_of(message).split())
    if len(reason) > MAX_REASON:
        await message.answer(turn.say("o-answers-reason-long", limit=MAX_REASON))
        return
    await state.clear()
    if announcement is None or announcement.state is not AnnouncementState.SUBMITTED:
        await message.answer(turn.say("o-matter-gone"))
        return
    await announcements.send_back(turn.tx, announcement, official_of(turn), reason)
    await message.answer(turn.say("o-news-sent-back", id=str(announcement.id)))


async def stop_typed(message: Message, turn: Turn, command: CommandObject) -> None:
    """`/dunggui ID`; without one what is being sent, to stop by a button."""
    typed = (command.args or "").strip()
    announcement = (
        await announcements.by_id(turn.tx, int(typed))
        if typed.isascii() and typed.isdecimal() and len(typed) <= MAX_ID_DIGITS
        else None
    )
    if announcement is None:
        ids = await broadcasts.sending(turn.tx)
        choices = [(turn.say.plain("o-button-halt-one", id=str(each)), f"o:halt:{each}") for each in ids]
        key = "o-news-which" if ids else "o-news-none-sending"
        await message.answer(turn.say(key), reply_markup=keyboard(choices) if choices else None)
        return
    try:
        await broadcasts.stop(turn.tx, announcement, official_of(turn))
    except ForbiddenMove:
        await message.answer(what_became(turn, announcement))
        return
    await _show_card(message, turn, announcement)


async def _show_card(message: Message, turn: Turn, announcement: Announcement) -> None:
    text, markup = await announcecards.card(turn.say, turn.tx, announcement)
    await message.answer(text, reply_markup=markup)


async def stop(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Dừng gửi]."""
    announcement = await announcements.by_id(turn.tx, picked)
    if announcement is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    try:
        await broadcasts.stop(turn.tx, announcement, official_of(turn))
    except ForbiddenMove:
        await alert(callback, what_became(turn, announcement))
        return
    await change(callback, *await announcecards.card(turn.say, turn.tx, announcement))


async def resume(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Gửi tiếp]."""
    announcement = await announcements.by_id(turn.tx, picked)
    if announcement is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    try:
        await broadcasts.resume(turn.tx, announcement, official_of(turn))
    except ForbiddenMove:
        await alert(callback, what_became(turn, announcement))
        return
    await change(callback, *await announcecards.card(turn.say, turn.tx, announcement))


async def recall(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Rút lại]: before its hour."""
    announcement = await announcements.by_id(turn.tx, picked)
    if announcement is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    try:
        await announcements.recall(turn.tx, announcement, official_of(turn))
    except ForbiddenMove:
        await alert(callback, what_became(turn, announcement))
        return
    await change(callback, *await announcecards.card(turn.say, turn.tx, announcement))


async def nudge(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Nhắc thôn chưa làm]."""
    announcement = await announcements.by_id(turn.tx, picked)
    if announcement is None:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    count, headless = await relays.remind(turn.tx, announcement, official_of(turn))
    names = ", ".join(village_name(turn.say, turn.tx.commune, each) for each in headless)
    text = turn.say("o-news-nudged", count=count)
    if names:
        text = Html(f"{text}\n{turn.say('o-news-headless', names=names)}")
    await tell(callback, text)
