"""What one lane has claimed and not called yet."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiogram.methods import TelegramMethod

from storage.models import Priority
from storage.outbox import Delivery


def is_bulk(delivery: Delivery) -> bool:
    """Whether nobody who just wrote waits for it."""
    return delivery.priority != Priority.REPLY


@dataclass(frozen=True, slots=True)
class Item:
    """A delivery with the calls that say the rest of it, and since when it is in hand, by a clock that nobody sets."""

    delivery: Delivery
    parts: tuple[TelegramMethod[Any], ...]
    since: float

    @property
    def is_message(self) -> bool:
        """Whether the next call puts a new message into the chat."""
        return self.parts[0].__api_method__.startswith("send")

    def rest(self, since: float, message_ids: Sequence[int]) -> "Item":
        """What is left once the first part has arrived as these messages."""
        done = self.delivery
        delivery = replace(done, parts_sent=done.parts_sent + 1, part_ids=(*done.part_ids, *message_ids))
        return Item(delivery, self.parts[1:], since)


class Hand:
    """Items by priority, in order."""

    def __init__(self) -> None:
        self.queues: dict[int, deque[Item]] = {each: deque() for each in Priority}

    def __len__(self) -> int:
        return sum(len(queue) for queue in self.queues.values())

    def __iter__(self) -> Iterator[Item]:
        for queue in self.queues.values():
            yield from queue

    def add(self, item: Item) -> None:
        self.queues[item.delivery.priority].append(item)

    def put_first(self, item: Item) -> None:
        self.queues[item.delivery.priority].appendleft(item)

    def take(self, wanted: Callable[[Delivery], bool]) -> list[Delivery]:
        """Takes out what is wanted, in order."""
        taken = [item.delivery for item in self if wanted(item.delivery)]
        if taken:
            ids = {each.id for each in taken}
            for queue in self.queues.values():
                kept = [item for item in queue if item.delivery.id not in ids]
                queue.clear()
                queue.extend(kept)
        return taken
