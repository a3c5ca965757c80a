"""An answer that was begun and never sent on: nobody lets one lie."""

from storage.models import Role
from tests.handlers.official.desk import CLERK, raise_opinion, take_office
from tests.handlers.official.test_digesting import morning
from tests.handlers.official.test_sendingback import STAFF, submitted
from tests.phones import Room


async def test_unit_is_told_of_what_it_began_until_it_goes_on(room: Room) -> None:
    leader, staff = await submitted(room)
    await staff.tap("Rút lại")
    (home,) = await staff.text("/viec")
    assert home.text.splitlines()[0] == "Phòng Kinh tế. Chờ trả lời: 1. Viết dở, chưa gửi đi: 1."
    assert ("Viết tiếp KX-1", "o:review:1") in home.buttons
    room.clock.pass_(days=1)  # a holiday
    [shown] = await morning(room, staff)
    assert "Câu trả lời viết dở, chưa gửi đi: 1." in shown[0][0].splitlines()
    await staff.tap("Viết tiếp KX-1")
    await staff.tap("Giải thích")
    assert "Viết dở" not in (await staff.text("/viec"))[0].text
    # What came back is counted as that.
    for label in ("Trả lại", "Cần số liệu"):
        await leader.tap(label)
    assert (await staff.text("/viec"))[0].text.splitlines()[0] == (
        "Phòng Kinh tế. Chờ trả lời: 1. Lãnh đạo trả lại: 1."
    )


async def test_clerk_sees_his_own_and_no_ones_elses(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    other = await take_office(room, Role.CLERK, STAFF)
    await raise_opinion(room)
    await raise_opinion(room, "cau sap", "1002")
    for number in (1, 2):
        await clerk.text(f"/traloi {number} Đã xem.")
    (home,) = await clerk.text("/viec")
    assert ("Viết dở, chưa gửi đi: 2." in home.text, "Viết tiếp KX-1" in home.labels) == (True, True)
    assert "Viết dở" not in (await other.text("/viec"))[0].text
    # Answered by another meanwhile, it is waited for no more.
    await other.text("/traloi 1 Đã sửa.")
    await other.tap("Gửi trả lời")
    (home,) = await clerk.text("/viec")
    assert ("Viết dở, chưa gửi đi: 1." in home.text, "Viết tiếp KX-2" in home.labels) == (True, True)
    await clerk.tap("Viết tiếp KX-2")
    await clerk.tap("Bỏ")
    assert "Viết dở" not in (await clerk.text("/viec"))[0].text
