"""A broadcast on each messenger: shown, tried, stopped half-way, resumed, and everybody told exactly once."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.pacing import Pacer
from storage import browsers
from storage.database import Transaction, utc_now
from storage.models import Account, Announcement, Outbox, Person, Role
from storage.queues import BULK_KINDS
from storage.states import AnnouncementState, DeliveryState
from tests.bot.parts import eventually, sql
from tests.commune import Clock
from tests.doubles.telegram import Fault
from tests.doubles.webpush import PushDouble, word
from tests.lines import LINES, Line, TelegramLine, WebLine, ZaloBotLine, ZaloOaLine
from tests.stage import Stage

CLERK, HEAD, FIRST, PEOPLE = 1, 2, 1001, 8
RESIDENTS = range(FIRST, FIRST + PEOPLE)
NEWS = "Thứ Bảy này cắt điện từ 7h đến 9h."
PER_SECOND = 5.0
"""Slow enough to be stopped half-way, also where a messenger takes any number."""


@pytest.fixture(params=LINES)
def line(request: pytest.FixtureRequest) -> Line:
    return LINES[request.param]()


async def settle_in(stage: Stage) -> None:
    """A clerk, and people of one village who wrote once and consented."""
    await stage.join(CLERK, Role.CLERK)
    for who in RESIDENTS:
        await stage.line.come(who)
        await stage.line.say(who, "/trogiup")
    await stage.settle()
    async with stage.parts.db.write() as tx:
        for who in RESIDENTS:
            person = Person(created_at=tx.now, consented_at=tx.now, village_id="mau-3")
            (await account_of(tx, stage, who)).person = person


async def account_of(tx: Transaction, stage: Stage, who: int) -> Account:
    mine = select(Account).where(Account.native_id == stage.line.native(who))
    return (await tx.session.scalars(mine)).one()


def told(stage: Stage) -> list[int]:
    """How often each was told."""
    return [sum(NEWS in text for text in stage.ever(who)) for who in RESIDENTS]


def paced(stage: Stage, per_second: float | None) -> None:
    """Its messenger takes so many a second from now on, and cards are changed at once."""
    stage.parts.progress.every = 0.1
    stage.parts.courier.lanes[stage.line.name].pacer = Pacer(per_second)


async def press(stage: Stage, label: str) -> None:
    """The clerk's newest option of this name once it is there; waits for nothing more."""
    async with asyncio.timeout(20):
        while True:
            await stage.line.look()
            try:
                shown, key = stage.line.offered(CLERK, label)
            except LookupError:
                await asyncio.sleep(0.01)
            else:
                break
    await stage.line.choose(CLERK, shown, key)


def counted(stage: Stage, *states: DeliveryState) -> Callable[[], Awaitable[int]]:
    async def count() -> int:
        async with stage.parts.db.read() as tx:
            found = select(func.count()).select_from(Outbox)
            bulk = found.where(Outbox.kind.in_(BULK_KINDS), Outbox.state.in_(states))
            return await tx.session.scalar(bulk) or 0

    return count


async def state(stage: Stage) -> AnnouncementState:
    async with stage.parts.db.read() as tx:
        return (await tx.session.get_one(Announcement, 1)).state


async def confirm(stage: Stage) -> None:
    """The clerk confirms that it goes now, and waits for nothing."""
    await stage.say(CLERK, f"/phattin {NEWS}")
    await stage.press(CLERK, "Đổi giờ", "Gửi ngay")
    await press(stage, "Gửi")


async def test_stopped_half_way_and_resumed_everybody_is_told_once(tmp_path: Path, line: Line) -> None:
    async with Stage(tmp_path, line) as stage:
        await settle_in(stage)
        await stage.join(HEAD, Role.VILLAGE_HEAD, village="mau-3")
        preview, *_, review = await stage.say(CLERK, f"/phattin {NEWS}")
        assert NEWS in preview
        assert f"Tới được ngay: {PEOPLE}." in review
        trial = await stage.press(CLERK, "Gửi thử cho tôi")
        assert sum(NEWS in text for text in trial) == 1
        assert sum(told(stage)) == 0
        await stage.press(CLERK, "Đổi giờ", "Gửi ngay")
        paced(stage, PER_SECOND)
        await press(stage, "Gửi")
        await eventually(counted(stage, DeliveryState.SENT), lambda count: count >= 2)
        await press(stage, "Dừng gửi")
        await eventually(lambda: state(stage), lambda found: found is AnnouncementState.STOPPED)
        await eventually(counted(stage, DeliveryState.QUEUED, DeliveryState.SENDING), lambda count: count == 0)
        paced(stage, None)
        await stage.settle()
        half = told(stage)
        assert 2 <= sum(half) < PEOPLE
        assert set(half) == {0, 1}
        await stage.tick()
        assert told(stage) == half
        await press(stage, "Gửi tiếp")
        await eventually(lambda: state(stage), lambda found: found is AnnouncementState.DONE)
        await stage.settle()
        assert told(stage) == [1] * PEOPLE
        relayed = stage.shown(HEAD)
        shown = stage.ever(CLERK)
    assert any(text.startswith("Thông báo 1") and "Nhờ trưởng thôn làm giúp" in text for text in relayed)
    (stopped, *_) = [text for text in shown if text.startswith("Thông báo 1: đang dừng")]
    left = re.search(r"Chưa gửi (\d+)\.", stopped)
    # It may have been written while a call was under way.
    assert left is not None
    assert PEOPLE - sum(half) <= int(left[1]) <= PEOPLE - 2
    done = next(text for text in shown if text.startswith("Thông báo 1 gửi xong"))
    assert f"Nhắn tới {PEOPLE} · không tới 0 · chưa rõ 0" in done


# What goes wrong on one messenger alone


async def test_whoever_blocks_meanwhile_is_counted_and_the_others_are_told(tmp_path: Path) -> None:
    line = TelegramLine()
    async with Stage(tmp_path, line) as stage:
        await settle_in(stage)
        paced(stage, None)
        line.tg.script("sendMessage", Fault.blocked(), chat_id=FIRST)
        await confirm(stage)
        await eventually(lambda: state(stage), lambda found: found is AnnouncementState.DONE)
        await stage.settle()
        assert told(stage) == [0] + [1] * (PEOPLE - 1)
        assert await sql(stage.parts.db, "SELECT native_id FROM account WHERE unreachable_at IS NOT NULL") == [
            (str(FIRST),)
        ]
        shown = stage.ever(CLERK)
    assert any(f"Nhắn tới {PEOPLE - 1} · không tới 1 · chưa rõ 0" in text for text in shown)


async def test_quota_of_the_month_that_ends_half_way_leaves_the_rest_for_the_next_start(tmp_path: Path) -> None:
    line = ZaloBotLine()
    async with Stage(tmp_path, line) as stage:
        await settle_in(stage)
        await stage.say(CLERK, f"/phattin {NEWS}")
        await stage.press(CLERK, "Đổi giờ", "Gửi ngay")
        line.zalo.quota = line.zalo.used + 5
        await press(stage, "Gửi")
        await line.zalo.wait(lambda: any(call.error for call in line.zalo.calls("sendMessage")))
        half = sum(told(stage))
        assert 0 < half < PEOPLE
        line.zalo.quota = 3000
        await stage.restart(stage.clock() + timedelta(hours=2))
        await stage.settle()
        assert told(stage) == [1] * PEOPLE
        assert await state(stage) is AnnouncementState.DONE


async def test_window_that_closed_is_told_before_and_what_zalo_refuses_waits_for_her_word(tmp_path: Path) -> None:
    line = ZaloOaLine()
    async with Stage(tmp_path, line) as stage:
        await settle_in(stage)
        gone, *_, quiet = (line.native(who) for who in RESIDENTS)
        await sql(
            stage.parts.db,
            "UPDATE account SET last_interaction_at = :at WHERE native_id = :who",
            at="2026-11-01 00:00:00.000000",
            who=gone,
        )
        # Of her the record knows less than Zalo does.
        line.oa.people[quiet].last_interaction -= timedelta(days=8)
        await stage.say(CLERK, f"/phattin {NEWS}")
        assert f"{PEOPLE - 1} người trong 48 giờ, không mất tiền;" in stage.shown(CLERK)[-1]
        assert "1 người quá 7 ngày, không nhắn được." in stage.shown(CLERK)[-1]
        await stage.press(CLERK, "Đổi giờ", "Gửi ngay", "Gửi")
        assert told(stage) == [0] + [1] * (PEOPLE - 2) + [0]
        held = await sql(
            stage.parts.db, "SELECT native_id FROM outbox JOIN account ON account.id = account_id WHERE state = 'held'"
        )
        assert held == [(quiet,)]
        await stage.say(RESIDENTS[-1], "chào")
        assert told(stage)[-1] == 1


async def test_closed_pages_are_called(tmp_path: Path) -> None:
    line = WebLine()
    async with PushDouble() as service:
        line.trust = [service.host]
        # The service goes by the real time: a call is signed for some hours.
        async with Stage(tmp_path, line, Clock(utc_now()), DOITHOAI_REMINDERS__QUIET='["00:00", "00:00"]') as stage:
            await settle_in(stage)
            subscribed = [service.subscriber(str(who)) for who in RESIDENTS]
            async with stage.parts.db.write() as tx:
                for who, her in zip(RESIDENTS, subscribed, strict=True):
                    account = await account_of(tx, stage, who)
                    await browsers.subscribe(tx, account, service.endpoint(str(who)), her.p256dh, word(her.auth))
            await confirm(stage)
            await stage.settle()
            assert told(stage) == [1] * PEOPLE
            await eventually(_calls(service), lambda count: count == PEOPLE)
    assert service.wrong == []
    assert [len(her.heard) for her in subscribed] == [1] * PEOPLE


def _calls(service: PushDouble) -> Callable[[], Awaitable[int]]:
    async def count() -> int:
        return len(service.calls)

    return count
