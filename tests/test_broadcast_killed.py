"""A broadcast whose process dies again and again: nobody is missed, and nobody is told twice without it being known."""

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.lane import IN_FLIGHT
from bot.ledger import WRITE_AT
from storage import announcements
from storage.database import Database
from storage.models import Account, Official, Person, Role
from tests.commune import COMMUNE
from tests.doubles.telegram import TelegramDouble
from tests.processes import Parent, Site, site
from tests.records import put_fresh
from tests.test_main_job import delivered, rows

FIRST, RECIPIENTS = 10_000, 500
PER_SECOND = 500
"""Enough that a kill finds many calls in flight, and a hand of hundreds."""


async def queued(place: Site) -> None:
    """An announcement to RECIPIENTS accounts stands in a fresh record, and nothing of it has gone."""
    await put_fresh(place.folder / "doithoai.db")
    db = Database(place.database_url, replace(COMMUNE, quiet=(time(0), time(0))))
    async with db.write() as tx:
        clerk = Official(person=Person(created_at=tx.now), role=Role.CLERK, created_at=tx.now)
        tx.session.add(clerk)
        people = [{"created_at": tx.now, "consented_at": tx.now} for _ in range(RECIPIENTS)]
        ids = await tx.session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people)
        homes = [
            {
                "messenger": "telegram",
                "native_id": str(FIRST + number),
                "person_id": person_id,
                "language": "vi",
                "created_at": tx.now,
            }
            for number, person_id in enumerate(ids)
        ]
        await tx.session.execute(insert(Account), homes)
        draft = await announcements.draft(tx, clerk, "Tin")
        announcements.schedule_for(tx, draft, clerk, tx.now)
        await announcements.schedule(tx, draft, clerk, draft.revision)
    await db.close()


async def broadcast_killed(parent: Parent, folder: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    async with TelegramDouble() as tg:
        tg.open_chat(*range(FIRST, FIRST + RECIPIENTS))
        place = site(folder, tg.url, DOITHOAI_TELEGRAM__PER_SECOND=str(PER_SECOND))
        await queued(place)
        unwritten: list[int] = []
        pid = await parent.start(place, ready=False)
        lived = 0
        for number in range(kills):
            before = len(tg.calls("sendMessage"))
            # The last kills still find somebody to be told.
            most = max(1, (RECIPIENTS - len(told(tg))) // (kills - number))
            with suppress(TimeoutError):
                wanted = before + chance.randint(0, most)
                await tg.wait(lambda wanted=wanted: len(tg.calls("sendMessage")) >= wanted, timeout=10)  # type: ignore[misc]
            await asyncio.sleep(chance.uniform(0, 0.02))
            await parent.end(pid)
            life = [call.chat_id for call in tg.calls("sendMessage")[lived:] if call.error is None]
            unwritten.append(len(set(life) - on_record(place)))
            lived = len(tg.calls("sendMessage"))
            pid = await parent.start(place, ready=False)
        await tg.wait(lambda: len(told(tg)) == RECIPIENTS, timeout=60)
        await delivered(place)
        await parent.end(pid, 15)
    assert set(told(tg)) == set(range(FIRST, FIRST + RECIPIENTS))
    assert rows(place, "SELECT state, count(*) FROM outbox GROUP BY state") == [("sent", RECIPIENTS)]
    # A double is a call whose outcome its life did not write down.
    assert max(unwritten) <= IN_FLIGHT + WRITE_AT
    assert told(tg).total() - RECIPIENTS <= sum(unwritten)
    check_known(place, tg)
    # Whatever kills it, the deaths do not all fall on the same few.
    assert max(told(tg).values()) <= 5 + kills // 25
    print(f"{kills} kills, {told(tg).total()} messages to {RECIPIENTS}, most to one: {max(told(tg).values())}")


def told(tg: TelegramDouble) -> Counter[int | None]:
    return Counter(call.chat_id for call in tg.calls("sendMessage") if call.error is None)


def on_record(place: Site) -> set[int]:
    """Who is written down as told."""
    query = "SELECT native_id FROM outbox JOIN account ON account.id = account_id WHERE outbox.state = 'sent'"
    return {int(native_id) for (native_id,) in rows(place, query)}


def check_known(place: Site, tg: TelegramDouble) -> None:
    """Between two messages to one reader lies the moment at which the first was written down as unknown."""
    accounts: Mapping[str, int] = dict(
        rows(place, "SELECT native_id, outbox.id FROM outbox JOIN account ON account.id = account_id")
    )
    unknown = [
        (datetime.fromisoformat(line["timestamp"]).timestamp(), set(line["delivery_ids"]))
        for line in map(json.loads, place.log.read_text().splitlines())
        if line["event"] == "courier.unknown"
    ]
    sent: dict[int, list[float]] = {}
    for call in tg.calls("sendMessage"):
        sent.setdefault(accounts[str(call.chat_id)], []).append(call.at)
    silent = [
        (delivery_id, first, second)
        for delivery_id, times in sent.items()
        for first, second in pairwise(times)
        if not was_said(unknown, delivery_id, first, second)
    ]
    assert silent == []


def was_said(unknown: Sequence[tuple[float, set[int]]], delivery_id: int, first: float, second: float) -> bool:
    return any(first <= at <= second and delivery_id in ids for at, ids in unknown)


async def test_broadcast_when_killed_ten_times(parent: Parent, tmp_path: Path) -> None:
    await broadcast_killed(parent, tmp_path, kills=10, seed=int(os.environ.get("DOITHOAI_SEED", "20261128")))


@pytest.mark.soak
@pytest.mark.timeout(1800)
async def test_broadcast_when_killed_two_hundred_times(parent: Parent, tmp_path: Path) -> None:
    await broadcast_killed(parent, tmp_path, kills=200, seed=20261128)
