"""What to leave out of an opinion before it is published: a suggestion, which an official reads and confirms.

Found are names of people, phone numbers, numbers of citizens, houses, plots and vehicles, addresses of mail and pages.
Names are left out rather too often than too seldom; the words beside them stay, so that the sentence can be read. The
name of a village, a road or a place is not touched: without it nobody could answer.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple

from storage.commune import Commune
from storage.folding import fold

LEFT_OUT = "[…]"

_GAP = r"[ .\-–()]{0,3}"
_PLATE = r"\d{2}[ -]?[A-Z]{1,2}\d?[ -]{0,3}(?:\d{3}[. ]?\d{2}|\d{4})(?!\d)"
_NUMBERED = r"(?::? ?(?:số|so))?:? ?"
# Each with the part to leave out in the group "it".
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("link", re.compile(r"(?P<it>(?:https?://|www\.)\S*[^\s.,;:!?)\]]|(?<![\w@])@\w{4,})", re.IGNORECASE)),
    (
        "link",
        re.compile(r"(?<![\w.-])(?P<it>(?:[a-z0-9-]+\.)+(?:com|vn|net|org|me|info)/\S*[^\s.,;:!?)\]])", re.IGNORECASE),
    ),
    ("email", re.compile(r"(?<![\w.+-])(?P<it>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")),
    (
        "phone",
        re.compile(
            rf"(?<!\d)(?!\d\d?[-./]\d\d?[-./]\d{{4}}\b)(?P<it>\+{_GAP}84(?:{_GAP}\d){{8,11}}|\(?84(?:{_GAP}\d){{9,10}}"
            rf"|\(?0(?:{_GAP}[35789](?:{_GAP}\d){{8}}|{_GAP}[12](?:{_GAP}\d){{9}})|(?:1800|1900){_GAP}\d{{4,6}})(?!\d)"
        ),
    ),
    (
        "citizen",
        re.compile(
            r"\b(?:cmnd|cmtnd|cccd|căn cước|can cuoc|chứng minh|chung minh|định danh|hộ chiếu)"
            r"(?:[ :]+(?:công|cong|nhân|nhan|dân|dan|thư|thu|số|so|là|la))*[ :]*(?P<it>[a-z]?\d(?:[ .-]?\d){6,11})",
            re.IGNORECASE,
        ),
    ),
    ("citizen", re.compile(r"(?<!\d)(?P<it>0\d{2}(?: \d{3}){3}|\d{4} \d{4} \d{4})(?!\d)")),
    ("citizen", re.compile(r"(?P<it>0\d{7,}|\d{8,}(?!\d| ?(?:đ|vn|d\b|dong\b)))")),
    (
        "house",
        re.compile(
            r"\b(?:(?:số|so) (?:nhà|nha)|(?:nhà|nha) (?:số|so)|sn)[: ]*(?P<it>\d+[a-z]?(?:[/-]\d+[a-z]?)*)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "house",
        re.compile(
            r"\b(?:tại|tai|ở|o|nhà|nha) (?P<it>\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?)+)\b"
            r"(?! (?:thôn|thon|bản|xóm|xom|xã|hộ|ho)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        "plot",
        re.compile(
            rf"\b(?:(?:thửa|thua|lô|mảnh|manh)(?: (?:đất|dat))?{_NUMBERED}|lo (?:dat )?so ?|"
            rf"(?:tờ|to) (?:bản đồ|ban do){_NUMBERED}|(?:tờ|to) (?:số|so) ?)(?P<it>[a-z]?\d+[a-z]?(?:[/-]\d+)*)\b",
            re.IGNORECASE,
        ),
    ),
    ("plot", re.compile(r"\b(?P<it>[A-Z]{2} ?\d{6,8})\b")),
    ("plate", re.compile(rf"\b(?P<it>{_PLATE})")),
    (
        "plate",
        re.compile(
            rf"\b(?:biển|bien|bks)(?: (?:số|so|kiểm|kiem|soát|soat|xe))*[: ]*(?P<it>{_PLATE})",
            re.IGNORECASE,
        ),
    ),
)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _both(words: str) -> frozenset[str]:
    """The words of `words`, with and without their marks."""
    return _set(words) | _set(fold(words))


_FAMILIES = _both(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh lưu trịnh trương đào đoàn phùng tạ "
    "tống vương tô lò lèo lù quàng tòng giàng sùng thào vừ hờ bế đàm hứa nông triệu lăng lộc liễu mông bàn chẩu "
    "nghiêm khổng quách lã lại doãn từ vi mã ma la lục thạch tăng kiều cầm hà cao thái lâm lương mai chu"
)
# Also the first word of many places: without a title or a middle name they begin no name of two words.
_ALSO_PLACES = _both("hà cao thái lâm lương mai chu vi mã ma la lục thạch lộc kiều bàn cầm từ")
# Beginning a name in small letters they are nothing else, even without a title.
_SURELY_FAMILIES = _both("nguyễn trần lê phạm hoàng huỳnh bùi triệu")
_MIDDLES = frozenset({"văn", "thị", "van", "thi"})
_PUBLIC = _both("hồ.chí.minh")
# Given names that are looked for in small letters too. Left out are those that are everyday words after a title.
_GIVEN = _both(
    "ánh bách bằng bình bích cảnh châu chiến chinh chuyên cúc cường đạt điệp đức dũng dương duy giang giáp hà hải "
    "hạnh hào hậu hằng hiền hiệp hiếu hoa hoài hoàng hồng huệ hùng hương hữu huy huyền khải khánh khoa khôi kiên "
    "kiều lâm lan lành linh loan lộc lợi long luân lương luyến ly mạnh mai mùi my nam nga ngân nghĩa ngọc nguyên "
    "nguyệt nhật nhung ninh oanh phong phú phúc phương quân quang quế quốc quý quyên quyết quỳnh sáu sơn tám tân "
    "thái thắng thành thảo thìn thịnh thọ thoa thơm thơ thủy thuỷ thúy thuý thuận tiến trang trí trinh tuấn tuất "
    "tùng tuyên tuyết uyên vân việt vinh vui vượng xuân xuyến yến"
)
# What stands after "ống", "ảnh", "chỉ" and "ba" where no marks are written.
_EVERYDAY = _set("hong dat hang tien hien van thang dung")
_NO_NAMES = frozenset({"anh huong", "anh hung", "chu trong", "lan chiem", "lan dat", "nam ngoai"})
_TITLES = _set(
    "ông bà anh chị cô chú bác dì cậu mợ thím em cháu cụ thầy thằng lão mụ gã bé vợ chồng bố mẹ hộ tên đ/c ong anh "
    "ba chi bac"
)
_OFFICES = frozenset(
    {"bác sĩ", "đồng chí", "cán bộ", "chủ tịch", "bí thư", "kế toán", "địa chính", "gia đình", "giáo viên", "công an"}
    | {"hiệu trưởng", "tổ trưởng", "hội trưởng", "trạm trưởng", "an viên", "thủ quỹ", "hieu truong", "to truong"}
    | {"thôn trưởng", "bản trưởng", "xóm trưởng", "hoi truong", "tram truong", "thu quy", "thon truong", "ban truong"}
    | {"nhân viên", "họ tên", "tên là", "bac si", "dong chi", "can bo", "chu tich", "bi thu", "gia dinh", "ten la"}
)
_IN_SMALL = _set("ông bà anh chị cô chú bác cụ thằng dì cậu lão mụ ong")
# Without marks these are "three", "only", "uncle" or "owner": a name only where a house or a thing is somebody's.
_AFTER_OWNER = frozenset({"ba", "anh", "chi", "chu", "bac", "co", "cu"})
_OWNERS = frozenset({"nha", "nhà", "cua", "của", "canh", "gan", "ho", "voi", "vo"})

_VILLAGES = _set("thôn thon bản xóm xom khối tổ ấp buôn làng tdp")
_PLACES = _set(
    "khu ấp lang xã xa phường phuong huyện huyen tỉnh tinh quận phố pho đường duong ngõ ngo kiệt kiet hẻm ngách cầu "
    "chợ trường truong học non thcs thpt suối suoi sông song hồ đập đầm thác đèo deo núi nui đồi doi đồng bãi rừng "
    "kcn trạm đền chùa đình miếu kênh kenh mương ty htx p q tt"
)
_PLACE_PAIRS = frozenset({"ngã ba", "ngã tư", "nga ba", "nga tu", "công viên", "cong vien", "thị trấn", "thi tran"})
_HEADS = _set("trưởng truong phó pho thư thu an bộ bo")
# What an official of the commune is called before its word, and of a party cell before "chi bộ".
_XA_HEADS = frozenset({"công an", "cong an", "chủ tịch", "chu tich", "cán bộ", "can bo", "bí thư", "bi thu"})
_KINDS_OF_PLACE = _set("thon ban xom khoi to dan pho ap buon lang tdp khu xa phuong thi tran")
_DEPUTIES = frozenset({"trưởng", "truong", "phó", "pho"})
# In small letters after "trưởng thôn" they are hardly anything but names.
_HEADS_SMALL = _set("thọ hùng bình tuấn cường vinh khánh quỳnh thủy thuỷ dũng tho hung cuong vinh khanh quynh thuy")
_NOT_IN_NAMES = _set(
    "trưởng phó chủ bí cán công uỷ ủy ubnd hđnd hội đảng kế hiệu giám ban tổ thôn bản xóm khối xã huyện tỉnh nhà "
    "trường trạm nước máy đề kính xin tôi và là có đã ở tại nhân dân truong pho chu bi can cong uy hoi dang thon ban "
    "xom xa huyen tinh nha tram de kinh toi va co tai đường duong chợ cho mặt phòng phong"
)
_LONGEST_NAME = 4


class _Word(NamedTuple):
    text: str
    start: int
    end: int
    follows: bool  # only blanks lie between it and the word before

    @property
    def low(self) -> str:
        return self.text.lower()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper() and self.text.isalpha() and (len(self.text) == 1 or not self.text.isupper())


def places_of(commune: Commune) -> frozenset[str]:
    """The names of the commune's villages, and of what it is and was made of, folded, without the word "thôn"."""
    names = [commune.name]
    for village in commune.villages:
        names += [village.name, village.former_commune, *village.aliases]
    found = set[str]()
    for name in names:
        words = fold(name).split()
        found.add(" ".join(words))
        while words and words[0] in _KINDS_OF_PLACE:
            words = words[1:]
            found.add(" ".join(words))
    return frozenset(found - {""})


def suggest(text: str, places: Collection[str] = ()) -> str:
    """`text` with everything that `finds` finds replaced by "[…]"; suggesting again changes nothing."""
    while found := finds(text, places):
        for start, end, _ in reversed(found):
            text = text[:start] + LEFT_OUT + text[end:]
    return text


def finds(text: str, places: Collection[str] = ()) -> list[tuple[int, int, str]]:
    """What may have to be left out of `text`: start, end and kind, in order, none overlapping.

    `places` are `places_of` the commune: behind "trưởng thôn" the name of one stays, and what is none is a person's.

    Kinds: "name", "phone", "citizen" (and other long numbers), "house", "plot", "plate", "email", "link".
    """
    composed, starts = _composed(text)
    spans = [(*found.span("it"), kind) for kind, pattern in _PATTERNS for found in pattern.finditer(composed)]
    spans += [(start, end, "name") for start, end in _names(composed, places)]
    apart: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]), apart[-1][2])
        else:
            apart.append((start, end, kind))
    return [(starts[start], starts[end], kind) for start, end, kind in apart]


def _composed(text: str) -> tuple[str, list[int]]:
    """`text` with its marks composed and nothing invisible, and where in `text` each letter of that begins."""
    letters: list[str] = []
    starts: list[int] = []
    for found in re.finditer(r"[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", text):
        if unicodedata.category(found[0][0]) != "Cf":
            composed = unicodedata.normalize("NFC", found[0])
            letters.append(composed)
            starts += [found.start()] * len(composed)
    return "".join(letters), [*starts, len(text)]


def _names(text: str, places: Collection[str]) -> Iterator[tuple[int, int]]:
    words: list[_Word] = []
    for found in re.finditer(r"đ/c\b|\w+", text, re.IGNORECASE):
        gap = text[words[-1].end : found.start()] if words else "."
        words.append(_Word(found[0], *found.span(), follows=re.fullmatch(r"[ \t\u00a0]+", gap) is not None))
    at = 0
    while at < len(words):
        kept = _place(words, at, places)
        if kept:
            at += 1 + kept
            continue
        first, count = _name(words, at, places)
        if count:
            yield words[first].start, words[first + count - 1].end
        at = first + count if count else at + 1


def _place(words: list[_Word], at: int, places: Collection[str]) -> int:
    """How many words after `at` are the name of a village or another place."""
    word, before = words[at], words[at - 1] if at else None
    if _is_office(words, at):
        return _place_of_office(words, at, places)
    is_village = word.low in _VILLAGES
    if is_village and _is_next(words, at + 1) and words[at + 1].low in _DEPUTIES:
        # "tổ trưởng", "thôn phó".
        return 0
    pair = f"{before.low} {word.low}" if before and word.follows else ""
    if not is_village and word.text not in _PLACES and pair not in _PLACE_PAIRS:
        return 0
    numbers = 0
    while numbers < 2 and _is_next(words, at + 1 + numbers) and words[at + 1 + numbers].text[0].isdecimal():
        numbers += 1
    count = _capitals(words, at + 1 + numbers, places=True)
    if is_village and not count and not numbers:
        while count < 2 and _is_next(words, at + 1 + count) and words[at + 1 + count].text.islower():
            count += 1
        return 0 if count and words[at + 1].low in _OWNERS else count
    return numbers + count


def _is_office(words: list[_Word], at: int) -> bool:
    """Whether the word ends an office that a village, a party cell or the commune has: its holder may follow."""
    word, before = words[at], words[at - 1] if at else None
    if before is None or not word.follows:
        return False
    if word.low in _VILLAGES:
        return before.low in _HEADS
    earlier = words[at - 2].low if at > 1 and before.follows else ""
    if f"{before.low} {word.low}" in {"chi bộ", "chi bo"}:
        return earlier in _HEADS
    return word.low in {"xã", "xa"} and f"{earlier} {before.low}" in _XA_HEADS


def _place_of_office(words: list[_Word], at: int, places: Collection[str]) -> int:
    """How many words after an office are the name of its place.

    "trưởng thôn Nà Lúm" is a village's head, "trưởng thôn Nguyễn Văn A" and "trưởng thôn Thọ" are the head.
    """
    count = 0
    while count < 2 and _is_next(words, at + 1 + count) and words[at + 1 + count].text[0].isdecimal():
        count += 1
    named = _capitals(words, at + 1 + count, places=True)
    after = at + 1 + named
    if count or not named or (_is_next(words, after) and words[after].text[0].isdecimal()):
        return count + named
    is_of_commune = words[at].low in {"xã", "xa"}
    known = _known(words, at + 1, named, places)
    return known or (0 if _holds_office(words, at + 1, named, places, is_of_commune=is_of_commune) else named)


def _known(words: list[_Word], at: int, count: int, places: Collection[str]) -> int:
    """How many of the words from `at` on, at most `count`, are the name of one of `places`."""
    folded = [fold(word.text) for word in words[at : at + count]]
    return next((many for many in range(count, 0, -1) if " ".join(folded[:many]) in places), 0)


def _holds_office(words: list[_Word], at: int, count: int, places: Collection[str], *, is_of_commune: bool) -> bool:
    """Whether the capitals behind an office are who holds it, and no place."""
    first, last = words[at].low, words[at + count - 1].low
    if first in _FAMILIES and not (is_of_commune and count == 2 and first in _ALSO_PLACES):
        return True
    if count == 1:
        return first in _GIVEN or (bool(places) and not is_of_commune)
    return bool(places) and last in _GIVEN


def _name(words: list[_Word], at: int, places: Collection[str]) -> tuple[int, int]:
    """Where a name begins that `at` opens or announces, and how many words it has: 0 for none."""
    word = words[at]
    if not _is_next(words, at + 1):
        return at, 0
    before = words[at - 1].low if at and word.follows else ""
    after = words[at + 1]
    is_owned = before in _OWNERS
    is_head = _is_office(words, at)
    is_owner = word.low in {"nhà", "nha", "là"} and after.low in _FAMILIES | _GIVEN
    is_titled = word.low in _TITLES or f"{before} {word.low}" in _OFFICES or (is_owned and word.low in _AFTER_OWNER)
    if is_titled or is_head or is_owner:
        count = _capitals(words, at + 1)
        if count:
            return at + 1, count
    if is_head and after.low in _HEADS_SMALL and not after.is_capital and not _known(words, at + 1, 1, places):
        return at + 1, 1
    if word.low in _IN_SMALL or (is_owned and word.low in _AFTER_OWNER):
        count = _small(words, at + 1)
        if count and f"{word.low} {after.low}" not in _NO_NAMES:
            return at + 1, count
    return at, _whole(words, at)


def _whole(words: list[_Word], at: int) -> int:
    """How many words of a name begin at `at` without any title."""
    word = words[at]
    count = _capitals(words, at)
    if count:
        is_middled = count >= 3 and words[at + 1].low in _MIDDLES
        is_public = ".".join(one.low for one in words[at : at + count]) in _PUBLIC
        is_named = word.low in _FAMILIES and count >= (3 if word.low in _ALSO_PLACES else 2)
        return count if (is_middled or is_named) and not is_public else 0
    if word.low in _SURELY_FAMILIES and _is_next(words, at + 2) and words[at + 1].low in _MIDDLES:
        return 3 * words[at + 1].follows
    return 0


def _small(words: list[_Word], at: int) -> int:
    """How many words of a name begin at `at`, written in small letters or all in capitals."""
    one, second = words[at], words[at + 1] if _is_next(words, at + 1) else None
    if one.is_capital:
        return 0
    if one.low in _FAMILIES and second is not None:
        if second.low in _MIDDLES and _is_next(words, at + 2):
            return 3
        if second.low in _GIVEN - _EVERYDAY:
            return 2
    is_deed = second is not None and f"{one.low} {second.low}" in _NO_NAMES
    return int(one.low in _GIVEN - _EVERYDAY and not is_deed)


def _capitals(words: list[_Word], at: int, *, places: bool = False) -> int:
    """How many words from `at` on begin with a capital, at most a name's length."""
    count = 0
    while at + count < len(words) and count < _LONGEST_NAME:
        word = words[at + count]
        if not word.is_capital or (count and not word.follows):
            break
        is_title = word.low in _TITLES and not (count and word.low in {"anh", "ba"})
        if not places and (
            is_title or word.low in _NOT_IN_NAMES or (word.low == "văn" and _is_culture(words, at + count))
        ):
            break
        count += 1
    return count


def _is_culture(words: list[_Word], at: int) -> bool:
    return _is_next(words, at + 1) and words[at + 1].low in {"hóa", "hoá"}


def _is_next(words: list[_Word], at: int) -> bool:
    return at < len(words) and words[at].follows
