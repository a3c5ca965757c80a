from datetime import date, datetime

import pytest

from handlers.telling import cut, duration, files_line, say_day, say_when, state_in_words
from handlers.words import Words
from storage.models import Attachment, Issue, Opinion
from storage.states import OpinionState
from tests.commune import COMMUNE

WORDS = Words()
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


def test_accepted_names_the_unit() -> None:
    opinion = Opinion(state=OpinionState.ACCEPTED, issue=Issue(unit_id="phong-kinh-te"))
    assert state_in_words(SAY, opinion, COMMUNE) == "Phòng Kinh tế đang lo"
