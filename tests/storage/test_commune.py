import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.commune import (
    Commune,
    Field,
    LunarDay,
    Unit,
    Village,
    VillageMatch,
    WorkingDays,
    format_code,
    lunar_day,
    parse_code,
)
from storage.folding import fold
from tests.commune import COMMUNE

SAMPLES = tuple(Village(f"mau-{n}", f"Thôn mẫu {n}") for n in range(1, 7))
LAND = Field("dat-dai", "Đất đai", "Đất đai", "kinh-te")
ECONOMY = Unit("kinh-te", "Phòng Kinh tế")


def commune(*villages: Village) -> Commune:
    return Commune(
        name="xã Mẫu",
        short_code="KX",
        province="Tỉnh mẫu",
        timezone=ZoneInfo("Asia/Ho_Chi_Minh"),
        hotline="số mẫu",
        office="UBND xã Mẫu",
        form_of_address="bác",
        address="",
        villages=villages or SAMPLES,
        fields=(LAND,),
        units=(ECONOMY,),
    )


def test_lookups_when_known_and_unknown() -> None:
    here = commune()
    assert (here.village("mau-2"), here.field("dat-dai"), here.unit("kinh-te")) == (SAMPLES[1], LAND, ECONOMY)
    assert (here.village("mau-9"), here.field("khac"), here.unit("")) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Đường\n vào   Thôn mẫu 3 ", "duong vao thon mau 3"),
        ("ĐƯỜNG", "duong"),
        ("đu\u031bo\u031b\u0300ng", "duong"),
        ("gop\u200b y\u200d", "gop y"),
        ("", ""),
    ],
)
def test_fold_drops_marks_case_and_blanks(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_fold_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    "text", ["Thôn mẫu 3", "thon mau 3", "THON MAU 3.", "mẫu 3", "3", " 3 ", "thôn 3", "thon 3", "bản 3"]
)
def test_find_village_when_said_exactly(text: str) -> None:
    assert commune().find_village(text) == VillageMatch(SAMPLES[2], certain=True)


@pytest.mark.parametrize("text", ["thon mao 3", "thon mua 3", "o thon mau 3 nhe", "Thôn mẫu số 3"])
def test_find_village_when_merely_like_one_asks(text: str) -> None:
    assert commune().find_village(text) == VillageMatch(SAMPLES[2], certain=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "🙂",
        "0",
        "7",
        "thon 9",
        "thon mau 9",
        "thon mau",
        "thon mau 3 hay thon mau 4",
        "xa khac",
        "x" * 10_000,
    ],
)
def test_find_village_when_none_or_several_are_meant(text: str) -> None:
    assert commune().find_village(text) == VillageMatch(None, certain=False)


def test_find_village_by_alias_and_former_name() -> None:
    upper = Village("tren", "Bản Mẫu Trên", aliases=("Pò Mẫu",))
    lower = Village("duoi", "Khối Mẫu Dưới")
    here = commune(upper, lower)
    assert here.find_village("po mau") == VillageMatch(upper, certain=True)
    assert here.find_village("mau duoi") == VillageMatch(lower, certain=True)
    assert here.find_village("mau tran") == VillageMatch(upper, certain=False)


def test_find_village_when_two_differ_by_kind_only() -> None:
    hamlet, block = Village("a", "Bản Mẫu"), Village("b", "Khối Mẫu")
    here = commune(hamlet, block)
    assert here.find_village("khoi mau") == VillageMatch(block, certain=True)
    assert here.find_village("mau") == VillageMatch(None, certain=False)


def test_find_village_when_names_carry_other_numbers_than_the_list() -> None:
    fourth, second = Village("a", "Thôn mẫu 4"), Village("b", "Thôn mẫu 2")
    here = commune(fourth, second)
    assert here.find_village("2") == VillageMatch(second, certain=True)
    assert here.find_village("thon 4") == VillageMatch(fourth, certain=True)
    assert here.find_village("thon 1") == VillageMatch(fourth, certain=False)


@given(st.text(max_size=60))
def test_find_village_never_raises(text: str) -> None:
    assert isinstance(commune().find_village(text), VillageMatch)


@given(st.integers(1, 999_999_999), st.sampled_from(["KX", "A", "HOALAC"]), st.sampled_from(["-", " ", ""]))
def test_parse_code_reads_what_format_code_writes(number: int, short_code: str, separator: str) -> None:
    code = format_code(short_code, number)
    assert parse_code(code, short_code) == number
    assert parse_code(f"  {code.lower().replace('-', separator)} ", short_code) == number
    assert parse_code(str(number), short_code) == number


@given(st.text(alphabet="kxKX0123456789- .", max_size=8) | st.text(max_size=12))
def test_parse_code_when_it_is_no_code(text: str) -> None:
    is_code = re.fullmatch(r"([kK][xX][- ]?)?[1-9][0-9]{0,8}", text.strip())
    assert (parse_code(text, "KX") is not None) == (is_code is not None)


@pytest.mark.parametrize("text", ["", "KX", "KX-", "KX-0", "kx--12", "12a", "KY-12", "KX-12 a", "-12", "١٢", "K X 12"])
def test_parse_code_refuses(text: str) -> None:
    assert parse_code(text, "KX") is None


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 11, 23), 10, date(2026, 12, 8)),  # 24/11 is a holiday, two weekends
        (date(2026, 11, 23), 1, date(2026, 11, 25)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2027, 2, 3), 1, date(2027, 2, 11)),  # Tết Đinh Mùi
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # a Saturday worked for Monday 31/08
    ],
)
def test_working_days_add(start: date, count: int, end: date) -> None:
    assert WorkingDays().add(start, count) == end


def test_working_days_when_the_commune_corrects_them() -> None:
    own = WorkingDays(holidays=frozenset({date(2026, 12, 7)}), working_days=frozenset({date(2026, 11, 24)}))
    assert own.is_working(date(2026, 11, 24))
    assert own.add(date(2026, 11, 23), 10) == date(2026, 12, 8)
    assert own.add(date(2026, 12, 4), 1) == date(2026, 12, 8)


def test_working_days_when_counted_backwards() -> None:
    with pytest.raises(ValueError, match="-1"):
        WorkingDays().add(date(2026, 11, 23), -1)


@pytest.mark.parametrize(
    ("after", "until", "count"),
    [
        (date(2026, 11, 23), date(2026, 12, 8), 10),  # 24/11 is a holiday, two weekends
        (date(2026, 11, 23), date(2026, 11, 24), 0),
        (date(2027, 2, 3), date(2027, 2, 10), 0),  # Tết Đinh Mùi
        (date(2027, 2, 3), date(2027, 2, 11), 1),
        (date(2026, 8, 21), date(2026, 8, 23), 1),  # a Saturday worked for Monday 31/08
        (date(2026, 11, 25), date(2026, 11, 25), 0),
        (date(2026, 11, 27), date(2026, 11, 25), 0),
    ],
)
def test_working_days_between(after: date, until: date, count: int) -> None:
    assert WorkingDays().count_between(after, until) == count


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 11, 24), date(2026, 11, 25)),
        (date(2026, 11, 25), date(2026, 11, 25)),
        (date(2026, 11, 28), date(2026, 11, 30)),
        (date(2027, 2, 4), date(2027, 2, 11)),  # Tết Đinh Mùi
        (date(2026, 8, 22), date(2026, 8, 22)),
    ],
)
def test_next_working_day(day: date, worked: date) -> None:
    assert WorkingDays().next_working(day) == worked


@given(st.dates(date(2026, 1, 1), date(2027, 12, 1)), st.integers(1, 30))
def test_working_days_between_counts_what_add_added(day: date, count: int) -> None:
    end = WorkingDays().add(day, count)
    assert WorkingDays().count_between(day, end) == count
    assert WorkingDays().next_working(end) == end


NIGHT, NOON, NEVER = (time(21), time(6)), (time(12), time(14)), (time(12), time(12))


@pytest.mark.parametrize(
    ("hour", "minute", "quiet", "until"),
    [
        (20, 59, NIGHT, None),
        (21, 0, NIGHT, (25, 6)),
        (0, 0, NIGHT, (24, 6)),
        (5, 59, NIGHT, (24, 6)),
        (6, 0, NIGHT, None),
        (11, 59, NOON, None),
        (12, 0, NOON, (24, 14)),
        (14, 0, NOON, None),
        (12, 0, NEVER, None),
        (22, 0, (time(21), time(0)), (25, 0)),
    ],
)
def test_quiet_hours_may_span_midnight(
    hour: int, minute: int, quiet: tuple[time, time], until: tuple[int, int] | None
) -> None:
    here = replace(commune(), quiet=quiet)
    at = datetime(2026, 11, 24, hour, minute, tzinfo=here.timezone)
    end = datetime(2026, 11, *until, tzinfo=here.timezone) if until else at
    after = here.after_quiet(at.astimezone(UTC))
    assert (here.is_quiet(at), here.is_quiet(at.astimezone(UTC)), after, after.utcoffset()) == (
        until is not None,
        until is not None,
        end,
        timedelta(0),
    )


@pytest.mark.parametrize(
    ("place", "days", "address", "text"),
    [
        ("Nhà A", "thứ Năm hằng tuần", "trụ sở", "Nhà A, thứ Năm hằng tuần"),
        ("", "thứ Năm hằng tuần", "trụ sở", "trụ sở, thứ Năm hằng tuần"),
        ("", "", "trụ sở", "trụ sở"),
        ("", "", "", "UBND xã Mẫu"),
    ],
)
def test_reception_when_parts_are_missing(place: str, days: str, address: str, text: str) -> None:
    here = replace(commune(), reception_place=place, reception_days=days, address=address)
    assert here.reception == text


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (date(2026, 12, 10), LunarDay(2, 11, leap=False)),
        (date(2027, 2, 6), LunarDay(1, 1, leap=False)),
        (date(2025, 7, 25), LunarDay(1, 6, leap=True)),
    ],
)
def test_lunar_day(day: date, lunar: LunarDay) -> None:
    assert lunar_day(day) == lunar


@pytest.mark.parametrize(
    ("quiet", "at", "began"),
    [
        ((time(21), time(6)), "23:30", "21:00"),
        ((time(21), time(6)), "21:00", "21:00"),
        ((time(21), time(6)), "05:59", "-21:00"),
        ((time(12), time(14)), "13:00", "12:00"),
    ],
)
def test_quiet_began_on_the_evening_that_the_instant_belongs_to(quiet: tuple[time, time], at: str, began: str) -> None:
    zone, day = COMMUNE.timezone, date(2026, 11, 23)
    commune = replace(COMMUNE, quiet=quiet)
    instant = datetime.combine(day, time.fromisoformat(at), zone)
    expected = datetime.combine(
        day - timedelta(days=began.startswith("-")), time.fromisoformat(began.lstrip("-")), zone
    )
    assert commune.quiet_began(instant) == expected


def test_quiet_began_outside_the_quiet_hours_raises() -> None:
    with pytest.raises(ValueError, match="quiet"):
        COMMUNE.quiet_began(datetime(2026, 11, 23, 12, tzinfo=COMMUNE.timezone))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Đất đai", "dat-dai"),
        ("dat daii", "dat-dai"),
        ("dien nuoc", "ha-tang"),
        ("khong ro", "khac"),
        ("dat day", None),
        ("duong giao thong", None),
        ("dat duong", None),
        ("", None),
        ("đất đai " * 9, None),
    ],
)
def test_find_field_by_its_label_in_part_or_with_a_slip(text: str, field: str | None) -> None:
    found = COMMUNE.find_field(text)
    assert (found.id if found is not None else None) == field


def test_find_field_by_an_example_of_its_hint() -> None:
    fields = tuple(
        replace(each, hint="hộ nghèo, bảo hiểm") if each.id == "chinh-sach" else each for each in COMMUNE.fields
    )
    found = replace(COMMUNE, fields=fields).find_field("ho ngheo")
    assert found is not None
    assert found.id == "chinh-sach"
