"""Taps counted where the work is: 120 opinions, mostly real, from the clerk's first card to the leader's last word.

The mix is that of `dialogues.md`, 3.1. Its 89 matters are real words, and so are the three of the recording; real words
of one commune in which thirty repeat a matter are not to be had, so those thirty are paraphrases of matters accepted
before, made by rule: marks dropped as most type, half of them without their last words, and a courtesy around them.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage import drafts, files, people
from storage.duties import DUTIES
from storage.files import IncomingFile
from storage.folding import fold
from storage.models import Answer, Issue, Opinion, Role, Sealed
from storage.people import load_callers
from tests.handlers.official.desk import take_office
from tests.handlers.resident.journeys import answer
from tests.phones import Phone, Room

OPINIONS = Path(__file__).parents[2] / "shared" / "data" / "opinions.jsonl"
CLERK, LEADER = "1", "2"
STAFF = {"phong-kinh-te": ("5", "telegram"), "phong-vh-xh": ("6", "web"), "van-phong": ("7", "telegram")}
"""Who writes the answers of each unit, and where: on Telegram or in the web chat a reply to the card is the answer."""

FIELDS = {
    "Giao thông": "ha-tang",
    "Điện - viễn thông": "ha-tang",
    "Nước sinh hoạt": "ha-tang",
    "Thủy lợi - nông nghiệp": "ha-tang",
    "Đất đai": "dat-dai",
    "Chế độ chính sách": "chinh-sach",
    "Văn hóa - thể thao": "van-hoa",
}
"""The field of the commune that a resident would choose, by the field of the collection; any other is "khac"."""

MIX = {
    "accept": 66,
    "merge": 30,
    "other unit": 8,
    "ask back": 6,
    "beyond authority": 3,
    "other agency": 3,
    "already answered": 2,
    "about a person": 1,
    "recording of three": 1,
}
ABOUT_A_PERSON = "op268"
"""The one real opinion that speaks of how officials behave."""

OPENING = "opening the round"
"""The tap on [Phân loại lần lượt] or [Duyệt lần lượt] before the first card."""

EXPECTED = {
    OPENING: 1,
    "accept": 66,
    "merge": 30,
    "other unit": 16,
    "ask back": 12,
    "beyond authority": 6,
    "other agency": 6,
    "already answered": 6,
    "about a person": 2,
    "recording of three": 3,
}
CLERK_BAR = 1.3
"""Taps an opinion, all that she presses counted. The bar of a section and of a leader is one an answer."""

ISSUES = 80
"""What the 120 become: those accepted, given to another unit or petitioned upward, and the three of the recording."""


@dataclass(frozen=True, slots=True)
class Case:
    """One opinion and what the clerk will do with it; `of` is the place of the case that a paraphrase repeats."""

    kind: str
    text: str
    field_id: str
    village_id: str
    of: int | None = None


def cases(rows: list[dict[str, str]]) -> tuple[list[Case], list[str]]:
    """The 120 in the order in which they come, and three more real texts that the recording holds."""
    chance = random.Random(120)
    person = next(row for row in rows if row["id"] == ABOUT_A_PERSON)
    others = [row for row in rows if row["id"] != ABOUT_A_PERSON]
    chance.shuffle(others)
    kinds = [kind for kind in MIX if kind not in ("merge", "about a person", "recording of three")]
    wanted = [kind for kind in kinds for _ in range(MIX[kind])]
    chance.shuffle(wanted)
    found = [
        Case(kind, row["text"].strip(), FIELDS.get(row["field"], "khac"), f"mau-{1 + at % 6}")
        for at, (kind, row) in enumerate(zip(wanted, others, strict=False))
    ]
    found.insert(40, Case("about a person", person["text"].strip(), "khac", "mau-2"))
    repeated = [at for at, case in enumerate(found) if case.kind == "accept"][: MIX["merge"]]
    for number, at in enumerate(repeated):
        of = found[at]
        found.append(Case("merge", paraphrase(of.text, number), of.field_id, of.village_id, of=at))
    found.append(Case("recording of three", "", "khac", "mau-3"))
    return found, [row["text"].strip() for row in others[len(wanted) : len(wanted) + 3]]


def paraphrase(text: str, number: int) -> str:
    """What a neighbour would type of the same matter."""
    words = fold(text).split()
    if number % 2 and len(words) > 8:
        words = words[: len(words) - len(words) // 4]
    before, after = (("de nghi xa", "som"), ("", "mong xa xem giup"), ("kinh gui xa,", ""))[number % 3]
    return " ".join(each for each in (before, *words, after) if each)


@dataclass
class Hands:
    """Whoever presses buttons, each press counted by what it is for."""

    phone: Phone
    pressed: Counter[str] = field(default_factory=Counter)

    async def press(self, data: str, kind: str) -> None:
        """Presses the newest button that means this, or begins so for a `data` that ends in a colon.

        Raises LookupError when none is shown.
        """
        for said in reversed(self.phone.said):
            for _, each in said.buttons:
                if each == data or (data.endswith(":") and each.startswith(data)):
                    self.pressed[kind] += 1
                    await self.phone.tap_data(each, said.message_id)
                    return
        raise LookupError(f"no button {data}: {self.phone.last.text!r} offers {self.phone.last.buttons}")


@pytest.fixture
def rows() -> list[dict[str, str]]:
    """The real opinions, which stay beside the repository and are not published with it."""
    if not OPINIONS.exists():
        pytest.skip("the real opinions are not beside this clone")
    return [json.loads(line) for line in OPINIONS.read_text(encoding="utf-8").splitlines()]


async def raise_all(room: Room, found: list[Case]) -> dict[int, int]:
    """Each raised by a resident of its own; the place of each case by the id of its opinion."""
    places: dict[int, int] = {}
    async with room.db.write() as tx:
        for at, case in enumerate(found):
            caller = (await load_callers(tx, "telegram", [str(2000 + at)]))[str(2000 + at)]
            people.consent(tx, caller.account, "1")
            draft = drafts.hold(tx, caller.account, case.text)
            drafts.set_village(tx, draft, case.village_id)
            drafts.set_field(tx, draft, case.field_id)
            if not case.text:
                files.attach(tx, caller.account, draft, IncomingFile("voice", "v", "audio/ogg", seconds=70))
            await tx.session.flush()
            places[(await drafts.submit(tx, caller, draft, named=False)).id] = at
    await room.store_files()
    room.clock.pass_(seconds=3)
    await room.settle()
    return places


def in_hand(phone: Phone) -> int | None:
    """The opinion of the card that the last message shows; None when nothing is left to sort."""
    for _, data in phone.last.buttons:
        if data.startswith(("o:accept:", "o:transcribe:")):
            return int(data.rpartition(":")[2])
    return None


def presses(case: Case, id_: int, room: Room, into: int | None, before: int | None) -> Iterator[str]:
    """What the clerk presses for one card, in order; the words that are typed between come from elsewhere."""
    units = [each.id for each in room.db.commune.units]
    match case.kind:
        case "accept":
            yield f"o:accept:{id_}"
        case "merge":
            yield f"o:merge:{id_}:{into}"
        case "other unit":
            field_ = room.db.commune.field(case.field_id)
            yield f"o:units:{id_}"
            yield f"o:assign:{id_}:{next(each for each in units if field_ is None or each != field_.unit)}"
        case "ask back":
            yield f"o:ask:{id_}"
            yield f"o:asked:{id_}:where"
        case "beyond authority":
            yield f"o:other:{id_}"
            yield f"o:petition:{id_}:province"
        case "other agency":
            yield f"o:other:{id_}"
            yield f"o:way:{id_}:police"
        case "already answered":
            yield f"o:other:{id_}"
            yield f"o:before:{id_}"
            yield f"o:before:{id_}:{before}"
        case "about a person":
            yield f"o:other:{id_}"
            yield f"o:about:{id_}:official"
        case "recording of three":
            yield f"o:listen:{id_}"
            yield f"o:transcribe:{id_}"
            yield f"o:lines:{id_}:"


async def sort_all(room: Room, hands: Hands, found: list[Case], places: dict[int, int], heard: list[str]) -> None:
    """The clerk's morning, from `/viec` to "nothing left"."""
    ids = {at: id_ for id_, at in places.items()}
    answered = iter(range(1, MIX["already answered"] + 1))
    await hands.phone.text("/viec")
    await hands.press("o:sort", OPENING)
    while (id_ := in_hand(hands.phone)) is not None:
        case = found[places[id_]]
        into = ids[case.of] if case.of is not None else None
        before = next(answered) if case.kind == "already answered" else None
        for data in presses(case, id_, room, into, before):
            if data.startswith("o:lines:"):
                await hands.phone.text("\n".join(heard))
            await hands.press(data, case.kind)
        assert in_hand(hands.phone) != id_, case


async def answer_all(writer: Hands) -> int:
    """A section answers each card that came, by a reply and an outcome; returns how many it answered."""
    cards = [each for each in writer.phone.said if any(data.startswith("o:answer:") for _, data in each.buttons)]
    for number, card in enumerate(cards):
        promises = number % 3 == 0
        day = " Xong trước ngày 14/01/2027." if promises else ""
        await writer.phone.text(f"Ngày 20/11 đã xuống xem, việc {number}.{day}", reply_to=card)
        outcome = ":20270114" if promises else ":explained"
        (data,) = [
            each for _, each in writer.phone.last.buttons if each.startswith("o:submit:") and each.endswith(outcome)
        ]
        await writer.press(data, "answer")
    return len(cards)


async def agree_to_all(leader: Hands) -> int:
    """The leader's word on each proposal of the office, on the card that came; returns how many there were."""
    asked = [data for said in leader.phone.said for _, data in said.buttons if data.startswith("o:agree:")]
    for data in asked:
        await leader.press(data, "agree")
    return len(asked)


async def approve_all(leader: Hands) -> None:
    """The leader's word on every answer, in one round."""
    await leader.phone.text("/viec")
    await leader.press("o:approvals", OPENING)
    while any(data.startswith("o:approve:") for _, data in leader.phone.last.buttons):
        await leader.press("o:approve:", "approve")


def table(clerk: Hands, sections: list[Hands], leader: Hands) -> str:
    """The clerk's taps by case, and everybody's for one decision."""
    lines = [f"{'':20}{'cases':>6}{'taps':>6}{'each':>6}"]

    def line(name: str, cases: int, taps: int) -> None:
        lines.append(f"{name:20}{cases:6}{taps:6}{taps / cases:6.2f}")

    for kind, many in MIX.items():
        line(kind, many, clerk.pressed[kind])
    line(OPENING, 1, clerk.pressed[OPENING])
    line("CLERK", sum(MIX.values()), clerk.pressed.total())
    for unit, hands in zip(STAFF, sections, strict=True):
        line(f"SECTION {unit}"[:20], hands.pressed["answer"], hands.pressed.total())
    line("LEADER proposals", leader.pressed["agree"], leader.pressed["agree"])
    line("LEADER answers", leader.pressed["approve"], leader.pressed["approve"])
    line(OPENING, 1, leader.pressed[OPENING])
    return "\n".join(lines)


async def test_taps_over_120_opinions(room: Room, rows: list[dict[str, str]]) -> None:
    found, heard = cases(rows)
    assert Counter(case.kind for case in found) == MIX
    earlier = [replace(case, text=paraphrase(case.text, 0)) for case in found if case.kind == "already answered"]
    for number, _ in enumerate(await raise_all(room, earlier), 1):
        await answer(room, number, "Xã đã làm trong tháng Mười.")
    clerk = Hands(await take_office(room, Role.CLERK, CLERK))
    leader = Hands(await take_office(room, Role.LEADER, LEADER))
    sections = [Hands(await take_office(room, Role.STAFF, *who, unit=unit)) for unit, who in STAFF.items()]
    places = await raise_all(room, found)
    await sort_all(room, clerk, found, places, heard)
    room.clock.pass_(minutes=3)
    await room.settle()
    proposed = await agree_to_all(leader)
    room.clock.pass_(minutes=3)
    await room.settle()
    answered = [await answer_all(each) for each in sections]
    await approve_all(leader)
    print(f"\n{table(clerk, sections, leader)}")
    assert clerk.pressed == EXPECTED
    assert clerk.pressed.total() <= CLERK_BAR * len(found)
    assert [each.pressed.total() for each in sections] == answered
    assert leader.pressed == {"agree": proposed, "approve": sum(answered), OPENING: 1}
    assert (proposed, sum(answered)) == (MIX["beyond authority"], ISSUES)
    room.clock.pass_(minutes=11)
    async with room.db.write() as tx:
        await DUTIES["release_answers"](tx)
    await room.settle()
    assert await record_of(room) == {
        "answered": 114,  # the 80 issues' 107 voices and three lines, two by an earlier answer, and those two earlier
        "needs_detail": 6,
        "redirected": 3,
        "issue": 82,
        "answer": 82,
        "sealed": 1,
    }


async def record_of(room: Room) -> dict[str, int]:
    """Opinions by their state, and what stands beside them."""
    async with room.db.read() as tx:
        states = await tx.session.execute(select(Opinion.state, func.count()).group_by(Opinion.state))
        counts = {str(state): many for state, many in states}
        for model in (Issue, Answer, Sealed):
            counts[model.__tablename__] = await tx.session.scalar(select(func.count()).select_from(model)) or 0
    return counts
