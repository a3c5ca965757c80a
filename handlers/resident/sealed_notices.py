"""Notices about a sealed matter to its author: never a word of what it says."""

from collections.abc import Mapping

from aiogram.methods import SendMessage

from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Never, Rendered
from handlers.resident import suspecting
from handlers.words import Say
from storage.commune import format_code
from storage.models import Sealed, Target
from storage.outbox import Delivery
from storage.states import SealedState


async def _hers(batch: Batch, delivery: Delivery) -> Sealed | Never:
    matter = await batch.tx.session.get(Sealed, delivery.payload["sealed_id"])
    account = batch.material.accounts.get(delivery.account_id)
    if matter is None:
        return GONE
    is_hers = account is not None and account.person_id is not None and account.person_id == matter.person_id
    return matter if is_hers else NOT_FOR_THEM


async def _ways(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    matter = await _hers(batch, delivery)
    if not isinstance(matter, Sealed):
        return matter
    if matter.state is not SealedState.ASKED or matter.target is None:
        return GONE
    commune, at = batch.tx.commune, f"r:seal:{matter.id}"
    shown = format_code(commune.short_code, matter.number)
    asked = suspecting.leader if matter.target is Target.LEADER else suspecting.ways
    text, markup = asked(say, commune, at, shown)
    return SendMessage(chat_id=0, text=text, reply_markup=markup)


async def _who(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    matter = await _hers(batch, delivery)
    if not isinstance(matter, Sealed):
        return matter
    if matter.state is not SealedState.ASKED or matter.target is not None:
        return GONE
    text, markup = suspecting.who(say, f"r:seal:{matter.id}", format_code(batch.tx.commune.short_code, matter.number))
    return SendMessage(chat_id=0, text=text, reply_markup=markup)


async def _told(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    matter = await _hers(batch, delivery)
    if not isinstance(matter, Sealed):
        return matter
    if matter.state in (SealedState.ASKED, SealedState.ERASED):
        return GONE
    commune = batch.tx.commune
    shown = format_code(commune.short_code, matter.number)
    text = say("accuse-told", code=shown, state=matter.state, reception=commune.reception)
    return SendMessage(chat_id=0, text=text)


KINDS: Mapping[str, Kind] = {"accuse_ways": _ways, "accuse_who": _who, "sealed_told": _told}
