"""Calls to browsers whose page is closed, against a push service that opens what it is sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiogram.methods import SendMessage

from bot import keys
from bot.messengers.web import WebMessenger
from bot.push import Pusher
from handlers.words import Words
from storage import browsers
from storage.database import Database
from storage.models import Account
from tests.bot.parts import Time, eventually, record, running, sql
from tests.commune import COMMUNE
from tests.doubles.webpush import PushDouble, Subscriber, word

KEYS = keys.new()
SITE = "https://chat.xa.example"
SAID = {"title": COMMUNE.name, "body": "Có tin mới. Bấm để đọc.", "language": "vi"}


@dataclass
class Line:
    db: Database
    web: WebMessenger
    service: PushDouble
    pusher: Pusher
    time: Time

    async def account(self, account_id: int = 1) -> Account:
        async with self.db.read() as tx:
            return await tx.session.get_one(Account, account_id)

    async def subscribe(self, name: str, endpoint: str | None = None) -> Subscriber:
        her = self.service.subscriber(name)
        account = await self.account()
        async with self.db.write() as tx:
            where = endpoint or self.service.endpoint(name)
            await browsers.subscribe(tx, account, where, her.p256dh, word(her.auth))
        return her

    async def told(self, text: str = "Bí mật") -> None:
        await self.web.bot(SendMessage(chat_id=1, text=text))

    async def waiting(self) -> list[tuple[Any, ...]]:
        return await sql(self.db, "SELECT id, due_at IS NOT NULL, attempts FROM web_push ORDER BY id")


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    time = Time()
    async with record(tmp_path, time.now) as db, PushDouble() as service:
        pusher = Pusher(db, Words(), KEYS, SITE, trusted=[service.host])
        web = WebMessenger(db, tmp_path / "media", pusher=pusher)
        await web.open_account("resident-1")
        yield Line(db, web, service, pusher, time)
        await web.close()


async def test_closed_page_is_called_and_told_no_word_of_the_message(line: Line) -> None:
    her = await line.subscribe("phone")
    await line.told()
    await line.told("Hai")
    assert await line.pusher.batch() == 1
    assert (her.heard, line.service.wrong, line.service.callers) == ([SAID], [], {KEYS.caller})
    assert await line.waiting() == [(1, False, 0)]
    assert await line.pusher.batch() == 0


async def test_open_page_is_not_called_once_it_says_that_it_has_seen(line: Line) -> None:
    her = await line.subscribe("phone")
    with line.web.watching(1), line.web.watching(1):
        await line.told()
    assert await line.pusher.batch() == 0
    async with line.db.write() as tx:
        await browsers.seen(tx, 1)
    line.time.skip(3600)
    assert (await line.pusher.batch(), her.heard) == (0, [])


async def test_phone_that_vanished_with_its_page_open_is_called_after_a_while(line: Line) -> None:
    her = await line.subscribe("phone")
    with line.web.watching(1):
        await line.told()
        assert await line.pusher.batch() == 0
        line.time.skip(browsers.UNSEEN.total_seconds())
        assert (await line.pusher.batch(), her.heard) == (1, [SAID])


async def test_page_that_was_closed_meanwhile_is_called_at_once(line: Line) -> None:
    her = await line.subscribe("phone")
    with line.web.watching(1):
        await line.told()
    await line.told()
    assert (await line.pusher.batch(), her.heard) == (1, [SAID])


@pytest.mark.parametrize("status", [404, 410])
async def test_browser_that_is_gone_is_forgotten(line: Line, status: int) -> None:
    await line.subscribe("phone")
    line.service.answers = [status]
    await line.told()
    await line.pusher.batch()
    assert await line.waiting() == []


@pytest.mark.parametrize("status", [429, 500, 503, 400])
async def test_service_in_trouble_is_asked_again_later(line: Line, status: int) -> None:
    her = await line.subscribe("phone")
    line.service.answers = [status]
    await line.told()
    assert [await line.pusher.batch(), await line.pusher.batch(), her.heard] == [1, 0, []]
    assert await line.waiting() == [(1, True, 1)]
    line.time.skip(60)
    assert (await line.pusher.batch(), her.heard) == (1, [SAID])


async def test_service_that_never_takes_it_is_left_alone_until_something_is_new(line: Line) -> None:
    await line.subscribe("phone")
    line.service.answers = [500] * browsers.MAX_ATTEMPTS
    await line.told()
    for _ in range(browsers.MAX_ATTEMPTS):
        await line.pusher.batch()
        line.time.skip(browsers.LONGEST_PAUSE)
    assert (len(line.service.calls), await line.waiting()) == (browsers.MAX_ATTEMPTS, [(1, False, 0)])


@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:9/x", "https://127.0.0.1/x", "https://10.0.0.7/x", "https://[::1]/x", "ftp://xa.example/x"],
)
async def test_address_in_our_own_network_is_never_called(line: Line, endpoint: str) -> None:
    await line.subscribe("phone", endpoint)
    await line.told()
    assert await line.pusher.batch() == 1
    assert (await line.waiting(), line.service.calls) == ([], [])


@pytest.mark.parametrize(
    "endpoint", ["https://xa.example:x/1", "https://xa.example/\x01", "https://[x/1", "https://☃\u200d/1"]
)
async def test_address_that_is_none_is_forgotten_and_ends_nothing(line: Line, endpoint: str) -> None:
    await line.subscribe("mischief", endpoint)
    her = await line.subscribe("phone")
    await line.told()
    assert await line.pusher.batch() == 2
    assert (await line.waiting(), her.heard) == ([(2, False, 0)], [SAID])


async def test_runs_with_its_messenger_and_wakes_for_what_is_new(line: Line) -> None:
    her = await line.subscribe("phone")

    async def heard() -> list[Any]:
        return her.heard

    async with running(line.pusher):
        await line.told()
        assert await eventually(heard) == [SAID]


async def test_call_speaks_her_language(line: Line) -> None:
    her = await line.subscribe("phone")
    await sql(line.db, "UPDATE account SET language = 'en'")
    await line.told()
    await line.pusher.batch()
    assert her.heard == [{"title": COMMUNE.name, "body": "Something new. Tap to read.", "language": "en"}]
