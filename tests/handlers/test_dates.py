from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dates import DateError, ImpossibleDate, PastDate, UnreadableDate, parse_when

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    "text",
    [
        "10/12 7h30",
        "10/12/2026 7h30",
        "10/12/26 7h30",
        "10/12 07:30",
        "7h30 10/12",
        "07:30, 10/12/2026",
        " 10-12  7g30 ",
        "10.12 7 giờ 30",
        "ngày 10/12 lúc 7h30",
        "lúc 7 giờ 30 phút sáng ngày 10/12",
    ],
)
def test_parse_when_in_every_way_of_typing_it(text: str) -> None:
    assert parse_when(text, NOW) == datetime(2026, 12, 10, 7, 30, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("15/12 7h", datetime(2026, 12, 15, 7, 0, tzinfo=ZONE)),
        ("15/12 2h chiều", datetime(2026, 12, 15, 14, 0, tzinfo=ZONE)),
        ("15/12 14h chieu", datetime(2026, 12, 15, 14, 0, tzinfo=ZONE)),
        ("24/11 9h01", datetime(2026, 11, 24, 9, 1, tzinfo=ZONE)),
        ("23/11 8h", datetime(2027, 11, 23, 8, 0, tzinfo=ZONE)),
        ("5/1 8h", datetime(2027, 1, 5, 8, 0, tzinfo=ZONE)),
        ("29/2/2028 8h", datetime(2028, 2, 29, 8, 0, tzinfo=ZONE)),
    ],
)
def test_parse_when_rolls_to_the_next_such_day(text: str, when: datetime) -> None:
    parsed = parse_when(text, NOW)
    assert (parsed, parsed.tzinfo) == (when, ZONE)


@pytest.mark.parametrize(
    "text", ["31/02 7h", "31/02/2027 7h30", "29/2 8h", "10/13 7h", "0/12 7h", "10/12 25h", "10/12 7h75"]
)
def test_parse_when_no_calendar_has_it(text: str) -> None:
    with pytest.raises(ImpossibleDate) as raised:
        parse_when(text, NOW)
    assert raised.value.text == text


@pytest.mark.parametrize("text", ["23/11/2026 8h", "10/12/2025 7h30", "24/11 9h", "24/11 8h59"])
def test_parse_when_it_is_over(text: str) -> None:
    with pytest.raises(PastDate) as raised:
        parse_when(text, NOW)
    assert raised.value.text == text


@pytest.mark.parametrize(
    "text", ["", "mai", "10/12", "7h30", "10/12 7", "10/12 7h30 nhà văn hoá", "10/12/202 7h", "x" * 10_000]
)
def test_parse_when_unreadable(text: str) -> None:
    with pytest.raises(UnreadableDate) as raised:
        parse_when(text, NOW)
    assert raised.value.text == text


@given(st.text(alphabet="0123456789/:. hg", max_size=16))
def test_parse_when_gives_a_coming_moment_or_says_why_not(text: str) -> None:
    try:
        coming = parse_when(text, NOW) > NOW
    except DateError as error:
        coming = error.text == text
    assert coming
