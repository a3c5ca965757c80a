"""Browsers that are called, and codes on paper, on both databases."""

from datetime import timedelta

from sqlalchemy import select

from storage import browsers, data
from storage.database import Database
from storage.models import Account, WebCode, WebPush
from tests.commune import START, Clock
from tests.storage.steps import caller

KEY = b"key outside the record"


async def her(db: Database, native_id: str = "her") -> Account:
    async with db.write() as tx:
        return (await caller(tx, native_id, "web")).account


async def subscribe(db: Database, account: Account, *endpoints: str) -> None:
    for endpoint in endpoints:
        async with db.write() as tx:
            await browsers.subscribe(tx, account, endpoint, "p", "a")


async def due(db: Database) -> list[tuple[str, str]]:
    async with db.read() as tx:
        return [(row.endpoint, language) for row, language in await browsers.due(tx, 10)]


async def test_every_browser_of_hers_is_called_once_until_it_was(db: Database, clock: Clock) -> None:
    account = await her(db)
    await subscribe(db, account, "https://a", "https://b")
    await subscribe(db, await her(db, "other"), "https://c")
    for _ in range(2):
        async with db.write() as tx:
            await browsers.call(tx, account.id)
            assert tx.topics == ({"push"} if not _ else set())
        clock.pass_(seconds=1)
    assert await due(db) == [("https://a", "vi"), ("https://b", "vi")]
    async with db.write() as tx:
        assert await browsers.next_due(tx) == START
        await browsers.called(tx, 1, START)
        await browsers.called(tx, 2, START - timedelta(seconds=1))
    assert await due(db) == [("https://b", "vi")]


async def test_call_of_a_watched_account_waits_and_is_taken_back_once_seen(db: Database, clock: Clock) -> None:
    account = await her(db)
    await subscribe(db, account, "https://a")
    async with db.write() as tx:
        assert not await browsers.is_to_be_called(tx, account.id)
        await browsers.call(tx, account.id, watched=True)
        assert await browsers.is_to_be_called(tx, account.id)
        assert await browsers.next_due(tx) == START + browsers.UNSEEN
        await browsers.call(tx, account.id)
        assert await browsers.next_due(tx) == START
        await browsers.call(tx, account.id, watched=True)
        assert await browsers.next_due(tx) == START
        await browsers.seen(tx, account.id)
        assert await browsers.next_due(tx) is None


async def test_browser_belongs_to_whoever_subscribed_it_last(db: Database) -> None:
    first, second = await her(db, "first"), await her(db, "second")
    await subscribe(db, first, "https://a")
    await subscribe(db, second, "https://a")
    async with db.write() as tx:
        await browsers.call(tx, first.id)
        await browsers.unsubscribe(tx, first, "https://a")
    assert await due(db) == []
    async with db.write() as tx:
        await browsers.call(tx, second.id)
    assert await due(db) == [("https://a", "vi")]
    async with db.write() as tx:
        await browsers.unsubscribe(tx, second, "https://a")
    assert await due(db) == []


async def test_oldest_browser_goes_when_there_are_too_many(db: Database) -> None:
    account = await her(db)
    names = [f"https://{number}" for number in range(browsers.MOST_BROWSERS + 2)]
    await subscribe(db, account, *names)
    async with db.read() as tx:
        assert list(await tx.session.scalars(select(WebPush.endpoint).order_by(WebPush.id))) == names[2:]


async def test_pauses_between_tries_grow_and_are_what_the_service_asked(db: Database, clock: Clock) -> None:
    account = await her(db)
    await subscribe(db, account, "https://a")
    waits = []
    for pause in (None, None, 7.0, 90_000.0):
        async with db.write() as tx:
            await browsers.not_called(tx, 1, pause=pause)
            await browsers.not_called(tx, 99)
            waits.append((await browsers.next_due(tx) or START) - START)
    assert [each.total_seconds() for each in waits] == [30, 60, 7, browsers.LONGEST_PAUSE]


async def test_code_opens_her_conversation_however_it_is_typed(db: Database) -> None:
    account = await her(db)
    async with db.write() as tx:
        code = await browsers.new_code(tx, account, KEY, lambda _: 48219)
        assert code == "0000 0004 8219"
    async with db.read() as tx:
        for typed in (code, "000000048219", " 0000-0004-8219 ", "0000.0004.8219"):
            found = await browsers.by_code(tx, KEY, typed)
            assert found is not None
            assert found.id == account.id
        for wrong in ("", "48219", "0000 0004 8218", "٠٠٠٠ ٠٠٠٤ ٨٢١٩", code + "0"):
            assert await browsers.by_code(tx, KEY, wrong) is None
        assert await browsers.by_code(tx, b"another key", code) is None
        row = await tx.session.get_one(WebCode, account.id)
        assert "48219" not in row.digest


async def test_new_code_ends_the_one_before(db: Database) -> None:
    account = await her(db)
    async with db.write() as tx:
        old = await browsers.new_code(tx, account, KEY)
        new = await browsers.new_code(tx, account, KEY)
        assert old != new
        opened = [await browsers.by_code(tx, KEY, code) for code in (old, new)]
        assert [each and each.id for each in opened] == [None, account.id]


async def test_who_has_everything_deleted_is_called_no_more_and_opened_by_no_code(db: Database) -> None:
    account, other = await her(db), await her(db, "other")
    await subscribe(db, account, "https://a")
    await subscribe(db, other, "https://b")
    async with db.write() as tx:
        code = await browsers.new_code(tx, account, KEY)
        await data.forget(tx, await caller(tx, "her", "web"))
        await browsers.call(tx, account.id)
        await browsers.call(tx, other.id)
    async with db.read() as tx:
        assert await browsers.by_code(tx, KEY, code) is None
    assert await due(db) == [("https://b", "vi")]
