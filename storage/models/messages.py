"""What came in, what goes out, and the transcript of the web chat."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storage.models.base import Base, BigId, Instant, Key, Word
from storage.models.people import Account
from storage.states import DeliveryState


class InboxState(StrEnum):
    READY = "ready"
    DONE = "done"
    FAILED = "failed"


class Inbox(Base):
    """An update as it came. `payload` (a Bot API Update) and `caller` are cleared once it is done."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("messenger", "native_id"),
        Index(
            "ix_inbox_ready",
            "id",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
    )

    id: Mapped[Key]
    messenger: Mapped[str] = mapped_column(String(20))
    native_id: Mapped[str] = mapped_column(String(64))
    caller: Mapped[str | None] = mapped_column(String(64))
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[InboxState] = mapped_column(Word(InboxState))
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[Instant]
    done_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))


class Priority(IntEnum):
    REPLY = 0
    ANSWER = 1
    REMINDER = 2
    ANNOUNCEMENT = 3


class Outbox(Base):
    """One delivery to one account.

    A reply holds its Bot API method and `payload`, cleared once it is sent. A notice holds its `kind` and ids, never
    rendered text. `key` makes what must happen once happen once. `edits_id` is the delivery whose message this one
    changes. `opinion_id` says what the message is about, so that a reply to it finds its opinion; `announcement_id`
    that it is part of a broadcast, or a card about one. `attempts` are calls that said something about it,
    `interrupted` how often a process ended while it was claimed, `parts_sent` how many parts of a text that one message
    cannot hold have arrived.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        # In the order of a claim: what is due is found without a look at what waits for its hour.
        Index(
            "ix_outbox_queue",
            "messenger",
            "priority",
            "not_before",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_outbox_waiting",
            "account_id",
            "priority",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index("ix_outbox_state", "state", "messenger", "kind"),
        Index("ix_outbox_message", "account_id", "message_id"),
        Index("ix_outbox_announcement", "announcement_id", "kind", "state"),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    messenger: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    method: Mapped[str | None] = mapped_column(String(40))
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"), index=True)
    announcement_id: Mapped[int | None] = mapped_column(ForeignKey("announcement.id"))
    edits_id: Mapped[int | None] = mapped_column(BigId)
    state: Mapped[DeliveryState] = mapped_column(Word(DeliveryState))
    attempts: Mapped[int] = mapped_column(default=0)
    repeated: Mapped[bool] = mapped_column(default=False)
    interrupted: Mapped[int] = mapped_column(default=0, server_default="0")
    parts_sent: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[Instant]
    not_before: Mapped[Instant]
    done_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigId)
    error: Mapped[str | None] = mapped_column(String(200))

    account: Mapped[Account] = relationship(lazy="raise")


class MessengerState(Base):
    """What outlives a restart about one messenger: until when it is muted, and held to take no buttons.

    `no_links_until` is of those that open an address or a telephone, `no_buttons_until` of any.
    """

    __tablename__ = "messenger"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    muted_until: Mapped[datetime | None]
    no_links_until: Mapped[datetime | None]
    no_buttons_until: Mapped[datetime | None]


class OaToken(Base):
    """The tokens of one Zalo app. `seed` is the SHA-256 of the refresh token in the configuration that it began with.

    `refresh_token` is good for one call: `tries` are calls made with it whose answer nobody saw, `refreshing_at` is
    when the last of them began; `generation` grows with each new pair. Since `refused_at` only a new consent helps.
    """

    __tablename__ = "oa_token"

    app_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    seed: Mapped[str] = mapped_column(String(64))
    access_token: Mapped[str | None] = mapped_column(Text)
    access_until: Mapped[datetime | None]
    refresh_token: Mapped[str] = mapped_column(Text)
    refresh_until: Mapped[Instant]
    refreshing_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    refused_at: Mapped[datetime | None]
    generation: Mapped[int] = mapped_column(default=0)


class Transcript(Base):
    """One message of the web chat, as its page shows it. `body` is HTML of the Bot API's subset, or plain text."""

    __tablename__ = "transcript"
    __table_args__ = (
        Index("ix_transcript_account_id_id", "account_id", "id"),
        # A change that waits for a message that was deleted must not fit the next one.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    outgoing: Mapped[bool]
    body: Mapped[str] = mapped_column(Text, default="")
    buttons: Mapped[list[Any]] = mapped_column(JSON, default=list)
    file: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reaction: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[Instant]
    changed_at: Mapped[Instant]
