"""An author says that her matter is another one than the issue it was merged into: the office hears her words."""

from collections.abc import Mapping

from aiogram.methods import SendMessage

from handlers import cards
from handlers.keyboards import Choice, keyboard
from handlers.rendering import GONE, Batch, Kind, Rendered, readable
from handlers.telling import EXCERPT, QUOTED, code, cut
from handlers.words import Html, Say
from storage.issues import first_of
from storage.models import Opinion
from storage.outbox import Delivery
from storage.sorting import ASSIGNABLE, UNRELEASED
from storage.states import OpinionState


async def _different(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """Her words, the matter's own words, and [Tách ra] for as long as it is merged."""
    opinion = readable(batch, delivery)
    if not isinstance(opinion, Opinion):
        return opinion
    commune, material = batch.tx.commune, batch.material
    addition = material.additions.get(delivery.payload["addition_id"])
    if addition is None or addition.opinion_id != opinion.id:
        return GONE
    words = cards.quote(say, cut(addition.text, QUOTED))
    before = cards.quote(say, cut(opinion.text, EXCERPT))
    issue = opinion.issue
    voices = material.voices.get(issue.id, []) if issue is not None else []
    others = [each for each in voices if each.id != opinion.id]
    is_open = issue is not None and issue.state in UNRELEASED and opinion.state is OpinionState.ACCEPTED
    lines = [say("notice-different", code=code(commune, opinion), words=words, before=before)]
    choices: list[Choice] = []
    if others and is_open:
        lines.append(say("o-different-from", code=code(commune, first_of(others)), others=len(others)))
        choices.append((say.plain("o-button-split-out"), f"o:splitout:{opinion.id}"))
    else:
        lines.append(say("o-different-alone") if is_open else say("o-office-state", state=opinion.state.value))
    if issue is not None and issue.state in ASSIGNABLE and not others:
        choices.append((say.plain("o-button-units"), f"o:units:{opinion.id}"))
    choices.append((say.plain("o-button-read"), f"o:read:{opinion.id}"))
    return SendMessage(chat_id=0, text=Html("\n".join(lines)), reply_markup=keyboard(choices))


KINDS: Mapping[str, Kind] = {"different": _different}
"""[Việc của tôi khác]."""
