"""The raise dialogue as every bot of the bench holds it: the same words, buttons and texts."""

from handlers.words import Words

WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"
TAPS = ("Đồng ý", "3", "Đường, điện, nước", "Gửi, không ghi tên")
"""What a resident taps on each of the first four replies; the fifth has her code."""
REPLIES = len(TAPS) + 1
UPDATES = len(TAPS) + 1

FIELDS = ("Đường, điện, nước", "Đất đai", "Chế độ, hỗ trợ", "Nhà văn hoá, sân chơi", "Khác, không rõ")


def replies() -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """(HTML text, rows of (label, callback data)) of the five replies, rendered once from our own texts."""
    say = Words("bác").say("vi")
    held = say("quoted", text=WORDS)
    commune = {
        "office": "UBND xã Khuất Xá",
        "retention": "24 tháng",
        "address": "trụ sở UBND xã Khuất Xá",
        "hotline": "0205 000 000",
    }
    lines = "\n".join(say("village-line", number=str(number), name=f"Thôn mẫu {number}") for number in range(1, 7))
    numbers = [*(str(number) for number in range(1, 7)), "0"]
    columns = [(each, "r:village:1") for each in numbers]
    return [
        (say("consent", held=held, **commune), _column("Đồng ý", "Đọc kỹ", "Không, xoá đi")),
        (say("village", list=lines), [columns[:4], columns[4:]]),
        (say("field"), _column(*FIELDS)),
        (
            say("preview", held=held, village="Thôn mẫu 3", field=FIELDS[0], files=""),
            _column("Gửi, không ghi tên", "Gửi, có ghi tên", "Sửa", "Bỏ"),
        ),
        (say("received", code="KX-1", due="08/12", files=""), _column("Xem KX-1", "Gửi việc khác")),
    ]


def _column(*labels: str) -> list[list[tuple[str, str]]]:
    return [[(label, f"r:step:{place}")] for place, label in enumerate(labels)]
