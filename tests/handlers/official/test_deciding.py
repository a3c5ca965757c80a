"""A leader's word: agreed, another day, not yet; a move and a cancellation as those who are told read them."""

from datetime import datetime, timedelta

import pytest

from storage import conferences, people, registrations, reminders
from storage.models import Role
from storage.people import load_callers
from tests.conference import BEGINS, plan
from tests.handlers.official.desk import CLERK, LEADER, RESIDENT, raise_opinion, take_office
from tests.phones import Phone, Room

OLD = "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"
NEW = "07 giờ 30, Thứ Ba 15/12/2026 (mồng 7 tháng 11 âm)"
HALL = "Hội trường UBND xã"
GONE = "Việc này đã qua. Không đổi gì."


async def set_up(room: Room) -> tuple[Phone, Phone]:
    """A clerk and a leader, and the conference that they agreed to."""
    clerk, leader = await take_office(room, Role.CLERK, CLERK), await take_office(room, Role.LEADER, LEADER)
    async with room.db.write() as tx:
        await plan(tx, (await people.officials(tx, Role.LEADER))[0])
    return clerk, leader


async def register(room: Room, native_id: str = RESIDENT, *, speaks: bool = False) -> Phone:
    """Somebody who consented and said that she comes."""
    await raise_opinion(room, native_id=native_id)
    async with room.db.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        account = (await load_callers(tx, room.messenger, [native_id]))[native_id].account
        await (registrations.speak(tx, found, account) if speaks else registrations.say(tx, found, account, comes=True))
    return room.phone(native_id)


async def stands(room: Room) -> tuple[str, datetime, str]:
    async with room.db.read() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        return found.state.value, found.starts_at, found.place


async def move(room: Room, clerk: Phone) -> int:
    """The clerk moves it to 15/12; returns how many taps that took."""
    await clerk.text("/trogiup")
    await clerk.tap("Hội nghị")
    await clerk.tap("Dời ngày")
    await clerk.text("15/12 7h30")
    await clerk.text("Trùng kỳ họp Hội đồng nhân dân tỉnh")
    await clerk.tap("Trình Chủ tịch")
    return 3


async def test_conference_is_moved_by_the_taps_that_the_dialogues_count(room: Room) -> None:
    clerk, leader = await set_up(room)
    her = await register(room)
    await clerk.text("/trogiup")
    taps = [await clerk.tap("Hội nghị"), await clerk.tap("Dời ngày")]
    assert [said.text for said in taps[1]] == ["Gõ ngày giờ mới, ví dụ: 15/12 7h30"]
    (said,) = await clerk.text("15/12 7h30")
    head = (
        f"Dời {OLD}, {HALL}.\n→ {NEW}, {HALL}.\n"
        "Hạn thông báo mới: hết 08/12, còn kịp. Công bố kết quả: hết 25/12.\n"
        "Báo lại: 1 người đã được nhắn, 1 người đăng ký, 0 trưởng thôn. Nhắc cũ bỏ hết. Hạn nhận ý kiến: 10/12."
    )
    assert (said.text, said.labels) == (f"{head}\nLý do, bà con sẽ đọc:", ["Bỏ"])
    (said,) = await clerk.text("Trùng kỳ họp Hội đồng nhân dân tỉnh")
    assert said.text == (f"{head}\nDời vì “Trùng kỳ họp Hội đồng nhân dân tỉnh”. Tin báo bà con đã soạn sẵn.")
    assert said.labels == ["Trình Chủ tịch", "Sửa lý do", "Sửa việc khác", "Bỏ"]
    taps.append(await clerk.tap("Trình Chủ tịch"))
    assert (len(taps), await stands(room)) == (3, ("planned", BEGINS, HALL))
    before = len(her.said)
    assert leader.last.text.startswith(f"Văn phòng trình dời hội nghị: {OLD}, {HALL}. → ngày mới:\n")
    assert leader.last.text.endswith("Lý do bà con đọc: “Trùng kỳ họp Hội đồng nhân dân tỉnh”. Báo lại 1 người.")
    await leader.tap("Đồng ý")
    assert await stands(room) == ("planned", BEGINS + timedelta(days=5), HALL)
    assert [(said.text, said.labels) for said in her.said[before:]] == [
        (
            (
                f"Hội nghị ngày 10/12 dời sang {NEW}, vẫn ở {HALL}. Ngày 10/12 không họp.\n"
                "Lý do: Trùng kỳ họp Hội đồng nhân dân tỉnh. Xã mong bác thông cảm.\nNgày mới bác đến được không?"
            ),
            ["Đến được", "Không đến được"],
        )
    ]
    (said,) = await her.tap("Đến được")
    assert said.text.splitlines()[0] == "Xã ghi bác sẽ đến."


async def test_who_was_only_told_reads_it_without_a_question(room: Room) -> None:
    clerk, leader = await set_up(room)
    await raise_opinion(room)
    her = room.phone(RESIDENT)
    room.clock.instant = BEGINS - timedelta(hours=13)
    await tick(room)
    assert her.last.text.startswith("Sáng mai, Thứ Năm 10/12/2026")
    await clerk.text("/hoinghi")
    await clerk.tap("Dời ngày")
    await clerk.text("25/12 7h30")
    await clerk.text("Bão")
    await clerk.tap("Trình Chủ tịch")
    await leader.text("/hoinghi")
    await leader.tap("Đồng ý")
    assert her.last.text.endswith("Lý do: Bão. Xã mong bà con thông cảm.")
    assert her.last.labels == ["Tôi sẽ đến"]


async def tick(room: Room) -> None:
    async with room.db.write() as tx:
        await reminders.remind(tx)
    await room.settle()


async def test_leader_chooses_another_day_with_his_own_word(room: Room) -> None:
    clerk, leader = await set_up(room)
    await move(room, clerk)
    await leader.tap("Đổi ngày")
    (said,) = await leader.text("16/12 8h")
    assert said.labels[0] == "Đặt lịch"
    await leader.tap("Đặt lịch")
    assert await stands(room) == ("planned", BEGINS + timedelta(days=6, minutes=30), HALL)
    await leader.tap_data("o:cagree:2")
    assert leader.last.text != ""
    assert await stands(room) == ("planned", BEGINS + timedelta(days=6, minutes=30), HALL)


@pytest.mark.parametrize("typed", [True, False])
async def test_leader_who_does_not_agree_says_why_and_the_clerk_reads_it(room: Room, typed: bool) -> None:
    clerk, leader = await set_up(room)
    await move(room, clerk)
    (said,) = await leader.tap("Chưa")
    assert said.labels == ["Chưa thống nhất xong", "Cần ngày khác", "Bỏ"]
    if typed:
        assert [each.text for each in await leader.text("x" * 501)] == ["Gõ lý do từ 1 đến 500 ký tự."]
        await leader.text("Cần ngày khác")
    else:
        await leader.tap("Cần ngày khác")
    assert leader.last.text == "Lãnh đạo xã chưa đồng ý lúc 23/11 09:00: “Cần ngày khác”"
    assert clerk.last.text == "Lãnh đạo xã chưa đồng ý sửa hội nghị: “Cần ngày khác”"
    assert await stands(room) == ("planned", BEGINS, HALL)
    (said,) = await clerk.text("/hoinghi")
    assert "\nLãnh đạo chưa đồng ý sửa: “Cần ngày khác”\n" in said.text


async def test_clerk_takes_a_proposal_back_and_the_leaders_buttons_say_so(room: Room) -> None:
    clerk, leader = await set_up(room)
    await move(room, clerk)
    await clerk.tap("Rút lại")
    assert clerk.last.text == "Đã rút lại lúc 23/11 09:00. Bà con không bị báo gì."
    for button in ("Đổi ngày", "Chưa", "Đồng ý"):
        await leader.tap_data({"Đổi ngày": "o:cday:2", "Chưa": "o:cnot:2", "Đồng ý": "o:cagree:2"}[button])
    assert await stands(room) == ("planned", BEGINS, HALL)


async def test_clerk_cannot_agree_while_there_is_a_leader(room: Room) -> None:
    clerk, _ = await set_up(room)
    await move(room, clerk)
    for data in ("o:cagree:2", "o:cnot:2", "o:cday:2", "o:coverride:2", "o:cwhy:2:day"):
        assert clerk.alerted(await clerk.tap_data(data)) == GONE, data
    assert await stands(room) == ("planned", BEGINS, HALL)


async def test_day_that_became_too_near_is_kept_with_a_reason(room: Room) -> None:
    clerk, leader = await set_up(room)
    await move(room, clerk)
    room.clock.instant = BEGINS
    room.clock.pass_(hours=-1)
    await leader.tap("Đồng ý")
    assert leader.last.text == (
        "Đồng ý hôm nay thì thông báo không kịp 7 ngày luật đòi. Sớm nhất là Thứ Năm 17/12/2026 (mồng 9 tháng 11 âm).\n"
        "Đổi ngày, hay vẫn giữ?"
    )
    assert leader.last.labels == ["Vẫn giữ ngày, ghi lý do", "Đổi ngày", "Chưa"]
    await leader.tap("Vẫn giữ ngày, ghi lý do")
    await leader.text("Đã báo loa")
    assert leader.last.text.startswith("Đã sửa: Hội nghị đối thoại 2026")
    assert await stands(room) == ("planned", BEGINS + timedelta(days=5), HALL)


async def test_conference_is_cancelled_and_who_registered_is_told(room: Room) -> None:
    clerk, leader = await set_up(room)
    her = await register(room, speaks=True)
    await clerk.text("/hoinghi")
    (said,) = await clerk.tap("Huỷ hội nghị")
    assert said.text == f"Huỷ hội nghị: {OLD}, {HALL}.\nBáo cho 1 người đã được nhắn. Lý do, bà con sẽ đọc:"
    (said,) = await clerk.text("Bão số 9")
    assert (said.text, said.labels) == (
        f"Huỷ hội nghị: {OLD}, {HALL}.\nLý do bà con đọc: “Bão số 9”",
        ["Trình Chủ tịch", "Bỏ"],
    )
    await clerk.tap("Trình Chủ tịch")
    assert leader.last.labels == ["Đồng ý", "Chưa"]
    await leader.tap("Đồng ý")
    assert her.last.text == (
        "Hội nghị đối thoại Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm) không họp.\n"
        "Lý do: Bão số 9. Xã mong bà con thông cảm. Việc đã gửi xã vẫn xem xét và trả lời như thường."
    )
    assert (await stands(room))[0] == "cancelled"
    (said,) = await clerk.text("/hoinghi")
    assert said.text.startswith("Chưa đặt hội nghị năm nay.")
    (said,) = await her.tap_data("r:come:1")
    assert said.text == "Hội nghị Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm) không họp. Lý do: Bão số 9"


async def test_other_words_go_before_the_leader_and_nobody_is_told(room: Room) -> None:
    clerk, leader = await set_up(room)
    her = await register(room)
    before = len(her.said)
    await clerk.text("/hoinghi")
    await clerk.tap("Sửa việc khác")
    await clerk.tap("Sửa việc khác")
    await clerk.tap("Sửa chương trình")
    (said,) = await clerk.text("1. Báo cáo")
    assert said.text.startswith("Sửa thành:\n")
    await clerk.tap("Trình Chủ tịch")
    assert leader.last.text.startswith("Văn phòng trình sửa hội nghị thành:\n")
    await leader.tap("Đồng ý")
    assert len(her.said) == before
    (said,) = await her.text("/hoinghi")
    assert "\nChương trình:\n1. Báo cáo\n" in said.text


async def test_nothing_that_was_changed_is_not_proposed(room: Room) -> None:
    clerk, _ = await set_up(room)
    await clerk.text("/hoinghi")
    await clerk.tap("Sửa việc khác")
    assert clerk.alerted(await clerk.tap("Trình Chủ tịch")) == "Chưa có gì khác với bản đang giữ."
