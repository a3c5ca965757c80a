"""An opinion about a person, taken out of everything it had come into."""

import pytest

from storage import answers, events, files, flagging, issues, opinions, ratings, sealed, sorting, transcript
from storage.database import Database, Transaction
from storage.events import Actor
from storage.files import IncomingFile
from storage.models import (
    Addition,
    Answer,
    Attachment,
    Issue,
    Opinion,
    Outbox,
    Priority,
    Role,
    Sealed,
    Target,
    Transcript,
)
from storage.states import DeliveryState, IssueState, OpinionState, SealedState
from tests.commune import START
from tests.planted import held_in
from tests.storage.steps import (
    JOINING,
    LEADER,
    STAFF,
    answer,
    caller,
    draft_answer,
    join,
    log,
    office,
    opinion,
    queued,
    raise_opinion,
    send_all,
    table,
)

WORDS = "chuyenkin truong thon\nan chan tien ho tro"
PHOTO = IncomingFile("photo", "tepkin", "image/jpeg")
VOICE = IncomingFile("voice", "tiengkin", "audio/ogg")


async def accepted(db: Database) -> None:
    """An accepted opinion with an addition, a photo and an answer being written, its cards on two phones."""
    await join(db)
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")
    await raise_opinion(db, text=WORDS)
    async with db.write() as tx:
        found = await opinion(tx)
        files.attach(tx, (await caller(tx, "1001")).account, found, PHOTO)
        await opinions.add_to(tx, found, "loithemkin nua")
        await issues.accept(tx, found, await office(tx), unit_id="phong-kinh-te")
        written = await answers.by_id(tx, await draft_answer(tx))
        assert written is not None
        files.attach(tx, (await caller(tx, STAFF)).account, written, PHOTO)
        written.issue_id = found.issue_id
    await send_all(db)


async def flag(db: Database, number: int = 1, target: Target | None = None) -> None:
    async with db.write() as tx:
        matter = await flagging.flag(tx, await opinion(tx, number), await office(tx))
        if target is not None:
            await flagging.set_target(tx, matter, target, await office(tx))


async def test_flagged_opinion_leaves_everything_but_its_number_and_its_events(db: Database) -> None:
    await accepted(db)
    async with db.write() as tx:
        for native_id, outgoing in (("1001", False), ("901", True)):
            shown = (await caller(tx, native_id)).account
            await transcript.say(tx, shown.id, outgoing=outgoing, body="“chuyenkin truong thon\nan chan tien ho tro”")
    before = await log(db)
    await flag(db)
    async with db.read() as tx:
        matter = await sealed.by_id(tx, 1)
        assert matter is not None
        assert (matter.number, matter.text, matter.target, matter.state, matter.has_evidence, matter.asked_at) == (
            1,
            f"{WORDS}\n\nloithemkin nua",
            None,
            SealedState.ASKED,
            True,
            START,
        )
        assert (matter.person_id, matter.account_id, matter.field_id) == (3, 3, "khac")
        assert [(each.kind, each.opinion_id) for each in matter.attachments] == [("photo", None)]
    for gone in (Opinion.id, Addition.id, Answer.id):
        assert await table(db, gone) == []
    assert await table(db, Attachment.sealed_id) == [(1,)]
    assert await table(db, Issue.state) == [(IssueState.CLOSED,)]
    assert await held_in(db, "chuyenkin", "loithemkin") == {"sealed"}
    assert await table(db, Transcript.id) == []
    assert (await log(db))[: len(before)] == before
    assert [row[:2] for row in (await log(db))[len(before) :]] == [("sealed.flagged", 1), ("issue.closed", 1)]
    async with db.read() as tx:
        assert [each.kind for each in await events.history(tx, "opinion", 1)] == [
            "opinion.raised",
            "opinion.added_to",
            "opinion.accepted",
            "answer.drafted",
        ]
    # Every message about it is emptied where it stands, and nothing is known of what it was about.
    rows = await table(db, Outbox.kind, Outbox.edits_id, Outbox.opinion_id, Outbox.key, Outbox.state)
    assert {row[2] for row in rows} == {None}
    sent = [row for row in rows if row[0] != "blank"]
    blanks = [row for row in rows if row[0] == "blank"]
    assert len(blanks) == len(sent) > 1
    assert {row[4] for row in blanks} == {DeliveryState.QUEUED}


async def test_web_message_that_is_changed_anyway_stays_emptied_for_what_comes_in_its_place(db: Database) -> None:
    await accepted(db)
    card = "KX-1\n“chuyenkin truong thon”"
    async with db.write() as tx:
        shown = (await caller(tx, "901")).account
        rows = [
            await transcript.say(tx, shown.id, outgoing=True, body=card, buttons=[[("Nhận", "o:accept:1")]])
            for _ in range(3)
        ]
        in_hand, sent, read = (row.id for row in rows)
        tx.session.add(await web_card(tx, shown.id, sent))
        await transcript.say(tx, shown.id, outgoing=False, body=WORDS)
    async with db.write() as tx:
        await flagging.flag(tx, await opinion(tx, 1), await office(tx), but=(shown.id, in_hand))
    assert await table(db, Transcript.id, Transcript.body, Transcript.buttons) == [(in_hand, "", []), (sent, "", [])]
    assert read not in (in_hand, sent)


async def test_web_card_of_another_matter_that_quoted_it_stays_for_what_is_shown_now(db: Database) -> None:
    await join(db)
    await raise_opinion(db, text=WORDS)
    await raise_opinion(db, "1002", WORDS)
    async with db.write() as tx:
        await issues.accept(tx, await opinion(tx, 1), await office(tx))
        shown = (await caller(tx, "901")).account
        card = "KX-2 · Gần giống KX-1: “chuyenkin truong thon”"
        row = await transcript.say(tx, shown.id, outgoing=True, body=card, buttons=[[("Nhận", "o:accept:2")]])
        tx.session.add(await web_card(tx, shown.id, row.id, 2))
    await flag(db)
    assert await table(db, Transcript.id, Transcript.body, Transcript.buttons) == [(row.id, "", [])]


async def web_card(tx: Transaction, account_id: int, message_id: int, number: int = 1) -> Outbox:
    """A card about this opinion that was sent as this message."""
    first = await opinion(tx, number)
    return Outbox(
        account_id=account_id,
        messenger="web",
        priority=Priority.ANSWER,
        kind="card",
        payload={},
        opinion_id=first.id,
        message_id=message_id,
        state=DeliveryState.SENT,
        created_at=tx.now,
        not_before=tx.now,
    )


async def test_others_of_its_issue_go_on_and_the_answer_being_written_with_them(db: Database) -> None:
    await accepted(db)
    await raise_opinion(db, "1002", "duong hong")
    async with db.write() as tx:
        other = await opinion(tx, 2)
        await issues.accept(tx, other, await office(tx))
        other.issue = await tx.session.get_one(Issue, 1)
        (await tx.session.get_one(Issue, 2)).state = IssueState.CLOSED
    await flag(db)
    assert await table(db, Answer.opinion_id) == [(2,)]
    assert await table(db, Issue.state) == [(IssueState.ASSIGNED,), (IssueState.CLOSED,)]
    assert await table(db, Opinion.number, Opinion.state) == [(2, OpinionState.ACCEPTED)]
    # Its unit, whose card was of the one that is gone, gets that of the next.
    assert [row[3] for row in await queued(db) if row[1] == "unit_card" and row[5] == "queued"] == [
        {"opinion_id": 2, "issue_id": 1}
    ]


async def test_matters_split_from_the_same_message_keep_nothing_of_it(db: Database) -> None:
    await join(db)
    await raise_opinion(db, text="muong tac")
    for native_id, words in (("1001", "chuyenkin an chan"), ("1001", "loa hong")):
        await raise_opinion(db, native_id, words)
    async with db.write() as tx:
        first = await opinion(tx, 1)
        files.attach(tx, (await caller(tx, "1001")).account, first, VOICE)
        first.original = "muong tac, chuyenkin an chan, loa hong"
        first.written = [
            {"text": "muong tac", "field": "khac", "unit": ""},
            {"text": "chuyenkin", "field": "khac", "unit": ""},
        ]
        for number in (2, 3):
            (await opinion(tx, number)).split_from_id = 1
    await flag(db, 2)
    assert await held_in(db, "chuyenkin") == {"sealed"}
    assert await table(db, Sealed.text) == [("chuyenkin an chan\n\nmuong tac, chuyenkin an chan, loa hong",)]
    assert await table(db, Attachment.sealed_id, Attachment.opinion_id) == [(2, None)]
    await flag(db, 1)
    assert await table(db, Opinion.number, Opinion.split_from_id) == [(3, None)]


async def test_answered_withdrawn_and_returned_ones_are_not_flagged(db: Database) -> None:
    await join(db)
    await raise_opinion(db)
    await answer(db)
    await raise_opinion(db, "1002")
    await raise_opinion(db, "1003")
    async with db.write() as tx:
        await opinions.withdraw(tx, await opinion(tx, 2))
    await flag(db, 3, Target.OTHER)
    async with db.write() as tx:
        matter = await sealed.by_id(tx, 3)
        assert matter is not None
        await sealed.say_generally(tx, matter, "Danh sách ở đâu?")
        clerk = await office(tx)
        for number in (1, 2, 3):
            with pytest.raises(flagging.NotFlaggable):
                await flagging.flag(tx, await opinion(tx, number), clerk)
        await ratings.find_unclear(tx, await opinion(tx, 1))
        with pytest.raises(flagging.NotFlaggable):
            await flagging.flag(tx, await opinion(tx, 1), clerk)


@pytest.mark.parametrize(
    ("target", "state", "text", "kinds"),
    [
        (Target.VILLAGE_HEAD, SealedState.ASKED, WORDS, ["accuse_ways"]),
        (Target.LEADER, SealedState.ASKED, None, ["accuse_ways"]),
    ],
)
async def test_author_is_asked_once_it_is_known_whom_it_accuses(
    db: Database, target: Target, state: SealedState, text: str | None, kinds: list[str]
) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await raise_opinion(db, text=WORDS)
    await flag(db, target=target)
    assert await table(db, Sealed.target, Sealed.state, Sealed.text) == [(target, state, text)]
    assert [row[1] for row in await queued(db) if row[5] == "queued" and row[1] != "blank"] == kinds
    async with db.write() as tx:
        matter = await sealed.by_id(tx, 1)
        assert matter is not None
        with pytest.raises(ValueError, match="nothing is asked"):
            await flagging.set_target(tx, matter, Target.OTHER, Actor.RESIDENT)


@pytest.mark.parametrize(("target", "state"), [(Target.OTHER, SealedState.SEALED), (Target.LEADER, SealedState.ERASED)])
async def test_with_nobody_to_ask_it_is_sealed_or_gone_at_once(
    db: Database, target: Target, state: SealedState
) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await raise_opinion(db, text=WORDS)
    async with db.write() as tx:
        (await office(tx, LEADER)).reads_sealed = True
        found = await opinion(tx)
        found.account_id = None
    await flag(db, target=target)
    assert await table(db, Sealed.state) == [(state,)]
    told = [row[1] for row in await queued(db) if row[1].startswith(("sealed", "accuse"))]
    assert told == (["sealed_waits"] if state is SealedState.SEALED else [])
    assert await held_in(db, "chuyenkin") == ({"sealed"} if state is SealedState.SEALED else set())


async def test_other_words_become_an_opinion_with_the_code_that_she_has(db: Database) -> None:
    await join(db)
    await raise_opinion(db, text=WORDS)
    await flag(db, target=Target.VILLAGE_HEAD)
    async with db.write() as tx:
        matter = await sealed.by_id(tx, 1)
        assert matter is not None
        returned = await sealed.say_generally(tx, matter, "Danh sách hỗ trợ dán ở đâu?")
        assert (returned.number, returned.state, returned.person_id) == (1, OpinionState.RECEIVED, matter.person_id)
    assert await held_in(db, "chuyenkin") == set()
    assert [row[0] for row in await log(db, JOINING)][-2:] == ["sealed.returned", "opinion.masked"]
    cards = [row for row in await queued(db) if row[1] == "card" and row[5] == "queued"]
    assert [row[3] for row in cards] == [{"opinion_id": 1}]


async def test_step_back_over_a_flagged_opinion_changes_nothing(db: Database) -> None:
    await join(db)
    await raise_opinion(db, text=WORDS)
    async with db.write() as tx:
        accepted_by = await sorting.accept(tx, await opinion(tx), await office(tx))
    await flag(db)
    before = await log(db)
    async with db.write() as tx:
        with pytest.raises(sorting.Overtaken):
            await sorting.undo(tx, await office(tx), accepted_by.id)
    assert await log(db) == before
