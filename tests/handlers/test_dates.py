from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dates import DateError, ImpossibleDate, PastDate, UnreadableDate, find_day, parse_day, parse_when

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=ZONE)
TUESDAY = NOW.date()


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
        ("thứ 5 tới 7h30", datetime(2026, 11, 26, 7, 30, tzinfo=ZONE)),
        ("7h30 thứ sáu", datetime(2026, 11, 27, 7, 30, tzinfo=ZONE)),
        ("chiều thứ 6 tuần sau lúc 2h", datetime(2026, 12, 4, 14, 0, tzinfo=ZONE)),
        ("7h tối mai", datetime(2026, 11, 25, 19, 0, tzinfo=ZONE)),
        ("hôm nay 9h01", datetime(2026, 11, 24, 9, 1, tzinfo=ZONE)),
        ("7h 30/11", datetime(2026, 11, 30, 7, 0, tzinfo=ZONE)),
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


@pytest.mark.parametrize("text", ["23/11/2026 8h", "10/12/2025 7h30", "24/11 9h", "24/11 8h59", "hôm nay 8h"])
def test_parse_when_it_is_over(text: str) -> None:
    with pytest.raises(PastDate) as raised:
        parse_when(text, NOW)
    assert raised.value.text == text


@pytest.mark.parametrize(
    "text", ["", "mai", "thứ sáu", "10/12", "7h30", "10/12 7", "10/12 7h30 nhà văn hoá", "10/12/202 7h", "x" * 10_000]
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


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("15/12", date(2026, 12, 15)),
        ("15-12-2027", date(2027, 12, 15)),
        ("15/12/26", date(2026, 12, 15)),
        ("15.12.", date(2026, 12, 15)),
        ("ngày 15 tháng 12", date(2026, 12, 15)),
        ("15 thang 12 nam 2027", date(2027, 12, 15)),
        ("trước ngày 15/12", date(2026, 12, 15)),
        ("xong truoc 15/12", date(2026, 12, 15)),
        ("24/11", date(2026, 11, 24)),
        ("24/11/2026", date(2026, 11, 24)),
        ("23/11", date(2027, 11, 23)),
        ("5/1", date(2027, 1, 5)),
        ("ngày 30", date(2026, 11, 30)),
        ("ngày 24", date(2026, 11, 24)),
        ("ngày 3", date(2026, 12, 3)),
        ("ngày 3 tháng sau", date(2026, 12, 3)),
        ("hôm nay", date(2026, 11, 24)),
        ("Mai", date(2026, 11, 25)),
        ("ngay mai", date(2026, 11, 25)),
        ("mốt", date(2026, 11, 26)),
        ("ngày kia", date(2026, 11, 26)),
        ("thứ 6", date(2026, 11, 27)),
        ("t6", date(2026, 11, 27)),
        ("thu sau", date(2026, 11, 27)),
        ("thứ sáu tới", date(2026, 11, 27)),
        ("thứ 3", date(2026, 12, 1)),
        ("thứ 3 này", date(2026, 11, 24)),
        ("thứ hai", date(2026, 11, 30)),
        ("thứ tư", date(2026, 11, 25)),
        ("thứ 6 tuần sau", date(2026, 12, 4)),
        ("thu sau tuan toi", date(2026, 12, 4)),
        ("thứ sáu sau", date(2026, 12, 4)),
        ("chủ nhật", date(2026, 11, 29)),
        ("CN tuần này", date(2026, 11, 29)),
        ("chu nhat tuan sau", date(2026, 12, 6)),
        ("cuối tháng", date(2026, 11, 30)),
        ("cuối tháng này", date(2026, 11, 30)),
        ("cuoi thang sau", date(2026, 12, 31)),
        ("trước cuối tháng 2", date(2027, 2, 28)),
        ("cuối năm", date(2026, 12, 31)),
        ("3 ngày nữa", date(2026, 11, 27)),
        ("10 ngay", date(2026, 12, 4)),
        ("trong 3 ngày", date(2026, 11, 27)),
        ("sau 3 hôm nữa", date(2026, 11, 27)),
        ("sáu ngày nữa", date(2026, 11, 30)),
        ("2 tuần nữa", date(2026, 12, 8)),
        ("một tuần nữa", date(2026, 12, 1)),
        ("3 tháng nữa", date(2027, 2, 24)),
        ("0 ngày nữa", date(2026, 11, 24)),
    ],
)
def test_parse_day_in_every_way_of_typing_it(text: str, day: date) -> None:
    assert parse_day(text, TUESDAY) == day


def test_parse_day_at_the_end_of_a_month_and_on_the_weekday_itself() -> None:
    assert parse_day("cuối tháng", date(2027, 1, 31)) == date(2027, 1, 31)
    assert parse_day("1 tháng nữa", date(2027, 1, 31)) == date(2027, 2, 28)
    assert parse_day("cuối tháng sau", date(2026, 12, 31)) == date(2027, 1, 31)
    assert parse_day("ngày 5", date(2026, 12, 31)) == date(2027, 1, 5)
    assert parse_day("chủ nhật", date(2026, 11, 29)) == date(2026, 12, 6)
    assert parse_day("thứ 2 tuần sau", date(2026, 11, 29)) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("31/02", ImpossibleDate),
        ("30/13", ImpossibleDate),
        ("0/12", ImpossibleDate),
        ("31/02/2027", ImpossibleDate),
        ("15/12/0000", ImpossibleDate),
        ("ngày 31", ImpossibleDate),
        ("ngày 0", ImpossibleDate),
        ("cuối tháng 13", ImpossibleDate),
        ("23/11/2026", PastDate),
        ("15/12/25", PastDate),
        ("15 tháng 12 năm 2025", PastDate),
        ("thứ 2 tuần này", PastDate),
        ("", UnreadableDate),
        ("15", UnreadableDate),
        ("15/12/202", UnreadableDate),
        ("15/12/20270", UnreadableDate),
        ("thứ 8", UnreadableDate),
        ("cuối tuần", UnreadableDate),
        ("10 ngày làm việc", UnreadableDate),
        ("sớm nhất có thể", UnreadableDate),
        ("15/12 nhé anh", UnreadableDate),
        ("9" * 5_000, UnreadableDate),
    ],
)
def test_parse_day_says_why_not(text: str, error: type[DateError]) -> None:
    with pytest.raises(DateError) as raised:
        parse_day(text, TUESDAY)
    assert (raised.type, raised.value.text) == (error, text)


@given(
    st.text(alphabet="0123456789/-. ", max_size=12)
    | st.from_regex(
        r"(ngày |thứ |cuối )?(hai|sáu|[0-9]{1,3})?( ngày| tuần| tháng)?( này| sau| tới| nữa)?", fullmatch=True
    ),
    st.dates(),
)
def test_parse_day_gives_a_coming_day_or_says_why_not(text: str, today: date) -> None:
    try:
        coming = parse_day(text, today) >= today
    except DateError as error:
        coming = error.text == text
    assert coming


@given(
    st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    st.integers(0, 330),
    st.sampled_from(["%d/%m/%Y", "%d-%m", "%d.%m.%y"]),
)
def test_parse_day_reads_what_was_printed(today: date, ahead: int, form: str) -> None:
    day = today + timedelta(days=ahead)
    if (day.month, day.day) != (2, 29):
        assert parse_day(day.strftime(form), today) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Ngày 01/12 Phòng Kinh tế đã xuống xem. Đổ đá, xong trước ngày 14/01/2027, thôn theo dõi.", date(2027, 1, 14)),
        ("ngay 1/12 da xem, se lam xong truoc 20/12", date(2026, 12, 20)),
        ("Xong 20/12.", date(2026, 12, 20)),
        ("hẹn: 14/01", date(2027, 1, 14)),
        ("chậm nhất 14-1-27 xong", date(2027, 1, 14)),
        ("Từ ngày 10/12 đến 20/12 đổ bê tông", date(2026, 12, 20)),
        ("Xong trước 20/12; việc đã báo thôn ngày 02/12", date(2026, 12, 20)),
        ("làm trong ngày 15 tháng 12 năm 2026", date(2026, 12, 15)),
        ("đến 15 tháng 3 làm xong", date(2027, 3, 15)),
        ("Hoàn thành 14/01/2027", date(2027, 1, 14)),
        ("Ngày 01/12 đã xem", None),
        ("Ngày 03/12 đang làm", None),
        ("ngày 05/09 đã khảo sát", None),
        ("Trả lời ngày 31/02/2027", None),
        ("Theo Nghị quyết 03/2027/NQ-HĐND và Thông báo 87/TB-UBND, Quyết định số 12/12/QĐ-UBND", None),
        ("đã có 3/4 thôn, xong 3/4 đoạn, trực 24/7, điện áp 209/210", None),
        ("hoàn thành trong tháng 01/2027, số máy 0912.345.678, 20.12.1.4", None),
        ("", None),
    ],
)
def test_find_day_that_may_be_promised(text: str, day: date | None) -> None:
    assert find_day(text, date(2026, 12, 3)) == day


@given(st.text(alphabet="0123456789/. ngàytrước\n", max_size=60), st.dates())
def test_find_day_is_to_come(text: str, today: date) -> None:
    day = find_day(text, today)
    assert day is None or day > today


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 900))
def test_find_day_reads_what_was_printed(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    seen = today - timedelta(days=ahead)
    assert find_day(f"Ngày {seen:%d/%m/%Y} đã xem. Xong trước ngày {day:%d/%m/%Y}, bà con yên tâm", today) == day
