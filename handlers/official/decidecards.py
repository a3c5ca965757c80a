"""What a leader reads before he agrees to a date, a move or a cancellation, and what became of it."""

from handlers import conferencewords
from handlers.cards import say_instant
from handlers.keyboards import Choice
from handlers.official.commands import ROLES
from handlers.words import Html, Say
from storage import conferences, planning, retelling
from storage.conferences import Facts
from storage.database import Transaction
from storage.models import ChangeKind, ConferenceChange, Official
from storage.states import ChangeState


async def text(tx: Transaction, say: Say, change: ConferenceChange) -> Html:
    """What is proposed, whole: nobody agrees to what he has not read."""
    conference, facts = change.conference, planning.proposed(change)
    who = await who_of(tx, say, change.official_id)
    if change.kind is ChangeKind.CANCEL:
        meets = conferencewords.meetings(say, tx.commune, conference.sessions)
        count = await retelling.count_told(tx, conference)
        return say("o-decide-cancel", who=who, meets=meets, reason=change.reason or "", told=count)
    if facts is None:
        raise LookupError(f"change {change.id} proposes nothing")
    shown = conferencewords.details(say, tx.commune, facts)
    if change.kind is ChangeKind.SET:
        lines = [say("o-decide-set", who=who, details=shown)]
    else:
        lines = await _moved(tx, say, change, facts, who, shown)
    if change.override:
        lines.append(say("o-plan-overridden", reason=change.override))
    if change.kind is ChangeKind.SET:
        lines.append(say("o-decide-agreed-with"))
    return Html("\n".join(lines))


async def _moved(
    tx: Transaction, say: Say, change: ConferenceChange, facts: Facts, who: str, shown: Html
) -> list[Html]:
    conference = change.conference
    if not planning.moves_it(tx, conference, facts):
        return [say("o-decide-edit", who=who, details=shown)]
    before = conferences.facts_of(tx, conference)
    return [
        say(
            "o-decide-move",
            who=who,
            before=conferencewords.meetings(say, tx.commune, before.meetings),
            details=shown,
            reason=change.reason or "",
            told=await retelling.count_told(tx, conference),
        )
    ]


def choices(say: Say, change: ConferenceChange) -> list[Choice]:
    found = [(say.plain("o-button-agree"), f"o:cagree:{change.id}")]
    if change.kind is not ChangeKind.CANCEL:
        found.append((say.plain("o-button-other-day"), f"o:cday:{change.id}"))
    return [*found, (say.plain("o-button-not-yet"), f"o:cnot:{change.id}")]


async def waits(tx: Transaction, say: Say, change: ConferenceChange) -> Html:
    """What waits for a leader, in one line."""
    facts = planning.proposed(change)
    meets = conferencewords.meetings(say, tx.commune, facts.meetings) if facts else Html("")
    return say("o-plan-waits", kind=change.kind.value, meets=meets)


async def who_of(tx: Transaction, say: Say, official_id: int) -> str:
    """What an official is called: by post, else by role; plain text."""
    official = await tx.session.get_one(Official, official_id)
    return official.post or say.plain(ROLES[official.role])


async def became(tx: Transaction, say: Say, change: ConferenceChange) -> Html:
    """What became of a proposal that does not wait any more: who decided, and when."""
    who = await who_of(tx, say, change.decided_by_id) if change.decided_by_id is not None else ""
    at = say_instant(tx.commune, change.decided_at) if change.decided_at is not None else ""
    refusal = change.refusal if change.state is ChangeState.REFUSED and change.refusal else ""
    return say("o-decide-over", state=change.state.value, who=who, at=at, reason=refusal)
