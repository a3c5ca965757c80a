"""Fixtures that several floors share, and what keeps the suite quick.

What takes seconds to import is imported where it is needed: the process that only hands out tests needs none of it.
"""

import gc
import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.phones import Room
    from tests.processes import Parent

MEMORY = Path("/dev/shm")
MESSENGERS = ("telegram", "zalo_bot", "zalo_oa", "web", "web_plain")
ENOUGH = 2 << 30
"""Free bytes: ten times what the tests ever keep at once."""

LONG = (
    "test_conference",
    "test_rights_table",
    "test_taps",
    "test_messengers",
    "test_seeing",
    "test_year",
    "test_walks",
    "test_old_buttons",
    "test_main_job_on_each",
)
"""Files whose tests take many seconds each, the longest first."""


def pytest_addoption(parser: pytest.Parser) -> None:
    where = "the messenger on which the phones of tests/handlers are"
    parser.addoption("--messenger", choices=MESSENGERS, default=None, help=where)


def pytest_configure() -> None:
    """Puts the tests' files where a commit waits for no disk: what they kill are processes, never the power."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK | os.X_OK):
        return
    room = os.statvfs(MEMORY)
    if room.f_bavail * room.f_frsize >= ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One more than cores: a test that waits, for a process, a browser or a messenger's pace, leaves its core idle."""
    if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ:
        return None
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Everything is imported here, and stays: as in the running bot, the collector need not look through it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 50)
        gc.enable()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked `everywhere` is played on each messenger, unless one is named."""
    if metafunc.definition.get_closest_marker("everywhere") and metafunc.config.getoption("--messenger") is None:
        metafunc.parametrize("messenger", MESSENGERS)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Lays the tests out for the workers; what the messenger that is played on lacks is left out."""
    lacking = [item for item in items if not _is_for(item, config.getoption("--messenger"))]
    if lacking:
        config.hook.pytest_deselected(items=lacking)
        items[:] = [item for item in items if item not in lacking]
    items[:] = _laid_out(items, getattr(config, "workerinput", {}).get("workercount", 1))


def _laid_out(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Each worker's share, as xdist cuts them one after the other, begins with what must not be last.

    What shares a forking program or a browser is the first worker's, who starts each once; what takes long is dealt
    out among the others. Who has done with his own takes over the end of another's.
    """
    found: dict[int, list[pytest.Item]] = {0: [], 1: [], 2: []}
    for item in items:
        is_shared = not {"parent", "browser"}.isdisjoint(getattr(item, "fixturenames", ()))
        found[0 if is_shared else 1 if item.path.stem in LONG else 2].append(item)
    shared, long, rest = found.values()
    long.sort(key=lambda item: LONG.index(item.path.stem))
    others = max(1, workers - 1)
    heads = [shared, *(long[number::others] for number in range(others))]
    laid: list[pytest.Item] = []
    for number, head in enumerate(heads):
        size = (len(items) - len(laid)) // (len(heads) - number)
        filling = max(0, size - len(head))
        laid += head + rest[:filling]
        del rest[:filling]
    return laid + rest


def _is_for(item: pytest.Item, named: str | None) -> bool:
    marker = item.get_closest_marker("only_on")
    if marker is None:
        return True
    callspec = getattr(item, "callspec", None)
    return (named or (callspec.params.get("messenger") if callspec else None) or "telegram") in marker.args


@pytest.fixture(scope="session", autouse=True)
def _shared() -> None:
    from tests import statements, trust

    statements.share()
    trust.share()


@pytest.fixture
def messenger(request: pytest.FixtureRequest) -> str:
    """Where the phones are."""
    return str(request.config.getoption("--messenger") or "telegram")


@pytest.fixture
async def room(tmp_path: Path, messenger: str) -> "AsyncIterator[Room]":
    """A commune on a fresh SQLite file, with phones and no network."""
    from tests.phones import Room

    room = await Room.open(tmp_path, messenger=messenger)
    yield room
    await room.close()


@pytest.fixture(scope="session")
def parent() -> "Iterator[Parent]":
    """The program, imported once: it forks a running bot in milliseconds."""
    from tests.processes import Parent

    with Parent.open() as parent:
        yield parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a running PostgreSQL, without the name of a database."""
    from tests.postgres import served

    with served() as address:
        yield address
