"""People on a bot of the Zalo Bot Platform: its double, by webhook or polled."""

from collections.abc import Mapping
from typing import Any

from tests.commune import Clock
from tests.doubles.zalo_bot import ZaloBotDouble, person
from tests.lines.base import SOUND, Key, Shown, Unable, written
from tests.lines.zalo import SITE, ZaloLine

SECRET = "khong-ai-doan-duoc"


class ZaloBotLine(ZaloLine):
    """`double` are the settings of the double."""

    name = "zalo_bot"
    replies = False

    def __init__(self, *, webhook: bool = True, **double: Any) -> None:
        self.zalo, self.webhook = ZaloBotDouble(**double), webhook
        super().__init__(self.zalo)

    async def open(self, clock: Clock) -> None:
        await super().open(clock)
        self.zalo.now = clock
        await self.zalo.__aenter__()

    async def close(self) -> None:
        await self.zalo.__aexit__(None, None, None)

    def environ(self, here: str) -> Mapping[str, str]:
        found = {"DOITHOAI_ZALO_BOT__TOKEN": self.zalo.token, "DOITHOAI_ZALO_BOT__API_BASE": self.zalo.url}
        if self.webhook:
            found |= {
                "DOITHOAI_ZALO_BOT__MODE": "webhook",
                "DOITHOAI_ZALO_BOT__WEBHOOK_SECRET": SECRET,
                "DOITHOAI_WEB__PUBLIC_URL": SITE,
            }
        return found

    async def ready(self) -> None:
        await self.zalo.wait(lambda: self.zalo.hook is not None or self.zalo.polling(), timeout=30.0)

    def native(self, who: int) -> str:
        return person(who)

    def is_heard(self) -> bool:
        # A poll that waits again, or an answered webhook, has stored what it was given.
        return not self.zalo.pending and (self.webhook or self.zalo.polling())

    async def say(self, who: int, text: str, to: Shown | None = None) -> None:
        if to is not None:
            raise Unable("reply")
        self.zalo.text(person(who), text)

    async def tap(self, who: int, on: Shown, key: Key) -> None:
        raise Unable("tap")

    async def photo(self, who: int, data: bytes, caption: str = "") -> None:
        self.zalo.photo(person(who), data, caption)

    async def voice(self, who: int, seconds: int, data: bytes = SOUND) -> None:
        self.zalo.voice(person(who), data)

    def messages(self, who: int) -> list[Shown]:
        found = []
        for each in self.zalo.messages(person(who)):
            text = each.text or each.caption
            found.append(Shown(each.message_id, text, written(text), each.kind))
        return found

    def ever(self, who: int) -> list[str]:
        return [each.text or each.caption for each in self.zalo.messages(person(who))]
