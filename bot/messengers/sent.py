"""What a call became, as the messages that arrived."""

from typing import Any

from aiogram.types import Message, MessageId


class Sent(Message):
    """What a call became: its last message, and the ids of those before it."""

    earlier: tuple[int, ...] = ()


def ids_of(sent: Any) -> list[int]:
    """The ids of the messages that a call became, in order; none for one that says nothing."""
    if not isinstance(sent, Message | MessageId):
        return []
    return [*(sent.earlier if isinstance(sent, Sent) else ()), sent.message_id]
