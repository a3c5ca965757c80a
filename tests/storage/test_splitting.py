"""Several matters in one message: what counts as a line, the field it seems to be of, and what becomes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import issues, splitting, verdicts
from storage.asking import AlreadyProposed
from storage.database import Database
from storage.drafts import MAX_TEXT
from storage.models import Issue, Opinion, Role, Verdict
from storage.splitting import BadLines, LineTooLong, NoLines, OneLine, TooManyLines, lines_of, suggest_field
from storage.states import ForbiddenMove, IssueState, OpinionState
from tests.commune import COMMUNE
from tests.storage.steps import JOINING, LEADER, answer, join, log, office, opinion, raise_opinion, send_all, table


def test_lines_lose_bullets_and_numbers_alone() -> None:
    assert lines_of("1. duong hong\n 2) loa hong\r\n- den tat\n•cau sap\n\na) 3.5 trieu\n15/9 tac\n2 con lon") == [
        "duong hong", "loa hong", "den tat", "cau sap", "3.5 trieu", "15/9 tac", "2 con lon",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "bad"),
    [("", NoLines), (" \n-\n", NoLines), ("\n".join("abcdefghijk"), TooManyLines), ("x" * (MAX_TEXT + 1), LineTooLong)],
)
def test_lines_that_are_no_matters_are_refused(text: str, bad: type[BadLines]) -> None:
    with pytest.raises(bad):
        lines_of(text)


@given(st.text(max_size=300))
def test_lines_of_anything_are_few_and_never_empty(text: str) -> None:
    try:
        found = lines_of(text)
    except BadLines:
        return
    assert 0 < len(found) <= splitting.MAX_LINES
    assert all(line.strip() == line != "" for line in found)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("duong vao thon hong", "ha-tang"),
        ("Nhà văn hoá thôn dột", "van-hoa"),
        ("Tiền hỗ trợ lợn chết dịch", "chinh-sach"),
        ("đất đai và nước sinh hoạt", "khac"),
        ("loa hong", "khac"),
    ],
)
def test_field_is_the_one_that_the_words_name_alone(text: str, field: str) -> None:
    assert suggest_field(COMMUNE, text, "khac") == field


async def test_split_keeps_the_code_and_numbers_stay_gapless(db: Database) -> None:
    await join(db)
    await join(db, Role.STAFF, "903", "phong-kinh-te")
    await raise_opinion(db, text="duong hong, loa hong")
    await raise_opinion(db, "1002")
    async with db.write() as tx:
        first = await opinion(tx)
        with pytest.raises(OneLine):
            await splitting.hold(tx, first, "duong hong")
        with pytest.raises(ForbiddenMove):
            await splitting.split(tx, first, await office(tx))
        await splitting.hold(tx, first, "duong hong\nloa hong")
        with pytest.raises(LookupError):
            splitting.change_unit(tx, first, 2)
        before = splitting.revision(first)
        splitting.change_unit(tx, first, 1)
        assert splitting.revision(first) != before
    async with db.write() as tx:
        parts = await splitting.split(tx, await opinion(tx), await office(tx))
        assert [each.number for each in parts] == [1, 3]
    columns = (Opinion.number, Opinion.text, Opinion.folded, Opinion.original, Opinion.split_from_id, Opinion.state)
    assert await table(db, *columns, Opinion.field_id, Opinion.account_id, Opinion.written) == [
        (1, "duong hong", "duong hong", "duong hong, loa hong", None, "accepted", "ha-tang", 3, None),
        (2, *(await table(db, *columns))[1][1:], "khac", 4, None),
        (3, "loa hong", "loa hong", None, 1, "accepted", "khac", 3, None),
    ]
    assert await table(db, Issue.id, Issue.unit_id) == [(1, "phong-kinh-te"), (2, "phong-kinh-te")]
    assert [(row[0], row[1], row[5]) for row in await log(db, (*JOINING, "opinion.raised", "issue.assigned"))] == [
        ("opinion.accepted", 1, {"issue_id": 1, "unit_id": "phong-kinh-te", "due": "2026-12-01"}),
        ("opinion.split_off", 3, {"number": 1}),
        ("opinion.accepted", 3, {"issue_id": 2, "unit_id": "phong-kinh-te", "due": "2026-12-01"}),
        ("opinion.split", 1, {"count": 2}),
    ]
    assert (await send_all(db)).count("unit_card") == 2


async def test_matter_that_a_unit_gave_back_goes_elsewhere_unless_several_raised_it(db: Database) -> None:
    await join(db)
    for native_id in ("1001", "1002"):
        await raise_opinion(db, native_id)
    async with db.write() as tx:
        clerk = await office(tx)
        issue = await issues.accept(tx, await opinion(tx), clerk)
        issue.state = IssueState.OPEN
        mate = await opinion(tx, 2)
        mate.state, mate.issue_id = OpinionState.ACCEPTED, issue.id
    async with db.write() as tx:
        clerk = await office(tx)
        with pytest.raises(verdicts.Shared):
            await verdicts.show_way(tx, await opinion(tx), clerk, Verdict.MEDIATION)
        mate = await opinion(tx, 2)
        mate.state = OpinionState.WITHDRAWN
        await tx.session.flush()
        await verdicts.show_way(tx, await opinion(tx), clerk, Verdict.MEDIATION)
    assert await table(db, Opinion.number, Opinion.state, Opinion.issue_id) == [
        (1, "redirected", None),
        (2, "withdrawn", 1),
    ]
    assert await table(db, Issue.id, Issue.state) == [(1, "closed")]


async def test_verdicts_go_only_by_their_own_way(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await raise_opinion(db)
    await raise_opinion(db, "1002")
    await answer(db, 2)
    async with db.write() as tx:
        clerk, first = await office(tx), await opinion(tx)
        with pytest.raises(ValueError, match="shows no way"):
            await verdicts.show_way(tx, first, clerk, Verdict.UNLAWFUL)
        with pytest.raises(ValueError, match="needs no leader"):
            await verdicts.propose(tx, first, clerk, Verdict.MEDIATION, "")
        with pytest.raises(ForbiddenMove):
            await verdicts.propose(tx, await opinion(tx, 2), clerk, Verdict.UNLAWFUL, "vì")
        await verdicts.propose(tx, first, clerk, Verdict.UNLAWFUL, "x" * 900)
        assert len(first.reason or "") == 500
        with pytest.raises(AlreadyProposed):
            await verdicts.show_way(tx, first, clerk, Verdict.MEDIATION)
        assert await verdicts.agree(tx, first, await office(tx, LEADER)) is Verdict.UNLAWFUL
        assert await verdicts.agree(tx, first, await office(tx, LEADER)) is None
        assert await verdicts.disagree(tx, first, await office(tx, LEADER)) is None
    async with db.read() as tx:
        assert [issue.id for issue, _ in await verdicts.answered(tx, await opinion(tx), 5)] == [1]
        assert await verdicts.answered_issue(tx, 9) is None
