"""The plan of the Official Account: what is left of its messages, and how fast its API may be called."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiogram.methods import SendMessage, SendPhoto
from aiogram.types import BufferedInputFile
from structlog.testing import capture_logs

from bot.courier import Courier
from bot.messengers.features import ZALO_OA
from bot.messengers.zalo import number_of
from bot.pacing import Pacer
from handlers.keyboards import keyboard
from storage import outbox, quotas
from storage.models import Account
from tests.bot.messengers.oa_line import HER, OaLine, open_oa_line
from tests.bot.parts import Time, eventually, running, sql
from tests.bot.post import Spoken
from tests.phones import picture

OAUTH = "/v4/oa/access_token"


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


async def test_calls_besides_one_for_each_message_are_counted_for_the_pacer(line: OaLine) -> None:
    account, her = line.account(), await line.chat()

    async def beside(method: SendMessage | SendPhoto) -> int:
        before = len(line.oa.calls())
        await account.bot(method)
        counted = account.beside()
        made = [call for call in line.oa.calls()[before:] if call.method != OAUTH]
        assert counted == len(made) - 1
        return counted

    photo = SendPhoto(
        chat_id=her, photo=BufferedInputFile(picture(), "anh.jpg"), reply_markup=keyboard([("Rõ rồi", "r:ok")])
    )
    found = [await beside(each) for each in (SendMessage(chat_id=her, text="a"), photo, photo)]
    # The photo goes up once; its buttons stand in a message of their own.
    assert found == [0, 2, 1]
    line.oa.expire()
    assert await beside(SendMessage(chat_id=her, text="b")) == 1


async def test_lane_waits_for_what_was_called_beside_it(line: OaLine) -> None:
    account, her = line.account(), await line.chat()
    async with line.db.write() as tx:
        owner = await tx.session.get_one(Account, her)
        outbox.queue_reply(tx, owner, "sendMessage", {"text": "a"})
    courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
    pacer = courier.lanes["zalo_oa"].pacer
    for _ in range(99):
        assert await account._session.last_act(HER) is not None
    async with running(courier):
        await line.oa.wait(lambda: line.oa.shown(HER) == ["a"])
        await eventually(lambda: sql(line.db, "SELECT state FROM outbox"), lambda rows: rows == [("sent",)])
    # A hundred calls are what a minute holds.
    assert 30 < pacer.delay(bulk=False) < 61
