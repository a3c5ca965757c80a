"""The clerk's list of answers that did not arrive."""

from sqlalchemy import select

from storage.models import Outbox, Role
from storage.states import DeliveryState
from tests.handlers.official.desk import CLERK, raise_opinion, take_office
from tests.phones import Phone, Room


async def lose_the_answer(room: Room) -> Phone:
    """A clerk whose answer to a named author was blocked."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, name="Nông Thị B <x>")
    await clerk.text("/traloi 1 Đã xem.")
    await clerk.tap("Gửi trả lời")
    async with room.db.write() as tx:
        row = await tx.session.scalar(select(Outbox).where(Outbox.kind == "answer"))
        assert row is not None
        row.state = DeliveryState.UNREACHABLE
    return clerk


async def test_list_is_under_viec_and_told_by_one_tap(room: Room) -> None:
    clerk = await lose_the_answer(room)
    await clerk.text("/viec")
    assert "Trả lời chưa tới bà con: 1." in clerk.last.text
    await clerk.tap("Trả lời chưa tới")
    assert (clerk.last.text, clerk.last.labels) == (
        (
            "Trả lời máy không đưa tới được: 1. Gọi, gặp, hoặc nhờ trưởng thôn mời bà con đến nghe, rồi chọn đã báo.\n"
            "KX-1 · Thôn mẫu 3 · Nông Thị B &lt;x&gt; · máy đã chặn"
        ),
        ["Đã báo KX-1"],
    )
    await clerk.tap("Đã báo KX-1")
    assert clerk.last.text == "Không còn câu trả lời nào chưa tới."
    assert clerk.alerted(await clerk.tap_data("o:told:1", clerk.last.message_id)) == "Việc này đã qua. Không đổi gì."
    await clerk.text("/viec")
    assert "Trả lời chưa tới" not in clerk.last.text
