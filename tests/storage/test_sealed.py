"""The sealed lane on record: kept apart, read by few, ended once."""

import pytest
from sqlalchemy import select

from storage import data, drafts, events, files, opinions, outbox, people, sealed, transcript
from storage.database import Database, Transaction
from storage.files import IncomingFile
from storage.models import (
    Account,
    Attachment,
    Draft,
    Official,
    Opinion,
    Outbox,
    Person,
    Priority,
    Role,
    Sealed,
    Target,
    Transcript,
)
from storage.states import ForbiddenMove, OpinionState, SealedState
from tests.commune import START, Clock
from tests.planted import held_in
from tests.storage.steps import (
    JOINING,
    LEADER,
    caller,
    join,
    log,
    office,
    opinion,
    queued,
    raise_opinion,
    send_all,
    table,
)

HEAD = "904"
HER = "1001"
WORDS = "chuyenkin truong thon an chan"
PHOTO = IncomingFile("photo", "tepkin", "image/jpeg")
VOICE = IncomingFile("voice", "tiengkin", "audio/ogg")


async def readers(db: Database) -> None:
    """A clerk, a leader and a village head, each a reader of the lane."""
    for role, native_id in ((Role.CLERK, "901"), (Role.LEADER, LEADER), (Role.VILLAGE_HEAD, HEAD)):
        await join(db, role, native_id)
    async with db.write() as tx:
        for official in await tx.session.scalars(select(Official)):
            official.reads_sealed = True


async def accuse(
    tx: Transaction, target: Target | None = Target.VILLAGE_HEAD, *attached: IncomingFile, native_id: str = HER
) -> tuple[people.Caller, Draft]:
    """She holds a draft that accuses somebody of this kind."""
    her = await caller(tx, native_id)
    draft = her.draft = drafts.hold(tx, her.account, WORDS)
    drafts.set_village(tx, draft, "mau-2")
    drafts.suspect(tx, draft)
    if target is not None:
        drafts.accuse(tx, draft, target)
    for file in attached:
        files.attach(tx, her.account, draft, file)
    await tx.session.flush()
    return her, draft


async def send(
    db: Database, *attached: IncomingFile, target: Target = Target.VILLAGE_HEAD, native_id: str = HER
) -> int:
    """She sends it sealed; returns its number, which is its id."""
    async with db.write() as tx:
        her, draft = await accuse(tx, target, *attached, native_id=native_id)
        return (await sealed.send(tx, her, draft, "kin-1")).number


async def matter(tx: Transaction, number: int = 1) -> Sealed:
    found = await sealed.by_id(tx, number)
    assert found is not None
    return found


async def test_sealed_matter_is_kept_apart_and_its_readers_alone_hear(db: Database) -> None:
    await readers(db)
    assert await send(db, PHOTO) == 1
    async with db.read() as tx:
        found = await matter(tx)
        person = await tx.session.get(Person, found.person_id)
        assert (found.id, found.text, found.village_id, found.target, found.state, found.has_evidence) == (
            1,
            WORDS,
            "mau-2",
            Target.VILLAGE_HEAD,
            SealedState.SEALED,
            True,
        )
        assert (found.consent_version, found.consented_at, found.sealed_at) == ("kin-1", START, START)
        # A consent to this alone: nothing else may be kept of her.
        assert person is not None
        assert (person.consented_at, person.consent_version) == (None, None)
        assert [(each.sealed_id, each.draft_id, each.opinion_id) for each in found.attachments] == [(1, None, None)]
        assert [await sealed.count_for(tx, await office(tx, each)) for each in ("901", LEADER, HEAD)] == [1, 1, 0]
    assert await table(db, Opinion.id) == await table(db, Draft.id) == []
    assert [row[1:4] for row in await queued(db)] == [
        ("sealed_waits", 1, {"sealed_id": 1}),
        ("sealed_waits", 1, {"sealed_id": 1}),
    ]
    assert await log(db, JOINING) == [("sealed.raised", 1, "resident", None, None, {"files": 1})]
    assert await held_in(db, "chuyenkin") == {"sealed"}
    # The next opinion has the next number: a sealed one shows in no gap.
    assert await raise_opinion(db, "1002") == 2


@pytest.mark.parametrize("target", Target)
async def test_whoever_is_of_the_accused_kind_never_reads(db: Database, target: Target) -> None:
    may = {
        Target.VILLAGE_HEAD: set(Role) - {Role.VILLAGE_HEAD},
        Target.OFFICIAL: {Role.LEADER},
        Target.LEADER: set(),
        Target.OTHER: set(Role),
    }[target]
    found = Sealed(target=target, state=SealedState.SEALED)
    for role in Role:
        official = Official(role=role, reads_sealed=True, revoked_at=None)
        assert (role, sealed.may_read(official, found)) == (role, role in may)
        for refused in ({"reads_sealed": False}, {"revoked_at": START}):
            assert not sealed.may_read(Official(role=role, **{"reads_sealed": True, **refused}), found)
    for state in set(SealedState) - {SealedState.SEALED}:
        assert not sealed.may_read(Official(role=Role.LEADER, reads_sealed=True), Sealed(target=target, state=state))


async def test_draft_that_may_accuse_goes_nowhere_else(db: Database) -> None:
    await raise_opinion(db)
    async with db.write() as tx:
        her, draft = await accuse(tx, None)
        for sending in (
            drafts.submit(tx, her, draft, named=False),
            opinions.add_draft(tx, (await opinions.own(tx, her.person))[0], draft),
        ):
            with pytest.raises(ValueError, match="person"):
                await sending
        for target in (None, Target.LEADER):
            draft.target = target
            with pytest.raises(sealed.Unsealable):
                await sealed.send(tx, her, draft, "kin-1")
        draft.target, draft.on_behalf = Target.OTHER, True
        with pytest.raises(sealed.Unsealable):
            await sealed.send(tx, her, draft, "kin-1")
        draft.text, draft.on_behalf = " ", False
        with pytest.raises(sealed.Unsealable):
            await sealed.send(tx, her, draft, "kin-1")
        drafts.clear(tx, draft)
        draft.text = WORDS
        assert (await drafts.submit(tx, her, draft, named=False)).number == 2


async def test_what_was_said_is_taken_back_and_what_is_about_other_matters_stays(db: Database, clock: Clock) -> None:
    await raise_opinion(db, "web1", messenger="web")
    async with db.write() as tx:
        her = await caller(tx, "web1", "web")
        for outgoing, body in ((True, "Chào bác"), (False, "viec khac"), (False, WORDS)):
            await transcript.say(tx, her.account.id, outgoing=outgoing, body=body)
        other = await caller(tx, "web2", "web")
        await transcript.say(tx, other.account.id, outgoing=False, body=WORDS)
    clock.pass_(seconds=1)
    async with db.write() as tx:
        her = await caller(tx, "web1", "web")
        her.draft = draft = drafts.hold(tx, her.account, WORDS)
        drafts.accuse(tx, draft, Target.OTHER)
        await tx.session.flush()
        await transcript.say(tx, her.account.id, outgoing=True, body="Bác đang nói một người?")
        card = await transcript.say(tx, her.account.id, outgoing=True, body="Đã nhận KX-1")
        about = (await opinion(tx)).id
        notice = outbox.Notice(her.account, "accepted", Priority.ANSWER, {}, opinion_id=about)
        await outbox.queue(tx, [notice])
        (await tx.session.scalars(select(Outbox).where(Outbox.kind == "accepted"))).one().message_id = card.id
        await transcript.say(tx, her.account.id, outgoing=False, body="1")
        await sealed.send(tx, her, draft, "kin-1")
    assert await table(db, Transcript.account_id, Transcript.body) == [
        (her.account.id, "Chào bác"),
        (her.account.id, "viec khac"),
        (other.account.id, WORDS),
        (her.account.id, "Đã nhận KX-1"),
    ]


async def test_words_and_files_added_reach_readers_who_have_looked_once_a_day(db: Database, clock: Clock) -> None:
    await readers(db)
    await send(db)
    await send_all(db)
    async with db.write() as tx:
        await sealed.add_words(tx, await matter(tx), "loi them")
    assert [row[5] for row in await queued(db)] == ["sent", "sent"]
    async with db.write() as tx:
        events.record(tx, "sealed.opened", "sealed", 1, await office(tx, LEADER))
        found = await matter(tx)
        her = await caller(tx, HER)
        files.attach(tx, her.account, found, VOICE)
        await sealed.note_addition(tx, found)
        assert not found.has_evidence
        files.attach(tx, her.account, found, PHOTO)
        await sealed.note_addition(tx, found)
        assert (found.text, found.has_evidence) == (f"{WORDS}\n\nloi them", True)
    assert [row[1] for row in await queued(db) if row[5] == "queued"] == ["sealed_waits", "sealed_waits"]
    clock.pass_(days=1)
    async with db.write() as tx:
        await sealed.add_words(tx, await matter(tx), "nua")
    assert [row[1] for row in await queued(db) if row[5] == "queued"] == ["sealed_waits"] * 4
    async with db.write() as tx:
        await sealed.erase(tx, await matter(tx))
        with pytest.raises(ValueError, match="takes nothing more"):
            await sealed.add_words(tx, await matter(tx), "nua")


async def test_erased_matter_is_nobodys_and_keeps_nothing(db: Database) -> None:
    await send(db, PHOTO)
    async with db.write() as tx:
        await files.stored(tx, 1, "ab" * 32, 5)
        her = await caller(tx, HER)
        assert await sealed.own_by_id(tx, her.person, 1) is await sealed.own_by_number(tx, her.person, 1)
        await sealed.erase(tx, await matter(tx))
        assert tx.dropped == {"ab" * 32}
        assert await sealed.own_by_number(tx, her.person, 1) is None
    assert await table(db, Sealed.text, Sealed.person_id, Sealed.account_id, Sealed.state) == [
        (None, None, None, SealedState.ERASED)
    ]
    assert await table(db, Attachment.id) == []


@pytest.mark.parametrize("state", [SealedState.TAUGHT, SealedState.PASSED, SealedState.BEYOND])
async def test_reader_ends_it_once_and_its_author_hears_without_a_word(db: Database, state: SealedState) -> None:
    await readers(db)
    await send(db)
    async with db.write() as tx:
        head, leader = await office(tx, HEAD), await office(tx, LEADER)
        with pytest.raises(PermissionError):
            await sealed.decide(tx, await matter(tx), head, state, "nơi khác")
        if state is not SealedState.TAUGHT:
            with pytest.raises(ValueError, match="to whom"):
                await sealed.decide(tx, await matter(tx), leader, state, " ")
        await sealed.decide(tx, await matter(tx), leader, state, " Uỷ ban Kiểm tra ")
        with pytest.raises(ForbiddenMove):
            await sealed.decide(tx, await matter(tx), leader, state, "nơi khác")
    assert await table(db, Sealed.state, Sealed.decided_by_id, Sealed.decided_at, Sealed.passed_to, Sealed.text) == [
        (state, leader.id, START, "Uỷ ban Kiểm tra", WORDS)
    ]
    assert (await queued(db))[-1][1:4] == ("sealed_told", 1, {"sealed_id": 1})
    assert (await log(db))[-1][:5] == (f"sealed.{state}", 1, "official", "sealed", state)


async def test_masked_words_return_under_the_same_code_and_the_original_stays_sealed(db: Database) -> None:
    await readers(db)
    await send(db, PHOTO)
    async with db.write() as tx:
        leader = await office(tx, LEADER)
        with pytest.raises(ValueError, match="words"):
            await sealed.return_masked(tx, await matter(tx), leader, " ")
        await sealed.return_masked(tx, await matter(tx), leader, "Danh sách hỗ trợ dán ở đâu?")
    async with db.read() as tx:
        her = (await caller(tx, HER)).person
        assert her is not None
        opinion = await opinions.own_by_number(tx, her, 1)
        assert opinion is not None
        assert (opinion.id, opinion.text, opinion.state, opinion.named, opinion.attachments) == (
            1,
            "Danh sách hỗ trợ dán ở đâu?",
            OpinionState.RECEIVED,
            False,
            [],
        )
        found = await matter(tx)
        assert (found.text, found.state, len(found.attachments)) == (WORDS, SealedState.RETURNED, 1)
    told = [row[1] for row in await queued(db)]
    assert told == ["sealed_waits", "sealed_waits", "sealed_told", "card"]
    assert [row[0] for row in await log(db, JOINING)] == ["sealed.raised", "sealed.returned", "opinion.raised"]
    assert await held_in(db, "chuyenkin") == {"sealed"}


async def test_author_who_deletes_her_data_is_unlinked_and_gets_it_before(db: Database) -> None:
    await readers(db)
    await send(db, PHOTO)
    await send(db, native_id="1002")
    async with db.write() as tx:
        her = await caller(tx, HER)
        held = await data.holdings(tx, her.account)
        assert held.as_dict()["sealed"] == [
            {
                "number": 1,
                "raised_at": START.isoformat(),
                "text": WORDS,
                "village": "mau-2",
                "about": "village_head",
                "consent": {"version": "kin-1", "at": START.isoformat()},
                "state": "sealed",
                "files": [{"kind": "photo", "mime": "image/jpeg", "name": None, "sha256": None}],
            }
        ]
        assert len(held.attachments()) == 1
        await data.forget(tx, her)
    assert await table(db, Sealed.person_id, Sealed.account_id, Sealed.text) == [
        (None, None, WORDS),
        (5, 5, WORDS),
    ]
    assert await table(db, Attachment.account_id, Attachment.file_id, Attachment.sealed_id) == [(None, None, 1)]
    async with db.write() as tx:
        # Nobody is left to tell, and the readers go on.
        await sealed.decide(tx, await matter(tx), await office(tx, LEADER), SealedState.PASSED, "Uỷ ban Kiểm tra")
    assert "sealed_told" not in [row[1] for row in await queued(db)]
    assert await table(db, Account.id) != []
