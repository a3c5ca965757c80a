"""aiogram's session, which encodes a message to thousands of people once, and of each answer reads what is asked."""

from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlencode

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import Response, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Message
from aiohttp import BytesPayload, FormData
from pydantic import ValidationError

from bot.messengers.sent import Answer

KEPT = Response[Message]
"""pydantic forgets a generic that nobody holds; building it anew took a quarter of the courier's time."""


class EncodedForm(FormData):
    """A form whose body is encoded already."""

    def __init__(self, body: bytes) -> None:
        # Not aiohttp's own: it makes what parts are written with, and there are none.
        self._body = body

    def __call__(self) -> BytesPayload:
        return BytesPayload(self._body, content_type="application/x-www-form-urlencoded")


class Session(AiohttpSession):
    """Remembers the last text message that it encoded; the same to somebody else differs in the chat alone.

    What a send returns is Arrived. What is no such answer is for aiogram to read, and to raise.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._last: dict[str, Any] = {}
        self._body = b""

    async def close(self) -> None:
        """As aiogram's, which waits a while for encryption to end; a server of our own network has none."""
        if self.api.base.startswith("https:"):
            await super().close()
        elif self._session is not None:
            await self._session.close()

    def check_response(
        self, bot: Bot, method: TelegramMethod[TelegramType], status_code: int, content: str
    ) -> Response[TelegramType]:
        if status_code == 200 and method.__returning__ is Message:
            with suppress(ValidationError):
                return cast("Response[TelegramType]", Answer.model_validate_json(content))
        return super().check_response(bot, method, status_code, content)

    def build_form_data(self, bot: Bot, method: TelegramMethod[Any]) -> FormData:
        if not isinstance(method, SendMessage) or not isinstance(method.chat_id, int):
            return super().build_form_data(bot, method)
        said = {name: value for name, value in method.__dict__.items() if name != "chat_id"}
        # By identity, which is enough for copies of one message and costs next to nothing for any other.
        if not self._last or any(said[name] is not value for name, value in self._last.items()):
            # As aiogram does it for what takes no file along, but for the fields that are empty.
            fields = method.model_dump(exclude={"chat_id"}, exclude_none=True, warnings=False)
            prepared = {name: self.prepare_value(value, bot=bot, files={}) for name, value in fields.items()}
            self._last = said
            self._body = urlencode({name: value for name, value in prepared.items() if value}, doseq=True).encode()
        return EncodedForm(b"chat_id=%d&%b" % (method.chat_id, self._body))
