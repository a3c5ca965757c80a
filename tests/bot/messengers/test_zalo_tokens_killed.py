"""SIGKILL while the tokens are exchanged: none is spent twice but for the one try after it, none is lost in silence."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from storage import oa_tokens
from storage.database import Database
from tests.bot.parts import eventually, sql
from tests.commune import COMMUNE
from tests.doubles.zalo_oa import Fault, ZaloOaDouble
from tests.lines.zalo_oa import oa_site
from tests.processes import Parent, Site
from tests.records import put_fresh

OAUTH = "/v4/oa/access_token"


@pytest.fixture
async def oa() -> AsyncIterator[ZaloOaDouble]:
    async with ZaloOaDouble() as double:
        yield double


async def trouble(site: Site) -> str:
    """What /readyz says of the account: "ok" when all is well."""
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{site.port}/readyz") as response,
    ):
        return str((await response.json())["zalo_oa"])


async def strike(site: Site, oa: ZaloOaDouble, parent: Parent, chance: random.Random) -> None:
    """Starts the program and kills it about when it exchanges its token: before the answer, with it, after it."""
    oa.clear_faults()
    oa.script(OAUTH, Fault.slow(chance.uniform(0, 0.03)))
    before = len(oa.refreshes)
    pid = await parent.start(site, ready=False)
    try:
        await oa.wait(lambda: len(oa.refreshes) > before, timeout=20)
        await asyncio.sleep(chance.uniform(0, 0.05))
    finally:
        await parent.end(pid)


async def kill_while_it_refreshes(folder: Path, oa: ZaloOaDouble, parent: Parent, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    await put_fresh(folder / "doithoai.db")
    site = oa_site(folder, oa, oa.consent())
    db = Database(site.database_url, COMMUNE)
    for _ in range(kills):
        await strike(site, oa, parent, chance)
        ((access, tries, refused),) = await sql(db, "SELECT access_token, tries, refused_at IS NOT NULL FROM oa_token")
        if refused or tries == oa_tokens.MOST_TRIES:
            # The next start would say so (below, at the last); an administrator consents again.
            site = oa_site(folder, oa, oa.consent())
        elif access is not None:
            assert access == oa.access_token()
            # Time passes: the next start must exchange it.
            await sql(db, "UPDATE oa_token SET access_token = NULL, access_until = NULL")
    oa.clear_faults()
    assert max(Counter(oa.refreshes).values()) <= 2
    async with parent.running(site):
        await eventually(lambda: settled(db))
        ((access, refused),) = await sql(db, "SELECT access_token, refused_at IS NOT NULL FROM oa_token")
        said = await eventually(lambda: trouble(site), lambda found: (found == "ok") != bool(refused))
    await db.close()
    assert max(Counter(oa.refreshes).values()) <= 2
    assert said.startswith("the refresh token is refused") if refused else access == oa.access_token()


async def settled(db: Database) -> bool:
    rows = await sql(
        db, "SELECT 1 FROM oa_token WHERE refused_at IS NOT NULL OR (access_token IS NOT NULL AND tries = 0)"
    )
    return bool(rows)


async def test_ten_kills(tmp_path: Path, oa: ZaloOaDouble, parent: Parent) -> None:
    await kill_while_it_refreshes(tmp_path, oa, parent, 10, seed=1)


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_a_hundred_kills(tmp_path: Path, oa: ZaloOaDouble, parent: Parent) -> None:
    await kill_while_it_refreshes(tmp_path, oa, parent, 100, seed=2)
