"""What a batch of notices speaks of, and who of its readers may still be told."""

from typing import Any

import pytest

from storage import announcements, answers, data, drafts, files, notices, opinions
from storage.database import Database, Transaction
from storage.files import IncomingFile
from storage.models import Attachment, Role
from storage.notices import Material
from storage.outbox import Delivery
from tests.commune import START, Clock
from tests.conference import plan
from tests.storage.steps import LEADER, STAFF, answer, caller, join, office, opinion, raise_opinion


def about(account_id: int, kind: str = "kind", **payload: Any) -> Delivery:
    return Delivery(1, account_id, "1", "vi", False, 1, kind, None, payload, None, None, 0, False)


async def account_id(tx: Transaction, native_id: str) -> int:
    return (await caller(tx, native_id)).account.id


async def loaded(db: Database, *deliveries: Delivery) -> Material:
    async with db.write() as tx:
        return await notices.load(tx, deliveries)


def named(material: Material) -> dict[str, list[int]]:
    names = ("accounts", "readers", "opinions", "authors", "answers", "attachments", "additions", "conferences")
    found = {name: sorted(getattr(material, name)) for name in (*names, "announcements", "drafts")}
    return {name: ids for name, ids in found.items() if ids}


async def test_load_when_nothing_is_named_reads_nothing(db: Database) -> None:
    assert await loaded(db) == Material()


async def test_load_finds_each_row_that_is_named(db: Database, clock: Clock) -> None:
    await join(db)  # account 1
    await raise_opinion(db, named=True)  # account 2
    async with db.write() as tx:
        clerk, her = await office(tx), await caller(tx, "1001")
        await plan(tx, clerk, START.replace(year=2027))
        await announcements.draft(tx, clerk, "Mời bà con")
        await opinions.add_to(tx, await opinion(tx), "thêm")
        drafts.hold(tx, her.account, "mới")
    assert named(await loaded(db, about(1, opinion_id=1, addition_id=1))) == {
        "accounts": [1],
        "readers": [1],
        "opinions": [1],
        "authors": [2],
        "additions": [1],
    }
    assert named(
        await loaded(db, about(2, "reminder", conference_id=1), about(2, "announcement", announcement_id=1))
    ) == {
        "conferences": [1],
        "announcements": [1],
    }
    assert named(await loaded(db, about(2, draft_id=2))) == {"accounts": [2], "drafts": [2]}
    assert named(await loaded(db, about(9, opinion_id=9, answer_id=9, attachment_id=9, draft_id=9))) == {}


@pytest.mark.parametrize("clerk_is_there", [True, False])
async def test_may_read_by_role_and_state(db: Database, *, clerk_is_there: bool) -> None:
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")
    if clerk_is_there:
        await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        ids = [await account_id(tx, native_id) for native_id in (LEADER, STAFF, "1001", "901")]
    deliveries = [about(each, opinion_id=1) for each in ids]
    before = await loaded(db, *deliveries)
    assert before.has_clerk is clerk_is_there
    assert [before.may_read(each, before.opinions[1]) for each in ids] == [
        not clerk_is_there,
        False,
        False,
        clerk_is_there,
    ]
    assert [before.is_author(each, before.opinions[1]) for each in ids] == [False, False, True, False]
    if clerk_is_there:
        await answer(db)
        after = await loaded(db, *deliveries)
        assert [after.may_read(each, after.opinions[1]) for each in ids] == [True, False, False, True]


async def test_may_read_when_the_office_ended_is_over(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        (await office(tx)).revoked_at = tx.now
    material = await loaded(db, about(1, opinion_id=1))
    assert (material.readers, material.may_read(1, material.opinions[1])) == ({}, False)


@pytest.mark.parametrize("by_name", [True, False])
async def test_author_when_named_and_still_on_record(db: Database, *, by_name: bool) -> None:
    await join(db)
    await raise_opinion(db, named=by_name)
    material = await loaded(db, about(1, opinion_id=1))
    author = material.author(material.opinions[1], 1)
    assert (author and author.id) == (2 if by_name else None)
    async with db.write() as tx:
        await data.forget(tx, await caller(tx, "1001"))
    gone = await loaded(db, about(1, opinion_id=1))
    assert (gone.author(gone.opinions[1], 1), gone.is_author(1, gone.opinions[1])) == (None, False)


async def test_may_open_is_for_her_files_and_those_of_the_released_answer(db: Database) -> None:
    await join(db)  # account 1
    await raise_opinion(db, "1001")  # account 2
    await raise_opinion(db, "1002")  # account 3
    photo = IncomingFile("photo", "f", "image/jpeg")
    async with db.write() as tx:
        files.attach(tx, (await caller(tx, "1001")).account, await opinion(tx, 1), photo)
        written = await answers.draft(tx, await opinion(tx, 1), await office(tx), "Xem ảnh")
        await tx.session.flush()
        files.attach(tx, (await caller(tx, "901")).account, written, photo)

    async def opens() -> list[list[bool]]:
        everyone = [
            about(each, opinion_id=number, attachment_id=file)
            for each in (1, 2, 3)
            for number in (1, 2)
            for file in (1, 2)
        ]
        found = await loaded(db, *everyone)
        one: dict[int, Attachment] = found.attachments
        return [
            [found.may_open(each, one[file], found.opinions[number]) for number, file in PAIRS] for each in (1, 2, 3)
        ]

    # The office reads what it means to answer, its author does not yet.
    assert await opens() == [[True, True, False, False], [True, False, False, False], [False] * 4]
    async with db.write() as tx:
        ready = await answers.by_id(tx, 1)
        assert ready is not None
        await answers.release(tx, ready, await office(tx))
    assert await opens() == [[True, True, False, False], [True, True, False, False], [False] * 4]


PAIRS = [(1, 1), (1, 2), (2, 1), (2, 2)]
