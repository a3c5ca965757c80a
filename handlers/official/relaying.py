"""What a village head is sent of an announcement, and what he says he did with it."""

import asyncio
from collections.abc import Mapping

from aiogram import Router
from aiogram.methods import SendDocument, SendMessage
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardMarkup

from handlers.filters import Chosen, IsOfficial
from handlers.keyboards import keyboard
from handlers.official import forms
from handlers.official.talk import alert, change, official_of
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.resident.spreading import file_of
from handlers.telling import short_day, village_name
from handlers.turn import Turn
from handlers.words import DEFAULT_LANGUAGE, Html, Say
from storage import announcements, relays
from storage.database import Transaction
from storage.models import Announcement, Role, Task
from storage.outbox import Delivery
from storage.relays import NotHis
from storage.states import AnnouncementState

BUTTONS = {
    Task.FORWARD: "o-button-forwarded",
    Task.LOUDSPEAKER: "o-button-read-aloud",
    Task.POST: "o-button-posted",
}


def build() -> Router:
    router = Router(name="relaying")
    router.callback_query.register(tick, Chosen("o:relay"), IsOfficial())
    return router


async def tick(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    """[Đã chuyển nhóm], [Đã đọc loa], [Đã dán]."""
    announcement = await announcements.by_id(turn.tx, picked)
    if announcement is None or word not in [each.value for each in Task]:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    official = official_of(turn)
    try:
        await relays.tick(turn.tx, announcement, official, Task(word))
    except NotHis:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    await change(callback, *await _asked(turn.say, turn.tx, announcement, official.village_id or ""))


async def _asked(
    say: Say, tx: Transaction, announcement: Announcement, village_id: str
) -> tuple[Html, InlineKeyboardMarkup | None]:
    """What the head of a village is asked, what he did of it, and a button for each thing that is left."""
    done = (await relays.ticked(tx, announcement.id)).get(village_id, {})
    last = await relays.due(tx, announcement)
    name = village_name(say, tx.commune, village_id)
    if last is not None:
        text = say("o-relay-due", id=str(announcement.id), village=name, due=short_day(last))
    else:
        text = say("o-relay", id=str(announcement.id), village=name)
    if done:
        zone = tx.commune.timezone
        ticked = [
            say("o-relay-done", task=task.value, at=f"{row.at.astimezone(zone):%H:%M %d/%m}")
            for task, row in done.items()
        ]
        text = Html("\n".join([text, *ticked]))
    left = [(say.plain(key), f"o:relay:{announcement.id}:{task}") for task, key in BUTTONS.items() if task not in done]
    return text, keyboard(left) if left else None


# Notices


def _his(batch: Batch, delivery: Delivery) -> Announcement | Rendered:
    """The announcement, if the reader is the head of the village that this notice is for."""
    announcement = batch.material.announcements.get(delivery.payload["announcement_id"])
    reader = batch.material.readers.get(delivery.account_id)
    if announcement is None or announcement.state is AnnouncementState.DRAFT:
        return GONE
    if reader is None or reader.role is not Role.VILLAGE_HEAD or reader.village_id != delivery.payload["village_id"]:
        return NOT_FOR_THEM
    return announcement


async def _card(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    announcement = _his(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    text, markup = await _asked(say, batch.tx, announcement, delivery.payload["village_id"])
    return SendMessage(chat_id=0, text=text, reply_markup=markup)


async def _reminder(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    announcement = _his(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    village_id = delivery.payload["village_id"]
    if village_id not in await relays.behind(batch.tx, announcement):
        return GONE
    text, markup = await _asked(say, batch.tx, announcement, village_id)
    return SendMessage(chat_id=0, text=Html(f"{say('o-relay-reminder')}\n{text}"), reply_markup=markup)


async def _forward(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """Text alone, to be passed on as it is. The village reads it, in its own language."""
    announcement = _his(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    commune = batch.tx.commune
    text = say.words.say(DEFAULT_LANGUAGE)(
        "relay-forward",
        commune=commune.name[:1].upper() + commune.name[1:],
        text=forms.plain(announcement),
        office=commune.office,
        hotline=commune.hotline,
    )
    return SendMessage(chat_id=0, text=text)


async def _script(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    announcement = _his(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    spoken = forms.script(say.words.say(DEFAULT_LANGUAGE), batch.tx.commune, forms.plain(announcement))
    return SendMessage(chat_id=0, text=say("o-relay-script", text=spoken))


async def _paper(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """The notice for the board, to be printed."""
    announcement = _his(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    content = await asyncio.to_thread(batch.documents.notice, forms.notice(batch.tx, announcement))
    file = BufferedInputFile(content, f"thong-bao-{announcement.id}.docx")
    return SendDocument(chat_id=0, document=file, caption=say("o-relay-paper"))


async def _file(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    announcement = _his(batch, delivery)
    return await file_of(batch, announcement, delivery, say) if isinstance(announcement, Announcement) else announcement


KINDS: Mapping[str, Kind] = {
    "relay_card": _card,
    "relay_forward": _forward,
    "relay_script": _script,
    "relay_paper": _paper,
    "relay_file": _file,
    "relay_reminder": _reminder,
}
