"""What comes in at the same moment is stored in one transaction: a commit costs the same for one as for many."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from storage.database import Database, Transaction

Item = TypeVar("Item")

MOST = 64
"""Of one transaction: enough that its fsync costs each little, few enough that nobody else waits long for it."""


class Gathering(Generic[Item]):
    """`store` writes some down and says of each whether it was new.

    Whoever comes while another transaction is being written waits for it, and the first of them writes all of them.
    """

    def __init__(self, db: Database, store: Callable[[Transaction, Sequence[Item]], Awaitable[list[bool]]]) -> None:
        self._db, self._store = db, store
        self._waiting: list[tuple[Item, asyncio.Future[bool]]] = []
        self._writing = asyncio.Lock()

    async def put(self, item: Item) -> bool:
        """Whether it was new, once it is committed. Raises what `store` or the record raises for this one alone."""
        outcome: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, outcome))
        try:
            async with self._writing:
                while not outcome.done():
                    batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                    await self._write(batch)
            return await outcome
        finally:
            outcome.cancel()

    async def _write(self, batch: list[tuple[Item, asyncio.Future[bool]]]) -> None:
        # Whoever no longer waits for an outcome is not written for: it will come again.
        batch = [(item, outcome) for item, outcome in batch if not outcome.done()]
        try:
            try:
                found = await self._together([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001  one of them may be what cannot be written
                await self._apart(batch, error)
            else:
                for (_, outcome), is_new in zip(batch, found, strict=True):
                    if not outcome.done():
                        outcome.set_result(is_new)
        finally:
            for _, outcome in batch:
                # Whoever was writing was cut off: nothing of this is on record.
                outcome.cancel()

    async def _together(self, items: list[Item]) -> list[bool]:
        async with self._db.write() as tx:
            return await self._store(tx, items)

    async def _apart(self, batch: list[tuple[Item, asyncio.Future[bool]]], error: Exception) -> None:
        """Each by itself says which one it was."""
        for item, outcome in batch:
            own: Exception | None = error
            if len(batch) > 1:
                try:
                    (is_new,) = await self._together([item])
                    own = None
                except Exception as found:  # noqa: BLE001  whoever put it is told
                    own = found
            if outcome.done():
                continue
            if own is not None:
                outcome.set_exception(own)
            else:
                outcome.set_result(is_new)
