"""The notice for a village's board, as Word opens it."""

import io
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from bot.documents import Templates
from handlers.rendering import Notice

WORDS = 'Họp bàn mức góp > 0 & < 500.000 đồng, {{ tên }} {% ghi %} rõ "hộ".'


def opened(notice: Notice) -> tuple[list[str], list[str]]:
    """The lines of its head and foot, and of its body."""
    document = Document(io.BytesIO(Templates().notice(notice)))
    framed = [paragraph.text for table in document.tables for cell in table._cells for paragraph in cell.paragraphs]
    return [line for line in framed if line], [each.text for each in document.paragraphs if each.text]


@pytest.mark.parametrize(
    ("commune", "day", "capitals", "place"),
    [
        ("xã Khuất Xá", date(2026, 3, 5), "XÃ KHUẤT XÁ", "Khuất Xá, ngày 05 tháng 3 năm 2026"),
        ("phường Tam Thanh", date(2027, 1, 14), "PHƯỜNG TAM THANH", "Tam Thanh, ngày 14 tháng 01 năm 2027"),
    ],
)
def test_head_and_foot_are_those_of_an_office_paper(commune: str, day: date, capitals: str, place: str) -> None:
    framed, _ = opened(Notice(commune, day, "Về việc họp", ("Mời họp",)))
    assert framed == [
        "ỦY BAN NHÂN DÂN",
        capitals,
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số:          /TB-UBND",
        place,
        "Nơi nhận:",
        "- Như trên;",
        "- Trưởng thôn (để niêm yết);",
        "- Lưu: VT.",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
    ]


@pytest.mark.parametrize(("summary", "above"), [("Về việc <họp> & góp", ["Về việc <họp> & góp"]), ("", [])])
def test_words_stay_words_whatever_they_look_like(summary: str, above: list[str]) -> None:
    _, body = opened(Notice("xã Khuất Xá", date(2026, 3, 5), summary, (WORDS, "Đúng giờ.")))
    assert body == ["THÔNG BÁO", *above, WORDS, "Đúng giờ.", "Trân trọng thông báo để bà con biết, thực hiện./."]


def test_three_pages_of_text_are_all_there_and_the_file_is_whole() -> None:
    paragraphs = tuple(f"Đoạn {number}: {'lời thông báo ' * 20}".strip() for number in range(40))
    content = Templates().notice(Notice("xã Khuất Xá", date(2026, 3, 5), "", paragraphs))
    _, body = opened(Notice("xã Khuất Xá", date(2026, 3, 5), "", paragraphs))
    assert body[1:-1] == list(paragraphs)
    with zipfile.ZipFile(io.BytesIO(content)) as document:
        assert document.testzip() is None
        for name in document.namelist():
            if name.endswith(".xml"):
                ElementTree.fromstring(document.read(name))


def test_page_is_that_of_the_decree() -> None:
    """Nghị định 30/2020/NĐ-CP: A4, 20–25 mm above and below, 30–35 left, 15–20 right; numbered from page 2 on."""
    document = Document(io.BytesIO(Templates().notice(Notice("xã Khuất Xá", date(2026, 3, 5), "", ("Mời họp",)))))
    page = document.sections[0]
    lengths = (page.page_width, page.page_height, page.top_margin, page.bottom_margin)
    sides = (page.left_margin, page.right_margin)
    assert [round((each or 0) / Mm(1)) for each in (*lengths, *sides)] == [210, 297, 20, 20, 30, 18]
    assert page.different_first_page_header_footer
    assert page.header.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert document.styles["Normal"].font.name == "Times New Roman"
