"""People on a Zalo Official Account: its double, whose webhook is signed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.messengers.zalo_oa import PATH
from tests.commune import Clock
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_SECRET, ZaloOaDouble, person
from tests.lines.base import SOUND, Key, Shown, written
from tests.lines.zalo import SITE, ZaloLine
from tests.processes import Site, site


def oa_environ(oa: ZaloOaDouble, refresh_token: str) -> dict[str, str]:
    """The configuration of a service whose account is the double's."""
    return {
        "DOITHOAI_ZALO_OA__APP_ID": APP_ID,
        "DOITHOAI_ZALO_OA__APP_SECRET": APP_SECRET,
        "DOITHOAI_ZALO_OA__OA_SECRET": OA_SECRET,
        "DOITHOAI_ZALO_OA__REFRESH_TOKEN": refresh_token,
        "DOITHOAI_ZALO_OA__API_BASE": oa.url,
        "DOITHOAI_ZALO_OA__OAUTH_BASE": oa.url,
        "DOITHOAI_WEB__PUBLIC_URL": SITE,
    }


def oa_site(folder: Path, oa: ZaloOaDouble, refresh_token: str, **settings: str) -> Site:
    """A site whose one messenger is the double's account."""
    return site(folder, **{**oa_environ(oa, refresh_token), **settings})


class ZaloOaLine(ZaloLine):
    """`double` are the settings of the double."""

    name = "zalo_oa"

    def __init__(self, **double: Any) -> None:
        self.oa = ZaloOaDouble(**double)
        super().__init__(self.oa)

    async def open(self, clock: Clock) -> None:
        await super().open(clock)
        self.oa.now = clock
        await self.oa.__aenter__()

    async def close(self) -> None:
        await self.oa.__aexit__(None, None, None)

    def environ(self, here: str) -> Mapping[str, str]:
        return oa_environ(self.oa, self.oa.consent())

    def apart(self, here: str) -> None:
        super().apart(here)
        self.oa.hook = f"{here}{PATH}"

    async def ready(self) -> None:
        await self.oa.wait(lambda: self.oa.refreshes)

    def native(self, who: int) -> str:
        return person(who)

    def is_heard(self) -> bool:
        # A webhook that was answered has stored what it was given.
        return True

    async def come(self, who: int) -> None:
        await self.oa.click(person(who))

    async def look_in(self, who: int) -> None:
        await self.oa.click(person(who))

    async def say(self, who: int, text: str, to: Shown | None = None) -> None:
        await self.oa.text(person(who), text, **({"quote_msg_id": to.id} if to else {}))

    async def tap(self, who: int, on: Shown, key: Key) -> None:
        await self.oa.text(person(who), key.means)

    async def photo(self, who: int, data: bytes, caption: str = "") -> None:
        await self.oa.image(person(who), data, text=caption)

    async def voice(self, who: int, seconds: int, data: bytes = SOUND) -> None:
        await self.oa.attached(person(who), "audio", {"url": self.oa.put(data, "audio/aac", ".aac")})

    async def document(self, who: int, data: bytes, name: str) -> None:
        url = self.oa.put(data, "application/octet-stream", f"/{name}")
        payload = {"url": url, "name": name, "size": str(len(data)), "type": name.rpartition(".")[2]}
        await self.oa.attached(person(who), "file", payload)

    async def place(self, who: int, latitude: float, longitude: float) -> None:
        coordinates = {"latitude": str(latitude), "longitude": str(longitude)}
        await self.oa.attached(person(who), "location", {"coordinates": coordinates})

    async def contact(self, who: int) -> None:
        await self.oa.attached(person(who), "business_card", {"description": "{}", "url": "https://zalo.me"})

    async def leave(self, who: int) -> None:
        await self.oa.unfollow(person(who))

    def messages(self, who: int) -> list[Shown]:
        found = []
        for each in self.oa.messages(person(who)):
            pressed = [(title, payload) for title, payload, kind in each.buttons if kind.startswith("oa.query")]
            keys = tuple(Key(title, payload) for title, payload in pressed) or written(each.text)
            kind = {"image": "photo", "file": "document"}.get(each.kind, each.kind)
            found.append(Shown(each.message_id, each.text, keys, kind))
        return found

    def ever(self, who: int) -> list[str]:
        return [each.text for each in self.oa.messages(person(who))]
