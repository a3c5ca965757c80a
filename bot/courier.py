"""The courier: drains the outbox to every messenger, the urgent first, and writes down what became of each."""

import asyncio
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

import structlog
from aiogram.methods import TelegramMethod

from bot.lane import Lane
from bot.messengers.base import Messenger
from bot.tally import Timings
from handlers.notices import Notices
from storage import queues
from storage.database import Database

log = structlog.get_logger(__name__)


class Courier:
    """Every messenger's lane, side by side: one that is muted or refused does not hold the others."""

    def __init__(
        self,
        db: Database,
        messengers: Sequence[Messenger],
        notices: Notices,
        monotonic_clock: Callable[[], float] = monotonic,
    ) -> None:
        self.db = db
        self.timings = Timings()
        self.lanes = {each.name: Lane(db, each, notices, self.timings, monotonic_clock) for each in messengers}

    def courtesy(self, messenger: str, method: TelegramMethod[Any]) -> None:
        self.lanes[messenger].courtesies.add(method)

    async def run(self, stopping: asyncio.Event) -> None:
        """Sends until `stopping`. What was `sending` when the last process ended is unknown, and repeated once."""
        async with self.db.write() as tx:
            left_open = await queues.recover(tx)
        if left_open:
            # Said before any of it is repeated: most of it was claimed and never called, the rest may arrive twice.
            log.warning("courier.unknown", delivery_ids=left_open)
        async with self.db.write() as tx:
            # Behind all that was never claimed: whatever kills the process does not meet the same readers each time.
            await queues.repeat_unknown(tx, None if tx.commune.is_quiet(tx.now) else tx.now)
        async with asyncio.TaskGroup() as group:
            for lane in self.lanes.values():
                if left_open:
                    lane.start_carefully()
                group.create_task(lane.run(stopping))
