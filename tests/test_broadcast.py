"""A broadcast over the wire: stopped half-way, resumed, and everybody told exactly once."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import func, select

from storage.models import Account, Announcement, Outbox, Person, Role
from storage.queues import BULK_KINDS
from storage.states import AnnouncementState, DeliveryState
from tests.bot.parts import eventually
from tests.doubles.telegram import TelegramDouble
from tests.lines import TelegramLine
from tests.stage import Stage

CLERK, FIRST, PEOPLE = 1, 1001, 30
NEWS = "Thứ Bảy này cắt điện từ 7h đến 9h."


async def settle_in(stage: Stage, tg: TelegramDouble) -> None:
    """A clerk, and thirty people who consented."""
    await stage.join(CLERK, Role.CLERK)
    tg.open_chat(*range(FIRST, FIRST + PEOPLE))
    async with stage.parts.db.write() as tx:
        for chat in range(FIRST, FIRST + PEOPLE):
            person = Person(created_at=tx.now, consented_at=tx.now)
            tx.session.add(
                Account(messenger="telegram", native_id=str(chat), person=person, language="vi", created_at=tx.now)
            )


def told(tg: TelegramDouble) -> list[int]:
    """How often each was told."""
    return [sum(NEWS in (message.text or "") for message in tg.messages(chat)) for chat in range(FIRST, FIRST + PEOPLE)]


async def press(tg: TelegramDouble, label: str) -> None:
    """Presses the clerk's newest button of this name once it is there, and waits for nothing more."""

    def newest() -> tuple[int, str] | None:
        for message in reversed(tg.messages(CLERK)):
            for text, data in (button for row in message.buttons for button in row):
                if text == label and data:
                    return message.message_id, data
        return None

    await tg.wait(newest, timeout=20)
    found = newest()
    assert found is not None
    message_id, data = found
    await tg.raw_callback(CLERK, message_id, data)


def counted(stage: Stage, *states: DeliveryState) -> Callable[[], Awaitable[int]]:
    async def count() -> int:
        async with stage.parts.db.read() as tx:
            found = select(func.count()).select_from(Outbox)
            bulk = found.where(Outbox.kind.in_(BULK_KINDS), Outbox.state.in_(states))
            return await tx.session.scalar(bulk) or 0

    return count


async def state(stage: Stage) -> AnnouncementState:
    async with stage.parts.db.read() as tx:
        return (await tx.session.get_one(Announcement, 1)).state


async def test_stopped_half_way_and_resumed_everybody_is_told_once(tmp_path: Path) -> None:
    line = TelegramLine()
    tg = line.tg
    async with Stage(tmp_path, line, DOITHOAI_TELEGRAM__PER_SECOND="15") as stage:
        await settle_in(stage, tg)
        await stage.say(CLERK, f"/phattin {NEWS}")
        await stage.press(CLERK, "Đổi giờ", "Gửi ngay")
        await press(tg, "Gửi")
        await eventually(counted(stage, DeliveryState.SENT), lambda count: count >= 5)
        await press(tg, "Dừng gửi")
        await eventually(lambda: state(stage), lambda found: found is AnnouncementState.STOPPED)
        open_ = counted(stage, DeliveryState.QUEUED, DeliveryState.SENDING)
        await eventually(open_, lambda count: count == 0)
        half = sum(told(tg))
        assert 5 <= half < PEOPLE
        assert set(told(tg)) == {0, 1}
        await stage.settle()
        await stage.tick()
        assert sum(told(tg)) == half
        await press(tg, "Gửi tiếp")
        await eventually(lambda: state(stage), lambda found: found is AnnouncementState.DONE)
        await stage.settle()
        assert told(tg) == [1] * PEOPLE
        shown = stage.shown(CLERK)
    assert "Nhắn tới 30 · không tới 0 · chưa rõ 0" in shown[-1]
    assert [text for text in shown if text.startswith("Thông báo 1: gửi xong")] != []
