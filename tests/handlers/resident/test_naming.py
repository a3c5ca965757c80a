import pytest

from handlers.resident.naming import parse


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Nguyễn Văn A", ("Nguyễn Văn A", None)),
        ("huy", ("huy", None)),
        ("Nguyễn Văn A 0912345678", ("Nguyễn Văn A", "0912345678")),
        ("A, sđt: 0912.345.678", ("A", "0912345678")),
        ("ong Ba so dien thoai 0912 345 678", ("ong Ba", "0912345678")),
        ("+84 912 345 678 - Chị B", ("Chị B", "+84912345678")),
        ("0912345678", ("", "0912345678")),
        ("12", ("", None)),
        ("😀", ("", None)),
        ("<b>A</b> & *B*", ("<b>A</b> & *B*", None)),
        ("Nguyễn  Số", ("Nguyễn Số", None)),
    ],
)
def test_name_and_number(typed: str, read: tuple[str, str | None]) -> None:
    assert parse(typed) == read
