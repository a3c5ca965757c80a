"""What players do on a stage, each act written down with everything that came of it."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp

from storage.models import Role
from tests.commune import COMMUNE, START, Clock
from tests.lines import Line, Shown
from tests.play.witness import Mask, Witness
from tests.stage import Stage

EACH_ACT = timedelta(seconds=20)


class Play:
    """A stage with a witness: every act takes a little time, and `at` lets much of it pass."""

    def __init__(self, folder: Path, line: Line, texts: dict[str, str]) -> None:
        self.texts = texts
        self.mask = Mask(texts)
        self.witness = Witness(self.mask)
        self.stage = Stage(folder, line, Clock(START), DOITHOAI_REMINDERS__OFFICE='["07:00", "18:00"]')
        self.sorted: set[str] = set()
        """Whose cards the clerk had in hand."""
        self.pages: list[str] = []
        """What the one-time pages showed."""
        self.codes: dict[str, int] = {}
        """The number that each opinion got, by its name."""
        self.gone: set[int] = set()
        """Who had everything deleted, and is never seen again."""
        self.trail: list[tuple[int, str]] = []
        """Who did what, in order: the end of it says where a play broke off."""

    @property
    def now(self) -> datetime:
        return self.stage.clock.instant

    async def _begins(self, chat: int, what: str) -> None:
        self.trail.append((chat, what))
        await self.stage.later(EACH_ACT)
        self.witness.act(self.now, None, "")

    async def at(self, when: str) -> None:
        """Time passes to "dd/mm hh:mm" and the clock looks at the record."""
        day, hour = when.split()
        instant = datetime.strptime(f"{day}/{self.now.year} {hour}", "%d/%m/%Y %H:%M")  # noqa: DTZ007
        self.stage.clock.instant = instant.replace(tzinfo=COMMUNE.timezone)
        for chat in dict.fromkeys(chat for chat, _ in self.trail):
            if chat not in self.gone:
                await self.stage.line.look_in(chat)
        await self.stage.at(self.stage.clock.instant)
        self.witness.act(self.now, None, "")

    async def join(self, chat: int, role: Role, unit: str | None = None, village: str | None = None) -> None:
        await self._begins(chat, f"/start {role}")
        await self.stage.join(chat, role, unit, village)
        self.witness.act(self.now, chat, "/start «mã mời»")

    async def say(self, chat: int, *words: str, to: Shown | None = None) -> None:
        """Each of `words` in a message of its own; `to` is the message that they answer."""
        for each in words:
            await self._begins(chat, each)
            await self.stage.say(chat, each, to=to if self.stage.line.replies else None)
            self.witness.act(self.now, chat, f"gõ{f' (đáp #{to.id})' if to else ''}: {each}")

    async def tap(self, chat: int, *labels: str) -> None:
        """The newest button that begins with each of `labels`, one after the other."""
        for each in labels:
            await self._begins(chat, f"[{each}]")
            _, key = self.stage.line.offered(chat, each)
            await self.stage.press(chat, each)
            self.witness.act(self.now, chat, f"bấm: [{key.label}]")

    async def tap_on(self, chat: int, message: Shown, label: str) -> None:
        """The button of this message that begins so. Raises LookupError when it shows none."""
        await self._begins(chat, f"[{label}] on {message.id}")
        _, key = self.stage.line.offered(chat, label, message)
        await self.stage.press(chat, label, on=message)
        self.witness.act(self.now, chat, f"bấm (ở #{message.id}): [{key.label}]")

    async def tap_card(self, chat: int, name: str, label: str, opened: str) -> None:
        """This of an official's newest card of an opinion; where its numbers have gone, `opened` of the whole."""
        card = self.card(chat, name)
        try:
            self.stage.line.offered(chat, label, card)
        except LookupError:
            await self.stage.say(chat, f"/xem {self.codes[name]}")
            card, label = self.stage.last(chat), opened
        await self.tap_on(chat, card, label)

    async def answer(self, chat: int, name: str, words: str) -> None:
        """A reply to the newest card of this opinion is its answer; where nobody replies, a command is."""
        if self.stage.line.replies:
            await self.say(chat, words, to=self.card(chat, name))
        else:
            await self.say(chat, f"/traloi {self.codes[name]} {words}")

    def card(self, chat: int, name: str) -> Shown:
        """The newest message of this chat whose first code is that of this opinion. Raises LookupError."""
        for message in reversed(self.stage.messages(chat)):
            if message.text.startswith(f"KX-{self.codes[name]} "):
                return message
        raise LookupError(f"chat {chat} has no card of {name}")

    async def photo(self, chat: int, caption: str = "") -> None:
        await self._begins(chat, "photo")
        await self.stage.photo(chat, caption=caption)
        self.witness.act(self.now, chat, f"gửi ảnh{f': {caption}' if caption else ''}")

    async def voice(self, chat: int, seconds: int) -> None:
        await self._begins(chat, "voice")
        await self.stage.voice(chat, seconds)
        self.witness.act(self.now, chat, f"ghi âm: {seconds} giây")

    async def place(self, chat: int) -> None:
        await self._begins(chat, "place")
        await self.stage.place(chat)
        self.witness.act(self.now, chat, "gửi vị trí")

    async def block(self, chat: int) -> None:
        await self._begins(chat, "leave")
        await self.stage.leave(chat)
        self.witness.act(self.now, chat, "chặn máy")

    def offers(self, chat: int, label: str) -> bool:
        """Whether the newest message has this button."""
        return self.stage.line.offers(chat, label)

    def shows(self, chat: int, words: str) -> Shown:
        """The newest message of this chat that holds these words. Raises LookupError."""
        for message in reversed(self.stage.messages(chat)):
            if words in message.text:
                return message
        raise LookupError(f"chat {chat} shows nowhere {words!r}")

    def note_code(self, chat: int, name: str) -> None:
        """The newest code that this chat was told is this opinion's."""
        found = re.findall(r"KX-(\d+)", self.shows(chat, "KX-").text)
        self.codes[name] = int(found[0])

    async def open_link(self, chat: int, decision: dict[str, str]) -> None:
        """Opens the newest one-time link that this chat was sent, over HTTP, and decides on its page."""
        await self._begins(chat, "opens the link")
        links = re.findall(r"https?://\S+/rieng/[0-9a-f]+", "\n".join(self.stage.shown(chat)))
        link = self.stage.line.address(links[-1])
        async with aiohttp.ClientSession() as client:
            async with client.post(link) as page:
                html = await page.text()
            self.pages.append(html)
            action = re.findall(r'action="(xem/[0-9a-f]+)"', html)
            async with client.post(f"{link.rpartition('/')[0]}/{action[0]}", data=decision) as done:
                assert done.status == 200
            async with client.post(link) as again:
                assert again.status == 410
        await self.stage.settle()
        self.witness.act(self.now, chat, f"mở liên kết, chọn {decision['do']}")

    def cards(self, chat: int, label: str) -> list[Shown]:
        """The messages of this chat that have a button which begins so, in order."""
        return [each for each in self.stage.messages(chat) if any(text.startswith(label) for text in each.labels)]

    def name_on(self, message: Shown) -> str:
        """Which opinion a message is about, below what was done before; for one that was split off, its code."""
        heads = re.findall(r"^(?:\d+/\d+ · )?KX-(\d+) · ", message.text, re.MULTILINE)
        found = heads or re.findall(r"KX-(\d+)", message.text)
        named = {number: name for name, number in self.codes.items()}
        return named.get(int(found[0]), f"KX-{found[0]}")
