"""The five messengers as people use them: what is played on one is played on all with the same calls."""

from collections.abc import Callable, Mapping

from tests.lines.base import Key, Line, Shown, Unable
from tests.lines.telegram import TelegramLine
from tests.lines.web import WebLine
from tests.lines.web_plain import WebPlainLine
from tests.lines.zalo_bot import ZaloBotLine
from tests.lines.zalo_oa import ZaloOaLine

LINES: Mapping[str, Callable[[], Line]] = {
    line.name: line for line in (TelegramLine, ZaloBotLine, ZaloOaLine, WebLine, WebPlainLine)
}

__all__ = [
    "LINES",
    "Key",
    "Line",
    "Shown",
    "TelegramLine",
    "Unable",
    "WebLine",
    "WebPlainLine",
    "ZaloBotLine",
    "ZaloOaLine",
]
