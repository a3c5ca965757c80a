"""What a messenger is: an aiogram session under one `Bot`, and a way to receive.

Handlers and notices speak the Bot API. A messenger that has less (no buttons, no edits, no HTML) is a
`DegradingSession`: it turns each call into what the wire can do, and its subclass writes the wire alone.
"""

import asyncio
import mimetypes
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    DeleteMyCommands,
    EditMessageReplyMarkup,
    EditMessageText,
    GetMe,
    SendChatAction,
    SendDocument,
    SendMessage,
    SendPhoto,
    SendVenue,
    SendVoice,
    SetMessageReaction,
    SetMyCommands,
    TelegramMethod,
)
from aiogram.types import Chat, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Message, ReactionTypeEmoji, User

from bot.messengers.features import Features, Kind
from bot.messengers.parts import Calls, as_messages, calls, is_html, split, with_words_after, without_calls
from bot.messengers.sent import Sent
from bot.pacing import ChatLimit
from bot.verdicts import Late, Verdict, judge
from storage import conversations
from storage.conversations import Option
from storage.database import Database
from storage.html import html_to_plain
from storage.lengths import units
from storage.models import Conversation
from storage.outbox import Delivery

Returned = TypeVar("Returned")

MAPS = "https://www.google.com/maps/search/?api=1&query="
"""Before a latitude and longitude: a link to a map (developers.google.com/maps/documentation/urls)."""

Lines = Sequence[Sequence[Option]]
"""Buttons as they stand under a message: rows of options."""


class FileGone(Exception):
    """A file that its messenger no longer has; asking again is useless."""


class MessengerRefused(Exception):
    """A messenger that does not know our token: only its operator can mend that."""


class MessengerStuck(Exception):
    """A messenger that answers but no longer delivers what comes in: a new process is the cure."""


class UnsupportedMethod(TypeError):
    """A Bot API method that no degradation was written for."""


class Messenger(ABC):
    """One messenger: what accounts, inbox and outbox rows call it, how it sends and how it receives.

    `features` are what it can do. `bot` sends; its session maps errors to aiogram's.
    """

    name: str
    features: Features
    bot: Bot

    @abstractmethod
    def chat_id(self, account_id: int, native_id: str) -> int:
        """aiogram's integer for the chat with this account."""

    def chat_limit(self, native_id: str) -> ChatLimit | None:
        """What the chat with this account takes; None for as much as the messenger does."""
        return self.features.chat

    def parts(self, method: TelegramMethod[Any]) -> Calls:
        """The calls that say `method`, in order: one, unless it is longer than the messenger takes."""
        session = self.bot.session
        return session.parts(self.bot, method) if isinstance(session, DegradingSession) else [method]

    @abstractmethod
    async def receive(self, stopping: asyncio.Event) -> None:
        """Stores what comes in as inbox rows until `stopping` is set."""

    @abstractmethod
    async def download(self, file_id: str) -> bytes:
        """The bytes of a file that came in. Raises FileGone for ever, an aiogram error or OSError for now."""

    def judge(self, error: Exception) -> Verdict:
        """What an error of a call means."""
        return judge(error)

    async def tell_late(self, delivery: Delivery) -> Late:
        """Tells her by another, shorter way that something waits for her, where there is one; the delivery is held."""
        return Late.NO

    def trouble(self) -> str | None:
        """What is wrong with receiving, in a line for the operator; None when nothing is."""
        return None

    def unknown(self) -> Mapping[str, int]:
        """What came in since the start that nobody thought of, counted by its name; names are few."""
        return {}

    def beside(self) -> int:
        """How many calls were made since this was asked last, besides one for each method: they count for its limit."""
        return 0

    async def discard(self, file_id: str) -> None:  # noqa: B027  most messengers hold nothing themselves
        """The bytes of `file_id` are kept by their digest: a messenger that held them itself lets them go."""

    @abstractmethod
    async def close(self) -> None:
        """Lets go of connections."""


@dataclass(frozen=True, slots=True)
class Call:
    """The call that a wire carries out: the chat it goes to, and the method, which aiogram's errors name."""

    chat_id: int
    method: TelegramMethod[Any]
    sent: list[int] = field(default_factory=list)
    """The ids of the messages that it has become, in order: a wire adds each as it is sent."""


@dataclass(frozen=True, slots=True)
class Hints:
    """The last line under options that stand in a text: `number` where one is typed, `words` where a line is."""

    number: str
    words: str


NO_HINTS = Hints("", "")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that goes out: a photo, a voice or a document."""

    kind: Kind
    data: bytes
    name: str
    mime: str


class DegradingSession(BaseSession, ABC):
    """Bot API methods on a wire that can do less.

    `features` say what the wire has; one with HTML must take texts of any length, since cutting would break their
    tags. `hints` stand under options that are numbers.
    A chat id is an account id. A wire raises aiogram's exceptions, with `call.method`. With `link_buttons` an option
    may be a link: its data is the address; with `phone_buttons` a telephone: its data begins with "tel:".
    """

    def __init__(self, db: Database, features: Features, hints: Hints) -> None:
        if features.html and (features.text, features.caption) != (None, None):
            raise ValueError("a wire with HTML cannot have a limit: its texts are not cut")
        super().__init__()
        self.db, self.features, self.hints = db, features, hints

    @abstractmethod
    async def send_text(self, call: Call, body: str, lines: Lines) -> int:
        """Sends `body`, HTML or plain as the wire takes it, with native buttons; returns the message's id."""

    @abstractmethod
    async def send_file(self, call: Call, file: SentFile, body: str, lines: Lines) -> int:
        """Sends a file with a caption that may be empty; returns the message's id."""

    async def edit(self, call: Call, message_id: int, body: str | None, lines: Lines) -> None:
        """Changes a message; None leaves its text as it is. Called only with `edits`."""
        raise UnsupportedMethod("it changes no message")

    async def delete(self, call: Call, message_id: int) -> None:
        """Takes a message away. Called only with `edits`."""
        raise UnsupportedMethod("it takes no message away")

    async def react(self, call: Call, message_id: int, emoji: str | None) -> None:
        """Puts an emoji on a message, or takes it away. Called only with `reactions`."""
        raise UnsupportedMethod("it puts no sign on a message")

    async def nod(self, call: Call, emoji: str) -> None:
        """Says a sign that cannot be put on a message."""
        await self.send_text(call, emoji, ())

    async def typing(self, call: Call) -> None:
        """Shows that an answer is being written. Called only with `typing`."""
        raise UnsupportedMethod("it shows no typing")

    @staticmethod
    def callback_id(chat_id: int, unique: str) -> str:
        """The id of a callback query: it carries its chat, since the call that answers it names no other."""
        return f"{chat_id}:{unique}"

    async def close(self) -> None:
        """Holds nothing open; a wire that does lets go of it here."""

    def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        raise UnsupportedMethod("files come through Messenger.download")

    async def make_request(self, bot: Bot, method: TelegramMethod[Returned], timeout: int | None = None) -> Any:
        match method:
            case GetMe():
                return User(id=bot.id, is_bot=True, first_name=bot.token.partition(":")[2])
            case SetMyCommands() | DeleteMyCommands():
                return True
            case AnswerCallbackQuery():
                if method.show_alert and method.text:
                    call = Call(int(method.callback_query_id.partition(":")[0]), method)
                    await self._say(call, escape(method.text, quote=False) if self.features.html else method.text, None)
                return True
        call = Call(int(getattr(method, "chat_id", None) or 0), method)
        match method:
            case SendMessage():
                return await self._sent(bot, call, await self._say(call, self._body(bot, method), method.reply_markup))
            case EditMessageText():
                return await self._sent(bot, call, await self._edit_text(bot, call, method))
            case EditMessageReplyMarkup():
                return await self._sent(bot, call, await self._edit_markup(call, method))
            case SendPhoto():
                return await self._send_file(bot, call, Kind.PHOTO, method, method.photo)
            case SendVoice():
                return await self._send_file(bot, call, Kind.VOICE, method, method.voice)
            case SendDocument():
                return await self._send_file(bot, call, Kind.DOCUMENT, method, method.document)
            case SendVenue():
                return await self._sent(bot, call, await self._say(call, self._link(method), method.reply_markup))
            case DeleteMessage() if self.features.edits:
                await self.delete(call, method.message_id)
                return True
            case SendChatAction():
                if self.features.typing:
                    await self.typing(call)
                return True
            case SetMessageReaction():
                emoji = next((one.emoji for one in method.reaction or () if isinstance(one, ReactionTypeEmoji)), None)
                if self.features.reactions:
                    await self.react(call, method.message_id, emoji)
                elif emoji is not None:
                    await self.nod(call, emoji)
                return True
        raise UnsupportedMethod(f"{type(method).__name__} has no counterpart here")

    async def _sent(self, bot: Bot, call: Call, message_id: int) -> Message:
        chat = Chat(id=call.chat_id, type="private")
        earlier = tuple(each for each in call.sent if each != message_id)
        return Sent(message_id=message_id, date=self.db.now(), chat=chat, earlier=earlier).as_(bot)

    def _body(self, bot: Bot, method: Any) -> str:
        """The text or caption of `method` in the form that the wire takes."""
        text = (method.caption if hasattr(method, "caption") else method.text) or ""
        if is_html(bot, method):
            return text if self.features.html else html_to_plain(text)
        return escape(text, quote=False) if self.features.html else text

    def parts(self, bot: Bot, method: TelegramMethod[Any]) -> Calls:
        """The calls that say `method` within the limit: plain texts, what stands for buttons under the last."""
        if not isinstance(method, SendMessage | SendPhoto | SendVoice | SendDocument):
            return [method]
        can = self.features
        limit = can.text if isinstance(method, SendMessage) else can.caption
        body, under = self._body(bot, method), "\n".join(self._under(method.reply_markup))
        if can.text is None or limit is None or units(body) + bool(under) + units(under) <= limit:
            return [method]
        room = can.text - bool(under) - units(under)
        # A list that leaves no room for words is cut on the wire.
        pieces = split(body, room if room >= can.text // 2 else can.text, units)
        plain = method.model_copy(update={"parse_mode": None})
        return as_messages(plain, pieces) if isinstance(plain, SendMessage) else with_words_after(plain, pieces)

    def _under(self, markup: Any, numbers: Sequence[int] | None = None) -> list[str]:
        """The lines that stand under a text for the buttons that the wire has not."""
        if not isinstance(markup, InlineKeyboardMarkup):
            return []
        keys = [one for line in self._rows(markup) for one in line]
        fits = self.fits(keys)
        links = [f"{one.text}: {one.url}" for one in keys if one.url and not (fits and self.features.link_buttons)]
        labels = [] if fits else [one.text for one in keys if one.callback_data]
        return [*links, *self.options(labels, numbers)]

    def _rows(self, markup: InlineKeyboardMarkup) -> Sequence[Sequence[InlineKeyboardButton]]:
        """The buttons without those that call a telephone, where there are none or they are one too many."""
        rows = markup.inline_keyboard
        if self.features.phone_buttons and self.fits([one for row in rows for one in row]):
            return rows
        return without_calls(markup).inline_keyboard

    def fits(self, keys: Sequence[InlineKeyboardButton]) -> bool:
        """Whether the wire shows these as buttons of its own; otherwise they become numbers."""
        return self.features.fits(len(keys))

    def options(self, labels: Sequence[str], numbers: Sequence[int] | None = None) -> list[str]:
        """The lines that stand for buttons; none for a list whose labels are numbers, which its text explains.

        `numbers` are what `offer` gave them, none where their words are typed; by default they count from 1.
        """
        if not labels or all(each.isdecimal() for each in labels):
            return []
        if numbers is None:
            numbers = range(1, len(labels) + 1)
        if numbers:
            lines = [f"{number}. {label}" for number, label in zip(numbers, labels, strict=True)]
        else:
            lines = [f"- {label}" for label in labels]
        hint = self.hints.number if numbers else self.hints.words
        return [*lines, *([hint] if hint else [])]

    async def offer(self, call: Call, options: Sequence[Option]) -> list[int]:
        """A number or a label picks from now on. Before the message is out: its answer must never come first."""
        async with self.db.write() as tx:
            conversation = await conversations.conversation_of(tx, call.chat_id)
            return conversations.offer(conversation, options, tx.now)

    async def _hear_labels(self, call: Call, options: Sequence[Option]) -> None:
        """The words on a notice's buttons pick from now on, as a reply's do since its turn."""
        async with self.db.read() as tx:
            found = await tx.session.get(Conversation, call.chat_id)
            if found is not None and conversations.stand_open(found, options):
                return
        async with self.db.write() as tx:
            conversation = await conversations.conversation_of(tx, call.chat_id)
            conversations.keep_words(conversation, options, tx.now)

    def _link(self, venue: SendVenue) -> str:
        """A place on a map as its name and a link that any telephone opens."""
        text = f"{venue.title}, {venue.address}\n{MAPS}{venue.latitude},{venue.longitude}"
        return escape(text, quote=False) if self.features.html else text

    async def _say(self, call: Call, body: str, markup: Any) -> int:
        body, lines = await self._degraded(call, body, markup)
        parts = self._cut(body)
        for part in parts[:-1]:
            await self.send_text(call, part, ())
        return await self.send_text(call, parts[-1], lines)

    def _cut(self, body: str) -> list[str]:
        limit = self.features.text
        return [body] if limit is None or units(body) <= limit else split(body, limit, units)

    async def _send_file(self, bot: Bot, call: Call, kind: Kind, method: Any, content: InputFile | str) -> Message:
        if not isinstance(content, InputFile):
            raise UnsupportedMethod(f"{type(method).__name__} by file id")
        data = b"".join([chunk async for chunk in content.read(bot)])
        name = content.filename or kind.value
        mime = mimetypes.guess_type(name)[0] or ("image/jpeg" if kind is Kind.PHOTO else "application/octet-stream")
        file = SentFile(kind, data, name, mime)
        body, lines = await self._degraded(call, self._body(bot, method), method.reply_markup)
        if self.features.caption is None or units(body) <= self.features.caption:
            return await self._sent(bot, call, await self.send_file(call, file, body, lines))
        message_id = await self.send_file(call, file, "", ())
        parts = self._cut(body)
        for part in parts:
            message_id = await self.send_text(call, part, lines if part is parts[-1] else ())
        return await self._sent(bot, call, message_id)

    async def _edit_text(self, bot: Bot, call: Call, method: EditMessageText) -> int:
        body = self._body(bot, method)
        if not self.features.edits or method.message_id is None:
            return await self._say(call, body, method.reply_markup)
        body, lines = await self._degraded(call, body, method.reply_markup)
        await self.edit(call, method.message_id, body, lines)
        return method.message_id

    async def _edit_markup(self, call: Call, method: EditMessageReplyMarkup) -> int:
        message_id = method.message_id or 0
        if self.features.edits and not self.features.numbered:
            _, lines = await self._degraded(call, "", method.reply_markup)
            await self.edit(call, message_id, None, lines)
            return message_id
        body, _ = await self._degraded(call, "", method.reply_markup)
        # Taking buttons away needs no message where there are none.
        return await self.send_text(call, body, ()) if body else message_id

    async def _degraded(self, call: Call, body: str, markup: Any) -> tuple[str, Lines]:
        """The body and the buttons that are left once the wire's limits are written into the body."""
        if not isinstance(markup, InlineKeyboardMarkup):
            return body, ()
        rows = self._rows(markup)
        keys = [one for line in rows for one in line]
        options = [Option(one.text, one.callback_data) for one in keys if one.callback_data]
        fits = self.fits(keys)
        numbers = await self.offer(call, options) if options and not fits else None
        if options and fits:
            await self._hear_labels(call, options)
        under = self._under(markup, numbers)
        written = [escape(each, quote=False) for each in under] if self.features.html else under
        body = "\n".join([body, *written]).lstrip("\n")
        if not fits:
            return body, ()
        lines = [
            [
                Option(one.text, data)
                for one in line
                if (data := one.callback_data or (one.url if calls(one) or self.features.link_buttons else None))
            ]
            for line in rows
        ]
        return body, [line for line in lines if line]


async def until(stopping: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Runs `work` until it ends or `stopping` is set, which cuts it off. Raises what it raises."""
    working = asyncio.ensure_future(work)
    stop = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait([working, stop], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
    finally:
        for task in (working, stop):
            task.cancel()
        await asyncio.gather(working, stop, return_exceptions=True)
