"""How long a messenger said that it must not be called; the deadline stands on record and outlives a restart."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from storage import queues
from storage.database import Database

log = structlog.get_logger(__name__)


class Mute:
    """One messenger's. While the process lives it is counted by a clock that nobody sets."""

    def __init__(self, db: Database, messenger: str, clock: Callable[[], float]) -> None:
        self._db, self._messenger, self._clock = db, messenger, clock
        self._until: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether there is one whose end has come; `left` then forgets it."""
        return self._until is not None and self._until <= self._clock()

    def left(self) -> float:
        """Seconds that are left of it; 0 when calls may start."""
        if self._until is None:
            return 0.0
        if self.is_over:
            self._until = None
            return 0.0
        return self._until - self._clock()

    async def remember(self) -> None:
        """Reads what the last process was told."""
        async with self._db.read() as tx:
            until = await queues.muted_until(tx, self._messenger)
        if until is not None:
            self._until = self._clock() + (until - self._db.now()).total_seconds()

    async def lengthen(self, seconds: float) -> None:
        """No call may start for so long; a longer mute stays as it is."""
        # Said before any other call could start: calling during the pause lengthens it.
        until = self._clock() + seconds
        if self._until is not None and self._until >= until:
            return
        self._until = until
        log.warning("courier.muted", messenger=self._messenger, seconds=seconds)
        try:
            async with self._db.write() as tx:
                await queues.mute(tx, self._messenger, tx.now + timedelta(seconds=seconds))
        except DBAPIError as error:
            log.error("courier.database", messenger=self._messenger, error=type(error.orig).__name__)
