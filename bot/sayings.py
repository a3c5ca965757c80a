"""What a claimed delivery says: its Bot API call, or why there is none."""

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiogram import methods
from aiogram.methods import DeleteMessage, EditMessageText, SendMessage, TelegramMethod
from aiogram.types import InlineKeyboardMarkup
from sqlalchemy.exc import DBAPIError

from bot.messengers.base import Messenger
from bot.verdicts import RETRY_SECONDS
from handlers.notices import Later, Never, Notices, Rendered
from storage.database import Database
from storage.outbox import Delivery

METHODS: Mapping[str, type[TelegramMethod[Any]]] = {
    method.__api_method__: method
    for name in methods.__all__
    if isinstance(method := getattr(methods, name), type)
    and issubclass(method, TelegramMethod)
    and method is not TelegramMethod
}

Saying = TelegramMethod[Any] | Later | Never | Exception | None
"""The call; Later and Never as a notice may be; what its making raised; None for nothing to do on this messenger."""
Parts = tuple[TelegramMethod[Any], ...] | Later | Never | Exception
"""The same with the call as those that say it on this messenger, in order; none for nothing to do."""

log = structlog.get_logger(__name__)


class Sayings:
    """Makes the calls of one messenger: a reply's from its row, a notice's by rendering it."""

    def __init__(self, db: Database, messenger: Messenger, notices: Notices) -> None:
        self.db = db
        self.messenger = messenger
        self.notices = notices

    async def of(self, deliveries: Sequence[Delivery]) -> Mapping[int, Parts]:
        """What each delivery says, by its id; one that cannot be made holds no other."""
        notices = [each for each in deliveries if each.method is None]
        said = {each.id: self._reply(each) for each in deliveries if each.method is not None}
        if notices:
            said.update(await self._render(notices))
        # Many may be told the very same: that is split once.
        split = {key: self._parts(each) for key, each in {id(each): each for each in said.values()}.items()}
        return {delivery_id: split[id(each)] for delivery_id, each in said.items()}

    def _parts(self, saying: Saying) -> Parts:
        if saying is None:
            return ()
        return tuple(self.messenger.parts(saying)) if isinstance(saying, TelegramMethod) else saying

    async def _render(self, notices: Sequence[Delivery]) -> Mapping[int, Saying]:
        try:
            async with self.db.read() as tx:
                rendered = await self.notices.render(tx, notices)
            return {each.id: self._in_place(each, rendered[each.id]) for each in notices}
        except Exception as error:  # noqa: BLE001  one notice that cannot be rendered must not hold the others
            if len(notices) == 1:
                _log(notices[0], error)
                # Claimed rows that are let go of here would stay `sending` until the next start.
                return {notices[0].id: Later(RETRY_SECONDS) if isinstance(error, DBAPIError) else error}
            said: dict[int, Saying] = {}
            for notice in notices:
                said.update(await self._render([notice]))
            return said

    def _in_place(self, delivery: Delivery, rendered: Rendered) -> Saying:
        """A card rendered anew becomes a change of the message that shows it, where messages can be changed."""
        if not delivery.is_change or not isinstance(rendered, SendMessage | DeleteMessage):
            return rendered
        if not self.messenger.features.edits:
            return None
        if isinstance(rendered, DeleteMessage) and rendered.message_id:
            return rendered
        if isinstance(rendered, DeleteMessage) or delivery.edits_message_id is None:
            return Never("the message it changes was not sent")
        return EditMessageText(
            chat_id=0,
            message_id=delivery.edits_message_id,
            text=rendered.text,
            reply_markup=rendered.reply_markup if isinstance(rendered.reply_markup, InlineKeyboardMarkup) else None,
        )

    def _reply(self, delivery: Delivery) -> Saying:
        payload = dict(delivery.payload)
        if delivery.method == "editMessageText" and "message_id" not in payload:
            if not self.messenger.features.edits:
                return None
            if delivery.edits_message_id is None:
                return Never("the message it changes was not sent")
            payload["message_id"] = delivery.edits_message_id
        try:
            return METHODS[str(delivery.method)].model_validate({"chat_id": 0, **payload})
        except Exception as error:  # noqa: BLE001  a row that says nothing sendable must not hold the others
            _log(delivery, error)
            return error


def _log(delivery: Delivery, error: Exception) -> None:
    log.error("courier.render", delivery_id=delivery.id, kind=delivery.kind, error=type(error).__name__)
