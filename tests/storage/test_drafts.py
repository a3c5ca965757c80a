"""An opinion before it is sent."""

import asyncio
import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.clock import HELD
from storage import drafts, files, people
from storage.database import Database
from storage.files import IncomingFile
from storage.folding import fold
from storage.models import Attachment, Conversation, Counter, Draft, Opinion, Role
from storage.states import OpinionState
from tests.commune import START, Clock
from tests.storage.steps import (
    CLERK,
    JOINING,
    LEADER,
    STAFF,
    WORDS,
    caller,
    consent,
    join,
    log,
    queued,
    raise_opinion,
    send_all,
    table,
)

DUE = date(2026, 12, 8)  # the tenth working day
PHOTO = IncomingFile("photo", "file-1", "image/jpeg", size=10)
VOICE = IncomingFile("voice", "file-2", "audio/ogg", size=10, seconds=4)


async def hold(db: Database, native_id: str = "1001", text: str = WORDS, photos: int = 0) -> None:
    async with db.write() as tx:
        draft = drafts.hold(tx, (await caller(tx, native_id)).account, text)
        await tx.session.flush()
        for _ in range(photos):
            files.attach(tx, (await caller(tx, native_id)).account, draft, PHOTO)


async def test_hold_and_the_steps_after_it_are_kept(db: Database, clock: Clock) -> None:
    await consent(db, "1001")
    async with db.write() as tx:
        her = await caller(tx, "1001")
        assert her.person is not None
        people.remember_village(her.person, "mau-2")
        drafts.hold(tx, her.account, "Đường hỏng")
    clock.pass_(minutes=5)
    async with db.write() as tx:
        draft = (await caller(tx, "1001")).draft
        assert draft is not None
        drafts.add_words(tx, draft, "từ hôm mưa")
        drafts.set_field(tx, draft, "ha-tang")
    columns = (Draft.id, Draft.account_id, Draft.text, Draft.village_id, Draft.field_id, Draft.updated_at)
    later = START + timedelta(minutes=5)
    assert await table(db, *columns) == [(1, 1, "Đường hỏng\ntừ hôm mưa", "mau-2", "ha-tang", later)]
    async with db.write() as tx:
        draft = (await caller(tx, "1001")).draft
        assert draft is not None
        drafts.replace_words(tx, draft, "Cầu hỏng")
        drafts.set_village(tx, draft, None)
    assert await table(db, *columns) == [(1, 1, "Cầu hỏng", None, "ha-tang", later)]


async def test_words_when_too_long_are_cut_at_the_limit(db: Database) -> None:
    async with db.write() as tx:
        draft = drafts.hold(tx, (await caller(tx, "1001")).account, "a" * 30_000)
        drafts.add_words(tx, draft, "b")
        assert draft.text == "a" * drafts.MAX_TEXT
        drafts.replace_words(tx, draft, "c" * 30_000)
        assert draft.text == "c" * drafts.MAX_TEXT


async def test_submit_makes_the_opinion_and_tells_the_clerk_alone(db: Database) -> None:
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.CLERK)
    await consent(db, "1001")
    await hold(db, photos=2)
    async with db.write() as tx:
        her = await caller(tx, "1001")
        assert her.draft is not None
        drafts.set_village(tx, her.draft, "mau-3")
        drafts.set_field(tx, her.draft, "ha-tang")
        assert (await drafts.submit(tx, her, her.draft, named=True)).number == 1
    columns = (Opinion.id, Opinion.number, Opinion.person_id, Opinion.account_id, Opinion.text, Opinion.folded)
    rest = (Opinion.village_id, Opinion.field_id, Opinion.named, Opinion.state, Opinion.issue_id, Opinion.raised_at)
    assert await table(db, *columns, *rest, Opinion.notice_due) == [
        (1, 1, 4, 4, WORDS, fold(WORDS), "mau-3", "ha-tang", True, OpinionState.RECEIVED, None, START, DUE)
    ]
    assert await table(db, Draft.id) == []
    assert await table(db, Attachment.id, Attachment.draft_id, Attachment.opinion_id) == [(1, None, 1), (2, None, 1)]
    assert await queued(db) == [
        (3, "card", 1, {"opinion_id": 1}, "card:1:3", "queued"),
        (3, "file", 1, {"opinion_id": 1, "attachment_id": 1}, "card:1:3:file:1", "queued"),
        (3, "file", 1, {"opinion_id": 1, "attachment_id": 2}, "card:1:3:file:2", "queued"),
    ]
    assert await log(db, JOINING) == [("opinion.raised", 1, "resident", None, None, {"named": True, "files": 2})]


async def test_submit_when_there_is_no_clerk_tells_the_leader(db: Database) -> None:
    await join(db, Role.LEADER, LEADER)
    await raise_opinion(db)
    assert await queued(db) == [(1, "card", 1, {"opinion_id": 1}, "card:1:1", "queued")]


async def test_submit_when_nobody_is_there_keeps_it(db: Database) -> None:
    assert (await raise_opinion(db), await queued(db)) == (1, [])
    assert await table(db, Opinion.id, Opinion.text, Opinion.field_id) == [(1, WORDS, "khac")]


async def test_submit_without_consent_is_refused(db: Database) -> None:
    await hold(db)
    async with db.write() as tx:
        her = await caller(tx, "1001")
        assert her.draft is not None
        with pytest.raises(ValueError, match="without consent"):
            await drafts.submit(tx, her, her.draft, named=False)
    assert (await table(db, Opinion.id), await table(db, Draft.id, Draft.text)) == ([], [(1, WORDS)])


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_submit_without_words_or_files_is_refused(db: Database, text: str) -> None:
    with pytest.raises(ValueError, match="needs words or a file"):
        await raise_opinion(db, text=text)
    async with db.read() as tx:
        assert (await tx.session.get_one(Counter, "opinion")).value == 0


async def test_submit_when_a_photo_is_all_she_sends_is_an_opinion(db: Database) -> None:
    await consent(db, "1001")
    await hold(db, text="", photos=1)
    async with db.write() as tx:
        her = await caller(tx, "1001")
        assert her.draft is not None
        await drafts.submit(tx, her, her.draft, named=False)
    assert await table(db, Opinion.id, Opinion.text) == [(1, "")]


@pytest.mark.parametrize("kind", [None, "photo"])
async def test_drop_files_when_of_one_kind_leaves_the_others(db: Database, kind: str | None) -> None:
    await hold(db, photos=2)
    async with db.write() as tx:
        her = await caller(tx, "1001")
        assert her.draft is not None
        files.attach(tx, her.account, her.draft, VOICE)
        await tx.session.flush()
        await files.stored(tx, 1, "ab" * 32, 10)
    async with db.write() as tx:
        draft = (await caller(tx, "1001")).draft
        assert draft is not None
        await drafts.drop_files(tx, draft, kind)
    assert await table(db, Attachment.id, Attachment.kind) == ([(3, "voice")] if kind else [])
    assert (db.dropped, await table(db, Draft.id)) == ({"ab" * 32}, [(1,)])


async def test_drop_leaves_nothing(db: Database) -> None:
    await hold(db, photos=2)
    async with db.write() as tx:
        await files.stored(tx, 2, "cd" * 32, 10)
    async with db.write() as tx:
        draft = (await caller(tx, "1001")).draft
        assert draft is not None
        await drafts.drop(tx, draft)
    assert (await table(db, Draft.id), await table(db, Attachment.id), db.dropped) == ([], [], {"cd" * 32})


async def test_numbers_when_many_submit_and_a_third_roll_back_are_gapless(db: Database, second: Database) -> None:
    chance = random.Random(11)
    kept: list[int] = []

    async def submit(own: Database, native_id: str) -> None:
        fails = chance.random() < 0.3
        try:
            async with own.write() as tx:
                her = await caller(tx, native_id)
                people.consent(tx, her.account, "v1")
                draft = drafts.hold(tx, her.account, native_id)
                await tx.session.flush()
                number = (await drafts.submit(tx, her, draft, named=False)).number
                if fails:
                    raise InterruptedError
        except InterruptedError:
            return
        kept.append(number)

    async with asyncio.TaskGroup() as group:
        for n in range(60):
            group.create_task(submit(db if n % 2 else second, str(2000 + n)))
    assert 30 < len(kept) < 55
    assert sorted(kept) == list(range(1, len(kept) + 1))
    assert sorted(number for _, number in await table(db, Opinion.id, Opinion.number)) == sorted(kept)
    async with db.read() as tx:
        assert (await tx.session.get_one(Counter, "opinion")).value == len(kept)


async def test_numbers_when_the_counter_is_missing_raise(db: Database) -> None:
    async with db.write() as tx:
        await tx.session.delete(await tx.session.get_one(Counter, "opinion"))
    with pytest.raises(RuntimeError, match="doithoai migrate"):
        await raise_opinion(db)


async def test_expire_held_when_a_day_passed_without_consent(db: Database, clock: Clock) -> None:
    await consent(db, "1002")
    async with db.write() as tx:
        (await caller(tx, "1001")).conversation.data = {"step": 1}
    await hold(db, "1001", photos=1)
    await hold(db, "1002")
    await join(db, Role.CLERK)  # an official has a person, and has consented to nothing
    await hold(db, CLERK)
    clock.pass_(hours=24)
    async with db.write() as tx:
        assert await drafts.expire_held(tx, tx.now - HELD) == 0
    clock.pass_(seconds=1)
    async with db.write() as tx:
        assert await drafts.expire_held(tx, tx.now - HELD) == 2
    assert await table(db, Draft.id, Draft.account_id) == [(2, 1)]
    assert await table(db, Attachment.id) == []
    async with db.read() as tx:
        rows = await tx.session.execute(select(Conversation.state, Conversation.data, Conversation.menu))
        assert {str(row) for row in rows} == {"(None, {}, None)"}
    assert await log(db, JOINING) == [
        ("draft.expired", 1, "clock", None, None, {}),
        ("draft.expired", 3, "clock", None, None, {}),
    ]
    assert await queued(db) == []


async def test_expire_drafts_when_left_alone_for_as_long_as_they_are_kept(db: Database, clock: Clock) -> None:
    await consent(db, "1001", "1002")
    await hold(db, "1001")
    await hold(db, "1002")
    await hold(db, "1003")
    clock.pass_(days=5)
    async with db.write() as tx:
        draft = (await caller(tx, "1002")).draft
        assert draft is not None
        drafts.add_words(tx, draft, "thêm")
    clock.pass_(days=2, seconds=1)
    async with db.write() as tx:
        assert await drafts.expire_drafts(tx, tx.now - timedelta(days=7)) == 1
    assert await table(db, Draft.id) == [(2,), (3,)]


async def test_offer_again_when_left_for_a_day_comes_once(db: Database, clock: Clock) -> None:
    await consent(db, "1001")
    await hold(db, "1001")
    await hold(db, "1002")

    async def offered() -> int:
        async with db.write() as tx:
            return await drafts.offer_again(tx, tx.now - timedelta(days=1))

    assert await offered() == 0
    clock.pass_(days=1, seconds=1)
    assert [await offered(), await offered()] == [1, 0]
    assert await queued(db) == [(1, "draft_offer", 2, {"draft_id": 1}, "draft_offer:1", "queued")]
    await send_all(db)
    clock.pass_(days=3)
    assert await offered() == 0
