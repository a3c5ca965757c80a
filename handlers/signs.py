"""What a message is before it is an opinion: a cry for help, or thanks. Read on folded text."""

import re

from storage.folding import fold

_WHO = r"(?:nha|gia dinh|con|chau|vo|chong|bo|me|ong|ba|em|toi|minh|nguoi|hang xom|nha toi|nha em|nha chau|nha minh)"
_NOW = r"(?:dang|vua|sap)"

_DANGER = re.compile(
    "|".join(
        (
            # fire
            rf"\b{_NOW} (?:bi )?chay (?:nha|rung|bep|kho|lon|to)\b",
            r"^(?:chay|hoa hoan|boc chay)(?: roi| lon| to| qua)?$",
            r"\bchay nha\b(?! (?:may|van hoa|tro))",
            r"\bnha (?:\w+ ){0,3}(?:dang|bi) (?:boc )?chay\b(?! nuoc)",
            r"\bnha (?:\w+ ){0,2}chay roi\b",
            rf"\b{_NOW} (?:boc chay|co chay|hoa hoan)\b",
            r"\brung (?:\w+ ){0,2}dang chay\b",
            r"\b(?:no|ro|xi) (?:khi |binh )+gas?\b",
            # land and water
            rf"\bnha (?:\w+ ){{0,3}}(?:sat lo|sap) roi\b|\b{_NOW} (?:bi )?(?:sat lo|sap nha|lo dat|lo nui)\b",
            r"\b(?:nui|doi|dat|ta luy) (?:\w+ )?(?:sat lo|lo|do) (?:xuong|vao) nha\b",
            r"\bnha (?:\w+ ){0,3}(?:bi )?(?:vui lap|cuon troi)\b",
            r"\bnuoc (?:lu )?(?:dang|van) (?:len|dang|do ve|tran vao)\b",
            r"\b(?:dang lu|lu dang|lu ve roi|lu ong ve|lu quet ve|co lu quet)\b",
            rf"\b{_WHO} (?:\w+ ){{0,3}}(?:bi )?(?:mac ket|cuon troi|vui lap|duoi nuoc)\b",
            r"\bco (?:\w+ ){0,2}(?:duoi nuoc|chet duoi)\b",
            # people hurt
            r"\bcuu (?:toi|voi|em|chau|nguoi|con|gap|ho|nha)\b",
            r"\b(?:can|goi|xin) cap cuu\b|\bcap cuu (?:voi|gap|ngay)\b",
            rf"\b{_NOW} (?:bi |co |xay ra )*(?:tai nan|danh nhau|chem|dam nhau|danh dap|cuop|dien giat|hiep)\b",
            r"\b(?:bi|co \w+ bi) (?:tai nan|dien giat|dam|chem|ran can|ngo doc) (?:roi|nang|bat tinh|o)\b",
            rf"\b{_WHO} (?:\w+ ){{0,3}}(?:bat tinh|ngat xiu|khong tho duoc|kho tho|co giat)\b",
            rf"\b{_WHO} (?:\w+ ){{0,2}}(?:muon tu tu|tu tu|doa giet|doi giet)\b",
            rf"\b{_NOW} (?:\w+ )?(?:muon chet|tu tu)\b",
            r"\bday dien (?:\w+ ){0,2}(?:dut|roi) (?:\w+ ){0,2}(?:roi|duong|dat|xuong|nuoc)\b",
            r"\b(?:trom|cuop) (?:\w+ )?(?:dang|vua) (?:o|vao|pha)\b|\bco (?:trom|cuop)$",
            # the numbers themselves
            r"^(?:goi )?11[1345]$",
            # the same in English
            r"\bhelp (?:me|us)\b|\b(?:house|forest) is on fire\b|\bis (?:drowning|unconscious|bleeding)\b",
        )
    )
)

_THANKS = re.compile(r"\b(?:cam on|thanks?|thank you|tks)\b")
_COURTEOUS = re.compile(
    r"(?:cam on|thanks?|thank you|tks|xa|uy ban|nhan dan|ubnd|lanh dao|can bo|cac|chu tich|bi thu|van phong|phong ban"
    r"|bo phan|vang|da|xin|rat|nhieu|lam|nhe|nha|nghe|a|ah|oi|chan thanh|tat ca|moi nguoi|bac|ong|ba|anh|chi|em|co|chu"
    r"|may|toi|minh|gia dinh|tra loi|giup do|giup|ok|duoc roi|vay|het|so much|very much|the commune)"
)
_LONGEST_THANKS = 15
_HAIL = re.compile(r"\b(?:chao|a ?lo+|hello|helo|hi|hey)\b")
_HAILING = re.compile(
    rf"(?:chao|a ?lo+|hello|helo|hi|hey|ban|ad|admin|bot|co ai(?: o do| day)? khong|{_COURTEOUS.pattern})"
)
_LONGEST_HAIL = 8
_ADDRESS = r"(?:bac|em|chau|toi|minh|con|da|a|ah|nhe|nha|nhe ban|xa|may|cho xa|len xa)"
_YES = re.compile(
    r"(?:co|cho|cho phep|ok|oke|okay|okie|vang|u|uh|um|uhm|phai|dung|dung roi|dong y|duoc|dc|duoc roi|xong|xong roi"
    r"|gui|gui di|gui luon|gui ngay|gui nhe|yes|send)"
)
_HEARD = re.compile(
    r"(?:ok|oke|okay|okie|vang|da|u|uh|um|uhm|duoc|dc|duoc roi|roi|biet roi|hieu roi|nghe roi|nhan duoc roi)"
)
_NO = re.compile(r"(?:khong|ko|k|hok|khg|thoi|khong phai|ko phai|khong gui|ko gui|khong cho|khong dong y|no)")
_UNSURE = re.compile(
    r"(?:khong|ko|k|hok|khg|chua|chang|hong) (?:biet|bit|bik|ro)"
    r"(?: (?:thon|o|loai|la|thuoc|viec|cho|dau|nao|gi|nua)){0,4}"
    r"|chiu|khac|cho khac|loai khac|viec khac|thon khac|not sure|i don ?t know"
)
_KIND_EMOJI = frozenset("👍🙏❤💐🌹👏😊🙂😀😍🥰💖💕👌🤝☺")
_EMOJI_PARTS = frozenset("\ufe0f\u200d🏻🏼🏽🏾🏿 ")


def is_emergency(text: str) -> bool:
    """Whether somebody seems to be in danger now. A false alarm costs one message, so it errs on that side."""
    return _DANGER.search(re.sub(r"[^\w ]+", " ", fold(text)).strip().replace("  ", " ")) is not None


def is_greeting(text: str) -> bool:
    """Whether the text is nothing but a greeting, as people begin a talk: there is no matter in it to raise."""
    words = re.findall(r"\w+", fold(text))
    joined = " ".join(words)
    return (
        0 < len(words) <= _LONGEST_HAIL
        and _HAIL.search(joined) is not None
        and re.fullmatch(rf"{_HAILING.pattern}(?: {_HAILING.pattern})*", joined) is not None
    )


def is_yes(text: str) -> bool:
    """Whether the text is nothing but a yes to what is asked, as people type it."""
    return _is_only(_YES, text)


def is_heard(text: str) -> bool:
    """Whether the text is nothing but that she read what she was told: there is no matter in it."""
    return _is_only(_HEARD, text)


def is_no(text: str) -> bool:
    """Whether the text is nothing but a no."""
    return _is_only(_NO, text)


def is_unsure(text: str) -> bool:
    """Whether the text is nothing but that she does not know, or that it is none of what she was offered."""
    return _is_only(_UNSURE, text)


def _is_only(said: re.Pattern[str], text: str) -> bool:
    words = " ".join(re.findall(r"\w+", fold(text)))
    return re.fullmatch(rf"(?:{_ADDRESS} )*(?:{said.pattern})(?: {_ADDRESS})*", words) is not None


def is_thanks(text: str) -> bool:
    """Whether the text is nothing but thanks: there is no matter in it to raise."""
    marks = set(text.strip()) - _EMOJI_PARTS
    if marks and marks <= _KIND_EMOJI:
        return True
    words = re.findall(r"\w+", fold(text))
    return (
        0 < len(words) <= _LONGEST_THANKS
        and _THANKS.search(" ".join(words)) is not None
        and re.fullmatch(rf"{_COURTEOUS.pattern}(?: {_COURTEOUS.pattern})*", " ".join(words)) is not None
    )
