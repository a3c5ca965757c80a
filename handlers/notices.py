"""Notices rendered: from kind and ids to one Bot API call, in the reader's language, when it is sent."""

import asyncio
import io
import json
import mimetypes
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from aiogram.methods import SendDocument, SendMessage, SendPhoto, SendVoice, TelegramMethod
from aiogram.types import BufferedInputFile, FSInputFile

from handlers import cards
from handlers.keyboards import keyboard
from handlers.telling import EXCERPT, QUOTED, code, cut, say_day
from handlers.words import Html, Say, Words
from storage import data, notices
from storage.conferences import UPCOMING
from storage.database import Transaction
from storage.files import MediaStore
from storage.models import Attachment, AttachmentState, Opinion
from storage.notices import Material
from storage.outbox import Delivery
from storage.states import AnnouncementState, AnswerState

PENDING_SECONDS = 2.0
MAX_PHOTO = 10_000_000  # core.telegram.org/bots/api#sendphoto
MAX_ARCHIVE = 45_000_000
"""Bytes of files in an export: a bot may send 50 MB (core.telegram.org/bots/api#senddocument)."""
SPOKEN = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a"})
"""What sendVoice takes (core.telegram.org/bots/api#sendvoice)."""


@dataclass(frozen=True, slots=True)
class Later:
    """What the notice shows is not there yet (a file still being fetched): try again in so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Never:
    """There is nothing left to say (the row it spoke of is gone)."""

    reason: str


Rendered = TelegramMethod[Any] | Later | Never

GONE = Never("gone")
NOT_FOR_THEM = Never("not for this reader")


@dataclass(slots=True)
class _Batch:
    """One batch on its way: the rows it speaks of, and the announcements already said, by id and language."""

    tx: Transaction
    material: Material
    said: dict[tuple[int, str], Html] = field(default_factory=dict)


class Notices:
    """Renders notices. One batch costs a few reads, whatever its size."""

    def __init__(self, words: Words, media: MediaStore) -> None:
        self.words, self.media = words, media
        self._kinds: Mapping[str, Callable[[_Batch, Delivery, Say], Awaitable[Rendered]]] = {
            "card": self._card,
            "addition": self._addition,
            "reopened": self._reopened,
            "withdrawn": self._withdrawn,
            "answer": self._answer,
            "file": self._file,
            "file_lost": self._file_lost,
            "reminder": self._reminder,
            "announcement": self._announcement,
            "draft_offer": self._draft_offer,
            "export": self._export,
        }

    async def render(self, tx: Transaction, deliveries: Sequence[Delivery]) -> dict[int, Rendered]:
        """One Bot API call (with chat_id 0, which the courier fills in), Later or Never for each delivery, by its id.

        Raises KeyError for a kind that nobody renders.
        """
        if not deliveries:
            return {}
        batch = _Batch(tx, await notices.load(tx, deliveries))
        rendered: dict[int, Rendered] = {}
        for each in deliveries:
            rendered[each.id] = await self._kinds[each.kind](batch, each, self.words.say(each.language))
        return rendered

    async def _card(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        return self._about(batch, delivery, say, "notice-card")

    async def _reopened(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        return self._about(batch, delivery, say, "notice-reopened")

    async def _withdrawn(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        opinion = _readable(batch, delivery)
        if not isinstance(opinion, Opinion):
            return opinion
        return SendMessage(chat_id=0, text=say("notice-withdrawn", code=code(batch.tx.commune, opinion)))

    def _about(self, batch: _Batch, delivery: Delivery, say: Say, key: str) -> Rendered:
        opinion = _readable(batch, delivery)
        if not isinstance(opinion, Opinion):
            return opinion
        shown = cards.card(say, batch.tx.commune, opinion, batch.material.author(opinion))
        text = say(key, code=code(batch.tx.commune, opinion), card=shown)
        return SendMessage(chat_id=0, text=text, reply_markup=cards.card_buttons(say, opinion.id))

    async def _addition(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        opinion = _readable(batch, delivery)
        if not isinstance(opinion, Opinion):
            return opinion
        addition = batch.material.additions.get(delivery.payload["addition_id"])
        if addition is None or addition.opinion_id != opinion.id:
            return GONE
        text = say(
            "notice-addition",
            code=code(batch.tx.commune, opinion),
            words=cards.quote(say, cut(addition.text, QUOTED)),
            before=cards.quote(say, cut(opinion.text, EXCERPT)),
        )
        return SendMessage(chat_id=0, text=text, reply_markup=cards.card_buttons(say, opinion.id))

    async def _answer(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        commune = batch.tx.commune
        opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
        answer = batch.material.answers.get(delivery.payload["answer_id"])
        if opinion is None or answer is None or answer.state is not AnswerState.RELEASED:
            return GONE
        if answer.issue_id != opinion.issue_id or not batch.material.is_author(delivery.account_id, opinion):
            return NOT_FOR_THEM
        if any(each.state is AttachmentState.PENDING for each in answer.attachments):
            # Its files go first, and they were claimed together with it.
            return Later(PENDING_SECONDS)
        shown = code(commune, opinion)
        body = cards.answer_body(say, commune, answer)
        files = cards.answer_files(say, answer)
        text = say("notice-answer-files" if files else "notice-answer", code=shown, body=body, files=files)
        choices = [
            (say.plain("o-button-clear"), f"r:clear:{opinion.id}"),
            (say.plain("o-button-unclear"), f"r:unclear:{opinion.id}"),
        ]
        return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))

    async def _file(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        attachment = batch.material.attachments.get(delivery.payload["attachment_id"])
        opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
        if attachment is None or opinion is None:
            return GONE
        if not batch.material.may_open(delivery.account_id, attachment, opinion):
            return NOT_FOR_THEM
        if attachment.state is AttachmentState.PENDING:
            return Later(PENDING_SECONDS)
        return await self._bytes(attachment, say("notice-file", code=code(batch.tx.commune, opinion)))

    async def _bytes(self, attachment: Attachment, caption: Html) -> Rendered:
        digest = attachment.digest
        if attachment.state is AttachmentState.FAILED or digest is None:
            return Never("lost")
        try:
            await asyncio.to_thread(self.media.get, digest)
        except (OSError, ValueError):
            return Never("lost")
        name = attachment.file_name or f"{caption}{mimetypes.guess_extension(attachment.mime) or ''}"
        # The bytes are read when the call starts: a batch of large files must not stand in memory.
        content = FSInputFile(self.media.path(digest), filename=name)
        if attachment.kind == "photo" and (attachment.size or 0) <= MAX_PHOTO:
            return SendPhoto(chat_id=0, photo=content, caption=caption)
        if attachment.kind == "voice" and attachment.mime in SPOKEN:
            return SendVoice(chat_id=0, voice=content, caption=caption, duration=attachment.seconds)
        return SendDocument(chat_id=0, document=content, caption=caption)

    async def _file_lost(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        attachment = batch.material.attachments.get(delivery.payload["attachment_id"])
        if attachment is None or attachment.account_id != delivery.account_id:
            return GONE
        answer = batch.material.answers.get(attachment.answer_id) if attachment.answer_id is not None else None
        opinion_id = answer.opinion_id if answer else attachment.opinion_id
        opinion = batch.material.opinions.get(opinion_id) if opinion_id is not None else None
        shown = code(batch.tx.commune, opinion) if opinion else ""
        if answer is not None:
            text = say("notice-file-lost-answer", kind=attachment.kind, code=shown)
        elif opinion is not None:
            text = say("notice-file-lost", kind=attachment.kind, code=shown)
        else:
            text = say("notice-file-lost-draft", kind=attachment.kind)
        return SendMessage(chat_id=0, text=text)

    async def _reminder(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        conference = batch.material.conferences.get(delivery.payload["conference_id"])
        now, zone = batch.tx.now, batch.tx.commune.timezone
        if conference is None or conference.state not in UPCOMING or conference.starts_at <= now:
            return GONE
        starts = conference.starts_at.astimezone(zone)
        days = (starts.date() - now.astimezone(zone).date()) // timedelta(days=1)
        if days > delivery.payload["days"]:
            return Never("moved")
        text = say(
            "notice-reminder",
            days=days,
            part=_part_of_day(starts.hour),
            day=say_day(say, starts.date()),
            hour=f"{starts:%H}",
            minute=f"{starts:%M}",
            place=conference.place,
        )
        return SendMessage(chat_id=0, text=text)

    async def _announcement(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        announcement = batch.material.announcements.get(delivery.payload["announcement_id"])
        if announcement is None or announcement.state is AnnouncementState.DRAFT:
            return GONE
        key = (announcement.id, say.language)
        if key not in batch.said:
            batch.said[key] = cards.announcement(say, batch.tx.commune, announcement.text)
        return SendMessage(chat_id=0, text=batch.said[key])

    async def _draft_offer(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        draft = batch.material.drafts.get(delivery.payload["draft_id"])
        if draft is None or draft.account_id != delivery.account_id:
            return GONE
        zone = batch.tx.commune.timezone
        days = (batch.tx.now.astimezone(zone).date() - draft.updated_at.astimezone(zone).date()) // timedelta(days=1)
        if draft.text.strip():
            text = say("notice-draft", days=days, text=cut(draft.text, EXCERPT * 3))
        else:
            text = say("notice-draft-wordless", days=days)
        choices = [
            (say.plain("o-button-go-on"), f"r:ask:{draft.id}"),
            (say.plain("o-button-discard"), f"r:drop:{draft.id}"),
        ]
        return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))

    async def _export(self, batch: _Batch, delivery: Delivery, say: Say) -> Rendered:
        account = batch.material.accounts.get(delivery.account_id)
        if account is None:
            return GONE
        held = await data.holdings(batch.tx, account)
        packed, left = await asyncio.to_thread(self._archive, held)
        caption = say("notice-export-partly", left=left) if left else say("notice-export")
        name = say.plain("o-export-name")
        return SendDocument(chat_id=0, document=BufferedInputFile(packed, f"{name}.zip"), caption=caption)

    def _archive(self, held: data.Holdings) -> tuple[bytes, int]:
        """The ZIP, and how many of her files were left out of it: not fetched, gone, or more than one message takes."""
        out = io.BytesIO()
        left, room = 0, MAX_ARCHIVE
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.json", json.dumps(held.as_dict(), ensure_ascii=False, indent=2))
            packed: set[str] = set()
            for attachment in held.attachments():
                digest = attachment.digest
                if digest in packed:
                    continue
                try:
                    content = self.media.get(digest) if digest else None
                except (OSError, ValueError):
                    content = None
                if digest is None or content is None or len(content) > room:
                    left += 1
                    continue
                packed.add(digest)
                room -= len(content)
                archive.writestr(f"{digest}{mimetypes.guess_extension(attachment.mime) or ''}", content)
        return out.getvalue(), left


def _readable(batch: _Batch, delivery: Delivery) -> Opinion | Never:
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    if opinion is None:
        return GONE
    return opinion if batch.material.may_read(delivery.account_id, opinion) else NOT_FOR_THEM


def _part_of_day(hour: int) -> str:
    return next((part for end, part in ((11, "morning"), (13, "noon"), (18, "afternoon")) if hour < end), "evening")
