"""A yes or a no in her own words to a question that stands open beside no draft: "co", "duoc", "khong"."""

import re

from handlers.signs import is_no, is_yes
from storage.conversations import Option
from storage.models import Conversation

_AGREES = re.compile(r"r:(?:joinok:\d+|publish:\d+:yes|comeok:\d+:[a-z]+|right:\d+)")
"""What a yes may choose. "Rõ rồi" is none of it: an "ok" says only that the answer was read."""

_ASKS = re.compile(rf"{_AGREES.pattern}|r:(?:gone:\d+|aparted:\d+:\d+|forget:\d+|seal:\d+:gone)")
"""What is asked before it is done; what cannot be taken back is chosen by its own label or number alone."""


def agreed(conversation: Conversation, text: str) -> str | None:
    """The callback data that a yes stands for: of the one choice in the open menu that a yes may make."""
    found = [one.data for one in _offered(conversation) if _AGREES.fullmatch(one.data)]
    return found[0] if len(found) == 1 and is_yes(text) else None


def unclear(conversation: Conversation, text: str) -> list[Option]:
    """What to offer once more: a yes or a no came where something is asked, and is neither a choice nor a matter."""
    offered = _offered(conversation)
    asks = any(_ASKS.fullmatch(one.data) for one in offered)
    return offered if asks and (is_yes(text) or is_no(text)) else []


def _offered(conversation: Conversation) -> list[Option]:
    return [Option(label, data) for label, data in (conversation.menu or {}).get("options", [])]
