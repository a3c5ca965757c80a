"""The README's table of what each messenger can do is what the code declares of it, cell by cell."""

import shlex
from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

from bot.config import load
from bot.messengers.features import TELEGRAM, WEB, WEB_PLAIN, ZALO_BOT, ZALO_OA, Bell, Features, Kind, zalo_oa
from bot.pacing import ChatLimit

README = Path(__file__).parents[1] / "README.md"
HEADING = "### What each messenger can do"
COLUMNS = {"Telegram": TELEGRAM, "Zalo Bot": ZALO_BOT, "Zalo OA": ZALO_OA, "`/chat`": WEB, "web plain": WEB_PLAIN}
MB = 1_000_000
BELLS = {Bell.APP: "its app", Bell.PUSH: "Web Push, also while the page is closed", Bell.NONE: "the open page"}


def told(ability: bool, otherwise: str = "no") -> str:
    return "yes" if ability else otherwise


def buttons(can: Features) -> str:
    if can.buttons is None:
        return "any number"
    return "none: numbers" if can.numbered else f"{can.buttons}, more become numbers"


def longest(limit: int | None) -> str:
    return "any" if limit is None else f"{limit:,}"


def label(can: Features) -> str:
    return "no buttons" if can.numbered else longest(can.label)


def sent(can: Features, kind: Kind) -> str:
    native = can.sends.get(kind)
    if native is None:
        return "a link"
    size = "" if native.size is None else f"up to {native.size // MB} MB"
    if kind is Kind.PHOTO:
        return f"yes, made smaller to {native.size // MB} MB" if native.size is not None else "yes"
    return f"{' '.join([', '.join(sorted(native.types)), size]).strip()}; else a link" if native.types else "yes"


def typing(can: Features) -> str:
    return told(can.typing, "no" if can.bell is Bell.APP else "the page")


def pace(per_second: float | None) -> str:
    if per_second is None:
        return "any"
    return f"{per_second:g} a second" if per_second == int(per_second) else f"{per_second * 60:g} a minute"


def burst(limit: ChatLimit | None) -> str:
    return "any" if limit is None else f"{limit.burst} at once, {60 / limit.seconds:g} a minute"


def group(can: Features) -> str:
    return burst(can.group) if can.groups else "no groups"


def hours(span: timedelta) -> str:
    return f"{span // timedelta(hours=1)} hours"


def window(can: Features) -> str:
    return f"{can.window.days} days, then held" if can.window is not None else "for ever"


def price(can: Features) -> str:
    own = can.window
    if own is None:
        return "nothing"
    return f"after {hours(own.free)} {own.price} đ beyond {own.included} a month"


def plan(can: Features) -> str:
    return f"{can.plan.people} people, {can.plan.messages:,} a month" if can.plan is not None else "no limit"


ROWS: dict[str, tuple[tuple[str, ...], Callable[[Features], str]]] = {
    "Bold, links in words": (("html",), lambda can: told(can.html, "plain text")),
    "Buttons under a message": (("buttons",), buttons),
    "Longest label of a button": (("label",), label),
    "A button that opens an address": (("link_buttons",), lambda can: told(can.link_buttons, "written out")),
    "A button that calls the commune": (
        ("phone_buttons",),
        lambda can: told(can.phone_buttons, "the number in the text"),
    ),
    "A message changed in place": (("edits",), lambda can: told(can.edits, "said anew where it matters")),
    "Longest text, a longer one is split": (("text",), lambda can: longest(can.text)),
    "Longest caption, a longer one follows": (("caption",), lambda can: longest(can.caption)),
    "Photo out": (("sends",), lambda can: sent(can, Kind.PHOTO)),
    "Voice out": (("sends",), lambda can: sent(can, Kind.VOICE)),
    "Document out": (("sends",), lambda can: sent(can, Kind.DOCUMENT)),
    "Photo in": (("takes",), lambda can: told(Kind.PHOTO in can.takes)),
    "Voice in": (("takes",), lambda can: told(Kind.VOICE in can.takes)),
    "Document or video in": (("takes",), lambda can: told(Kind.DOCUMENT in can.takes)),
    "Sticker in": (("takes",), lambda can: told(Kind.STICKER in can.takes)),
    "Location in": (("takes",), lambda can: told(Kind.LOCATION in can.takes)),
    "We hear what she replies to": (("replies",), lambda can: told(can.replies)),
    "A sign on her message (👍)": (("reactions",), lambda can: told(can.reactions, "said in words")),
    "Shows that we are typing": (("typing",), typing),
    "The button that records a voice": (("holds",), lambda can: "is held" if can.holds else "is tapped"),
    "A link or QR code that says her village": (("village_link",), lambda can: told(can.village_link)),
    "What tells her that something came": (("bell",), lambda can: BELLS[can.bell]),
    "Messages out": (("per_second",), lambda can: pace(can.per_second)),
    "Messages to one chat": (("chat",), lambda can: burst(can.chat)),
    "Messages to a village's group": (("groups", "group"), group),
    "How long after her last word we may write": (("window",), window),
    "What a message costs": (("window",), price),
    "The plan ends at": (("plan",), plan),
}


def table() -> list[list[str]]:
    """The cells of the README's table, head first; the line under the head is left out."""
    section = README.read_text(encoding="utf-8").split(f"{HEADING}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]
    return [rows[0], *rows[2:]]


def test_every_declared_ability_has_its_row() -> None:
    shown = {name for names, _ in ROWS.values() for name in names}
    assert shown == {each.name for each in fields(Features)}


def test_table_says_what_the_code_declares() -> None:
    declared = [[label, *(said(can) for can in COLUMNS.values())] for label, (_, said) in ROWS.items()]
    assert table() == [["", *COLUMNS], *declared]


def test_words_above_it_say_what_the_larger_plan_has() -> None:
    can = zalo_oa("toan-dien")
    assert can.per_second is not None
    assert can.window is not None
    told = f"{can.per_second * 60:,.0f} messages a minute and {can.window.included:,} a month"
    assert told in " ".join(README.read_text(encoding="utf-8").split())


def test_readmes_second_trial_shares_nothing_with_the_first() -> None:
    (line,) = [each for each in README.read_text(encoding="utf-8").splitlines() if "DOITHOAI_STORAGE__MEDIA=" in each]
    own = dict(each.split("=", 1) for each in shlex.split(line.strip().removeprefix("export ")))
    token = {"DOITHOAI_ZALO_BOT__TOKEN": "12345689:abc-xyz"}
    first, second = (load(README.with_name("config.toml"), {**token, **each}) for each in ({}, own))
    places = [(each.storage.url, str(each.storage.media), each.web.port) for each in (first, second)]
    assert places == [
        ("sqlite+aiosqlite:///data/doithoai.db", "data/media", 8080),
        ("sqlite+aiosqlite:///data/thu.db", "data/thu", 8090),
    ]
