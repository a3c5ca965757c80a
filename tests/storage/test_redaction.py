import json
import re
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.commune import Village
from storage.redaction import finds, places_of, suggest
from tests.commune import COMMUNE

OPINIONS = Path(__file__).parents[3] / "shared" / "data" / "opinions.jsonl"


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("ông Nguyễn Văn A thả chó", "ông […] thả chó"),
        ("Chị Hoa ở thôn Nà Lúm nuôi lợn", "Chị […] ở thôn Nà Lúm nuôi lợn"),
        ("nha ba Lan bi ngap", "nha ba […] bi ngap"),
        ("ong tho an chan tien", "ong […] an chan tien"),
        ("ông nguyễn văn thọ đổ rác", "ông […] đổ rác"),
        ("toi la nguyen thi hoa o thon mau 3", "toi la […] o thon mau 3"),
        ("nha chi hoa, canh bac binh, gan nha anh tuan", "nha chi […], canh bac […], gan nha anh […]"),
        ("ÔNG THỌ THẢ CHÓ", "ÔNG […] THẢ CHÓ"),
        ("Trần Thị Bích Ngọc gửi", "[…] gửi"),
        ("Giàng A Páo và Lù Thị Mẩy", "[…] và […]"),
        ("nhà Lan cạnh nhà văn hoá và Nhà Văn hoá xã", "nhà […] cạnh nhà văn hoá và Nhà Văn hoá xã"),
        ("bà Nguyễn Thị Lan Anh, hộ Nông Văn Páo", "bà […], hộ […]"),
        ("Trưởng thôn Nguyễn Văn Bình và cán bộ Hùng", "Trưởng thôn […] và cán bộ […]"),
        ("đ/c Hùng, bác sĩ Lan, Tôi tên là Thêu", "đ/c […], bác sĩ […], Tôi tên là […]"),
        ("không phải của ông B và ông Th", "không phải của ông […] và ông […]"),
        ("gặp ông Thọ. Anh Nam và chị, Nhưng đường hỏng", "gặp ông […]. Anh […] và chị, Nhưng đường hỏng"),
        ("gần nhà ông bà Sáu Thơm", "gần nhà ông bà […]"),
        ("trưởng thôn Thọ thu tiền, ông trưởng bản Bình biết", "trưởng thôn […] thu tiền, ông trưởng bản […] biết"),
        ("Trưởng thôn thọ nói, truong thon tho noi", "Trưởng thôn […] nói, truong thon […] noi"),
        ("phó thôn Bình, tổ trưởng Hải, thôn trưởng Bằng", "phó thôn […], tổ trưởng […], thôn trưởng […]"),
        (
            "bí thư chi bộ Hùng, công an viên Dũng, công an xã Mạnh",
            "bí thư chi bộ […], công an viên […], công an xã […]",
        ),
        ("thầy hiệu trưởng Mạnh, chị Lan thôn 3", "thầy hiệu trưởng […], chị […] thôn 3"),
    ],
)
def test_suggest_leaves_out_names(text: str, suggested: str) -> None:
    assert suggest(text) == suggested


@pytest.mark.parametrize(
    "text",
    [
        "thôn Cô Ba và xóm Ông Thọ, bản Lê Lợi, khối Trần Phú, tổ 5, tổ dân phố 8",
        "thon ba lan, xom chi hoa",
        "trưởng thôn Nà Lúm chưa họp",
        "trưởng thôn Mẫu 3, trưởng thôn 3, trưởng thôn chưa họp, bí thư chi bộ Nà Lúm",
        "truong thon minh, trưởng thôn nà lúm",
        "cán bộ xã Hà Lạc, hiệu trưởng Trường tiểu học, tổ trưởng tổ 5, thôn trưởng chưa họp",
        "đường Nguyễn Huệ, cầu Trần Phú, trường tiểu học Lê Văn Tám, kiệt 830 Lê Văn Hiến, ngã ba Nguyễn Thúc Nhuận",
        "ảnh hưởng đến bà con, anh em, chú trọng, cụ thể, ông bà, cô giáo",
        "anh huong nha dan, ống nước hỏng, ong nuoc hong, ong hong",
        "ông Chủ tịch xã, bà Trưởng phòng, ông ấy, ông lấn đất, Kính gửi Ông/Bà",
        "Uỷ ban nhân dân xã, Hội Phụ nữ, tỉnh Thái Nguyên, xã Hà Lạc",
        "Nghị quyết số 03/2016/NQ-HĐND, 87/TB-UBND, ngày 03-12-2026 07:30, 15/12, 3/4 thôn",
        "150.000.000 đồng, 150000000 đồng, 540.000đ, quốc lộ 4B, ĐT766, 12 hộ, 5 km, 723 m2",
        "",
        "[…]",
    ],
)
def test_suggest_leaves_places_sums_and_days_alone(text: str) -> None:
    assert (suggest(text), finds(text)) == (text, [])


VILLAGES = ("Thôn Nà Lúm", "Bản Lan Hương", "Thôn Thọ", "Thôn 3", "Thôn Bằng Khánh", "Thôn Lê Lợi")


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        *((f"trưởng thôn {name} chưa họp", None) for name in ("Thọ", "Bằng Khánh", "Nà Lúm", "Lê Lợi", "thọ", "3")),
        ("trưởng bản Lan Hương, chủ tịch xã Khuất Xá, công an xã Lợi Bác, truong thon tho", None),
        ("trưởng thôn Nà Lúm Hoàng Văn Thọ", "trưởng thôn Nà Lúm […]"),
        ("trưởng thôn Bích Ngọc và trưởng bản Páo", "trưởng thôn […] và trưởng bản […]"),
        ("trưởng thôn Lê Lộc thu tiền", "trưởng thôn […] thu tiền"),
    ],
)
def test_villages_of_the_commune_stay_and_other_names_behind_a_post_go(text: str, suggested: str | None) -> None:
    villages = tuple(Village(str(number), name, "xã Lợi Bác") for number, name in enumerate(VILLAGES))
    assert suggest(text, places_of(replace(COMMUNE, villages=villages))) == (suggested or text)


@pytest.mark.parametrize(
    ("text", "suggested", "kinds"),
    [
        ("gọi 0912 345 678 nhé", "gọi […] nhé", ["phone"]),
        ("0912.345.678, 0912-345-678; 0912345678đ", "[…], […]; […]đ", ["phone"] * 3),
        ("+84 912 345 678 hoặc +84(0)912345678", "[…] hoặc […]", ["phone"] * 2),
        ("(0205) 3812 345", "[…]", ["phone"]),
        ("CCCD 020085001234, cmnd số 123456789", "CCCD […], cmnd số […]", ["citizen"] * 2),
        ("020 085 001 234 và 123456789", "[…] và […]", ["citizen"] * 2),
        ("số nhà 12, nhà số 5A/3, so nha 7", "số nhà […], nhà số […], so nha […]", ["house"] * 3),
        ("Thả chó tại 4/68 ngõ", "Thả chó tại […] ngõ", ["house"]),
        ("thửa 123, tờ bản đồ số 4", "thửa […], tờ bản đồ số […]", ["plot"] * 2),
        ("thua dat so 123 to ban do 4, lô đất số 12", "thua dat so […] to ban do […], lô đất số […]", ["plot"] * 3),
        ("sổ đỏ BX 123456", "sổ đỏ […]", ["plot"]),
        ("xe 12A-123.45, 12H1-234.56, bien so 98b1 23456", "xe […], […], bien so […]", ["plate"] * 3),
        ("a.b@gmail.com", "[…]", ["email"]),
        ("xem https://fb.com/x?y=1, zalo.me/12 và @hoa_lan.", "xem […], […] và […].", ["link"] * 3),
    ],
)
def test_suggest_leaves_out_numbers_and_addresses(text: str, suggested: str, kinds: list[str]) -> None:
    assert (suggest(text), [kind for _, _, kind in finds(text)]) == (suggested, kinds)


def test_finds_where_in_the_text_as_it_is() -> None:
    text = unicodedata.normalize("NFD", "Bác ơi, ông Nguyễn Văn Thọ, số 09\u200b12 345 678")
    found = finds(text)
    assert [(unicodedata.normalize("NFC", text[start:end]), kind) for start, end, kind in found] == [
        ("Nguyễn Văn Thọ", "name"),
        ("09\u200b12 345 678", "phone"),
    ]
    assert unicodedata.normalize("NFC", suggest(text)) == "Bác ơi, ông […], số […]"


_WORDS = st.sampled_from(
    ["ông", "bà", "Thọ", "Nguyễn", "văn", "Lan", "thôn", "số nhà", "09", "12 ", "345678", "[…]", "\u200b", "."]
)


@given(st.text() | st.text(alphabet="0123456789 .-+()84aB@/\u0301") | st.lists(_WORDS).map(" ".join))
def test_suggest_anything_once_and_for_all(text: str) -> None:
    suggested = suggest(text)
    assert suggest(suggested) == suggested
    assert re.search(r"(?<!\d)0[35789]\d{8}(?!\d)", suggested) is None
    found = finds(text)
    assert all(start < end for start, end, _ in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))


@given(
    st.from_regex(r"[a-zđ ,.]{0,20}", fullmatch=True),
    st.sampled_from(["0", "+84", "+84 ", "84"]),
    st.from_regex(r"[35789][0-9]{8}", fullmatch=True),
    st.sampled_from(["{}{}{}", "{} {} {}", "{}.{}.{}", "{}-{}-{}", "{} - {} - {}"]),
)
def test_suggest_leaves_no_phone_number(around: str, country: str, number: str, form: str) -> None:
    phone = country + form.format(number[:3], number[3:6], number[6:])
    assert re.search(r"\d{3}", suggest(f"{around} {phone} {around}")) is None


def test_suggest_spares_real_opinions() -> None:
    """Real opinions stay beside the repository and are not published with it."""
    if not OPINIONS.exists():
        pytest.skip("the real opinions are not beside this clone")
    rows = [json.loads(line) for line in OPINIONS.read_text(encoding="utf-8").splitlines()]
    pieces = {row["id"]: [row["text"][start:end] for start, end, _ in finds(row["text"])] for row in rows}
    assert {number: found for number, found in pieces.items() if found} == {
        "op057": ["4/68", "Đặng Dung"],
        "op058": ["B", "Th"],
    }
