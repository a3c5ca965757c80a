"""An announcement as everyone gets it, and *Bớt tin nhắn*: who wants fewer of them."""

from collections.abc import Mapping
from datetime import timedelta

from aiogram import F, Router
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from handlers import cards
from handlers.keyboards import keyboard
from handlers.rendering import GONE, MUTED, PENDING_SECONDS, STOPPED, Batch, Kind, Later, Never, Rendered, show_file
from handlers.resident.saying import Event, choices, tell, tell_unknown
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import broadcasts, muting
from storage.audiences import Audience, AudienceKind
from storage.commune import Commune
from storage.models import Announcement, AttachmentState
from storage.outbox import Delivery
from storage.states import AnnouncementState

LATE = timedelta(days=1)
"""An announcement that comes so long after it was sent says of which day it is."""
GOING = frozenset({AnnouncementState.SENDING, AnnouncementState.DONE})


def build() -> Router:
    router = Router(name="spreading")
    router.callback_query.register(ask, F.data == "r:fewer")
    router.callback_query.register(choose, F.data.in_({"r:fewer:mine", "r:fewer:both"}))
    return router


async def ask(event: Event, turn: Turn, state: FSMContext) -> None:
    """[Bớt tin nhắn], and the same words typed: it only asks."""
    if turn.caller.person is None:
        await tell_unknown(event, turn)
    else:
        key = "fewer-muted" if turn.caller.person.muted_at is not None else "fewer"
        await tell(
            event, turn.say(key), choices(turn, ("button-mine-only", "r:fewer:mine"), ("button-both", "r:fewer:both"))
        )
    if isinstance(event, CallbackQuery):
        await event.answer()


async def choose(callback: CallbackQuery, turn: Turn) -> None:
    person = turn.caller.person
    if person is None:
        await tell_unknown(callback, turn)
    elif callback.data == "r:fewer:mine":
        await muting.mute(turn.tx, person)
        await tell(callback, turn.say("fewer-done"))
    else:
        muting.unmute(turn.tx, person)
        await tell(callback, turn.say("fewer-both"))
    await callback.answer()


def message_of(say: Say, commune: Commune, announcement: Announcement) -> tuple[Html, InlineKeyboardMarkup | None]:
    """The text and the buttons of an announcement, the same for all its readers of one language."""
    text = cards.announcement(say, commune, Html(announcement.text))
    if Audience.read(announcement.audience).kind is AudienceKind.ROLES:
        return text, None
    fewer = (say.plain("button-fewer"), "r:fewer")
    if (about := announcement.conference_id) is None:
        return text, keyboard([fewer])
    choices = [
        (say.plain("button-coming"), f"r:come:{about}"),
        (say.plain("button-speak-there"), f"r:talk:{about}"),
        (say.plain("button-raise"), "r:new"),
    ]
    return text, keyboard([*choices, fewer])


async def whole(batch: Batch, announcement: Announcement, say: Say) -> Rendered:
    """The message that carries the text, one object for all its readers of one language."""
    key = (announcement.id, say.language)
    if key not in batch.said:
        batch.said[key] = await _whole(batch, announcement, say)
    return batch.said[key]


async def _whole(batch: Batch, announcement: Announcement, say: Say) -> Rendered:
    """The text, under the announcement's one photo when it fits there."""
    text, markup = message_of(say, batch.tx.commune, announcement)
    if not broadcasts.is_captioned(announcement):
        return SendMessage(chat_id=0, text=text, reply_markup=markup)
    photo = announcement.attachments[0]
    if photo.state is AttachmentState.PENDING:
        return Later(PENDING_SECONDS)
    shown = await show_file(batch.media, photo, text)
    if isinstance(shown, Never):
        # The photo is lost; what is announced is not.
        return SendMessage(chat_id=0, text=text, reply_markup=markup)
    return shown if isinstance(shown, Later) else shown.model_copy(update={"reply_markup": markup})


def _going(batch: Batch, delivery: Delivery) -> Announcement | Never:
    """The announcement that is on its way to this account, if it still is."""
    announcement = batch.material.announcements.get(delivery.payload["announcement_id"])
    if announcement is None:
        return GONE
    if announcement.state is AnnouncementState.STOPPED:
        return STOPPED
    if announcement.state not in GOING:
        return GONE
    is_work = Audience.read(announcement.audience).kind is AudienceKind.ROLES
    return MUTED if delivery.account_id in batch.material.muted and not is_work else announcement


async def _announcement(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    found = _going(batch, delivery)
    return _dated(batch, delivery, await whole(batch, found, say), say) if isinstance(found, Announcement) else found


def _dated(batch: Batch, delivery: Delivery, said: Rendered, say: Say) -> Rendered:
    """With its day where it waited for her: "this Saturday" is another one by then."""
    since, tx = delivery.created_at, batch.tx
    if since is None or tx.now - since < LATE or not isinstance(said, SendMessage | SendPhoto):
        return said
    line = say("announcement-late", day=f"{since.astimezone(tx.commune.timezone):%d/%m}")
    if isinstance(said, SendPhoto):
        return said.model_copy(update={"caption": f"{line}\n{said.caption or ''}"})
    return said.model_copy(update={"text": f"{line}\n{said.text}"})


async def _file(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    found = _going(batch, delivery)
    if not isinstance(found, Announcement):
        return found
    return await file_of(batch, found, delivery, say)


async def file_of(batch: Batch, announcement: Announcement, delivery: Delivery, say: Say) -> Rendered:
    """One of its photos, or its document."""
    attachment_id = delivery.payload["attachment_id"]
    attachment = next((each for each in announcement.attachments if each.id == attachment_id), None)
    if attachment is None:
        return GONE
    if attachment.state is AttachmentState.PENDING:
        return Later(PENDING_SECONDS)
    return await show_file(batch.media, attachment, say("announcement-file", commune=batch.tx.commune.name))


KINDS: Mapping[str, Kind] = {"announcement": _announcement, "announcement_file": _file}
