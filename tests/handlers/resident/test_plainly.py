import pytest

from storage.models import AttachmentState
from storage.states import OpinionState
from tests.handlers.resident.journeys import WORDS, answer, draft_of, numbers, raise_first, stored, to_preview
from tests.phones import Room

NOT_A_CHOICE = "Máy chưa rõ bác chọn mục nào; máy không ghi “{}” vào lời bác.\n\n"


@pytest.mark.parametrize("yes", ["co", "Có ạ", "ok", "dong y nhe", "cho phép"])
async def test_consent_given_in_her_own_words_is_consent(room: Room, yes: str) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    (asked,) = await phone.text(yes)
    draft = await draft_of(room, phone)
    assert draft is not None
    assert (asked.text.startswith("Việc này ở thôn nào?"), draft.text) == (True, WORDS)


async def test_no_at_the_consent_deletes_nothing_and_is_no_word_of_hers(room: Room) -> None:
    phone = room.phone()
    (consent,) = await phone.text(WORDS)
    (again,) = await phone.text("ko")
    draft = await draft_of(room, phone)
    assert draft is not None
    assert (again.text, draft.text) == (NOT_A_CHOICE.format("ko") + consent.text, WORDS)


async def test_village_and_field_that_she_does_not_know_are_none_and_the_last(room: Room) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    await phone.text("dong y")
    (field,) = await phone.text("ko biet thon nao")
    assert field.text.startswith("Việc này gần với loại nào?")
    (preview,) = await phone.text("không rõ")
    assert f"Việc: “{WORDS}”\nỞ: Chỗ khác, không rõ · Loại: Khác, không rõ\n" in preview.text


@pytest.mark.parametrize("typed", ["dien nuoc", "duong dien nuocs", "Điện"])
async def test_field_typed_in_part_or_with_a_slip_is_taken(room: Room, typed: str) -> None:
    phone = room.phone()
    await phone.text(WORDS)
    await phone.text("dong y")
    await phone.text("3")
    (preview,) = await phone.text(typed)
    assert f"Việc: “{WORDS}”\nỞ: Thôn mẫu 3 · Loại: Đường, điện, nước\n" in preview.text


async def test_yes_at_the_preview_sends_nothing_while_her_name_is_to_be_chosen(room: Room) -> None:
    phone = room.phone()
    await to_preview(phone)
    preview = phone.last.text
    (again,) = await phone.text("gửi đi")
    assert again.text == NOT_A_CHOICE.format("gửi đi") + preview
    (receipt,) = await phone.text("gui ko ghi ten")
    opinion = await stored(room, 1)
    assert (receipt.text[:11], opinion.text, opinion.named) == ("Xã đã nhận.", WORDS, False)


async def test_yes_sends_a_recording_which_has_nothing_to_choose(room: Room) -> None:
    phone = room.phone()
    await phone.voice()
    await phone.text("ok")
    await phone.text("3")
    (receipt,) = await phone.text("gui")
    opinion = await stored(room, 1)
    assert receipt.text.startswith("Xã đã nhận, kèm")
    assert (opinion.text, [each.state for each in opinion.attachments]) == ("", [AttachmentState.PENDING])


async def test_yes_to_whether_it_is_about_a_person_goes_on_and_no_is_chosen(room: Room) -> None:
    phone = room.phone()
    (asked,) = await phone.text("ong truong thon an chan tien ho tro lon dich cua dan")
    (again,) = await phone.text("khong")
    (who,) = await phone.text("phai")
    # Looked at now: the next tap may change it where it stands.
    assert who.text.startswith("Người đó là ai?")
    draft = await draft_of(room, phone)
    assert draft is not None
    await phone.tap("Trưởng thôn")
    (consent,) = await phone.tap("Gửi kín")
    (still,) = await phone.text("ok")
    assert still.text == NOT_A_CHOICE.format("ok") + consent.text
    assert again.text == NOT_A_CHOICE.format("khong") + asked.text
    assert draft.text == "ong truong thon an chan tien ho tro lon dich cua dan"


async def test_yes_lets_her_words_be_published_and_withdraws_nothing(room: Room) -> None:
    phone = room.phone()
    await raise_first(phone)
    await phone.text("kx1")
    (asked,) = await phone.tap("Rút ý kiến")
    (again,) = await phone.text("vâng")
    assert (again.text, again.labels) == (NOT_A_CHOICE.format("vâng").strip(), asked.labels)
    assert (await stored(room, 1)).state is OpinionState.RECEIVED
    await phone.tap("Không rút")
    await answer(room, 1)
    await phone.tap("Rõ rồi")
    (thanks,) = await phone.text("được")
    assert thanks.text == "Xã ghi rồi. Văn phòng bỏ tên, bỏ số nhà xong mới đăng."
    assert await numbers(room) == [1]
