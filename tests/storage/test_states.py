"""The table of moves, tested whole."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.states import (
    MOVES,
    AnnouncementState,
    AnswerState,
    ChangeState,
    CommitmentState,
    ConferenceState,
    DeliveryState,
    ForbiddenMove,
    IssueState,
    OpinionState,
    SealedState,
    move,
)

# design.md, section 3, with `held ⇄ queued` and its like written out, and what the workflow adds to it: a step back for
# every act that can be undone, `submitted` for an answer that waits for its leader, `closed` for an issue nobody asks
# about any more, a settled issue that its author opens again, and the sealed lane; a conference that waits for its
# leader, one that is held without an announcement of ours, and one that was moved and is to be announced anew.
DESIGN: dict[type[StrEnum], str] = {
    OpinionState: """received → accepted needs_detail redirected withdrawn; needs_detail → received withdrawn;
        accepted → answered redirected withdrawn received; answered → settled reopened received; reopened → accepted;
        redirected → received; settled →; withdrawn →""",
    IssueState: """open → assigned closed; assigned → drafted open closed; drafted → approved assigned closed;
        approved → answered assigned drafted closed; answered → settled assigned; settled → assigned;
        closed → open assigned""",
    AnswerState: """draft → submitted approved; submitted → approved draft; approved → released submitted draft;
        released →""",
    CommitmentState: "open → settled; settled →",
    SealedState: """asked → sealed returned erased; sealed → taught passed beyond returned erased; taught →; passed →;
        beyond →; returned →; erased →""",
    ConferenceState: """proposed → planned cancelled; planned → announced held cancelled;
        announced → held cancelled planned; held → concluded; concluded →; cancelled →""",
    ChangeState: "submitted → agreed refused withdrawn; agreed →; refused →; withdrawn →",
    AnnouncementState: """draft → submitted scheduled; submitted → scheduled draft; scheduled → sending draft;
        sending → stopped done; stopped → sending; done →""",
    DeliveryState: """queued → sending held stopped; held → queued; stopped → queued;
        sending → sent unreachable failed unknown queued; unknown → queued; sent →; unreachable →; failed →""",
}
PAIRS = [(a, b) for kind in MOVES for a in kind for b in kind]


def written(text: str) -> dict[str, set[str]]:
    rows = (row.split("→") for row in text.split(";"))
    return {state.strip(): set(targets.split()) for state, targets in rows}


@pytest.mark.parametrize("kind", DESIGN)
def test_moves_are_those_of_the_design(kind: type[StrEnum]) -> None:
    table = {str(state): {str(target) for target in targets} for state, targets in MOVES[kind].items()}
    assert table == written(DESIGN[kind])


def test_moves_have_a_row_for_every_state_and_stay_within_their_kind() -> None:
    assert set(MOVES) == set(DESIGN)
    assert {kind: set(rows) for kind, rows in MOVES.items()} == {kind: set(kind) for kind in MOVES}
    assert all(type(each) is kind for kind, rows in MOVES.items() for row in rows.values() for each in row)


@pytest.mark.parametrize(("current", "wanted"), PAIRS)
def test_move_returns_what_the_table_holds_and_raises_otherwise(current: StrEnum, wanted: StrEnum) -> None:
    if wanted in MOVES[type(current)][current]:
        assert move(current, wanted) is wanted
        return
    with pytest.raises(ForbiddenMove) as raised:
        move(current, wanted)
    assert (raised.value.current, raised.value.wanted) == (current, wanted)
    assert str(raised.value) == f"{type(current).__name__}: {current} -> {wanted}"


@given(st.data(), st.sampled_from(sorted(MOVES, key=lambda kind: kind.__name__)))
def test_random_walks_never_leave_the_table(data: st.DataObject, kind: type[StrEnum]) -> None:
    members = list(kind)
    state = members[0]
    for wanted in data.draw(st.lists(st.sampled_from(members), max_size=30)):
        before = state
        try:
            state = move(state, wanted)
        except ForbiddenMove:
            assert wanted not in MOVES[kind][before]
            assert state is before
        else:
            assert state in MOVES[kind][before]
