"""The plan of the Official Account: what is left of its messages, and how fast its API may be called."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.methods import SendMessage
from structlog.testing import capture_logs

from bot.messengers.features import ZALO_OA
from bot.messengers.zalo import number_of
from bot.pacing import Pacer
from storage import quotas
from tests.bot.messengers.oa_line import HER, OaLine, open_oa_line
from tests.bot.parts import Time, sql


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[OaLine]:
    async with open_oa_line(tmp_path) as line:
        yield line


async def test_what_is_left_of_the_plan_is_kept_as_each_answer_says_it(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    told = [
        {"quota_type": "sub_quota", "remain": "312", "total": "500"},
        {"quota_type": "reward_quota", "remain": "7", "total": "8"},
        {"quota_type": "sub_quota", "remain": "-1", "total": "500"},
        {"quota_type": "sub_quota", "remain": "9" * 30},
        "none",
        {"quota_type": "sub_quota", "remain": 311},
    ]
    kept = []
    for quota in told:
        line.oa.quota = quota
        await bot(SendMessage(chat_id=her, text="chào"))
        async with line.db.read() as tx:
            kept.append(await quotas.left(tx, "zalo_oa"))
    assert kept == [312] * 5 + [311]


async def test_message_whose_quota_could_not_be_kept_is_out_all_the_same(line: OaLine) -> None:
    bot, her = line.account().bot, await line.chat()
    await sql(line.db, "ALTER TABLE counter RENAME TO away")
    with capture_logs() as logs:
        sent = await bot(SendMessage(chat_id=her, text="Chào bác"))
    assert sent.message_id == number_of(line.oa.last(HER).message_id)
    kept = [(each["event"], each["error"]) for each in logs if each["log_level"] == "warning"]
    assert kept == [("zalo_oa.quota_not_kept", "OperationalError")]


async def test_pacer_starts_a_hundred_calls_a_minute() -> None:
    time = Time()
    pacer, started, end = Pacer(ZALO_OA.per_second, time.monotonic), 0, time.monotonic() + 600
    longest = 0
    recent: list[float] = []
    while (now := time.monotonic()) < end:
        if wait := pacer.delay(bulk=False):
            time.skip(wait + 0.001)
            continue
        pacer.end(pacer.start(bulk=False), answered=True)
        started += 1
        recent = [each for each in recent if each > now - 60] + [now]
        longest = max(longest, len(recent))
    assert 950 <= started <= 1000
    assert longest <= 100
