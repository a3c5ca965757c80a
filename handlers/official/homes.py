"""What `/viec` opens: each role's own list of what waits for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram.types import InlineKeyboardMarkup

from handlers.turn import Turn
from handlers.words import Html
from storage.models import Opinion, Role


@dataclass(frozen=True, slots=True)
class Page:
    """A message of a list: its text, its buttons, and the opinion that a reply to it is about."""

    text: Html
    markup: InlineKeyboardMarkup | None = None
    opinion: Opinion | None = None


Home = Callable[[Turn], Awaitable[Page]]

HOMES: dict[Role, Home] = {}
"""Filled by the modules that hold the lists."""
