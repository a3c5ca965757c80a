"""The tables."""

from storage.models.base import Base
from storage.models.matters import (
    Addition,
    Announcement,
    Answer,
    Attachment,
    AttachmentState,
    Conference,
    Draft,
    Issue,
    Opinion,
)
from storage.models.messages import Inbox, InboxState, MessengerState, Outbox, Priority, Transcript
from storage.models.people import Account, Conversation, Counter, Event, Invitation, Official, Person, Role

__all__ = [
    "Account",
    "Addition",
    "Announcement",
    "Answer",
    "Attachment",
    "AttachmentState",
    "Base",
    "Conference",
    "Conversation",
    "Counter",
    "Draft",
    "Event",
    "Inbox",
    "InboxState",
    "Invitation",
    "Issue",
    "MessengerState",
    "Official",
    "Opinion",
    "Outbox",
    "Person",
    "Priority",
    "Role",
    "Transcript",
]
