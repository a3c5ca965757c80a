"""The whole main job, told as steps over the wire: what somebody does, and what is then seen."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from storage import people
from storage.database import Database
from storage.models import Role
from tests.commune import COMMUNE
from tests.doubles.telegram import TelegramDouble
from tests.phones import picture
from tests.processes import Site

CLERK = 9001
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class Step:
    """`act` does it; `seen` is true once what must follow is on somebody's screen."""

    name: str
    act: Callable[[], Awaitable[Any]]
    seen: Callable[[], Any]


class Journey:
    """Steps of a clerk and of residents, each a chat of the double."""

    def __init__(self, tg: TelegramDouble) -> None:
        self.tg = tg

    def shows(self, chat: int, words: str, times: int = 1) -> Callable[[], bool]:
        """At least `times` messages of this chat hold these words."""
        return lambda: sum(words in _words(message) for message in self.tg.messages(chat)) >= times

    async def press(self, chat: int, label: str) -> None:
        """Taps the newest button with this label, once it is there."""

        def newest() -> int | None:
            for message in reversed(self.tg.messages(chat)):
                if any(text == label for row in message.buttons for text, _ in row):
                    return message.message_id
            return None

        message_id = await self.tg.wait(newest, timeout=30)
        await self.tg.tap(chat, message_id, label)

    def join(self, code: str) -> list[Step]:
        tg = self.tg
        return [Step("clerk joins", lambda: tg.text(CLERK, f"/start {code}"), self.shows(CLERK, "/viec"))]

    def raise_opinion(self, chat: int, words: str, code: str, *, photo: bytes | None = None) -> list[Step]:
        """A first opinion, from its words to its code; `photo` is sent while the preview stands."""
        tg = self.tg
        steps = [
            Step("words", lambda: tg.text(chat, words), self.shows(chat, "Máy đang giữ lời")),
            Step("consent", lambda: self.press(chat, "Đồng ý"), self.shows(chat, "Việc này ở thôn nào?")),
            Step("village", lambda: self.press(chat, "3"), self.shows(chat, "gần với loại nào?")),
            Step("field", lambda: self.press(chat, "Đường, điện, nước"), self.shows(chat, "xem lại")),
        ]
        if photo is not None:
            steps.append(Step("photo", lambda: tg.photo(chat, photo), self.shows(chat, "1 ảnh")))
        steps.append(Step("send", lambda: self.press(chat, "Gửi, không ghi tên"), self.shows(chat, code)))
        return steps

    def answer(self, chat: int, code: str, words: str) -> list[Step]:
        """The clerk answers with a photo; the author reads it and finds it clear."""
        tg = self.tg

        async def command() -> None:
            await tg.photo(CLERK, picture(), caption=f"/traloi {code} {words}")

        return [
            Step("card", nothing, self.shows(CLERK, code)),
            Step("answer", command, self.shows(CLERK, words)),
            Step("release", lambda: self.press(CLERK, "Gửi trả lời"), self.shows(chat, words)),
            Step("evidence", nothing, lambda: any(message.kind == "photo" for message in tg.messages(chat))),
            Step("clear", lambda: self.press(chat, "Rõ rồi"), self.shows(chat, "Xã ghi rồi")),
        ]

    def plan_conference(self, now: datetime) -> list[Step]:
        """The conference is set for tomorrow, against the law's seven days: nobody else decides here."""
        tg = self.tg
        day = now.astimezone(ZONE) + timedelta(days=1)
        return [
            Step("conference", lambda: tg.text(CLERK, "/hoinghi"), self.shows(CLERK, "Chưa đặt hội nghị")),
            Step("date", lambda: tg.text(CLERK, f"{day:%d/%m} 7h30"), self.shows(CLERK, "Không đặt được")),
            Step("override", lambda: self.press(CLERK, "Vẫn đặt, ghi lý do"), self.shows(CLERK, "ghi vào sổ")),
            Step("reason", lambda: tg.text(CLERK, "Mưa lũ"), self.shows(CLERK, "Họp ở đâu?")),
            Step("place", lambda: self.press(CLERK, "Hội trường UBND xã"), self.shows(CLERK, "Không kịp hạn luật")),
            Step("plan", lambda: self.press(CLERK, "Đặt lịch"), self.shows(CLERK, "Đã đặt")),
        ]

    def announce(self, words: str, chats: list[int]) -> list[Step]:
        tg = self.tg
        return [
            Step("announcement", lambda: tg.text(CLERK, f"/phattin {words}"), self.shows(CLERK, words)),
            Step("hour", lambda: self.press(CLERK, "Đổi giờ"), self.shows(CLERK, "Gửi lúc nào?")),
            Step("now", lambda: self.press(CLERK, "Gửi ngay"), self.shows(CLERK, "Lúc gửi: gửi ngay")),
            Step(
                "send to all",
                lambda: self.press(CLERK, "Gửi"),
                lambda: all(self.shows(chat, words)() for chat in chats),
            ),
        ]

    async def play(self, steps: list[Step], timeout: float = 30.0) -> None:
        for step in steps:
            await step.act()
            try:
                await self.tg.wait(step.seen, timeout=timeout)
            except TimeoutError as error:
                raise TimeoutError(f"step {step.name!r}: {error}") from error


async def nothing() -> None:
    """What follows comes by itself."""


def _words(message: Any) -> str:
    return f"{message.text or ''}\n{message.caption or ''}"


async def invited_beside(place: Site) -> str:
    """What `doithoai invite clerk` does, without the seconds that its imports take."""
    db = Database(place.database_url, COMMUNE)
    try:
        async with db.write() as tx:
            return await people.invite(tx, Role.CLERK)
    finally:
        await db.close()
