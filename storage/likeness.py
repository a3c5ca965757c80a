"""How alike two opinions are, for the clerk who merges them. Nothing is merged here: a person decides.

Residents write without marks and in their own words, so the spelling says little. What counts is what a text is about:
each word weighs by how much it tells (a loudspeaker much, a road some, a courtesy nothing), different words for one
thing are one word, and two texts are as alike as the weight they share. A message sent again is seen by its spelling.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

# Scores are 0 to 100. Measured on real opinions put into one village and on paraphrases: unlike matters stay below 50.
LIKELY = 55.0
LIKELY_ELSEWHERE = 80.0
# A group may hold a pair a little less alike, if it is alike on the whole; without this floor it grows like a chain.
_LOOSEST = 40.0
_SAME_SPELLING = 85.0
_LEAST_SPELLING = 20  # letters: shorter texts are alike by chance
_OTHER_FIELD = 0.9
_ENOUGH_SAID = 5.0  # weight in common; "mend the loudspeaker" from two villages is two loudspeakers
_WEIGHT_OF_THE_SHORTER = 0.7

# One thing in its different words, folded, and how much it tells: 3 is a matter of its own, below 1 hardly anything.
_THINGS: tuple[tuple[float, str], ...] = (
    (
        3,
        "loa|loa truyen thanh|loa phat thanh|truyen thanh|phat thanh|loa phong thanh|cai loa|loudspeaker|loudspeakers",
    ),
    (3, "karaoke|loa keo|loa thung|hat ho|tieng on|on ao|gay on|mo nhac to|noise"),
    (
        3,
        (
            "den duong|cot dien chieu sang|den chieu sang|dien chieu sang|chieu sang|thap sang|dien thap sang|"
            "den cao ap|dien duong|bong den|cot den|den hong|den tat|den khong sang|den bi hong|street light|"
            "street lights"
        ),
    ),
    (2.5, "nha van hoa|nvh|nha sinh hoat cong dong|nha cong dong|hoi truong thon|nha hop thon"),
    (
        3,
        "so do|so hong|bia do|giay chung nhan|gcn|gcnqsd|gcnqsdd|quyen su dung dat|bia dat|giay to dat|cap so",
    ),
    (2, "tranh chap|ranh gioi|giap ranh|chong lan|lan dat"),
    (2, "lan chiem|lan ra|lan duong|lan long duong|chiem via he|buon ban via he"),
    (2, "den bu|boi thuong|gpmb|giai phong mat bang"),
    (2, "tai dinh cu|di doi|di dan"),
    (
        3,
        "rac|rac thai|bai rac|do rac|thu gom rac|thung rac|xe rac|dot rac|vut rac|xa rac|garbage|trash|rubbish",
    ),
    (
        3,
        "cho tha rong|tha rong|chay rong|tha cho|cho tha|cho chay|cho can nguoi|cho hoang|nuoi cho|ro mom",
    ),
    (
        2,
        (
            "trai ga|trai lon|trai heo|trai chan nuoi|trang trai|chan nuoi|chuong lon|chuong ga|chuong trai|"
            "nuoi heo|nuoi lon"
        ),
    ),
    (1.5, "o nhiem|mui hoi|hoi thoi|boc mui|bui|khoi bui"),
    (
        3,
        (
            "nuoc sach|nuoc sinh hoat|nuoc may|nuoc uong|mat nuoc|thieu nuoc|khong co nuoc|be nuoc|"
            "duong ong nuoc|clean water"
        ),
    ),
    (2, "muong|muong phai|kenh|kenh muong|thuy loi|dap|muong nuoc|nuoc ruong"),
    (
        2.5,
        (
            "thoat nuoc|ngap ung|ngap|ngap lut|ngap nuoc|cong ranh|cong thoat nuoc|ranh thoat nuoc|"
            "dong nuoc|nuoc dong|u nuoc"
        ),
    ),
    (2.5, "sat lo|bo ke|xay ke|sut lun|lo dat|lo nui|ta luy"),
    (2, "cau|cau treo|cay cau|chiec cau|cau tran|ngam tran|bridge"),
    (
        2.5,
        (
            "tram bien ap|dien yeu|mat dien|cat dien|cup dien|duong dien|day dien|dien luoi|cot dien|"
            "dien ap|dien sinh hoat|dien"
        ),
    ),
    (
        3,
        (
            "phu song|tram phat song|song dien thoai|mat song|song yeu|khong co song|tram thu|tram bts|"
            "internet|wifi|mang yeu|song di dong|thong tin di dong"
        ),
    ),
    (3, "tram y te|tram xa|y te xa|benh xa|y te"),
    (2.5, "bao hiem y te|bhyt|the bao hiem|bao hiem"),
    (2.5, "mam non|mau giao|nha tre|truong mam non"),
    (2.5, "truong tieu hoc|tieu hoc|truong hoc|phong hoc|truong cap mot|lop hoc|nha hieu bo|diem truong"),
    (2, "tiem phong|vac xin|tiem chung|vacxin"),
    (2.5, "trom|trom cap|cuop|cuop giat|mat trom|ke trom|bi trom|an trom"),
    (3, "danh bac|so de|co bac|bai bac|ca do"),
    (3, "ma tuy|hut chich|con nghien"),
    (2.5, "lang lach|danh vong|phong nhanh|toc do cao|dua xe|hu ga|chay xe toc do|chay au"),
    (2.5, "lua dao|lua qua mang"),
    (2, "ho ngheo|can ngheo|ngheo|ho can ngheo|binh xet"),
    (2, "phu cap|muc phu cap"),
    (2, "tro cap|bao tro|tro cap xa hoi|tien gia|nguoi cao tuoi|nguoi gia"),
    (2.5, "nguoi co cong|thuong binh|liet si|cuu chien binh|thanh nien xung phong|dan cong hoa tuyen"),
    (2, "nha tam|nha dot nat|xoa nha tam|lam nha"),
    (2, "sap nhap|sat nhap|don thon"),
    (2, "thu tuc|thu tuc hanh chinh|mot cua|giay to|ho so"),
    (2, "dich benh|dich ta|lon chet|dich ta lon|heo chet|trau bo chet|chau chau|sau benh"),
    (2, "phan bon|vat tu nong nghiep|cay giong"),
    (2, "trong rung|dat rung|rung|rung dac dung"),
    (2, "cho phien|cho que"),
    (2, "xi mang|xm"),
    (
        1.5,
        "duong|con duong|doan duong|tuyen duong|mat duong|duong bo|duong lien thon|duong xa|duong di|dg|tuyen lo|road",
    ),
    (
        1.5,
        (
            "lay loi|lay thut|lay qua|lay lam|rat lay|lay lan|bun|bun lay|bun dat|sinh lay|"
            "o ga|o voi|lom chom|gap ghenh|kho di|mua tron|tron truot|muddy"
        ),
    ),
    (
        0.7,
        (
            "hong|bi hong|hu|hu hong|xuong cap|sua|sua chua|khac phuc|tu sua|hong hoc|broken|repair|fix|"
            "khong hoat dong|khong keu|khong sang|tat"
        ),
    ),
    (0.7, "nang cap|mo rong|lam moi|lam|dau tu|xay dung|xay|be tong|be tong hoa|do be tong|xay moi"),
    (0.7, "nuoc|nuoc chay|mua|troi mua|mua lu"),
    (0.7, "dat|dat dai|thua dat"),
    (0.7, "nguy hiem|tai nan|nga xe|te nga"),
    (0.7, "tre con|hoc sinh|con em|cac chau|tre em|cac em|di hoc"),
    (0.7, "xe|xe may|o to|xe co|phuong tien|di lai|luu thong"),
)

# What says how, when or how politely, and never what.
_COURTESY = (
    "de nghi|kinh de nghi|kinh mong|kinh gui|kinh thua|mong|mong muon|mong xa|xin|xin hoi|xin phep|kien nghi|"
    "phan anh|quan tam|xem xet|giup|giup do|ho tro|tao dieu kien|cho|toi|chung toi|minh|em|chau|con|bac|ong|"
    "ba|anh|chi|co|chu|gia dinh|nha|nha toi|nha em|ba con|nguoi dan|dan|nhan dan|cu tri|moi nguoi|cac|nhung|"
    "mot so|mot|hai|nhieu|rat|qua|lam roi|lau|lau roi|lau nay|nay|hien nay|hien|may thang|may thang nay|"
    "thang nay|ngay nay|nam nay|da lau|tu lau|thang|ngay|nam|lan|gio|hom|hom qua|hom nay|truoc|sau|khi|moi|"
    "moi khi|vi|do|nen|de|thi|la|ma|va|hay|hoac|voi|cung|van|da|dang|se|bi|duoc|dc|khong|ko|k|hok|kg|chua|cua|"
    "o|tai|trong|tren|duoi|ngoai|vao|ra|den|tu|di|ve|lai|len|xuong|gan|dau|cuoi|ben|giua|doc|theo|doan|khu|"
    "khu vuc|dia ban|dia phuong|xa|uy ban|ubnd|uy ban nhan dan|ubnd xa|lanh dao|chinh quyen|can bo|cap tren|"
    "cac cap|cap|nha nuoc|co quan|co quan chuc nang|chuc nang|nganh|nganh chuc nang|huyen|tinh|thon|ban|xom|"
    "ap|khoi|to|to dan pho|lang|som|gap|khan truong|tiep tuc|tang cuong|dam bao|giai quyet|xu ly|kiem tra|"
    "chi dao|bien phap|tinh trang|viec|van de|anh huong|doi song|sinh hoat|san xuat|kho khan|gay|lam cho|"
    "thuan tien|thuan loi|phuc vu|nhu cau|he thong|kinh phi|cong tac|thuc hien|quan ly|to chuc|thuong xuyen|"
    "hang ngay|nhe|a|ah|oi|cam on|chan thanh|vang|the|kia|ay|gi|nao|sao|roi|nua|luon|thay|noi|cai|su|bao gio|"
    "may|dien tap|dien tich|dien ra|dien bien|dap ung|nghien cuu|thoi gian|ngu dan|bo tri|don vi|phan dau|"
    "dia diem|please|is|are|an|in|on|of|and|our|we|i|my|it|for|has|have|been|very|commune|village"
)
# The name after one of these words is shared by everybody there and tells nothing about the matter.
_BEFORE_A_PLACE = frozenset({"thon", "ban", "xom", "ap", "khoi", "to", "lang", "xa", "huyen", "tinh", "khu", "pho"})
_PLACE = 0.3
_ORDINARY = 1.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """One opinion to compare; `folded` is its text by `storage.folding.fold`."""

    id: int
    village_id: str | None
    field_id: str
    folded: str


class _Sense(NamedTuple):
    weights: dict[str, float]
    whole: float
    spelling: str


def rank(one: Candidate, others: Sequence[Candidate], limit: int = 3) -> list[tuple[Candidate, float]]:
    """At most `limit` of `others` that may be the same matter as `one`, with their scores (0 to 100).

    Those of the same village come first, then the likest, then the oldest. Another village, or none known, takes a
    much higher score: the same trouble in two places is two matters. `one` itself among `others` is left out.
    """
    sense = _sense(one.folded)
    scored = [(other, _score(one, sense, other, _sense(other.folded))) for other in others if other.id != one.id]
    likely = [(other, score) for other, score in scored if score >= _bar(one, other)]
    return sorted(likely, key=lambda found: (not _is_same_village(one, found[0]), -found[1], found[0].id))[:limit]


def clusters(candidates: Sequence[Candidate]) -> list[list[Candidate]]:
    """Groups of two or more likely mates of one village: the biggest first, then the one with the lowest id.

    Everybody is in at most one group, and members are in order of id. Opinions without a village only meet each other,
    at the score of different villages. Two groups become one only while all of both are alike on average and no pair is
    quite unlike, so that A like B and B like C does not bring A and C together.
    """
    by_village: dict[str | None, list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: c.id):
        by_village.setdefault(candidate.village_id, []).append(candidate)
    found = [group for block in by_village.values() for group in _grouped(block)]
    return sorted(found, key=lambda group: (-len(group), group[0].id))


def _grouped(block: Sequence[Candidate]) -> list[list[Candidate]]:
    senses = [_sense(one.folded) for one in block]
    bar = _bar(block[0], block[0])
    size = len(block)
    total = [[0.0] * size for _ in block]
    pairs: list[tuple[float, int, int]] = []
    for j in range(size):
        for i in range(j):
            total[i][j] = total[j][i] = score = _score(block[i], senses[i], block[j], senses[j])
            if score >= bar:
                pairs.append((-score, i, j))
    least = [row[:] for row in total]
    members = {i: [i] for i in range(size)}
    group_of = list(range(size))
    for _, i, j in sorted(pairs):
        one, other = group_of[i], group_of[j]
        if one == other or least[one][other] < _LOOSEST:
            continue
        if total[one][other] < bar * len(members[one]) * len(members[other]):
            continue
        joined = members.pop(other)
        members[one] += joined
        for each in joined:
            group_of[each] = one
        for third in members:
            total[one][third] = total[third][one] = total[one][third] + total[other][third]
            least[one][third] = least[third][one] = min(least[one][third], least[other][third])
    return [[block[i] for i in sorted(group)] for group in members.values() if len(group) > 1]


def _is_same_village(one: Candidate, other: Candidate) -> bool:
    return one.village_id is not None and one.village_id == other.village_id


def _bar(one: Candidate, other: Candidate) -> float:
    return LIKELY if _is_same_village(one, other) else LIKELY_ELSEWHERE


def _score(one: Candidate, mine: _Sense, other: Candidate, theirs: _Sense) -> float:
    if one.folded == other.folded:
        return 100.0
    score = 0.0
    common = sum(
        [min(mine.weights[word], theirs.weights[word]) for word in mine.weights.keys() & theirs.weights.keys()]
    )
    if common:
        short, long = (mine.whole, theirs.whole) if mine.whole < theirs.whole else (theirs.whole, mine.whole)
        score = 100.0 * common / (_WEIGHT_OF_THE_SHORTER * short + (1 - _WEIGHT_OF_THE_SHORTER) * long)
        if one.field_id != other.field_id:
            score *= _OTHER_FIELD
        if not _is_same_village(one, other):
            score *= min(1.0, common / _ENOUGH_SAID)
    if score < 100.0 and len(mine.spelling) >= _LEAST_SPELLING <= len(theirs.spelling):
        score = max(score, fuzz.ratio(mine.spelling, theirs.spelling, score_cutoff=_SAME_SPELLING))
    return score


@lru_cache(maxsize=8192)
def _sense(folded: str) -> _Sense:
    words = re.findall(r"\w+", folded)
    weights: dict[str, float] = {}
    spelling: list[str] = []
    at = 0
    last_place = -_LONGEST
    while at < len(words):
        length, name, weight = _read(words, at)
        if words[at] in _BEFORE_A_PLACE and weight == 0:
            last_place = at
        elif name in words and weight == _ORDINARY and (at - last_place <= 2 or name.isdigit()):
            weight = _PLACE
        if weight:
            weights[name] = max(weight, weights.get(name, 0.0))
            spelling.append(" ".join(words[at : at + length]))
        at += length
    return _Sense(weights, sum(weights.values()), " ".join(spelling))


def _read(words: Sequence[str], at: int) -> tuple[int, str, float]:
    for length in range(min(_LONGEST, len(words) - at), 0, -1):
        known = _KNOWN.get(" ".join(words[at : at + length]))
        if known is not None:
            return length, *known
    return 1, words[at], _ORDINARY


def _lexicon() -> dict[str, tuple[str, float]]:
    known = dict.fromkeys(_COURTESY.split("|"), ("", 0.0))
    for weight, words in _THINGS:
        name = "=" + words.partition("|")[0]
        known.update({word: (name, float(weight)) for word in words.split("|")})
    return known


_KNOWN = _lexicon()
_LONGEST = max(word.count(" ") + 1 for word in _KNOWN)
