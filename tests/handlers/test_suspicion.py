import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.suspicion import is_about_a_person

OPINIONS = Path(__file__).parents[3] / "shared" / "data" / "opinions.jsonl"


@pytest.mark.parametrize(
    "text",
    [
        "Trưởng thôn ăn chặn tiền hỗ trợ của bà con",
        "truong thon an chan tien ho tro lon chet",
        "trưởng bản bớt xén gạo cứu đói",
        "Tôi muốn tố cáo",
        "toi to cao truong xom",
        "Ông Nguyễn Văn Thọ tham ô quỹ thôn",
        "ong tho an tien lam duong cua thon",
        "bà Lan kế toán khai khống ngày công",
        "ke toan xa khai khong ho ngheo",
        "cán bộ địa chính vòi tiền mới làm sổ đỏ",
        "can bo dia chinh doi 5 trieu moi ky",
        "cb xã ko đưa phong bì thì ko làm",
        "phải đưa tiền cho cán bộ mới được việc",
        "mất 2 triệu cho địa chính mới có bìa đỏ",
        "Chủ tịch xã nhận tiền của công ty khai thác đá",
        "Chủ tịch bao che cho công ty đổ thải",
        "công an xã đánh người vô cớ",
        "ca xa danh nguoi vo co",
        "Việc tham ô quỹ thôn của ông Thọ",
        "TRƯỞNG THÔN ĂN CHẶN TIỀN CỦA DÂN",
        "con tôi bị công an đánh đập",
        "Bí thư chi bộ trù dập người góp ý",
        "bi thu lan chiem dat cong",
        "Trưởng thôn lấn chiếm đất nhà văn hoá",
        "Đề nghị xem xét việc trưởng thôn thu tiền làm đường không có biên lai",
        "Đề nghị xử lý trưởng thôn nhận tiền",
        "trưởng thôn đưa người nhà vào hộ nghèo",
        "truong thon cho anh em vao danh sach ho ngheo",
        "Việc tham ô của chủ tịch hội",
        "ông chủ tịch xã lấy đất của dân chia cho họ hàng",
        "ông chủ tịch lấn chiếm đất",
        "truong ban bat nop tien moi cho vao ho ngheo",
        "giáo viên đánh học sinh",
        "ông Bình tổ chức đánh bạc ở nhà",
        "Ông ấy lừa đảo bà con mua phân bón giả",
        "thằng Nam hàng xóm ăn trộm gà",
        "Cán bộ xã gây khó dễ, sách nhiễu khi làm giấy tờ",
        "the village head steals our money",
    ],
)
def test_is_about_a_person_accused(text: str) -> None:
    assert is_about_a_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Đường vào thôn hỏng",
        "cán bộ thái độ không tốt",
        "Cán bộ một cửa trả lời chậm, đi lại nhiều lần",
        "Đề nghị chủ tịch xã xem xét",
        "đề nghị công an xã xử lý đánh bạc",
        "De nghi cong an bat bon trom cap o thon",
        "mong cán bộ kiểm tra việc lấn chiếm lòng đường",
        "Kính gửi ông chủ tịch, hàng quán lấn chiếm vỉa hè",
        "Công an chưa xử lý nhóm thanh niên đánh nhau",
        "bao giờ cán bộ xã trả tiền hỗ trợ lợn chết",
        "trưởng thôn bảo lên xã nhận tiền hỗ trợ mà chưa có",
        "truong thon chua bao ngay nhan tien tro cap",
        "nâng phụ cấp cho trưởng thôn, bí thư chi bộ",
        "Nhà ông Thọ bị nước tràn vào",
        "bà con bị lừa đảo qua mạng",
        "họp thôn ở quán cà phê, đánh bạc ăn tiền",
        "ÔNG BÀ GIÀ TRONG THÔN ĐI LẠI KHÓ, HAY BỊ TRỘM CẮP",
        "Chị Hoa bị lừa đảo qua mạng, công an cần tuyên truyền",
        "dân quân, công an tuần tra ban đêm vì hay có trộm cắp",
        "nâng phụ cấp, cho thêm tiền xăng xe cán bộ thôn",
        "trưởng thôn chưa báo ai, sạt lở đe dọa nhà dân",
        "ông bà tôi được nhận tiền trợ cấp chưa",
        "3 thang nay bi mat trom",
        "ống nước vỡ, ong nuoc vo lau roi",
        "cây to cao che hết đường",
        "hàng xóm nuôi lợn mùi hôi thối",
        "tranh chấp ranh giới đất với hàng xóm",
        "Hỏi về thủ tục khiếu nại, tố cáo",
        "cảm ơn trưởng thôn đã nhận tiền ủng hộ của bà con",
        "",
    ],
)
def test_is_about_a_person_nobody_accused(text: str) -> None:
    assert not is_about_a_person(text)


@given(st.text(max_size=200))
def test_is_about_a_person_reads_anything(text: str) -> None:
    assert is_about_a_person(text) in {True, False}


def test_is_about_a_person_decided_on_a_long_text() -> None:
    assert not is_about_a_person("trưởng thôn và cán bộ đưa " * 2_000)


def test_is_about_a_person_seldom_in_real_opinions() -> None:
    """Real opinions stay beside the repository and are not published with it."""
    if not OPINIONS.exists():
        pytest.skip("the real opinions are not beside this clone")
    rows = [json.loads(line) for line in OPINIONS.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows if is_about_a_person(row["text"])] == []
