"""Whether an opinion seems to accuse a certain person of wrongdoing (tố cáo).

Then the bot asks before anything else: an accusation counts only on signed paper or in person (Luật Tố cáo, Điều 22),
and the one accused must never read it. It only asks, so it errs a little on the side of asking.
"""

import re
import unicodedata

from storage.folding import fold

_SHORT = {"ko": "khong", "kg": "khong", "dc": "duoc", "đc": "duoc", "cb": "can bo", "tr": "trieu"}
_POLICE = re.compile(r"\bca (?=xa\b|thon\b|vien\b)")

# Somebody with a title, found before folding: afterwards "ông" is a pipe, "chị" is "only" and "bà" is "three".
_TITLED = re.compile(r"\b(ông|bà|anh|chị|cô|chú|bác|thằng|lão|mụ|thầy|ong|chi|thang) (\w+)", re.IGNORECASE)
_MAN = frozenset({"ông", "thằng", "lão", "mụ", "ong", "thang"})
_NO_NAME = re.compile(
    r"bà|con|nội|ngoại|già|xã|ơi|mẹ|thông|khói|cố|ấy|ta|nước|cống|nhựa|này"
    r"|chủ|trưởng|bí|phó|cán|kế|giám|chu|truong|bi|pho|can|ke|giam"
    r"|ba|noi|ngoai|gia|nuoc|cong|nhua|thoat|dong|dan|khoi|oi|nay|sau|truoc|qua"
)
_SOMEBODY = r"(?:ainay|(?:nha |nguoi )?hang xom|(?:ong|ba|lao|mu|anh|chi) (?:ay|ta|kia)|han)"
_OFFICE = (
    r"(?:(?:pho |nguyen )?(?:truong|bi thu|to truong|doi truong|chi hoi truong|hieu truong|tram truong|hoi truong)"
    r" (?:thon|ban|xom|ap|khoi|to dan pho|to|chi bo|cong an|tram|phong|doan|xa)|to truong|hieu truong|tram truong"
    r"|bi thu|chu tich|can bo|cong chuc|lanh dao|cong an|dan quan|xa doi|ke toan|thu quy|dia chinh|tu phap|kiem lam"
    r"|giao vien|co giao|thay giao|hoi truong|bac si|giam doc|village head|chairman|officials?|policem[ae]n|officers?)"
)
_MONEY = r"(?:\w+ ){0,2}(?:tien|phong bi|trieu|tram nghin)"
_OWN_PAY = r"(?! (?:ho tro|tro cap|den bu|boi thuong|luong|bao hiem|thuong|dien|nuoc))"
_CORRUPT = (
    r"an chan|an bot|an tien|an cap|an chia|an hoi lo|bot xen|cat xen|rut ruot|tham o|tham nhung|bien thu|chiem doat"
    r"|chiem dung|bo tui|duc khoet|hoi lo|lot tay|boi tron|phong bi|chay chot|vet tien|moi tien|voi vinh|tien ngoai"
    rf"|(?:nhan|lay|thu|xin) {_MONEY}{_OWN_PAY}|(?:doi|voi|giu|om|dut|goi y|nga gia|quyt) {_MONEY}"
    rf"|thu (?:\w+ ){{0,4}}(?:khong hoa don|khong bien lai|khong phieu|khong co (?:hoa don|bien lai|phieu)|sai|trai)"
    r"|gian doi|gian lan|khai khong|khai man|lap khong|lam gia|gia mao|gia chu ky|ky khong|lua dao|lua tien|lua dan"
    r"|(?:nguoi nha|anh em|ho hang|con chau) (?:\w+ ){0,4}(?:ho ngheo|danh sach)|thien vi"
    r"|chia nhau (?:\w+ ){0,2}tien|(?:bat|ep) (?:dan )?(?:dua|nop|dong) (?:\w+ ){0,2}tien"
    r"|bao che|bao ke|tiep tay|lam quyen|loi dung chuc|lam dung"
    r"|sai pham|tieu cuc|nhung nhieu|sach nhieu|tru dap|tru um|doa nat|de doa (?:toi|em|nguoi)"
    r"|brib\w+|corrupt\w*|stole|steal\w*|embezzl\w+"
)
_HARM = (
    r"danh (?:nguoi|dap|dan|hoc sinh|toi|em|chau|con|vo|bo|me|chong|gay|chet)|hanh hung|doa (?:giet|danh|dan)|chui boi"
    r"|xuc pham|quay roi|sam so|hiep dam|xam hai|cuop (?:dat|ruong)|(?:chiem|lay) dat|ban (?:\w+ )?dat cong"
    r"|pha rung|chat (?:go|rung)|(?:an |lay )trom|trom cap|danh bac|ghi de|co bac|ma tuy"
)
_BY_OFFICE = r"lan (?:chiem|dat|duong|ruong|rung)|chiem (?:dung )?dat|gay kho de|lam kho dan|ep dan|chia dat|ban dat"
# Between the one who acts and the deed: neither a victim ("bị") nor somebody who is to do something about it.
_HANDLES = (
    r"bi|xu|xu ly|xu phat|kiem tra|giai quyet|ngan chan|dieu tra|tuyen truyen|xem|xem xet|phat|dep|chong|nhac|can thiep"
    r"|vao cuoc|lam ro|theo doi|quan ly|canh giac|tuan tra|vi|nen|bao cong an|huong dan|thu hoi|stop|check"
)
_BETWEEN = rf"(?:(?!(?:{_HANDLES})\b)\w+ ){{0,8}}"
_ADDRESSED = re.compile(
    r"\b(?:de nghi|kien nghi|mong|nho|xin|yeu cau|kinh gui|kinh thua|thua|bao|trinh|gui|goi|cam on|please|dear)"
    rf"(?: (?:cac|ong|ba|anh|chi|dong chi|xa|voi|den|luc luong|phia|ban|muon|cap|the))*(?: {_OFFICE}| ainay)+"
)
_ACCUSES = re.compile(
    rf"\b(?:to giac|(?<!cay )(?<!nguoi )(?<!cot )(?<!nha )to cao|vach mat)\b"
    rf"|\b{_OFFICE} {_BETWEEN}(?:{_CORRUPT}|{_HARM}|{_BY_OFFICE})\b"
    rf"|\b{_SOMEBODY} {_BETWEEN}(?:{_CORRUPT}|{_HARM})\b"
    rf"|\b(?:{_CORRUPT}) (?:\w+ ){{0,3}}(?:cua|boi|la|do|cho|by) (?:{_OFFICE}|ainay)\b"
    rf"|\b(?:dua|bieu|dut|mat) {_MONEY} (?:\w+ ){{0,3}}{_OFFICE}\b"
)
_PROCEDURE = re.compile(r"\b(?:giai quyet|tiep nhan|thu tuc|luat|ve)(?: don)?(?: khieu nai)? to cao\b")


def is_about_a_person(text: str) -> bool:
    """Whether `text` sets an office-holder or a named person beside a wrongdoing, or says "tố cáo" outright.

    An office-holder who is only asked for something, or who is only slow or rude, is not accused.
    """
    sentences = re.split(r"[.!?;\n]+", _TITLED.sub(_unnamed, unicodedata.normalize("NFC", text)))
    return any(
        _accuses(" ".join(_SHORT.get(word, word) for word in re.findall(r"\w+", fold(one)))) for one in sentences
    )


def _accuses(sentence: str) -> bool:
    plain = _PROCEDURE.sub(" ", _ADDRESSED.sub(" ", _POLICE.sub("cong an ", sentence)))
    return _ACCUSES.search(plain) is not None


def _unnamed(found: re.Match[str]) -> str:
    title, word = found[1].lower(), found[2]
    is_named = word[0].isupper() and not found[0].isupper()
    return " ainay " if is_named or (title in _MAN and not _NO_NAME.fullmatch(word.lower())) else found[0]
