"""What the office must know of a messenger: a plan that is nearly used up, a key that ends."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from aiogram.methods import SendMessage

from handlers import cards
from handlers.rendering import NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.words import Say
from storage import oa_tokens, quotas
from storage.models import Role
from storage.outbox import Delivery


def _is_for(batch: Batch, delivery: Delivery) -> bool:
    """Those who can lead people another way, or get a key."""
    reader = batch.material.readers.get(delivery.account_id)
    return reader is not None and reader.role in {Role.CLERK, Role.ADMIN}


async def _quota(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    if not _is_for(batch, delivery):
        return NOT_FOR_THEM
    told = delivery.payload
    used = {"used": told["used"], "limit": told["limit"]}
    if told["what"] != "paid":
        key = "notice-quota-people" if told["what"] == "people" else "notice-quota-messages"
        return SendMessage(chat_id=0, text=say(key, **used))
    window = batch.tx.commune.windows.get(told["messenger"])
    if window is None:
        # It was configured otherwise meanwhile.
        return NOT_FOR_THEM
    hours = window.free // timedelta(hours=1)
    return SendMessage(chat_id=0, text=say("notice-quota-paid", **used, hours=hours, price=window.price))


async def _key(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    if not _is_for(batch, delivery):
        return NOT_FOR_THEM
    key = "notice-oa-refused" if delivery.payload["what"] == "refused" else "notice-oa-lapses"
    until = datetime.fromisoformat(delivery.payload["until"])
    return SendMessage(chat_id=0, text=say(key, at=cards.say_instant(batch.tx.commune, until)))


KINDS: Mapping[str, Kind] = {quotas.KIND: _quota, oa_tokens.KIND: _key}
