"""The web chat's messages."""

from datetime import timedelta

from storage import transcript
from storage.database import Database
from storage.models import Transcript
from tests.commune import START, Clock
from tests.storage.steps import caller, table

COLUMNS = (
    Transcript.id,
    Transcript.account_id,
    Transcript.outgoing,
    Transcript.body,
    Transcript.buttons,
    Transcript.file,
    Transcript.reaction,
    Transcript.at,
    Transcript.changed_at,
)


async def test_say_appends_and_wakes_its_page_alone(db: Database) -> None:
    async with db.write() as tx:
        for native_id in ("a", "b"):
            await caller(tx, native_id, "web")
    hers, another = db.listen(transcript.topic(1)), db.listen(transcript.topic(2))
    file = {"digest": "ab" * 32, "kind": "photo", "name": None, "mime": "image/jpeg"}
    async with db.write() as tx:
        await transcript.say(tx, 1, outgoing=False, body="chào")
        await transcript.say(tx, 1, outgoing=True, body="<b>Chào bác</b>", buttons=[[("Bỏ", "drop")]], file=file)
    assert (hers.is_set(), another.is_set()) == (True, False)
    assert await table(db, *COLUMNS) == [
        (1, 1, False, "chào", [], None, None, START, START),
        (2, 1, True, "<b>Chào bác</b>", [[["Bỏ", "drop"]]], file, None, START, START),
    ]


async def test_change_in_place_changes_only_what_is_given(db: Database, clock: Clock) -> None:
    async with db.write() as tx:
        for native_id in ("a", "b"):
            await caller(tx, native_id, "web")
        await transcript.say(tx, 1, outgoing=True, body="Một", buttons=[[("Bỏ", "drop")]])
    clock.pass_(seconds=5)
    woken = db.listen(transcript.topic(1))
    async with db.write() as tx:
        assert await transcript.change(tx, 1, 1, body="Hai") is not None
        assert await transcript.change(tx, 1, 1, reaction="👍") is not None
    later = START + timedelta(seconds=5)
    assert await table(db, *COLUMNS) == [(1, 1, True, "Hai", [[["Bỏ", "drop"]]], None, "👍", START, later)]
    assert woken.is_set()
    async with db.write() as tx:
        assert await transcript.change(tx, 1, 1, buttons=[]) is not None
        assert [await transcript.change(tx, *which, body="Ba") for which in ((2, 1), (1, 9))] == [None, None]
    assert await table(db, *COLUMNS) == [(1, 1, True, "Hai", [], None, "👍", START, later)]


async def test_number_of_what_was_deleted_is_never_anothers(db: Database) -> None:
    async with db.write() as tx:
        await caller(tx, "a", "web")
        told = await transcript.say(tx, 1, outgoing=True, body="Một")
        assert await transcript.remove(tx, 1, told.id)
    async with db.write() as tx:
        await transcript.say(tx, 1, outgoing=False, body="Hai")
        assert await transcript.change(tx, 1, told.id, body="Ba") is None
    assert await table(db, Transcript.id, Transcript.body) == [(2, "Hai")]


async def test_since_is_the_last_of_her_messages_oldest_first(db: Database) -> None:
    async with db.write() as tx:
        for native_id in ("a", "b"):
            await caller(tx, native_id, "web")
        for n in range(6):
            await transcript.say(tx, 1 + n % 2, outgoing=True, body=str(n))
    async with db.read() as tx:
        for arguments, bodies in (
            ((1,), ["0", "2", "4"]),
            ((1, 1), ["2", "4"]),
            ((1, 0, 2), ["2", "4"]),
            ((2, 6), []),
            ((9,), []),
        ):
            assert [row.body for row in await transcript.since(tx, *arguments)] == bodies


async def test_account_by_native_knows_its_messenger(db: Database) -> None:
    async with db.write() as tx:
        await caller(tx, "a", "web")
    async with db.read() as tx:
        found = await transcript.account_by_native(tx, "web", "a")
        assert (found and found.id) == 1
        assert await transcript.account_by_native(tx, "telegram", "a") is None
