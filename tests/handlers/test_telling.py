from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from handlers.telling import cut, duration, files_line, say_day, say_when, state_in_words
from storage.models import Answer, Attachment, Commitment, Issue, Opinion, Outcome, Place, Verdict
from storage.states import IssueState, OpinionState
from tests.commune import COMMUNE, START
from tests.texts import words

WORDS = words()
SAY, ENGLISH = WORDS.say("vi"), WORDS.say("en")


def test_day_and_hour() -> None:
    when = datetime(2026, 12, 10, 7, 30)  # noqa: DTZ001  a wall clock
    assert say_when(SAY, when) == "07 giờ 30, Thứ Năm 10/12/2026 (mồng 2 tháng 11 âm)"
    assert say_when(ENGLISH, when) == "07:30, Thursday 10/12/2026 (lunar 2/11)"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 13), "Chủ Nhật 13/12/2026 (mồng 5 tháng 11 âm)"),
        (date(2026, 12, 21), "Thứ Hai 21/12/2026 (13 tháng 11 âm)"),
        (date(2026, 12, 23), "Thứ Tư 23/12/2026 (rằm tháng 11 âm)"),
        (date(2025, 8, 8), "Thứ Sáu 08/08/2025 (rằm tháng 6 nhuận âm)"),
    ],
)
def test_day(day: date, said: str) -> None:
    assert say_day(SAY, day) == said


def test_cut_only_what_is_too_long() -> None:
    assert cut(" mười chữ ", 9) == "mười chữ"
    assert cut("mười chữ cái", 9) == "mười chữ…"
    assert len(cut("a" * 10_000, 700)) == 700


def test_files_are_counted_by_kind() -> None:
    kinds = ["voice", "photo", "document", "photo"]
    attachments = [Attachment(kind=kind) for kind in kinds]
    assert files_line(SAY, attachments) == "2 ảnh, 1 đoạn ghi âm, 1 tệp"
    assert files_line(ENGLISH, attachments) == "2 photos, 1 voice recording, 1 file"
    assert files_line(SAY, []) == ""


def test_duration() -> None:
    assert [duration(SAY, seconds) for seconds in (0, 9, 60, 70)] == ["0 giây", "9 giây", "1 phút", "1 phút 10 giây"]


def test_every_state_has_words_of_its_own() -> None:
    for say in (SAY, ENGLISH):
        said = [state_in_words(say, Opinion(state=state, issue=None), COMMUNE) for state in OpinionState]
        assert len(set(said)) == len(OpinionState)


def issue(
    state: IssueState, outcome: Outcome | None = None, *, commitment: Commitment | None = None, **given: Any
) -> Issue:
    released = (
        [Answer(outcome=outcome, released_at=START)] if state in (IssueState.ANSWERED, IssueState.SETTLED) else []
    )
    made = Issue(state=state, commitments=[commitment] if commitment else [], **given)
    set_committed_value(made, "released", released)
    return made


def kept() -> Commitment:
    return Commitment(due=date(2027, 1, 14), closed_at=datetime(2027, 1, 11, 20, tzinfo=UTC), closed_by_id=1)


UNIT: dict[str, Any] = {"unit_id": "phong-kinh-te", "due": date(2026, 12, 3)}


@pytest.mark.parametrize(
    ("state", "about", "words"),
    [
        ("accepted", issue(IssueState.ASSIGNED, **UNIT), "Phòng Kinh tế đang lo, hẹn trả lời 03/12"),
        ("accepted", issue(IssueState.OPEN, **UNIT), "Xã đang lo"),
        (
            "accepted",
            issue(IssueState.ASSIGNED, petitioned_to="UBND tỉnh", **UNIT),
            "Việc của cấp trên. Xã đã kiến nghị lên UBND tỉnh, có kết quả sẽ báo bác",
        ),
        ("reopened", issue(IssueState.ASSIGNED, **UNIT), "Xã đang xem lại theo lời bác"),
        ("answered", issue(IssueState.ANSWERED), "Xã đã trả lời ngày 23/11"),
        (
            "answered",
            issue(IssueState.ANSWERED, Outcome.PROMISED, commitment=Commitment(due=date(2027, 1, 14))),
            "Xã đang làm, hẹn xong 14/01/2027",
        ),
        ("answered", issue(IssueState.ANSWERED, commitment=kept()), "Xã báo đã làm xong ngày 12/01"),
        (
            "answered",
            issue(IssueState.ANSWERED, Outcome.NO_RESOURCES),
            "Chưa có tiền làm. Xã ghi vào việc phải tìm nguồn",
        ),
        (
            "answered",
            issue(IssueState.ANSWERED, Outcome.HIGHER_AUTHORITY),
            "Việc của cấp trên. Xã đã kiến nghị lên, có kết quả sẽ báo bác",
        ),
        ("settled", issue(IssueState.SETTLED, Outcome.DONE), "Đã xong"),
        ("settled", issue(IssueState.SETTLED, commitment=kept()), "Đã xong"),
        ("settled", issue(IssueState.SETTLED, Outcome.EXPLAINED), "Xã đã trả lời ngày 23/11"),
        ("settled", issue(IssueState.SETTLED), "Xã đã trả lời ngày 23/11"),
        (
            "settled",
            issue(IssueState.SETTLED, Outcome.NO_RESOURCES),
            "Chưa có tiền làm. Xã ghi vào việc phải tìm nguồn",
        ),
    ],
)
def test_state_is_said_in_her_words(state: str, about: Issue, words: str) -> None:
    assert state_in_words(SAY, Opinion(state=OpinionState(state), issue=about), COMMUNE) == words


def test_way_that_was_shown_is_named() -> None:
    shown = [
        Opinion(state=OpinionState.REDIRECTED, verdict=Verdict.OTHER_AGENCY, place=Place.POLICE),
        Opinion(state=OpinionState.REDIRECTED, verdict=Verdict.OTHER_AGENCY, reason="Hạt kiểm lâm"),
        Opinion(state=OpinionState.REDIRECTED, verdict=Verdict.MEDIATION),
        Opinion(state=OpinionState.REDIRECTED),
    ]
    assert [state_in_words(SAY, each, COMMUNE).split(",")[0] for each in shown] == [
        "Việc này bác đến Công an xã",
        "Việc này bác đến Hạt kiểm lâm",
        "Việc này bác đến tổ hoà giải",
        "Việc này bác đến nơi khác",
    ]


def test_refusal_is_said_by_its_reason() -> None:
    opinion = Opinion(state=OpinionState.REDIRECTED, verdict=Verdict.UNLAWFUL, reason="đã có bản án", issue=None)
    assert state_in_words(SAY, opinion, COMMUNE) == "Xã không trả lời được nội dung này. Lý do: đã có bản án"
