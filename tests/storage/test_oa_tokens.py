"""The tokens on record, on both databases: who may spend a refresh token, and who hears that it is no good."""

from datetime import timedelta

import pytest

from storage import oa_tokens, people
from storage.alone import alone
from storage.database import Database
from storage.models import OaToken, Outbox, Role
from storage.oa_tokens import Attempt
from storage.people import load_callers
from tests.commune import Clock

APP = "360846524940903967"
LIVES = timedelta(hours=25)


@pytest.fixture
async def begun(db: Database) -> Database:
    async with db.write() as tx:
        await oa_tokens.begin(tx, APP, "seed")
    return db


async def start(db: Database) -> Attempt | None:
    async with db.write() as tx:
        return await oa_tokens.start(tx, APP)


async def test_attempt_is_marked_before_it_is_made_and_the_mark_goes_with_the_pair(begun: Database) -> None:
    assert await start(begun) == Attempt("seed", 1)
    async with begun.write() as tx:
        row = await tx.session.get_one(OaToken, APP)
        assert (row.tries, row.refreshing_at) == (1, tx.now)
        assert await oa_tokens.finish(tx, APP, Attempt("seed", 1), "access", "next", LIVES)
        assert (row.tries, row.refreshing_at, row.refresh_token, row.generation) == (0, None, "next", 2)
        found = await oa_tokens.standing(tx, APP)
        assert (found.access, found.is_due, found.is_refused) == ("access", False, False)


async def test_third_try_is_never_allowed_and_marks_the_token_refused(begun: Database) -> None:
    assert [await start(begun) for _ in range(4)] == [
        Attempt("seed", 1),
        Attempt("seed", 1, is_last=True),
        None,
        None,
    ]
    async with begun.read() as tx:
        assert (await oa_tokens.standing(tx, APP)).is_refused


async def test_attempt_that_never_left_counts_for_nothing(begun: Database) -> None:
    for _ in range(5):
        attempt = await start(begun)
        assert attempt is not None
        async with begun.write() as tx:
            await oa_tokens.unspent(tx, APP, attempt)


async def test_late_answer_does_not_replace_a_newer_pair(begun: Database) -> None:
    first, second = await start(begun), await start(begun)
    assert first is not None
    assert second is not None
    async with begun.write() as tx:
        assert await oa_tokens.finish(tx, APP, second, "access-2", "next-2", LIVES)
        assert not await oa_tokens.finish(tx, APP, first, "access-1", "next-1", LIVES)
        await oa_tokens.refuse(tx, APP, first)
        found = await oa_tokens.standing(tx, APP)
    assert (found.access, found.is_refused) == ("access-2", False)


async def test_configuration_begins_anew_only_with_another_token(begun: Database) -> None:
    attempt = await start(begun)
    assert attempt is not None
    async with begun.write() as tx:
        await oa_tokens.finish(tx, APP, attempt, "access", "next", LIVES)
        await oa_tokens.begin(tx, APP, "seed")
        assert (await oa_tokens.standing(tx, APP)).access == "access"
        await oa_tokens.begin(tx, APP, "other")
        assert (await oa_tokens.standing(tx, APP)).access is None
    assert await start(begun) == Attempt("other", 3)


async def test_lock_is_held_by_one_of_two_processes(db: Database, second: Database) -> None:
    async with alone(db, "oa-token") as mine, alone(second, "oa-token") as theirs:
        assert (mine, theirs) == (True, False)
        async with alone(second, "another") as other:
            assert other
    async with alone(second, "oa-token") as theirs:
        assert theirs


async def test_office_is_told_once_that_a_consent_is_needed(begun: Database, clock: Clock) -> None:
    async with begun.write() as tx:
        for number, role in enumerate((Role.CLERK, Role.ADMIN, Role.LEADER)):
            account = (await load_callers(tx, "telegram", [str(number)]))[str(number)].account
            await people.accept_invitation(tx, account, await people.invite(tx, role))
    clock.pass_(days=82)
    told = []
    for days in (0, 2, 0):
        clock.pass_(days=days)
        async with begun.write() as tx:
            told.append(await oa_tokens.warn(tx))
    attempt = await start(begun)
    assert attempt is not None
    async with begun.write() as tx:
        await oa_tokens.refuse(tx, APP, attempt)
        told += [await oa_tokens.warn(tx), await oa_tokens.warn(tx)]
        rows = await tx.session.scalars(Outbox.__table__.select().with_only_columns(Outbox.payload))
        said = [payload["what"] for payload in rows if payload and "what" in payload]
    assert told == [0, 2, 0, 2, 0]
    assert said == ["lapses", "lapses", "refused", "refused"]
