"""Who wants to hear of her own matters only."""

from sqlalchemy import func, select

from storage import muting, outbox
from storage.database import Database
from storage.mass import hears_of_everything
from storage.models import Account, Outbox, Person, Priority
from storage.outbox import Notice
from storage.states import DeliveryState
from tests.commune import START
from tests.storage.steps import caller, consent, log, table


async def test_mute_stops_what_is_general_and_keeps_what_is_hers(db: Database) -> None:
    await consent(db, "1001", "1002")
    async with db.write() as tx:
        accounts = [(await caller(tx, each)).account for each in ("1001", "1002")]
        kinds = ("announcement", "announcement_file", "reminder", "answer")
        await outbox.queue(tx, [Notice(each, kind, Priority.ANSWER, {}) for each in accounts for kind in kinds])
        person = (await caller(tx, "1001")).person
        assert person is not None
        await muting.mute(tx, person)
        await muting.mute(tx, person)
    assert await table(db, Person.id, Person.muted_at) == [(1, START), (2, None)]
    stopped, waits = DeliveryState.STOPPED, DeliveryState.QUEUED
    assert await table(db, Outbox.account_id, Outbox.kind, Outbox.state) == [
        (1, "announcement", stopped),
        (1, "announcement_file", stopped),
        (1, "reminder", stopped),
        (1, "answer", waits),
        *((2, kind, waits) for kind in kinds),
    ]
    assert [row[:3] for row in await log(db)] == [("person.muted", 1, "resident")]


async def test_general_notices_pass_by_who_muted_until_she_unmutes(db: Database) -> None:
    await consent(db, "1001", "1002")

    async def everyone() -> int:
        async with db.read() as tx:
            found = select(func.count()).select_from(Account).join(Person, Person.id == Account.person_id)
            return await tx.session.scalar(found.where(hears_of_everything())) or 0

    async with db.write() as tx:
        person = (await caller(tx, "1001")).person
        assert person is not None
        await muting.mute(tx, person)
    async with db.read() as tx:
        ids = list(await tx.session.scalars(select(Account.id)))
        assert await muting.among(tx, ids) == frozenset({1})
        assert await muting.among(tx, []) == frozenset()
    assert await everyone() == 1
    async with db.write() as tx:
        person = (await caller(tx, "1001")).person
        assert person is not None
        muting.unmute(tx, person)
        muting.unmute(tx, person)
    assert await everyone() == 2
    assert [row[0] for row in await log(db)] == ["person.muted", "person.unmuted"]
