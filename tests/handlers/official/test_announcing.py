"""An announcement: shown as it arrives, counted, sent once."""

import asyncio

import pytest

from storage.models import Role
from tests.handlers.official.desk import CLERK, raise_opinion, sent, take_office
from tests.phones import Phone, Room

TEXT = "Xã Khuất Xá thông báo:\nMời bà con họp &lt;thôn&gt; &amp; góp ý."
QUESTION = "Tin ở trên là bản bà con sẽ đọc. Gửi tới 2 người, gửi rồi không rút lại được.\nGửi chứ?"
BUTTONS = ["Gửi", "Sửa", "Bỏ"]
ASK = "Gõ lời thông báo. Bà con đã đồng ý nhận tin đều đọc được."


async def desk(room: Room) -> tuple[Phone, Phone, Phone]:
    """A clerk and two residents who consented; a third only looked."""
    clerk = await take_office(room, Role.CLERK, CLERK)
    await raise_opinion(room, native_id="1001")
    await raise_opinion(room, native_id="1002")
    await room.phone("1003").text("/khongco")
    return clerk, room.phone("1001"), room.phone("1002")


async def test_announcement_is_shown_exactly_and_sent_by_one_button(room: Room) -> None:
    clerk, one, two = await desk(room)
    said = await clerk.text("/phattin Mời bà con họp <thôn> & góp ý.")
    assert [(each.text, each.labels) for each in said] == [(TEXT, []), (QUESTION, BUTTONS)]
    assert (one.said, two.said) == ([], [])
    await clerk.tap("Gửi")
    assert (clerk.last.text, clerk.last.labels) == ("Đã xếp gửi tới 2 người.", [])
    assert [each.text for each in (*one.said, *two.said)] == [TEXT, TEXT]


async def test_send_five_times_at_once_sends_once(room: Room) -> None:
    clerk, one, _ = await desk(room)
    await clerk.text("/phattin Mời bà con họp <thôn> & góp ý.")
    picked, message_id = clerk.last.buttons[0][1], clerk.last.message_id
    await asyncio.gather(*(clerk.tap_data(picked, message_id) for _ in range(5)))
    assert ([each.text for each in one.said], await sent(room, "announcement")) == ([TEXT], 2)
    alerts = [getattr(each, "text", None) for each in room.courtesies]
    assert alerts.count("Tin này đã gửi lúc 23/11 09:00. Không gửi lại.") == 4


async def test_words_are_asked_for_and_can_be_changed(room: Room) -> None:
    clerk, _, _ = await desk(room)
    assert [(said.text, said.labels) for said in await clerk.text("/phattin")] == [(ASK, ["Bỏ"])]
    await clerk.text("Mời họp")
    assert [said.text for said in await clerk.tap("Sửa")] == ["Gõ lại lời thông báo."]
    said = await clerk.text("Mời bà con họp <thôn> & góp ý.")
    assert [(each.text, each.labels) for each in said] == [(TEXT, []), (QUESTION, BUTTONS)]
    assert [each.text for each in await clerk.text("ok")] == [TEXT, QUESTION]


@pytest.mark.parametrize("typed", ["Bỏ", "/huy"])
async def test_announcement_is_dropped(room: Room, typed: str) -> None:
    clerk, one, _ = await desk(room)
    await clerk.text("/phattin Mời họp")
    picked = clerk.last.buttons[0][1]
    await clerk.text(typed)
    assert clerk.last.text == ("Đã bỏ, không gửi cho ai." if typed == "Bỏ" else "Đã bỏ, không gửi gì.")
    await clerk.tap_data(picked)
    assert (one.said, await sent(room, "announcement")) == ([], 0)


@pytest.mark.parametrize(("letter", "count"), [("x", 3501), ("🌾", 1751)])
async def test_too_long_announcement_says_by_how_much(room: Room, letter: str, count: int) -> None:
    clerk, _, _ = await desk(room)
    (said,) = await clerk.text(f"/phattin {letter * count}")
    length = "3.501" if letter == "x" else "3.502"
    over = 1 if letter == "x" else 2
    assert said.text == f"Lời thông báo dài {length} ký tự, một tin chứa 3.500. Rút bớt {over} ký tự rồi gửi lại."
    said = (await clerk.text(letter * (count - 1)))[0]
    assert len(said.text.encode("utf-16-le")) // 2 <= 4096


async def test_another_clerks_announcement_is_not_sent(room: Room) -> None:
    clerk, one, _ = await desk(room)
    other = await take_office(room, Role.CLERK, "9")
    await clerk.text("/phattin Mời họp")
    for prefix in ("o:spread", "o:reword", "o:unsay"):
        assert await other.tap_data(f"{prefix}:1") == []
    assert (one.said, clerk.last.labels) == ([], BUTTONS)
