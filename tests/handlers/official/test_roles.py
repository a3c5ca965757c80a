"""Roles seen, given and taken in the chat; and what each of the other roles finds under /viec."""

import re

import pytest

from storage.models import Role
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, raise_opinion, take_office
from tests.phones import Phone, Room

ADMIN, STAFF = "3", "4"


async def test_command_of_another_role_shows_the_own_ones(room: Room) -> None:
    staff = await room.official(Role.STAFF, "9001", "phong-kinh-te")
    (said,) = await staff.text("/vaitro")
    assert said.text == (
        "Vai trò này không có lệnh ấy. Các lệnh có:\n\n/viec Việc chờ trả lời\n/xem Xem một ý kiến, ví dụ /xem 12"
    )
    assert said.labels == ["Việc chờ", "Hội nghị", "Gửi ý kiến"]


async def test_vaitro_ends_a_role_at_once(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    card = clerk.last
    (said,) = await leader.text("/vaitro")
    assert said.text == "Đang giữ vai trò: 2.\n1. Văn phòng\n2. Lãnh đạo xã\nXem ai?"
    assert said.buttons == [("1. Văn phòng", "o:role:2"), ("2. Lãnh đạo xã", "o:role:1"), ("Mời người", "o:invite")]
    await leader.tap("1. Văn phòng")
    assert leader.last.text == "Văn phòng\nTừ 23/11/2026 · Đọc việc kín: không"
    assert leader.last.labels == ["Thôi vai trò", "Cho đọc việc kín", "Ghi chức danh", "Danh sách"]
    await leader.tap("Thôi vai trò")
    await leader.tap("Thôi vai trò này")
    assert leader.last.text == "Đã thôi vai trò: Văn phòng."
    if room.edits:
        assert (card.text, card.buttons) == ("Thẻ này không còn ở đây nữa.", [])
    assert clerk.last.text.split(".")[0] == "Vai trò cán bộ của tài khoản này đã thôi"
    (unknown,) = await clerk.text("/khongco")
    assert [one.text for one in await clerk.text("/viec")] == [unknown.text]
    await leader.tap_data("o:role:2", leader.last.message_id)
    assert leader.last.text == "Đã thôi vai trò: Văn phòng."


async def test_official_removed_in_the_middle_of_a_dialog_is_a_resident_again(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room)
    await clerk.text("/traloi 1")
    for data in ("o:revoke:2", "o:revoked:2"):
        await leader.tap_data(data, 1)
    said = await clerk.text("Ngày 01/12 xã đã xem.")
    assert said[-1].text.startswith("Máy đang giữ lời bác, chưa gửi cho ai:")


async def test_own_role_is_not_changed_by_its_holder(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    await leader.text("/vaitro")
    await leader.tap("1. Lãnh đạo xã")
    assert leader.last.labels == ["Cho đọc việc kín", "Danh sách"]
    await leader.tap_data("o:revoked:1", leader.last.message_id)
    assert (await leader.text("/vaitro"))[0].text.startswith("Đang giữ vai trò: 1.")
    await take_office(room, Role.LEADER, STAFF)
    await leader.text("/vaitro")
    await leader.tap("1. Lãnh đạo xã")
    assert leader.last.labels == ["Danh sách"]
    await leader.tap_data("o:seal:1", leader.last.message_id)
    await leader.tap_data("o:role:1", leader.last.message_id)
    assert leader.last.text.endswith("Đọc việc kín: không")


async def test_sealed_lane_is_opened_and_a_post_is_named(room: Room) -> None:
    admin = await take_office(room, Role.ADMIN, ADMIN)
    await take_office(room, Role.LEADER, LEADER)
    await admin.text("/vaitro")
    await admin.tap("1. Lãnh đạo xã")
    await admin.tap("Cho đọc việc kín")
    assert admin.last.text == (
        "Đã cho đọc việc kín. Mỗi lần mở là một dòng nhật ký.\n\nLãnh đạo xã\nTừ 23/11/2026 · Đọc việc kín: có"
    )
    await admin.tap("Ghi chức danh")
    (said,) = await admin.text("x" * 61)
    assert said.text == "Chức danh dài từ 1 đến 60 ký tự. Gõ lại."
    (said,) = await admin.text("Chủ tịch")
    assert said.text == "Đã ghi chức danh.\n\nLãnh đạo xã, Chủ tịch\nTừ 23/11/2026 · Đọc việc kín: có"


async def test_invitation_by_buttons_and_by_words(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    (said,) = await clerk.text("/themnguoi")
    assert said.text == "Mời vai trò nào?"
    assert said.labels == ["Bộ phận chuyên môn", "Trưởng thôn", "Mặt trận"]
    await clerk.tap("Bộ phận chuyên môn")
    assert clerk.last.text == "Bộ phận nào?"
    await clerk.tap("Phòng Kinh tế")
    first = clerk.last.text
    assert first.startswith(room.html("Mã mời Bộ phận chuyên môn, Phòng Kinh tế: <code>moi-"))
    (said,) = await clerk.text("/themnguoi village_head thon mau 3")
    assert said.text.startswith(room.html("Mã mời Trưởng thôn, Thôn mẫu 3: <code>moi-"))
    code = re.findall("moi-[0-9a-f]+", said.text)[0]
    head = room.phone(STAFF)
    await head.text(f"/start {code}")
    assert head.last.text.splitlines()[0] == "Từ nay tài khoản này là: Trưởng thôn, Thôn mẫu 3."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("leader", "Không mời được “leader”.\nMời vai trò nào?"),
        ("boss", "Không mời được “boss”.\nMời vai trò nào?"),
        ("staff phong-khong-co", "Không mời được “phong-khong-co”.\nBộ phận nào?"),
    ],
)
async def test_invitation_to_what_is_not_there_or_not_his_to_give(room: Room, typed: str, said: str) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    assert [one.text for one in await clerk.text(f"/themnguoi {typed}")] == [said]


async def enter(head: Phone, words: str = "Xin sửa loa đầu thôn") -> None:
    await head.text("/viec")
    await head.tap("Nhập hộ bà con")
    await head.text(words)
    await head.tap("Đường, điện, nước")


async def test_village_head_enters_for_a_neighbour_and_reads_the_answer_out(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    head = await take_office(room, Role.VILLAGE_HEAD, "5")
    await raise_opinion(room, village="mau-1")
    (said,) = await head.text("/viec")
    assert said.text == (
        "Thôn mẫu 1: 1 ý kiến.\nVăn phòng đang đọc: 1 · Đang lo: 0 · Đã trả lời: 0\n"
        "Lời của bà con do Văn phòng đọc. Bà con không có máy thì nhập hộ."
    )
    await enter(head)
    assert head.last.text.startswith("Nhập hộ, xem lại: “Xin sửa loa đầu thôn”\nỞ: Thôn mẫu 1\nĐọc cho bà con nghe:")
    await head.tap("Đồng ý, có tên")
    assert head.last.text == "Tên người nhờ? Có số điện thoại thì ghi cả."
    await head.text("Lan 0912345678")
    assert head.last.text == "KX-2. Đọc mã này cho người nhờ.\nCó trả lời, máy nhắn vào đây để đọc lại."
    assert clerk.last.text.splitlines()[1].endswith(" · Lan, 0912345678 · trưởng thôn nhập hộ")
    front = await take_office(room, Role.OBSERVER, "6")
    await front.text("/viec")
    for label in ("Nhập hộ bà con", "Nước giếng đục", "1", "Đường, điện, nước", "Đồng ý, không tên"):
        await (front.text(label) if label == "Nước giếng đục" else front.tap(label))
    assert clerk.last.text.splitlines()[1].endswith(" · Mặt trận nhập hộ")
    await head.tap("Đã nhập hộ")
    assert head.last.text == "Đã nhập hộ:\nKX-2 · “Xin sửa loa đầu thôn” · Xã đã nhận, đang đọc"
    await clerk.text("/traloi 2 Đã sửa loa.")
    await clerk.tap("Gửi trả lời")
    assert head.last.text.startswith("Xã trả lời KX-2, ý kiến đã nhập hộ. Đọc lại cho người nhờ:")


async def test_village_head_never_reads_his_villages_opinions(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    head = await take_office(room, Role.VILLAGE_HEAD, "5")
    await raise_opinion(room, village="mau-1")
    (unknown,) = await head.text("/khongco")
    assert [one.text for one in await head.text("/xem 1")] == [unknown.text]
    assert head.alerted(await head.tap_data("o:entry:1", head.last.message_id)) == "Việc này đã qua. Không đổi gì."


async def test_neighbour_who_does_not_agree_leaves_nothing(room: Room) -> None:
    head = await take_office(room, Role.VILLAGE_HEAD, "5")
    await enter(head)
    await head.tap("Không đồng ý, xoá")
    assert head.last.text == "Máy đã bỏ, không gửi cho ai. Bác cần nói việc gì, cứ nhắn."
    await head.text("/viec")
    assert head.last.labels == ["Nhập hộ bà con"]


async def test_observer_reads_every_issue_without_names_and_says_what_is_not_settled(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    observer = await take_office(room, Role.OBSERVER, "6")
    await raise_opinion(room, name="Ten Rieng")
    (said,) = await observer.text("/viec")
    assert said.text.startswith("Vấn đề: 0 · Đã trả lời: 0 · Chưa xem lại: 0")
    await clerk.text("/traloi 1 Đã rải đá.")
    await clerk.tap("Gửi trả lời")
    await observer.text("/viec")
    await observer.tap("Xem lần lượt")
    assert observer.last.text == (
        "KX-1 · Thôn mẫu 3 · 1 người\n“duong vao thon bi hong lau roi”\nPhòng Kinh tế, hạn 01/12 · đã trả lời\n\n"
        "Trả lời:\nKính gửi Ông/Bà.\nĐã rải đá.\nVăn phòng HĐND và UBND, cán bộ Văn phòng"
    )
    await observer.tap("Chưa, vì…")
    await observer.text("Đá rải chưa lu")
    assert observer.last.text.endswith("Mặt trận: chưa, vì Đá rải chưa lu")
    assert clerk.last.text == "Mặt trận: KX-1 chưa giải quyết thật, vì:\n“Đá rải chưa lu”"
    await observer.tap("Đã giải quyết thật")
    assert observer.last.text.endswith("Mặt trận: đã giải quyết thật.")
    assert "Ten Rieng" not in "".join(one.text for one in observer.said)
    assert RESIDENT not in "".join(one.text for one in observer.said)


async def test_admin_has_roles_and_reads_no_opinion(room: Room) -> None:
    await take_office(room, Role.CLERK, CLERK)
    admin = await take_office(room, Role.ADMIN, ADMIN)
    await raise_opinion(room)
    (said,) = await admin.text("/viec")
    assert (said.text, said.labels) == (
        "Quản trị: vai trò và lời mời. Không đọc ý kiến của bà con.",
        ["Danh sách", "Mời người"],
    )
