"""What a call became, as the messages that arrived."""

from typing import Any, Literal

from aiogram.types import Message
from pydantic import BaseModel


class Sent(Message):
    """What a call became: its last message, and the ids of those before it."""

    earlier: tuple[int, ...] = ()


class Arrived(BaseModel):
    """A message that was sent, as far as anybody asks: we wrote the rest of it ourselves."""

    message_id: int


class Answer(BaseModel):
    """The Bot API's answer to a message that it sent."""

    ok: Literal[True]
    result: Arrived


def ids_of(sent: Any) -> list[int]:
    """The ids of the messages that a call became, in order; none for one that says nothing."""
    if not isinstance(sent, Message | Arrived):
        return []
    return [*(sent.earlier if isinstance(sent, Sent) else ()), sent.message_id]
