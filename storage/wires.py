"""What a messenger's wire must know again after a restart, and in another process: for its own use alone."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from storage.database import Transaction
from storage.models import Account, Attachment, Handout, MessengerState, NativeMessage, Upload

KEEP_NATIVE = timedelta(days=7)
"""As long as the inbox knows what came in: a sign or a quotation follows within a moment."""


async def remember(tx: Transaction, messages: Sequence[tuple[int, int, str]]) -> None:
    """Of messages that must be known again: (account id, what we call it, what its messenger calls it)."""
    if not messages:
        return
    await tx.session.execute(
        tx.insert(NativeMessage).on_conflict_do_nothing(index_elements=["account_id", "message_id"]),
        [
            {"account_id": account_id, "message_id": message_id, "native_id": native_id, "at": tx.now}
            for account_id, message_id, native_id in messages
        ],
    )


async def native_id_of(tx: Transaction, account_id: int, message_id: int) -> str | None:
    """What the messenger calls a message in her chat; None for one that is not known, or too old."""
    found = await tx.session.get(NativeMessage, (account_id, message_id))
    return found.native_id if found is not None else None


async def uploaded(tx: Transaction, messenger: str, digest: str) -> str | None:
    """The handle under which a file with this digest lies on the messenger's server now; None for none."""
    found = await tx.session.get(Upload, (messenger, digest))
    return found.handle if found is not None and found.until > tx.now else None


async def keep_upload(tx: Transaction, messenger: str, digest: str, handle: str, until: datetime) -> None:
    await tx.session.merge(Upload(messenger=messenger, digest=digest, handle=handle, until=until))


async def drop_upload(tx: Transaction, messenger: str, digest: str) -> None:
    """The messenger does not know it any more."""
    await tx.session.execute(delete(Upload).where(Upload.messenger == messenger, Upload.digest == digest))


async def hand_out(tx: Transaction, account_id: int, digest: str, name: str, mime: str, until: datetime) -> bool:
    """The bytes under `digest` lie ready for this account; False when she is gone by now."""
    account = await tx.session.get(Account, account_id)
    if account is None or account.native_id is None or account.forget_at is not None:
        return False
    row = Handout(account_id=account_id, digest=digest, name=name[:200], mime=mime, until=until)
    await tx.session.merge(row)
    return True


async def handout(tx: Transaction, digest: str) -> Handout | None:
    """What is handed out now under this digest, to whomever."""
    return await tx.session.scalar(select(Handout).where(Handout.digest == digest, Handout.until > tx.now).limit(1))


async def plain_until(tx: Transaction, messenger: str) -> tuple[datetime | None, datetime | None]:
    """Until when the messenger is not asked again whether it takes buttons that open something, and any at all."""
    row = await tx.session.get(MessengerState, messenger)
    return (row.no_links_until, row.no_buttons_until) if row is not None else (None, None)


async def learn_plain(tx: Transaction, messenger: str, until: datetime, *, any_button: bool) -> None:
    """It refused buttons: any at all, or those alone that open an address or a telephone."""
    row = await tx.session.get(MessengerState, messenger)
    if row is None:
        row = MessengerState(name=messenger)
        tx.session.add(row)
    if any_button:
        row.no_buttons_until = until
    else:
        row.no_links_until = until


async def forget(tx: Transaction, account_ids: Collection[int]) -> None:
    """Their owner had everything deleted: ids go, and what was made for her."""
    await tx.session.execute(delete(NativeMessage).where(NativeMessage.account_id.in_(account_ids)))
    await _drop(tx, list(await tx.session.scalars(select(Handout).where(Handout.account_id.in_(account_ids)))))


async def expire(tx: Transaction) -> int:
    """Lets go of what nobody can use any more; returns how many files were. Part of the clock."""
    await tx.session.execute(delete(NativeMessage).where(NativeMessage.at <= tx.now - KEEP_NATIVE))
    await tx.session.execute(delete(Upload).where(Upload.until <= tx.now))
    over = list(await tx.session.scalars(select(Handout).where(Handout.until <= tx.now)))
    await _drop(tx, over)
    return len(over)


async def _drop(tx: Transaction, handouts: list[Handout]) -> None:
    for each in handouts:
        await tx.session.delete(each)
    await tx.session.flush()
    for digest in {each.digest for each in handouts}:
        kept = exists().where(Handout.digest == digest) | exists().where(Attachment.digest == digest)
        if not await tx.session.scalar(select(kept)):
            tx.drop_file(digest)
