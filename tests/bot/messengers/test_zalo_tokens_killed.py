"""SIGKILL while the tokens are exchanged: none is spent twice but for the one try after it, none is lost in silence."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from storage import oa_tokens
from storage.database import Database
from tests.bot.parts import eventually, sql
from tests.commune import COMMUNE
from tests.doubles.zalo_oa import Fault, ZaloOaDouble
from tests.lines.zalo_oa import oa_site
from tests.postgres import command, database_url, migrate
from tests.processes import Parent, Site
from tests.records import put_fresh

OAUTH = "/v4/oa/access_token"
WHILE = 0.6
"""Seconds in which a process finds that another has died, and does what is left to do."""


@pytest.fixture
async def oa() -> AsyncIterator[ZaloOaDouble]:
    async with ZaloOaDouble() as double:
        yield double


async def trouble(site: Site) -> str | None:
    """What /readyz says of the account: "ok" when all is well, None while nobody answers."""
    try:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://127.0.0.1:{site.port}/readyz") as response,
        ):
            return str((await response.json())["zalo_oa"])
    except aiohttp.ClientError:
        return None


async def strike(sites: Sequence[Site], oa: ZaloOaDouble, parent: Parent, chance: random.Random) -> None:
    """Starts the program once a site, all at once, and kills each about when a token is exchanged.

    Before the answer, with it, after it; where there are two, the second is often left alone for a while.
    """
    oa.clear_faults()
    oa.script(OAUTH, Fault.slow(chance.uniform(0, 0.03)))
    before = len(oa.refreshes)
    pids = [await parent.start(each, ready=False) for each in sites]
    chance.shuffle(pids)
    try:
        await oa.wait(lambda: len(oa.refreshes) > before, timeout=20)
    finally:
        for pid in pids:
            await asyncio.sleep(chance.uniform(0, 0.05) if pid == pids[0] else chance.uniform(0, WHILE))
            await parent.end(pid)


async def kill_while_they_refresh(sites: list[Site], oa: ZaloOaDouble, parent: Parent, kills: int, seed: int) -> None:
    """`sites` are processes on one record, which is migrated and empty."""
    chance = random.Random(seed)
    db = Database(sites[0].database_url, COMMUNE)
    outcomes: Counter[str] = Counter()
    for _ in range(kills // len(sites)):
        await strike(sites, oa, parent, chance)
        ((access, tries, refused),) = await sql(db, "SELECT access_token, tries, refused_at IS NOT NULL FROM oa_token")
        outcomes["refused" if refused else "kept" if access else f"tried {tries}"] += 1
        if refused or tries == oa_tokens.MOST_TRIES:
            # The next start would say so (below, at the last); an administrator consents again.
            sites = consented(sites, oa)
        elif access is not None:
            assert access == oa.access_token()
            # Time passes: the next start must exchange it.
            await sql(db, "UPDATE oa_token SET access_token = NULL, access_until = NULL")
    oa.clear_faults()
    assert max(Counter(oa.refreshes).values()) <= oa_tokens.MOST_TRIES
    async with AsyncExitStack() as stack:
        # A token that is spent is not "ready": these are waited for by what they say instead.
        for each in sites:
            await stack.enter_async_context(parent.running(each, ready=False))
        token = sites[0].environ["DOITHOAI_ZALO_OA__REFRESH_TOKEN"]
        await eventually(lambda: settled(db, token))
        ((access, refused),) = await sql(db, "SELECT access_token, refused_at IS NOT NULL FROM oa_token")
        said = [
            await eventually(
                lambda each=each: trouble(each),  # type: ignore[misc]
                lambda found: found is not None and (found == "ok") != bool(refused),
            )
            for each in sites
        ]
    await db.close()
    print(f"{kills} kills: {dict(outcomes)}; {len(oa.refreshes)} exchanges of {len(set(oa.refreshes))} tokens")
    assert max(Counter(oa.refreshes).values()) <= oa_tokens.MOST_TRIES
    if refused:
        assert all(str(each).startswith("the refresh token is refused") for each in said)
    else:
        assert access == oa.access_token()


def consented(sites: Sequence[Site], oa: ZaloOaDouble) -> list[Site]:
    """The same, each with the refresh token of a new consent."""
    token = oa.consent()
    return [replace(each, environ={**each.environ, "DOITHOAI_ZALO_OA__REFRESH_TOKEN": token}) for each in sites]


async def settled(db: Database, configured: str) -> bool:
    """Whether it is known what becomes of the token that is configured, or of what it was exchanged for."""
    rows = await sql(
        db,
        "SELECT 1 FROM oa_token WHERE seed = :seed"
        " AND (refused_at IS NOT NULL OR (access_token IS NOT NULL AND tries = 0))",
        seed=oa_tokens.digest(configured),
    )
    return bool(rows)


async def alone(folder: Path, oa: ZaloOaDouble) -> list[Site]:
    await put_fresh(folder / "doithoai.db")
    return [oa_site(folder, oa, oa.consent())]


@pytest.fixture
async def two(tmp_path: Path, oa: ZaloOaDouble, postgres: str) -> AsyncIterator[list[Site]]:
    """Two processes on one fresh record in PostgreSQL."""
    url, token = database_url(postgres, "tokens"), oa.consent()
    await command(postgres, "CREATE DATABASE tokens")
    await migrate(url)
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    yield [oa_site(folder, oa, token, DOITHOAI_STORAGE__URL=url) for folder in folders]
    await command(postgres, "DROP DATABASE tokens WITH (FORCE)")


async def test_ten_kills(tmp_path: Path, oa: ZaloOaDouble, parent: Parent) -> None:
    await kill_while_they_refresh(await alone(tmp_path, oa), oa, parent, 10, seed=1)


async def test_two_processes_that_are_killed_twice(two: list[Site], oa: ZaloOaDouble, parent: Parent) -> None:
    await kill_while_they_refresh(two, oa, parent, 4, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_hundred_kills(tmp_path: Path, oa: ZaloOaDouble, parent: Parent) -> None:
    await kill_while_they_refresh(await alone(tmp_path, oa), oa, parent, 100, seed=2)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_hundred_kills_of_two_processes(two: list[Site], oa: ZaloOaDouble, parent: Parent) -> None:
    await kill_while_they_refresh(two, oa, parent, 100, seed=2)
