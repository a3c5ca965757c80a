import json
from pathlib import Path

import pytest

from handlers.signs import is_emergency, is_greeting, is_heard, is_no, is_thanks, is_unsure, is_yes

OPINIONS = Path(__file__).parents[3] / "shared" / "data" / "opinions.jsonl"


@pytest.fixture
def opinions() -> list[str]:
    """Real opinions, which stay beside the repository and are not published with it."""
    if not OPINIONS.exists():
        pytest.skip("the real opinions are not beside this clone")
    return [json.loads(line)["text"] for line in OPINIONS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "nha toi sat lo roi, nuoc dang len",
        "Nhà em đang cháy",
        "CHÁY NHÀ RỒI",
        "Cứu với!!!",
        "lũ về rồi bà con ơi",
        "chồng tôi bị điện giật bất tỉnh",
        "có người đuối nước ở suối",
        "rừng đang cháy to lắm",
        "dây điện đứt rơi xuống đường",
        "vừa có tai nạn ở cầu",
        "nước đang dâng vào nhà",
        "gọi cấp cứu giúp tôi",
        "114",
    ],
)
def test_emergency_in_present_danger(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "duong sat lo lau roi chua ai sua",
        "nuoc may chay yeu",
        "nước chảy vào nhà văn hoá khi mưa",
        "đường hay có tai nạn, xin gờ giảm tốc",
        "xe chạy nhanh qua trường",
        "lũ quét năm ngoái cuốn trôi cầu, xin làm lại",
        "nha toi bi chay nuoc mai ton",
        "xin trang bị bình chữa cháy cho nhà văn hoá",
        "112",
    ],
)
def test_emergency_not_in_an_ordinary_matter(text: str) -> None:
    assert not is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "cam on xa nhe",
        "Cảm ơn",
        "cám ơn các bác nhiều ạ",
        "👍",
        "🙏🏻 ❤️",
        "ok cam on",
        "Cảm ơn xã đã trả lời!",
        "thank you very much",
    ],
)
def test_thanks_alone(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize("text", ["", "cam on xa, duong van hong", "xa", "ok", "😡", "cảm ơn nhưng chưa xong"])
def test_thanks_with_a_matter_or_none(text: str) -> None:
    assert not is_thanks(text)


def test_no_false_alarm_in_real_opinions(opinions: list[str]) -> None:
    assert [text for text in opinions if is_emergency(text) or is_thanks(text)] == []


@pytest.mark.parametrize(
    "text",
    ["alo", "A lô", "aloo", "xin chào", "Chào xã ạ!", "Em chào các bác ạ", "hello ad", "hi", "alo có ai ở đó không?"],
)
def test_greeting_and_nothing_else(text: str) -> None:
    assert is_greeting(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "chào xã, đường thôn tôi hỏng",
        "alo cháy nhà rồi",
        "cổng chào thôn 3 đổ",
        "xã ơi",
        "có ai không",
        "cảm ơn",
    ],
)
def test_words_with_a_matter_in_them_are_no_greeting(text: str) -> None:
    assert not is_greeting(text)


def test_no_real_opinion_is_a_greeting(opinions: list[str]) -> None:
    assert [text for text in opinions if is_greeting(text)] == []


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Có ạ", (True, False, False)),
        ("gui di nhe", (True, False, False)),
        ("ko", (False, True, False)),
        ("Thôi xã ạ", (False, True, False)),
        ("ko bit thon nao", (False, False, True)),
        ("chịu", (False, False, True)),
        ("co duong hong", (False, False, False)),
        ("không có điện", (False, False, False)),
        ("", (False, False, False)),
    ],
)
def test_yes_no_and_unsure_are_nothing_but_that(text: str, means: tuple[bool, bool, bool]) -> None:
    assert (is_yes(text), is_no(text), is_unsure(text)) == means


def test_no_opinion_of_the_collection_is_a_mere_yes_or_no(opinions: list[str]) -> None:
    assert [text for text in opinions if is_yes(text) or is_no(text) or is_unsure(text) or is_heard(text)] == []


@pytest.mark.parametrize("text", ["ok", "Vâng ạ", "da", "Dạ vâng", "được rồi nhé", "nhan duoc roi", "Ừ"])
def test_heard_and_nothing_else(text: str) -> None:
    assert is_heard(text)


@pytest.mark.parametrize("text", ["", "xa", "ok ma duong van hong", "xong roi", "khong", "chua", "đúng rồi"])
def test_heard_with_a_matter_or_a_verdict(text: str) -> None:
    assert not is_heard(text)
