"""What stands between an update and its handler."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, TelegramObject, Update

from handlers.agreeing import agreed
from handlers.incoming import with_place
from handlers.turn import MENU, Turn, fsm
from storage import conversations

HASTE = timedelta(seconds=10)
"""The same button pressed again within so long is the same tap."""

Next = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class TurnMiddleware(BaseMiddleware):
    """Gives handlers their FSM, and turns a typed number or label of the open menu into the tap it stands for."""

    async def __call__(self, handler: Next, event: TelegramObject, data: dict[str, Any]) -> Any:
        turn: Turn = data["turn"]
        data["state"] = fsm(turn)
        data["raw_state"] = turn.caller.conversation.state
        if isinstance(event, Update):
            event = _with_place(event, turn)
            picked = _picked(event, turn)
            if picked is not None and await _is_premature(event, turn):
                if conversations.number_in(_text(event)) is not None:
                    return None
            elif picked is not None:
                event = _as_tap(event, turn, picked)
            turn.repeated = _is_repeated(event, turn)
        return await handler(event, data)


def _with_place(update: Update, turn: Turn) -> Update:
    if update.message is None or update.message.location is None or turn.group is not None:
        return update
    return update.model_copy(update={"message": with_place(update.message, turn.say)})


async def _is_premature(update: Update, turn: Turn) -> bool:
    """Whether she typed a number before the list that it picks from was sent: she sent it twice, or thought again.

    A numeral is answered by that list, which is on its way; one that is spelt is a word of hers. A label can be meant
    for no other list.
    """
    typed = _text(update)
    is_number = conversations.number_in(typed) is not None or conversations.spelt_in(typed) is not None
    return is_number and not await conversations.is_shown(turn.tx, turn.caller.account.id)


def _is_repeated(update: Update, turn: Turn) -> bool:
    conversation, tap = turn.caller.conversation, update.callback_query
    last, conversation.last_tap = conversation.last_tap, None
    if tap is None or tap.data is None or tap.message is None or turn.typed:
        return False
    conversation.last_tap = f"{tap.message.message_id}:{tap.data}"
    return last == conversation.last_tap and turn.tx.now - conversation.updated_at < HASTE


def _text(update: Update) -> str:
    return (update.message.text if update.message is not None else None) or ""


def _picked(update: Update, turn: Turn) -> str | None:
    """The callback data of the open menu that her words stand for."""
    message = update.message
    if message is None or message.text is None or message.reply_to_message is not None or message.from_user is None:
        return None
    conversation = turn.caller.conversation
    return conversations.chosen(conversation, message.text) or agreed(conversation, message.text)


def _as_tap(update: Update, turn: Turn, picked: str) -> Update:
    message = update.message
    if message is None or message.from_user is None:
        return update
    turn.typed = True
    tap = CallbackQuery(id=MENU, from_user=message.from_user, chat_instance=MENU, message=message, data=picked)
    return Update(update_id=update.update_id, callback_query=tap.as_(update.bot)).as_(update.bot)
