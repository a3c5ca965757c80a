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
