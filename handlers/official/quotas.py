"""A messenger's plan that is nearly used up, told to those who can lead people another way."""

from collections.abc import Mapping

from aiogram.methods import SendMessage

from handlers.rendering import NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.words import Say
from storage import quotas
from storage.models import Role
from storage.outbox import Delivery


async def _quota(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    reader = batch.material.readers.get(delivery.account_id)
    if reader is None or reader.role not in {Role.CLERK, Role.ADMIN}:
        return NOT_FOR_THEM
    told = delivery.payload
    key = "notice-quota-people" if told["what"] == "people" else "notice-quota-messages"
    return SendMessage(chat_id=0, text=say(key, used=told["used"], limit=told["limit"]))


KINDS: Mapping[str, Kind] = {quotas.KIND: _quota}
