from datetime import datetime

from storage import conferences
from storage.models import Official, Role
from tests.commune import COMMUNE
from tests.handlers.resident.test_raising import shown
from tests.phones import Room


async def test_conference_that_is_not_set(room: Room) -> None:
    assert shown(await room.phone().text("/hoinghi")) == [
        ("Xã chưa đặt ngày hội nghị. Việc của bác xã vẫn nhận và trả lời như thường.", ["Gửi ý kiến"])
    ]


async def test_conference_with_its_day(room: Room) -> None:
    await room.official(Role.CLERK, "9001")
    async with room.db.write() as tx:
        official = await tx.session.get_one(Official, 1)
        starts = datetime(2026, 12, 10, 7, 30, tzinfo=COMMUNE.timezone)
        await conferences.plan(tx, official, "Hội nghị <đối thoại>", starts, "Hội trường UBND xã")
    expected = (
        (
            "Hội nghị &lt;đối thoại&gt;\n"
            "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm), Hội trường UBND xã.\n"
            "Bác đến dự, hoặc gửi ý kiến vào đây."
        ),
        ["Gửi ý kiến"],
    )
    phone = room.phone()
    for typed in ("/hoinghi", "hoi nghi", "Hội nghị"):
        assert shown(await phone.text(typed)) == [expected]


async def test_help(room: Room) -> None:
    phone = room.phone()
    [said] = await phone.text("tro giup")
    assert said.labels == ["Dữ liệu của tôi", "Tiếng Việt, English", "Gặp người"]
    assert shown(await phone.tap("Gặp người")) == [
        ("Gặp người của xã Khuất Xá: gọi 0205 000 000, hoặc đến trụ sở UBND xã.", [])
    ]
    assert (await phone.tap("Dữ liệu của tôi"))[0].labels == ["Tải về", "Xoá hết"]
    assert (await phone.tap("Tiếng Việt, English"))[0].labels == ["Tiếng Việt", "English"]
