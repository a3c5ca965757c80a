"""The conference as a resident sees it: when, where, how to take part; that she comes, and what she speaks about."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from handlers import conferencewords
from handlers.filters import MAX_ID_DIGITS, Chosen, Picked
from handlers.keyboards import Choice, keyboard
from handlers.resident.saying import Event, choices, commune_words, tell, window_shut_by
from handlers.telling import code, cut, short_day
from handlers.turn import Turn
from handlers.words import Html
from storage import conferences, opinions, outbox, registrations, reminders
from storage.models import Conference, Opinion, Priority
from storage.states import ConferenceState, ForbiddenMove, OpinionState

CONSENT_VERSION = "hn-2026-11"
"""Of the text "attend-consent": changed together with it."""

MOST_OPINIONS = 4
"""Opinions of hers that are offered to speak about, the newest first."""

LABEL = 22

HOW = frozenset({"come", "talk"})
"""What she was about to do when she was asked whether her account may be kept for it."""


def build() -> Router:
    router = Router(name="attending")
    router.callback_query.register(come, Picked("r:come"))
    router.callback_query.register(decline, Picked("r:nocome"))
    router.callback_query.register(talk, Picked("r:talk"))
    router.callback_query.register(talk_on, Chosen("r:talkon"))
    router.callback_query.register(agree, Chosen("r:comeok"))
    router.callback_query.register(refuse, F.data == "r:comeno")
    router.callback_query.register(show_way, Picked("r:way"))
    router.callback_query.register(send_papers, Picked("r:papers"))
    return router


async def show(event: Event, turn: Turn) -> None:
    """When and where the next conference is, and how to take part; or that there is none."""
    found = await conferences.shown(turn.tx)
    if found is None:
        await tell(event, turn.say("conference-none"), choices(turn, ("button-raise", "r:new")))
        return
    await tell(event, *await _shown(turn, found))


async def _shown(turn: Turn, conference: Conference) -> tuple[Html, InlineKeyboardMarkup]:
    say, commune = turn.say, turn.tx.commune
    village_id = turn.caller.person.village_id if turn.caller.person is not None else None
    own = conferences.session_for(conference, village_id)
    sessions = [own] if own is not None else conference.sessions
    lines = [say("conference", title=conference.title, meets=conferencewords.meetings(say, commune, sessions))]
    if conference.content:
        lines.append(say("conference-content", text=conference.content))
    if conference.agenda:
        lines.append(say("conference-agenda", text=conference.agenda))
    if conference.ways:
        lines.append(say("conference-ways", text=conference.ways))
    until = conference.collect_until
    if until is not None:
        key = "conference-closed" if conferences.is_closed(turn.tx, conference) else "conference-collects"
        lines.append(say(key, day=short_day(until)))
    registered = await _registered(turn, conference)
    if registered:
        lines.append(registered)
    return Html("\n".join(lines)), keyboard(await _choices(turn, conference))


async def _registered(turn: Turn, conference: Conference) -> Html:
    """What she said she would do; empty when she said nothing."""
    registration = await registrations.of(turn.tx, conference, turn.caller.account)
    if registration is None:
        return Html("")
    about = await registrations.about(turn.tx, registration)
    comes = {True: "yes", False: "no", None: "asked"}[registration.comes]
    speaks = "no" if not registration.speaks else "about" if about is not None else "yes"
    shown = code(turn.tx.commune, about) if about is not None else ""
    return turn.say("conference-registered", comes=comes, speaks=speaks, code=shown)


async def _choices(turn: Turn, conference: Conference) -> list[Choice]:
    say, id_ = turn.say, conference.id
    found: list[Choice] = []
    if conference.starts_at > turn.tx.now:
        registration = await registrations.of(turn.tx, conference, turn.caller.account)
        if registration is not None and registration.comes:
            found.append((say.plain("button-not-coming"), f"r:nocome:{id_}"))
        else:
            found.append((say.plain("button-coming"), f"r:come:{id_}"))
        found.append((say.plain("button-speak-there"), f"r:talk:{id_}"))
    found.append((say.plain("button-way"), f"r:way:{id_}"))
    has_papers = bool(await conferences.documents(turn.tx, conference))
    found.append((say.plain("button-papers" if has_papers else "button-calendar"), f"r:papers:{id_}"))
    found.append((say.plain("button-raise"), "r:new"))
    return found


async def _open(callback: CallbackQuery, turn: Turn, picked: int) -> Conference | None:
    """The conference whose button was tapped while one may still say whether one comes; else what became of it."""
    found = await conferences.by_id(turn.tx, picked)
    if found is not None and found.state in conferences.UPCOMING and found.starts_at > turn.tx.now:
        return found
    await _over(callback, turn, found)
    return None


async def _over(callback: CallbackQuery, turn: Turn, found: Conference | None) -> None:
    if found is not None and found.state is ConferenceState.CANCELLED:
        day = conferencewords.spoken_day(turn.say, turn.tx.commune, found.starts_at)
        await tell(callback, turn.say("conference-cancelled", day=day, reason=found.reason or ""))
        await callback.answer()
        return
    coming = await conferences.shown(turn.tx)
    if coming is None or (found is not None and coming.id == found.id):
        await tell(callback, turn.say("conference-over"), choices(turn, ("button-raise", "r:new")))
    else:
        await tell(callback, *await _shown(turn, coming))
    await callback.answer()


async def come(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Tôi sẽ đến], [Đến được]."""
    conference = await _open(callback, turn, picked)
    if conference is not None and await _may_keep(callback, turn, conference, "come"):
        await _come(callback, turn, conference)


async def _may_keep(callback: CallbackQuery, turn: Turn, conference: Conference, how: str) -> bool:
    """Whether her account may be kept so as to remind her; whoever agreed to nothing yet is asked."""
    if turn.caller.account.consented or await registrations.of(turn.tx, conference, turn.caller.account) is not None:
        return True
    choices_ = [
        (turn.say.plain("button-agree"), f"r:comeok:{conference.id}:{how}"),
        (turn.say.plain("button-no"), "r:comeno"),
    ]
    await tell(callback, turn.say("attend-consent", **commune_words(turn)), keyboard(choices_))
    await callback.answer()
    return False


async def agree(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    conference = await _open(callback, turn, picked)
    if conference is None:
        return
    if word not in HOW:
        await tell(callback, *await _shown(turn, conference))
    elif word == "talk":
        await registrations.speak(turn.tx, conference, turn.caller.account, consent_version=CONSENT_VERSION)
        await _thank_speaker(callback, turn, conference, None)
    else:
        await _come(callback, turn, conference, CONSENT_VERSION)
    await callback.answer()


async def refuse(callback: CallbackQuery, turn: Turn) -> None:
    await tell(callback, turn.say("attend-refused"), choices(turn, ("button-conference", "r:conference")))
    await callback.answer()


async def _come(
    callback: CallbackQuery, turn: Turn, conference: Conference, consent_version: str | None = None
) -> None:
    try:
        await registrations.say(turn.tx, conference, turn.caller.account, comes=True, consent_version=consent_version)
    except ForbiddenMove:
        await _over(callback, turn, conference)
        return
    text = turn.say("conference-coming", meets=_meets(turn, conference), reminded=_reminded(turn, conference))
    offered = [
        (turn.say.plain("button-speak-there"), f"r:talk:{conference.id}"),
        (turn.say.plain("button-way"), f"r:way:{conference.id}"),
        (turn.say.plain("button-calendar"), f"r:papers:{conference.id}"),
    ]
    await tell(callback, text, keyboard(offered))
    await callback.answer()


def _meets(turn: Turn, conference: Conference) -> Html:
    village_id = turn.caller.person.village_id if turn.caller.person is not None else None
    own = conferences.session_for(conference, village_id)
    return conferencewords.meetings(turn.say, turn.tx.commune, [own] if own is not None else conference.sessions)


def _reminded(turn: Turn, conference: Conference) -> Html:
    """When she will be reminded first, as the configuration has it: promised only when it is still to come."""
    coming = [each for each in reminders.of(conference, turn.tx.commune) if each.at > turn.tx.now]
    if not coming:
        return Html("")
    if (days := window_shut_by(turn, coming[0].at)) is not None:
        return turn.say("conference-reminded-window", days=days)
    at = conferencewords.local(turn.tx.commune, coming[0].at)
    return turn.say("conference-reminded", hour=f"{at:%H}", minute=f"{at:%M}", days=coming[0].days)


async def decline(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Không đến được]."""
    conference = await _open(callback, turn, picked)
    if conference is None:
        return
    if not turn.caller.account.consented and await _is_stranger(turn, conference):
        # Nothing of hers is on record, and nothing need be.
        await tell(callback, turn.say("conference-declined"), choices(turn, ("button-raise", "r:new")))
        await callback.answer()
        return
    await registrations.say(turn.tx, conference, turn.caller.account, comes=False)
    offered = [
        (turn.say.plain("button-coming"), f"r:come:{conference.id}"),
        (turn.say.plain("button-raise"), "r:new"),
    ]
    await tell(callback, turn.say("conference-declined"), keyboard(offered))
    await callback.answer()


async def _is_stranger(turn: Turn, conference: Conference) -> bool:
    return await registrations.of(turn.tx, conference, turn.caller.account) is None


async def talk(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Tôi muốn phát biểu]: about which of hers; with none there is nothing to ask."""
    conference = await _open(callback, turn, picked)
    if conference is None or not await _may_keep(callback, turn, conference, "talk"):
        return
    own = [each for each in await opinions.own(turn.tx, turn.caller.person, limit=MOST_OPINIONS) if _is_live(each)]
    if not own:
        await registrations.speak(turn.tx, conference, turn.caller.account)
        await _thank_speaker(callback, turn, conference, None)
        return
    offered = [
        (
            cut(f"{code(turn.tx.commune, each)} {' '.join(each.text.split())}", LABEL),
            f"r:talkon:{conference.id}:{each.id}",
        )
        for each in own
    ]
    offered.append((turn.say.plain("button-something-else"), f"r:talkon:{conference.id}:0"))
    await tell(callback, turn.say("conference-speak-which"), keyboard(offered))
    await callback.answer()


def _is_live(opinion: Opinion) -> bool:
    return opinion.state is not OpinionState.WITHDRAWN


async def talk_on(callback: CallbackQuery, turn: Turn, picked: int, word: str) -> None:
    conference = await _open(callback, turn, picked)
    if conference is None or not await _may_keep(callback, turn, conference, "talk"):
        return
    opinion_id = int(word) if word.isascii() and word.isdecimal() and len(word) <= MAX_ID_DIGITS else 0
    opinion = await opinions.own_by_id(turn.tx, turn.caller.person, opinion_id) if opinion_id else None
    await registrations.speak(turn.tx, conference, turn.caller.account, opinion)
    await _thank_speaker(callback, turn, conference, opinion)


async def _thank_speaker(callback: CallbackQuery, turn: Turn, conference: Conference, about: Opinion | None) -> None:
    reminded = _reminded(turn, conference)
    if about is not None:
        text = turn.say("conference-speaks-about", code=code(turn.tx.commune, about), reminded=reminded)
    else:
        text = turn.say("conference-speaks", reminded=reminded)
    offered = [
        (turn.say.plain("button-way"), f"r:way:{conference.id}"),
        (turn.say.plain("button-calendar"), f"r:papers:{conference.id}"),
    ]
    await tell(callback, text, keyboard(offered))
    await callback.answer()


async def show_way(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Chỉ đường]: the pin where there is one, else a link that finds the place on a map."""
    await _queue(callback, turn, picked, "conference_way")


async def send_papers(callback: CallbackQuery, turn: Turn, picked: int) -> None:
    """[Lịch, tài liệu]: a calendar file, and the papers for delegates."""
    conference = await _queue(callback, turn, picked, "conference_calendar")
    if conference is not None:
        await conferences.send_documents(turn.tx, conference, turn.caller.account)


async def _queue(callback: CallbackQuery, turn: Turn, picked: int, kind: str) -> Conference | None:
    """Queues to her what is no text; nothing for a conference that is over."""
    conference = await conferences.by_id(turn.tx, picked)
    if conference is None or conference.state not in conferences.UPCOMING:
        await _over(callback, turn, conference)
        return None
    await turn.tx.session.flush()
    # Tapped twice in a minute it comes once.
    key = f"{kind}:{conference.id}:{turn.caller.account.id}:{turn.tx.now:%Y-%m-%dT%H:%M}"
    notice = outbox.Notice(turn.caller.account, kind, Priority.REPLY, {"conference_id": conference.id}, key=key)
    await outbox.queue(turn.tx, [notice])
    await callback.answer()
    return conference
