"""The record after a play, without what a messenger alone decides: two messengers leave the same of the same script."""

from collections.abc import Mapping

from sqlalchemy import select

from storage.database import Database
from storage.models import Base
from tests.play.witness import Mask, cell

OF_MESSENGERS: Mapping[str, str] = {
    "inbox": "what came over the wire, as the wire says it",
    "outbox": "messages: one messenger needs more of them, or edits where another says it anew",
    "conversation": "the menu of a messenger without buttons, and the last tap of one that has them",
    "counter": "quotas of messages; the counter of opinions shows in their numbers",
    "message_part": "which messages a long text became",
    "messenger": "how long one must not be called",
    "native_message": "a messenger's own ids of messages",
    "transcript": "the web chat's messages",
    "upload": "files on Zalo's server",
    "handout": "files that Zalo fetches from us",
    "oa_token": "keys of the Official Account",
    "web_code": "codes of the web chat",
    "web_push": "browsers of the web chat",
}
"""Whole tables, and why nobody can compare them."""

OF_A_MESSENGER: Mapping[tuple[str, str], str] = {
    ("account", "messenger"): "which one it is",
    ("account", "native_id"): "whoever is behind it, as the messenger calls her",
    ("account", "last_interaction_at"): "kept where a messenger counts the days since",
    ("attachment", "messenger"): "which one it came by",
    ("attachment", "file_id"): "the messenger's own name for the file",
    ("attachment", "file_name"): "the web chat names every file, the others no photo and no voice",
    ("attachment", "mime"): "a voice comes as AAC from Zalo and the web, as Ogg from Telegram",
    ("attachment", "seconds"): "Zalo does not say how long a voice is",
    ("draft", "preview_id"): "the messenger's id of the message that shows it",
    ("event", "id"): "no row names an event; their order is that of the dump",
    ("opinion", "message_ids"): "the messenger's ids of what she said",
}
"""Columns, and why they differ."""

OF_AN_EVENT: Mapping[str, str] = {"message_id": "the messenger's id of what an official said"}
"""Keys of an event's data, and why they differ."""


async def dump(db: Database, mask: Mask) -> str:
    """Every other table that has rows, by the order of its keys, and of each row what is there."""
    parts: list[str] = []
    async with db.read() as tx:
        for name, table in sorted(Base.metadata.tables.items()):
            if name in OF_MESSENGERS:
                continue
            rows = (await tx.session.execute(select(table).order_by(*table.primary_key.columns))).all()
            if rows:
                parts.append(f"\n## {name} ({len(rows)})")
            for row in rows:
                cells = dict(zip(table.columns.keys(), row, strict=True))
                if name == "event":
                    cells["data"] = {key: value for key, value in cells["data"].items() if key not in OF_AN_EVENT}
                kept = [each for each in cells if cells[each] is not None and (name, each) not in OF_A_MESSENGER]
                parts.append(" | ".join(f"{each}={mask(cell(each, cells[each]))}" for each in kept))
    return "\n".join(parts)
