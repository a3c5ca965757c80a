"""One text in the forms that a village needs: what is read aloud, and what is posted."""

import pytest

from handlers.official import forms
from handlers.rendering import Notice
from storage.models import Announcement
from tests.commune import COMMUNE, START
from tests.phones import Room
from tests.texts import words

MEETING = """Về việc họp dân bàn làm đường
Kính mời bà con Thôn mẫu 3 họp bàn việc rải đá đoạn đường 400m vào thôn, hồi 19h30 ngày 06/3/2026, tại nhà văn hoá thôn.
Nội dung: mức đóng góp 1.500.000đ mỗi hộ, miễn cho hộ nghèo (10%).
Hỏi thêm: UBND xã, ĐT 0205 3812 345 hoặc xem https://khuatxa.example/tin/1."""
INVITED = (
    "Kính mời bà con Thôn mẫu 3 họp bàn việc rải đá đoạn đường 400 mét vào thôn, "
    "hồi 19 giờ 30 ngày 6 tháng 3 năm 2026, tại nhà văn hoá thôn."
)
OPENING, CLOSING = "Kính thưa bà con. Sau đây là thông báo của xã Khuất Xá.", "Trân trọng cảm ơn bà con."
FILLER = [f"Câu thứ {number} nói thêm một chút cho bà con nghe rõ việc chung của thôn." for number in range(1, 30)]


def script(text: str) -> list[str]:
    return forms.script(words().say("vi"), COMMUNE, text).splitlines()


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("họp 7h30 ngày 10/12", "họp 7 giờ 30 ngày 10 tháng 12"),
        ("07:00 10/12/2026", "7 giờ ngày 10 tháng 12 năm 2026"),
        ("từ 7h đến 9h15", "từ 7 giờ đến 9 giờ 15"),
        ("hỗ trợ 1.500.000đ", "hỗ trợ 1 triệu 500 nghìn đồng"),
        ("2.000.000.000 VNĐ", "2 tỷ đồng"),
        ("gọi 0205 3812 345", "gọi 0, 2, 0, 5, 3, 8, 1, 2, 3, 4, 5"),
        ("UBND xã và MTTQ", "Uỷ ban nhân dân xã và Mặt trận Tổ quốc"),
        ("tỷ lệ 45/60 hộ", "tỷ lệ 45/60 hộ"),
        ("dài 400m, rộng 5 m, 20km", "dài 400 mét, rộng 5 mét, 20 ki-lô-mét"),
        ("200 m2 đất", "200 mét vuông đất"),
        ("chi tiết xem tại https://x.vn/a?b=1, mời bà con", "chi tiết, mời bà con"),
        ("“lời” *đậm*", "lời đậm"),
    ],
)
def test_speakable(written: str, spoken: str) -> None:
    assert forms.speakable(written) == spoken


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Mời họp. Mang sổ hộ khẩu", ["Mời họp.", "Mang sổ hộ khẩu."]),
        ("Về việc họp:\n- Mang sổ\n- đến sớm;", ["Về việc họp.", "Mang sổ.", "Đến sớm."]),
        ("Phòng 1.2 ở tầng 3.", ["Phòng 1.2 ở tầng 3."]),
        (f"{'xa ' * 20}; {'gần ' * 10}", [f"{'Xa ' + 'xa ' * 18}xa.", f"{'Gần ' + 'gần ' * 8}gần."]),
        ("", []),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert forms.sentences(text) == found


def test_short_text_is_read_whole_and_what_matters_twice() -> None:
    assert script(MEETING) == [
        OPENING,
        "Về việc họp dân bàn làm đường.",
        INVITED,
        "Nội dung: mức đóng góp 1 triệu 500 nghìn đồng mỗi hộ, miễn cho hộ nghèo (10 phần trăm).",
        "Hỏi thêm: Uỷ ban nhân dân xã, điện thoại 0, 2, 0, 5, 3, 8, 1, 2, 3, 4, 5.",
        "Xin nhắc lại.",
        INVITED,
        CLOSING,
    ]


@pytest.mark.parametrize("text", [f"{MEETING}\n{' '.join(FILLER)}", f"{' '.join(FILLER)}\n{MEETING}", " ".join(FILLER)])
def test_long_text_keeps_to_a_minute_and_sends_to_the_board(text: str) -> None:
    said = script(text)
    assert sum(len(line.split()) for line in said) <= forms.WORDS_A_MINUTE
    assert (said[0], said[-1]) == (OPENING, CLOSING)
    assert "Bà con xem bản đầy đủ dán ở bảng tin của thôn." in said
    if "19h30" in text:
        assert said.count(INVITED) == 2


def test_one_sentence_longer_than_a_minute_is_said_once_all_the_same() -> None:
    long = " ".join(["lời"] * 200)
    assert script(long) == [OPENING, f"L{long[1:]}.", CLOSING]


@pytest.mark.parametrize(
    ("text", "summary", "paragraphs"),
    [
        ("<b>Về việc họp:</b>\nMời họp\n\nĐúng giờ", "Về việc họp", ("Mời họp", "Đúng giờ")),
        ("Mời họp", "", ("Mời họp",)),
        (f"{'x' * 121}\nhai", "", ("x" * 121, "hai")),
    ],
)
async def test_notice_takes_a_short_first_line_as_its_summary(
    room: Room, text: str, summary: str, paragraphs: tuple[str, ...]
) -> None:
    async with room.db.read() as tx:
        found = forms.notice(tx, Announcement(text=text))
    assert found == Notice("xã Khuất Xá", START.date(), summary, paragraphs)
