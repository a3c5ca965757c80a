"""What an announcement looks like to officials: what they are shown before it goes, while it goes, and after."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from math import ceil

from aiogram.methods import SendMessage
from aiogram.types import InlineKeyboardMarkup

from handlers import cards
from handlers.keyboards import Choice, keyboard
from handlers.official.commands import ROLES
from handlers.rendering import GONE, NOT_FOR_THEM, Batch, Kind, Rendered
from handlers.resident.spreading import file_of, message_of, whole
from handlers.telling import field_label, files_line, village_name
from handlers.words import Html, Say
from storage import announcements, audiences, broadcasts, quotas, relays, windows
from storage.audiences import Audience, AudienceKind, Reach
from storage.broadcasts import Progress
from storage.commune import Commune, format_code
from storage.database import Transaction
from storage.html import html_to_plain
from storage.models import Announcement, Role, Task
from storage.outbox import Delivery
from storage.rights import Right, may
from storage.states import AnnouncementState

BAR = 10
"""Blocks of the bar that shows how far a broadcast is."""
NAMES = 30
"""Names that a village head is given of those whom it did not reach; the count says how many there are."""

TASKS = {Task.FORWARD: "o-task-forward", Task.LOUDSPEAKER: "o-task-loudspeaker", Task.POST: "o-task-post"}


def hour(say: Say, commune: Commune, at: datetime, now: datetime) -> Html:
    """ "18 giờ 30 hôm nay", "06 giờ 00 ngày mai", "07 giờ 30 ngày 15/12"."""
    local = at.astimezone(commune.timezone)
    days = (local.date() - now.astimezone(commune.timezone).date()) // timedelta(days=1)
    return say("o-news-hour", hour=f"{local:%H}", minute=f"{local:%M}", days=days, day=f"{local:%d/%m}")


async def audience(say: Say, tx: Transaction, chosen: Audience) -> Html:
    """Whom it is for: "Tất cả bà con", "Thôn mẫu 1, Thôn mẫu 3", "Người hỏi việc KX-12"."""
    commune = tx.commune
    match chosen.kind:
        case AudienceKind.VILLAGES:
            names = [village_name(say, commune, each) for each in chosen.ids]
        case AudienceKind.FIELD:
            names = [field_label(commune, each) for each in chosen.ids]
        case AudienceKind.ROLES:
            names = [say.plain(ROLES[Role(each)]) for each in chosen.ids]
        case AudienceKind.ISSUE:
            numbers = await audiences.numbers(tx, chosen)
            names = [format_code(commune.short_code, each) for each in numbers]
        case _:
            names = []
    return say("o-news-audience", kind=chosen.kind.value, names=", ".join(names), count=len(names))


def reached(say: Say, found: Reach) -> Html:
    """How many it reaches, and how many not and why."""
    why = [
        say("o-news-missed", why=name, count=count)
        for name, count in (
            ("muted", found.muted),
            ("account", found.without_account),
            ("unreachable", found.unreachable),
            ("closed", found.closed),
        )
        if count
    ]
    text = say("o-news-reach", people=found.people, told=found.told)
    return Html(f"{text} {say('o-news-not', list=Html(' · '.join(why)))}") if why else text


def seconds(commune: Commune, accounts: Mapping[str, int], parts: int = 1) -> float:
    """How long a broadcast takes: each messenger sends beside the others, at its own pace."""
    paces = {each.messenger: each.per_second for each in commune.channels}
    return max(
        (count * parts / pace for messenger, count in accounts.items() if (pace := paces.get(messenger))), default=0.0
    )


def lasting(say: Say, length: float) -> Html:
    return say("o-news-lasts", minutes=ceil(length / 60) if length >= 60 else 0)


async def review(say: Say, tx: Transaction, announcement: Announcement, found: Reach) -> Html:
    """Whom it reaches, when it goes and how long that takes."""
    commune, chosen = tx.commune, Audience.read(announcement.audience)
    parts = 1 if broadcasts.is_captioned(announcement) else 1 + len(announcement.attachments)
    begins = announcements.goes_at(tx, announcement)
    when = say("o-news-now") if begins <= tx.now else hour(say, commune, begins, tx.now)
    heads = sum([bool(await relays.heads(tx, each)) for each in chosen.villages(commune)])
    lines = [
        Html(f"{await audience(say, tx, chosen)}: {reached(say, found)}"),
        say("o-news-goes", when=when, lasts=lasting(say, seconds(commune, found.accounts, parts)), heads=heads),
    ]
    lines += await _costs(say, tx, chosen, parts)
    lines += await _lacking(say, tx, found, parts)
    if announcement.attachments:
        lines.append(say("o-news-files", files=files_line(say, announcement.attachments)))
    if announcement.returned_reason:
        lines.append(say("o-news-returned", reason=announcement.returned_reason))
    return Html("\n".join(lines))


async def _costs(say: Say, tx: Transaction, chosen: Audience, parts: int) -> list[Html]:
    """What it costs where a messenger is free for a while only; nothing where all are within it."""
    labels = {each.messenger: each.label for each in tx.commune.channels}
    return [
        say(
            "o-news-costs",
            channel=labels[each.messenger],
            hours=each.window.free // timedelta(hours=1),
            days=each.window.days,
            free=each.free,
            paid=each.paid,
            closed=each.closed,
            plan=_plan(say, each),
            price=each.window.price,
            most=each.most(parts),
        )
        for each in await windows.costs(tx, chosen)
        if each.paid or each.closed
    ]


async def _lacking(say: Say, tx: Transaction, found: Reach, parts: int) -> list[Html]:
    """What a plan that ends has no room for this month; nothing where all has."""
    labels = {each.messenger: each.label for each in tx.commune.channels}
    lines = []
    for messenger in tx.commune.plans:
        left, lacking = await quotas.lacking(tx, messenger, found.accounts.get(messenger, 0) * parts)
        if lacking:
            lines.append(say("o-news-lacking", channel=labels[messenger], left=left, lacking=lacking))
    return lines


def _plan(say: Say, cost: windows.Cost) -> Html:
    if cost.left is None:
        return say("o-news-plan", included=cost.window.included)
    return say("o-news-plan-left", left=cost.left)


def plainly(say: Say, commune: Commune, announcement: Announcement) -> Html | None:
    """The message as messengers without formatting and buttons show it; None when no such is configured."""
    names = [each.label for each in commune.channels if each.plain]
    if not names:
        return None
    text, markup = message_of(say, commune, announcement)
    options = [button.text for row in markup.inline_keyboard for button in row] if markup else []
    numbered = [f"{number}. {label}" for number, label in enumerate(options, 1)]
    shown = "\n".join([html_to_plain(text), *numbered, *([say.plain("menu-hint")] if numbered else [])])
    return say("o-news-plain", names=", ".join(names), text=Html(f"<pre>{escape(shown, quote=False)}</pre>"))


async def card(say: Say, tx: Transaction, announcement: Announcement) -> tuple[Html, InlineKeyboardMarkup | None]:
    """Where an announcement stands, and what can be done with it now."""
    state, id_ = announcement.state, announcement.id
    choices: list[Choice] = []
    head = say("o-news-head", id=str(id_), state=state.value)
    lines = [head]
    match state:
        case AnnouncementState.DRAFT:
            choices.append((say.plain("o-button-review"), f"o:news:{id_}"))
        case AnnouncementState.SUBMITTED | AnnouncementState.SCHEDULED:
            at = hour(say, tx.commune, announcement.scheduled_for or tx.now, tx.now)
            lines.append(
                say("o-news-waits", audience=await audience(say, tx, Audience.read(announcement.audience)), when=at)
            )
            choices.append((say.plain("o-button-recall"), f"o:unsend:{id_}"))
        case _:
            lines += await _under_way(say, tx, announcement, choices)
    return Html("\n".join(lines)), keyboard(choices) if choices else None


async def _under_way(say: Say, tx: Transaction, announcement: Announcement, choices: list[Choice]) -> list[Html]:
    found = await broadcasts.progress(tx, announcement.id)
    lines = [say("o-news-counts", sent=found.sent, missed=found.missed, unknown=found.unknown)]
    if announcement.state is AnnouncementState.SENDING:
        left = lasting(say, seconds(tx.commune, found.by_messenger))
        lines = [bar(say, found), *lines, say("o-news-left", count=found.waiting, lasts=left)]
        choices.append((say.plain("o-button-halt"), f"o:halt:{announcement.id}"))
    elif announcement.state is AnnouncementState.STOPPED:
        # What a lane had in hand is on its way back, and where nothing changes in place this is read for good.
        lines = [bar(say, found), *lines, say("o-news-stopped", count=found.stopped + found.waiting)]
        choices.append((say.plain("o-button-resume"), f"o:resume:{announcement.id}"))
    if (villages := len(Audience.read(announcement.audience).villages(tx.commune))) > 0:
        done = await relays.ticked(tx, announcement.id)
        counts = {task: sum(task in of_village for of_village in done.values()) for task in Task}
        ticks = [say(key, done=counts[task], all=villages) for task, key in TASKS.items()]
        lines.append(say("o-news-villages", list=Html(" · ".join(ticks))))
        if sum(counts.values()) < villages * len(Task):
            choices.append((say.plain("o-button-nudge-villages"), f"o:nudge-villages:{announcement.id}"))
    return lines


def bar(say: Say, found: Progress) -> Html:
    """ "▰▰▰▰▱▱▱▱▱▱ 43 %"."""
    full = found.percent * BAR // 100
    return say("o-news-bar", bar="▰" * full + "▱" * (BAR - full), percent=found.percent)


# Notices


async def _card(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    announcement = _readable(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    text, markup = await card(say, batch.tx, announcement)
    return SendMessage(chat_id=0, text=text, reply_markup=markup)


def _readable(batch: Batch, delivery: Delivery) -> Announcement | Rendered:
    announcement = batch.material.announcements.get(delivery.payload["announcement_id"])
    if announcement is None:
        return GONE
    return announcement if may(batch.material.readers.get(delivery.account_id), Right.ANNOUNCE) else NOT_FOR_THEM


async def _copy(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """Exactly what everybody would get, to somebody who has a say in it."""
    announcement = _readable(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    if announcement.revision != delivery.payload["revision"]:
        return GONE
    return await whole(batch, announcement, say)


async def _approval(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """A leader is asked; the words stand above."""
    announcement = _readable(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    if not may(batch.material.readers.get(delivery.account_id), Right.APPROVE):
        return NOT_FOR_THEM
    if announcement.state is not AnnouncementState.SUBMITTED or announcement.revision != delivery.payload["revision"]:
        return GONE
    found = await audiences.reach(batch.tx, Audience.read(announcement.audience))
    text = say("o-news-approval", review=await review(say, batch.tx, announcement, found))
    return SendMessage(chat_id=0, text=text, reply_markup=approval_buttons(say, announcement))


def approval_buttons(say: Say, announcement: Announcement) -> InlineKeyboardMarkup:
    return keyboard(
        [
            (say.plain("o-button-allow"), f"o:allow:{announcement.id}:{announcement.revision}"),
            (say.plain("o-button-disallow"), f"o:disallow:{announcement.id}:{announcement.revision}"),
        ]
    )


async def _back(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    announcement = _readable(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    if announcement.state is not AnnouncementState.DRAFT:
        return GONE
    text = say("o-news-back", id=str(announcement.id), reason=announcement.returned_reason or "")
    markup = keyboard([(say.plain("o-button-review"), f"o:news:{announcement.id}")])
    return SendMessage(chat_id=0, text=text, reply_markup=markup)


async def _report(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """How it ended: what went, what did not by village, what is not known."""
    announcement = _readable(batch, delivery)
    if not isinstance(announcement, Announcement):
        return announcement
    commune = batch.tx.commune
    found = await broadcasts.progress(batch.tx, announcement.id)
    at = cards.say_instant(commune, announcement.done_at or batch.tx.now)
    lines = [
        say("o-news-done", id=str(announcement.id), at=at),
        say("o-news-counts", sent=found.sent, missed=found.missed, unknown=found.unknown),
    ]
    missed = await broadcasts.missed_by_village(batch.tx, announcement)
    if missed:
        named = [
            say("o-news-missed-village", village=village_name(say, commune, village_id), count=count)
            for village_id, count in missed.items()
        ]
        lines.append(say("o-news-missed-list", list=Html(" · ".join(named))))
    # Its card offers this too, where a message that was sent can still change.
    choices: list[Choice] = []
    await _under_way(say, batch.tx, announcement, choices)
    return SendMessage(chat_id=0, text="\n".join(lines), reply_markup=keyboard(choices) if choices else None)


async def _missed(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    """A village head hears how many of his village it did not reach, and the names of those who gave one."""
    announcement = batch.material.announcements.get(delivery.payload["announcement_id"])
    reader, village_id = batch.material.readers.get(delivery.account_id), delivery.payload["village_id"]
    if announcement is None:
        return GONE
    if reader is None or reader.role is not Role.VILLAGE_HEAD or reader.village_id != village_id:
        return NOT_FOR_THEM
    count = (await broadcasts.missed_by_village(batch.tx, announcement)).get(village_id, 0)
    if not count:
        return GONE
    text = say(
        "o-news-head-missed",
        id=str(announcement.id),
        count=count,
        village=village_name(say, batch.tx.commune, village_id),
    )
    names = await broadcasts.missed_names(batch.tx, announcement, village_id, NAMES)
    if names:
        text = Html(f"{text}\n{say('o-news-head-names', names=', '.join(names))}")
    return SendMessage(chat_id=0, text=text)


async def _copy_file(batch: Batch, delivery: Delivery, say: Say) -> Rendered:
    announcement = _readable(batch, delivery)
    return await file_of(batch, announcement, delivery, say) if isinstance(announcement, Announcement) else announcement


KINDS: Mapping[str, Kind] = {
    "announcement_sample": _copy_file,
    "announcement_card": _card,
    "announcement_copy": _copy,
    "announcement_ask": _approval,
    "announcement_back": _back,
    "announcement_report": _report,
    "announcement_missed": _missed,
}
