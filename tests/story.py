"""What people do in the year of `tests.year`, on a real record, and a post that keeps what went out to whom."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta

from aiogram.methods import SendMessage
from sqlalchemy import select

from bot.documents import Templates
from handlers.notices import Later, Never, Notices
from handlers.rendering import Rendered
from storage import answers, commitments, conferences, muting, outbox, people, planning, proofs, registrations, sorting
from storage.conferences import Facts, Meeting
from storage.database import Database, Transaction
from storage.files import MediaStore
from storage.models import Conference, Outbox, ProofKind, Role
from storage.models import Outcome as Result
from storage.outbox import Delivery, Outcome
from storage.proofs import AFTER, BEFORE, OF_VILLAGES
from storage.states import DeliveryState
from tests import year
from tests.commune import COMMUNE, Clock
from tests.conference import facts
from tests.storage.steps import caller, consent, draft_answer, join, office, opinion, raise_opinion, release
from tests.texts import words
from tests.year import BEGIN, LEADER, STAFF, TICK, Sent, at

REMINDING = ("reminders", "conference_held", "digest", "deadlines", "conference_due", "commitments")
"""The duties that the year's table is about, in their order."""

KINDS = frozenset({"reminder", "conference_due", "due_reminder", "commitment_due", "digest"})


class Post:
    """Takes what is due, and keeps of what the year's table is about when it went to whom in what words."""

    def __init__(self, db: Database, media: MediaStore, clock: Clock) -> None:
        self.db, self.clock = db, clock
        self.notices = Notices(words(), media, Templates())
        self.went: list[Sent] = []

    async def empty(self) -> None:
        """Nothing happens while only digests wait: they go with what comes next, as of when they were queued."""
        async with self.db.read() as tx:
            waiting = select(Outbox.id).where(Outbox.state == DeliveryState.QUEUED, Outbox.kind != "digest")
            if await tx.session.scalar(waiting.where(Outbox.not_before <= tx.now).limit(1)) is None:
                return
        await self.take()

    async def take(self) -> None:
        """Takes everything that is due."""
        async with self.db.write() as tx:
            claimed = await outbox.claim(tx, "telegram", 1000)
        about = [each for each in claimed if each.kind in KINDS and not each.is_change]
        async with self.db.read() as tx:
            # A digest counts all that there is, which takes longer than all the rest, and has tests of its own.
            rendered = await self.notices.render(tx, [each for each in about if each.kind != "digest"])
        never = {id_ for id_, shown in rendered.items() if isinstance(shown, Never | Later)}
        self.went += [self._sent(each, rendered.get(each.id)) for each in about if each.id not in never]
        async with self.db.write() as tx:
            states = {True: DeliveryState.FAILED, False: DeliveryState.SENT}
            await outbox.record(tx, [Outcome(each, states[each.id in never], message_id=each.id) for each in claimed])

    def _sent(self, delivery: Delivery, shown: Rendered | None) -> Sent:
        said = shown.text if delivery.kind == "reminder" and isinstance(shown, SendMessage) else None
        instant = delivery.created_at if delivery.kind == "digest" else self.clock()
        assert instant is not None
        return Sent(instant, str(delivery.native_id), delivery.kind, said)


# What people do ------------------------------------------------------------------------------------------------------


async def of(tx: Transaction, conference_id: int) -> Conference:
    found = await conferences.by_id(tx, conference_id)
    assert found is not None
    return found


async def say(db: Database, conference_id: int, *who: str, comes: bool = True) -> None:
    async with db.write() as tx:
        for native_id in who:
            account = (await caller(tx, native_id)).account
            await registrations.say(tx, await of(tx, conference_id), account, comes=comes, consent_version="v1")


async def speak(db: Database, conference_id: int) -> None:
    async with db.write() as tx:
        conference = await of(tx, conference_id)
        await registrations.speak(tx, conference, (await caller(tx, year.SPEAKER)).account, await opinion(tx))
        await registrations.speak(tx, conference, (await caller(tx, year.SPEAKS_OF_ELSE)).account)


async def mute(db: Database, *who: str) -> None:
    async with db.write() as tx:
        for native_id in who:
            person = (await caller(tx, native_id)).person
            assert person is not None
            await muting.mute(tx, person)


async def propose(db: Database, wanted: Facts, conference_id: int | None = None, reason: str | None = None) -> None:
    async with db.write() as tx:
        stands = await of(tx, conference_id) if conference_id is not None else None
        await planning.propose(tx, await office(tx, LEADER), wanted, stands, reason=reason)


async def tick_off(db: Database, conference_id: int, kinds: Sequence[ProofKind]) -> None:
    async with db.write() as tx:
        conference, clerk = await of(tx, conference_id), await office(tx)
        for kind in kinds:
            for village in [each.id for each in COMMUNE.villages] if kind in OF_VILLAGES else [""]:
                await proofs.prove(tx, conference, clerk, kind, village)


async def promise(db: Database, number: int, day: date) -> None:
    async with db.write() as tx:
        answer = await answers.by_id(tx, answer_id := await draft_answer(tx, number))
        assert answer is not None
        answers.conclude(tx, answer, Result.PROMISED, day)
        await release(tx, answer_id)


async def fulfil(db: Database, commitment_id: int) -> None:
    async with db.write() as tx:
        staff = await office(tx, STAFF)
        commitment = await commitments.visible(tx, staff, commitment_id)
        assert commitment is not None
        await commitments.fulfil(tx, commitment, staff, (await caller(tx, STAFF)).account, "Đã làm xong")


async def begin(db: Database) -> None:
    await join(db)
    await join(db, Role.LEADER, LEADER)
    await join(db, Role.STAFF, STAFF, "phong-kinh-te")
    await consent(db, year.HEARS, year.COMES, year.MUTED, year.MUTED_COMES, year.DECLINED, year.UNANSWERED)
    await consent(db, year.BLOCKED, year.SPEAKS_OF_ELSE, year.MUTES_LATE, year.DECLINES_LATE)
    await mute(db, year.MUTED, year.MUTED_COMES)
    await accept(db, 1, year.SPEAKER, date(2026, 12, 1))
    async with db.write() as tx:
        await caller(tx, year.STRANGER)
        (await caller(tx, year.BLOCKED)).account.unreachable_at = tx.now
        for native_id, village in ((year.HEARS, 1), (year.COMES, 4), (year.SPEAKER, 2)):
            person = (await caller(tx, native_id)).person
            assert person is not None
            people.remember_village(person, f"mau-{village}")
    await propose(db, facts(at(date(2026, 12, 10), 7, 30)))


async def accept(db: Database, number: int, author: str, due: date | None = None) -> None:
    assert await raise_opinion(db, author) == number
    async with db.write() as tx:
        await sorting.accept(tx, await opinion(tx, number), await office(tx), unit_id="phong-kinh-te", due=due)


async def register(db: Database) -> None:
    await say(db, 1, year.COMES, year.MUTED_COMES, year.ONLY_REGISTERED, year.UNANSWERED, year.DECLINES_LATE)
    await say(db, 1, year.DECLINED, comes=False)
    await speak(db, 1)


async def register_again(db: Database) -> None:
    coming = (year.COMES, year.SPEAKER, year.MUTED_COMES, year.ONLY_REGISTERED, year.SPEAKS_OF_ELSE)
    await say(db, 1, *coming, year.DECLINES_LATE)
    await say(db, 1, year.DECLINED, comes=False)


async def promise_again(db: Database) -> None:
    await fulfil(db, 1)
    await accept(db, 2, year.HEARS)
    await promise(db, 2, date(2027, 2, 10))


async def register_for_the_second(db: Database) -> None:
    await say(db, 2, year.COMES)
    await speak(db, 2)


async def unmute(db: Database) -> None:
    async with db.write() as tx:
        person = (await caller(tx, year.MUTES_LATE)).person
        assert person is not None
        muting.unmute(tx, person)


async def cancel(db: Database) -> None:
    async with db.write() as tx:
        await planning.propose_cancelling(tx, await office(tx, LEADER), await of(tx, 3), "Bão")


CLUSTERS = facts(
    meetings=(
        Meeting(year.CLUSTERS[0], year.FIRST, ("mau-1", "mau-2", "mau-3")),
        Meeting(year.CLUSTERS[1], year.SECOND, ("mau-4", "mau-5", "mau-6")),
    ),
    collect_until=date(2027, 2, 12),
)

Deed = Callable[[Database], Awaitable[None]]
DEEDS: list[tuple[datetime, Deed]] = [
    (BEGIN, begin),
    (at(date(2026, 11, 25), 20), register),
    (at(date(2026, 12, 4), 10), lambda db: propose(db, facts(year.MOVED_TO), 1, "Trùng kỳ họp")),
    (at(date(2026, 12, 5), 19), register_again),
    (at(date(2026, 12, 8), 14), lambda db: tick_off(db, 1, BEFORE)),
    (at(date(2026, 12, 14), 16), lambda db: promise(db, 1, date(2027, 1, 14))),
    (at(date(2026, 12, 14), 18, 45), lambda db: mute(db, year.MUTES_LATE)),
    (at(date(2026, 12, 14), 19, 40), lambda db: consent(db, year.JOINS_LATE)),
    (at(date(2026, 12, 14), 20), lambda db: say(db, 1, year.DECLINES_LATE, comes=False)),
    (at(date(2026, 12, 29), 9), lambda db: tick_off(db, 1, AFTER)),
    (at(date(2027, 1, 18), 15), promise_again),
    (at(date(2027, 1, 20), 10), lambda db: propose(db, CLUSTERS)),
    (at(date(2027, 2, 12), 19), register_for_the_second),
    (at(date(2027, 2, 15), 16), lambda db: fulfil(db, 2)),
    (at(date(2027, 2, 26), 12), lambda db: tick_off(db, 2, AFTER)),
    (at(date(2027, 3, 1), 9), unmute),
    (at(date(2027, 4, 20), 10), lambda db: propose(db, facts(year.CANCELLED))),
    (at(date(2027, 5, 5), 10), lambda db: tick_off(db, 3, BEFORE)),
    (at(date(2027, 5, 10), 20), lambda db: say(db, 3, year.HEARS)),
    (at(date(2027, 5, 19), 20), cancel),
]
"""What people do and when; whatever becomes of the clock, the record takes it."""


class Deeds:
    """What people do, each once when its hour has come, whatever became of the clock."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock, self.left = db, clock, list(DEEDS)

    async def until(self, instant: datetime) -> None:
        while self.left and self.left[0][0] <= instant:
            self.clock.instant, deed = self.left.pop(0)
            await deed(self.db)


def by_the_table(went: Sequence[Sent], wanted: Sequence[Sent]) -> list[Sent]:
    """What went, in the table's order: within one tick of an hour that it wants it went at that hour."""
    hours: dict[tuple[str, str], list[datetime]] = {}
    for each in wanted:
        hours.setdefault((each.who, each.kind), []).append(each.at)
    found = []
    for each in went:
        near = [hour for hour in hours.get((each.who, each.kind), ()) if timedelta(0) <= each.at - hour <= TICK]
        found.append(Sent(max(near, default=each.at), each.who, each.kind, each.words))
    return sorted(found)
