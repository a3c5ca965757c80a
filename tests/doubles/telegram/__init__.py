"""A strict double of the Telegram Bot API server, spoken to over real HTTP by aiogram, python-telegram-bot, benchmarks.

In a test: ``async with TelegramDouble() as tg``; ``tg.url`` is the API base. In its own process:
``python -m tests.doubles.telegram --port 0`` prints the port, and :class:`ControlClient` then drives it through
``POST /_control/<name>`` (JSON ``{"args": […], "kwargs": {…}}``) with the same method names.

Any token ``<digits>:<letters>`` is a bot. Rules and descriptions follow the Bot API server and TDLib; all instants are
epoch seconds, all durations seconds. Chats exist once someone wrote in them (or by :meth:`TelegramDouble.open_chat`).
"""

from tests.doubles.telegram.control import ControlClient
from tests.doubles.telegram.parsing import parse_html
from tests.doubles.telegram.server import TelegramDouble
from tests.doubles.telegram.shapes import ApiError, Call, Fault, Files, Json, Message, Who

__all__ = [
    "ApiError",
    "Call",
    "ControlClient",
    "Fault",
    "Files",
    "Json",
    "Message",
    "TelegramDouble",
    "Who",
    "parse_html",
]
