"""Steps that several tests take, and what the record holds afterwards."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from storage import answers, opinions
from storage.models import Account, Draft, Inbox, InboxState, Official, Opinion, Role
from tests.phones import Phone, Room

WORDS = "duong vao thon bi hong lau roi, mua la lay loi, tre con di hoc nga xe"


async def raise_first(phone: Phone, words: str = WORDS) -> None:
    """From nothing to the first code."""
    await phone.text(words)
    for label in ("Đồng ý", "3", "Đường, điện, nước", "Gửi, không ghi tên"):
        await phone.tap(label)


async def to_preview(phone: Phone, words: str = WORDS) -> None:
    await phone.text(words)
    for label in ("Đồng ý", "3", "Đường, điện, nước"):
        await phone.tap(label)


async def answer(room: Room, number: int, text: str = "Ngày 01/12 xã đã xuống xem.") -> None:
    """A clerk answers an opinion, and everyone due is told."""
    if (room.messenger, "9001") not in room.phones:
        await room.official(Role.CLERK, "9001")
    async with room.db.write() as tx:
        official = (await tx.session.scalars(select(Official))).first()
        opinion = await tx.session.scalar(select(Opinion).where(Opinion.number == number))
        assert official is not None
        assert opinion is not None
        written = await answers.draft(tx, opinion, official, text)
        whole = await answers.by_id(tx, written.id)
        assert whole is not None
        await answers.release(tx, whole, official)
    await room.settle()


async def stored(room: Room, number: int) -> Opinion:
    """The opinion with this number, whole."""
    async with room.db.read() as tx:
        found = await tx.session.scalar(select(Opinion.id).where(Opinion.number == number))
        opinion = await opinions.by_id(tx, found or 0)
        tx.session.expunge_all()
    assert opinion is not None
    return opinion


async def numbers(room: Room) -> list[int]:
    async with room.db.read() as tx:
        return list(await tx.session.scalars(select(Opinion.number).order_by(Opinion.number)))


async def draft_of(room: Room, phone: Phone) -> Draft | None:
    async with room.db.read() as tx:
        draft = await tx.session.scalar(
            select(Draft)
            .join(Account, Account.id == Draft.account_id)
            .where(Account.native_id == phone.native_id, Account.messenger == phone.messenger)
            .options(selectinload(Draft.attachments))
        )
        tx.session.expunge_all()
    return draft


async def failures(room: Room) -> list[str | None]:
    """What handlers raised so far."""
    async with room.db.read() as tx:
        return list(await tx.session.scalars(select(Inbox.error).where(Inbox.state == InboxState.FAILED)))
