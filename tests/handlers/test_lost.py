"""What a messenger did not pass on: nobody is left without a way to a human."""

from dataclasses import replace
from pathlib import Path

from tests.phones import Room

NO_CONTENT = (
    "Ứng dụng chat không chuyển tin vừa rồi cho máy, không phải lỗi của bác. "
    "Bác gọi 0205 000 000, hoặc đến trụ sở UBND xã, có người nghe và ghi giúp."
)


async def test_message_without_content_is_answered_with_a_phone_number(room: Room) -> None:
    phone = room.phone()
    assert [said.text for said in await phone.message()] == [NO_CONTENT]


async def test_message_without_content_amid_an_opinion_asks_again_and_loses_nothing(room: Room) -> None:
    phone = room.phone()
    asked = (await phone.text("đường vào thôn bị hỏng"))[-1]
    again = (await phone.message())[-1]
    assert again.text.startswith(NO_CONTENT)
    assert again.labels == asked.labels
    assert "đường vào thôn bị hỏng" in again.text


async def test_web_chat_is_named_where_there_is_one(tmp_path: Path, messenger: str) -> None:
    room = await Room.open(tmp_path, messenger=messenger)
    room.db.commune = replace(room.db.commune, chat="https://xa.example/chat")
    try:
        (said,) = await room.phone().message()
    finally:
        await room.close()
    assert "Bác mở https://xa.example/chat nhắn lại, gọi 0205 000 000" in said.text
