"""Notices rendered: from kind and ids to one Bot API call, in the reader's language, when it is sent."""

from collections.abc import Mapping, Sequence

import handlers.official.announcecards
import handlers.official.answernotices
import handlers.official.commitcards
import handlers.official.conferencenotices
import handlers.official.delegating
import handlers.official.differing
import handlers.official.digesting
import handlers.official.groups
import handlers.official.notices
import handlers.official.proposals
import handlers.official.quotas
import handlers.official.relaying
import handlers.official.sealing
import handlers.official.unitcards
import handlers.resident.asked
import handlers.resident.conferencenotices
import handlers.resident.corrected
import handlers.resident.followed
import handlers.resident.joining
import handlers.resident.notices
import handlers.resident.released
import handlers.resident.sealed_notices
import handlers.resident.sorted
import handlers.resident.spreading
from handlers.rendering import (
    GONE,
    NOT_FOR_THEM,
    PENDING_SECONDS,
    Batch,
    Documents,
    Kind,
    Later,
    Never,
    Rendered,
    Skip,
    show_file,
)
from handlers.telling import code
from handlers.words import Say, Words
from storage import notices
from storage.database import Transaction
from storage.files import MediaStore
from storage.models import AttachmentState
from storage.outbox import Delivery

__all__ = ["Later", "Never", "Notices", "Rendered", "Skip"]


async def _file(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    attachment = batch.material.attachments.get(delivery.payload["attachment_id"])
    opinion = batch.material.opinions.get(delivery.payload["opinion_id"])
    if attachment is None or opinion is None:
        return GONE
    if not batch.material.may_open(delivery.account_id, attachment, opinion):
        return NOT_FOR_THEM
    if attachment.state is AttachmentState.PENDING:
        return Later(PENDING_SECONDS)
    return await show_file(batch.media, attachment, say("notice-file", code=code(batch.tx.commune, opinion)))


KINDS: Mapping[str, Kind] = {
    **handlers.official.digesting.KINDS,
    **handlers.official.groups.KINDS,
    **handlers.official.commitcards.KINDS,
    **handlers.official.conferencenotices.KINDS,
    **handlers.official.answernotices.KINDS,
    **handlers.official.delegating.KINDS,
    **handlers.official.notices.KINDS,
    **handlers.official.differing.KINDS,
    **handlers.official.proposals.KINDS,
    **handlers.official.quotas.KINDS,
    **handlers.official.unitcards.KINDS,
    **handlers.resident.asked.KINDS,
    **handlers.resident.conferencenotices.KINDS,
    **handlers.resident.followed.KINDS,
    **handlers.resident.joining.KINDS,
    **handlers.resident.corrected.KINDS,
    **handlers.resident.notices.KINDS,
    **handlers.resident.released.KINDS,
    **handlers.resident.sorted.KINDS,
    **handlers.official.sealing.KINDS,
    **handlers.resident.sealed_notices.KINDS,
    **handlers.resident.spreading.KINDS,
    **handlers.official.announcecards.KINDS,
    **handlers.official.relaying.KINDS,
    "file": _file,
}


class Notices:
    """Renders notices. One batch costs a few reads, whatever its size."""

    def __init__(self, words: Words, media: MediaStore, documents: Documents) -> None:
        self.words, self.media, self.documents = words, media, documents

    async def render(self, tx: Transaction, deliveries: Sequence[Delivery]) -> dict[int, Rendered]:
        """One Bot API call (with chat_id 0, which the courier fills in), Later or Never for each delivery, by its id.

        Raises KeyError for a kind that nobody renders.
        """
        if not deliveries:
            return {}
        batch = Batch(tx, await notices.load(tx, deliveries), self.media, self.documents)
        return {each.id: await KINDS[each.kind](batch, each, self.words.say(each.language)) for each in deliveries}
