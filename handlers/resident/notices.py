"""Notices to residents, by kind."""

import asyncio
import io
import json
import mimetypes
import zipfile
from collections.abc import Mapping
from datetime import timedelta

from aiogram.methods import SendDocument, SendMessage
from aiogram.types import BufferedInputFile

from handlers import cards
from handlers.keyboards import keyboard
from handlers.rendering import GONE, NOT_FOR_THEM, PENDING_SECONDS, Batch, Kind, Later, Rendered
from handlers.telling import EXCERPT, code, cut
from handlers.words import Say
from storage import data
from storage.commune import format_code
from storage.files import MediaStore
from storage.models import AttachmentState, Suspicion
from storage.outbox import Delivery
from storage.states import AnswerState

ANSWER = {
    (True, False): "notice-answer",
    (True, True): "notice-answer-files",
    (False, False): "notice-answer-read-out",
    (False, True): "notice-answer-read-out-files",
}
"""By whether its author reads it herself, and whether files come with it."""

MAX_ARCHIVE = 45_000_000
"""Bytes of files in an export: a bot may send 50 MB (core.telegram.org/bots/api#senddocument)."""


async def _answer(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
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
    text = say(ANSWER[opinion.account_id is not None, bool(files)], code=shown, body=body, files=files)
    choices = [
        (say.plain("o-button-clear"), f"r:clear:{opinion.id}"),
        (say.plain("o-button-unclear"), f"r:unclear:{opinion.id}"),
    ]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _file_lost(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    attachment = batch.material.attachments.get(delivery.payload["attachment_id"])
    if attachment is None or attachment.account_id != delivery.account_id:
        return GONE
    answer = batch.material.answers.get(attachment.answer_id) if attachment.answer_id is not None else None
    opinion_id = answer.opinion_id if answer else attachment.opinion_id
    opinion = batch.material.opinions.get(opinion_id) if opinion_id is not None else None
    shown = code(batch.tx.commune, opinion) if opinion else ""
    if answer is not None:
        text = say("notice-file-lost-answer", kind=attachment.kind, code=shown)
    elif attachment.sealed_id is not None:
        text = say("accuse-file-lost", code=format_code(batch.tx.commune.short_code, attachment.sealed_id))
    elif opinion is not None:
        text = say("notice-file-lost", kind=attachment.kind, code=shown)
    elif attachment.commitment_id is not None:
        text = say("o-evidence-lost")
    elif attachment.announcement_id is not None:
        text = say("o-news-file-lost", id=str(attachment.announcement_id))
    else:
        text = say("notice-file-lost-draft", kind=attachment.kind)
    return SendMessage(chat_id=0, text=text)


async def _draft_offer(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    draft = batch.material.drafts.get(delivery.payload["draft_id"])
    if draft is None or draft.account_id != delivery.account_id:
        return GONE
    zone = batch.tx.commune.timezone
    days = (batch.tx.now.astimezone(zone).date() - draft.updated_at.astimezone(zone).date()) // timedelta(days=1)
    if draft.suspicion is Suspicion.ASKED:
        text = say("notice-draft-unquoted", days=days)
    elif draft.text.strip():
        text = say("notice-draft", days=days, text=cut(draft.text, EXCERPT * 3))
    else:
        text = say("notice-draft-wordless", days=days)
    choices = [
        (say.plain("o-button-go-on"), f"r:ask:{draft.id}"),
        (say.plain("o-button-discard"), f"r:drop:{draft.id}"),
    ]
    return SendMessage(chat_id=0, text=text, reply_markup=keyboard(choices))


async def _export(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    account = batch.material.accounts.get(delivery.account_id)
    if account is None:
        return GONE
    held = await data.holdings(batch.tx, account)
    packed, left = await asyncio.to_thread(_archive, batch.media, held)
    caption = say("notice-export-partly", left=left) if left else say("notice-export")
    name = say.plain("o-export-name")
    return SendDocument(chat_id=0, document=BufferedInputFile(packed, f"{name}.zip"), caption=caption)


def _archive(media: MediaStore, held: data.Holdings) -> tuple[bytes, int]:
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
                content = media.get(digest) if digest else None
            except (OSError, ValueError):
                content = None
            if digest is None or content is None or len(content) > room:
                left += 1
                continue
            packed.add(digest)
            room -= len(content)
            archive.writestr(f"{digest}{mimetypes.guess_extension(attachment.mime) or ''}", content)
    return out.getvalue(), left


KINDS: Mapping[str, Kind] = {
    "answer": _answer,
    "file_lost": _file_lost,
    "draft_offer": _draft_offer,
    "export": _export,
}
