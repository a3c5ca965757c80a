import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.folding import fold
from storage.likeness import LIKELY, LIKELY_ELSEWHERE, Candidate, clusters, rank

OPINIONS = Path(__file__).parents[3] / "shared" / "data" / "opinions.jsonl"


def one(number: int, text: str, village: str | None = "b", field: str = "roads") -> Candidate:
    return Candidate(number, village, field, fold(text))


def likeness(text: str, other: str) -> float:
    return next((score for _, score in rank(one(1, text), [one(2, other)])), 0.0)


def ids(groups: list[list[Candidate]]) -> list[list[int]]:
    return [[each.id for each in group] for group in groups]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (
            "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe",
            "Đường Thôn mẫu 3 lầy lội, xe không vào được",
        ),
        ("đường vào bản lầy quá, mưa là không đi được", "Kính mong xã sửa con đường vào bản, bùn lầy đi học khổ"),
        ("Mương nước ruộng Thôn mẫu 3 tắc từ tháng 9", "muong tac ko co nuoc cay"),
        ("cầu treo bị hỏng ván", "cây cầu sang bên kia suối sắp sập, đề nghị sửa cầu"),
        ("xin xa lam so do cho ba con", "Tại sao nhà tôi chưa được cấp giấy chứng nhận quyền sử dụng đất"),
        ("đèn đường không sáng", "cột điện chiếu sáng trước nhà văn hoá tắt cả tháng"),
        ("song dien thoai yeu lam", "thôn em không có sóng, gọi không được"),
        ("rac vut day bo suoi", "Đề nghị thu gom rác thải"),
        ("the loudspeaker is broken", "loa hỏng"),
    ],
)
def test_rank_one_matter_in_other_words(text: str, other: str) -> None:
    assert likeness(text, other) >= LIKELY
    assert likeness(other, text) == likeness(text, other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Đề nghị xã sửa loa", "Đề nghị xã sửa đường"),
        ("Kính mong Uỷ ban nhân dân xã xem xét giúp đỡ về nước sạch", "Kính mong Uỷ ban nhân dân xã xem xét giúp đỡ"),
        ("kinh de nghi xa quan tam xem xet den duong", "kinh de nghi xa quan tam xem xet cho tha rong"),
        ("Xin xã hỗ trợ tiền lợn chết dịch", "Xin xã hỗ trợ tiền làm nhà văn hoá"),
        ("nhà tôi bị mất điện", "nhà tôi bị mất trộm"),
        ("thôn Nà Lúm chưa có nước sạch", "thôn Nà Lúm chưa có sóng điện thoại"),
        ("Thôn mẫu 3 đề nghị sửa cầu", "Thôn mẫu 3 đề nghị sửa kênh mương"),
        ("bao giờ có tiền trợ cấp người già", "bao giờ có đèn đường"),
        ("please fix the road", "please fix the loudspeaker"),
        ("", ""),
        ("đề nghị xã", "kính mong xã"),
    ],
)
def test_rank_only_courtesy_or_place_in_common(text: str, other: str) -> None:
    assert likeness(text + ".", other) == 0.0


@pytest.mark.parametrize(
    "again",
    [
        "loa dau thon hong khong nghe duoc thong bao hop thon",
        "LOA ĐẦU THÔN HỎNG, KHÔNG NGHE ĐƯỢC THÔNG BÁO HỌP THÔN",
        "Xin xã giúp: loa đầu thôn hỏng, không nghe được thông báo họp thôn ạ. Cảm ơn",
        "loa đầu thon hỏng ko nghe dc thông báo họp thôn",
        "loa đầu thôn hỏng không nghe được thôngbáo họp thôn",
    ],
)
def test_rank_sent_again_from_elsewhere(again: str) -> None:
    first = one(1, "Loa đầu thôn hỏng, không nghe được thông báo họp thôn", village=None)
    found = rank(first, [one(2, again, village="d", field="culture")])
    assert [other.id for other, _ in found] == [2]
    assert LIKELY_ELSEWHERE <= found[0][1] <= 100


def test_rank_puts_the_same_village_first_and_takes_few() -> None:
    asked = one(9, "loa thôn hỏng, không kêu gì")
    others = [
        one(1, "loa thôn hỏng, không kêu gì", village="d"),
        one(2, "đường hỏng"),
        one(3, "sửa loa"),
        one(4, "loa hỏng"),
        one(5, "loa bị hỏng"),
        one(6, "sửa loa cạnh trạm y tế", village="d"),
        asked,
    ]
    found = rank(asked, others, limit=9)
    assert [other.id for other, _ in found] == [3, 4, 5, 1]
    assert [other.id for other, _ in rank(asked, others, limit=2)] == [3, 4]
    assert found[-1][1] == 100.0


def test_rank_another_field_counts_a_little_against() -> None:
    asked = one(1, "loa đầu thôn hỏng", field="culture")
    same, other = one(2, "sửa loa nhà văn hoá", field="culture"), one(3, "sửa loa nhà văn hoá", field="other")
    ((first, higher), (second, lower)) = rank(asked, [other, same])
    assert (first, second, higher > lower) == (same, other, True)


def test_clusters_one_loudspeaker_in_four_wordings() -> None:
    opinions = [
        one(12, "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"),
        one(20, "loa dau thon hong"),
        one(31, "Đường Thôn mẫu 3 lầy lội, xe không vào được"),
        one(44, "khong nghe duoc loa may thang nay"),
        one(50, "loa hỏng rồi", village="d"),
        one(61, "Đề nghị xã sửa loa"),
        one(70, "xin cấp sổ đỏ"),
        # A clerk takes this one out by its number: one loudspeaker is silent, the other too loud.
        one(77, "loa nha van hoa keu qua to"),
        one(80, "Đề nghị xã sửa cầu"),
    ]
    expected = [[20, 44, 61, 77], [12, 31]]
    assert ids(clusters(opinions)) == expected
    assert ids(clusters(opinions[::-1])) == expected


def test_clusters_do_not_chain_unlike_things() -> None:
    opinions = [
        one(1, "rác vứt đầy chợ"),
        one(2, "rác vứt đầy, chó thả rông"),
        one(3, "chó thả rông cắn người"),
    ]
    assert ids(clusters(opinions)) == [[1, 2]]


def test_clusters_without_a_village_are_only_the_same_message() -> None:
    opinions = [
        one(1, "Loa đầu thôn hỏng, không nghe được thông báo", village=None),
        one(2, "đề nghị sửa loa", village=None),
        one(3, "loa dau thon hong, khong nghe duoc thong bao", village=None),
        one(4, "loa dau thon hong, khong nghe duoc thong bao"),
    ]
    assert ids(clusters(opinions)) == [[1, 3]]
    assert clusters([]) == []


def test_clusters_of_five_hundred_in_one_village_soon() -> None:
    subjects = ["loa", "đường vào bản", "cầu treo", "nước sạch", "rác ở chợ", "đèn đường", "sổ đỏ", "sóng điện thoại"]
    opinions = [
        one(
            number, f"Kính mong xã xem xét {subjects[number % 8]} nhà số {number} hỏng từ {number} ngày nay, bà con khổ"
        )
        for number in range(500)
    ]
    started = time.process_time()
    groups = clusters(opinions)
    assert time.process_time() - started < 2
    assert len({each.id for group in groups for each in group}) == sum(map(len, groups)) == 500
    assert [len(group) for group in groups] == [63, 63, 63, 63, 62, 62, 62, 62]


@given(st.lists(st.text(alphabet="loa hỏng đường sửa,.\u200d3", max_size=30), max_size=12))
def test_clusters_hold_each_opinion_once_and_in_order(texts: list[str]) -> None:
    groups = ids(clusters([one(number, text) for number, text in enumerate(texts)]))
    members = [each for group in groups for each in group]
    assert len(members) == len(set(members))
    assert all(len(group) > 1 and group == sorted(group) for group in groups)
    assert groups == sorted(groups, key=lambda group: (-len(group), group[0]))


def test_real_opinions_of_one_village_seldom_seem_alike() -> None:
    """Real opinions stay beside the repository and are not published with it."""
    if not OPINIONS.exists():
        pytest.skip("the real opinions are not beside this clone")
    rows = [json.loads(line) for line in OPINIONS.read_text(encoding="utf-8").splitlines()]
    groups = clusters([one(at, row["text"], field=row["field"]) for at, row in enumerate(rows)])
    # All of one subject, as they would be of one matter in a small village; no field meets another.
    assert sum(map(len, groups)) <= 0.25 * len(rows)
    assert all(len({each.field_id for each in group}) == 1 and len(group) <= 3 for group in groups)
    elsewhere = [one(at, row["text"], village=str(at), field=row["field"]) for at, row in enumerate(rows)]
    assert sum(bool(rank(each, elsewhere)) for each in elsewhere) <= 4
