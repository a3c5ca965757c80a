"""The rules of the house that no other tool keeps."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from bot.config import Settings

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {
    "README.md", "pyproject.toml", "config.toml", "Makefile", "constraints.txt", "LICENSE", ".gitignore", ".ci",
    "bot", "handlers", "storage", "tests",
}  # fmt: skip
LONGEST_FILE = 450
SPAWNING = {"create_task", "ensure_future"}


def sources() -> list[Path]:
    return sorted(path for floor in ("bot", "handlers", "storage", "tests") for path in (ROOT / floor).rglob("*.py"))


def kept_in_git() -> list[str]:
    try:
        done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return done.stdout.splitlines()


def test_top_level_holds_what_the_design_shows_and_no_more() -> None:
    assert {name.partition("/")[0] for name in kept_in_git()} <= TOP_LEVEL


def test_files_stay_short() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def dropped_tasks(tree: ast.AST) -> Iterator[int]:
    """Lines of a task that nobody keeps: one without a reference may be collected while it runs, its error unseen."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            continue
        called = node.value.func
        bare = isinstance(called, ast.Name) and called.id in SPAWNING
        owned = isinstance(called, ast.Attribute) and called.attr in SPAWNING and not is_group(called.value)
        if bare or owned:
            yield node.lineno


def is_group(owner: ast.expr) -> bool:
    """Whether `owner` is a TaskGroup by its name: it keeps its tasks itself."""
    named = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return named.endswith(("group", "tasks"))


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_task_is_dropped(path: Path) -> None:
    assert list(dropped_tasks(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_dropped_task_is_seen() -> None:
    code = "asyncio.create_task(f())\nkept = asyncio.create_task(f())\ngroup.create_task(f())\nensure_future(f())"
    assert list(dropped_tasks(ast.parse(code))) == [1, 4]


def test_floors_import_only_those_below() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def keys() -> Iterator[tuple[str, str]]:
    for name, field in Settings.model_fields.items():
        models = (field.annotation, *get_args(field.annotation))
        section = next(one for one in models if isinstance(one, type) and issubclass(one, BaseModel))
        for key in section.model_fields:
            yield field.alias or name, key


def test_every_key_is_documented() -> None:
    paragraphs = (ROOT / "config.toml").read_text(encoding="utf-8").split("\n\n")
    undocumented = [
        f"{section}.{key}"
        for section, key in keys()
        if not any(f"[{section}]" in one and re.search(rf"\b{key}\b", one) for one in paragraphs)
    ]
    assert undocumented == []


DISPLAYED = {"text", "caption", "reply_markup", "html_text", "md_text"}
"""What a message shows."""

OF_THE_BOT = {"reply_to_message", "external_reply", "pinned_message", "quote"}
"""Messages beside the one that came."""


def reads_of_what_was_shown(tree: ast.AST) -> Iterator[int]:
    """Lines that read the words or buttons of a message that was sent before: one replied to, or one under a button.

    What a handler knows of such a message is its id; which matter it is of stands in the outbox or in the button.
    """
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        inside = list(ast.walk(function))
        named = {name for node in inside if isinstance(node, ast.Assign) for name in names_of_shown(node)}
        for node in inside:
            if not isinstance(node, ast.Attribute) or node.attr not in DISPLAYED:
                continue
            if is_shown(node.value) or (isinstance(node.value, ast.Name) and node.value.id in named):
                yield node.lineno


def names_of_shown(assignment: ast.Assign) -> Iterator[str]:
    for target in assignment.targets:
        if isinstance(target, ast.Tuple) and isinstance(assignment.value, ast.Tuple):
            pairs = list(zip(target.elts, assignment.value.elts, strict=False))
        else:
            pairs = [(target, assignment.value)]
        yield from (name.id for name, value in pairs if isinstance(name, ast.Name) and is_shown(value))


def is_shown(value: ast.expr) -> bool:
    """`callback.message`, or `message.reply_to_message` and its like."""
    if not isinstance(value, ast.Attribute):
        return False
    under_button = isinstance(value.value, ast.Name) and value.value.id == "callback" and value.attr == "message"
    return under_button or value.attr in OF_THE_BOT


def test_nothing_is_parsed_from_displayed_text() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for floor in ("bot", "handlers", "storage")
        for path in (ROOT / floor).rglob("*.py")
        for line in reads_of_what_was_shown(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set()


def test_reads_of_what_was_shown_are_found() -> None:
    lines = (
        "async def handler(message, callback, turn):",
        "    replied, group = message.reply_to_message, turn.group",
        "    above = callback.message",
        "    callback.message.text",
        "    message.reply_to_message.caption",
        "    replied.text, replied.message_id",
        "    above.reply_markup",
        "    callback.message.edit_text(message.text)",
        "def other(above):",
        "    return above.text",
    )
    assert sorted(reads_of_what_was_shown(ast.parse("\n".join(lines)))) == [4, 5, 6, 7]
