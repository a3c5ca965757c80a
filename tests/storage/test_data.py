"""What is held about one person: shown, given, deleted."""

import random
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from bot.clock import checkpoint
from storage import answers, browsers, data, drafts, events, files, inbox, opinions, outbox, people, queues, transcript
from storage.conversations import Option, open_menu
from storage.database import Database
from storage.files import IncomingFile
from storage.inbox import Incoming
from storage.models import (
    Account,
    Attachment,
    Base,
    Conversation,
    Counter,
    Draft,
    Event,
    Inbox,
    Official,
    Opinion,
    Outbox,
    Person,
    Transcript,
)
from storage.outbox import GOODBYE, Outcome
from storage.states import DeliveryState
from tests.commune import START, Clock
from tests.storage.steps import (
    CLERK,
    WORDS,
    answer,
    caller,
    consent,
    join,
    join_accounts,
    log,
    office,
    opinion,
    raise_opinion,
    send_all,
    table,
)

PHOTO = IncomingFile("photo", "tep-kin-9911", "image/jpeg", file_name="anh.jpg")
NAME, PHONE, NATIVE, DRAFT = "Người-kín-mẫu", "số-kín-0000", "770077007700", "nháp-kín chưa gửi"
PLANTED = (NAME, PHONE, NATIVE, DRAFT, PHOTO.file_id)


async def live(db: Database, native_id: str = NATIVE) -> None:
    """She raised two opinions, one by name and answered, and holds a draft with a photo."""
    await join(db)
    await raise_opinion(db, native_id, named=True)
    await raise_opinion(db, native_id, "Việc thứ hai")
    await answer(db, 1)
    async with db.write() as tx:
        her = await caller(tx, native_id)
        assert her.person is not None
        people.remember_name(her.person, NAME, PHONE)
        people.remember_village(her.person, "mau-2")
        await opinions.add_to(tx, await opinion(tx, 1), "Lời thêm")
        files.attach(tx, her.account, await opinion(tx, 1), PHOTO)
        draft = drafts.hold(tx, her.account, DRAFT)
        await tx.session.flush()
        files.attach(tx, her.account, draft, PHOTO)
        await tx.session.flush()
        await files.stored(tx, 2, "cd" * 32, 5)
        her.conversation.state, her.conversation.data = "raising:name", {"name": NAME, "phone": PHONE}
        open_menu(her.conversation, [Option(DRAFT, "x")], tx.now, numbered=True)


async def forget(db: Database, native_id: str = NATIVE) -> None:
    async with db.write() as tx:
        await data.forget(tx, await caller(tx, native_id))


async def goodbye(db: Database, native_id: str = NATIVE) -> None:
    async with db.write() as tx:
        her = await caller(tx, native_id)
        await data.forget(tx, her)
        outbox.queue_reply(tx, her.account, "sendMessage", {"text": "Đã xoá"}, kind=GOODBYE)
    await send_all(db)


def account_of(native_id: str, messenger: str = "telegram", **more: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"joined_at": None, "browsers_called": [], "code_on_paper_at": None}
    return {"messenger": messenger, "id": native_id, "language": "vi", **nothing, **more}


async def test_holdings_are_everything_held_about_her(db: Database) -> None:
    await live(db)
    async with db.write() as tx:
        held = await data.holdings(tx, (await caller(tx, NATIVE)).account)
        assert held.as_dict() == {
            "person": {
                "name": NAME,
                "phone": PHONE,
                "village": "mau-2",
                "consent": {"version": "v1", "at": START.isoformat()},
            },
            "accounts": [account_of(NATIVE)],
            "opinions": [
                {
                    "number": 1,
                    "raised_at": START.isoformat(),
                    "text": WORDS,
                    "original": None,
                    "additions": [{"text": "Lời thêm", "at": START.isoformat()}],
                    "village": None,
                    "field": "khac",
                    "named": True,
                    "state": "answered",
                    "files": [{"kind": "photo", "mime": "image/jpeg", "name": "anh.jpg", "sha256": None}],
                },
                {
                    "number": 2,
                    "raised_at": START.isoformat(),
                    "text": "Việc thứ hai",
                    "original": None,
                    "additions": [],
                    "village": None,
                    "field": "khac",
                    "named": False,
                    "state": "received",
                    "files": [],
                },
            ],
            "sealed": [],
            "conferences": [],
            "drafts": [
                {
                    "text": DRAFT,
                    "files": [{"kind": "photo", "mime": "image/jpeg", "name": "anh.jpg", "sha256": "cd" * 32}],
                }
            ],
        }
        assert [each.id for each in held.attachments()] == [1, 2]


async def test_holdings_when_she_is_new_are_her_account_alone(db: Database) -> None:
    async with db.write() as tx:
        held = await data.holdings(tx, (await caller(tx, "1001")).account)
        assert held.as_dict() == {
            "person": None,
            "accounts": [account_of("1001")],
            "opinions": [],
            "sealed": [],
            "conferences": [],
            "drafts": [],
        }
        assert held.attachments() == []


async def test_holdings_of_a_joined_account_name_the_other_its_browsers_and_its_code_but_no_secret(
    db: Database, clock: Clock
) -> None:
    await consent(db, "1001")
    assert isinstance(await join_accounts(db, ("1001", "telegram"), ("w", "web")), Account)
    async with db.write() as tx:
        drafts.hold(tx, (await caller(tx, "1001")).account, DRAFT)
        web = (await caller(tx, "w", "web")).account
        drafts.hold(tx, web, WORDS)
        await browsers.subscribe(tx, web, "https://push.example/secret", "p", "a")
        await browsers.new_code(tx, web, b"key")
        clock.pass_(seconds=60)
    async with db.write() as tx:
        await browsers.subscribe(tx, web, "https://push.example/second", "p", "a")
        held = (await data.holdings(tx, (await caller(tx, "1001")).account)).as_dict()
    later, joined = (START + timedelta(seconds=60)).isoformat(), START.isoformat()
    kept = {"browsers_called": [joined, later], "code_on_paper_at": joined}
    assert held["accounts"] == [account_of("1001", joined_at=joined), account_of("w", "web", joined_at=joined, **kept)]
    assert [each["text"] for each in held["drafts"]] == [DRAFT, WORDS]


async def test_queue_export_when_asked_again_within_the_minute_is_one(db: Database) -> None:
    await consent(db, "1001")
    async with db.write() as tx:
        account = (await caller(tx, "1001")).account
        assert [await data.queue_export(tx, account), await data.queue_export(tx, account)] == [True, False]
    assert await table(db, Outbox.id, Outbox.kind, Outbox.payload) == [(1, "export", {})]


async def test_refuse_leaves_the_account_alone(db: Database) -> None:
    async with db.write() as tx:
        her = await caller(tx, "1001")
        draft = drafts.hold(tx, her.account, DRAFT)
        her.conversation.data = {"name": NAME}
        await tx.session.flush()
        files.attach(tx, her.account, draft, PHOTO)
    async with db.write() as tx:
        await data.refuse(tx, await caller(tx, "1001"))
    assert [await table(db, model.id) for model in (Draft, Attachment, Person, Opinion)] == [[], [], [], []]
    assert await table(db, Account.id, Account.native_id) == [(1, "1001")]
    async with db.read() as tx:
        assert (await tx.session.get_one(Conversation, 1)).data == {}


async def test_refuse_unsays_what_was_said_about_her_words(db: Database) -> None:
    async with db.write() as tx:
        her = await caller(tx, "1001")
        drafts.hold(tx, her.account, DRAFT)
        await transcript.say(tx, her.account.id, outgoing=False, body=DRAFT)
        await transcript.say(tx, her.account.id, outgoing=True, body=f"Máy đang giữ lời bác: {DRAFT}")
        outbox.queue_reply(tx, her.account, "sendMessage", {"text": DRAFT})
    async with db.write() as tx:
        await data.refuse(tx, await caller(tx, "1001"))
    assert await table(db, Transcript.id) == []
    assert await table(db, Outbox.state, Outbox.payload) == [(DeliveryState.STOPPED, None)]


async def test_forget_unlinks_her_for_ever_and_keeps_the_matter(db: Database) -> None:
    await live(db)
    before = len(await log(db))
    await forget(db)
    columns = (Opinion.id, Opinion.text, Opinion.person_id, Opinion.account_id, Opinion.named)
    assert await table(db, *columns) == [(1, WORDS, None, None, False), (2, "Việc thứ hai", None, None, False)]
    person = (Person.id, Person.name, Person.phone, Person.village_id, Person.consent_version, Person.consented_at)
    assert (await table(db, *person, Person.deleted_at))[1:] == [(2, None, None, None, None, None, START)]
    assert await table(db, Account.id, Account.person_id, Account.forget_at) == [(1, 1, None), (2, None, START)]
    assert await table(db, Draft.id) == []
    assert await table(db, Attachment.id, Attachment.opinion_id, Attachment.account_id) == [(1, 1, None)]
    assert db.dropped == {"cd" * 32}
    async with db.read() as tx:
        conversation = await tx.session.get_one(Conversation, 2)
        assert (conversation.state, conversation.data, conversation.menu) == (None, {}, None)
    assert (await log(db))[before:] == [
        ("opinion.unlinked", 1, "resident", None, None, {}),
        ("opinion.unlinked", 2, "resident", None, None, {}),
        ("person.forgotten", 2, "resident", None, None, {}),
    ]
    hers = [row[1:] for row in await table(db, Outbox.id, Outbox.account_id, Outbox.state, Outbox.payload)]
    assert [row for row in hers if row[0] == 2] == [(2, DeliveryState.STOPPED, None)]
    assert all(row[1] is DeliveryState.QUEUED and row[2] for row in hers if row[0] == 1)


async def test_forget_when_she_comes_back_is_somebody_new(db: Database) -> None:
    await live(db)
    await goodbye(db)
    await raise_opinion(db, NATIVE, "Việc mới")
    async with db.write() as tx:
        her = await caller(tx, NATIVE)
        assert (her.account.id, her.person and her.person.id) == (3, 3)
        assert [each.number for each in await opinions.own(tx, her.person)] == [3]


async def test_forget_when_she_holds_an_office_ends_it(db: Database) -> None:
    await join(db)
    await raise_opinion(db, "1001")
    await answer(db)
    async with db.write() as tx:
        clerk = await caller(tx, CLERK)
        await data.forget(tx, clerk)
        assert clerk.official is None
    assert await table(db, Official.id, Official.revoked_at) == [(1, START)]
    async with db.read() as tx:
        found = await answers.by_id(tx, 1)
        assert (found and found.official_id) == 1
        assert await people.first_readers(tx) == []


async def test_forget_when_she_is_new_drops_what_was_held(db: Database) -> None:
    async with db.write() as tx:
        drafts.hold(tx, (await caller(tx, "1001")).account, DRAFT)
    await goodbye(db, "1001")
    assert (await table(db, Draft.id), await table(db, Account.id, Account.native_id)) == ([], [(1, None)])
    assert await log(db) == []


async def test_forget_when_she_has_two_accounts_forgets_both(db: Database) -> None:
    await consent(db, "1001")
    await join_accounts(db, ("1001", "telegram"), ("w", "web"))
    async with db.write() as tx:
        first, other = await caller(tx, "1001"), await caller(tx, "w", "web")
        for each in (first, other):
            drafts.hold(tx, each.account, DRAFT)
        await transcript.say(tx, other.account.id, outgoing=False, body=DRAFT)
    await forget(db, "1001")
    assert [await table(db, model.id) for model in (Draft, Transcript)] == [[], []]
    columns = (Account.id, Account.person_id, Account.first_id, Account.joined_at, Account.forget_at)
    assert await table(db, *columns) == [(each, None, None, None, START) for each in (1, 2)]


def found_in(folder: Path, words: tuple[str, ...]) -> dict[str, list[str]]:
    """Which of these words lie readable, in any way they are written, in which file of the record."""
    hits: dict[str, list[str]] = {}
    for path in sorted(folder.glob("record.db*")):
        content = path.read_bytes()
        for word in words:
            spellings = {word.encode(), word.encode("unicode_escape"), word.encode("utf-16-le")}
            if any(spelling in content for spelling in spellings):
                hits.setdefault(word, []).append(path.name)
    return hits


async def crowd(db: Database, rng: random.Random, rounds: int) -> None:
    """Others write and are answered meanwhile, so that pages fill, split and move."""
    async with db.write() as tx:
        for _ in range(rounds):
            native_id = str(rng.randrange(10**8))
            other = await caller(tx, native_id)
            people.consent(tx, other.account, "v1")
            text = "lời của người khác " * rng.randrange(1, 60)
            await inbox.receive(tx, "telegram", [Incoming(native_id, native_id, {"text": text})])
            outbox.queue_reply(tx, other.account, "sendMessage", {"text": text})
            other.draft = drafts.hold(tx, other.account, text)
            await tx.session.flush()
            if rng.random() < 0.6:
                await drafts.submit(tx, other, other.draft, named=False)


async def speak(db: Database, number: int) -> None:
    """What one message of hers leaves in every table that holds words."""
    payload = {"message": {"from": NATIVE, "name": NAME, "phone": PHONE, "text": DRAFT * 40}}
    async with db.write() as tx:
        await inbox.receive(tx, "telegram", [Incoming(f"{number}", NATIVE, payload)])
    async with db.write() as tx:
        her = await caller(tx, NATIVE)
        outbox.queue_reply(tx, her.account, "sendMessage", {"text": f"{NAME} {PHONE} {DRAFT}"})
        await transcript.say(tx, her.account.id, outgoing=False, body=f"{DRAFT} {NAME}")
        her.conversation.data = {"name": NAME, "phone": PHONE, "text": DRAFT * number}
        if her.draft is not None:
            drafts.add_words(tx, her.draft, DRAFT * 20)
        if number % 2:
            await inbox.done(tx, [row.id for row in await inbox.ready(tx, 1000) if row.caller == NATIVE])


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(2))
async def test_forget_leaves_nothing_readable_in_the_file(db: Database, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    await crowd(db, rng, 20)
    await join(db)
    number = await raise_opinion(db, NATIVE, "Lời trong hồ sơ", named=True)
    async with db.write() as tx:
        her = await caller(tx, NATIVE)
        assert her.person is not None
        people.remember_name(her.person, NAME, PHONE)
        files.attach(tx, her.account, drafts.hold(tx, her.account, DRAFT), PHOTO)
    for n in range(1, 9):
        await speak(db, n)
        await crowd(db, rng, 4)
        if n % 4 == 0:
            await send_all(db)
            await checkpoint(db)
    await answer(db, number)
    await crowd(db, rng, 10)
    await checkpoint(db)
    assert set(found_in(tmp_path, PLANTED)) == set(PLANTED)
    await goodbye(db)
    await checkpoint(db)
    assert found_in(tmp_path, PLANTED) == {}
    assert found_in(tmp_path, ("Lời trong hồ sơ",)) == {"Lời trong hồ sơ": ["record.db"]}


async def test_forget_leaves_nothing_in_any_row(db: Database) -> None:
    await live(db)
    for n in range(1, 4):
        await speak(db, n)
    await goodbye(db)
    async with db.read() as tx:
        for model in Base.metadata.tables.values():
            rows = str((await tx.session.execute(model.select())).all())
            assert not [word for word in (*PLANTED, NAME.casefold()) if word in rows], model.name
    assert {row[1] for row in await table(db, Inbox.id, Inbox.payload)} == {None}


async def test_empty_leaves_the_schema_and_begins_the_numbers_anew(db: Database) -> None:
    await live(db)
    for n in range(1, 3):
        await speak(db, n)
    async with db.write() as tx:
        await queues.mute(tx, "telegram", START)
        await data.empty(tx)
    async with db.read() as tx:
        for model in Base.metadata.tables.values():
            rows: list[Any] = sorted(tuple(row) for row in await tx.session.execute(model.select()))
            assert rows == ([("draft", 0), ("opinion", 0)] if model is inspect(Counter).local_table else []), model.name
    assert await raise_opinion(db) == 1


async def test_events_hold_no_words(db: Database) -> None:
    await live(db)
    await goodbye(db)
    async with db.read() as tx:
        held = [event.data for event in await events.history(tx, "opinion", 1)]
        # Numbers, ids and the words of our own tables.
        said = [value for each in held for value in each.values() if isinstance(value, str)]
        assert all(re.fullmatch(r"[a-z0-9_-]+", value) for value in said)
    assert all(WORDS not in str(row) for row in await table(db, Event.id, Event.data))
    async with db.write() as tx:
        assert (await office(tx)).id == 1
        claimed = await outbox.claim(tx, "telegram", 100)
        await outbox.record(tx, [Outcome(each, DeliveryState.SENT) for each in claimed])
