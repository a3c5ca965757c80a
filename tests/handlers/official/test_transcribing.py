"""A recording written down and a message split: a code and a unit for each matter, and the author's word on it."""

from storage import asking, data, drafts, files, people
from storage.files import IncomingFile
from storage.models import Issue, Opinion, Role, Transcription
from storage.people import load_callers
from tests.handlers.official.desk import CLERK, RESIDENT, raise_opinion, sent, states, take_office
from tests.handlers.official.test_asking import round_of
from tests.handlers.official.test_verdicts import told
from tests.handlers.resident.journeys import stored
from tests.phones import Phone, Room

HEARD = (
    "- Mương nước ruộng Thôn mẫu 3 tắc từ tháng 9\n\n2. Hỗ trợ lợn chết dịch chưa nhận được\n"
    "• Loa đầu thôn hỏng, không nghe được thông báo"
)
LINES = [
    "Mương nước ruộng Thôn mẫu 3 tắc từ tháng 9",
    "Hỗ trợ lợn chết dịch chưa nhận được",
    "Loa đầu thôn hỏng, không nghe được thông báo",
]
CARD = "KX-1 · Thôn mẫu 3 · 23/11 09:00 · không ghi tên · 1 đoạn ghi âm\nGhi âm 1 phút 10 giây · chờ chép, hạn 26/11"


async def spoken(room: Room, seconds: int = 70) -> Phone:
    """A clerk with a recording in hand."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT]
        people.consent(tx, caller.account, "1")
        draft = drafts.hold(tx, caller.account, "")
        drafts.set_village(tx, draft, "mau-3")
        files.attach(tx, caller.account, draft, IncomingFile("voice", "voice1", "audio/ogg", seconds=seconds))
        await tx.session.flush()
        await drafts.submit(tx, caller, draft, named=False)
    await room.store_files()
    room.clock.pass_(seconds=3)
    await room.settle()
    await round_of(clerk)
    return clerk


async def test_recording_becomes_three_matters_in_three_taps(room: Room) -> None:
    staff = await take_office(room, Role.STAFF, "3")
    clerk = await spoken(room)
    page = clerk.last
    assert page.text == f"1/1 · {CARD}"
    assert page.labels == ["Nghe", "Chép lại", "Nhờ nghe tiếng Nùng", "Việc về một người", "Cách khác"]
    shown = len(clerk.said)
    (heard,) = await clerk.tap("Nghe")
    # Where files are links, the link stands below the code.
    assert (heard.text.partition("\n")[0], len(clerk.said)) == ("KX-1", shown + 1)
    asked = clerk.changed(await clerk.tap("Chép lại"), -2)
    assert asked.text == (
        "Chép KX-1: mỗi việc một dòng. Chép lời bác, đừng tóm ý. Tên người thì ghi đúng như lời nói; máy hỏi riêng."
    )
    (preview,) = await clerk.text(HEARD)
    assert preview.text == (
        f"KX-1, 3 việc:\n1. Phòng Kinh tế: “{LINES[0]}”\n2. Phòng Văn hoá – Xã hội: “{LINES[1]}”\n"
        f"3. Văn phòng HĐND và UBND: “{LINES[2]}”\nGửi bác xem lại lời chép?"
    )
    assert preview.labels == [
        "Gửi bác xem, giao luôn", "Sửa", "1 → Phòng Văn hoá – Xã hội", "2 → Văn phòng HĐND và UBND",
        "3 → Phòng Kinh tế", "Quay lại",
    ]  # fmt: skip
    assert (await states(room), staff.said) == (["received"], [])
    await clerk.tap("3 → Phòng Kinh tế")
    await clerk.tap("3 → Phòng Văn hoá – Xã hội")
    assert preview.text.splitlines()[3] == f"3. Phòng Văn hoá – Xã hội: “{LINES[2]}”"
    await clerk.tap("Gửi bác xem, giao luôn")
    assert preview.text.startswith(
        "3 việc: KX-1 Phòng Kinh tế · KX-2 Phòng Văn hoá – Xã hội · KX-3 Phòng Văn hoá – Xã hội. "
        "Bác được gửi xem lại.\n\nHết việc chờ. 3 ý kiến → 3 vấn đề."
    )
    assert [each.text.splitlines()[0] for each in staff.said] == [
        "KX-1 · Thôn mẫu 3 · Đường, điện, nước · 1 người · hạn 01/12"
    ]
    assert "sendVoice" not in {each.method for each in staff.said}
    assert await told(room) == (
        f"Văn phòng nghe đoạn ghi âm KX-1, chép thành 3 việc:\nKX-1: {LINES[0]}\nKX-2: {LINES[1]}\nKX-3: {LINES[2]}\n"
        "Chép thế đúng lời bác chưa?"
    )
    author = room.phone(RESIDENT)
    assert author.last.labels == ["Đúng rồi", "Chưa đúng"]
    await author.tap("Đúng rồi")
    assert author.last.text == "Mỗi việc xã trả lời riêng. Bác nhắn mã nào máy báo việc ấy."
    parts = [await stored(room, number) for number in (1, 2, 3)]
    assert [(each.text, each.original, each.split_from_id, each.state, each.transcription) for each in parts] == [
        (LINES[0], "", None, "accepted", Transcription.CONFIRMED),
        (LINES[1], None, 1, "accepted", Transcription.CONFIRMED),
        (LINES[2], None, 1, "accepted", Transcription.CONFIRMED),
    ]
    assert [len(each.attachments) for each in parts] == [1, 0, 0]
    assert len({each.issue_id for each in parts}) == 3
    (whole,) = await author.text("kx3")
    assert f"“{LINES[2]}”" in whole.text
    assert await sent(room, "accepted") == 0


async def test_recording_of_unknown_length_is_not_said_to_last_nothing_nor_to_say_nothing(room: Room) -> None:
    clerk = await spoken(room, seconds=0)
    assert clerk.last.text == f"1/1 · {CARD.replace('Ghi âm 1 phút 10 giây', 'Ghi âm')}"
    await clerk.tap("Chép lại")
    await clerk.text(LINES[0])
    await clerk.tap("Gửi bác xem, giao luôn")
    await clerk.text("/xem 1")
    whole = next(said.text for said in reversed(clerk.said) if LINES[0] in said.text)
    assert whole.split("\n\n")[1:3] == [f"“{LINES[0]}”", "Phòng Kinh tế, hạn 01/12 · đang lo · 1 người"]


async def test_silence_of_two_working_days_is_said_on_the_card(room: Room) -> None:
    clerk = await spoken(room)
    first = clerk.said[0]
    await clerk.tap_data("o:transcribe:1", first.message_id)
    await clerk.text("Mương tắc")
    await clerk.tap("Gửi bác xem, giao luôn")
    if room.edits:
        assert first.text.splitlines()[-1] == "09:00 Văn phòng chép lại ghi âm"
    assert await told(room) == (
        "Văn phòng nghe đoạn ghi âm KX-1, chép lại:\nKX-1: Mương tắc\nChép thế đúng lời bác chưa?"
    )
    room.clock.pass_(days=4)  # 24/11 is a holiday: the second working day is Thursday
    async with room.db.write() as tx:
        await asking.show(tx, await tx.session.get_one(Opinion, 1))
    await room.settle()
    assert not room.edits or first.text.splitlines()[-1] == "Bác chưa xác nhận lời chép."
    await room.phone(RESIDENT).tap("Đúng rồi")
    assert room.phone(RESIDENT).last.text == "Xã ghi rồi. Bác nhắn KX-1 là máy báo việc ấy."
    assert not room.edits or first.text.splitlines()[-1] == "23/11 09:00 Văn phòng chép lại ghi âm"


async def test_author_who_disputes_says_what_and_the_lines_are_written_anew(room: Room) -> None:
    clerk = await spoken(room)
    await clerk.tap("Chép lại")
    await clerk.text("Mương tắc\nLợn chết")
    await clerk.tap("Gửi bác xem, giao luôn")
    await told(room)
    author = room.phone(RESIDENT)
    await author.tap("Chưa đúng")
    assert author.last.text == "Chỗ nào ở KX-1 chưa đúng, bác nhắn hoặc ghi âm một câu. Máy báo Văn phòng rồi."
    card = clerk.last
    assert card.text == "KX-1: người gửi nói chép chưa đúng.\nKX-1: Mương tắc\nKX-2: Lợn chết"
    assert card.labels == ["Nghe", "Chép lại", "Xem cả"]
    await author.text("ga chet chu khong phai lon")
    assert clerk.last.text.startswith("KX-1, người gửi nói thêm:\n“ga chet chu khong phai lon”")
    await clerk.tap_data("o:transcribe:1", card.message_id)
    assert card.text == "Chép lại 2 dòng, theo thứ tự:\nKX-1: Mương tắc\nKX-2: Lợn chết"
    (said,) = await clerk.text("một dòng thôi")
    assert said.text == "Lời này đã thành 2 việc: gõ đủ 2 dòng, theo thứ tự."
    (said,) = await clerk.text("Mương tắc\nGà chết")
    assert said.text == "Đã chép lại KX-1, gửi bác xem lại."
    assert (await told(room)).splitlines()[1:3] == ["KX-1: Mương tắc", "KX-2: Gà chết"]
    await author.tap("Đúng rồi")
    parts = [await stored(room, number) for number in (1, 2)]
    assert [(each.text, each.transcription) for each in parts] == [
        ("Mương tắc", Transcription.CONFIRMED),
        ("Gà chết", Transcription.CONFIRMED),
    ]


async def test_written_message_is_split_the_same_way(room: Room) -> None:
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, "duong hong, loa hong")
    await round_of(clerk)
    await clerk.tap("Cách khác")
    await clerk.tap("17")
    assert clerk.last.text == "Tách KX-1: mỗi việc một dòng, giữ lời bác.\n“duong hong, loa hong”"
    many = "\n".join(f"viec {n}" for n in range(11))
    for typed, said in (
        ("- \n*\n", "Chưa thấy lời nào. Gõ mỗi việc một dòng."),
        (many, "Nhiều nhất 10 việc một lần. Gộp bớt rồi gõ lại."),
        ("duong hong", "Mới có một dòng, chưa tách. Gõ mỗi việc một dòng."),
    ):
        assert [each.text for each in await clerk.text(typed)] == [said]
    (preview,) = await clerk.text("duong hong\nloa hong")
    old = dict(preview.buttons)["Gửi bác xem, giao luôn"]
    await clerk.tap("Sửa")
    await clerk.text("duong hong nang\nloa hong")
    await clerk.tap_data(old, preview.message_id)
    assert preview.text.splitlines()[1] == "1. Phòng Kinh tế: “duong hong nang”"
    await clerk.tap_data(dict(preview.buttons)["Gửi bác xem, giao luôn"], preview.message_id)
    assert (await told(room)).splitlines()[0] == "Văn phòng tách lời bác ở KX-1 thành 2 việc:"
    author = room.phone(RESIDENT)
    assert author.last.text.splitlines()[-1] == "Tách thế đúng lời bác chưa?"
    await author.tap("Chưa đúng")
    assert clerk.last.text == "KX-1: người gửi nói tách chưa đúng.\nKX-1: duong hong nang\nKX-2: loa hong"
    for number in (1, 2):
        (card,) = await clerk.text(f"/phanloai {number}")
        assert "Bác nói tách chưa đúng." in card.text.splitlines()
    assert (await stored(room, 1)).original == "duong hong, loa hong"
    await clerk.tap_data(old, preview.message_id)
    assert preview.text.startswith("KX-1: 09:00 Văn phòng tách thành 2 việc. Chưa đổi gì.")
    assert await states(room) == ["accepted", "accepted"]


async def test_interpreter_is_asked_for_on_every_card(room: Room) -> None:
    other = await take_office(room, Role.CLERK, "7")
    clerk = await spoken(room)
    await clerk.tap("Nhờ nghe tiếng Nùng")
    assert clerk.last.text.endswith("chờ chép, hạn 26/11\nCần người hiểu tiếng Nùng, Tày.")
    assert "Nhờ nghe tiếng Nùng" not in clerk.last.labels
    assert not room.edits or other.said[0].text == f"Ý kiến mới\n{CARD}\nCần người hiểu tiếng Nùng, Tày."


async def test_recording_of_one_who_deleted_her_data_is_written_down_and_nobody_is_asked(room: Room) -> None:
    clerk = await spoken(room)
    async with room.db.write() as tx:
        await data.forget(tx, (await load_callers(tx, room.messenger, [RESIDENT]))[RESIDENT])
    await clerk.tap("Chép lại")
    await clerk.text("Mương tắc\nLợn chết")
    await clerk.tap("Gửi bác xem, giao luôn")
    room.clock.pass_(days=5)
    await room.settle()
    part = await stored(room, 2)
    assert (part.transcription, part.person_id, await sent(room, "transcribed")) == (None, None, 0)
    async with room.db.read() as tx:
        assert (await tx.session.get_one(Issue, part.issue_id)).state == "assigned"


async def test_line_that_seems_to_accuse_somebody_goes_to_no_unit(room: Room) -> None:
    clerk = await spoken(room)
    await clerk.tap("Chép lại")
    (preview,) = await clerk.text("Mương tắc\nông trưởng thôn ăn chặn tiền hỗ trợ của dân\nLoa hỏng")
    assert preview.text.splitlines()[2].startswith("2. để riêng, có vẻ nói về một người: “ông trưởng thôn")
    await clerk.tap("Gửi bác xem, giao luôn")
    assert preview.text.splitlines()[0].startswith("3 việc: KX-1 Văn phòng HĐND và UBND · KX-2 để riêng, có vẻ nói")
    assert preview.text.splitlines()[2].startswith("1/1 · KX-2 · Thôn mẫu 3")
    assert await told(room) == (
        "Văn phòng nghe đoạn ghi âm KX-1, chép thành 2 việc:\nKX-1: Mương tắc\nKX-3: Loa hỏng\n"
        "Chép thế đúng lời bác chưa?"
    )
    await room.phone(RESIDENT).tap("Đúng rồi")
    assert await states(room) == ["accepted", "received", "accepted"]
    assert (await stored(room, 2)).transcription is None
