"""The cards of broadcasts that are going out: changed as they go, at most every few seconds."""

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from storage import broadcasts
from storage.broadcasts import Progress
from storage.database import Database

EVERY = 3.0
"""Seconds between two changes of one card: the Bot API takes about one message a second in a chat."""

log = structlog.get_logger(__name__)


class ProgressCards:
    """Looks at what is being sent while something is, and otherwise waits to be told."""

    def __init__(self, db: Database, every: float = EVERY) -> None:
        self.db, self.every = db, every
        self._shown: dict[int, Progress] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        stir = self.db.listen("announcements")
        stop = asyncio.create_task(stopping.wait())
        stop.add_done_callback(lambda _: stir.set())
        try:
            stir.set()
            while not stopping.is_set():
                await stir.wait()
                try:
                    is_going = await self.look()
                except DBAPIError as error:
                    log.error("progress.database", error=type(error.orig).__name__)
                    is_going = True
                if not is_going:
                    stir.clear()
                    continue
                # Whatever wakes it meanwhile, a card is not changed again before its time.
                await asyncio.wait([stop], timeout=self.every)
        finally:
            stop.cancel()
            self.db.unlisten("announcements", stir)

    async def look(self) -> bool:
        """Ends what has gone and changes the cards whose counts changed; whether something is still being sent."""
        async with self.db.read() as tx:
            found = {each: await broadcasts.progress(tx, each) for each in await broadcasts.sending(tx)}
        changed = [each for each, progress in found.items() if self._shown.get(each) != progress]
        if changed:
            async with self.db.write() as tx:
                await broadcasts.end_gone(tx)
                await broadcasts.refresh_cards(tx, changed)
        self._shown = found
        return bool(found)
