"""A draft left in the middle, and buttons of one that is gone."""

from tests.handlers.resident.journeys import WORDS, draft_of, to_preview
from tests.handlers.resident.test_raising import preview, shown
from tests.phones import Room


async def test_unfinished_draft_goes_on_from_every_question(room: Room) -> None:
    for native_id, taps in (("1", []), ("2", ["Đồng ý"]), ("3", ["Đồng ý", "3"])):
        phone = room.phone(native_id)
        [asked] = await phone.text(WORDS)
        for label in taps:
            [asked] = await phone.tap(label)
        assert (await phone.text("/gopy"))[-1].labels == ["Gửi tiếp", "Bỏ"]
        assert shown(await phone.tap("Gửi tiếp")) == shown([asked])


async def test_button_of_an_earlier_draft_leaves_the_one_in_hand(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    old = dict(phone.last.buttons)["Bỏ"]
    await phone.tap("Bỏ")
    await phone.text(f"{WORDS} nữa")
    await phone.tap_data(old)
    draft = await draft_of(room, phone)
    assert draft is not None
    assert draft.text == f"{WORDS} nữa"


async def test_draft_survives_a_day_and_is_gone_on_with(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    room.clock.pass_(days=1)
    assert "KX-1" in (await phone.tap("Gửi, không ghi tên"))[0].text


async def test_unfinished_draft_is_offered(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    said = await phone.text("/start")
    assert shown(said[1:]) == [(f"Bác đang nói dở: “{WORDS}”.\nGửi tiếp chứ?", ["Gửi tiếp", "Bỏ"])]
    assert (await phone.tap("Gửi tiếp"))[0].text == preview()
    assert (await phone.text("/gopy"))[0].labels == ["Gửi tiếp", "Bỏ"]
