"""What everybody reads: redacted, confirmed, taken down; and what nobody ever reads."""

import pytest

from storage import answers, digest, files, opinions
from storage.files import IncomingFile
from storage.models import Answer, Official, Role
from storage.people import load_callers
from tests.handlers.official.desk import CLERK, raise_opinion, take_office
from tests.handlers.promises import merge, release
from tests.handlers.resident.journeys import stored
from tests.handlers.resident.test_raising import shown
from tests.phones import Phone, Room

SAID = "Nhà ông Nguyễn Văn Bình, số nhà 15, điện thoại 0912 345 678, nước chảy vào ruộng"
LEFT = "Nhà ông […], số nhà […], điện thoại […], nước chảy vào ruộng"
TEXT = "Xã sẽ nạo vét mương, xong trước ngày 14/01/2027."


@pytest.fixture
async def clerk(room: Room) -> Phone:
    """A clerk; one author was answered."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, SAID)
    await release(room, 1, TEXT)
    return clerk


async def read(room: Room, native_id: str = "5005") -> list[str]:
    """What somebody else reads of the newest answer."""
    phone = room.phone(native_id)
    await phone.text("/congkhai")
    await phone.tap("1")
    return phone.last.text.splitlines()


async def test_words_are_published_as_confirmed_and_the_original_stays(room: Room, clerk: Phone) -> None:
    author = room.phone("1001")
    await author.tap("Rõ rồi")
    await author.tap("Đăng được")
    assert "Bà con nói" not in "".join(await read(room))
    await clerk.text("/xem 1")
    assert clerk.last.labels == ["Nhật ký", "Việc hẹn", "Sửa câu đã gửi", "Đăng công khai"]
    (page,) = await clerk.tap("Đăng công khai")
    assert (page.text, page.labels) == (
        (
            "KX-1, bà con đọc ở Xã đã trả lời: Đường, điện, nước (máy ghi, chưa có lời tóm)\n"
            "Cho đăng lời: 1 người. Đã duyệt: 0.\n"
            f"KX-1, máy đã bỏ tên và số:\n“{LEFT}”\n"
            "Đọc lại, đúng thì đăng. Chưa đúng thì gõ bản khác."
        ),
        ["Đăng bản này", "Không đăng", "Lời tóm"],
    )
    (typed,) = await clerk.text("Nước chảy vào ruộng từ tháng 9")
    assert typed.text == "KX-1, bản vừa gõ:\n“Nước chảy vào ruộng từ tháng 9”\nĐăng bản này?"
    await clerk.tap("Đăng bản này")
    assert clerk.last.text.splitlines()[0] == "Đã đăng lời KX-1."
    await clerk.tap("Lời tóm")
    await clerk.text("Mương nước Thôn mẫu 3 bị tắc")
    assert clerk.last.text.splitlines()[0] == "KX-1, bà con đọc ở Xã đã trả lời: Mương nước Thôn mẫu 3 bị tắc"
    assert await read(room) == [
        "Mương nước Thôn mẫu 3 bị tắc",
        "",
        "Bà con nói: “Nước chảy vào ruộng từ tháng 9”",
        "",
        "Xã trả lời ngày 23/11:",
        "",
        "Kính gửi Ông/Bà.",
        TEXT,
        "Văn phòng HĐND và UBND, cán bộ Văn phòng",
        "",
        "Xã đang làm: Phòng Kinh tế, hẹn xong 14/01/2027.",
    ]
    assert (await stored(room, 1)).text == SAID
    await clerk.tap("KX-1")
    assert clerk.last.text.splitlines()[0] == "Đang đăng lời KX-1: “Nước chảy vào ruộng từ tháng 9”"
    await clerk.tap("Gỡ xuống")
    assert "Bà con nói" not in "".join(await read(room))


async def test_no_takes_back_a_yes(room: Room, clerk: Phone) -> None:
    author = room.phone("1001")
    await author.tap("Rõ rồi")
    await author.tap("Đăng được")
    await clerk.tap_data("o:publish:1")
    confirm = next(data for label, data in clerk.last.buttons if label == "Đăng bản này")
    await clerk.tap_data(confirm, clerk.last.message_id)
    assert f"Bà con nói: “{LEFT}”" in await read(room)
    room.clock.pass_(days=365)
    await author.tap_old("Đừng đăng")
    assert "Bà con nói" not in "".join(await read(room))
    room.clock.pass_(minutes=1)
    await clerk.tap_data(confirm, clerk.last.message_id)
    assert (await stored(room, 1)).public_text is None


async def test_copy_that_was_not_shown_is_not_confirmed(room: Room, clerk: Phone) -> None:
    author = room.phone("1001")
    await author.tap("Rõ rồi")
    for answer in ("", "Đừng đăng"):
        if answer:
            await author.tap(answer)
        await clerk.tap_data("o:public:1:1")
        assert (await stored(room, 1)).public_text is None
    await author.tap_old("Đăng được")
    (page,) = await clerk.tap_data("o:public:1:12345")
    assert page.labels == ["Đăng bản này", "Không đăng", "Lời tóm"]
    assert (await stored(room, 1)).public_text is None
    assert (await clerk.text("x" * 1501))[0].text.startswith("Bản này dài 1.501 ký tự, đăng nhiều nhất 1.500.")
    await clerk.tap_old("Lời tóm")
    assert (await clerk.text("x" * 201))[0].text == "Lời tóm dài 201 ký tự, nhiều nhất 200. Gõ lại ngắn hơn."


async def test_each_consenting_author_in_turn_here_and_elsewhere(room: Room, clerk: Phone) -> None:
    await raise_opinion(room, "mương tắc", "1002")
    await merge(room, 1, 2)
    await raise_opinion(room, "loa hỏng", "1003")
    await release(room, 3, "Xã đã sửa loa.", promised=None)
    for native_id in ("1001", "1003"):
        await room.phone(native_id).tap("Rõ rồi")
        await room.phone(native_id).tap("Đăng được")
    await room.phone("1002").text("kx2")
    await room.phone("1002").tap("Rõ rồi")
    await room.phone("1002").tap("Đăng được")
    await clerk.tap_data("o:publish:2")
    await clerk.tap("Đăng bản này")
    await clerk.tap("Đăng bản này")
    assert clerk.last.text.splitlines()[0] == "Đã đăng lời KX-2."
    assert clerk.last.labels == ["KX-1", "KX-2", "Duyệt KX-3", "Lời tóm"]
    await clerk.tap("Duyệt KX-3")
    assert clerk.last.text.splitlines()[2:4] == ["KX-3, máy không thấy tên hay số nào phải bỏ:", "“loa hỏng”"]


@pytest.mark.parametrize("role", [Role.STAFF, Role.OBSERVER, Role.VILLAGE_HEAD, Role.ADMIN])
async def test_publishing_is_the_office_s(room: Room, clerk: Phone, role: Role) -> None:
    phone = await take_office(room, role, "9")
    for data in ("o:publish:1", "o:public:1:1", "o:copy:1", "o:retract:1", "o:summary:1"):
        room.clock.pass_(minutes=1)
        await phone.tap_data(data)
        assert "KX-1" not in phone.last.text


async def test_nothing_before_an_answer(room: Room, clerk: Phone) -> None:
    await raise_opinion(room, "loa hỏng", "1003")
    assert clerk.alerted(await clerk.tap_data("o:publish:2")) == "Chưa có câu trả lời đã gửi. Chưa đăng gì."
    assert shown(await room.phone("5005").text("/congkhai loa")) == [
        (
            "Chưa có câu trả lời nào nói đến “loa”. Bác gửi ý kiến thì xã trả lời.",
            ["Xã đã trả lời", "Gửi ý kiến"],
        )
    ]


async def test_answers_in_pages_and_by_unmarked_words(room: Room, clerk: Phone) -> None:
    phone = room.phone("5005")
    for number in range(2, 8):
        await raise_opinion(room, f"viec {number}", f"100{number}")
        room.clock.pass_(days=1)
        await release(room, number, f"Đã sửa cầu số {number}.", promised=None)
    (page,) = await phone.text("/congkhai")
    assert page.text.splitlines()[0] == "Xã đã trả lời 7 việc, mới nhất trước:"
    assert page.text.splitlines()[1] == "1. Đường, điện, nước · 29/11"
    newest = page.labels
    assert newest == ["1", "2", "3", "4", "5", "›"]
    (second,) = await phone.tap("›")
    assert (second.text.splitlines()[1:3], second.labels) == (
        ["1. Đường, điện, nước · 24/11", "2. Đường, điện, nước · 23/11"],
        ["1", "2", "‹"],
    )
    (found,) = await phone.text("/congkhai nao vet muong")
    assert found.text.splitlines()[:2] == [
        "Có 1 câu trả lời nói đến “nao vet muong”:",
        "1. Đường, điện, nước · 23/11",
    ]
    (many,) = await phone.text("/congkhai cau so")
    assert many.text.splitlines()[0] == "Có 6 câu trả lời nói đến “cau so”, đây là các câu mới nhất:"
    assert (await phone.text("xã đã trả lời"))[0].labels == newest
    assert (await phone.tap_data("r:answers:9"))[0].text == "Hết rồi, không còn câu trả lời nào cũ hơn."
    assert (await phone.tap_data("r:answer:99"))[0].text == "Câu trả lời này không còn ở đây nữa."


async def test_many_are_counted_and_few_are_not(room: Room, clerk: Phone) -> None:
    for number in (2, 3):
        await raise_opinion(room, f"mương tắc {number}", f"100{number}")
    await merge(room, 1, 2)
    assert (await read(room))[0] == "Đường, điện, nước"
    assert "người cùng hỏi" not in "".join(await read(room))
    await merge(room, 1, 3)
    assert (await read(room))[:2] == ["Đường, điện, nước, Thôn mẫu 3", "3 người cùng hỏi."]


async def test_long_and_corrected_answer_with_its_photo(room: Room, clerk: Phone) -> None:
    answer_id = await release_with_photo(room, clerk)
    phone = room.phone("5005")
    await phone.text("/congkhai")
    said = await phone.tap("1")
    assert [each.method for each in said][-2:] == ["sendMessage", "sendPhoto"]
    assert len(said) == 2 or room.longest < 4096
    assert said[-1].text == "Kèm câu trả lời của xã"
    async with room.db.write() as tx:
        answer = await tx.session.get_one(Answer, answer_id)
        answer.replaces_id = 1
    await phone.text("/congkhai")
    assert (await phone.tap("1"))[0].text.splitlines()[2] == "Xã trả lời, đã sửa ngày 23/11 · 1 ảnh:"


async def release_with_photo(room: Room, clerk: Phone) -> int:
    """KX-2 answered with 3,400 characters and a photo."""
    await raise_opinion(room, "loa hỏng", "1003")
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, [CLERK]))[CLERK]
        opinion = await opinions.by_id(tx, 2)
        assert opinion is not None
        assert caller.official is not None
        written = await answers.draft(tx, opinion, caller.official, "Kính gửi Ông/Bà. " + "đã sửa loa " * 300)
        answer = await answers.by_id(tx, written.id)
        assert answer is not None
        files.attach(tx, caller.account, answer, IncomingFile("photo", "p", "image/jpeg"))
        await tx.session.flush()
        await answers.release(tx, answer, caller.official)
    await room.store_files()
    return written.id


async def test_new_consent_is_counted_for_the_clerk_until_it_is_decided(room: Room, clerk: Phone) -> None:
    author = room.phone("1001")
    await author.tap("Rõ rồi")
    assert "cho đăng" not in (await clerk.text("/viec"))[0].text
    await author.tap("Đăng được")
    (home,) = await clerk.text("/viec")
    assert "Bà con cho đăng lời, chờ duyệt bản đăng: 1." in home.text.splitlines()
    assert ("Đăng công khai", "o:publish:1") in home.buttons
    async with room.db.read() as tx:
        official = await tx.session.get_one(Official, 1)
        assert (await digest.of(tx, official)).to_publish == 1
    await clerk.tap("Đăng công khai")
    assert clerk.last.labels == ["Đăng bản này", "Không đăng", "Lời tóm"]
    await clerk.tap("Không đăng")
    assert (clerk.last.text.splitlines()[0], clerk.last.labels) == ("Không đăng lời KX-1.", ["KX-1", "Lời tóm"])
    assert "cho đăng" not in (await clerk.text("/viec"))[0].text
    # She is not asked again, and an official may still think better of it.
    await clerk.tap_old("KX-1")
    await clerk.tap("Đăng bản này")
    await clerk.tap("KX-1")
    await clerk.tap("Gỡ xuống")
    assert (await stored(room, 1)).public_text is None
    assert "cho đăng" not in (await clerk.text("/viec"))[0].text
    await author.tap_data("r:publish:1:no")
    room.clock.pass_(minutes=1)
    await author.tap_data("r:publish:1:yes")
    assert "Bà con cho đăng lời, chờ duyệt bản đăng: 1." in (await clerk.text("/viec"))[0].text
