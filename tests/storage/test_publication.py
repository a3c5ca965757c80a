"""What may be published, found by unmarked words, and taken back with everything else of hers."""

import pytest

from storage import data, publication
from storage.database import Database
from storage.models import Issue, Opinion
from tests.storage.steps import answer, caller, join, log, office, opinion, raise_opinion, table

WORDS = "Nhà ông Bình nước chảy vào ruộng"
ANSWER = "Xã nạo vét mương 50% trong tháng."


async def found(db: Database, words: str) -> list[int]:
    async with db.read() as tx:
        page = await publication.find(tx, words, 0, 5)
        return [each.issue.id for each in page.found]


async def published(db: Database) -> None:
    """One matter answered; its author agreed, and the copy was confirmed."""
    await join(db)
    await raise_opinion(db, text=WORDS)
    await answer(db, text=ANSWER)
    async with db.write() as tx:
        one = await opinion(tx)
        await publication.allow(tx, one, yes=True)
        await publication.confirm(tx, one, await office(tx), " Nước chảy vào ruộng ")


async def test_found_by_answer_title_and_confirmed_words_alone(db: Database) -> None:
    await published(db)
    await raise_opinion(db, "1002", "mương tắc")
    async with db.write() as tx:
        await publication.set_title(tx, await tx.session.get_one(Issue, 1), await office(tx), " Mương  nước\nThôn 3 ")
    assert await table(db, Issue.id, Issue.title) == [(1, "Mương nước Thôn 3")]
    asked = ("", "NAO VET", "nạo mương", "chay vao ruong", "thon 3", "50%", "binh", "tac", "%", "_")
    assert [await found(db, words) for words in asked] == [[1], [1], [1], [1], [1], [1], [], [], [1], []]
    async with db.read() as tx:
        one = await publication.one(tx, 1)
        assert one is not None
        assert (one.words, one.people, one.village_id, one.corrects) == (["Nước chảy vào ruộng"], None, None, False)
        assert await publication.one(tx, 2) is None


async def test_original_stays_and_the_copy_goes_with_her_no_and_her_data(db: Database) -> None:
    await published(db)
    columns = (Opinion.id, Opinion.text, Opinion.may_publish, Opinion.public_text)
    assert await table(db, *columns) == [(1, WORDS, True, "Nước chảy vào ruộng")]
    async with db.write() as tx:
        await publication.allow(tx, await opinion(tx), yes=False)
    assert await table(db, *columns) == [(1, WORDS, False, None)]
    assert await found(db, "ruong") == []
    async with db.write() as tx:
        await publication.allow(tx, await opinion(tx), yes=True)
        await publication.confirm(tx, await opinion(tx), await office(tx), "ruộng ngập")
    async with db.write() as tx:
        await data.forget(tx, await caller(tx, "1001"))
    assert await table(db, *columns) == [(1, WORDS, None, None)]
    assert await found(db, "ruong") == []
    kinds = [row[0] for row in await log(db) if "publish" in row[0]]
    assert kinds == [
        "opinion.publish_allowed",
        "opinion.published",
        "opinion.publish_refused",
        "opinion.publish_allowed",
        "opinion.published",
    ]


async def test_confirm_without_her_yes_or_without_words_is_refused(db: Database) -> None:
    await join(db)
    await raise_opinion(db, text=WORDS)
    await answer(db)
    async with db.write() as tx:
        one, clerk = await opinion(tx), await office(tx)
        for yes in (None, False):
            if yes is not None:
                await publication.allow(tx, one, yes=yes)
            with pytest.raises(PermissionError):
                await publication.confirm(tx, one, clerk, "ruộng ngập")
        await publication.allow(tx, one, yes=True)
        for copy in (" ", "x" * 1501):
            with pytest.raises(ValueError, match="a copy has"):
                await publication.confirm(tx, one, clerk, copy)
        for title in (" ", "x" * 201):
            with pytest.raises(ValueError, match="a summary has"):
                await publication.set_title(tx, await tx.session.get_one(Issue, 1), clerk, title)
        waiting = await publication.next_waiting(tx)
        assert waiting is one
        await publication.confirm(tx, one, clerk, "ruộng ngập")
        assert await publication.next_waiting(tx) is None


async def waiting(db: Database) -> tuple[int | None, int, set[int]]:
    async with db.read() as tx:
        oldest = await publication.next_waiting(tx)
        issue = await tx.session.get_one(Issue, 1)
        of_issue = await publication.waiting_of(tx, issue)
        return oldest.number if oldest is not None else None, await publication.count_waiting(tx), of_issue


async def test_consent_waits_until_an_official_decides_and_again_once_she_agrees_anew(db: Database) -> None:
    await join(db)
    for native_id in ("1001", "1002"):
        await raise_opinion(db, native_id, WORDS)
    for number in (1, 2):
        await answer(db, number, ANSWER)
        async with db.write() as tx:
            await publication.allow(tx, await opinion(tx, number), yes=True)
    assert await waiting(db) == (1, 2, {1})
    async with db.write() as tx:
        publication.leave_out(tx, await opinion(tx), await office(tx))
        await publication.confirm(tx, await opinion(tx, 2), await office(tx), "Nước chảy vào ruộng")
    assert await waiting(db) == (None, 0, set())
    async with db.write() as tx:
        await publication.retract(tx, await opinion(tx, 2), await office(tx))
    assert await waiting(db) == (None, 0, set())
    for yes in (False, True):
        async with db.write() as tx:
            await publication.allow(tx, await opinion(tx), yes=yes)
    assert await waiting(db) == (1, 1, {1})
