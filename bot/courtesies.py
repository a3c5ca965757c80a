"""Calls without words (a spinner ended): unpaced, not repeated, dropped when there are too many."""

import asyncio
from typing import Any

import structlog
from aiogram.methods import TelegramMethod

from bot.messengers.base import Messenger

AT_ONCE = 4
MOST = 1000
REQUEST_SECONDS = 30

log = structlog.get_logger(__name__)


class Courtesies:
    """One messenger's."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._waiting: asyncio.Queue[TelegramMethod[Any]] = asyncio.Queue(MOST)

    def add(self, method: TelegramMethod[Any]) -> None:
        if not self._waiting.full():
            self._waiting.put_nowait(method)

    async def run(self) -> None:
        """Makes the calls until cancelled, a few at once."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._make_calls())

    async def _make_calls(self) -> None:
        while True:
            method = await self._waiting.get()
            try:
                await self._messenger.bot(method, request_timeout=REQUEST_SECONDS)
            except Exception as error:  # noqa: BLE001  nothing is lost with a courtesy, and the next one is due
                log.debug("courier.courtesy", messenger=self._messenger.name, error=type(error).__name__)
