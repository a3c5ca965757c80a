"""A clock that can be pushed forward: whoever tries the program out on its page sees what a month does."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select

from storage import reminders
from storage.database import Database, Now
from storage.models import Event


class PushedClock:
    """`real`, and ahead of it by as much as it was pushed. It never goes back: what is on record lies behind it."""

    def __init__(self, real: Now) -> None:
        self._real = real
        self._ahead = timedelta(0)

    def __call__(self) -> datetime:
        return self._real() + self._ahead

    def push(self, by: timedelta) -> None:
        """Raises ValueError for a step back."""
        if by < timedelta(0):
            raise ValueError("a clock is not pushed back")
        self._ahead += by

    async def catch_up(self, db: Database) -> None:
        """At a start: not before the last thing on record, which may have happened at a time it was pushed to."""
        async with db.read() as tx:
            last = await tx.session.scalar(select(func.max(Event.at)))
        if last is not None and last > self():
            self.push(last - self())


class TimeMachine:
    """What the page pushes: the clock, and after it everything that waits for an hour.

    `tick` does what is due at once, instead of within the next tick.
    """

    def __init__(self, db: Database, clock: PushedClock, tick: Callable[[], Awaitable[None]]) -> None:
        self._db = db
        self._clock = clock
        self._tick = tick

    @property
    def now(self) -> datetime:
        """What the program believes, on the commune's clock."""
        return self._clock().astimezone(self._db.commune.timezone)

    async def push(self, by: timedelta) -> None:
        """Later by so much."""
        self._clock.push(by)
        await self._tick()
        # Whoever sleeps until an hour looks at the clock again.
        async with self._db.write() as tx:
            for topic in ("inbox", "outbox", "files"):
                tx.wake(topic)

    async def push_to_reminder(self) -> bool:
        """To the next reminder of a conference; False when there is none to come."""
        async with self._db.read() as tx:
            due = await reminders.next_at(tx)
        if due is None:
            return False
        await self.push(due - self._clock())
        return True
