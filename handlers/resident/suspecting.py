"""Words that seem to accuse a person: what she is asked about them, before anything is sent anywhere."""

from collections.abc import Iterable, Sequence

from aiogram.fsm.state import State
from aiogram.types import InlineKeyboardMarkup

from handlers.keyboards import keyboard
from handlers.official.commands import ROLES
from handlers.resident.saying import choices, commune_words
from handlers.resident.states import Raising
from handlers.suspicion import is_about_a_person
from handlers.turn import Turn
from handlers.words import Html, Say
from storage import drafts, sealed
from storage.commune import Commune
from storage.models import Draft, Official, Target

CONSENT_VERSION = "kin-2026-11"
"""Of the texts "accuse-consent" and "accuse-consent-whole": changed together with them."""

Said = tuple[Html, InlineKeyboardMarkup]

TARGETS = {
    Target.VILLAGE_HEAD: "button-target-village-head",
    Target.OFFICIAL: "button-target-official",
    Target.LEADER: "button-target-leader",
    Target.OTHER: "button-target-other",
}


def suspect(turn: Turn, draft: Draft, words: str) -> None:
    """Marks a draft whose new words seem to accuse a person. One written for somebody else is left to the clerk."""
    if not draft.on_behalf and is_about_a_person(words):
        drafts.suspect(turn.tx, draft)


def add_words(turn: Turn, draft: Draft, words: str) -> None:
    drafts.add_words(turn.tx, draft, words, turn.message_id)
    suspect(turn, draft, words)


def replace_words(turn: Turn, draft: Draft, words: str) -> None:
    drafts.replace_words(turn.tx, draft, words, turn.message_id)
    suspect(turn, draft, words)


def step(turn: Turn, draft: Draft) -> tuple[State, Said]:
    """What is open about a draft that may accuse a person."""
    if draft.target is None:
        return Raising.suspicion, suspicion(turn, draft)
    at = f"r:lane:{draft.id}"
    if draft.target is Target.LEADER:
        return Raising.leader, leader(turn.say, turn.tx.commune, at)
    return Raising.ways, ways(turn.say, turn.tx.commune, at)


def suspicion(turn: Turn, draft: Draft) -> Said:
    yes, no = ("button-accuse-yes", f"r:accuses:{draft.id}"), ("button-accuse-no", f"r:clears:{draft.id}")
    return turn.say("accuse-ask"), choices(turn, yes, no)


def who(say: Say, at: str, code: str | None = None) -> Said:
    """Whom it is about; each button is `at` and the kind of person. `code` is of a matter that she sent before."""
    text = say("accuse-who-of", code=code) if code else say("accuse-who")
    return text, _buttons(say, at, ((key, target) for target, key in TARGETS.items()))


def ways(say: Say, commune: Commune, at: str, code: str | None = None) -> Said:
    """The two lawful ways, and what she may do here; each button is `at` and its choice."""
    text = say("accuse-ways-of" if code else "accuse-ways", reception=commune.reception, code=code or "")
    pairs = (("button-seal", "yes"), ("button-ask-generally", "general"), ("button-go-myself", "erase"))
    return text, _buttons(say, at, pairs)


def leader(say: Say, commune: Commune, at: str, code: str | None = None) -> Said:
    """Against the commune's leaders nothing is kept: where to go instead."""
    text = say(
        "accuse-leader-of" if code else "accuse-leader",
        province=commune.province_reception,
        inspection=commune.inspection,
        code=code or "",
    )
    return text, _buttons(say, at, (("button-erase", "erase"), ("button-ask-generally", "general")))


def _buttons(say: Say, at: str, pairs: Iterable[tuple[str, str]]) -> InlineKeyboardMarkup:
    return keyboard([(say.plain(key), f"{at}:{what}") for key, what in pairs])


async def consent(turn: Turn, target: Target, at: str, *, whole: bool = False) -> Said:
    """Whether she lets it be kept, and who reads it: a consent to this alone."""
    key = "accuse-consent-whole" if whole else "accuse-consent"
    pairs = [("button-seal-agree", "agree"), ("button-read-whole", "whole"), ("button-refuse", "erase")]
    if whole:
        del pairs[1]
    reader = _titles(turn.say, await sealed.readers(turn.tx, target))
    return turn.say(key, reader=reader, **commune_words(turn)), _buttons(turn.say, at, pairs)


def _titles(say: Say, readers: Sequence[Official]) -> str:
    titles = dict.fromkeys(each.post or say.plain(ROLES[each.role]) for each in readers)
    return ", ".join(titles) or say.plain("accuse-reader")
