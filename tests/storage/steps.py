"""What happens in a commune, in one line each, so that a test says only what it is about."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from storage import answers, approval, drafts, joincodes, joining, opinions, outbox, people
from storage.database import Database, Transaction
from storage.models import Account, Answer, Event, Official, Opinion, Outbox, Outcome, Role
from storage.people import Caller
from storage.states import AnswerState, DeliveryState

CLERK, LEADER, STAFF = "901", "902", "903"
WORDS = "Đường vào thôn hỏng\nmưa là không đi được"


async def caller(tx: Transaction, native_id: str, messenger: str = "telegram") -> Caller:
    found = (await people.load_callers(tx, messenger, [native_id]))[native_id]
    await tx.session.flush()
    return found


async def office(tx: Transaction, native_id: str = CLERK) -> Official:
    official = (await caller(tx, native_id)).official
    assert official is not None
    return official


async def join(db: Database, role: Role = Role.CLERK, native_id: str = CLERK, unit: str | None = None) -> None:
    """Somebody opens an invitation for this role."""
    async with db.write() as tx:
        village = "mau-1" if role is Role.VILLAGE_HEAD else None
        code = await people.invite(tx, role, unit, village)
        joined = await people.accept_invitation(tx, (await caller(tx, native_id)).account, code)
        assert isinstance(joined, Official)


async def consent(db: Database, *native_ids: str, messenger: str = "telegram") -> None:
    async with db.write() as tx:
        for native_id in native_ids:
            people.consent(tx, (await caller(tx, native_id, messenger)).account, "v1")


async def join_accounts(db: Database, here: tuple[str, str], there: tuple[str, str]) -> Account | joincodes.Refusal:
    """She asks for a code `there`, (native id, messenger), and types and confirms it `here`."""
    async with db.write() as tx:
        code = await joincodes.new_code(tx, (await caller(tx, *there)).account)
        her = await caller(tx, *here)
        offer = await joincodes.offer(tx, her.account, code.replace(" ", ""))
        if isinstance(offer, joincodes.Refusal):
            return offer
        return await joining.join(tx, her, offer.code_id)


async def raise_opinion(
    db: Database, native_id: str = "1001", text: str = WORDS, *, named: bool = False, messenger: str = "telegram"
) -> int:
    """She consents, writes and sends; returns the opinion's number."""
    async with db.write() as tx:
        author = await caller(tx, native_id, messenger)
        people.consent(tx, author.account, "v1")
        author.draft = drafts.hold(tx, author.account, text)
        await tx.session.flush()
        return (await drafts.submit(tx, author, author.draft, named=named)).number


async def opinion(tx: Transaction, number: int = 1) -> Opinion:
    found = await tx.session.scalar(select(Opinion.id).where(Opinion.number == number))
    assert found is not None
    whole = await opinions.by_id(tx, found)
    assert whole is not None
    return whole


async def draft_answer(tx: Transaction, number: int = 1, text: str = "Xã sửa trong tháng", by: str = CLERK) -> int:
    answer = await answers.draft(tx, await opinion(tx, number), await office(tx, by), text)
    return answer.id


async def release(tx: Transaction, answer_id: int, by: str = CLERK) -> int:
    answer = await answers.by_id(tx, answer_id)
    assert answer is not None
    official = await office(tx, by)
    await let_go(tx, answer, official)
    return await answers.release(tx, answer, official)


async def let_go(tx: Transaction, answer: Answer, official: Official) -> None:
    """Has an answer approved by the first leader; where none has to approve, it may go out as it is."""
    if await answers.needs_approval(tx):
        leader = (await people.officials(tx, Role.LEADER))[0]
        await approval.submit(tx, answer, official, answer.outcome or Outcome.EXPLAINED, answer.promised)
        if answer.state is AnswerState.SUBMITTED:
            await approval.approve(tx, answer, leader, answer.revision)


async def answer(db: Database, number: int = 1, text: str = "Xã sửa trong tháng") -> int:
    """The clerk answers and releases; returns how many are told."""
    async with db.write() as tx:
        return await release(tx, await draft_answer(tx, number, text))


async def send_all(db: Database, messenger: str = "telegram", state: DeliveryState = DeliveryState.SENT) -> list[str]:
    """Everything that is due goes out with this outcome; returns the kinds in order."""
    async with db.write() as tx:
        claimed = await outbox.claim(tx, messenger, 1000)
    async with db.write() as tx:
        await outbox.record(tx, [outbox.Outcome(each, state, message_id=5000 + each.id) for each in claimed])
    return [each.kind for each in claimed]


async def table(db: Database, *columns: Any) -> list[tuple[Any, ...]]:
    """These columns of every row, in the order of their ids."""
    async with db.read() as tx:
        return [tuple(row) for row in await tx.session.execute(select(*columns).order_by(columns[0].class_.id))]


async def queued(db: Database) -> list[tuple[Any, ...]]:
    """(account, kind, priority, payload, key, state) of the whole outbox."""
    return await table(db, Outbox.account_id, Outbox.kind, Outbox.priority, Outbox.payload, Outbox.key, Outbox.state)


async def log(db: Database, without: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    """(kind, subject id, actor, from, to, data) of every event but these kinds."""
    rows = await table(db, Event.kind, Event.subject_id, Event.actor, Event.from_state, Event.to_state, Event.data)
    return [row for row in rows if row[0] not in without]


JOINING = ("official.invited", "official.joined")
