"""The conference set: typed as people type, by the taps that dialogues.md counts, and every way to mistype it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from storage import conferences, planning, proofs
from storage.models import Conference, Official, ProofKind, Role
from storage.states import ConferenceState
from tests.conference import BEGINS
from tests.handlers.official.desk import CLERK, LEADER, take_office
from tests.phones import Phone, Room

WHEN = "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"
CONTENT = (
    "Bà con hỏi, kiến nghị với lãnh đạo xã về đường sá, đất đai, điện nước, chế độ và việc khác ở thôn; "
    "lãnh đạo xã trả lời tại chỗ"
)
WAYS = "đến trực tiếp, hoặc gửi ý kiến trước cho xã qua trưởng thôn, qua máy trả lời tự động của xã"
DETAILS = (
    f"Hội nghị đối thoại 2026\nGiờ, nơi: {WHEN}, Hội trường UBND xã.\nNội dung: {CONTENT}\nCách dự: {WAYS}\n"
    "Nhận ý kiến: đến hết 05/12\nLuật: thông báo chậm nhất hết 03/12 · công bố kết quả chậm nhất hết 20/12"
)
DONE = (
    f"Đã đặt: Hội nghị đối thoại 2026\n{WHEN}, Hội trường UBND xã.\n"
    "Bà con gõ /hoinghi là thấy. Báo ngay cho mọi người: /phattin"
)


async def planned(room: Room) -> tuple[str, datetime, str] | None:
    async with room.db.read() as tx:
        conference = await conferences.current(tx)
    return (conference.title, conference.starts_at, conference.place) if conference else None


async def to_review(room: Room, role: Role = Role.CLERK) -> Phone:
    clerk = await take_office(room, role, CLERK)
    await clerk.text("/hoinghi")
    await clerk.text("10/12 7h30")
    await clerk.tap("Hội trường UBND xã")
    return clerk


async def set_one(room: Room) -> Phone:
    clerk = await to_review(room)
    await clerk.tap("Đặt lịch")
    return clerk


@pytest.mark.everywhere
async def test_conference_is_set_by_the_taps_that_the_dialogues_count(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.text("/trogiup")
    taps = 0
    (said,) = await clerk.tap("Hội nghị")
    taps += 1
    assert (said.text, said.labels) == ("Chưa đặt hội nghị năm nay. Gõ ngày giờ, ví dụ: 10/12 7h30", ["Bỏ"])
    (said,) = await clerk.text("10/12 7h30")
    assert said.text == f"{WHEN}. Không trùng ngày nghỉ.\nHọp ở đâu?"
    assert said.labels == ["Hội trường UBND xã", "Theo cụm thôn", "Nơi khác", "Bỏ"]
    review = clerk.changed(await clerk.tap("Hội trường UBND xã"))
    taps += 1
    assert (review.text, review.labels) == (
        DETAILS,
        ["Trình Chủ tịch", "Sửa nội dung", "Sửa cách dự", "Sửa việc khác", "Bỏ"],
    )
    await clerk.tap("Trình Chủ tịch")
    taps += 1
    assert (clerk.last.text, clerk.last.labels) == (
        f"Đã trình lãnh đạo đặt: Hội nghị đối thoại 2026\n{WHEN}, Hội trường UBND xã.\nBà con chưa thấy gì.",
        ["Rút lại"],
    )
    assert (taps, await planned(room)) == (3, None)
    assert leader.last.text == (
        f"Văn phòng trình đặt hội nghị:\n{DETAILS}\nĐã thống nhất với Thường trực HĐND, Mặt trận, Đảng uỷ?"
    )
    assert leader.last.labels == ["Đồng ý", "Đổi ngày", "Chưa"]
    await leader.tap("Đồng ý")
    assert (leader.last.text, leader.last.labels) == (DONE, ["Báo bà con về hội nghị", "Hội nghị"])
    assert await planned(room) == ("Hội nghị đối thoại 2026", BEGINS, "Hội trường UBND xã")
    assert clerk.last.text == (
        f"Lãnh đạo xã đồng ý đặt hội nghị: {WHEN}, Hội trường UBND xã.\nViệc luật đòi bắt đầu tính ngày."
    )


@pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER])
async def test_who_decides_sets_it_himself(room: Room, role: Role) -> None:
    clerk = await to_review(room, role)
    assert clerk.last.labels[0] == "Đặt lịch"
    await clerk.tap("Đặt lịch")
    assert (clerk.last.text, clerk.last.labels) == (DONE, ["Báo bà con về hội nghị", "Hội nghị"])
    assert await planned(room) == ("Hội nghị đối thoại 2026", BEGINS, "Hội trường UBND xã")


async def test_every_field_is_typed_when_it_is_not_as_it_stands(room: Room) -> None:
    clerk = await to_review(room)
    for button, question, typed in (
        ("Sửa nội dung", f"Gõ nội dung hội nghị, đúng lời bà con sẽ đọc.\nĐang là: {CONTENT}", "Đất đai <xã>"),
        ("Sửa cách dự", f"Gõ cách dự, đúng lời bà con sẽ đọc.\nĐang là: {WAYS}", "đến trực tiếp"),
    ):
        assert [said.text for said in await clerk.tap(button)] == [question]
        await clerk.text(typed)
    for button, typed in (
        ("Sửa tên", "Đối thoại & lắng nghe"),
        ("Sửa nơi", "Nhà văn hoá  <Thôn mẫu 2>"),
        ("Sửa chương trình", "1. Báo cáo\n2. Hỏi đáp"),
        ("Sửa hạn nhận ý kiến", "7/12"),
    ):
        await clerk.tap("Sửa việc khác")
        await clerk.tap(button)
        await clerk.text(typed)
    await clerk.tap("Sửa việc khác")
    await clerk.tap("Ghim bản đồ")
    for typed in ("ở kia", "106.7610, 21.8525", "https://maps.app.goo.gl/Ab1"):
        assert [said.text for said in await clerk.text(typed)] == [
            "Gửi vị trí nơi họp, hoặc dán toạ độ chép từ bản đồ, ví dụ: 21.8525, 106.7610"
        ]
    (said,) = await clerk.place()
    assert said.text == (
        f"Đối thoại &amp; lắng nghe\nGiờ, nơi: {WHEN}, Nhà văn hoá &lt;Thôn mẫu 2&gt;.\nNội dung: Đất đai &lt;xã&gt;\n"
        "Cách dự: đến trực tiếp\nNhận ý kiến: đến hết 07/12\nChương trình: 1. Báo cáo\n2. Hỏi đáp\n"
        "Có vị trí trên bản đồ.\nLuật: thông báo chậm nhất hết 03/12 · công bố kết quả chậm nhất hết 20/12"
    )
    await clerk.tap("Đặt lịch")
    async with room.db.read() as tx:
        found = await conferences.current(tx)
        assert found is not None
        assert (found.latitude, found.longitude, found.agenda) == (21.85, 106.76, "1. Báo cáo\n2. Hỏi đáp")


@pytest.mark.parametrize(
    "typed",
    [
        "21.8525, 106.7610",
        "21.8525 106.7610",
        "https://www.google.com/maps/place/UBND/@21.8525,106.7610,17z",
        "https://www.google.com/maps/search/?api=1&query=21.8525%2C106.7610",
    ],
)
async def test_place_on_the_map_is_typed_where_none_can_be_sent(room: Room, typed: str) -> None:
    clerk = await to_review(room)
    await clerk.tap("Sửa việc khác")
    await clerk.tap("Ghim bản đồ")
    (said,) = await clerk.text(typed)
    assert "Có vị trí trên bản đồ." in said.text
    await clerk.tap("Đặt lịch")
    async with room.db.read() as tx:
        found = await conferences.current(tx)
        assert found is not None
        assert (found.latitude, found.longitude) == (21.8525, 106.761)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("31/02 7h", "“31/02 7h” không có trong lịch. Gõ lại, ví dụ: 15/12 7h30"),
        ("mai", "Chưa đọc được ngày giờ trong “mai”. Gõ lại, ví dụ: 10/12 7h30"),
        ("23/11/2026 8h", "“23/11/2026 8h” đã qua. Gõ ngày giờ sắp tới, ví dụ: 15/12 7h30"),
        ("<b>" + "x" * 5000, f"Chưa đọc được ngày giờ trong “&lt;b&gt;{'x' * 36}…”. Gõ lại, ví dụ: 10/12 7h30"),
        (
            "29/11 7h30",
            (
                "Không đặt được Chủ Nhật 29/11/2026 (21 tháng 10 âm): luật đòi thông báo ít nhất 7 ngày trước.\n"
                "Thông báo hôm nay thì sớm nhất là Thứ Hai 30/11/2026 (22 tháng 10 âm). Gõ ngày khác."
            ),
        ),
    ],
)
async def test_date_that_cannot_be_taken_says_why_and_asks_again(room: Room, typed: str, answer: str) -> None:
    await take_office(room, Role.LEADER, LEADER)
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.text("/hoinghi")
    assert [(said.text, said.labels) for said in await clerk.text(typed)] == [(answer, ["Bỏ"])]
    assert (await clerk.text("10/12 7h30"))[0].text.startswith(WHEN)


async def test_seven_days_are_broken_by_who_decides_with_a_reason_that_the_record_keeps(room: Room) -> None:
    leader = await take_office(room, Role.LEADER, LEADER)
    await leader.text("/hoinghi")
    (said,) = await leader.text("25/11 7h30")
    assert said.labels == ["Vẫn đặt, ghi lý do", "Bỏ"]
    assert [said.text for said in await leader.tap("Vẫn đặt, ghi lý do")] == [
        "Luật đòi thông báo ít nhất 7 ngày trước. Gõ lý do vẫn giữ ngày này; lý do ghi vào sổ."
    ]
    assert [said.text for said in await leader.text("x" * 501)] == ["Gõ lý do từ 1 đến 500 ký tự."]
    await leader.text("Mưa lũ <gấp>")
    await leader.tap("Hội trường UBND xã")
    assert leader.last.text.endswith("\nKhông kịp hạn luật, vẫn giữ ngày vì: “Mưa lũ &lt;gấp&gt;”")
    await leader.tap("Đặt lịch")
    async with room.db.read() as tx:
        found = await conferences.current(tx)
        change = await planning.last(tx, found) if found is not None else None
    assert change is not None
    assert change.override == "Mưa lũ <gấp>"


async def test_clerk_cannot_break_them_with_a_button_of_another(room: Room) -> None:
    await take_office(room, Role.LEADER, LEADER)
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.text("/hoinghi")
    await clerk.text("25/11 7h30")
    assert clerk.alerted(await clerk.tap_data("o:breakrule")) == "Việc này đã qua. Không đổi gì."


@pytest.mark.parametrize(
    ("typed", "remark"),
    [("1/1 8h", "Trùng ngày nghỉ lễ."), ("12/12 14h", "Trùng ngày nghỉ cuối tuần.")],
)
async def test_day_off_is_remarked(room: Room, typed: str, remark: str) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.text("/hoinghi")
    (said,) = await clerk.text(typed)
    assert said.text.splitlines()[0].endswith(remark)


async def test_clusters_are_chosen_by_button_and_meet_apart(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await clerk.text("/hoinghi")
    await clerk.text("10/12 7h30")
    (said,) = await clerk.tap("Theo cụm thôn")
    assert said.text == "Cụm 1: chọn các thôn họp chung."
    assert said.labels == [*(f"Thôn mẫu {number}" for number in range(1, 7)), "Bỏ"]
    await clerk.text("thôn 1")  # only buttons choose
    await clerk.tap("Thôn mẫu 2")
    await clerk.tap("Thôn mẫu 1")
    await clerk.tap("Thôn mẫu 3")
    await clerk.tap("✓ Thôn mẫu 3")
    assert clerk.last.labels[:4] == ["✓ Thôn mẫu 1", "✓ Thôn mẫu 2", "Thôn mẫu 3", "Thôn mẫu 4"]
    asked = "Thôn mẫu 1, Thôn mẫu 2: họp lúc nào, ở đâu? Gõ như: 10/12 7h30, Nhà văn hoá Thôn mẫu 1"
    assert [said.text for said in await clerk.tap("Xong cụm này")] == [asked]
    assert [said.text for said in await clerk.text("10/12 7h30")] == [asked]
    assert [said.text for said in await clerk.text("31/02 7h30, NVH 1")] == [
        "“31/02 7h30” không có trong lịch. Gõ lại, ví dụ: 15/12 7h30"
    ]
    (said,) = await clerk.text("11/12 7h30, NVH 1")
    assert said.text == "Cụm 2: chọn các thôn họp chung."
    for number in range(3, 7):
        await clerk.tap(f"Thôn mẫu {number}")
    await clerk.tap("Xong cụm này")
    (said,) = await clerk.text("10/12 14h, NVH 3")
    assert said.text.splitlines()[1:3] == [
        (
            "Giờ, nơi: Thôn mẫu 3, Thôn mẫu 4, Thôn mẫu 5, Thôn mẫu 6: "
            "14 giờ 00, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm), NVH 3."
        ),
        "Thôn mẫu 1, Thôn mẫu 2: 07 giờ 30, Thứ Sáu 11/12/2026 (mồng 3 tháng 11 âm), NVH 1.",
    ]
    assert said.text.endswith("thông báo chậm nhất hết 03/12 · công bố kết quả chậm nhất hết 21/12")
    await clerk.tap("Đặt lịch")
    assert clerk.last.text.startswith("Đã đặt: Hội nghị đối thoại 2026\nThôn mẫu 3")


async def test_set_five_times_at_once_sets_once(room: Room) -> None:
    clerk = await to_review(room)
    picked = clerk.last.buttons[0][1]
    await asyncio.gather(*(clerk.tap_data(picked, clerk.last.message_id) for _ in range(5)))
    assert clerk.last.text == DONE
    assert room.alerts.count("Việc này đã qua. Không đổi gì.") == 4


async def test_two_officials_at_once_set_one_conference(room: Room) -> None:
    clerk = await to_review(room)
    other = await take_office(room, Role.CLERK, "7")
    await other.text("/hoinghi")
    await other.text("11/12 8h")
    await other.tap("Hội trường UBND xã")
    await clerk.tap("Đặt lịch")
    await other.tap("Đặt lịch")
    assert other.last.text == (
        f"Văn phòng vừa đặt hội nghị: {WHEN}, Hội trường UBND xã.\nChưa đổi gì. Gõ /hoinghi xem lại."
    )
    assert await planned(room) == ("Hội nghị đối thoại 2026", BEGINS, "Hội trường UBND xã")


async def test_button_of_an_earlier_review_sets_nothing(room: Room) -> None:
    clerk = await to_review(room)
    earlier = clerk.last.buttons[0][1]
    await clerk.tap("Sửa việc khác")
    await clerk.tap("Sửa ngày giờ")
    await clerk.text("15/12 7h30")
    await clerk.tap_data(earlier)
    assert await planned(room) is None
    await clerk.text("/huy")
    stale = (
        "o:hall",
        "o:elsewhere",
        "o:move:9",
        "o:content",
        "o:other",
        "o:byclusters",
        "o:cluster:mau-1",
        "o:cancel:9",
    )
    for step in (*stale, "o:cagree:9", "o:cday:9", "o:cnot:9", "o:unpropose:9", "o:law:9", "o:papers:9"):
        assert await clerk.tap_data(step) == [], step
    assert await planned(room) is None


async def test_hour_that_passed_under_the_review_is_asked_for_again(room: Room) -> None:
    clerk = await to_review(room)
    room.clock.instant = datetime(2026, 12, 10, 1, 0, tzinfo=UTC)
    (said,) = await clerk.tap("Đặt lịch")
    assert said.text == f"“{WHEN}” đã qua. Gõ ngày giờ sắp tới, ví dụ: 15/12 7h30"
    assert (await clerk.text("25/12 7h30"))[0].labels[0] == "Đặt lịch"


@pytest.mark.parametrize("typed", ["/huy", "Bỏ"])
async def test_planning_is_given_up(room: Room, typed: str) -> None:
    clerk = await to_review(room)
    await clerk.text(typed)
    assert clerk.last.text == "Đã bỏ, không gửi gì."
    assert await planned(room) is None


async def test_photo_while_planning_asks_for_words(room: Room) -> None:
    clerk = await take_office(room, Role.LEADER, LEADER)
    await clerk.text("/hoinghi")
    assert [said.text for said in await clerk.photo()] == ["Bước này chỉ nhận chữ. Gõ lại giúp."]


@pytest.mark.parametrize(
    ("button", "typed", "answer"),
    [
        ("Sửa nơi", "x" * 201, "Gõ tên từ 1 đến 200 ký tự."),
        ("Sửa tên", "x" * 201, "Gõ tên từ 1 đến 200 ký tự."),
        ("Sửa nội dung", "x" * 601, "Gõ từ 1 đến 600 ký tự."),
        ("Sửa hạn nhận ý kiến", "31/02", "“31/02” không có trong lịch. Gõ lại, ví dụ: 15/12 7h30"),
        ("Sửa hạn nhận ý kiến", "bao giờ", "Chưa đọc được ngày trong “bao giờ”. Gõ lại, ví dụ: 5/12"),
        ("Sửa hạn nhận ý kiến", "11/12", "Nhận ý kiến thì hết trước ngày họp. Gõ ngày khác."),
        ("Sửa hạn nhận ý kiến", "22/11/2026", "“22/11/2026” đã qua. Gõ ngày giờ sắp tới, ví dụ: 15/12 7h30"),
    ],
)
async def test_field_that_cannot_be_taken_is_asked_for_again(room: Room, button: str, typed: str, answer: str) -> None:
    clerk = await to_review(room)
    await clerk.tap("Sửa việc khác")
    await clerk.tap(button)
    assert [said.text for said in await clerk.text(typed)] == [answer]


async def test_card_shows_what_stands_who_comes_and_the_clock_that_runs(room: Room) -> None:
    clerk = await set_one(room)
    (said,) = await clerk.text("/hoinghi")
    law = (
        "Thông báo theo luật: hết ngày 03/12, còn 10 ngày.\n"
        "Đài truyền thanh 0/6 thôn · trang thông tin xã: chưa · niêm yết thông báo: chưa"
    )
    assert said.text == f"{DETAILS}\nĐã đặt, chưa thông báo.\nĐăng ký: 0 người đến, 0 xin nói.\n{law}"
    assert said.labels == ["Báo bà con về hội nghị", "Việc luật đòi", "Dời ngày", "Sửa việc khác", "Huỷ hội nghị"]


async def test_what_the_law_wants_is_ticked_with_proof_and_a_slip_taken_back(room: Room) -> None:
    clerk = await set_one(room)
    await clerk.text("/hoinghi")
    (said,) = await clerk.tap("Việc luật đòi")
    assert said.labels == ["Đã đọc loa", "Đã đăng trang xã", "Đã niêm yết", "Tài liệu đại biểu", "Hội nghị"]
    await clerk.tap("Đã đăng trang xã")
    assert clerk.last.text.splitlines()[0] == (
        "Đã ghi: đăng trang thông tin xã. Có ảnh, tệp hay đường dẫn làm chứng thì gửi vào đây."
    )
    assert [said.text for said in await clerk.text("https://khuatxa.example/tb")] == [
        "Đã giữ làm chứng. Còn gì thì gửi tiếp."
    ]
    assert [said.text for said in await clerk.photo()] == ["Đã giữ làm chứng. Còn gì thì gửi tiếp."]
    await clerk.tap("Việc luật đòi khác")
    await clerk.tap("Đã đọc loa")
    assert clerk.last.labels == [*(f"Thôn mẫu {number}" for number in range(1, 7)), "Quay lại"]
    await clerk.tap("Thôn mẫu 2")
    assert "Đã ghi: đọc loa, Thôn mẫu 2." in clerk.last.text
    assert "Đài truyền thanh 1/6 thôn · trang thông tin xã: có" in clerk.last.text
    await clerk.tap("Chọn nhầm")
    assert "Đài truyền thanh 0/6 thôn · trang thông tin xã: có" in clerk.last.text
    for forged in (
        "o:prove:1:portal-mau-1",
        "o:prove:1:nothing",
        "o:proveat:1:portal",
        "o:prove:1:media",
        "o:unprove:9",
    ):
        assert await clerk.tap_data(forged) == [], forged


async def test_result_is_counted_down_once_it_was_held_and_the_next_may_be_set(room: Room) -> None:
    clerk = await set_one(room)
    room.clock.instant = BEGINS + conferences.LASTS + timedelta(days=1)
    async with room.db.write() as tx:
        await conferences.hold(tx)
    (said,) = await clerk.text("/hoinghi")
    assert said.text.endswith(
        "Đã họp.\nCông bố kết quả: hết ngày 20/12, còn 9 ngày.\n"
        "Phương tiện thông tin: chưa · niêm yết trụ sở: chưa · gửi trưởng thôn 0/6"
    )
    assert said.labels == ["Việc luật đòi", "Đặt hội nghị sau"]
    async with room.db.write() as tx:
        found = await conferences.in_hand(tx)
        assert found is not None
        official = await tx.session.get_one(Official, found.official_id)
        for kind in (ProofKind.MEDIA, ProofKind.POSTED):
            await proofs.prove(tx, found, official, kind)
        for village in tx.commune.villages:
            await proofs.prove(tx, found, official, ProofKind.RECEIPT, village.id)
        assert (await tx.session.get_one(Conference, 1)).state is ConferenceState.CONCLUDED
    await clerk.tap("Đặt hội nghị sau")
    assert (await clerk.text("10/12/2027 7h30"))[0].text.startswith("07 giờ 30, Thứ Sáu 10/12/2027")


async def test_papers_for_delegates_are_sent_shown_and_dropped(room: Room) -> None:
    clerk = await set_one(room)
    await clerk.text("/hoinghi")
    await clerk.tap("Việc luật đòi")
    (said,) = await clerk.tap("Tài liệu đại biểu")
    assert (said.text, said.labels) == ("Chưa có tài liệu cho đại biểu. Gửi tệp hoặc ảnh vào đây.", ["Xong"])
    document = {"file_id": "d1", "file_unique_id": "u", "file_name": "bao-cao.pdf", "mime_type": "application/pdf"}
    (said,) = await clerk.message(document=document)
    assert said.text == "Tài liệu cho đại biểu: bao-cao.pdf. Gửi thêm tệp hoặc ảnh thì cứ gửi."
    assert [said.text for said in await clerk.text("đây nhé")] == ["Bước này nhận tệp hoặc ảnh."]
    await clerk.tap_old("Bỏ bao-cao.pdf")
    assert said.text == "Chưa có tài liệu cho đại biểu. Gửi tệp hoặc ảnh vào đây."
