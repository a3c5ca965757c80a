"""One phone of the phones page: the bubbles of one account, and what its owner can do."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from nicegui import events, ui

from bot.messengers.web import CHOSEN, WebMessenger
from bot.pages.bubbles import Bubble, bubbles, shown_time
from bot.pages.kinds import Kind
from bot.pages.render import safe_html
from storage import people, transcript
from storage.database import Database
from storage.models import Conversation, Role

MAX_UPLOAD = 50_000_000
"""Bytes the page takes; what the record takes is less, and the bot says so itself."""

TYPING_SECONDS = 6.0
"""How long "typing" shows when nothing comes back: a photo among others gets no reply."""

ENTER = "(e) => { if (e.isComposing || e.shiftKey) return; e.preventDefault(); emit(e.target.value); }"


class Phone:
    """Shows one account of one messenger, and speaks for its owner.

    `file_url` gives the address of a message's file. `show_tab` and `show` build it in the current NiceGUI slot;
    `follow` then runs until it is cancelled.
    """

    def __init__(
        self, db: Database, messenger: WebMessenger, kind: Kind, number: int, file_url: Callable[[int, int], str]
    ) -> None:
        self.kind = kind
        self.native_id = f"{kind.id}-{number}"
        self.owner = kind.owner if number == 1 else f"{kind.owner} {number}"
        self._db = db
        self._messenger = messenger
        self._file_url = file_url
        self._account_id = 0
        self._woken = asyncio.Event()
        self._shown: dict[int, tuple[Bubble, ui.element]] = {}
        self._typing_until: float | None = None
        self._reply_to: int | None = None
        self._heard = 0

    @property
    def into_view(self) -> str:
        """JavaScript that brings this phone before the reader's eyes."""
        return f"getHtmlElement({self._frame.id}).scrollIntoView({{inline: 'center', block: 'nearest'}})"

    async def open(self) -> None:
        """Makes the account if it is missing; a new one opens the conversation as its owner would."""
        account_id = await self._messenger.open_account(self.native_id)
        async with self._db.read() as tx:
            begun = await transcript.since(tx, account_id, limit=1)
        if begun:
            return
        words = "/start"
        if self.kind.role is not None:
            async with self._db.write() as tx:
                words = f"/start {await people.invite(tx, self.kind.role, *self._place_of_role())}"
        await self._messenger.text(account_id, words)

    def _place_of_role(self) -> tuple[str | None, str | None]:
        """The unit or the village that the role is of."""
        commune, at = self._db.commune, self.kind.place
        if self.kind.role is Role.STAFF:
            return commune.units[at % len(commune.units)].id, None
        if self.kind.role is Role.VILLAGE_HEAD:
            return None, commune.villages[at % len(commune.villages)].id
        return None, None

    def show_tab(self) -> None:
        """Builds the tab by which a small screen reaches this phone; before `show`."""
        self._tab = ui.element("button").classes("dt-tab").on("click", self._see)
        with self._tab:
            ui.label(self.owner)

    def show(self) -> None:
        """Builds the phone."""
        commune = self._db.commune.name
        self._frame = ui.element("section").classes("dt-phone").props(f'data-phone="{self.native_id}"')
        self._tab.on("click", js_handler=f"() => {self.into_view}")
        with self._frame:
            with ui.element("header").classes("dt-owner"):
                ui.label(self.owner).classes("dt-name")
                ui.label(self.kind.note).classes("dt-note")
            with ui.element("div").classes("dt-chat"):
                ui.label(f"{commune[:1].upper()}{commune[1:]}").classes("dt-commune")
                ui.label("máy trả lời tự động").classes("dt-machine")
            self._scroll = ui.element("div").classes("dt-scroll")
            with self._scroll, ui.element("div").classes("dt-list"):
                self._list = ui.element("div").classes("dt-bubbles")
                self._typing = ui.element("div").classes("dt-bubble dt-in dt-typing").props('aria-label="đang trả lời"')
                with self._typing:
                    for _ in range(3):
                        ui.element("i")
            self._samples = ui.element("div").classes("dt-samples")
            with self._samples:
                ui.label(self.kind.hint).classes("dt-hint")
                for sample in self.kind.samples:
                    with (
                        ui.element("button").classes("dt-sample").on("click", lambda _, words=sample: self._say(words))
                    ):
                        ui.label(sample)
            self._quote = ui.element("div").classes("dt-quote")
            with self._quote:
                self._quoted = ui.label()
                with ui.element("button").props('aria-label="Thôi trích"').on("click", self._drop_reply):
                    ui.label("×")
            self._composer()
        self._typing.set_visibility(False)
        self._quote.set_visibility(False)

    def _composer(self) -> None:
        with ui.element("footer").classes("dt-composer"):
            self._uploader = upload = ui.upload(
                on_upload=self._upload,
                on_rejected=lambda: ui.notify("Tệp quá lớn, máy không nhận được."),
                max_file_size=MAX_UPLOAD,
                auto_upload=True,
                multiple=True,
            ).classes("dt-upload")
            with (
                ui.element("button")
                .classes("dt-round")
                .props('aria-label="Gửi ảnh hoặc tệp" title="Gửi ảnh hoặc tệp"')
                .on("click", js_handler=f"() => getElement({upload.id}).$refs.qRef.pickFiles()")
            ):
                ui.html(_CLIP, sanitize=False)
            self._field = (
                ui.textarea(placeholder="Nhắn ở đây")
                .props('autogrow borderless dense rows=1 aria-label="Nhắn ở đây"')
                .classes("dt-field")
                .on("keydown.enter", self._enter, js_handler=ENTER)
            )
            with (
                ui.element("button")
                .classes("dt-round dt-send")
                .props('aria-label="Gửi" title="Gửi"')
                .on("click", self._send)
            ):
                ui.html(_ARROW, sanitize=False)

    async def follow(self) -> None:
        """Shows what comes, until cancelled."""
        await self._account()
        try:
            while True:
                self._woken.clear()
                await self._refresh()
                await self._wait()
        finally:
            self._db.unsubscribe(transcript.topic(self._account_id), self._woken.set)

    async def _wait(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._woken.is_set():
            try:
                async with asyncio.timeout_at(self._typing_until):
                    await self._woken.wait()
            except TimeoutError:
                if self._typing_until is not None and self._typing_until <= loop.time():
                    self._show_typing(on=False)

    async def _account(self) -> int:
        """The account behind this phone now: a new one after its owner had everything deleted."""
        account_id = await self._messenger.open_account(self.native_id)
        if account_id != self._account_id:
            if self._account_id:
                self._db.unsubscribe(transcript.topic(self._account_id), self._woken.set)
            self._account_id = account_id
            self._db.subscribe(transcript.topic(account_id), self._woken.set)
            self._woken.set()
        return account_id

    async def _refresh(self) -> None:
        async with self._db.read() as tx:
            rows = bubbles(await transcript.since(tx, self._account_id))
            conversation = await tx.session.get(Conversation, self._account_id)
            state = conversation.state if conversation is not None else None
        for gone in self._shown.keys() - {row.id for row in rows}:
            self._shown.pop(gone)[1].delete()
        for row in rows:
            self._place(row)
        self._hear(max((row.id for row in rows if row.outgoing), default=0))
        spoken = any(not row.outgoing and not row.body.startswith("/") for row in rows)
        begins = self.kind.role is None and state is None and bool(rows) and not spoken
        self._samples.set_visibility(begins or state in self.kind.waits)

    def _place(self, row: Bubble) -> None:
        shown = self._shown.get(row.id)
        if shown is None:
            with self._list:
                element = ui.element("div")
        elif shown[0] == row:
            return
        else:
            if shown[0].body != row.body:
                # An answer may come as a change of what stands there already.
                self._show_typing(on=False)
            element = shown[1]
            if (shown[0].buttons, shown[0].active) == (row.buttons, row.active):
                # Buttons that stay the same stay where they are: one that is being pressed must not be lost.
                self._shown[row.id] = (row, element)
                bubble = element.default_slot.children[0]
                bubble.clear()
                with bubble:
                    self._fill_bubble(row)
                return
            element.clear()
        self._shown[row.id] = (row, element)
        side = "dt-system" if row.opening else "dt-in" if row.outgoing else "dt-out"
        element.classes(replace=f"dt-message {side}").props(f'data-message="{row.id}"')
        with element:
            if row.opening:
                ui.label("Mở bằng mã mời dùng một lần" if row.by_invitation else "Bắt đầu trò chuyện")
            else:
                self._fill(row)

    def _fill(self, row: Bubble) -> None:
        with ui.element("div").classes("dt-bubble"):
            self._fill_bubble(row)
        if row.buttons:
            with ui.element("div").classes("dt-buttons" if row.active else "dt-buttons dt-past"):
                for line in row.buttons:
                    with ui.element("div").classes("dt-line"):
                        for button in line:
                            self._button(row.id, button)

    def _fill_bubble(self, row: Bubble) -> None:
        if row.file is not None:
            self._fill_file(row.id, *row.file)
        if row.body and row.outgoing and self._messenger.features.html:
            ui.html(safe_html(row.body), sanitize=False).classes("dt-text")
        elif row.body:
            ui.label(row.body).classes("dt-text")
        with ui.element("div").classes("dt-foot"):
            if row.reaction:
                ui.label(row.reaction).classes("dt-reaction")
            if row.outgoing:
                reply = ui.element("button").classes("dt-reply").props('title="Trả lời đúng tin này"')
                with reply.on("click", lambda: self._reply(row)):
                    ui.label("Trích tin này")
            ui.label(self._time(row.at)).classes("dt-time")

    def _fill_file(self, message_id: int, kind: str, name: str, mime: str) -> None:
        address = self._file_url(self._account_id, message_id)
        if kind == "photo":
            with ui.element("a").props(f'href="{address}" target="_blank"'):
                ui.element("img").props(f'src="{address}" alt="ảnh"').classes("dt-photo")
        elif mime.startswith("audio/"):
            ui.element("audio").props(f'src="{address}" controls preload="metadata"').classes("dt-audio")
        else:
            with ui.element("a").props(f'href="{address}" target="_blank"').classes("dt-file"):
                ui.html(_CLIP, sanitize=False)
                ui.label(name)

    def _button(self, message_id: int, button: tuple[str, ...]) -> None:
        label, data = button[0], button[1]
        element = ui.element("button").classes("dt-button")
        if button[2:] == (CHOSEN,):
            element.classes("dt-chosen")
        with element.on("click", lambda: self._tap(message_id, data)):
            ui.label(label)

    def _time(self, at: datetime) -> str:
        return shown_time(self._db.commune, at, self._db.now())

    def _hear(self, last: int) -> None:
        if last != self._heard:
            # Whoever has just acted here looks at this phone; the mark is for a message that came by itself.
            if self._heard and last and self._typing_until is None:
                self._tab.classes("dt-fresh")
            self._heard = last
            self._show_typing(on=False)

    def _show_typing(self, *, on: bool) -> None:
        self._typing_until = asyncio.get_running_loop().time() + TYPING_SECONDS if on else None
        self._typing.set_visibility(on)

    def _reply(self, row: Bubble) -> None:
        self._reply_to = row.id
        self._quoted.set_text("Trích tin lúc " + self._time(row.at))
        self._quote.set_visibility(True)
        self._field.run_method("focus")

    def _drop_reply(self) -> None:
        self._reply_to = None
        self._quote.set_visibility(False)

    def _take_reply(self) -> int | None:
        reply_to = self._reply_to
        self._drop_reply()
        return reply_to

    async def _enter(self, event: events.GenericEventArguments) -> None:
        await self._say(str(event.args))

    async def _send(self) -> None:
        await self._say(self._field.value or "")

    async def _say(self, words: str) -> None:
        if not words.strip():
            return
        self._field.set_value("")
        account_id = await self._account()
        self._act()
        await self._messenger.text(account_id, words, self._take_reply())

    async def _tap(self, message_id: int, data: str) -> None:
        if message_id not in self._shown:
            return
        account_id = await self._account()
        self._act()
        await self._messenger.tap(account_id, message_id, data)

    async def _upload(self, event: events.UploadEventArguments) -> None:
        caption = self._field.value or ""
        self._field.set_value("")
        data = await event.file.read()
        # A file that stays in the uploader cannot be sent a second time.
        self._uploader.reset()
        account_id = await self._account()
        self._act()
        try:
            await self._messenger.file(
                account_id, data, event.file.name, event.file.content_type, caption, self._take_reply()
            )
        except OSError:
            ui.notify("Tệp chưa gửi được. Thử lại sau ít phút.")

    def _see(self) -> None:
        self._tab.classes(remove="dt-fresh")

    def _act(self) -> None:
        self._see()
        self._show_typing(on=True)
        # Whoever acts waits for what comes next, and that stands at the end.
        self._list.client.run_javascript(f"getHtmlElement({self._scroll.id}).scrollTop = 0")


def _icon(path: str) -> Any:
    return f'<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d="{path}"/></svg>'


_ARROW = _icon("M3 20.5 21 12 3 3.5l-.01 6.6L15 12 2.99 13.9z")
_CLIP = _icon(
    "M16.5 6v11.5a4 4 0 0 1-8 0V5a2.5 2.5 0 0 1 5 0v10.5a1 1 0 0 1-2 0V6H10v9.5a2.5 2.5 0 0 0 5 0V5a4 4 0 0 0-8 0"
    "v12.5a5.5 5.5 0 0 0 11 0V6z"
)
