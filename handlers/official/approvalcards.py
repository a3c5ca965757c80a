"""What a leader reads before an answer goes out: the whole of it, what it promises, and what can be done with it."""

from handlers import cards
from handlers.cards import say_hour, say_instant
from handlers.keyboards import Choice
from handlers.official.happened import sentence
from handlers.telling import code, cut, field_label, short_day, village_name
from handlers.words import Html, Say
from storage.approval import is_long
from storage.commune import Commune
from storage.database import Transaction
from storage.issues import today
from storage.models import Answer, AttachmentState, Event, Official, Outcome
from storage.states import AnswerState
from storage.submitted import Brief

QUESTION = 200
"""Characters of the question above an answer; the whole of it is one tap away."""

OUTCOMES = {
    Outcome.DONE: "o-outcome-done",
    Outcome.EXPLAINED: "o-outcome-explained",
    Outcome.NO_RESOURCES: "o-outcome-no-resources",
    Outcome.HIGHER_AUTHORITY: "o-outcome-higher-authority",
}


def head(say: Say, commune: Commune, brief: Brief) -> Html:
    """ "KX-7 · Thôn mẫu 3 · Đường, điện, nước · 7 người · hạn 03/12"."""
    issue, lead = brief.issue, brief.lead
    place = village_name(say, commune, lead.village_id)
    return say(
        "o-approval-head",
        code=code(commune, lead),
        title=issue.title or f"{place} · {field_label(commune, issue.field_id)}",
        people=brief.people,
        due=short_day(issue.due) if issue.due else "…",
    )


def unit_name(commune: Commune, unit_id: str | None) -> str:
    unit = commune.unit(unit_id) if unit_id else None
    return unit.name if unit else commune.office


def outcome_line(say: Say, commune: Commune, answer: Answer, unit_id: str | None) -> Html:
    """ "Hứa: xong trước 14/01/2027, Phòng Kinh tế.", or what else the answer says of the matter; empty if nothing."""
    if answer.promised is not None:
        return say("o-approval-promised", day=f"{answer.promised:%d/%m/%Y}", unit=unit_name(commune, unit_id))
    if answer.outcome is None:
        return Html("")
    return say("o-approval-outcome", outcome=say(OUTCOMES[answer.outcome]))


def outcome_said(say: Say, commune: Commune, answer: Answer, unit_id: str | None) -> Html:
    """ "Hẹn 14/01/2027, Phòng Kinh tế.", as its writer hears it."""
    if answer.promised is not None:
        return say("o-submitted-promise", day=f"{answer.promised:%d/%m/%Y}", unit=unit_name(commune, unit_id))
    return outcome_line(say, commune, answer, unit_id)


def document_line(say: Say, answer: Answer) -> Html:
    """ "Văn bản: số 12/UBND-KT ngày 01/12/2026."; empty without one."""
    if not answer.document_number:
        return Html("")
    if answer.document_date is None:
        return say("o-document", number=answer.document_number)
    return say("o-document-dated", number=answer.document_number, day=f"{answer.document_date:%d/%m/%Y}")


def change_line(say: Say, commune: Commune, brief: Brief) -> Html:
    """What a correction changes, and of which answer; empty for one that corrects nothing."""
    if brief.corrected is None or brief.corrected.released_at is None:
        return Html("")
    at = say_instant(commune, brief.corrected.released_at)
    return say("o-approval-correction", at=at, note=brief.answer.change_note or "…")


def text(say: Say, commune: Commune, brief: Brief, approver: Official | None) -> Html:
    """The card of an answer that waits: its words whole, unless they stand in a message of their own above it."""
    answer = brief.answer
    question = cards.quote(say, cut(brief.lead.text, QUESTION))
    files = cards.answer_files(say, answer)
    above = [
        head(say, commune, brief),
        say("o-approval-question", question=question, others=max(0, brief.voices - 1)),
        change_line(say, commune, brief),
        say("o-approval-answer-files", files=files) if files else say("o-approval-answer"),
    ]
    whole = say("o-approval-apart") if is_long(answer) else cards.answer_body(say, commune, answer, approver)
    below = [
        outcome_line(say, commune, answer, brief.issue.unit_id),
        document_line(say, answer),
    ]
    parts = ["\n".join(line for line in above if line), whole, "\n".join(line for line in below if line)]
    return Html("\n\n".join(part for part in parts if part))


def apart(say: Say, commune: Commune, answer: Answer, shown: str, approver: Official | None) -> Html:
    """A long answer in a message of its own; `shown` is the code of its issue."""
    return say("o-approval-text", code=shown, body=cards.answer_body(say, commune, answer, approver))


def buttons(say: Say, brief: Brief, *, in_round: bool) -> list[Choice]:
    """What can be done with an answer that waits; `in_round`: the next one follows in the same message."""
    answer = brief.answer
    key = "o-button-approve-next" if in_round else "o-button-approve"
    choices: list[Choice] = [
        (say.plain(key), f"o:approve:{answer.id}:{answer.revision}"),
        (say.plain("o-button-send-back"), f"o:sendback:{answer.id}"),
    ]
    if brief.for_hall and brief.corrected is None:
        choices.append((say.plain("o-button-hall"), f"o:hall:{answer.id}:{answer.revision}"))
    if brief.voices > 1 or len(brief.lead.text.strip()) > QUESTION:
        choices.append((say.plain("o-button-words", count=brief.voices), f"o:words:{brief.issue.id}"))
    if in_round and any(each.state is not AttachmentState.FAILED for each in answer.attachments):
        choices.append((say.plain("o-button-evidence"), f"o:evidence:{answer.id}"))
    if in_round:
        choices.append((say.plain("o-button-skip"), f"o:skip:{answer.id}"))
    return choices


def goes_soon(say: Say, tx: Transaction, answer: Answer) -> Html:
    """ "gửi sau 10 phút", or what else becomes of an answer that was approved just now."""
    if answer.release_at is None or tx.commune.after_quiet(answer.release_at) != answer.release_at:
        return goes_at(say, tx, answer)
    minutes = round((answer.release_at - tx.now).total_seconds() / 60)
    return say("o-goes-in-minutes", count=minutes) if minutes else say("o-goes-now")


def goes_at(say: Say, tx: Transaction, answer: Answer) -> Html:
    """ "gửi lúc 09:24", "gửi lúc 24/11 06:00", "giữ đến hội trường"."""
    if answer.release_at is None:
        return say("o-goes-in-hall")
    commune = tx.commune
    heard = commune.after_quiet(answer.release_at)
    is_today = heard.astimezone(commune.timezone).date() == today(tx)
    return say("o-goes-at", at=say_hour(commune, heard) if is_today else say_instant(commune, heard))


def what_became(say: Say, tx: Transaction, answer: Answer, act: tuple[Event, Official | None] | None) -> Html:
    """What happened to an answer last: who, when, what."""
    told = sentence(say, tx.commune, *act, today=today(tx)) if act else None
    return told or say("o-answer-state", state=answer.state.value)


def settled(
    say: Say, tx: Transaction, brief: Brief, act: tuple[Event, Official | None] | None
) -> tuple[Html, list[Choice]]:
    """The card of an answer that does not wait any more, and what is left to do with it."""
    answer = brief.answer
    what = what_became(say, tx, answer, act)
    choices: list[Choice] = []
    if answer.state is AnswerState.APPROVED:
        if answer.release_at is not None:
            what = say("o-approval-goes", what=what, goes=goes_at(say, tx, answer))
        choices.append((say.plain("o-button-recall"), f"o:recall:{answer.id}"))
    elif answer.state is AnswerState.RELEASED and answer.released_at is not None:
        what = say("o-approval-sent", what=what, at=say_hour(tx.commune, answer.released_at))
    lines = [head(say, tx.commune, brief), what]
    if answer.state is AnswerState.DRAFT and answer.returned_reason:
        lines.append(cards.quote(say, answer.returned_reason))
    choices.append((say.plain("o-button-read"), f"o:read:{brief.lead.id}"))
    return Html("\n".join(lines)), choices
