"""The talker: takes updates from the inbox in order, and handles each batch in one transaction."""

import asyncio
import re
import traceback
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from pydantic import ValidationError
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from handlers.turn import RecordingSession, Turn, begin, end
from handlers.words import Words
from storage import conversations, groups, inbox, outbox
from storage.database import Database, Transaction
from storage.inbox import Ready
from storage.people import Caller, load_callers

BATCH = 64
"""Updates that share a commit: enough that its fsync costs each little, few enough that a tap waits for one batch."""

RETRY_SECONDS = 1.0

GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})
OUT = frozenset({ChatMemberStatus.KICKED, ChatMemberStatus.LEFT})
GROUP_COMMAND = re.compile(r"/nhom(?:@\w+)?(?:\s|$)", re.IGNORECASE)
"""The one command that is heard in a group."""

log = structlog.get_logger(__name__)

_SAID_WRONGLY = (IntegrityError, DataError, ProgrammingError)
"""Errors of the database about what a handler asked for; all others are about the database, and pass."""

Courtesy = Callable[[str, TelegramMethod[Any]], None]


@dataclass(frozen=True, slots=True)
class Voice:
    """How the talker knows a messenger: its name, its token, whether its options are numbers and its messages final.

    `holds`: its button for a voice is held while she speaks.
    """

    name: str
    token: str
    numbered: bool
    fixed: bool = False
    holds: bool = False


class MalformedUpdate(ValueError):
    """A payload that is no update of the Bot API: nobody can be told what became of it."""


class Talk:
    """Handles what is in the inbox.

    One talker a process, one transaction at a time: a handler never awaits the network, so side by side would only
    queue for the same writer. Updates are taken in the order they came, so each chat's stay in order; those of other
    chats share the commit. A batch in which a handler raises is undone and run again one by one, so that only the
    update at fault fails.
    """

    def __init__(
        self, db: Database, words: Words, dispatcher: Dispatcher, voices: Sequence[Voice], courtesy: Courtesy
    ) -> None:
        self.db = db
        self.words = words
        self.dispatcher = dispatcher
        self.courtesy = courtesy
        self.voices: Mapping[str, Voice] = {voice.name: voice for voice in voices}
        self.bots = {voice.name: Bot(voice.token, session=RecordingSession()) for voice in voices}

    async def run(self, stopping: asyncio.Event) -> None:
        """Handles until `stopping` is set; the transaction in hand is finished first."""
        woken = self.db.listen("inbox")
        stop = asyncio.ensure_future(stopping.wait())
        retried = False
        try:
            while not stopping.is_set():
                woken.clear()
                try:
                    if not retried:
                        await self._retry_failed()
                        retried = True
                    handled = await self.batch()
                except DBAPIError as error:
                    # Nothing was committed, so nothing is lost: the rows are still ready.
                    log.error("talk.database", error=type(error.orig).__name__)
                    await asyncio.wait([stop], timeout=RETRY_SECONDS)
                    continue
                # Fewer than fit were all there were; whatever came since has set the event.
                if handled < BATCH:
                    wake = asyncio.ensure_future(woken.wait())
                    await asyncio.wait([stop, wake], return_when=asyncio.FIRST_COMPLETED)
                    wake.cancel()
        finally:
            stop.cancel()
            self.db.unlisten("inbox", woken)

    async def _retry_failed(self) -> None:
        async with self.db.write() as tx:
            await inbox.retry_failed(tx)

    async def batch(self) -> int:
        """Handles the oldest ready updates; returns how many there were."""
        rows: list[Ready] = []
        try:
            async with self.db.write() as tx:
                rows = await inbox.ready(tx, BATCH)
                turns = await self._handle(tx, rows)
        except Exception as error:
            # Whatever a handler raises must cost one update, not the batch.
            if not rows or _is_of_the_database(error):
                raise
            if len(rows) == 1:
                await self._fail(rows[0], error)
                return 1
            await self._one_by_one(rows)
            return len(rows)
        self._send_courtesies(turns)
        return len(rows)

    async def _one_by_one(self, rows: Sequence[Ready]) -> None:
        for row in rows:
            try:
                async with self.db.write() as tx:
                    turns = await self._handle(tx, [row])
            except Exception as error:
                if _is_of_the_database(error):
                    raise
                await self._fail(row, error)
            else:
                self._send_courtesies(turns)

    async def _handle(self, tx: Transaction, rows: Sequence[Ready]) -> list[tuple[str, Turn]]:
        if not rows:
            return []
        callers: dict[tuple[str, str], Caller] = {}
        native_ids: dict[str, dict[str, bool]] = defaultdict(dict)
        for row in rows:
            if row.caller is not None and row.messenger in self.voices:
                in_private = group_of(row.payload) is None
                native_ids[row.messenger][row.caller] = in_private or native_ids[row.messenger].get(row.caller, False)
        for messenger, ids in native_ids.items():
            # Nothing is kept of who only spoke in a group.
            strangers = [native_id for native_id, in_private in ids.items() if not in_private]
            for native_id, caller in (await load_callers(tx, messenger, list(ids), strangers)).items():
                callers[messenger, native_id] = caller
        turns: list[tuple[str, Turn]] = []
        unwritten: dict[tuple[str, str], Turn] = {}
        for row in rows:
            key = (row.messenger, row.caller or "")
            who = callers.get(key)
            if who is not None:
                # The turns of many chats are written together; a second one of the same chat builds on the first.
                if key in unwritten:
                    await _write_down(tx, unwritten)
                unwritten[key] = turn = await self._turn(tx, row, who)
                turns.append((row.messenger, turn))
        await _write_down(tx, unwritten)
        await inbox.done(tx, [row.id for row in rows if row.messenger in self.voices])
        for row in rows:
            if row.messenger not in self.voices:
                # Its messenger is not configured now: what it says is kept for the start that has it again.
                await inbox.failed(tx, row.id, "messenger not configured")
        return turns

    async def _turn(self, tx: Transaction, row: Ready, caller: Caller) -> Turn:
        voice = self.voices[row.messenger]
        turn = Turn(tx, caller, self.words.say(caller.account.language), numbered=voice.numbered)
        # Where there are no buttons, nothing changes in place either.
        turn.fixed = voice.fixed or voice.numbered
        turn.holds = voice.holds
        bot = self.bots[row.messenger]
        try:
            update = Update.model_validate(_without_nul(row.payload), context={"bot": bot})
        except ValidationError as error:
            raise MalformedUpdate(row.id) from error
        if (group_id := group_of(row.payload)) is not None:
            turn.group = await groups.find(tx, row.messenger, group_id)
        turn.message_id = update.message.message_id if update.message is not None else None
        # She may have left and come back within one batch.
        caller.account.unreachable_at = None
        if update.my_chat_member is not None:
            await self._left(turn, update.my_chat_member.new_chat_member.status)
            return turn
        if update.message is not None and update.message.migrate_to_chat_id is not None:
            if group_id is not None:
                await groups.move(tx, row.messenger, group_id, str(update.message.migrate_to_chat_id))
            return turn
        if update.callback_query is not None and turn.group is not None:
            # The message with the button stands in the group, and what follows is said in the sender's own chat.
            update = update.model_copy(
                update={"callback_query": update.callback_query.model_copy(update={"message": None}).as_(bot)}
            ).as_(bot)
        token = begin(turn)
        try:
            await self.dispatcher.feed_update(bot, update, turn=turn)
        finally:
            end(token)
        caller.conversation.updated_at = tx.now
        return turn

    @staticmethod
    async def _left(turn: Turn, status: str) -> None:
        """The bot was blocked, or put out of a group."""
        if turn.group is not None and status in OUT:
            await groups.lose(turn.tx, turn.group)
        elif turn.group is None and status == ChatMemberStatus.KICKED:
            turn.caller.account.unreachable_at = turn.tx.now

    async def _fail(self, row: Ready, error: Exception) -> None:
        """Marks the update failed in a transaction of its own, tells the person kindly, and logs one line."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        account_id = None
        async with self.db.write() as tx:
            await inbox.failed(tx, row.id, type(error).__name__)
            if row.caller is not None and row.messenger in self.voices and not isinstance(error, MalformedUpdate):
                strangers = [row.caller] if group_of(row.payload) is not None else ()
                caller = (await load_callers(tx, row.messenger, [row.caller], strangers))[row.caller]
                await tx.session.flush()
                account_id = caller.account.id
                if account_id is not None:
                    trouble = {"text": self.words.say(caller.account.language)("trouble")}
                    outbox.queue_reply(tx, caller.account, "sendMessage", trouble)
                    conversations.close_menu(caller.conversation, tx.now)
        log.error(
            "talk.failed",
            inbox_id=row.id,
            messenger=row.messenger,
            account_id=account_id,
            error=type(error).__name__,
            where=f"{Path(frame.filename).name}:{frame.lineno}",
        )

    def _send_courtesies(self, turns: Sequence[tuple[str, Turn]]) -> None:
        for messenger, turn in turns:
            for method in turn.courtesies:
                self.courtesy(messenger, method)


def _is_of_the_database(error: Exception) -> bool:
    if not isinstance(error, DBAPIError) or isinstance(error, _SAID_WRONGLY):
        return False
    # PostgreSQL's classes 22 and 23 are data and integrity, whatever the driver calls them.
    return str(getattr(error.orig, "sqlstate", None) or "")[:2] not in {"22", "23"}


async def _write_down(tx: Transaction, turns: dict[tuple[str, str], Turn]) -> None:
    await tx.session.flush()
    for turn in turns.values():
        for keep in turn.unkept:
            keep()
    turns.clear()


def _without_nul(payload: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL keeps no NUL in a text, and nobody can write one: it goes before it can fail a whole turn."""
    message = payload.get("message")
    if isinstance(message, dict):
        for key in ("text", "caption"):
            if "\0" in (message.get(key) or ""):
                return {**payload, "message": {**message, key: message[key].replace("\0", "")}}
    return payload


def caller_of(update: Mapping[str, Any]) -> str | None:
    """Who sent a Bot API update: the private chat's id; in a group, whoever speaks to the bot. None for anything else.

    What is said to the bot in a group is a command of its own, a reply to a bot, also one that is edited, a tap;
    besides, it hears when it is put out of the group or the group gets another id.
    """
    for kind in ("message", "edited_message", "my_chat_member"):
        if kind in update:
            body = update[kind]
            if _is_private(body):
                return str(body["chat"]["id"])
            return _sender(body) if group_of(update) is not None and _is_for_us(kind, body) else None
    if "callback_query" in update:
        return _sender(update["callback_query"]) if _is_private(_message_of(update)) or group_of(update) else None
    return None


def group_of(update: Mapping[str, Any]) -> str | None:
    """The id of the group that an update came from, as text; None for a private chat."""
    kind = next((each for each in ("message", "edited_message", "my_chat_member") if each in update), None)
    chat = (update[kind] if kind is not None else _message_of(update)).get("chat", {})
    return str(chat["id"]) if chat.get("type") in GROUPS else None


def _message_of(update: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message whose button was tapped; the Bot API leaves it out where it is none of the bot's own."""
    return update.get("callback_query", {}).get("message") or {"chat": {"type": ChatType.PRIVATE}}


def _is_private(body: Mapping[str, Any]) -> bool:
    return bool(body.get("chat", {}).get("type", ChatType.PRIVATE) == ChatType.PRIVATE)


def _sender(body: Mapping[str, Any]) -> str | None:
    sender = body.get("from", {})
    return str(sender["id"]) if sender.get("id") and not sender.get("is_bot") else None


def _is_for_us(kind: str, body: Mapping[str, Any]) -> bool:
    if kind == "my_chat_member":
        return body.get("new_chat_member", {}).get("status") in OUT
    replied = body.get("reply_to_message", {}).get("from", {})
    if kind == "edited_message":
        return bool(replied.get("is_bot"))
    is_command = GROUP_COMMAND.match(body.get("text") or "") is not None
    return is_command or bool(replied.get("is_bot")) or "migrate_to_chat_id" in body
