"""Outcomes on their way to the record: many share a commit."""

from collections.abc import Callable
from datetime import timedelta

from storage import outbox, queues
from storage.database import Database
from storage.models import Priority
from storage.outbox import Outcome
from storage.states import DeliveryState

WRITE_AFTER = 0.05
"""Seconds that an outcome may wait for others to share its commit."""
FEW, WRITE_FEW_AFTER = 16, 0.25
"""So few wait longer, unless a reply is among them: each commit holds up the taps that come meanwhile."""
WRITE_AT = 128
REPEAT_AFTER = timedelta(seconds=2)


class Ledger:
    """One lane's. `again` are (account, priority) of what is tried again and not on record yet."""

    def __init__(self, db: Database, clock: Callable[[], float]) -> None:
        self._db, self._clock = db, clock
        self._outcomes: list[Outcome] = []
        self._oldest = 0.0
        self._has_reply = False
        self.again: set[tuple[int, int]] = set()

    def __len__(self) -> int:
        return len(self._outcomes)

    def add(self, outcome: Outcome) -> None:
        if not self._outcomes:
            self._oldest, self._has_reply = self._clock(), False
        self._outcomes.append(outcome)
        self._has_reply |= outcome.delivery.priority == Priority.REPLY

    def due_in(self, *, alone: bool) -> float:
        """Seconds until they must be written; `alone`: they wait for nobody to share the commit with."""
        if alone or len(self._outcomes) >= WRITE_AT:
            return 0.0
        after = WRITE_FEW_AFTER if len(self._outcomes) < FEW and not self._has_reply else WRITE_AFTER
        return max(0.0, self._oldest + after - self._clock())

    async def write(self) -> bool:
        """Writes them; returns whether some are queued again. Raises DBAPIError, and then still has them all."""
        outcomes, self._outcomes = self._outcomes, []
        again, self.again = self.again, set()
        try:
            async with self._db.write() as tx:
                await outbox.record(tx, outcomes)
                if any(each.state is DeliveryState.UNKNOWN and not each.delivery.repeated for each in outcomes):
                    await queues.repeat_unknown(tx, tx.now + REPEAT_AFTER)
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            self._has_reply = True
            self.again |= again
            raise
        return any(each.state is DeliveryState.QUEUED for each in outcomes)
