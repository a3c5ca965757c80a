"""What both web chats share: a file is sent by itself, and words follow it."""

from abc import ABC, abstractmethod

from tests.lines.base import SOUND, Line


class PageLine(Line, ABC):
    captions = False

    async def photo(self, who: int, data: bytes, caption: str = "") -> None:
        await self._send(who, data, "anh.jpg")
        if caption:
            await self.say(who, caption)

    async def voice(self, who: int, seconds: int, data: bytes = SOUND) -> None:
        await self._send(who, data, "", seconds)

    async def document(self, who: int, data: bytes, name: str) -> None:
        await self._send(who, data, name)

    @abstractmethod
    async def _send(self, who: int, data: bytes, name: str, seconds: int = 0) -> None:
        """She sends a file; one without a name is what the page recorded."""
