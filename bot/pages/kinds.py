"""Which phones can be put on the page, and what a newcomer is offered on each."""

from dataclasses import dataclass

from handlers.official.states import Answering
from handlers.resident.states import Raising
from storage.models import Role


@dataclass(frozen=True, slots=True)
class Kind:
    """A phone that can be put on the page: whose it is, on which messenger, in which role.

    `samples` are offered under its composer while the dialog `waits` for words, and to a resident before her first
    words, so that a newcomer can click instead of typing.
    """

    id: str
    owner: str
    note: str
    messenger: str
    role: Role | None
    hint: str
    samples: tuple[str, ...]
    waits: frozenset[str | None]
    place: int = 0
    """The position, in the configuration, of the unit or the village that the role is of."""


_OPINIONS = (
    "duong vao thon bi hong lau roi, mua la lay loi",
    "Đèn nhà văn hoá hỏng từ Tết, tối các cháu hay ngã",
    "nha toi chua duoc tien ho tro giong lua vu nay",
)
_ANSWERS = (
    (
        "Kính gửi Ông/Bà. Phòng Kinh tế đã xuống xem tại chỗ. Trong tháng này xã cho sửa những chỗ hỏng nặng; "
        "phần còn lại ghi vào kế hoạch năm sau. Trân trọng./."
    ),
)

_RAISING = frozenset({Raising.first.state, Raising.matter.state})
_ANSWERING = frozenset({Answering.words.state})

KINDS = {
    kind.id: kind
    for kind in (
        Kind("resident", "Bác nông dân", "người dân", "web", None, "Thử nói một câu:", _OPINIONS, _RAISING),
        Kind(
            "plain",
            "Máy không nút",
            "người dân, nhắn chữ và số",
            "web_plain",
            None,
            "Thử nói một câu:",
            _OPINIONS,
            _RAISING,
        ),
        Kind("clerk", "Văn phòng", "cán bộ, đọc ý kiến mới", "web", Role.CLERK, "Trả lời mẫu:", _ANSWERS, _ANSWERING),
        Kind("leader", "Lãnh đạo xã", "duyệt trả lời", "web", Role.LEADER, "Trả lời mẫu:", _ANSWERS, _ANSWERING),
        Kind("staff", "Bộ phận 1", "chuyên môn, soạn trả lời", "web", Role.STAFF, "Trả lời mẫu:", _ANSWERS, _ANSWERING),
        Kind("other", "Bộ phận 2", "chuyên môn", "web", Role.STAFF, "Trả lời mẫu:", _ANSWERS, _ANSWERING, place=1),
        Kind("head", "Trưởng thôn", "nhập hộ, đọc lại", "web", Role.VILLAGE_HEAD, "Thử nhập hộ:", _OPINIONS, _RAISING),
        Kind("front", "Mặt trận", "giám sát", "web", Role.OBSERVER, "Thử nhập hộ:", _OPINIONS, _RAISING),
    )
}
