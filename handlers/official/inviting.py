"""The conference announced to everyone: its four fields make the text, which is then sent as any announcement."""

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from handlers import conferencewords
from handlers.filters import Allowed, Picked
from handlers.official import announcing
from handlers.official.talk import alert, official_of
from handlers.telling import short_day
from handlers.turn import Turn
from handlers.words import DEFAULT_LANGUAGE, Html, Say
from storage import announcements, conferences
from storage.commune import Commune
from storage.models import Conference
from storage.rights import Right


def build() -> Router:
    router = Router(name="inviting")
    router.callback_query.register(begin, Picked("o:invite-all"), Allowed(Right.ANNOUNCE))
    return router


async def begin(callback: CallbackQuery, turn: Turn, state: FSMContext, picked: int) -> None:
    """[Báo bà con]: a draft about this conference; one that is under way comes first."""
    conference = await conferences.by_id(turn.tx, picked)
    if conference is None or conference.state not in conferences.UPCOMING:
        await alert(callback, turn.say.plain("o-matter-gone"))
        return
    going = [each for each in await announcements.in_hand(turn.tx) if each.conference_id == conference.id]
    if going:
        await announcing.show(callback, turn, state, going[0].id)
        return
    # What residents will read is kept in their first language, whatever the official's is.
    is_closed = conferences.is_closed(turn.tx, conference)
    text = invitation(turn.say.words.say(DEFAULT_LANGUAGE), turn.tx.commune, conference, is_closed=is_closed)
    draft = await announcements.draft(turn.tx, official_of(turn), text, conference_id=conference.id)
    await announcing.preview(callback, turn, state, draft)


def invitation(say: Say, commune: Commune, conference: Conference, *, is_closed: bool) -> Html:
    """What the law wants announced: when, where, about what, and how to take part. The sessions must be loaded.

    `is_closed` says that its list of opinions is: nobody is invited to send one by a day that is over.
    """
    lines = [
        say("o-invitation", title=conference.title),
        conferencewords.meetings(say, commune, conference.sessions),
    ]
    if conference.content:
        lines.append(say("conference-content", text=conference.content))
    if conference.ways:
        lines.append(say("conference-ways", text=conference.ways))
    if conference.collect_until is not None and not is_closed:
        lines.append(say("o-invitation-collects", day=short_day(conference.collect_until)))
    return Html("\n".join(lines))
