"""Which conference there is, what stands of it, and when it is over."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage import conferences, people, planning
from storage.commune import MarketDay
from storage.conferences import LASTS, Facts, Meeting
from storage.database import Database
from storage.files import IncomingFile, Refused
from storage.models import Attachment, Conference, ConferenceChange, Role
from storage.states import ChangeState, ConferenceState
from tests.commune import COMMUNE, START, Clock
from tests.conference import BEGINS, PLACE, TITLE, facts, plan
from tests.storage.steps import JOINING, LEADER, caller, join, log, office, queued, table

CLUSTERS = (
    Meeting(BEGINS, "Nhà văn hoá 1", ("mau-1", "mau-2")),
    Meeting(BEGINS + timedelta(days=1), "Nhà văn hoá 3", ("mau-3", "mau-4", "mau-5", "mau-6")),
)
PAPER = IncomingFile("document", "doc1", "application/pdf", 100, "bao-cao.pdf")


@pytest.fixture
async def ready(db: Database) -> Database:
    """A clerk who decides alone."""
    await join(db)
    return db


async def set_one(db: Database, **more: object) -> int:
    async with db.write() as tx:
        return (await plan(tx, await office(tx), **more)).id  # type: ignore[arg-type]


def test_facts_come_back_as_they_were_written_with_the_meetings_in_order() -> None:
    whole = facts(meetings=CLUSTERS, agenda="1. Báo cáo", latitude=21.85, longitude=106.76)
    assert Facts.from_json({**whole.as_json(), "meetings": whole.as_json()["meetings"][::-1]}) == whole
    assert (whole.starts_at, whole.place) == (BEGINS, "Nhà văn hoá 1")


@pytest.mark.parametrize(
    ("lacking", "missing"),
    [
        ({}, ()),
        ({"content": " "}, ("content",)),
        ({"ways": ""}, ("ways",)),
        ({"meetings": (Meeting(BEGINS, " "),)}, ("place",)),
        ({"meetings": (), "content": "", "ways": ""}, ("starts_at", "place", "content", "ways")),
    ],
)
def test_facts_say_which_of_the_four_fields_of_the_law_are_missing(
    lacking: dict[str, object], missing: tuple[str, ...]
) -> None:
    assert replace(facts(), **lacking).missing() == missing  # type: ignore[arg-type]


async def test_put_replaces_the_sessions(ready: Database) -> None:
    await set_one(ready, meetings=CLUSTERS)
    async with ready.write() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        assert conferences.facts_of(tx, conference).meetings == CLUSTERS
        conferences.put(conference, facts(place="Sân trường"))
    async with ready.read() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        assert [(each.place, each.villages) for each in conference.sessions] == [("Sân trường", [])]
        assert (conference.title, conference.place, conference.collect_until) == (
            TITLE,
            "Sân trường",
            date(2026, 12, 5),
        )


async def test_session_is_that_of_ones_village(ready: Database) -> None:
    await set_one(ready, meetings=CLUSTERS)
    async with ready.read() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        found = [conferences.session_for(conference, each) for each in ("mau-2", "mau-6", None)]
        assert [each and each.place for each in found] == ["Nhà văn hoá 1", "Nhà văn hoá 3", None]


async def test_session_that_is_the_only_one_is_everybodys(ready: Database) -> None:
    await set_one(ready)
    async with ready.read() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        found = [conferences.session_for(conference, each) for each in ("mau-2", None)]
        assert [each and each.place for each in found] == [PLACE, PLACE]


async def test_current_asked_again_in_a_transaction_writes_nothing_that_waits(ready: Database) -> None:
    await set_one(ready)
    async with ready.write() as tx:
        first = await conferences.current(tx)
        newcomer = (await people.load_callers(tx, "telegram", ["77"]))["77"]
        assert await conferences.current(tx) is first is not None
        assert newcomer.account in tx.session.new


async def test_current_after_a_change_in_the_same_transaction_is_what_stands_now(ready: Database) -> None:
    async with ready.write() as tx:
        clerk = await office(tx)
        assert await conferences.current(tx) is None
        planned = await plan(tx, clerk)
        assert await conferences.current(tx) is planned
        await planning.propose_cancelling(tx, clerk, planned, "Bão")
        assert await conferences.current(tx) is None


async def test_current_is_the_next_that_has_not_begun_and_shown_is_the_one_that_is_held(
    ready: Database, clock: Clock
) -> None:
    async def seen() -> tuple[int | None, int | None, int | None]:
        async with ready.read() as tx:
            found = (await conferences.current(tx), await conferences.shown(tx), await conferences.in_hand(tx))
            return tuple(each and each.id for each in found)  # type: ignore[return-value]

    assert await seen() == (None, None, None)
    await set_one(ready)
    assert await seen() == (1, 1, 1)
    clock.instant = BEGINS
    assert await seen() == (None, 1, 1)
    clock.instant = BEGINS + LASTS
    assert await seen() == (None, None, 1)
    async with ready.write() as tx:
        assert await conferences.hold(tx) == 1
    assert await seen() == (None, None, 1)
    async with ready.write() as tx:
        await plan(tx, await office(tx), BEGINS + timedelta(days=365))
    assert await seen() == (2, 2, 2)


async def test_hold_when_the_last_session_is_over_says_that_it_was_held_once(ready: Database, clock: Clock) -> None:
    await set_one(ready, meetings=CLUSTERS)

    async def hold() -> int:
        async with ready.write() as tx:
            return await conferences.hold(tx)

    counts = []
    for at in (BEGINS, BEGINS + LASTS, CLUSTERS[1].starts_at + LASTS - timedelta(seconds=1)):
        clock.instant = at
        counts.append(await hold())
    clock.instant = CLUSTERS[1].starts_at + LASTS
    counts += [await hold(), await hold()]
    assert counts == [0, 0, 0, 1, 0]
    assert await table(ready, Conference.state, Conference.held_at) == [(ConferenceState.HELD, clock.instant)]
    assert (await log(ready, JOINING))[-1] == ("conference.held", 1, "clock", "planned", "held", {})


async def test_hold_when_no_leader_agreed_in_time_cancels_it(ready: Database, clock: Clock) -> None:
    await join(ready, Role.LEADER, LEADER)
    await set_one(ready)
    clock.instant = BEGINS
    async with ready.write() as tx:
        assert await conferences.hold(tx) == 1
    assert await table(ready, Conference.state) == [(ConferenceState.CANCELLED,)]
    assert await table(ready, ConferenceChange.state) == [(ChangeState.WITHDRAWN,)]


@pytest.mark.parametrize(("days", "closed"), [(11, False), (12, False), (13, True)])
async def test_list_is_closed_when_the_last_day_of_collecting_is_over(
    ready: Database, clock: Clock, days: int, closed: bool
) -> None:
    await set_one(ready)
    clock.instant = START + timedelta(days=days)  # 5 December is the twelfth day
    async with ready.read() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        assert conferences.is_closed(tx, conference) is closed


async def test_documents_are_kept_given_to_who_asks_and_dropped(ready: Database) -> None:
    await set_one(ready)
    async with ready.write() as tx:
        conference = await conferences.by_id(tx, 1)
        clerk = await office(tx)
        assert conference is not None
        account = (await caller(tx, "901")).account
        assert await conferences.add_document(tx, conference, clerk, account, PAPER) is None
        film = replace(PAPER, mime="video/mp4")
        assert await conferences.add_document(tx, conference, clerk, account, film) is Refused.WRONG_TYPE
    async with ready.write() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        account = (await caller(tx, "1001")).account
        assert [await conferences.send_documents(tx, conference, account) for _ in range(2)] == [1, 1]
    ids = {"attachment_id": 1, "conference_id": 1}
    assert [row[:4] for row in await queued(ready)] == [(2, "conference_file", 1, ids)]
    async with ready.write() as tx:
        conference = await conferences.by_id(tx, 1)
        assert conference is not None
        clerk = await office(tx)
        assert not await conferences.drop_document(tx, conference, clerk, 9)
        assert await conferences.drop_document(tx, conference, clerk, 1)
        assert await conferences.documents(tx, conference) == []
    assert await table(ready, Attachment.id, Attachment.state) == []
    assert [row[0] for row in await log(ready, JOINING)][-2:] == [
        "conference.document_added",
        "conference.document_dropped",
    ]


def test_market_days_are_of_the_moon_or_of_the_week() -> None:
    commune = replace(COMMUNE, market_days=(MarketDay(lunar=2), MarketDay(weekday=4)))
    days = [date(2026, 12, 10), date(2026, 12, 11), date(2026, 12, 12)]
    assert [commune.is_market_day(day) for day in days] == [True, True, False]
