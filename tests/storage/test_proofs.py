"""The two lists of the law, ticked with proof."""

import asyncio
from datetime import date, timedelta

import pytest

from storage import conferences, proofs
from storage.database import Database
from storage.files import IncomingFile
from storage.models import Attachment, Conference, Proof, ProofKind, Role
from storage.proofs import AFTER, BEFORE, Item, NotHis, TooEarly
from storage.states import ConferenceState
from tests.commune import Clock
from tests.conference import BEGINS, plan
from tests.storage.steps import CLERK, JOINING, caller, join, log, office, table

HEAD, STAFF = "905", "906"
VILLAGES = tuple(f"mau-{number}" for number in range(1, 7))


@pytest.fixture
async def ready(db: Database) -> Database:
    """A clerk who decides alone, the head of the first village, staff, and a conference."""
    await join(db)
    await join(db, Role.VILLAGE_HEAD, HEAD)
    await join(db, Role.STAFF, STAFF, "van-phong")
    async with db.write() as tx:
        await plan(tx, await office(tx))
    return db


async def prove(db: Database, kind: ProofKind, village: str = "", by: str = CLERK) -> int:
    async with db.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        return (await proofs.prove(tx, found, await office(tx, by), kind, village)).id


async def listed(db: Database, kinds: tuple[ProofKind, ...] = BEFORE) -> list[Item]:
    async with db.read() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        return await proofs.checklist(tx, found, kinds)


async def hold(db: Database, clock: Clock) -> None:
    clock.instant = BEGINS + conferences.LASTS
    async with db.write() as tx:
        await conferences.hold(tx)


async def test_days_are_of_the_calendar(ready: Database) -> None:
    async with ready.read() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        days = (proofs.announce_by(tx, found), proofs.publish_by(tx, found))
    assert days == (date(2026, 12, 3), date(2026, 12, 20))
    assert proofs.earliest_lawful(date(2026, 12, 3)) == date(2026, 12, 10)


async def test_list_before_is_ticked_village_by_village_and_announces(ready: Database) -> None:
    assert await listed(ready) == [
        Item(ProofKind.LOUDSPEAKER, 0, 6, VILLAGES),
        Item(ProofKind.PORTAL, 0, 1),
        Item(ProofKind.NOTICE, 0, 1),
    ]
    await prove(ready, ProofKind.LOUDSPEAKER, "mau-1", HEAD)
    for village in VILLAGES[1:]:
        await prove(ready, ProofKind.LOUDSPEAKER, village)
    await prove(ready, ProofKind.PORTAL)
    assert await table(ready, Conference.state) == [(ConferenceState.PLANNED,)]
    await prove(ready, ProofKind.NOTICE)
    assert await listed(ready) == [
        Item(ProofKind.LOUDSPEAKER, 6, 6),
        Item(ProofKind.PORTAL, 1, 1),
        Item(ProofKind.NOTICE, 1, 1),
    ]
    assert await table(ready, Conference.state) == [(ConferenceState.ANNOUNCED,)]
    assert (await log(ready, JOINING))[-1][:5] == ("conference.announced", 1, "official", "planned", "announced")


async def test_notice_on_every_board_is_a_notice(ready: Database) -> None:
    for village in VILLAGES:
        await prove(ready, ProofKind.NOTICE, village)
    assert (await listed(ready))[2] == Item(ProofKind.NOTICE, 1, 1)


async def test_tick_that_is_there_is_left_as_it_is(ready: Database, clock: Clock) -> None:
    first = await prove(ready, ProofKind.LOUDSPEAKER, "mau-1", HEAD)
    clock.pass_(hours=1)
    assert await prove(ready, ProofKind.LOUDSPEAKER, "mau-1") == first
    assert await table(ready, Proof.village_id, Proof.official_id) == [("mau-1", 2)]


@pytest.mark.parametrize(
    ("kind", "village", "by", "error"),
    [
        (ProofKind.LOUDSPEAKER, "", CLERK, ValueError),
        (ProofKind.LOUDSPEAKER, "mau-99", CLERK, ValueError),
        (ProofKind.PORTAL, "mau-1", CLERK, ValueError),
        (ProofKind.LOUDSPEAKER, "mau-2", HEAD, NotHis),
        (ProofKind.PORTAL, "", HEAD, NotHis),
        (ProofKind.NOTICE, "", HEAD, NotHis),
        (ProofKind.PORTAL, "", STAFF, NotHis),
        (ProofKind.MEDIA, "", CLERK, TooEarly),
    ],
)
async def test_tick_of_who_may_not_or_of_what_cannot_be_is_refused(
    ready: Database, kind: ProofKind, village: str, by: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await prove(ready, kind, village, by)
    assert await table(ready, Proof.id) == []


async def test_list_after_concludes(ready: Database, clock: Clock) -> None:
    await hold(ready, clock)
    await prove(ready, ProofKind.MEDIA)
    await prove(ready, ProofKind.POSTED)
    for village in VILLAGES:
        await prove(ready, ProofKind.RECEIPT, village)
    assert [each.is_done for each in await listed(ready, AFTER)] == [True, True, True]
    assert await table(ready, Conference.state, Conference.concluded_at) == [(ConferenceState.CONCLUDED, clock.instant)]


async def test_new_date_is_announced_anew(ready: Database) -> None:
    await prove(ready, ProofKind.PORTAL)
    async with ready.write() as tx:
        await plan(tx, await office(tx), BEGINS + timedelta(days=5))
    assert (await listed(ready))[1] == Item(ProofKind.PORTAL, 0, 1)
    await prove(ready, ProofKind.PORTAL)
    assert await table(ready, Proof.revision, Proof.kind) == [(1, ProofKind.PORTAL), (2, ProofKind.PORTAL)]


async def test_what_shows_it_is_kept_and_goes_with_a_slip(ready: Database) -> None:
    id_ = await prove(ready, ProofKind.PORTAL)
    async with ready.write() as tx:
        proof = await proofs.by_id(tx, id_)
        assert proof is not None
        account = (await caller(tx, CLERK)).account
        assert proofs.attach(tx, account, proof, IncomingFile("photo", "p1", "image/jpeg")) is None
        proofs.set_link(tx, proof, await office(tx), " https://khuatxa.example/tb ")
    assert await table(ready, Attachment.proof_id, Attachment.kind) == [(id_, "photo")]
    assert await table(ready, Proof.link) == [("https://khuatxa.example/tb",)]
    async with ready.write() as tx:
        proof = await proofs.by_id(tx, id_)
        assert proof is not None
        with pytest.raises(NotHis):
            await proofs.withdraw(tx, proof, await office(tx, HEAD))
        await proofs.withdraw(tx, proof, await office(tx))
    assert (await table(ready, Proof.id), await table(ready, Attachment.id)) == ([], [])
    assert await proofs_by_id(ready, id_) is None


async def proofs_by_id(db: Database, id_: int) -> Proof | None:
    async with db.read() as tx:
        return await proofs.by_id(tx, id_)


async def test_two_at_once_tick_once(ready: Database, second: Database) -> None:
    loaded = asyncio.Event()

    async def slower() -> int:
        async with second.write() as tx:
            found, official = await conferences.by_id(tx, 1), await office(tx)
            assert found is not None
            loaded.set()
            return (await proofs.prove(tx, found, official, ProofKind.PORTAL)).id

    async with asyncio.TaskGroup() as group, ready.write() as tx:
        found = await conferences.by_id(tx, 1)
        assert found is not None
        await proofs.prove(tx, found, await office(tx), ProofKind.PORTAL)
        task = group.create_task(slower())
        if not ready.is_sqlite:  # where the second cannot even begin
            await loaded.wait()
    assert task.result() == 1
    assert [row[0] for row in await log(ready, JOINING)].count("conference.proved") == 1
