"""The log is append-only and holds ids."""

from datetime import timedelta
from typing import Any

from storage import events
from storage.database import Database
from storage.events import Actor
from storage.models import Event, Role
from tests.commune import START, Clock
from tests.storage.desk import accept, raised
from tests.storage.steps import JOINING, join, log, office


def whole(event: Event) -> tuple[Any, ...]:
    return (
        event.at,
        event.kind,
        event.subject,
        event.subject_id,
        event.actor,
        event.official_id,
        event.from_state,
        event.to_state,
        event.data,
    )


async def test_history_when_several_things_happened_is_theirs_in_order(db: Database, clock: Clock) -> None:
    await join(db, Role.CLERK)
    async with db.write() as tx:
        events.record(tx, "opinion.raised", "opinion", 7, Actor.RESIDENT, named=False)
        events.record(tx, "opinion.raised", "opinion", 8, Actor.RESIDENT)
        events.record(tx, "issue.assigned", "issue", 7, Actor.CLOCK)
    clock.pass_(days=1)
    async with db.write() as tx:
        moved = ("received", "accepted")
        events.record(tx, "opinion.accepted", "opinion", 7, await office(tx), moved, issue_id=3)
    async with db.read() as tx:
        assert [whole(event) for event in await events.history(tx, "opinion", 7)] == [
            (START, "opinion.raised", "opinion", 7, "resident", None, None, None, {"named": False}),
            (
                START + timedelta(days=1),
                "opinion.accepted",
                "opinion",
                7,
                "official",
                1,
                "received",
                "accepted",
                {"issue_id": 3},
            ),
        ]
        assert await events.history(tx, "opinion", 9) == []
    assert len(await log(db, JOINING)) == 4


async def test_last_event_of_some_kinds(db: Database) -> None:
    await raised(db, 1)
    await accept(db)
    async with db.read() as tx:
        last = await events.last(tx, "opinion", 1, ["opinion.raised"])
        assert last is not None
        assert last.kind == "opinion.raised"
        assert await events.last(tx, "opinion", 9) is None
