"""One person in two messengers: a code asked for in one, typed in the other, and everything from both."""

import re
from dataclasses import replace

import pytest
from aiogram.methods import SetMyCommands
from sqlalchemy import select
from structlog.testing import capture_logs

from storage.models import Account, Draft, JoinCode, Opinion, Role
from tests.handlers.resident.journeys import answer, draft_of, failures, raise_first
from tests.handlers.resident.test_raising import shown
from tests.phones import Phone, Room, Said

WORDS = "Cầu tràn Thôn mẫu 3 gãy lan can PLANTEDWORDS"

PLACES = {"telegram": "Telegram", "web": "trang chat", "web_plain": "trang chat", "zalo_bot": "Zalo", "zalo_oa": "Zalo"}
"""What people call each messenger."""


async def code_of(phone: Phone) -> str:
    """The line that she is to type elsewhere, "noi 4821 9037"."""
    said = await phone.text("/noi")
    line = "<code>(noi [0-9]{4} [0-9]{4})</code>" if phone.wire.messenger.features.html else "(noi [0-9]{4} [0-9]{4})"
    found = re.search(line, said[-1].text)
    assert found is not None
    return found[1]


async def join(here: Phone, there: Phone) -> list[Said]:
    """She takes a code there, types it here and confirms; what the phone here shows of it."""
    offered = await here.text(await code_of(there))
    return [*offered, *await here.tap("Nối hai bên")]


async def pair(room: Room) -> tuple[Phone, Phone]:
    """A phone with an opinion, and a web chat with two."""
    phone, web = room.phone("1001"), room.phone("7", "web")
    await raise_first(phone, WORDS)
    await raise_first(web, "mương nước ruộng tắc từ tháng chín")
    await web.tap("Gửi việc khác")
    await web.text("loa đầu thôn hỏng")
    for label in ("Nhà văn hoá, sân chơi", "Gửi, không ghi tên"):
        await web.tap(label)
    return phone, web


async def test_whole_journey_from_the_data_of_one_to_the_list_of_the_other(room: Room) -> None:
    phone, web = await pair(room)
    await web.text("/dulieu")
    said = shown(await web.tap("Nối tài khoản khác"))
    line = re.search(r"noi [0-9]{4} [0-9]{4}", said[0][0])
    assert line is not None
    assert said == [
        (
            (
                "Bác mở nơi kia (Zalo, Telegram, trang chat của xã), nhắn vào đó đúng dòng này:\n"
                f"<code>{line[0]}</code>\n"
                "Mã dùng một lần, trong 30 phút. Bác đừng đưa mã cho ai: người gõ mã xem được mọi việc của bác."
            ),
            [],
        )
    ]
    before = len(web.said)
    assert shown(await phone.text(line[0])) == [
        (
            (
                "Bên trang chat có 2 việc, bên này có 1 việc. Nối hai bên thì bác xem được tất cả từ cả hai, xã nhắn "
                "vào nơi bác dùng gần nhất, và giữ cả hai tài khoản chat.\n"
                "Chỉ nối khi chính bác vừa lấy mã bên trang chat. Nối chứ?"
            ),
            ["Nối hai bên", "Không nối"],
        )
    ]
    assert len(web.said) == before
    assert shown(await phone.tap("Nối hai bên")) == [
        (
            (
                "Đã nối với trang chat. Từ nay bác theo dõi mọi việc từ cả hai, mã việc giữ nguyên. Có trả lời, xã "
                "nhắn một lần, vào nơi bác dùng gần nhất."
            ),
            ["Ý kiến đã gửi", "Tách ra"],
        )
    ]
    assert shown(web.said[before:]) == [
        (
            (
                f"Vừa có {PLACES[room.messenger]} được nối vào đây, bằng mã bác lấy. Từ nay bác theo dõi mọi việc từ "
                "cả hai. Không phải bác nối thì chọn Tách ra."
            ),
            ["Ý kiến đã gửi", "Tách ra"],
        )
    ]
    for each in (phone, web):
        assert (await each.text("/theodoi"))[0].labels == ["KX-3", "KX-2", "KX-1"]
        assert "PLANTEDWORDS" in (await each.text("kx1"))[0].text
    assert await failures(room) == []


async def test_answer_comes_once_where_she_was_last(room: Room) -> None:
    phone, web = await pair(room)
    await join(phone, web)
    room.clock.pass_(minutes=5)
    await web.text("/theodoi")
    counts = [len(each.said) for each in (phone, web)]
    await answer(room, 1)
    assert [len(each.said) - count for each, count in zip((phone, web), counts, strict=True)] == [0, 1]
    assert web.last.text.startswith("Xã trả lời KX-1")
    assert next(each.text for each in await web.tap("Rõ rồi")).startswith("Xã ghi rồi")
    room.clock.pass_(minutes=5)
    await phone.text("/theodoi")
    counts = [len(each.said) for each in (phone, web)]
    await answer(room, 2)
    assert [len(each.said) - count for each, count in zip((phone, web), counts, strict=True)] == [1, 0]


async def test_nothing_of_hers_is_shown_before_she_confirms_and_nothing_after_she_did_not(room: Room) -> None:
    phone, web = room.phone("1001"), room.phone("7", "web")
    await raise_first(phone, WORDS)
    said = await web.text(await code_of(phone))
    assert said[0].text.startswith(f"Bên {PLACES[room.messenger]} có 1 việc, bên này chưa có việc nào.")
    assert shown(await web.tap("Không nối")) == [("Không nối. Hai bên vẫn riêng như trước.", [])]
    assert (await web.tap("Nối hai bên"))[0].text.startswith("Mã này không dùng được")
    assert "PLANTEDWORDS" not in "".join(web.shown)
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(JoinCode.id))) == []
        assert list(await tx.session.scalars(select(Account.first_id))) == [None, None]


@pytest.mark.parametrize("words", ["nối zalo", "noi zalo", "nối hai máy", "noi voi telegram", "tach ra"])
async def test_plain_words_are_an_opinion_and_join_nothing(room: Room, words: str) -> None:
    phone = room.phone()
    await phone.text(words)
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == words
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(JoinCode.id))) == []


async def test_code_is_taken_as_link_as_command_and_in_the_middle_of_an_opinion(room: Room) -> None:
    phone, web = room.phone("1001"), room.phone("7", "web")
    await raise_first(web)
    await phone.text("đường hỏng")
    line = await code_of(web)
    digits = line.removeprefix("noi ").replace(" ", "")
    for words in (f"/start noi-{digits}", f"/{line}", f"/noi {digits}", f"Nối {digits}"):
        assert (await phone.text(words))[0].labels == ["Nối hai bên", "Không nối"], words
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == "đường hỏng"
    await phone.tap("Nối hai bên")
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == "đường hỏng"


async def test_wrong_code_gets_a_kind_word_and_after_five_an_hour_of_rest(room: Room) -> None:
    phone, web = room.phone("1001"), room.phone("7", "web")
    await raise_first(web)
    line = await code_of(web)
    wrong = "Mã này không dùng được: gõ nhầm, quá nửa giờ, hoặc đã dùng rồi. Bác nhắn /noi ở nơi kia để lấy mã mới."
    assert {(await phone.text(f"noi 0000 000{number}"))[0].text for number in range(5)} == {wrong}
    tired = "Mã gõ nhầm nhiều lần rồi. Một giờ nữa bác thử lại; việc của bác vẫn nguyên."
    assert shown(await phone.text(line)) == [(tired, [])]
    room.clock.pass_(hours=1)
    assert shown(await phone.text(line)) == [(wrong, [])]
    assert (await phone.text(await code_of(web)))[0].labels == ["Nối hai bên", "Không nối"]


async def test_code_typed_where_it_was_taken_or_where_nothing_is_says_so(room: Room) -> None:
    phone, web = room.phone("1001"), room.phone("7", "web")
    line = await code_of(web)
    said = await web.text(line)
    assert said[0].text == "Mã này lấy ở đây. Bác nhắn nó vào nơi kia: Zalo, Telegram hoặc trang chat của xã."
    said = await phone.text(line)
    assert said[0].text == "Cả hai bên chưa có việc nào để nối. Bác gửi ý kiến trước, rồi nối sau."


async def test_pressed_twice_or_a_year_later_it_says_what_became_of_it(room: Room) -> None:
    phone, web = await pair(room)
    await phone.text(await code_of(web))
    button = phone.last
    await phone.tap("Nối hai bên")
    if phone.wire.buttons:
        before = len(room.courtesies)
        assert await phone.tap_data("r:joinok:1", button.message_id) == []
        assert [getattr(each, "text", None) for each in room.courtesies[before:]] == ["Máy nhận rồi."]
    room.clock.pass_(days=365)
    said = await phone.tap_data("r:joinok:1", button.message_id)
    assert shown(said) == [("Hai bên đã nối rồi. Bác xem việc của mình ở bên nào cũng được.", ["Ý kiến đã gửi"])]
    assert shown(await phone.text(await code_of(web))) == shown(said)


async def test_two_officials_of_different_offices_hear_the_reason_and_the_mend(room: Room) -> None:
    clerk, leader = await room.official(Role.CLERK, "9001"), await room.official(Role.LEADER, "9002")
    assert (await leader.text(await code_of(clerk)))[0].text == (
        "Hai tài khoản giữ hai vai trò khác nhau, mà một người giữ một vai trò. Nhờ người quản trị kết thúc một vai "
        "trò, rồi nối lại."
    )


async def test_official_who_joins_works_from_both_and_is_told_so_first(room: Room) -> None:
    clerk, web = await room.official(Role.CLERK, "9001"), room.phone("7", "web")
    await raise_first(web)
    said = await web.text(await code_of(clerk))
    assert "Vai trò cán bộ dùng được từ cả hai." in said[0].text
    said = await web.tap("Nối hai bên")
    assert [each.text.splitlines()[0] for each in said[1:]] == [clerk.said[0].text.splitlines()[0]]
    assert [type(each) for each in room.courtesies].count(SetMyCommands) == 2
    room.clock.pass_(minutes=1)
    assert (await web.text("/viec"))[0].text.startswith("Chờ phân loại: 1")
    counts = [len(each.said) for each in (clerk, web)]
    await raise_first(room.phone("1002"))
    assert [len(each.said) - count for each, count in zip((clerk, web), counts, strict=True)] == [0, 1]


async def test_who_wants_less_on_one_side_is_told_what_joining_means(room: Room) -> None:
    phone, web = await pair(room)
    await phone.text("bớt tin nhắn")
    await phone.tap("Chỉ việc của tôi")
    said = await phone.text(await code_of(web))
    assert "Một bên bác đã bớt tin nhắn: nối rồi thì cả hai chỉ nhận tin về việc của bác." in said[0].text.splitlines()


async def test_other_account_leaves_at_her_word_and_knows_nothing_any_more(room: Room) -> None:
    phone, web = await pair(room)
    await join(phone, web)
    await web.text("lời đang dở")
    await phone.text("/dulieu")
    assert phone.last.labels == ["Tải về", "Nối tài khoản khác", "Tách ra", "Xoá hết"]
    assert shown(await phone.tap("Tách ra")) == [
        (
            (
                "Tách trang chat ra thì mọi việc ở lại đây với bác. Bên trang chat không xem được nữa, lời đang dở bên "
                "ấy mất, ai nhắn từ đó là người mới.\nTách chứ?"
            ),
            ["Tách, tôi chắc", "Thôi"],
        )
    ]
    assert shown(await phone.tap("Thôi")) == [("Vẫn nối như trước.", [])]
    room.clock.pass_(hours=1)
    assert (await phone.tap_old("Tách, tôi chắc"))[0].labels == ["Tách, tôi chắc", "Thôi"]
    assert shown(await phone.tap("Tách, tôi chắc")) == [
        ("Đã tách trang chat. Mọi việc của bác vẫn ở đây.", ["Ý kiến đã gửi"])
    ]
    assert (await phone.text("/theodoi"))[0].labels == ["KX-3", "KX-2", "KX-1"]
    assert "chưa gửi việc nào" in (await web.text("/theodoi"))[0].text.lower()
    async with room.db.read() as tx:
        assert list(await tx.session.scalars(select(Draft.id))) == []
        assert set(await tx.session.scalars(select(Opinion.account_id))) == {1}
    assert web.said[-2].text == (
        f"Tài khoản này vừa được tách ra, theo lời nhắn từ {PLACES[room.messenger]}. Việc đã gửi thì xem ở "
        f"{PLACES[room.messenger]}. Không phải bác tách thì gọi 0205 000 000."
    )
    # A button of before says how it stands.
    assert (await phone.tap_old("Tách ra"))[0].text == "Ở đây không còn nối với nơi nào khác."
    assert (await web.tap_old("Tách ra"))[0].text == "Ở đây không còn nối với nơi nào khác."


async def test_of_three_she_says_which_leaves(room: Room) -> None:
    phone, web = await pair(room)
    await join(phone, web)
    await join(phone, room.phone("1009"))
    await phone.tap("Tách ra")
    third = f"{PLACES[room.messenger]} 23/11/2026"
    assert shown([phone.last]) == [("Tách bên nào ra?", ["trang chat 23/11/2026", third])]
    await phone.tap(third)
    await phone.tap("Tách, tôi chắc")
    assert (await phone.text("/dulieu"))[0].text.count("Nối với") == 1


async def test_account_that_was_joined_without_her_leaves_by_the_button_of_its_notice(room: Room) -> None:
    phone, web = await pair(room)
    await join(phone, web)
    await web.tap("Tách ra")
    await web.tap("Tách, tôi chắc")
    assert (await web.text("/theodoi"))[0].labels == ["KX-3", "KX-2", "KX-1"]
    assert "chưa gửi việc nào" in (await phone.text("/theodoi"))[0].text.lower()


async def test_data_names_the_other_account_and_deletion_says_that_it_goes_too(room: Room) -> None:
    phone, web = await pair(room)
    await join(phone, web)
    assert (await phone.text("/dulieu"))[0].text == (
        "Văn phòng HĐND và UBND đang giữ về bác:\n"
        "Tài khoản chat: 2\n"
        "Nối với trang chat từ ngày 23/11/2026\n"
        "Thôn: Thôn mẫu 3\n"
        "Cho phép giữ: ngày 23/11/2026\n"
        "Ý kiến: 3\n"
        "Bác muốn làm gì?"
    )
    said = await phone.tap("Xoá hết")
    assert said[0].text.startswith("Xoá là xoá ở mọi nơi đã nối, cả trang chat.\nXoá thì tên")
    await phone.tap("Xoá, không lấy lại")
    for each in (phone, web):
        assert "KX-" not in (await each.text("/theodoi"))[0].text
    async with room.db.read() as tx:
        assert set(await tx.session.scalars(select(Opinion.person_id))) == {None}


async def test_code_comes_with_a_link_where_there_is_a_web_chat(room: Room) -> None:
    room.db.commune = replace(room.db.commune, chat="https://xa.example/chat")
    phone = room.phone()
    line = await code_of(phone)
    link = f"https://xa.example/chat#{line.replace(' ', '-', 1).replace(' ', '')}"
    assert phone.last.text.splitlines()[-1] == f"Nơi kia là trang chat thì bác mở: {link}"


async def test_code_is_in_no_log(room: Room) -> None:
    with capture_logs() as logs:
        phone, web = await pair(room)
        line = await code_of(web)
        await phone.text("/start moi-khongcomanay")
        await phone.text("noi 0000 0000")
        await phone.text(line)
        await phone.tap("Nối hai bên")
    # What keeps a messenger's own tokens says when it did.
    told = [each["event"] for each in logs if each["event"] != "zalo_oa.refreshed"]
    assert told == ["invitation.refused"]
    digits = line.removeprefix("noi ")
    assert not [each for each in (digits, digits.replace(" ", "")) if each in str(logs)]
