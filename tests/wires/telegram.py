"""Telegram: handlers speak its language, so a phone shows what they said."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod

from bot.messengers.telegram import Telegram
from bot.talk import caller_of
from storage import inbox
from storage.database import Database
from storage.outbox import Delivery
from tests.wires.base import Said, Wire, keys_of


class _Deaf(BaseSession):
    """Calls go nowhere, and are done."""

    async def close(self) -> None:
        """Holds nothing open."""

    def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        raise TypeError("nobody downloads here")

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:
        return True


class TelegramWire(Wire):
    """Handlers speak its language: what a phone shows is what they said."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.messenger = Telegram(db, "42:TEST", per_second=None)
        self.messenger.bot.session = _Deaf()

    async def say(self, delivery: Delivery, method: TelegramMethod[Any]) -> Said | None:
        await self.messenger.bot(method)
        markup = getattr(method, "reply_markup", None)
        keys = keys_of(markup)
        text = getattr(method, "text", None) or getattr(method, "caption", None) or ""
        edited = getattr(method, "message_id", None)
        buttons = [(key.text, key.callback_data or "") for key in keys]
        return Said(edited or 1000 + delivery.id, method.__api_method__, text, buttons)

    def frame(self, native_id: str, group: str | None) -> dict[str, Any]:
        chat = {"id": int(native_id), "type": "private", "first_name": "Nguoi"}
        if group is not None:
            chat = {"id": int(group), "type": "supergroup", "title": "Nhóm mẫu"}
        return {
            "message_id": next(self.ids),
            "date": int(self.db.now().timestamp()),
            "chat": chat,
            "from": {"id": int(native_id), "is_bot": False, "first_name": "Nguoi"},
        }

    async def take(self, update: Mapping[str, Any]) -> None:
        """Stores an update of this account."""
        whole = {"update_id": next(self.ids), **update}
        caller = caller_of(whole)
        if caller is not None:
            async with self.db.write() as tx:
                await inbox.receive(tx, "telegram", [inbox.Incoming(str(whole["update_id"]), caller, whole)])

    async def hear(self, native_id: str, content: Mapping[str, Any], group: str | None) -> int:
        frame = self.frame(native_id, group)
        whole = dict(content)
        text = str(whole.get("text", ""))
        if text.startswith("/") and "entities" not in whole:
            whole["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        if (replied := whole.pop("reply_to", None)) is not None:
            bot = {"id": 42, "is_bot": True, "first_name": "Bot"}
            whole["reply_to_message"] = {
                **self.frame(native_id, group),
                "message_id": replied,
                "text": "…",
                "from": bot,
            }
        await self.take({"message": {**frame, **whole}})
        return int(frame["message_id"])

    async def press(self, native_id: str, message_id: int, data: str, group: str | None) -> None:
        frame = self.frame(native_id, group)
        message = {**frame, "message_id": message_id, "text": "…"}
        query = {"id": str(frame["message_id"]), "from": frame["from"], "chat_instance": "c"}
        await self.take({"callback_query": {**query, "message": message, "data": data}})

    async def edit(self, native_id: str, message_id: int, after: str) -> None:
        message = {**self.frame(native_id, None), "message_id": message_id, "edit_date": 1, "text": after}
        await self.take({"edited_message": message})
