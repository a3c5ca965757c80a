"""Who plays in the conference, and which of the real opinions each of them raises."""

import json

import pytest

from tests.processes import ROOT

OPINIONS = ROOT.parent / "shared" / "data" / "opinions.jsonl"

CLERK, LEADER, DEPUTY, ADMIN = 9001, 9002, 9003, 9004
ECONOMY, SOCIETY, OFFICE = 9011, 9012, 9013
OBSERVER, HEAD = 9021, 9031

RAISED = {
    1: "op056 op057 op059 op039 op061 op242 op268 op221 op084",
    2: "op192 op194 op195 op031 op032 op022 op190 op209 op110 op027",
    3: "op158 op160 op106 op001 op109 op107 op250 op241 op018",
    4: "op011 op227 op002 op142 op089 op273 op058 op217 op252",
    5: "op247 op005 op013 op152 op153 op155 op253 op070 op104",
    6: "op201 op199 op203 op204 op038 op041 op116 op105 op082",
}
"""What residents of each village type, in turn."""

SPOKEN = ("op207", "op251", "op266")
"""One recording; the clerk writes these three down."""

ENTERED, GATHERED = "op033", "op228"
"""By the village head for a neighbour, and by the observer."""

NAMES = {
    CLERK: "Văn phòng",
    LEADER: "Chủ tịch",
    DEPUTY: "Văn phòng, phó chánh",
    ADMIN: "quản trị",
    ECONOMY: "Phòng Kinh tế",
    SOCIETY: "Phòng Văn hoá – Xã hội",
    OFFICE: "Văn phòng, chuyên môn",
    OBSERVER: "Mặt trận",
    HEAD: "trưởng thôn, Thôn mẫu 3",
}

LABELS = {
    "Đất đai": "Đất đai",
    "Chế độ chính sách": "Chế độ, hỗ trợ",
    "Y tế": "Chế độ, hỗ trợ",
    "Giáo dục": "Chế độ, hỗ trợ",
    "Văn hóa - thể thao": "Nhà văn hoá, sân chơi",
    "Giao thông": "Đường, điện, nước",
    "Điện - viễn thông": "Đường, điện, nước",
    "Thủy lợi - nông nghiệp": "Đường, điện, nước",
    "Nước sinh hoạt": "Đường, điện, nước",
}
"""The button that an author of this field of the collection presses; "Khác, không rõ" for any other."""

RESIDENTS = range(1001, 1039)
"""Thirty-eight with a phone; the neighbour and whoever told the observer have none."""

VOICE = 1038
ACCUSER, BOLD = 1007, 1010
SECRET = "chuyencaicaukin"
ACCUSATION = f"ong truong thon an chan tien ho tro {SECRET}"
AGAINST_LEADER = f"ong chu tich xa an hoi lo {SECRET}"
MASKED = "đề nghị niêm yết giờ làm việc ở bộ phận Một cửa"


def village_of(chat: int) -> int:
    """1 to 6."""
    return 2 if chat == VOICE else (chat - 1001) % 6 + 1


def author_of(name: str) -> int:
    """Whose opinion this is."""
    for village, names in RAISED.items():
        living = [chat for chat in RESIDENTS if chat != VOICE and village_of(chat) == village]
        if name in names.split():
            return living[names.split().index(name) % len(living)]
    raise LookupError(name)


class Collection:
    """The real opinions that are played: their words and the button of their field."""

    def __init__(self, rows: dict[str, dict[str, str]]) -> None:
        names = [*" ".join(RAISED.values()).split(), *SPOKEN, ENTERED, GATHERED]
        self.texts = {name: rows[name]["text"].strip() for name in names}
        self.labels = {name: LABELS.get(rows[name]["field"], "Khác, không rõ") for name in names}

    @classmethod
    def read(cls) -> "Collection":
        """Skips the test where the collection is not beside the clone: it is not published with the code."""
        if not OPINIONS.exists():
            pytest.skip("the real opinions are not beside this clone")
        rows = [json.loads(line) for line in OPINIONS.read_text(encoding="utf-8").splitlines()]
        return cls({row["id"]: row for row in rows})


def names() -> dict[int, str]:
    """Every chat of the play and who it is, officials first."""
    return NAMES | {chat: f"người dân, Thôn mẫu {village_of(chat)}" for chat in RESIDENTS}
