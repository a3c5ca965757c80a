"""`/metrics` and `/readyz`: what stands in the record and what the lanes counted."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot.clock import Clock, Rules
from bot.courier import Courier
from bot.health import LAG, readiness
from bot.metrics import Counts
from storage import inbox
from storage.models import Priority
from tests.bot.parts import eventually, running, sql
from tests.bot.post import ANNA, BINH, Post, open_post
from tests.doubles.telegram import Fault

Samples = dict[tuple[str, str], float]
"""By name and label values, joined in the order of the labels' names."""


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    async with open_post(tmp_path) as post:
        yield post


def counts_of(post: Post, courier: Courier) -> Counts:
    return Counts(post.db, courier, Clock(post.db, Rules(LAG), Path("uploads")))


async def samples(counts: Counts) -> Samples:
    families = text_string_to_metric_families((await counts.text()).decode())
    return {(one.name, " ".join(one.labels.values())): one.value for family in families for one in family.samples}


async def test_metrics_count_what_waits_and_what_became_of_the_rest(post: Post) -> None:
    post.tg.script("sendMessage", Fault.status(403, "bot was blocked by the user"), chat_id=ANNA + 1)
    post.tg.script("sendMessage", Fault.status(400, "chat not found"), chat_id=ANNA + 2)
    post.tg.script("sendMessage", Fault.server_error(), times=None, chat_id=ANNA + 3)
    post.tg.script("sendMessage", Fault("reset"), chat_id=ANNA + 4)
    await post.notify(range(ANNA, ANNA + 5), "Tin")
    await post.reply(BINH + 20, "Dạ")
    courier = post.courier()
    counts = counts_of(post, courier)
    before = await samples(counts)
    async with running(courier):
        await post.settled("sent", "unreachable", "failed", "queued", "queued", "sent")
        after = await samples(counts)
    assert before["doithoai_outbox_depth", "say telegram queued"] == 5
    assert before["doithoai_outbox_depth", "reply telegram queued"] == 1
    assert before["doithoai_oldest_seconds", "telegram"] >= 0
    assert after["doithoai_outbox_depth", "say telegram queued"] == 2
    wanted = {"sent": 2, "unreachable": 1, "failed": 1, "unknown": 1, "stopped": 0, "held": 0, "floods": 0}
    assert {outcome: after["doithoai_deliveries_total", f"telegram {outcome}"] for outcome in wanted} == wanted
    assert after["doithoai_deliveries_total", "telegram retried"] >= 1
    assert after["doithoai_reply_seconds_count", "telegram"] == 1
    assert after["doithoai_pacer_wait_seconds_count", "telegram"] >= 6
    assert after["doithoai_clock_last_tick_seconds", ""] == 0


async def test_metrics_say_how_long_a_messenger_is_muted_and_how_late_its_oldest_is(post: Post) -> None:
    post.tg.script("sendMessage", Fault.too_many(30))
    await post.reply(ANNA, "1")
    courier = post.courier()
    counts = counts_of(post, courier)
    async with running(courier):
        await eventually(lambda: sql(post.db, "SELECT muted_until FROM messenger"))
        await post.settled("queued")
        found = await samples(counts)
    assert 25 < found["doithoai_muted_seconds", "telegram"] <= 30
    assert found["doithoai_deliveries_total", "telegram floods"] == 1
    post.time.skip(600)
    async with post.db.write() as tx:
        await inbox.receive(tx, "telegram", [inbox.Incoming("1", "7", {})])
    post.time.skip(60)
    found = await samples(counts)
    assert found["doithoai_oldest_seconds", "telegram"] >= 660
    assert 60 <= found["doithoai_oldest_seconds", "inbox"] < 120


async def test_metrics_name_what_came_that_nobody_thought_of(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    courier = post.courier()
    counts = counts_of(post, courier)
    monkeypatch.setattr(courier.lanes["telegram"].messenger, "unknown", lambda: {"user_moved": 2})
    assert (await samples(counts))["doithoai_unknown_events_total", "user_moved telegram"] == 2


async def test_metrics_without_a_record_still_count(post: Post) -> None:
    courier = post.courier()
    await sql(post.db, "DROP TABLE inbox")
    found = await samples(counts_of(post, courier))
    assert found["doithoai_deliveries_total", "telegram sent"] == 0
    assert [name for name, _ in found if name in {"doithoai_outbox_depth", "doithoai_oldest_seconds"}] == []


async def ready(post: Post, courier: Courier) -> dict[str, str | None]:
    return dict(await readiness(post.db, [lane.messenger for lane in courier.lanes.values()], courier)())


async def test_readiness_is_red_when_a_reply_waits_and_when_nothing_goes_any_more(post: Post) -> None:
    courier = post.courier(post.telegram(per_second=2))
    assert await ready(post, courier) == {"database": None, "courier": None, "telegram": None}
    await post.notify(range(ANNA, ANNA + 30), "Tin")
    async with running(courier):
        await eventually(post.states, lambda states: "sent" in states)
        # A broadcast may last: what was due long ago is not late while the others before it go.
        await sql(post.db, "UPDATE outbox SET not_before = datetime(not_before, '-1 hour')")
        assert (await ready(post, courier))["courier"] is None
    post.time.skip(LAG.total_seconds() + 1)
    assert "has waited since" in ((await ready(post, courier))["courier"] or "")
    async with post.db.write() as tx:
        await tx.session.execute(text("DELETE FROM outbox"))
    await post.reply(ANNA, "Dạ")
    assert (await ready(post, courier))["courier"] is None
    post.time.skip(LAG.total_seconds() + 1)
    assert "has waited since" in ((await ready(post, courier))["courier"] or "")


async def test_readiness_names_the_messenger_that_was_refused(post: Post) -> None:
    post.tg.revoke()
    courier = post.courier()
    await post.notify([ANNA], "Tin", priority=Priority.ANSWER)
    async with running(courier):
        await eventually(post.rows, lambda rows: bool(rows[0][3]))
    assert (await ready(post, courier))["telegram"] == "the token is refused (401)"


async def test_readiness_without_a_record_says_so(post: Post) -> None:
    courier = post.courier()
    await sql(post.db, "DROP TABLE outbox")
    assert await ready(post, courier) == {"database": "OperationalError"}
