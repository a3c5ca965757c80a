"""The phones page: residents and officials side by side, each a real account, to try everything on one screen."""

import asyncio
import re
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from importlib import resources
from urllib.parse import urlencode

import structlog
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from nicegui import Client, ui
from nicegui import app as pages
from sqlalchemy import select

from bot.messengers.web import WebMessenger
from bot.pages.bubbles import file_response
from bot.pages.kinds import KINDS
from bot.pages.phone import Phone
from bot.pages.timebar import TimeBar
from bot.testclock import TimeMachine
from storage.database import Database
from storage.files import MediaStore
from storage.models import Account, Transcript

RECONNECT_SECONDS = 180
"""How long a page that lost its connection keeps what was typed in it."""

FIRST = ("resident", "clerk")
MOST_PHONES = 8
_NATIVE_ID = re.compile(rf"({'|'.join(KINDS)})-([1-9]\d*)")

log = structlog.get_logger(__name__)

_REFUSED = """<!doctype html><html lang="vi"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Trang điện thoại thử</title>
<body style="font:18px/1.6 system-ui,sans-serif;max-width:34em;margin:12vh auto;padding:0 1.2em;color:#1f2d37">
<h1 style="font-size:1.4em">Địa chỉ này thiếu khoá</h1>
<p>Trang điện thoại thử chỉ mở bằng địa chỉ đầy đủ mà máy in ra lúc khởi động (có đoạn <code>?key=</code>).
Sao chép cả dòng ấy vào thanh địa chỉ là được.</p></body></html>"""


class PhonesPage:
    """The page `/?key=…` and the files it shows. One a process: NiceGUI keeps one set of pages.

    `messengers` are the web messengers by name. `reset` empties the try-it database. `machine` pushes its clock.
    """

    def __init__(
        self,
        db: Database,
        messengers: Mapping[str, WebMessenger],
        media: MediaStore,
        key: str,
        reset: Callable[[], Awaitable[None]],
        machine: TimeMachine,
    ) -> None:
        self._db = db
        self._machine = machine
        self._messengers = messengers
        self._media = media
        self._key = key
        self._reset = reset
        self._lock = asyncio.Lock()
        self._boards: set[_Board] = set()

    def mount(self, app: FastAPI) -> None:
        """Adds the page, the files and NiceGUI's own routes to `app`."""
        app.get("/phones/file")(self._file)
        ui.page("/", title="Đối thoại, trang điện thoại thử", language="vi")(self._page)
        pages.on_shutdown(self._close)
        ui.run_with(
            app,
            favicon="💬",
            language="vi",
            reconnect_timeout=RECONNECT_SECONDS,
            binding_refresh_interval=None,
            tailwind=False,
            show_welcome_message=False,
        )

    async def _close(self) -> None:
        tasks = [task for board in self._boards for task in board.tasks]
        for board in self._boards:
            board.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _knows(self, key: str) -> bool:
        return secrets.compare_digest(key.encode(), self._key.encode())

    async def _file(self, key: str = "", account: int = 0, message: int = 0) -> Response:
        if not self._knows(key):
            return HTMLResponse(_REFUSED, 403)
        async with self._db.read() as tx:
            row = await tx.session.get(Transcript, message)
            found = row if row is not None and row.account_id == account else None
            owner = await tx.session.get(Account, account)
            messenger = owner.messenger if owner is not None else ""
        return file_response(found, self._media, self._messengers.get(messenger))

    def _file_url(self, account_id: int, message_id: int) -> str:
        return "/phones/file?" + urlencode({"key": self._key, "account": account_id, "message": message_id})

    async def _page(self, key: str = "") -> Response | None:
        if not self._knows(key):
            return HTMLResponse(_REFUSED, 403)
        for name in ("bubbles.css", "phones.css"):
            ui.add_css(resources.files("bot.pages").joinpath(name).read_text(encoding="utf-8"))
        board = _Board(self._db, self._messengers, self._file_url, self._start_again, self._machine)
        self._boards.add(board)
        board.client.on_delete(lambda: self._leave(board))
        board.show()
        async with self._lock:
            for kind_id, number in await self._present():
                await board.place(kind_id, number)
        return None

    def _leave(self, board: "_Board") -> None:
        self._boards.discard(board)
        board.cancel()

    async def _present(self) -> list[tuple[str, int]]:
        """The phones that the database knows, and the first two in any case."""
        async with self._db.read() as tx:
            known = await tx.session.scalars(
                select(Account.native_id)
                .where(Account.messenger.in_(list(self._messengers)), Account.native_id.is_not(None))
                .order_by(Account.id)
            )
            found = [_NATIVE_ID.fullmatch(native_id or "") for native_id in known]
        present = dict.fromkeys([(kind_id, 1) for kind_id in FIRST])
        present |= dict.fromkeys((match[1], int(match[2])) for match in found if match)
        return list(present)[:MOST_PHONES]

    async def _start_again(self) -> None:
        async with self._lock:
            for board in self._boards:
                board.cancel()
            await self._reset()
            for board in self._boards:
                board.client.run_javascript("location.reload()")


class _Board:
    """One open page: its phones and the tasks that follow them."""

    def __init__(
        self,
        db: Database,
        messengers: Mapping[str, WebMessenger],
        file_url: Callable[[int, int], str],
        start_again: Callable[[], Awaitable[None]],
        machine: TimeMachine,
    ) -> None:
        self.client: Client = ui.context.client
        self.tasks: set[asyncio.Task[None]] = set()
        self._db = db
        self._messengers = messengers
        self._file_url = file_url
        self._start_again = start_again
        self._time = TimeBar(machine)
        self._numbers: Counter[str] = Counter()

    def show(self) -> None:
        with ui.element("div").classes("dt-page"):
            with ui.element("header").classes("dt-top"):
                with ui.element("div").classes("dt-title"):
                    ui.label(f"Đối thoại với bà con {self._db.commune.name}").classes("dt-h1")
                    ui.label(
                        "Trang thử. Mỗi khung là một chiếc điện thoại: bà con nói, Văn phòng nhận và trả lời."
                    ).classes("dt-lead")
                with ui.element("div").classes("dt-actions"):
                    self._time.show()
                    with ui.button("Thêm máy", color=None).props("flat no-caps").classes("dt-action"), ui.menu():
                        for kind in KINDS.values():
                            ui.menu_item(kind.owner, partial(self._add, kind.id)).props("role=menuitem")
                    ask = self._question()
                    ui.button("Làm lại", on_click=ask.open, color=None).props("flat no-caps").classes("dt-action")
            self._tabs = ui.element("nav").classes("dt-tabs").props('aria-label="Các máy"')
            self._phones = ui.element("main").classes("dt-phones")

    def _question(self) -> ui.dialog:
        with ui.dialog() as dialog, ui.card().classes("dt-question"):
            ui.label("Xoá hết những gì đã thử?").classes("dt-h2")
            ui.label("Ý kiến, trả lời và tin nhắn trên trang này sẽ mất. Sổ thật của xã không bị động đến.")
            with ui.element("div").classes("dt-answers"):
                ui.button("Thôi", on_click=dialog.close, color=None).props("flat no-caps")
                ui.button("Xoá, làm lại", on_click=self._start_again).props("unelevated no-caps color=negative")
        return dialog

    async def place(self, kind_id: str, number: int) -> Phone:
        """Puts one more phone on the page, and returns it."""
        kind = KINDS[kind_id]
        self._numbers[kind_id] = max(self._numbers[kind_id], number)
        phone = Phone(self._db, self._messengers[kind.messenger], kind, number, self._file_url)
        await phone.open()
        with self._tabs:
            phone.show_tab()
        with self._phones:
            phone.show()
        task = asyncio.create_task(phone.follow(), name=f"phone {phone.native_id}")
        self.tasks.add(task)
        task.add_done_callback(self._ended)
        return phone

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("phones.follow", phone=task.get_name(), error=type(error).__name__)

    async def _add(self, kind_id: str) -> None:
        if self._numbers.total() >= MOST_PHONES:
            ui.notify("Trang đã đủ máy.")
            return
        phone = await self.place(kind_id, self._numbers[kind_id] + 1)
        self.client.run_javascript(phone.into_view)

    def cancel(self) -> None:
        for task in self.tasks:
            task.cancel()
