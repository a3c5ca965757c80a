"""Which handler an update is for: who sent it, what it picks, what it replies to."""

from typing import Any

from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message, TelegramObject

from handlers.turn import Turn
from storage import delegations, outbox
from storage.rights import Right, may

CARD = "card"
CARDS = frozenset(
    {
        CARD,
        "addition",
        "different",
        "disagreed",
        "due_reminder",
        "file",
        "later_refused",
        "reopened",
        "replied",
        "returned",
        "sent_back",
        "unit_card",
        "withdrawn",
    }
)
"""Kinds of messages to an official that are about one opinion."""

MAX_ID_DIGITS = 18


def command(*names: str) -> Command:
    """A command however it is written. The bot's own name after it is not looked up: that would await the network."""
    return Command(*names, ignore_case=True, ignore_mention=True)


class IsOfficial(Filter):
    """Somebody with a role; to everyone else what follows does not exist."""

    async def __call__(self, event: TelegramObject, turn: Turn) -> bool:
        return turn.caller.official is not None


class Allowed(Filter):
    """An official whose role has this right; to another one the handler does not exist."""

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, event: TelegramObject, turn: Turn) -> bool:
        return may(turn.caller.official, self.right)


class ReadsSealed(Filter):
    """An official who reads the sealed lane; to another one it does not exist."""

    async def __call__(self, event: TelegramObject, turn: Turn) -> bool:
        return turn.caller.official is not None and turn.caller.official.reads_sealed


class Picked(Filter):
    """A button whose data is `prefix:id`; gives the handler `picked`, the id."""

    def __init__(self, prefix: str) -> None:
        self.prefix = f"{prefix}:"

    async def __call__(self, callback: CallbackQuery) -> bool | dict[str, Any]:
        return self._in(callback.data or "")

    def _in(self, data: str) -> bool | dict[str, Any]:
        id_ = data.removeprefix(self.prefix)
        if not data.startswith(self.prefix) or not (id_.isascii() and id_.isdecimal()) or len(id_) > MAX_ID_DIGITS:
            return False
        return {"picked": int(id_)}


class Chosen(Picked):
    """A button whose data is `prefix:id:word`; gives the handler `picked`, the id, and `word`, a word or second id."""

    async def __call__(self, callback: CallbackQuery) -> bool | dict[str, Any]:
        whole, _, word = (callback.data or "").rpartition(":")
        found = self._in(whole)
        return {**found, "word": word} if isinstance(found, dict) and word else False


class MayApprove(Filter):
    """A leader, or an official whom one lets approve today; to another one the handler does not exist."""

    async def __call__(self, event: TelegramObject, turn: Turn) -> bool:
        official = turn.caller.official
        return may(official, Right.APPROVE) or bool(await delegations.fields_of(turn.tx, official))


class RepliesToCard(Filter):
    """A reply to a message that shows one opinion; gives the handler `behind`, the opinion's id."""

    async def __call__(self, message: Message, turn: Turn) -> bool | dict[str, Any]:
        replied = message.reply_to_message
        if replied is None:
            return False
        behind = await outbox.opinion_behind(turn.tx, turn.caller.account.id, replied.message_id, CARDS)
        return False if behind is None else {"behind": behind}
