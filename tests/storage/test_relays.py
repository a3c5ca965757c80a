"""What village heads do with an announcement, and who is reminded."""

import asyncio
from datetime import date, timedelta

import pytest

from storage import announcements, people, proofs, relays
from storage.audiences import Audience, AudienceKind
from storage.database import Database, Transaction
from storage.models import Announcement, Conference, Official, Proof, Relay, Role, Task
from storage.relays import NotHis
from storage.states import ConferenceState
from tests.commune import START, Clock
from tests.storage.steps import JOINING, caller, log, office, queued, table
from tests.storage.test_announcements import at_once, do, schedule, written

ONE, TWO = "904", "905"


async def head_of(db: Database, village: str, native_id: str) -> None:
    async with db.write() as tx:
        code = await people.invite(tx, Role.VILLAGE_HEAD, village_id=village)
        await people.accept_invitation(tx, (await caller(tx, native_id)).account, code)


async def sent(db: Database, audience: Audience | None = None) -> None:
    await head_of(db, "mau-1", ONE)
    await head_of(db, "mau-2", TWO)
    await written(db, audience=audience)
    await do(db, at_once)
    await do(db, schedule)


async def tick(db: Database, task: Task, by: str = ONE) -> None:
    await do(db, lambda tx, found, official: relays.tick(tx, found, official, task), by=by)


async def test_each_head_of_the_audience_gets_a_card_and_the_three_forms(db: Database) -> None:
    await sent(db, Audience(AudienceKind.VILLAGES, ("mau-2", "mau-3")))
    found = [(row[0], row[1], row[3]) for row in await queued(db) if row[1].startswith("relay")]
    ids = {"announcement_id": 1, "village_id": "mau-2"}
    assert found == [
        (2, "relay_card", ids),
        (2, "relay_forward", ids),
        (2, "relay_script", ids),
        (2, "relay_paper", ids),
    ]


@pytest.mark.parametrize(("kind", "id_"), [(AudienceKind.FIELD, "khac"), (AudienceKind.ROLES, "clerk")])
async def test_heads_read_out_only_what_is_said_to_a_place(db: Database, kind: AudienceKind, id_: str) -> None:
    await sent(db, Audience(kind, (id_,)))
    assert [row for row in await queued(db) if row[1].startswith("relay")] == []


async def test_tick_is_a_row_with_who_and_when_and_counts_once(db: Database, clock: Clock) -> None:
    await sent(db)
    clock.pass_(hours=1)
    await tick(db, Task.LOUDSPEAKER)
    await tick(db, Task.LOUDSPEAKER)
    await tick(db, Task.POST)
    assert await table(db, Relay.announcement_id, Relay.village_id, Relay.task, Relay.official_id, Relay.at) == [
        (1, "mau-1", Task.LOUDSPEAKER, 1, START + timedelta(hours=1)),
        (1, "mau-1", Task.POST, 1, START + timedelta(hours=1)),
    ]
    assert [row[5] for row in await log(db, JOINING) if row[0] == "announcement.relayed"] == [
        {"village_id": "mau-1", "task": "loudspeaker"},
        {"village_id": "mau-1", "task": "post"},
    ]


async def test_only_the_head_of_a_village_in_it_ticks(db: Database) -> None:
    await sent(db, Audience(AudienceKind.VILLAGES, ("mau-2",)))
    with pytest.raises(NotHis):
        await tick(db, Task.FORWARD, ONE)
    async with db.write() as tx:
        (clerk,) = await people.officials(tx, Role.CLERK)
        found = await announcements.by_id(tx, 1)
        assert found is not None
        with pytest.raises(NotHis):
            await relays.tick(tx, found, clerk, Task.FORWARD)
    assert await table(db, Relay.id) == []


async def test_remind_writes_to_those_behind_once_a_day(db: Database, clock: Clock) -> None:
    await sent(db, Audience(AudienceKind.VILLAGES, ("mau-1", "mau-2", "mau-3")))
    for task in Task:
        await tick(db, task, TWO)

    async def remind(tx: Transaction, found: Announcement, clerk: Official) -> None:
        reminded.append(await relays.remind(tx, found, clerk))

    reminded: list[tuple[int, list[str]]] = []
    await do(db, remind)
    await do(db, remind)
    clock.pass_(days=1)
    await do(db, remind)
    assert reminded == [(1, ["mau-3"]), (0, ["mau-3"]), (1, ["mau-3"])]
    assert [row[0] for row in await queued(db) if row[1] == "relay_reminder"] == [1, 1]


async def test_tick_of_a_conference_s_announcement_is_the_law_s_proof(db: Database) -> None:
    await sent(db)
    async with db.write() as tx:
        conference = Conference(
            title="Đối thoại",
            starts_at=START + timedelta(days=20),
            place="Hội trường",
            state=ConferenceState.PLANNED,
            official_id=(await office(tx)).id,
            created_at=tx.now,
            sessions=[],
        )
        tx.session.add(conference)
        await tx.session.flush()
        found = await announcements.by_id(tx, 1)
        assert found is not None
        found.conference_id = conference.id
    for task in Task:
        await tick(db, task)
    assert await table(db, Proof.kind, Proof.village_id, Proof.official_id) == [
        ("group", "mau-1", 1),
        ("loudspeaker", "mau-1", 1),
        ("notice", "mau-1", 1),
    ]
    async with db.read() as tx:
        found = await announcements.by_id(tx, 1)
        assert found is not None
        assert await relays.due(tx, found) == proofs.announce_by(tx, conference) == date(2026, 12, 6)


async def test_two_taps_at_once_tick_once(db: Database, second: Database) -> None:
    await sent(db)
    loaded = asyncio.Event()
    ticked = []

    async def slower(tx: Transaction, announcement: Announcement, official: Official) -> None:
        loaded.set()
        ticked.append(await relays.tick(tx, announcement, official, Task.POST))

    async with asyncio.TaskGroup() as group, db.write() as tx:
        found = await announcements.by_id(tx, 1)
        assert found is not None
        ticked.append(await relays.tick(tx, found, await office(tx, ONE), Task.POST))
        group.create_task(do(second, slower, by=ONE))
        if not db.is_sqlite:  # where the second cannot even begin
            await loaded.wait()
    assert ticked == [True, False]
    assert [row[0] for row in await log(db, JOINING)].count("announcement.relayed") == 1
