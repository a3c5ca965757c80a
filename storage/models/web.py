"""What the web chat keeps of browsers: where one can be called, and the code by which another one is let in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import Base, Instant, Key


class WebPush(Base):
    """A browser that wants to be called when its page is closed.

    `endpoint`, `p256dh` and `auth` are its own words (RFC 8030, 8291); `digest` is of the endpoint. `due_at` is when it
    is to be called, None while nothing is new.
    """

    __tablename__ = "web_push"
    __table_args__ = (
        Index(
            "ix_web_push_due_at",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    endpoint: Mapped[str] = mapped_column(Text)
    p256dh: Mapped[str] = mapped_column(String(120))
    auth: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[Instant]
    due_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)


class WebCode(Base):
    """The code on paper that opens a conversation from another browser; only its digest is kept."""

    __tablename__ = "web_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[Instant]
