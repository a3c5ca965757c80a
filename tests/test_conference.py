"""A whole conference over the wire: sixty real opinions of forty residents in six villages, and all that came of it."""

import difflib
import os
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.database import Transaction
from storage.folding import fold
from storage.models import Account, Answer, Event, Issue, Opinion, Outbox, Sealed
from storage.states import AnswerState, DeliveryState, OpinionState
from tests.lines import TelegramLine
from tests.planted import held_in
from tests.play.cast import ECONOMY, OFFICE, SECRET, SOCIETY, Collection, author_of, names
from tests.play.play import Play
from tests.play.script import ACTS
from tests.play.witness import record

GOLDEN = Path(__file__).parent / "golden" / "conference.txt"
HEADING = """# Hội nghị

Một hội nghị trọn vẹn: từng khung chat đã nói và đọc gì, rồi từng dòng của sổ. Lời của bà con thay bằng tên trong tập.
Written anew by: DOITHOAI_GOLDEN=1 python -m pytest tests/test_conference.py
"""
UNITS = {ECONOMY: "phong-kinh-te", SOCIETY: "phong-vh-xh", OFFICE: "van-phong"}
OWED = (OpinionState.ACCEPTED, OpinionState.REOPENED)


@pytest.fixture
def collection() -> Collection:
    return Collection.read()


@pytest.mark.timeout(600)
async def test_whole_conference(collection: Collection, tmp_path: Path) -> None:
    """One play, since it takes as long as many tests: what must hold of it first, then every message and row."""
    line = TelegramLine()
    play = Play(tmp_path, line, collection.texts)
    line.on_call = play.witness.hear
    async with play.stage:
        for act in ACTS:
            await act(play, collection)
        told = play.witness.told(names())
        text = f"{HEADING}\n{told}\n\n# Sổ\n{await record(play.stage.parts.db, play.mask)}\n"
        if os.environ.get("DOITHOAI_GOLDEN"):
            GOLDEN.write_text(text, encoding="utf-8")
        async with play.stage.parts.db.read() as tx:
            await check_that_sixty_were_raised(tx, play)
            await check_that_none_was_lost(tx)
            await check_that_each_author_was_told_once(tx)
            await check_what_units_read(tx, play)
        await check_the_sealed(play)
    before = GOLDEN.read_text(encoding="utf-8")
    changed = difflib.unified_diff(before.splitlines(), text.splitlines(), "golden", "now", lineterm="", n=6)
    assert text == before, "\n".join(list(changed)[:400])


def test_golden_holds_no_words_of_the_collection(collection: Collection) -> None:
    golden = fold(GOLDEN.read_text(encoding="utf-8"))
    beginnings = {name: fold(text)[:30] for name, text in collection.texts.items()}
    assert [name for name, words in beginnings.items() if words in golden] == []


async def check_that_sixty_were_raised(tx: Transaction, play: Play) -> None:
    """Each of the sixty is in the record as it was said; its authors are forty."""
    opinions = list(await tx.session.scalars(select(Opinion)))
    sealed = list(await tx.session.scalars(select(Sealed)))
    said = [*(each.original or each.text for each in opinions), *(each.text or "" for each in sealed)]
    spoken = [each.text for each in opinions]
    found = {name for name, text in play.texts.items() if any(text in each for each in [*said, *spoken])}
    assert (len(found), found) == (60, set(play.texts))
    authors = {each.person_id for each in opinions} | {each.person_id for each in sealed}
    assert (len(authors), len({each.village_id for each in opinions})) == (40, 6)


async def check_that_none_was_lost(tx: Transaction) -> None:
    """Every number that was given out is an opinion or a sealed matter; what is owed an answer has a unit and a day."""
    rows = (
        await tx.session.execute(
            select(Opinion.number, Opinion.state, Issue.unit_id, Issue.due).outerjoin(
                Issue, Issue.id == Opinion.issue_id
            )
        )
    ).all()
    numbers = {row.number for row in rows} | set(await tx.session.scalars(select(Sealed.number)))
    assert numbers == set(range(1, max(numbers) + 1))
    unowned = [row.number for row in rows if row.state in OWED and None in (row.unit_id, row.due)]
    unsorted = [row.number for row in rows if row.state is OpinionState.RECEIVED]
    assert (unowned, unsorted) == ([], [])


async def check_that_each_author_was_told_once(tx: Transaction) -> None:
    """One notice an answer and author; none to her who had her data deleted, and to whom blocked the bot in vain."""
    answered = list(await tx.session.scalars(select(Event).where(Event.kind == "opinion.answered")))
    notices = list(
        await tx.session.scalars(
            select(Outbox).where(Outbox.kind.in_(["answer", "corrected"]), Outbox.edits_id.is_(None))
        )
    )
    by_nobody = select(Opinion.id).where(Opinion.account_id.is_(None), Opinion.entered_by_id.is_(None))
    gone = set(await tx.session.scalars(by_nobody))
    blocked = set(await tx.session.scalars(select(Account.id).where(Account.unreachable_at.is_not(None))))
    released = set(await tx.session.scalars(select(Answer.id).where(Answer.state == AnswerState.RELEASED)))
    assert (len(gone), len(blocked)) == (1, 1)
    told = Counter((row.kind, row.payload["answer_id"], row.opinion_id) for row in notices if row.payload is not None)
    due = Counter(("answer", each.data["answer_id"], each.subject_id) for each in answered)
    corrections = await tx.session.execute(
        select(Answer.id, Opinion.id)
        .join(Opinion, Opinion.issue_id == Answer.issue_id)
        .where(Answer.replaces_id.is_not(None), Answer.state == AnswerState.RELEASED)
    )
    due.update(("corrected", *row) for row in corrections)
    assert told == Counter({key: times for key, times in due.items() if key[2] not in gone})
    assert {answer_id for _, answer_id, _ in told} <= released
    fared = {(row.account_id in blocked, row.state) for row in notices}
    assert fared == {(False, DeliveryState.SENT), (True, DeliveryState.UNREACHABLE)}


async def check_what_units_read(tx: Transaction, play: Play) -> None:
    """By the log: a unit was sent what its issues held at some time, and nothing else."""
    holders: dict[int, set[str]] = {}
    voices: dict[int, set[int]] = {}
    for event in await tx.session.scalars(select(Event)):
        if event.subject == "issue" and event.data.get("unit_id"):
            holders.setdefault(event.subject_id, set()).add(event.data["unit_id"])
        if event.subject == "opinion" and event.data.get("issue_id"):
            voices.setdefault(event.data["issue_id"], set()).add(event.subject_id)
    words = {each.id: each.text for each in await tx.session.scalars(select(Opinion))}
    for chat, unit_id in UNITS.items():
        own = [words[each] for issue, units in holders.items() if unit_id in units for each in voices.get(issue, ())]
        sent = _sent(play, chat)
        assert own, unit_id
        assert [
            name for name, text in play.texts.items() if text in sent and not any(text in each for each in own)
        ] == [], unit_id


async def check_the_sealed(play: Play) -> None:
    """A sealed word was in no message; one that was found among ordinary opinions shows on its author's phone alone."""
    db, flagged = play.stage.parts.db, play.texts["op268"]
    assert await held_in(db, SECRET) == {"sealed"}
    assert [chat for chat in names() if SECRET in _sent(play, chat)] == []
    assert await held_in(db, flagged) == {"sealed"}
    shown = [chat for chat in names() if any(flagged in each for each in play.stage.shown(chat))]
    assert shown == [author_of("op268")]
    assert [(SECRET in page, flagged in page) for page in play.pages] == [(True, False), (False, True)]


def _sent(play: Play, chat: int) -> str:
    """All that this chat ever showed."""
    return "\n".join(play.stage.ever(chat))
