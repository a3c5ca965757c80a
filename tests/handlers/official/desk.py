"""What tests of officials need on record before they begin: officials, and opinions that wait for them."""

from sqlalchemy import func, select

from storage import drafts, files, people
from storage.files import IncomingFile
from storage.models import Answer, Official, Opinion, Outbox, Role
from storage.people import load_callers
from storage.states import DeliveryState
from tests.phones import Phone, Room

ROAD = "duong vao thon bi hong lau roi"
CLERK, LEADER, RESIDENT = "1", "2", "1001"


async def take_office(
    room: Room, role: Role, native_id: str, messenger: str | None = None, unit: str = "phong-kinh-te"
) -> Phone:
    """A phone whose owner holds this role; `unit` is that of a specialist."""
    unit_id = unit if role is Role.STAFF else None
    village = "mau-1" if role is Role.VILLAGE_HEAD else None
    messenger = messenger or room.messenger
    async with room.db.write() as tx:
        caller = (await load_callers(tx, messenger, [native_id]))[native_id]
        code = await people.invite(tx, role, unit_id, village)
        assert isinstance(await people.accept_invitation(tx, caller.account, code), Official)
    return room.phone(native_id, messenger)


async def raise_opinion(
    room: Room,
    text: str = ROAD,
    native_id: str = RESIDENT,
    *,
    name: str | None = None,
    photos: int = 0,
    village: str | None = "mau-3",
) -> int:
    """An opinion sent by this resident; returns its id. The cards have arrived where they go."""
    async with room.db.write() as tx:
        caller = (await load_callers(tx, room.messenger, [native_id]))[native_id]
        person = people.consent(tx, caller.account, "1")
        if name is not None:
            people.remember_name(person, name, None)
        draft = drafts.hold(tx, caller.account, text)
        drafts.set_village(tx, draft, village)
        drafts.set_field(tx, draft, "ha-tang")
        for number in range(photos):
            files.attach(tx, caller.account, draft, IncomingFile("photo", f"photo{number}", "image/jpeg"))
        await tx.session.flush()
        opinion = await drafts.submit(tx, caller, draft, named=name is not None)
    await room.settle()
    return opinion.id


async def revoke(room: Room, role: Role) -> None:
    async with room.db.write() as tx:
        for official in await people.officials(tx, role):
            official.revoked_at = tx.now


async def states(room: Room) -> list[str]:
    """The state of every opinion, in the order of their numbers."""
    async with room.db.read() as tx:
        return list(await tx.session.scalars(select(Opinion.state).order_by(Opinion.number)))


async def count_answers(room: Room) -> int:
    async with room.db.read() as tx:
        return await tx.session.scalar(select(func.count()).select_from(Answer)) or 0


async def sent(room: Room, kind: str) -> int:
    """How many notices of one kind have reached somebody."""
    async with room.db.read() as tx:
        found = select(func.count()).select_from(Outbox).where(Outbox.kind == kind, Outbox.state == DeliveryState.SENT)
        return await tx.session.scalar(found) or 0
