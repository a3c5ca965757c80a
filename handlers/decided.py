"""What an author reads of a verdict: in the word to her, and before, in what a leader agrees to."""

from handlers.telling import code
from handlers.words import Html, Say
from storage.commune import Commune
from storage.models import Opinion, Place, Verdict
from storage.rights import REFUSALS

PLACES = {
    Place.ONE_STOP: "way-one-stop",
    Place.POLICE: "way-police",
    Place.POWER: "way-power",
    Place.COURT: "way-court",
}


def decided(say: Say, commune: Commune, opinion: Opinion, verdict: Verdict) -> Html:
    """The words for a verdict, never its own name. `opinion.issue` must be loaded."""
    shown = {"code": code(commune, opinion), "hotline": commune.hotline}
    match verdict:
        case Verdict.BEYOND_AUTHORITY:
            issue = opinion.issue
            authority = (issue.petitioned_to if issue is not None else None) or opinion.reason or ""
            return say("decided-petition", code=shown["code"], authority=authority)
        case Verdict.MEDIATION:
            return say("way-mediation", place=commune.mediation, **shown)
        case Verdict.COMPLAINT:
            return say("way-complaint", place=commune.reception, **shown)
        case Verdict.OTHER_AGENCY if opinion.place is not None:
            return say(PLACES[opinion.place], place=commune.one_stop, **shown)
        case Verdict.OTHER_AGENCY:
            return say("way-named", place=opinion.reason or "", **shown)
        case _ if verdict in REFUSALS:
            return say("decided-refused", code=shown["code"], reason=opinion.reason or "")
    raise ValueError(f"{verdict} has no words of its own")
