"""What people do in a chat with the bot; each act becomes an update."""

import asyncio
import re
import time
from typing import Any, Literal, Unpack

from tests.doubles.telegram.bot import Bot, Chat
from tests.doubles.telegram.shapes import Json, Message, Who


class People:
    """The chats of every bot, and the acts in them; ``token`` is the bot meant when none is named.

    An act returns the update as queued, with its update_id and message_id.
    """

    def __init__(self, token: str) -> None:
        self.token = token
        self._bots: dict[str, Bot] = {}
        self._changes, self._changed = 0, asyncio.Event()

    def _notify(self) -> None:
        self._changes += 1
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _bot(self, token: str | None = None) -> Bot:
        token = token or self.token
        if token not in self._bots:
            self._bots[token] = Bot(token, self._notify)
        return self._bots[token]

    def _who(self, chat_id: int, who: Who) -> tuple[Bot, Chat, Json]:
        bot = self._bot(who.get("token"))
        kind = who.get("chat_type") or ("private" if chat_id > 0 else "supergroup")
        sender: Json = {"id": who.get("user_id") or (chat_id if kind == "private" else 1000), "is_bot": False}
        sender["first_name"] = who.get("first_name", "Mẫu")
        sender |= {key: who[key] for key in ("last_name", "username", "language_code") if key in who}
        names: Json = {key: sender[key] for key in ("first_name", "last_name", "username") if key in sender}
        chat = bot.chats.setdefault(chat_id, Chat(chat_id, {}))
        chat.wire = {"id": chat_id, "type": kind} | (names if kind == "private" else {"title": "Nhóm mẫu"})
        return bot, chat, sender

    def _say(self, chat_id: int, who: Who, kind: str, body: Json, **shown: Any) -> Json:
        bot, chat, sender = self._who(chat_id, who)
        chat.closed = ""
        return bot.queue({"message": bot.put(chat, kind, body, sender, **shown).wire})

    def _say_file(
        self, chat_id: int, who: Who, kind: str, content: bytes, filename: str, body: Json, **more: Any
    ) -> Json:
        body = {key: value for key, value in body.items() if value}
        body |= self._bot(who.get("token")).attached(kind, content, filename, **more)
        return self._say(chat_id, who, kind, body, caption=body.get("caption", ""), file=content, filename=filename)

    async def text(self, chat_id: int, text: str, reply_to: "int | Message | None" = None, **who: Unpack[Who]) -> Json:
        """Says ``text``, as an answer to a message if ``reply_to`` says so."""
        body: Json = {"text": text}
        if command := re.match(r"/\w{1,64}(@\w+)?", text, re.ASCII):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(command[0])}]
        number = reply_to.message_id if isinstance(reply_to, Message) else reply_to
        if number is not None:
            replied = self._bot(who.get("token")).chats[chat_id].messages[number - 1].wire
            body["reply_to_message"] = {key: value for key, value in replied.items() if key != "reply_to_message"}
        return self._say(chat_id, who, "text", body, text=text, reply_to=number)

    async def photo(
        self, chat_id: int, content: bytes, caption: str = "", media_group_id: str = "", **who: Unpack[Who]
    ) -> Json:
        body = {"caption": caption, "media_group_id": media_group_id}
        return self._say_file(chat_id, who, "photo", content, "photo.jpg", body)

    async def voice(self, chat_id: int, content: bytes, duration: int = 5, **who: Unpack[Who]) -> Json:
        return self._say_file(chat_id, who, "voice", content, "voice.oga", {}, duration=duration)

    async def document(
        self, chat_id: int, content: bytes, filename: str, mime: str = "", caption: str = "", **who: Unpack[Who]
    ) -> Json:
        return self._say_file(chat_id, who, "document", content, filename, {"caption": caption}, mime=mime)

    async def sticker(self, chat_id: int, emoji: str = "🌾", **who: Unpack[Who]) -> Json:
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}
        sticker = self._bot(who.get("token")).store("sticker", b"RIFF", ".webp", emoji=emoji, **shape)
        return self._say(chat_id, who, "sticker", {"sticker": sticker})

    async def contact(self, chat_id: int, phone: str = "+84000000000", **who: Unpack[Who]) -> Json:
        return self._say(chat_id, who, "contact", {"contact": {"phone_number": phone, "first_name": "Mẫu"}})

    async def dice(self, chat_id: int, value: int = 3, **who: Unpack[Who]) -> Json:
        return self._say(chat_id, who, "dice", {"dice": {"emoji": "🎲", "value": value}})

    async def poll(self, chat_id: int, question: str = "?", **who: Unpack[Who]) -> Json:
        options = [{"persistent_id": str(n), "text": str(n), "voter_count": 0} for n in (1, 2)]
        flags = {"is_closed": False, "is_anonymous": True, "allows_multiple_answers": False, "allows_revoting": False}
        body = {"id": "1", "question": question, "options": options, "total_voter_count": 0, "type": "regular", **flags}
        return self._say(chat_id, who, "poll", {"poll": body | {"members_only": False}})

    async def location(self, chat_id: int, latitude: float = 21, longitude: float = 105, **who: Unpack[Who]) -> Json:
        return self._say(chat_id, who, "location", {"location": {"latitude": latitude, "longitude": longitude}})

    async def my_chat_member(
        self, chat_id: int, status: Literal["member", "left", "kicked"], **who: Unpack[Who]
    ) -> Json:
        """The bot is let in, left or blocked; while it is out, calls to the chat answer 403."""
        bot, chat, sender = self._who(chat_id, who)
        old = "member" if not chat.closed else "kicked"
        group = "bot was kicked from the group chat" if status == "kicked" else "bot is not a member of the group chat"
        reason = "bot was blocked by the user" if chat.wire["type"] == "private" else group
        chat.closed = "" if status == "member" else reason
        changed = {"chat": chat.wire, "from": sender, "date": int(time.time())}
        for name, was in (("old_chat_member", old), ("new_chat_member", status)):
            changed[name] = {"status": was, "user": bot.user} | ({"until_date": 0} if was == "kicked" else {})
        return bot.queue({"my_chat_member": changed})

    async def upgrade(self, chat_id: int, to: int, **who: Unpack[Who]) -> Json:
        """A group becomes the supergroup ``to``: its messages stay behind, and calls to the old id say where it is."""
        self._who(to, {**who, "chat_type": "supergroup"})
        update = self._say(chat_id, {**who, "chat_type": "group"}, "service", {"migrate_to_chat_id": to})
        self._bot(who.get("token")).chats[chat_id].upgraded_to = to
        return update

    async def tap(self, chat_id: int, message: "int | Message | None", button: str, **who: Unpack[Who]) -> Json:
        """Taps the inline button with this label or callback data; ``message`` None is the last that has buttons.

        Raises LookupError unless the message stands and has exactly one such button now.
        """
        shown = [m for m in self.messages(chat_id, token=who.get("token")) if m.markup.get("inline_keyboard")]
        number = message.message_id if isinstance(message, Message) else message
        target = next((m for m in reversed(shown) if number in {None, m.message_id}), None)
        keys = [key for row in target.markup["inline_keyboard"] for key in row] if target else []
        offered = [(key["text"], key["callback_data"]) for key in keys if "callback_data" in key]
        data = [pair[1] for pair in offered if button in pair]
        if target is None or len(data) != 1:
            raise LookupError(f"{len(data)} buttons {button!r} on message {number} of chat {chat_id}: {offered}")
        return await self.raw_callback(chat_id, target.message_id, data[0], **who)

    async def raw_callback(self, chat_id: int, message_id: int, data: str, **who: Unpack[Who]) -> Json:
        """A tap that no keyboard need offer: forged or stale. A message that is gone comes as an inaccessible one."""
        bot, chat, sender = self._who(chat_id, who)
        bot.serial += 1
        query_id = f"{bot.id}{bot.serial:012d}"
        bot.queries[query_id] = chat_id
        message: Json = {"chat": chat.wire, "message_id": message_id, "date": 0}
        if 0 < message_id <= len(chat.messages) and not chat.messages[message_id - 1].deleted:
            message = chat.messages[message_id - 1].wire
        query = {"id": query_id, "from": sender, "message": message, "chat_instance": str(chat_id), "data": data}
        return bot.queue({"callback_query": query})

    async def push(self, update: Json, token: str | None = None) -> Json:
        """Queues a raw update (with an id from before: again, as :meth:`repeat`) and opens its chat."""
        bot = self._bot(token)
        for body in (value for value in update.values() if isinstance(value, dict)):
            if chat := body.get("chat") or body.get("message", {}).get("chat"):
                bot.chats.setdefault(chat["id"], Chat(chat["id"], chat))
                if "chat_instance" in body:
                    bot.queries[body["id"]] = chat["id"]
        return bot.queue(update)

    async def repeat(self, update: Json, token: str | None = None) -> Json:
        """Delivers the same update_id again, also after it was confirmed."""
        return self._bot(token).queue({"update_id": update["update_id"], **update})

    def messages(
        self, chat_id: int, *, users: bool = False, deleted: bool = False, token: str | None = None
    ) -> list[Message]:
        """What the bot's messages in the chat show now, in order; on demand also the users' and the deleted ones."""
        chat = self._bot(token).chats.get(chat_id)
        return [m for m in chat.messages if (users or m.by_bot) and (deleted or not m.deleted)] if chat else []

    def last(self, chat_id: int, token: str | None = None) -> Message:
        """The bot's last message that stands; LookupError when there is none."""
        return self.messages(chat_id, token=token)[-1]
