"""What a messenger's wire must know again after a restart: ids, uploads, files that were handed out."""

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, BigId, Instant


class NativeMessage(Base):
    """A message of hers by the number that we call it by, and by its messenger's own id, for a sign or a quotation."""

    __tablename__ = "native_message"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    native_id: Mapped[str] = mapped_column(Text)
    at: Mapped[Instant] = mapped_column(index=True)


class MessagePart(Base):
    """A message that went out before the last of its delivery, which is `Outbox.message_id`: a reply may be to it."""

    __tablename__ = "message_part"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    message_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id"), index=True)


class Upload(Base):
    """A file that lies on a messenger's own server until an instant, under `handle`."""

    __tablename__ = "upload"

    messenger: Mapped[str] = mapped_column(String(20), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    handle: Mapped[str] = mapped_column(Text)
    until: Mapped[Instant] = mapped_column(index=True)


class Handout(Base):
    """A file made for one account that is no part of the record, kept until an instant so that it can be fetched."""

    __tablename__ = "handout"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    mime: Mapped[str] = mapped_column(String(100))
    until: Mapped[Instant] = mapped_column(index=True)
