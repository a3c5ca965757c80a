"""Whether the program does its work: what `/readyz` answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError

from bot.courier import Courier
from bot.lane import Lane
from bot.messengers.base import Messenger
from bot.pages.server import Problems
from storage import queues
from storage.database import Database, Transaction
from storage.models import Priority

LAG = timedelta(minutes=2)
"""A message that could have gone for so long and has not: `/readyz` says so."""


def readiness(db: Database, messengers: Sequence[Messenger], courier: Courier) -> Problems:
    """What `/readyz` asks: the record, the courier, each messenger."""

    async def problems() -> Mapping[str, str | None]:
        found: dict[str, str | None] = {}
        try:
            async with db.read() as tx:
                late = [one for each in messengers if (one := await _late(tx, courier.lanes[each.name])) is not None]
        except DBAPIError as error:
            found["database"] = type(error.orig).__name__
            return found
        found["database"] = None
        found["courier"] = f"a message has waited since {min(late).isoformat()}" if late else None
        for messenger in messengers:
            found[messenger.name] = courier.lanes[messenger.name].stopped or messenger.trouble()
        return found

    return problems


async def _late(tx: Transaction, lane: Lane) -> datetime | None:
    """Since when something waits in this lane that should have gone; None while all goes as it can.

    A broadcast may take longer than LAG: it is late when nothing goes any more.
    """
    reply = await queues.next_due(tx, lane.messenger.name, Priority.REPLY)
    if reply is not None and tx.now - reply > LAG:
        return reply
    oldest = await queues.next_due(tx, lane.messenger.name)
    is_stuck = oldest is not None and tx.now - oldest > LAG and lane.idle_for() > LAG.total_seconds()
    return oldest if is_stuck else None
