"""One-time links to a sealed matter."""

import hashlib

import pytest

from storage import sealed, sealed_links
from storage.database import Database
from storage.models import SealedLink, Target
from storage.sealed_links import Refusal, View
from storage.states import SealedState
from tests.commune import START, Clock
from tests.planted import held_in
from tests.storage.steps import LEADER, log, office, table
from tests.storage.test_sealed import HEAD, matter, readers, send


async def issued(db: Database) -> str:
    async with db.write() as tx:
        return await sealed_links.issue(tx, await matter(tx), await office(tx, LEADER))


async def opened(db: Database, token: str) -> str:
    async with db.write() as tx:
        found = await sealed_links.open_(tx, token)
        assert not isinstance(found, Refusal)
        return found[0]


async def test_link_opens_once_and_keeps_only_digests(db: Database, clock: Clock) -> None:
    await readers(db)
    await send(db)
    token = await issued(db)
    assert len(token) == 32
    async with db.write() as tx:
        assert await sealed_links.peek(tx, token) == await sealed_links.peek(tx, token) == await office(tx, LEADER)
    view = await opened(db, token)
    async with db.write() as tx:
        assert await sealed_links.open_(tx, token) is Refusal.OVER
        assert await sealed_links.peek(tx, token) is Refusal.OVER
        assert await sealed_links.peek(tx, "0" * 32) is await sealed_links.viewing(tx, token) is Refusal.UNKNOWN
        shown = await sealed_links.viewing(tx, view)
        assert isinstance(shown, View)
        assert (shown.sealed.id, shown.official.id) == (1, (await office(tx, LEADER)).id)
    assert await held_in(db, token, view) == set()
    digests = [hashlib.sha256(each.encode()).hexdigest() for each in (token, view)]
    assert await table(db, SealedLink.digest, SealedLink.view_digest, SealedLink.opened_at) == [(*digests, START)]
    assert [row[:3] for row in await log(db)][-2:] == [
        ("sealed.link_issued", 1, "official"),
        ("sealed.opened", 1, "official"),
    ]
    clock.pass_(minutes=10)
    async with db.write() as tx:
        assert await sealed_links.viewing(tx, view) is Refusal.OVER


async def test_late_link_and_a_reader_who_may_no_more_open_nothing(db: Database, clock: Clock) -> None:
    await readers(db)
    await send(db)
    late = await issued(db)
    clock.pass_(minutes=10)
    token, shown = await issued(db), await opened(db, await issued(db))
    async with db.write() as tx:
        assert await sealed_links.open_(tx, late) is Refusal.OVER
        (await office(tx, LEADER)).reads_sealed = False
    async with db.write() as tx:
        assert await sealed_links.open_(tx, token) is await sealed_links.viewing(tx, shown) is Refusal.OVER
        (await office(tx, LEADER)).reads_sealed = True
        (await office(tx, LEADER)).revoked_at = clock()
    async with db.write() as tx:
        assert await sealed_links.open_(tx, token) is await sealed_links.viewing(tx, shown) is Refusal.OVER


async def test_link_of_a_decided_matter_opens_nothing_and_none_is_issued_to_the_accused(db: Database) -> None:
    await readers(db)
    await send(db, target=Target.VILLAGE_HEAD)
    token, shown = await issued(db), await opened(db, await issued(db))
    async with db.write() as tx:
        with pytest.raises(PermissionError):
            await sealed_links.issue(tx, await matter(tx), await office(tx, HEAD))
        await sealed.decide(tx, await matter(tx), await office(tx, LEADER), SealedState.TAUGHT)
        assert await sealed_links.open_(tx, token) is await sealed_links.viewing(tx, shown) is Refusal.OVER
        with pytest.raises(PermissionError):
            await sealed_links.issue(tx, await matter(tx), await office(tx, LEADER))
