"""A text to many, and what the village heads did with it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, BigId, Instant, Key, Word
from storage.models.matters import Attachment
from storage.models.people import Official
from storage.states import AnnouncementState


class Task(StrEnum):
    """What a village head is asked to do with an announcement (dialogues.md, 3.4)."""

    FORWARD = "forward"
    LOUDSPEAKER = "loudspeaker"
    POST = "post"


class Announcement(Base):
    """A text to many: HTML of the Bot API's subset, its files, whom it is for and when it goes.

    `audience` is `{"kind": …, "ids": […]}`. It can be changed while it is a draft and is frozen from then on;
    `revision` grows with every change, so that nobody agrees to what he has not seen. `scheduled_for` is None while
    nobody chose an hour, `returned_reason` why a leader sent it back. `queued_through` is the last person that it was
    queued to, `queued_at` when nobody was left to queue it to. It may be about a conference.
    """

    __tablename__ = "announcement"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012  a button of a discarded one must not fit the next

    id: Mapped[Key]
    text: Mapped[str] = mapped_column(Text)
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    state: Mapped[AnnouncementState] = mapped_column(Word(AnnouncementState), index=True)
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    audience: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id"), index=True)
    scheduled_for: Mapped[datetime | None]
    created_at: Mapped[Instant]
    submitted_at: Mapped[datetime | None]
    returned_reason: Mapped[str | None] = mapped_column(Text)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("official.id"))
    sent_at: Mapped[datetime | None]
    queued_through: Mapped[int] = mapped_column(BigId, default=0, server_default="0")
    queued_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    official: Mapped[Official] = relationship(lazy="raise", foreign_keys=[official_id])
    attachments: Mapped[list[Attachment]] = relationship(lazy="raise", order_by="Attachment.id")


class Relay(Base):
    """One thing that a village head says he did with an announcement; a row is the proof, no row is "not yet"."""

    __tablename__ = "relay"
    __table_args__ = (UniqueConstraint("announcement_id", "village_id", "task"),)

    id: Mapped[Key]
    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcement.id"))
    village_id: Mapped[str] = mapped_column(String(40))
    task: Mapped[Task] = mapped_column(Word(Task))
    official_id: Mapped[int] = mapped_column(ForeignKey("official.id"))
    at: Mapped[Instant]
