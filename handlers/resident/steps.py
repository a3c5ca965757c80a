"""From the first words to the preview: what is still to be asked about a draft, and each question."""

from collections.abc import Awaitable, Callable
from functools import partial

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.types import InlineKeyboardMarkup

from handlers.incoming import is_only_a_place
from handlers.keyboards import grid, keyboard
from handlers.resident import suspecting
from handlers.resident.saying import Event, choices, commune_words, tell, with_hotline
from handlers.resident.states import Raising
from handlers.telling import QUOTED, arrived_line, cut, duration, field_label, files_line, short_day, village_name
from handlers.turn import Turn
from handlers.words import Html
from storage import conferences, drafts, opinions, people
from storage.commune import Village, format_code
from storage.models import Attachment, Conference, Draft, Suspicion

CONSENT_VERSION = "2026-11"
"""Of the texts "consent" and "consent-whole": changed together with them."""

NUMBERS_A_ROW = 4

ELSEWHERE = "elsewhere"
"""In the conversation's data: the id of the draft whose author said that it is in no village of the list."""

VILLAGE = "village"
"""In the conversation's data: the village of the code that she opened, until a draft has it."""

LATE = "late"
"""In the conversation's data: the id of the draft whose author was told that the conference's list is closed."""

OPINION = "opinion_id"
"""In the conversation's data: the opinion that her words may belong to."""

OTHER = "other_id"
"""In the conversation's data: a second opinion that the words may belong to."""


async def hold(turn: Turn, state: FSMContext, words: str) -> Draft:
    """Begins a draft, in the village whose code she opened if she did."""
    draft = drafts.hold(turn.tx, turn.caller.account, words, message_id=turn.message_id)
    turn.caller.draft = draft
    await drafts.give_id(turn.tx, draft)
    opened = (await state.get_data()).get(VILLAGE)
    if opened is not None:
        drafts.set_village(turn.tx, draft, opened)
    await state.set_data({})
    return draft


def voices(draft: Draft) -> list[Attachment]:
    return [each for each in draft.attachments if each.kind == "voice"]


def is_told(draft: Draft) -> bool:
    """Whether there are words that say what it is about."""
    return bool(draft.text.strip()) and not is_only_a_place(draft.text)


def is_spoken(draft: Draft) -> bool:
    """Whether the matter is in a recording alone: there is nothing to read, so no field is asked."""
    return not is_told(draft) and bool(voices(draft))


def is_agreed(turn: Turn, draft: Draft) -> bool:
    """Whether the words may be kept: she agreed, or the official who writes for her asks her aloud at the end."""
    return draft.on_behalf or turn.caller.account.consented


async def ask(event: Event, turn: Turn, state: FSMContext, draft: Draft, note: Html | None = None) -> None:
    """Asks the first thing that is still open about the draft, below `note`."""
    if draft.suspicion is Suspicion.ASKED:
        step, asked = suspecting.step(turn, draft)
        await state.set_state(step)
        await _say(event, note, *asked)
        return
    step, question = await _next(turn, state, draft)
    await state.set_state(step)
    await _say(event, note, *question(turn, draft))
    if step is Raising.preview:
        turn.remember_reply(partial(setattr, draft, "preview_id"))


Question = Callable[[Turn, Draft], tuple[Html, InlineKeyboardMarkup]]


async def _next(turn: Turn, state: FSMContext, draft: Draft) -> tuple[State, Question]:
    if not is_agreed(turn, draft):
        return Raising.consent, consent
    if not is_told(draft) and not voices(draft):
        return Raising.matter, matter
    if (closed := await _closed(turn, state, draft)) is not None:
        return Raising.late, partial(late, closed)
    if draft.village_id is None and (await state.get_data()).get(ELSEWHERE) != draft.id:
        return Raising.village, village
    if draft.field_id is None and not is_spoken(draft):
        return Raising.field, field_alone if turn.numbered else field
    return Raising.preview, preview


async def _closed(turn: Turn, state: FSMContext, draft: Draft) -> Conference | None:
    """The coming conference whose list was closed before this draft, until she was told."""
    if draft.on_behalf or (await state.get_data()).get(LATE) == draft.id:
        return None
    coming = await conferences.current(turn.tx)
    return coming if coming is not None and conferences.is_closed(turn.tx, coming) else None


async def ask_again(event: Event, turn: Turn, state: FSMContext, draft: Draft, note: Html | None = None) -> None:
    """Asks what is being asked once more, below `note`."""
    asked: dict[str | None, Callable[[], Awaitable[tuple[Html, InlineKeyboardMarkup]]]] = {
        Raising.urgent.state: lambda: _ready(urgent(turn, draft)),
        Raising.accused.state: lambda: _ready(suspecting.who(turn.say, f"r:accused:{draft.id}")),
        Raising.where.state: lambda: where(turn, state, draft),
        Raising.village.state: lambda: _ready(village(turn, draft)),
        Raising.field.state: lambda: _ready(field(turn, draft)),
        Raising.name.state: lambda: _ready(name(turn, draft)),
        Raising.words.state: lambda: _ready(words(turn, draft)),
    }
    current = await state.get_state()
    question = asked.get(current)
    if draft.suspicion is Suspicion.ASKED and current not in (Raising.urgent.state, Raising.accused.state):
        question = None
    if question is None:
        await ask(event, turn, state, draft, note)
    else:
        await _say(event, note, *await question())


async def _ready(question: tuple[Html, InlineKeyboardMarkup]) -> tuple[Html, InlineKeyboardMarkup]:
    return question


async def _say(event: Event, note: Html | None, question: Html, markup: InlineKeyboardMarkup) -> None:
    await tell(event, f"{note}\n\n{question}" if note else question, markup)


def quoted(turn: Turn, draft: Draft) -> Html:
    """Her words in quotation marks, or what she sent instead of words."""
    if draft.text.strip():
        return turn.say("quoted", text=cut(draft.text, QUOTED))
    return files_line(turn.say, draft.attachments)


def consent(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    key = "consent" if draft.text.strip() else "consent-files"
    return turn.say(key, held=quoted(turn, draft), **commune_words(turn)), choices(
        turn,
        ("button-agree", f"r:agree:{draft.id}"),
        ("button-read-whole", f"r:read:{draft.id}"),
        ("button-refuse", f"r:refuse:{draft.id}"),
    )


def consent_whole(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    return turn.say("consent-whole", **commune_words(turn)), choices(
        turn, ("button-agree", f"r:agree:{draft.id}"), ("button-refuse", f"r:refuse:{draft.id}")
    )


def urgent(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    buttons = choices(turn, ("button-tell-commune", f"r:ask:{draft.id}"), ("button-drop", f"r:drop:{draft.id}"))
    return turn.say("urgent", hotline=turn.tx.commune.hotline), with_hotline(turn, buttons)


async def where(turn: Turn, state: FSMContext, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    """Whether the words belong to the opinion she was just told about."""
    data = await state.get_data()
    opinion_id, other_id = data.get(OPINION), data.get(OTHER)
    opinion = await opinions.own_by_id(turn.tx, turn.caller.person, int(opinion_id)) if opinion_id else None
    if opinion is None:
        return turn.say("unfinished", held=quoted(turn, draft)), unfinished(turn, draft)
    shown = format_code(turn.tx.commune.short_code, opinion.number)
    add = [(turn.say.plain("button-add-to", code=shown), f"r:add:{draft.id}:{opinion.id}")]
    other = await opinions.own_by_id(turn.tx, turn.caller.person, int(other_id)) if other_id else None
    if other is not None:
        name = format_code(turn.tx.commune.short_code, other.number)
        add.append((turn.say.plain("button-add-to", code=name), f"r:add:{draft.id}:{other.id}"))
    fresh = (turn.say.plain("button-fresh"), f"r:ask:{draft.id}")
    drop = (turn.say.plain("button-send-nothing"), f"r:drop:{draft.id}")
    return turn.say("where", code=shown), keyboard([*add, fresh, drop])


def unfinished(turn: Turn, draft: Draft) -> InlineKeyboardMarkup:
    """[Gửi tiếp] [Bỏ]."""
    return choices(turn, ("button-go-on", f"r:ask:{draft.id}"), ("button-drop", f"r:drop:{draft.id}"))


def late(conference: Conference, turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    """The list of the conference is closed: hers is taken all the same, or asked in the hall."""
    day = short_day(conference.collect_until) if conference.collect_until is not None else ""
    return turn.say("list-closed", day=day), choices(
        turn,
        ("button-go-on", f"r:late:{draft.id}"),
        ("button-ask-in-hall", f"r:inhall:{draft.id}"),
        ("button-drop", f"r:drop:{draft.id}"),
    )


def matter(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    if not draft.attachments:
        key = "o-enter-ask" if draft.on_behalf else "matter-place" if draft.text.strip() else "ask-first"
        return turn.say(key), choices(turn, ("button-drop", f"r:drop:{draft.id}"))
    return turn.say("matter", files=files_line(turn.say, draft.attachments)), choices(
        turn, ("button-drop", f"r:drop:{draft.id}")
    )


def village(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    villages = turn.tx.commune.villages
    lines = [Html(turn.say("village-line", number=str(at), name=each.name)) for at, each in enumerate(villages, 1)]
    buttons = [(str(at), f"r:village:{draft.id}:{each.id}") for at, each in enumerate(villages, 1)]
    buttons.append(("0", f"r:village:{draft.id}:"))
    return turn.say("village", list=Html("\n".join(lines))), grid(buttons, NUMBERS_A_ROW)


def village_sure(turn: Turn, draft: Draft, found: Village) -> tuple[Html, InlineKeyboardMarkup]:
    return turn.say("village-sure", name=found.name), choices(
        turn, ("button-right", f"r:village:{draft.id}:{found.id}"), ("button-choose-again", f"r:villages:{draft.id}")
    )


def field(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    fields = turn.tx.commune.fields
    hints = [turn.say("field-hint", field=each.label, hint=each.hint) for each in fields if each.hint]
    text = turn.say("field-hinted", hints=Html("\n".join(hints))) if hints else turn.say("field")
    return text, keyboard([(each.label, f"r:field:{draft.id}:{each.id}") for each in fields])


def field_alone(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    """Without the examples: where each label is a line of its own, they wait until she could not choose."""
    return turn.say("field"), field(turn, draft)[1]


def preview(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    """The draft as it would be sent: by its recording alone, or words with village, field and files."""
    place = village_name(turn.say, turn.tx.commune, draft.village_id)
    if draft.on_behalf:
        return _preview_on_behalf(turn, draft, place)
    if is_spoken(draft):
        return _spoken_preview(turn, draft, place)
    files = arrived_line(turn.say, draft.attachments)
    text = turn.say(
        "preview-files" if files else "preview",
        held=quoted(turn, draft),
        village=place,
        field=field_label(turn.tx.commune, draft.field_id),
        files=files,
    )
    return text, choices(
        turn,
        ("button-send-unnamed", f"r:send:{draft.id}"),
        ("button-send-named", f"r:name:{draft.id}"),
        ("button-mend", f"r:mend:{draft.id}"),
        ("button-drop", f"r:drop:{draft.id}"),
    )


def _preview_on_behalf(turn: Turn, draft: Draft, place: str) -> tuple[Html, InlineKeyboardMarkup]:
    held = quoted(turn, draft)
    if draft.text.strip() and draft.attachments:
        held = Html(f"{held} · {files_line(turn.say, draft.attachments)}")
    return turn.say("o-enter-preview", held=held, village=place, **commune_words(turn)), choices(
        turn,
        ("o-button-agreed-unnamed", f"r:send:{draft.id}"),
        ("o-button-agreed-named", f"r:name:{draft.id}"),
        ("button-mend", f"r:mend:{draft.id}"),
        ("o-button-not-agreed", f"r:drop:{draft.id}"),
    )


def _spoken_preview(turn: Turn, draft: Draft, place: str) -> tuple[Html, InlineKeyboardMarkup]:
    spoken = voices(draft)
    others = [each for each in draft.attachments if each.kind != "voice"]
    length = duration(turn.say, sum(each.seconds or 0 for each in spoken))
    held = files_line(turn.say, spoken)
    if all(each.seconds for each in spoken):
        held = turn.say("recording", count=len(spoken), files=held, length=length)
    if others:
        held = Html(f"{held}, {files_line(turn.say, others)}")
    if draft.text.strip():
        held = Html(f"{held}, {quoted(turn, draft)}")
    return turn.say("preview-spoken", held=held, village=place), choices(
        turn,
        ("button-send", f"r:send:{draft.id}"),
        ("button-speak-again", f"r:speak:{draft.id}"),
        ("button-other-village", f"r:villages:{draft.id}"),
        ("button-drop", f"r:drop:{draft.id}"),
    )


def name(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    key = "o-enter-name" if draft.on_behalf else "name"
    return turn.say(key), choices(turn, ("button-no-name", f"r:send:{draft.id}"))


def words(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    return turn.say("new-words"), choices(turn, ("button-leave", f"r:leave:{draft.id}"))


def mend(turn: Turn, draft: Draft) -> tuple[Html, InlineKeyboardMarkup]:
    """Which part of the draft to correct."""
    pairs = [("button-words", f"r:words:{draft.id}"), ("button-village", f"r:villages:{draft.id}")]
    pairs.append(("button-field", f"r:fields:{draft.id}"))
    if draft.attachments:
        pairs.append(("button-drop-files", f"r:files:{draft.id}"))
    person = turn.caller.person
    if person is not None and person.name and not draft.on_behalf:
        pairs.append(("button-name", f"r:rename:{draft.id}"))
    if len(pairs) < 5:
        pairs.append(("button-leave", f"r:leave:{draft.id}"))
    return turn.say("mend"), choices(turn, *pairs)


async def amend_preview(turn: Turn, draft: Draft) -> None:
    """Shows in the preview what was added, without a new message."""
    if draft.preview_id is not None:
        await turn.amend(draft.preview_id, *preview(turn, draft))


async def say_elsewhere(turn: Turn, state: FSMContext, draft: Draft) -> None:
    """It is in no village of the list, or she does not know in which."""
    drafts.set_village(turn.tx, draft, None)
    await state.update_data({ELSEWHERE: draft.id})


def remember_village(turn: Turn, draft: Draft) -> None:
    """Keeps the village for her next opinion, once she agreed that anything is kept."""
    person = turn.caller.person
    if draft.on_behalf:
        return
    if person is not None and turn.caller.account.consented and draft.village_id is not None:
        people.remember_village(person, draft.village_id)
