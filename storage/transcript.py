"""The web chat's messages: rows that its pages read, since a page may be closed when one is sent."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, select

from storage.database import Transaction
from storage.models import Account, Transcript


def topic(account_id: int) -> str:
    """What is woken when this account's transcript changes."""
    return f"transcript:{account_id}"


async def say(
    tx: Transaction,
    account_id: int,
    *,
    outgoing: bool,
    body: str,
    buttons: Sequence[Sequence[Sequence[str]]] = (),
    file: dict[str, Any] | None = None,
) -> Transcript:
    """Appends a message. `buttons` are rows of (label, callback data); `file` is {digest|path, kind, name, mime}."""
    row = Transcript(
        account_id=account_id,
        outgoing=outgoing,
        body=body,
        buttons=[[list(button) for button in line] for line in buttons],
        file=file,
        at=tx.now,
        changed_at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    tx.wake(topic(account_id))
    return row


async def change(
    tx: Transaction,
    account_id: int,
    message_id: int,
    *,
    body: str | None = None,
    buttons: Sequence[Sequence[Sequence[str]]] | None = None,
    reaction: str | None = None,
) -> Transcript | None:
    """Changes one of this account's messages in place; None when it has no such message."""
    row = await tx.session.get(Transcript, message_id)
    if row is None or row.account_id != account_id:
        return None
    if body is not None:
        row.body = body
    if buttons is not None:
        row.buttons = [[list(button) for button in line] for line in buttons]
    if reaction is not None:
        row.reaction = reaction
    row.changed_at = tx.now
    tx.wake(topic(account_id))
    return row


async def remove(tx: Transaction, account_id: int, message_id: int) -> bool:
    """Deletes one of this account's messages; False when it has no such message."""
    removed = await tx.session.scalar(
        delete(Transcript)
        .where(Transcript.account_id == account_id, Transcript.id == message_id)
        .returning(Transcript.id)
        .execution_options(synchronize_session=False)
    )
    tx.wake(topic(account_id))
    return removed is not None


async def wipe(tx: Transaction, account_ids: Collection[int]) -> None:
    """Deletes every message of these accounts: what they said, and what was said to them about it."""
    await tx.session.execute(delete(Transcript).where(Transcript.account_id.in_(account_ids)))
    for account_id in account_ids:
        tx.wake(topic(account_id))


async def since(
    tx: Transaction, account_id: int, after: int = 0, limit: int = 200, *, before: int | None = None
) -> list[Transcript]:
    """The account's last `limit` messages with an id above `after`, and below `before` if given; oldest first."""
    wanted = select(Transcript).where(Transcript.account_id == account_id, Transcript.id > after)
    if before is not None:
        wanted = wanted.where(Transcript.id < before)
    return list(await tx.session.scalars(wanted.order_by(Transcript.id.desc()).limit(limit)))[::-1]


async def account_by_native(tx: Transaction, messenger: str, native_id: str) -> Account | None:
    return await tx.session.scalar(
        select(Account).where(Account.messenger == messenger, Account.native_id == native_id)
    )
