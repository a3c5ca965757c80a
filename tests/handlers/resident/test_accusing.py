"""Words about a person: asked before anything is sent, sealed or nowhere (dialogues.md, 2.4)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from storage import drafts, outbox
from storage.models import Account, Draft, Official, Opinion, Person, Priority, Role, Sealed, Suspicion, Target
from storage.sealed_clock import forget_leaders
from storage.states import SealedState
from tests.handlers.official.desk import RESIDENT
from tests.handlers.official.test_asking import asked
from tests.handlers.resident.journeys import draft_of, failures, raise_first, stored, to_preview
from tests.phones import Phone, Room, Said
from tests.planted import held_in, shown_on

WORDS = "ong truong thon an chan tien ho tro lon dich cua dan, ai ko dua thi ko cho vao danh sach"
SECRET = "lon dich cua dan"
ASKED = (
    "Lời này máy chưa chuyển cho ai. Trưởng thôn và các bộ phận không thấy.\n"
    "Bác đang nói một người cụ thể làm sai, phải không?"
)
WAYS = (
    "Tố cáo thì luật nhận theo hai cách: bác gửi đơn có ký tên, hoặc đến nói trực tiếp để cán bộ ghi lại rồi bác ký. "
    "Nơi tiếp dân: trụ sở UBND xã. Luật buộc giữ kín tên người tố cáo.\n"
    "Nhắn qua đây chưa phải là đơn. Bác có mấy cách:"
)
GENERAL = "Bác nhắn lại phần muốn hỏi, không nêu người nào. Ví dụ: ai được vào danh sách hỗ trợ, danh sách dán ở đâu?"


def shown(said: list[Said]) -> list[tuple[str, list[str]]]:
    return [(each.text, each.labels) for each in said]


async def office(room: Room) -> tuple[Phone, Phone]:
    """A clerk, and a leader who reads the lane."""
    clerk, leader = await room.official(Role.CLERK, "9001"), await room.official(Role.LEADER, "9002")
    async with room.db.write() as tx:
        for official in await tx.session.scalars(select(Official).where(Official.role == Role.LEADER)):
            official.reads_sealed, official.post = True, "Chủ tịch UBND xã"
    for phone in (clerk, leader):
        phone.said.clear()
    return clerk, leader


async def seal(phone: Phone, words: str = WORDS) -> None:
    await phone.text(words)
    for label in ("Phải, nói một người", "Trưởng thôn", "Gửi kín", "Đồng ý, gửi kín"):
        await phone.tap(label)


async def test_accusation_of_a_village_head_is_sealed_in_four_taps_and_five_messages(room: Room) -> None:
    clerk, leader = await office(room)
    phone = room.phone()
    assert shown(await phone.text(WORDS)) == [(ASKED, ["Phải, nói một người", "Không, việc chung"])]
    assert shown(await phone.tap("Phải, nói một người")) == [
        (
            "Người đó là ai? Máy hỏi để người ấy không được đọc lời bác.",
            ["Trưởng thôn", "Cán bộ xã", "Lãnh đạo xã", "Người khác"],
        )
    ]
    ways = ["Gửi kín", "Chỉ hỏi việc chung", "Tôi đến trụ sở, xoá đi"]
    assert shown(await phone.tap("Trưởng thôn")) == [(WAYS, ways)]
    assert shown(await phone.tap("Gửi kín")) == [
        (
            (
                "Chỉ Chủ tịch UBND xã đọc được, không thấy tên và tài khoản của bác. Không vào tổng hợp, không nêu ở "
                "hội nghị, không đăng. Bác cho Văn phòng HĐND và UBND giữ lời này để xem xét chứ? Giữ 24 tháng, bác "
                "rút lúc nào cũng được."
            ),
            ["Đồng ý, gửi kín", "Đọc kỹ", "Không, xoá đi"],
        )
    ]
    assert clerk.said == leader.said == []
    assert shown(await phone.tap("Đồng ý, gửi kín")) == [
        (
            (
                "Đã gửi kín, mã KX-1. Từ đây máy không nhắc lại nội dung, phòng khi người khác cầm máy. Điện thoại "
                "dùng chung thì bác nên xoá đoạn tin này.\n"
                "Có giấy tờ, ảnh làm chứng thì bác nhắn KX-1 rồi gửi kèm: có chứng cứ rõ thì luật buộc xã kiểm tra, "
                "hoặc chuyển nơi có quyền kiểm tra."
            ),
            [],
        )
    ]
    assert len(phone.said) == 5
    assert shown(leader.said) == [
        ("Có 1 việc cần xem riêng. Nội dung không gửi qua tin nhắn.", ["Mở một lần, 10 phút"])
    ]
    assert clerk.said == []
    assert await held_in(room.db, SECRET) == {"sealed"}
    assert shown_on(room, SECRET) == []
    assert await draft_of(room, phone) is None
    # What she agreed to was this alone: the next words ask for their own consent.
    assert (await phone.text("duong hong"))[0].labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]


async def test_afterwards_the_code_says_nothing_and_takes_more(room: Room) -> None:
    _, leader = await office(room)
    phone = room.phone()
    await seal(phone)
    # Papers that follow at once are its evidence; the next words may be about anything.
    assert shown(await phone.photo("giay day")) == [("Đã thêm vào KX-1. Còn gì nữa bác cứ gửi.", ["Thôi"])]
    assert (await phone.text("duong hong"))[0].labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]
    await phone.tap("Không, xoá đi")
    more = "KX-1: đang xem xét. Muốn nói thêm, bác gửi tiếp vào đây."
    for typed in ("KX-1", "1", "/theodoi kx1")[:: 1 if phone.wire.buttons else 2]:
        assert shown(await phone.text(typed)) == [(more, ["Rút KX-1"])]
    assert shown(await phone.photo()) == [("Đã thêm vào KX-1. Còn gì nữa bác cứ gửi.", ["Thôi"])]
    album = [await phone.photo(media_group_id="a") for _ in range(3)]
    assert [len(said) for said in album] == ([1, 0, 0] if phone.wire.albums else [1, 1, 1])
    await phone.text("co giay bien nhan")
    assert "113" in (await phone.text("nha dang chay"))[0].text
    await phone.tap_old("Thôi")
    async with room.db.read() as tx:
        matter = (await tx.session.scalars(select(Sealed))).one()
        assert (matter.text, matter.has_evidence) == (
            f"{WORDS}\n\ngiay day\n\nco giay bien nhan\n\nnha dang chay",
            True,
        )
    assert "Việc gửi kín: 1" in (await phone.text("/dulieu"))[0].text
    assert "Bác chưa gửi việc nào" in (await phone.text("/theodoi"))[0].text
    # Another's code, and what was never there, are one and the same.
    for other in (room.phone("1002"), leader):
        assert "Máy không thấy KX-1" in (await other.text("/theodoi KX-1"))[0].text
    await phone.text("KX-1")
    assert "Rút KX-1 thì máy xoá lời ấy" in (await phone.tap("Rút KX-1"))[0].text
    assert shown(await phone.tap("Rút KX-1")) == [("Đã rút KX-1, lời ấy máy xoá rồi.", [])]
    assert "Máy không thấy KX-1" in (await phone.text("KX-1"))[0].text
    assert await held_in(room.db, SECRET, "bien nhan") == set()
    assert await failures(room) == []


async def test_nothing_about_leaders_is_kept(room: Room) -> None:
    clerk, leader = await office(room)
    phone = room.phone()
    for label, said in (
        ("Xoá lời này", "Máy xoá rồi, không giữ gì."),
        ("Chỉ hỏi việc chung", GENERAL),
    ):
        await phone.text(WORDS)
        await phone.tap("Phải, nói một người")
        assert shown(await phone.tap("Lãnh đạo xã")) == [
            (
                (
                    "Việc về lãnh đạo xã thì xã không tự xem. Bác gửi đơn ký tên hoặc đến: nơi tiếp công dân của "
                    "tỉnh; nếu là việc đảng viên: uỷ ban kiểm tra cấp trên.\n"
                    "Máy không chuyển lời này cho ai ở xã. Bác chép lại địa chỉ rồi chọn xoá; không chọn thì hết hôm "
                    "nay máy tự xoá."
                ),
                ["Xoá lời này", "Chỉ hỏi việc chung"],
            )
        ]
        # However she goes on, it cannot be sent sealed.
        draft = await draft_of(room, phone)
        assert draft is not None
        assert (await phone.tap_data(f"r:lane:{draft.id}:agree"))[0].labels == ["Xoá lời này", "Chỉ hỏi việc chung"]
        assert (await phone.tap(label))[0].text == said
        assert await held_in(room.db, SECRET) == set()
    assert (await phone.text("ai duoc vao danh sach ho tro?"))[0].labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]
    other = room.phone("1002")
    await other.text(WORDS)
    for pressed in ("Phải, nói một người", "Lãnh đạo xã"):
        await other.tap(pressed)
    room.clock.instant = datetime(2026, 11, 23, 17, 1, tzinfo=UTC)
    async with room.db.write() as tx:
        assert await forget_leaders(tx) == 1
    assert await held_in(room.db, SECRET) == set()
    assert "Việc này đã qua" in (await other.tap_old("Chỉ hỏi việc chung"))[0].text
    assert clerk.said == leader.said == []


async def test_what_is_no_accusation_goes_the_ordinary_way_once_she_said_so(room: Room) -> None:
    clerk, _ = await office(room)
    phone = room.phone()
    await phone.text(WORDS)
    assert (await phone.tap("Không, việc chung"))[0].labels == ["Đồng ý", "Đọc kỹ", "Không, xoá đi"]
    for label in ("Đồng ý", "3", "Chế độ, hỗ trợ", "Gửi, không ghi tên"):
        await phone.tap(label)
    assert (await stored(room, 1)).text == WORDS
    assert any(SECRET in said.text for said in clerk.said)


async def test_going_herself_and_dropping_keep_nothing(room: Room) -> None:
    phone = room.phone()
    erased = "Máy xoá rồi, không giữ gì. Nơi tiếp dân: trụ sở UBND xã."
    nobody = "người được xã giao đọc việc kín"
    for taps in (
        [("Tôi đến trụ sở, xoá đi", erased)],
        [("Gửi kín", nobody), ("Đọc kỹ", f"Ai đọc: {nobody}"), ("Không, xoá đi", erased)],
        [("Chỉ hỏi việc chung", GENERAL)],
    ):
        await phone.text(WORDS)
        for pressed in ("Phải, nói một người", "Cán bộ xã"):
            await phone.tap(pressed)
        for label, said in taps:
            assert said in (await phone.tap(label))[0].text
        assert await held_in(room.db, SECRET) == set()
    assert (await phone.tap("Bỏ"))[0].text == "Máy thôi hỏi. Bác cần nói việc gì, cứ nhắn."
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Person))) == []


async def test_accusing_words_added_to_a_draft_stop_it_where_it_is(room: Room) -> None:
    clerk, _ = await office(room)
    phone = room.phone()
    await to_preview(phone, "tien ho tro chua co")
    send, named = ((label, data) for label, data in phone.last.buttons if label.startswith("Gửi"))
    assert shown(await phone.text(WORDS)) == [
        (f"Máy thêm vào lời bác rồi.\n\n{ASKED}", ["Phải, nói một người", "Không, việc chung"])
    ]
    # The buttons above the question, a command, a photo: none of them sends it, and nothing quotes it.
    for _, data in (send, named):
        assert shown(await phone.tap_data(data)) == [(ASKED, ["Phải, nói một người", "Không, việc chung"])]
    for typed in ("/start", "/gopy", "/gopy con nua"):
        assert (await phone.text(typed))[-1].text.endswith(ASKED)
    assert await phone.photo() == []
    assert not any(SECRET in said.text for said in phone.said)
    assert clerk.said == []
    await phone.tap("Phải, nói một người")
    await phone.tap("Người khác")
    for label in ("Gửi kín", "Đồng ý, gửi kín"):
        await phone.tap(label)
    async with room.db.read() as tx:
        matter = (await tx.session.scalars(select(Sealed))).one()
        assert (matter.text, matter.target, matter.has_evidence, matter.village_id, matter.field_id) == (
            f"tien ho tro chua co\n{WORDS}\ncon nua",
            Target.OTHER,
            True,
            "mau-3",
            "ha-tang",
        )
    assert clerk.said == []
    assert await failures(room) == []


async def test_accusing_words_to_an_opinion_are_asked_about_before_anybody_hears(room: Room) -> None:
    clerk, _ = await office(room)
    phone = room.phone()
    await raise_first(phone)
    clerk.said.clear()
    await phone.text("KX-1")
    await phone.tap("Nói thêm")
    assert shown(await phone.text(WORDS)) == [(ASKED, ["Phải, nói một người", "Không, việc chung"])]
    assert clerk.said == []
    assert (await phone.tap("Không, việc chung"))[0].labels == ["Thêm vào KX-1", "Việc mới", "Không gửi"]
    await phone.tap("Thêm vào KX-1")
    assert [each.text for each in (await stored(room, 1)).additions] == [WORDS]


async def test_danger_comes_before_the_question(room: Room) -> None:
    phone = room.phone()
    assert "114" in (await phone.text(f"nha dang chay, {WORDS}"))[0].text
    assert (await phone.tap("Gửi cho xã biết"))[0].text == ASKED


async def test_unfinished_accusation_is_offered_again_without_its_words(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.text(WORDS)
    room.clock.pass_(days=1, hours=1)
    async with room.db.write() as tx:
        assert await drafts.offer_again(tx, room.clock()) == 1
    await room.settle()
    assert shown([phone.last]) == [
        ("Hôm qua bác đang nói dở một việc, máy chưa chuyển cho ai.\nGửi tiếp chứ?", ["Gửi tiếp", "Bỏ"])
    ]
    assert (await phone.tap("Gửi tiếp"))[0].text == ASKED


@pytest.mark.parametrize("messenger", ["telegram", "web_plain"])
async def test_buttons_that_are_over_or_forged_change_nothing(room: Room, messenger: str) -> None:
    await office(room)
    phone, other = room.phone("1001", messenger), room.phone("1002", messenger)
    await seal(phone)
    for data in ("r:seal:1:gone", "r:seal:1:yes", "r:seal:999:gone", "r:seal:1:nothing", "r:lane:1:agree"):
        assert "Việc này đã qua" in (await other.tap_data(data))[0].text
    # Her own old buttons: it is sealed, and they say so.
    for data in ("r:seal:1:yes", "r:seal:1:agree", "r:seal:1:erase", "r:seal:1:leader", "r:seal:1:nothing"):
        assert "KX-1: đang xem xét" in (await phone.tap_data(data))[0].text
    async with room.db.read() as tx:
        matter = (await tx.session.scalars(select(Sealed))).one()
        assert (matter.state, matter.text, matter.target) == (SealedState.SEALED, WORDS, Target.VILLAGE_HEAD)
        assert [*await tx.session.scalars(select(Opinion)), *await tx.session.scalars(select(Draft))] == []
    await other.text(WORDS)
    draft = await draft_of(room, other)
    assert draft is not None
    assert draft.suspicion is Suspicion.ASKED
    for data in (f"r:accused:{draft.id}:king", f"r:lane:{draft.id}:yes", f"r:lane:{draft.id}:agree"):
        assert (await other.tap_data(data))[0].text.startswith(ASKED)
    assert await failures(room) == []


async def test_accusing_reply_to_a_question_goes_to_nobody_and_the_lane_takes_what_is_for_it(room: Room) -> None:
    _, author = await asked(room)
    assert [each.text for each in await author.text(WORDS)] == [ASKED]
    assert (await author.tap("Không, việc chung"))[0].labels == ["Thêm vào KX-1", "Việc mới", "Không gửi"]
    await author.tap("Không gửi")
    # A draft is open, and she replies to the question itself: her words stop with the draft.
    question = next(said for said in author.said if "Xã hỏi thêm" in said.text)
    await author.text("loa thon hong")
    await author.text(WORDS, reply_to=question)
    assert author.last.text.endswith(ASKED)
    assert (await author.tap_data("r:reply:1"))[0].text.startswith("Việc này đã qua")
    assert shown_on(room, SECRET, but=[author]) == []
    await author.tap_old("Phải, nói một người")
    for label in ("Trưởng thôn", "Gửi kín", "Đồng ý, gửi kín"):
        await author.tap(label)
    # While she adds to what is sealed, nothing of it answers the question that is still open, asked again just now.
    async with room.db.write() as tx:
        await outbox.queue(
            tx,
            [
                outbox.Notice(account, "asked", Priority.ANSWER, {"opinion_id": 1}, opinion_id=1)
                for account in await tx.session.scalars(select(Account).where(Account.native_id == RESIDENT))
            ],
        )
    await room.settle()
    assert author.last.text.startswith("Xã hỏi thêm về KX-1")
    await author.text("KX-2")
    await author.text("bang chung la so ghi")
    assert shown_on(room, SECRET, "so ghi", but=[author]) == []
    assert await held_in(room.db, SECRET, "so ghi") == {"sealed"}
    assert await failures(room) == []
