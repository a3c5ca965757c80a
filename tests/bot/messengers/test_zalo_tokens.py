"""The tokens of the Official Account: never a refresh token spent twice but for the one try after a lost answer."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from bot.messengers.zalo import new_client
from bot.messengers.zalo_tokens import AGAIN_SECONDS, ConsentNeeded, TokenLater, Tokens, ZaloApp
from storage import oa_tokens
from storage.database import Database
from tests.bot.parts import Time, record, sql
from tests.commune import COMMUNE
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, Fault, ZaloOaDouble
from tests.processes import free_port

OAUTH = "/v4/oa/access_token"


class Desk:
    """A record, an OAuth server, and as many processes as a test opens."""

    def __init__(self, db: Database, oa: ZaloOaDouble, time: Time, client: httpx.AsyncClient) -> None:
        self.db, self.oa, self.time, self.client = db, oa, time, client
        self.seed = oa.consent()

    def process(self, db: Database | None = None, seed: str | None = None, base: str | None = None) -> Tokens:
        async def wait(seconds: float) -> None:
            self.time.skip(seconds)
            await asyncio.sleep(0.005)

        app = ZaloApp(APP_ID, APP_SECRET, seed or self.seed)
        return Tokens(db or self.db, self.client, app, base or self.oa.url, wait=wait, clock=self.time.monotonic)

    def spent(self) -> Counter[str]:
        return Counter(self.oa.refreshes)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    time = Time()
    async with ZaloOaDouble(now=time.now) as oa, record(tmp_path, time.now) as db, new_client() as client:
        yield Desk(db, oa, time, client)


@asynccontextmanager
async def again(db: Database, time: Time) -> AsyncIterator[Database]:
    """The same record, opened by another process."""
    other = Database(db.url.render_as_string(hide_password=False), COMMUNE, time.now)
    yield other
    await other.close()


async def test_first_token_is_fetched_once_for_all_who_ask_at_once(desk: Desk) -> None:
    tokens = desk.process()
    found = await asyncio.gather(*(tokens.current() for _ in range(20)))
    assert set(found) == {desk.oa.access_token()}
    assert desk.oa.refreshes == [desk.seed]
    (call,) = desk.oa.calls(OAUTH)
    assert call.params == {"refresh_token": desk.seed, "app_id": APP_ID, "grant_type": "refresh_token"}


async def test_restart_goes_on_with_the_pair_on_record(desk: Desk) -> None:
    first = await desk.process().current()
    assert await desk.process().current() == first
    assert len(desk.oa.refreshes) == 1


async def test_new_pair_is_fetched_hours_before_the_old_one_ends(desk: Desk) -> None:
    tokens = desk.process()
    first = await tokens.current()
    desk.time.skip(18 * 3600)
    await tokens.tend()
    assert await tokens.current() == first
    desk.time.skip(2 * 3600)
    await tokens.tend()
    assert await tokens.current() == desk.oa.access_token()
    assert tokens.problem is None
    assert await tokens.current() != first
    assert set(desk.spent().values()) == {1}


async def test_token_of_which_nobody_says_how_long_it_lives_is_not_fetched_anew_for_each_call(desk: Desk) -> None:
    desk.oa.mute = True
    tokens = desk.process()
    assert {await tokens.current() for _ in range(3)} == {desk.oa.access_token()}
    await tokens.tend()
    assert (desk.oa.refreshes, tokens.problem) == ([desk.seed], None)


async def test_two_processes_fetch_one_pair(desk: Desk) -> None:
    async with again(desk.db, desk.time) as other:
        processes = [desk.process(), desk.process(other)]
        for _ in range(5):
            found = await asyncio.gather(*(each.current() for each in processes for _ in range(5)))
            assert set(found) == {desk.oa.access_token()}
            desk.time.skip(26 * 3600)
    assert set(desk.spent().values()) == {1}
    assert len(desk.oa.refreshes) == 5


async def test_token_that_is_refused_is_renewed_once_for_all_who_met_the_refusal(desk: Desk) -> None:
    async with again(desk.db, desk.time) as other:
        processes = [desk.process(), desk.process(other)]
        stale = await processes[0].current()
        desk.oa.expire()
        found = await asyncio.gather(*(each.renew(stale) for each in processes for _ in range(5)))
    assert set(found) == {desk.oa.access_token()}
    assert set(desk.spent().values()) == {1}


async def test_server_that_is_down_for_an_hour_costs_nothing(desk: Desk) -> None:
    tokens = desk.process()
    first = await tokens.current()
    desk.time.skip(20 * 3600)
    desk.oa.script(OAUTH, Fault("html", 503), times=None)
    with capture_logs() as logs:
        for _ in range(60):
            await tokens.tend()
            desk.time.skip(60)
            assert await tokens.current() == first
    assert tokens.problem == "the OAuth server gives no token"
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["zalo_oa.token"]
    desk.oa.clear_faults()
    await tokens.tend()
    assert await tokens.current() == desk.oa.access_token()
    assert tokens.problem is None


async def test_server_that_is_not_there_is_asked_again_and_again(desk: Desk) -> None:
    tokens = desk.process(base=f"http://127.0.0.1:{free_port()}")
    for _ in range(5):
        with pytest.raises(TokenLater):
            await tokens.current()
        desk.time.skip(AGAIN_SECONDS + 1)
    assert await desk.process().current() == desk.oa.access_token()
    assert desk.oa.refreshes == [desk.seed]


async def test_answer_that_got_lost_is_followed_by_one_try_and_then_by_an_alarm(desk: Desk) -> None:
    tokens = desk.process()
    desk.oa.script(OAUTH, Fault("lost"))
    with pytest.raises(TokenLater):
        await tokens.current()
    desk.time.skip(AGAIN_SECONDS + 1)
    with capture_logs() as logs, pytest.raises(ConsentNeeded):
        await tokens.current()
    with pytest.raises(ConsentNeeded):
        await desk.process().current()
    assert desk.oa.refreshes == [desk.seed, desk.seed]
    assert [each["event"] for each in logs if each["log_level"] == "error"] == ["zalo_oa.refused", "zalo_oa.token"]
    assert tokens.problem == "the refresh token is refused, nothing is sent"


async def test_call_that_never_arrived_is_followed_by_one_that_brings_the_pair(desk: Desk) -> None:
    tokens = desk.process()
    desk.oa.script(OAUTH, Fault("reset"))
    with pytest.raises(TokenLater):
        await tokens.current()
    with pytest.raises(TokenLater):
        await tokens.current()
    desk.time.skip(AGAIN_SECONDS + 1)
    assert await tokens.current() == desk.oa.access_token()
    assert desk.oa.refreshes == [desk.seed, desk.seed]


@pytest.mark.parametrize("lost", [Fault("reset"), Fault("html", 504)], ids=["cut off", "a gateway waited in vain"])
async def test_two_answers_that_got_lost_are_not_followed_by_a_third_try(desk: Desk, lost: Fault) -> None:
    tokens = desk.process()
    desk.oa.script(OAUTH, lost, times=None)
    for expected in (TokenLater, TokenLater, ConsentNeeded, ConsentNeeded):
        with pytest.raises(expected):
            await tokens.current()
        desk.time.skip(AGAIN_SECONDS + 1)
    assert desk.oa.refreshes == [desk.seed, desk.seed]


async def test_refused_refresh_token_leaves_the_access_token_its_time(desk: Desk) -> None:
    tokens = desk.process()
    first = await tokens.current()
    access = desk.oa._access
    desk.oa.revoke()
    desk.oa._access = access
    desk.time.skip(20 * 3600)
    await tokens.tend()
    assert await tokens.current() == first
    assert tokens.problem is not None
    assert tokens.problem.startswith("the refresh token is refused, the access token serves until ")
    desk.time.skip(6 * 3600)
    with pytest.raises(ConsentNeeded):
        await tokens.current()
    await tokens.tend()
    assert tokens.problem == "the refresh token is refused, nothing is sent"
    assert set(desk.spent().values()) == {1}


async def test_new_consent_in_the_configuration_mends_it(desk: Desk) -> None:
    tokens = desk.process()
    stale = await tokens.current()
    desk.oa.revoke()
    with pytest.raises(ConsentNeeded):
        await tokens.renew(stale)
    seed = desk.oa.consent()
    mended = desk.process(seed=seed)
    assert await mended.current() == desk.oa.access_token()
    await mended.tend()
    assert mended.problem is None
    # The same configuration at the next start begins nothing anew.
    assert await desk.process(seed=seed).current() == desk.oa.access_token()
    assert set(desk.spent().values()) == {1}


async def test_refresh_token_that_is_about_to_lapse_is_said_days_before(desk: Desk) -> None:
    tokens = desk.process()
    await tokens.current()
    desk.oa.script(OAUTH, Fault("html", 502), times=None)
    desk.time.skip(timedelta(days=82).total_seconds())
    await tokens.tend()
    assert tokens.problem == "the OAuth server gives no token"
    desk.time.skip(timedelta(days=2).total_seconds())
    await tokens.tend()
    assert tokens.problem is not None
    assert tokens.problem.startswith("the refresh token lapses at ")


async def test_process_that_was_cut_off_leaves_its_mark_and_the_next_tries_once(desk: Desk) -> None:
    async with desk.db.write() as tx:
        await oa_tokens.begin(tx, APP_ID, desk.seed)
        assert await oa_tokens.start(tx, APP_ID) is not None
    assert await desk.process().current() == desk.oa.access_token()
    assert desk.oa.refreshes == [desk.seed]


async def test_no_token_stands_in_a_log(desk: Desk) -> None:
    with capture_logs() as logs:
        tokens = desk.process()
        access = await tokens.current()
        desk.oa.revoke()
        with pytest.raises(ConsentNeeded):
            await tokens.renew(access)
    said = repr(logs)
    for secret in (access, desk.seed, "refresh-2", APP_SECRET):
        assert secret not in said


async def test_answer_without_a_pair_is_no_pair(desk: Desk) -> None:
    desk.oa._refresh = None
    with pytest.raises(ConsentNeeded):
        await desk.process().current()
    rows = await sql(desk.db, "SELECT tries, refused_at IS NOT NULL, access_token FROM oa_token")
    assert rows == [(1, 1, None)]
