"""The pages that follow their conversation: how many of one person, and of one address, at a time."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MOST_OF_ONE = 8
"""Pages of one conversation. A phone that lost its network leaves one behind until its end is noticed."""
MOST_OF_AN_ADDRESS = 1000
"""Beyond them each conversation there has one page: who opens many from there shuts out nobody."""


@dataclass(eq=False, slots=True)
class Stream:
    """One page that follows; `woken` also when it has to end for a newer one."""

    woken: asyncio.Event
    ended: bool = False


class Streams:
    """All pages that follow now."""

    def __init__(self) -> None:
        self._open: dict[int, list[Stream]] = {}
        self._from_address: Counter[str] = Counter()

    @contextmanager
    def open(self, account_id: int, address: str, woken: asyncio.Event) -> Iterator[Stream]:
        """One more page follows; the oldest of its conversation ends where there are too many."""
        stream = Stream(woken)
        ours = self._open.setdefault(account_id, [])
        ours.append(stream)
        self._from_address[address] += 1
        most = MOST_OF_ONE if self._from_address[address] <= MOST_OF_AN_ADDRESS else 1
        for former in ours[:-most]:
            former.ended = True
            former.woken.set()
        try:
            yield stream
        finally:
            ours.remove(stream)
            if not ours:
                del self._open[account_id]
            self._from_address[address] -= 1
            if not self._from_address[address]:
                del self._from_address[address]
