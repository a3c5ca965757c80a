"""What village heads do with an announcement: pass it on, read it out, post it; each tick with who and when."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from storage import changes, conferences, events, outbox, proofs, tell
from storage.audiences import Audience
from storage.database import Transaction
from storage.models import Account, Announcement, Official, Priority, ProofKind, Relay, Role, Task
from storage.outbox import Notice

PACKET = ("relay_card", "relay_forward", "relay_script", "relay_paper")
"""What a head is sent, in order; the files of the announcement come after what is to be forwarded."""

PROVES = {Task.FORWARD: ProofKind.GROUP, Task.LOUDSPEAKER: ProofKind.LOUDSPEAKER, Task.POST: ProofKind.NOTICE}
"""What a tick shows of a conference's announcement, as the law means it."""

CARDS = frozenset({"announcement_card"})


class NotHis(Exception):
    """Only the head of a village that it is said to ticks for that village. Nothing was done."""


async def heads(tx: Transaction, village_id: str) -> list[Account]:
    """Where the heads of a village can be written to."""
    return await tell.accounts_in(tx, [Role.VILLAGE_HEAD], village_id=village_id)


async def ask(tx: Transaction, announcement: Announcement) -> int:
    """Sends its heads what they need, village by village; returns how many villages have somebody to ask."""
    asked = 0
    for village_id in Audience.read(announcement.audience).villages(tx.commune):
        accounts = await heads(tx, village_id)
        asked += bool(accounts)
        for account in accounts:
            await outbox.queue(tx, _packet(tx, announcement, account, village_id))
    return asked


def _packet(tx: Transaction, announcement: Announcement, account: Account, village_id: str) -> list[Notice]:
    parts: list[tuple[str, dict[str, int]]] = [(kind, {}) for kind in PACKET]
    parts[2:2] = [("relay_file", {"attachment_id": each.id}) for each in announcement.attachments]
    return [
        Notice(
            account,
            kind,
            Priority.ANSWER,
            {"announcement_id": announcement.id, "village_id": village_id, **more},
            key=f"{kind}:{announcement.id}:{account.told_as}{''.join(f':{each}' for each in more.values())}",
            not_before=tx.commune.after_quiet(tx.now),
            announcement_id=announcement.id,
        )
        for kind, more in parts
    ]


async def tick(tx: Transaction, announcement: Announcement, official: Official, task: Task) -> bool:
    """The head of a village did it; False when that was ticked before. Raises NotHis.

    Of a conference's announcement the tick is the law's proof for the village, too.
    """
    village_id = official.village_id
    its = Audience.read(announcement.audience).villages(tx.commune)
    if official.role is not Role.VILLAGE_HEAD or village_id is None or village_id not in its:
        raise NotHis
    await tx.hold(announcement, "state")
    if task in (await ticked(tx, announcement.id)).get(village_id, {}):
        return False
    tx.session.add(
        Relay(
            announcement_id=announcement.id,
            village_id=village_id,
            task=task,
            official_id=official.id,
            at=tx.now,
        )
    )
    events.record(
        tx, "announcement.relayed", "announcement", announcement.id, official, village_id=village_id, task=task.value
    )
    await tx.session.flush()
    conference = await conferences.by_id(tx, announcement.conference_id) if announcement.conference_id else None
    if conference is not None:
        await proofs.prove(tx, conference, official, PROVES[task], village_id)
    await changes.refresh_announcements(tx, [announcement.id], CARDS)
    return True


async def ticked(tx: Transaction, announcement_id: int) -> Mapping[str, Mapping[Task, Relay]]:
    """What was ticked, by village and task."""
    found: dict[str, dict[Task, Relay]] = {}
    rows = await tx.session.scalars(select(Relay).where(Relay.announcement_id == announcement_id).order_by(Relay.id))
    for row in rows:
        found.setdefault(row.village_id, {})[row.task] = row
    return found


async def behind(tx: Transaction, announcement: Announcement) -> list[str]:
    """The villages of which something is not ticked yet."""
    done = await ticked(tx, announcement.id)
    its = Audience.read(announcement.audience).villages(tx.commune)
    return [each for each in its if len(done.get(each, {})) < len(Task)]


async def remind(tx: Transaction, announcement: Announcement, official: Official) -> tuple[int, list[str]]:
    """Reminds the heads of villages that are behind, at most once a day each.

    Returns how many were written to, and the villages that have no head to write to.
    """
    today = tx.now.astimezone(tx.commune.timezone).date()
    reminded, headless = 0, []
    for village_id in await behind(tx, announcement):
        accounts = await heads(tx, village_id)
        if not accounts:
            headless.append(village_id)
        reminded += await outbox.queue(
            tx,
            [
                Notice(
                    account,
                    "relay_reminder",
                    Priority.ANSWER,
                    {"announcement_id": announcement.id, "village_id": village_id},
                    key=f"relay_reminder:{announcement.id}:{account.told_as}:{today}",
                    not_before=tx.commune.after_quiet(tx.now),
                    announcement_id=announcement.id,
                )
                for account in accounts
            ],
        )
    if reminded:
        events.record(tx, "announcement.nudged", "announcement", announcement.id, official, count=reminded)
    return reminded, headless


async def due(tx: Transaction, announcement: Announcement) -> date | None:
    """The last day for it that the law knows: of a conference's announcement, else None."""
    conference = await conferences.by_id(tx, announcement.conference_id) if announcement.conference_id else None
    return proofs.announce_by(tx, conference) if conference is not None else None
