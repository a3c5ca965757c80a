"""A broadcast on the Official Account that something interrupts, and whom its window lets us write to."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiogram.methods import (
    SendMessage,
)
from sqlalchemy import select

from bot.courier import Courier
from bot.pacing import Pacer
from storage import outbox, people
from storage.models import Account
from storage.people import load_callers
from tests.bot.messengers.oa_line import HER, HIM, OaLine, open_oa_line
from tests.bot.parts import eventually, running, sql
from tests.bot.post import Spoken
from tests.doubles.zalo_oa import Call, Fault

CS = "/v3.0/oa/message/cs"


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[OaLine]:
    async with open_oa_line(tmp_path) as line:
        yield line


async def queue(line: OaLine, *texts: str) -> None:
    async with line.db.write() as tx:
        for owner in (await tx.session.scalars(select(Account).order_by(Account.id))).all():
            for text in texts:
                outbox.queue_reply(tx, owner, "sendMessage", {"text": text})


async def states(line: OaLine) -> list[str]:
    return [state for (state,) in await sql(line.db, "SELECT state FROM outbox ORDER BY id")]


async def test_token_revoked_in_the_middle_of_a_broadcast_keeps_the_rest_for_the_next_consent(line: OaLine) -> None:
    for number in range(6):
        await line.chat(str(9000 + number))
    await queue(line, "Mời họp")
    account = line.account()
    courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
    async with running(courier):
        await line.oa.wait(lambda: len(line.oa.said) >= 2)
        line.oa.revoke()
        line.time.skip(60)
        line.db.wake("outbox")
        await eventually(lambda: _stopped(courier))
    sent = len(line.oa.said)
    assert 2 <= sent < 6
    assert (await states(line)).count("queued") == 6 - sent
    line.refresh_token = line.oa.consent()
    mended = Courier(line.db, [line.account()], Spoken(line.folder), line.time.monotonic)
    mended.lanes["zalo_oa"].pacer = Pacer(None)
    async with running(mended):
        await eventually(lambda: states(line), lambda found: found == ["sent"] * 6)
    assert sorted(message.user_id for message in line.oa.said) == [str(9000 + number) for number in range(6)]


async def _stopped(courier: Courier) -> str | None:
    return courier.lanes["zalo_oa"].stopped


async def test_broadcast_waits_while_the_oauth_server_is_down_and_goes_on_after_an_hour(line: OaLine) -> None:
    chats = [str(9000 + number) for number in range(4)]
    account = line.account()
    await account.tokens.current()
    line.time.skip(26 * 3600)
    line.oa.script("/v4/oa/access_token", Fault("html", 503), times=None)
    for who in chats:
        await line.chat(who)
    await queue(line, "Mời họp")
    courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
    courier.lanes["zalo_oa"].pacer = Pacer(None)
    async with running(courier):
        for _ in range(4):
            tried = len(line.oa.refreshes)
            await line.oa.wait(lambda tried=tried: len(line.oa.refreshes) > tried)  # type: ignore[misc]
            await eventually(lambda: states(line), lambda found: found == ["queued"] * 4)
            line.time.skip(15 * 60)
            line.db.wake("outbox")
        assert (line.oa.said, courier.lanes["zalo_oa"].stopped) == ([], None)
        line.oa.clear_faults()
        line.time.skip(60)
        line.db.wake("outbox")
        await eventually(lambda: states(line), lambda found: found == ["sent"] * 4)
    assert sorted(message.user_id for message in line.oa.said) == chats
    assert set(line.oa.refreshes) == {line.oa.refreshes[1]} | {line.refresh_token}


async def test_quota_used_up_halfway_holds_the_rest_and_her_next_word_frees_it(line: OaLine) -> None:
    line.oa.included = 1
    async with line.hooked() as account:
        await line.chat(HER)
        await line.chat(HIM)
        line.time.skip(3 * 24 * 3600)
        await queue(line, "Mời họp")
        courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
        courier.lanes["zalo_oa"].pacer = Pacer(None)
        async with running(courier):
            await eventually(lambda: states(line), lambda found: sorted(found) == ["held", "sent"])
            (reached,) = [message.user_id for message in line.oa.said]
            (missed,) = {HER, HIM} - {reached}
            await line.oa.text(missed, "chào")
            await eventually(lambda: states(line), lambda found: found == ["sent", "sent"])
    assert line.oa.shown(missed) == ["Mời họp"]


# When she last did something


SOON = timedelta(minutes=1)


@pytest.mark.parametrize(("code", "believed"), [(-230, timedelta(days=7)), (-232, None)])
async def test_refusal_corrects_what_the_record_believes_of_her_window(
    line: OaLine, code: int, believed: timedelta | None
) -> None:
    account, her = line.account(), await line.chat()
    await line.chat(HIM)
    line.oa.script(CS, Fault.status(code, "no interaction"))
    with pytest.raises(Exception, match=str(code)):
        await account.bot(SendMessage(chat_id=her, text="a"))
    async with line.db.read() as tx:
        hers, his = (await tx.session.scalars(select(Account.last_interaction_at).order_by(Account.id))).all()
    assert his is not None
    assert line.db.now() - his < SOON
    quiet = None if hers is None else line.db.now() - hers
    assert quiet is None if believed is None else quiet is not None and timedelta(0) <= quiet - believed < SOON


async def test_refusal_that_her_next_word_has_overtaken_holds_nothing(line: OaLine) -> None:
    async with line.hooked() as account:
        await line.oa.text(HER, "chào")
        await queue(line, "Mời họp")

        async def she_writes(call: Call) -> None:
            if call.method == CS:
                line.oa.before = None
                line.time.skip(1)
                await line.oa.text(HER, "KX-1")

        line.oa.before = she_writes
        line.oa.script(CS, Fault.status(-230, "7 days"))
        courier = Courier(line.db, [account], Spoken(line.folder), line.time.monotonic)
        async with running(courier):
            await line.oa.wait(lambda: line.oa.calls(CS))
            await eventually(lambda: states(line), lambda found: found == ["queued"])
            line.time.skip(60)
            line.db.wake("outbox")
            await eventually(lambda: states(line), lambda found: found == ["sent"])
    assert line.oa.shown(HER) == ["Mời họp"]


async def test_account_from_before_is_asked_for_before_it_is_held(line: OaLine) -> None:
    chats = {who: await line.chat(who) for who in (HER, HIM, "9001")}
    async with line.db.write() as tx:
        for who, caller in (await load_callers(tx, "zalo_oa", list(chats))).items():
            people.consent(tx, caller.account, "1")
            caller.account.last_interaction_at = None
            assert caller.account.id == chats[who]
    line.oa.people[HER].last_interaction -= timedelta(days=2)
    del line.oa.people[HIM]
    account, stopping = line.account(), asyncio.Event()
    tending = asyncio.create_task(account.receive(stopping))
    await eventually(
        lambda: sql(line.db, "SELECT id FROM account WHERE last_interaction_at IS NULL"),
        lambda rows: rows == [(chats[HIM],)],
    )
    await line.oa.wait(lambda: len(line.oa.calls("/v3.0/oa/quota/message")) == 3)
    stopping.set()
    await tending
    assert timedelta(days=2) <= await line.quiet_for() < timedelta(days=2) + SOON


async def test_one_who_cannot_be_asked_for_stands_before_nobody(line: OaLine) -> None:
    chats = {who: await line.chat(who) for who in (HER, HIM)}
    async with line.db.write() as tx:
        for caller in (await load_callers(tx, "zalo_oa", list(chats))).values():
            people.consent(tx, caller.account, "1")
            caller.account.last_interaction_at = None
    line.oa.script("/v3.0/oa/quota/message", Fault.status(-217, "blocked"), chat_id=HER, times=None)
    account, stopping = line.account(), asyncio.Event()
    tending = asyncio.create_task(account.receive(stopping))
    await eventually(
        lambda: sql(line.db, "SELECT id FROM account WHERE last_interaction_at IS NULL"),
        lambda rows: rows == [(chats[HER],)],
    )
    stopping.set()
    await tending
