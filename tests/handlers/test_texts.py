"""Every text: used, there in both languages, said in the ways that dialogues.md asks for."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as ftl
from fluent.syntax.visitor import Visitor

from handlers.official.history import STEPS

HANDLERS = Path(__file__).parents[2] / "handlers"
BOT = HANDLERS.parent / "bot"
LANGUAGES = ("vi", "en")
FORBIDDEN = ("hệ thống", "thành công", "không hợp lệ", "người dùng", "quý công dân", "vui lòng", "đồng chí", "anh/chị")
LONG = {
    "accuse-consent-whole": 560,
    "consent": 640,
    "consent-files": 640,
    "consent-whole": 800,
    "greeting": 420,
    "greeting-village": 420,
    "o-other": 360,
}
"""Texts that a law or a whole list makes longer than the 300 characters of an ordinary one."""


PRESSED = {
    # What stands on a page of our own, or on her telephone.
    *("chat-cookies", "chat-apple", "chat-push", "greeting", "greeting-village"),
    # Said only in a group: there are buttons.
    "o-group-not-yours",
    # In a branch of its own for messengers whose cards have buttons.
    *("o-about-answering", "o-about-staff"),
}
"""Texts that may name a button; elsewhere what is offered may stand as numbers, and is chosen."""


class Arguments(Visitor):
    """The variables that a message takes."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ftl.VariableReference) -> None:  # noqa: N802  the visitor's own name
        self.names.add(node.id.name)


def files(language: str) -> list[Path]:
    return sorted((HANDLERS / "texts").glob(f"{language}*.ftl"))


@cache
def messages(language: str) -> tuple[ftl.Message, ...]:
    parsed = [FluentParser().parse(file.read_text(encoding="utf-8")) for file in files(language)]
    junk = [entry.content for resource in parsed for entry in resource.body if isinstance(entry, ftl.Junk)]
    assert junk == []
    return tuple(entry for resource in parsed for entry in resource.body if isinstance(entry, ftl.Message))


@cache
def keys(language: str) -> frozenset[str]:
    return frozenset(each.id.name for each in messages(language))


def arguments(message: ftl.Message) -> set[str]:
    visitor = Arguments()
    visitor.visit(message)
    return visitor.names


def variants(pattern: ftl.Pattern | None) -> Iterator[str]:
    """The pattern as it can be read, a placeable as "…"; a choice gives one reading each."""
    if pattern is None:
        return
    readings = [""]
    for element in pattern.elements:
        parts = ["…"]
        if isinstance(element, ftl.TextElement):
            parts = [element.value]
        elif isinstance(element.expression, ftl.SelectExpression):
            parts = [part for variant in element.expression.variants for part in variants(variant.value)]
        elif isinstance(element.expression, ftl.StringLiteral):
            parts = [element.expression.parse()["value"]]
        elif isinstance(element.expression, ftl.TermReference):
            parts = ["bác"]
        readings = [reading + part for reading in readings for part in parts]
    yield from readings


@cache
def literals() -> frozenset[str]:
    """Every string constant of the program: a text key is one of them."""
    return frozenset(
        node.value
        for floor in (HANDLERS, BOT)
        for path in floor.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def event_kinds() -> set[str]:
    """Every kind of event that the record writes; those of a state are made of it, and are none of a matter's."""
    found = {
        node.value
        for path in (HANDLERS.parent / "storage").rglob("*.py")
        if path.parent.name != "models" and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {kind for kind in found if re.fullmatch(r"[a-z]+\.[a-z_]+", kind)}


def event_key(kind: str) -> str:
    return f"o-event-{re.sub('[._]', '-', kind)}"


def event_keys() -> set[str]:
    """The sentence of each kind of event that the record writes: its key is made of its kind."""
    return {event_key(kind) for kind in event_kinds()}


def said_keys() -> set[str]:
    """Keys that the code names where it says them."""
    named: set[str] = set()
    for path in (*HANDLERS.rglob("*.py"), *BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            owner = getattr(
                getattr(node.func, "value", None), "attr", getattr(getattr(node.func, "value", None), "id", "")
            )
            if called == "say" or (called == "plain" and owner == "say"):
                named |= {
                    leaf.value
                    for leaf in ast.walk(node.args[0])
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                }
    return named


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_twice(language: str) -> None:
    names = [each.id.name for each in messages(language)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_both_languages_have_the_same_keys() -> None:
    assert keys("vi") ^ keys("en") == set()


def test_both_languages_take_the_same_arguments() -> None:
    english = {each.id.name: arguments(each) for each in messages("en")}
    differing = {
        each.id.name: arguments(each) ^ english[each.id.name]
        for each in messages("vi")
        if arguments(each) != english[each.id.name]
    }
    assert differing == {}


def test_every_key_is_used() -> None:
    assert sorted(keys("vi") - literals() - event_keys()) == []


UNTOLD_EVENTS = {
    *("announcement", "conference", "delegation", "digest", "draft", "group", "official", "person", "reminder"),
    "sealed",
}
"""What happens to these is in nobody's story of a matter: `/nhatky` tells of opinions, issues, answers, promises."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_a_matter_has_its_sentence(language: str) -> None:
    told = {kind for kind in event_kinds() if kind.partition(".")[0] not in UNTOLD_EVENTS}
    assert {kind.partition(".")[0] for kind in told} == {"opinion", "issue", "answer", "commitment"}
    assert sorted(kind for kind in told - STEPS if event_key(kind) not in keys(language)) == []
    # What the event of its answer tells already has none, so that nothing is told twice.
    assert sorted(kind for kind in STEPS if kind not in told) == []


def test_every_key_said_is_there() -> None:
    said = {key for key in said_keys() if re.fullmatch(r"[a-z][a-z0-9-]*", key)} - set(LANGUAGES)
    assert sorted(said - keys("vi")) == []


def vietnamese() -> list[tuple[str, str]]:
    return [(each.id.name, text) for each in messages("vi") for text in variants(each.value)]


def test_no_exclamation_and_no_forbidden_word() -> None:
    bad = [(key, word) for key, text in vietnamese() for word in ("!", *FORBIDDEN) if word in text.lower()]
    assert bad == []


def test_no_capitals_throughout() -> None:
    shouted = [key for key, text in vietnamese() if re.search(r"\b[A-ZĐÀ-Ỹ]{5,}\b", text.replace("UBND", ""))]
    assert shouted == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_are_short(language: str) -> None:
    long = [
        each.id.name
        for each in messages(language)
        if re.match(r"(o-)?button-", each.id.name)
        for text in variants(each.value)
        if len(text) >= 24
    ]
    assert long == []


def test_texts_are_short() -> None:
    long = {key: len(text) for key, text in vietnamese() if len(text) > LONG.get(key, 300)}
    assert long == {}


def test_question_is_the_last_line() -> None:
    """Above buttons, what is asked stands right on them."""
    early = [
        key
        for key, text in vietnamese()
        if not key.startswith("o-") and "?" in "\n".join(text.splitlines()[:-1]) and "?" not in text.splitlines()[-1]
    ]
    # The list of villages is itself the answer to its question; the law's words follow the question of consent.
    assert set(early) <= {"village"}


@pytest.mark.parametrize(
    ("language", "gesture"), [("vi", r"\b(bấm|nút|chạm)\b"), ("en", r"\b(press|tap|click|button|buttons)\b")]
)
def test_text_names_a_button_only_where_there_are_buttons(language: str, gesture: str) -> None:
    naming = {
        each.id.name
        for each in messages(language)
        if any(re.search(gesture, reading, re.IGNORECASE) for reading in variants(each.value))
    }
    assert naming <= PRESSED
    assert language != "vi" or naming == PRESSED
