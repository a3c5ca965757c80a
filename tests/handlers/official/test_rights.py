"""What each role is told that it can do, and what is left when it ends; who may do what stands in `rights_table`."""

import pytest
from aiogram.methods import SetMyCommands

from handlers.official.commands import MENU, ROLES
from storage import people
from storage.models import Role
from tests.handlers.official.desk import CLERK, take_office
from tests.phones import Room


async def test_role_revoked_is_a_resident_again(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    async with room.db.write() as tx:
        for official in await people.officials(tx, Role.CLERK):
            official.revoked_at = tx.now
    (unknown,) = await clerk.text("/khongco")
    assert [one.text for one in await clerk.text("/viec")] == [unknown.text]


async def test_commands_are_read_with_the_name_of_the_bot_and_in_capitals(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    for typed in ("/viec@mau_bot", "/VIEC"):
        assert [said.text for said in await clerk.text(typed)] == ["Không có việc chờ phân loại."]


HELP = (
    "Ý kiến mới về thành thẻ ở đây. Trả lời: bấm nút trên thẻ, nhắn đáp vào thẻ, hoặc gõ /traloi mã rồi lời. "
    "Câu nào cũng được xem lại trước khi gửi. Bỏ dở: /huy.\n\n"
    "/viec Việc chờ trả lời\n/xem Xem một ý kiến, ví dụ /xem 12\n"
    "/hoinghi Đặt, dời ngày hội nghị\n/phattin Phát tin cho bà con\n/phathanh Gửi ngay câu đã duyệt\n"
    "/themnguoi Mời cán bộ\n"
    "/nhatky Nhật ký một việc, ví dụ /nhatky 12"
)
PLACES = ["Việc chờ", "Hội nghị", "Gửi ý kiến"]


async def test_help_and_stray_words_of_a_clerk(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    assert [(said.text, said.labels) for said in await clerk.text("/trogiup")] == [(HELP, PLACES)]
    stray = "Máy chưa rõ lời này gửi cho ai. Trả lời một ý kiến thì nhắn đáp vào thẻ của ý kiến ấy.\nLàm việc nào?"
    assert [(said.text, said.labels) for said in await clerk.text("Đã xem.")] == [(stray, PLACES)]
    assert [said.text for said in await clerk.photo()] == [stray]
    assert clerk.last.buttons == [("Việc chờ", "o:viec:0"), ("Hội nghị", "o:hoinghi"), ("Gửi ý kiến", "r:new")]
    await clerk.tap("Hội nghị")
    assert clerk.last.text == "Chưa đặt hội nghị năm nay. Gõ ngày giờ, ví dụ: 10/12 7h30"


async def test_help_and_stray_words_of_one_who_only_counts(room: Room) -> None:
    staff = await take_office(room, Role.STAFF, "9")
    (said,) = await staff.text("/trogiup")
    assert (said.text, said.labels) == (
        (
            "Việc giao cho bộ phận về thành thẻ ở đây. Trả lời: bấm nút trên thẻ, hoặc nhắn đáp vào thẻ. "
            "Câu nào cũng được lãnh đạo duyệt trước khi gửi.\n\n"
            "/viec Việc chờ trả lời\n/xem Xem một ý kiến, ví dụ /xem 12"
        ),
        PLACES,
    )
    (said,) = await staff.text("xin chào")
    assert said.text.endswith("nhắn đáp vào thẻ của ý kiến ấy.\nLàm việc nào?")


@pytest.mark.parametrize(
    ("role", "name", "commands", "viec"),
    [
        (Role.CLERK, "Văn phòng, xã Khuất Xá", ["viec", "xem", "hoinghi", "phattin"], "Việc chờ trả lời"),
        (Role.LEADER, "Lãnh đạo xã, xã Khuất Xá", ["viec", "xem", "hoinghi", "phattin"], "Việc chờ lãnh đạo"),
        (Role.STAFF, "Bộ phận chuyên môn, Phòng Kinh tế", ["viec", "xem"], "Việc chờ trả lời"),
        (Role.VILLAGE_HEAD, "Trưởng thôn, Thôn mẫu 1", ["viec"], "Việc của thôn"),
    ],
)
async def test_invitation_opens_the_role(room: Room, role: Role, name: str, commands: list[str], viec: str) -> None:
    unit = "phong-kinh-te" if role is Role.STAFF else None
    phone = await room.official(role, "9", unit, "mau-1" if role is Role.VILLAGE_HEAD else None)
    assert phone.last.text.splitlines()[0] == f"Từ nay tài khoản này là: {name}."
    entering = ["Nhập hộ bà con"] if role is Role.VILLAGE_HEAD else []
    assert phone.last.labels == [*PLACES[:2], *entering, *PLACES[2:]]
    (menu,) = [each for each in room.courtesies if isinstance(each, SetMyCommands)]
    assert [command.command for command in menu.commands] == commands
    assert menu.commands[0].description == viec
    assert menu.scope is not None
    assert menu.scope.model_dump() == {"type": "chat", "chat_id": phone.chat_id}


def test_every_role_has_a_name_and_every_command_a_description() -> None:
    assert set(ROLES) == set(Role)
    assert [name for name, _, _ in MENU] == [
        *("viec", "xem", "hoinghi", "phattin", "duyet", "phathanh", "uyquyen", "vaitro", "themnguoi", "nhatky")
    ]
