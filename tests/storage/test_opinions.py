"""What residents raised: who reads it, what its author adds, and what she says of the answer."""

from datetime import timedelta

import pytest

from storage import drafts, files, opinions, people
from storage.database import Database
from storage.files import IncomingFile
from storage.folding import fold
from storage.models import Addition, Attachment, Draft, Opinion, Role
from storage.states import ForbiddenMove, OpinionState
from tests.commune import START, Clock
from tests.storage.steps import (
    STAFF,
    WORDS,
    answer,
    caller,
    join,
    log,
    office,
    opinion,
    queued,
    raise_opinion,
    send_all,
    table,
)

STATES = (Opinion.id, Opinion.state)


async def test_own_is_hers_alone_newest_first(db: Database) -> None:
    for native_id in ("1001", "1002", "1001"):
        await raise_opinion(db, native_id)
    async with db.write() as tx:
        her, another, stranger = await caller(tx, "1001"), await caller(tx, "1002"), await caller(tx, "1003")
        assert [each.number for each in await opinions.own(tx, her.person)] == [3, 1]
        assert [each.number for each in await opinions.own(tx, her.person, limit=1)] == [3]
        assert [each.number for each in await opinions.own(tx, another.person)] == [2]
        assert await opinions.own(tx, stranger.person) == []


async def test_own_by_number_and_id_when_another_s_is_as_if_it_were_not_there(db: Database) -> None:
    for native_id in ("1001", "1002"):
        await raise_opinion(db, native_id)
    async with db.write() as tx:
        for person, found in (((await caller(tx, "1001")).person, [1, None]), (None, [None, None])):
            by_number = [await opinions.own_by_number(tx, person, number) for number in (1, 2)]
            by_id = [await opinions.own_by_id(tx, person, id_) for id_ in (1, 2)]
            assert [each and each.number for each in by_number] == found
            assert by_id == by_number
        assert await opinions.own_by_number(tx, (await caller(tx, "1001")).person, 99) is None


@pytest.mark.parametrize(
    ("role", "clerk_is_there", "received", "answered"),
    [
        (Role.CLERK, True, True, True),
        (Role.LEADER, True, False, True),
        (Role.LEADER, False, True, True),
        (Role.STAFF, True, False, False),
        (Role.VILLAGE_HEAD, False, False, False),
        (Role.OBSERVER, False, False, True),
        (Role.ADMIN, True, False, False),
    ],
)
async def test_visible_by_role_before_and_after_it_is_accepted(
    db: Database, *, role: Role, clerk_is_there: bool, received: bool, answered: bool
) -> None:
    await join(db, role, STAFF, "phong-kinh-te" if role is Role.STAFF else None)
    if clerk_is_there and role is not Role.CLERK:
        await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        reader = await office(tx, STAFF)
        assert ((await opinions.visible(tx, reader, number=1)) is not None) is received
        assert ((await opinions.visible(tx, reader, opinion_id=1)) is not None) is received
        assert await opinions.count_waiting(tx) == 1
    if not clerk_is_there or role is Role.CLERK:
        await join(db)
    await answer(db)
    async with db.write() as tx:
        reader = await office(tx, STAFF)
        assert ((await opinions.visible(tx, reader, number=1)) is not None) is answered
        assert await opinions.visible(tx, reader, number=2) is None


async def test_visible_when_the_office_ended_is_nothing(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    async with db.write() as tx:
        clerk = await office(tx)
        clerk.revoked_at = tx.now
        assert await opinions.visible(tx, clerk, number=1) is None


async def test_add_to_keeps_her_words_and_tells_the_clerk(db: Database, clock: Clock) -> None:
    await join(db)
    await raise_opinion(db)
    await send_all(db)
    clock.pass_(hours=1)
    async with db.write() as tx:
        await opinions.add_to(tx, await opinion(tx), "Thêm: cầu cũng hỏng")
    columns = (Addition.id, Addition.opinion_id, Addition.text, Addition.added_at)
    assert await table(db, *columns) == [(1, 1, "Thêm: cầu cũng hỏng", START + timedelta(hours=1))]
    folded = f"{fold(WORDS)}\nthem: cau cung hong"
    assert await table(db, Opinion.id, Opinion.text, Opinion.folded) == [(1, WORDS, folded)]
    assert (await queued(db))[1:] == [(1, "addition", 1, {"opinion_id": 1, "addition_id": 1}, "addition:1:1", "queued")]
    assert (await log(db))[-1] == ("opinion.added_to", 1, "resident", None, None, {"addition_id": 1})


async def test_add_draft_moves_words_and_files_to_the_opinion(db: Database) -> None:
    await raise_opinion(db)
    async with db.write() as tx:
        her = await caller(tx, "1001")
        draft = drafts.hold(tx, her.account, "ảnh đây")
        await tx.session.flush()
        files.attach(tx, her.account, draft, IncomingFile("photo", "file-1", "image/jpeg"))
    async with db.write() as tx:
        her = await caller(tx, "1001")
        assert her.draft is not None
        await opinions.add_draft(tx, await opinion(tx), her.draft)
    assert await table(db, Draft.id) == []
    assert await table(db, Addition.id, Addition.text) == [(1, "ảnh đây")]
    assert await table(db, Attachment.id, Attachment.draft_id, Attachment.opinion_id) == [(1, None, 1)]


async def test_withdraw_until_it_is_answered(db: Database) -> None:
    await join(db)
    await raise_opinion(db, "1001")
    await raise_opinion(db, "1002")
    await answer(db, 2)
    async with db.write() as tx:
        await opinions.withdraw(tx, await opinion(tx, 1))
    with pytest.raises(ForbiddenMove):
        async with db.write() as tx:
            await opinions.withdraw(tx, await opinion(tx, 2))
    assert await table(db, *STATES) == [(1, OpinionState.WITHDRAWN), (2, OpinionState.ANSWERED)]
    assert (await log(db))[-1] == ("opinion.withdrawn", 1, "resident", "received", "withdrawn", {})


@pytest.mark.parametrize("named", [True, False])
async def test_author_of_when_she_chose_to_be_named(db: Database, *, named: bool) -> None:
    await raise_opinion(db, named=named)
    await join(db)
    async with db.write() as tx:
        author = await opinions.author_of(tx, await opinion(tx), await office(tx))
        assert (author and author.id) == (1 if named else None)
        her = (await caller(tx, "1001")).person
        assert her is not None
        people.remember_name(her, "Người gửi mẫu", None)
