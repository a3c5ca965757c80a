"""The test clock on the phones page: the time that the program believes, and the buttons that push it forward."""

from datetime import datetime, timedelta
from functools import partial

from nicegui import ui

from bot.testclock import TimeMachine

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
SHOWN_EVERY = 2.0
"""Seconds after which a page looks whether another one pushed the clock, or a minute is over."""

STEPS = {"Thêm 1 giờ": timedelta(hours=1), "Thêm 1 ngày": timedelta(days=1)}


def believed(at: datetime) -> str:
    """ "Thứ Năm 10/12/2026, 07:30"."""
    return f"{WEEKDAYS[at.weekday()]} {at:%d/%m/%Y, %H:%M}"


class TimeBar:
    """Shows the clock in the slot that is open."""

    def __init__(self, machine: TimeMachine) -> None:
        self._machine = machine

    def show(self) -> None:
        with ui.button(color=None).props("flat no-caps").classes("dt-action dt-clock") as button:
            button.props('aria-label="Giờ của máy"')
            self._label = ui.label(believed(self._machine.now)).classes("dt-time")
            with ui.menu():
                for label, by in STEPS.items():
                    ui.menu_item(label, partial(self._push, by)).props("role=menuitem")
                ui.menu_item("Tới lần nhắc hội nghị sau", self._push_to_reminder).props("role=menuitem")
        ui.timer(SHOWN_EVERY, self._refresh)

    def _refresh(self) -> None:
        self._label.set_text(believed(self._machine.now))

    async def _push(self, by: timedelta) -> None:
        await self._machine.push(by)
        self._refresh()

    async def _push_to_reminder(self) -> None:
        if not await self._machine.push_to_reminder():
            ui.notify("Chưa có lần nhắc nào sắp tới.")
        self._refresh()
