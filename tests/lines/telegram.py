"""People on Telegram: the double of its Bot API, polled."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping

from bot.app import Parts
from bot.pacing import ChatPacer
from tests.commune import Clock
from tests.doubles.telegram import Json, Message, TelegramDouble
from tests.doubles.telegram.shapes import Call
from tests.lines.base import SOUND, Key, Line, Shown

LONGEST = 30.0


class TelegramLine(Line):
    """`on_call` hears each call to the Bot API."""

    name = "telegram"

    def __init__(self, on_call: Callable[[Call], None] | None = None) -> None:
        self.tg = TelegramDouble()
        self.tg.on_call = self._hear
        self.on_call = on_call
        self._newest = 0
        self._ever: dict[int, list[str]] = defaultdict(list)

    async def open(self, clock: Clock) -> None:
        await super().open(clock)
        await self.tg.__aenter__()

    async def close(self) -> None:
        await self.tg.__aexit__(None, None, None)

    def environ(self, here: str) -> Mapping[str, str]:
        return {
            "DOITHOAI_TELEGRAM__TOKEN": self.tg.token,
            "DOITHOAI_TELEGRAM__API_BASE": self.tg.url,
            "DOITHOAI_TELEGRAM__PER_SECOND": "1000",
        }

    def meet(self, parts: Parts, here: str) -> None:
        # Days are played in seconds: a chat's limit would be waited out by the machine's clock.
        parts.courier.lanes["telegram"].chats = ChatPacer(itertools.count(0.0, 3600.0).__next__)

    def apart(self, here: str) -> None:
        """It polls: nobody needs to know where it lies."""

    async def ready(self) -> None:
        await self.tg.wait(lambda: self.tg.polling() or None, timeout=LONGEST)

    def native(self, who: int) -> str:
        return str(who)

    def is_heard(self) -> bool:
        """Every spinner has ended, too."""
        return self.tg.confirmed() >= self._newest and not self.tg.unanswered()

    def _hear(self, call: Call) -> None:
        results = call.result if isinstance(call.result, list) else [call.result]
        if call.chat_id is not None and call.error is None:
            wires = [wire for wire in results if isinstance(wire, dict) and "message_id" in wire]
            self._ever[call.chat_id] += [wire.get("text") or wire.get("caption") or "" for wire in wires]
        if self.on_call is not None:
            self.on_call(call)

    def came(self, update: Json) -> None:
        self._newest = update["update_id"]

    async def say(self, who: int, text: str, to: Shown | None = None) -> None:
        self.came(await self.tg.text(who, text, int(to.id) if to else None))

    async def tap(self, who: int, on: Shown, key: Key) -> None:
        self.came(await self.tg.raw_callback(who, int(on.id), key.means))

    async def photo(self, who: int, data: bytes, caption: str = "") -> None:
        self.came(await self.tg.photo(who, data, caption))

    async def voice(self, who: int, seconds: int, data: bytes = SOUND) -> None:
        self.came(await self.tg.voice(who, data, seconds))

    async def document(self, who: int, data: bytes, name: str) -> None:
        self.came(await self.tg.document(who, data, name))

    async def place(self, who: int, latitude: float, longitude: float) -> None:
        self.came(await self.tg.location(who, latitude, longitude))

    async def contact(self, who: int) -> None:
        self.came(await self.tg.contact(who))

    async def leave(self, who: int) -> None:
        self.came(await self.tg.my_chat_member(who, "kicked"))

    def messages(self, who: int) -> list[Shown]:
        return [_shown(message) for message in self.tg.messages(who)]

    def ever(self, who: int) -> list[str]:
        return self._ever[who]


def _shown(message: Message) -> Shown:
    # A button that opens an address is no option.
    pressed = [key for row in message.markup.get("inline_keyboard", []) for key in row if "callback_data" in key]
    keys = tuple(Key(key["text"], key["callback_data"]) for key in pressed)
    return Shown(str(message.message_id), message.text or message.caption, keys, message.kind)
