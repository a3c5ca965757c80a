"""One turn of a dialog: what a handler is given, and where its words go.

A handler never awaits the network. What it says through aiogram is recorded as outbox rows in the turn's transaction
and sent after the commit.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from html import escape
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.default import Default, DefaultBotProperties
from aiogram.client.session.base import BaseSession
from aiogram.enums import ParseMode
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageReplyMarkup,
    EditMessageText,
    SendChatAction,
    SendMessage,
    SetMessageReaction,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import Chat, InlineKeyboardMarkup, Message

from handlers.words import Say
from storage import changes, conversations, outbox
from storage.conversations import Option
from storage.database import Transaction
from storage.groups import Group
from storage.models import Conversation, Outbox
from storage.people import Caller

Returned = TypeVar("Returned")

MENU = "menu"
"""The id of a callback query that was typed, not tapped."""

HTML = DefaultBotProperties(parse_mode=ParseMode.HTML)


@dataclass(slots=True)
class Turn:
    """What one update is handled with.

    `message_id` is of the message that she sent, None for a tap. `group` is the unit's group that it was said in: what
    is answered goes to the sender's own chat all the same. `numbered` says that options are shown as numbers, `fixed`
    that a message cannot be changed once it is said, `holds` that she holds a button while she speaks. `typed` says
    that a tap was typed as a number or a label, `repeated` that it is the tap before it once more. `say` gives a text
    in the account's language; `replies` are the rows recorded so far; `courtesies` are calls that carry no words (a
    spinner ended, "typing"): sent after the commit, not worth a row, nothing is lost with them.
    """

    tx: Transaction
    caller: Caller
    say: Say
    numbered: bool = False
    fixed: bool = False
    holds: bool = False
    typed: bool = False
    repeated: bool = False
    replies: list[Outbox] = field(default_factory=list)
    courtesies: list[TelegramMethod[Any]] = field(default_factory=list)
    goodbye: bool = False
    unkept: list[Callable[[], None]] = field(default_factory=list)
    group: Group | None = None
    message_id: int | None = None

    def remember_reply(self, keep: Callable[[int], None]) -> None:
        """Gives the last reply's outbox id to `keep` once it is known: before the next update of this account."""
        row = self.replies[-1]
        self.unkept.append(lambda: keep(row.id))

    async def reply_id(self) -> int:
        """The outbox id of the last reply, so that a later one can change its message."""
        await self.tx.session.flush()
        return self.replies[-1].id

    async def amend(self, reply_id: int, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
        """Changes an earlier reply in place, by its outbox id; a messenger without edits leaves it as it is."""
        method = EditMessageText(text=text, reply_markup=markup)
        await changes.amend(self.tx, self.caller.account, reply_id, method.__api_method__, _payload(method))


_current: ContextVar[Turn] = ContextVar("turn")


def begin(turn: Turn) -> "Token[Turn]":
    """Makes `turn` the one that handlers speak in; give what it returns to `end`."""
    return _current.set(turn)


def end(token: "Token[Turn]") -> None:
    _current.reset(token)


def _payload(method: TelegramMethod[Any]) -> dict[str, Any]:
    unsaid = {name for name, value in method if value is None or isinstance(value, Default)}
    return method.model_dump(mode="json", exclude=unsaid | {"chat_id"}, exclude_none=True)


class RecordingSession(BaseSession):
    """The session of the bot that handlers hold: it writes down what they say."""

    async def close(self) -> None:
        """Holds nothing open."""

    def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        raise TypeError("a handler reads no file: files are rows, fetched after the commit")

    async def make_request(self, bot: Bot, method: TelegramMethod[Returned], timeout: int | None = None) -> Any:
        turn = _current.get()
        match method:
            case AnswerCallbackQuery():
                if method.callback_query_id != MENU:
                    # Who taps in a group finds what follows in another chat.
                    elsewhere = turn.group is not None and not method.text
                    toast = {"text": turn.say.plain("o-group-elsewhere")} if elsewhere else {}
                    turn.courtesies.append(method.model_copy(update=toast))
                elif method.show_alert and method.text:
                    # Who typed her choice has no spinner to end, and no message that shows what became of it.
                    alert = SendMessage(chat_id=0, text=escape(method.text, quote=False))
                    turn.replies.append(
                        outbox.queue_reply(turn.tx, turn.caller.account, alert.__api_method__, _payload(alert))
                    )
                return True
            case SendChatAction() | SetMyCommands():
                turn.courtesies.append(method)
                return True
            case EditMessageText() if turn.typed:
                # She typed her choice, so the message that the handler would change is her own.
                return self._record(
                    turn, SendMessage(chat_id=0, text=method.text or "", reply_markup=method.reply_markup)
                )
            case EditMessageReplyMarkup() if turn.typed:
                return True
            case SendMessage() | EditMessageText() | EditMessageReplyMarkup() | SetMessageReaction():
                return self._record(turn, method)
        raise TypeError(f"a handler may not call {type(method).__name__}: queue a notice instead")

    @staticmethod
    def _record(turn: Turn, method: TelegramMethod[Any]) -> Any:
        if isinstance(method, SendMessage | EditMessageText | EditMessageReplyMarkup):
            _keep_menu(turn, method.reply_markup)
        kind = outbox.GOODBYE if turn.goodbye else outbox.REPLY
        row = outbox.queue_reply(turn.tx, turn.caller.account, method.__api_method__, _payload(method), kind=kind)
        turn.replies.append(row)
        if isinstance(method, SendMessage):
            return Message(message_id=0, date=turn.tx.now, chat=Chat(id=0, type="private"), text=method.text)
        return True


def _keep_menu(turn: Turn, markup: Any) -> None:
    rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else []
    # What opens an address or calls a telephone is nothing that can be typed.
    options = [Option(one.text, one.callback_data) for row in rows for one in row if one.callback_data]
    if options:
        conversations.open_menu(turn.caller.conversation, options, turn.tx.now, numbered=turn.numbered)
    else:
        conversations.close_menu(turn.caller.conversation, turn.tx.now)


class RowStorage(BaseStorage):
    """aiogram's FSM over the conversation's row, which the turn's transaction loaded and will save."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        self.conversation.state = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:
        return self.conversation.state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        self.conversation.data = dict(data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict(self.conversation.data)

    async def close(self) -> None:
        """Holds nothing open."""


def fsm(turn: Turn) -> FSMContext:
    """The FSM context of the turn's conversation."""
    account = turn.caller.account
    key = StorageKey(bot_id=0, chat_id=account.id or 0, user_id=account.id or 0)
    return FSMContext(RowStorage(turn.caller.conversation), key)
