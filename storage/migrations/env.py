"""Alembic's entry: the connection comes from `storage.migrations`, never from a file."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.models import Base
from storage.models.base import UtcDateTime, Word


def _render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    # A migration says what the column is today, whatever becomes of our types.
    if kind == "type" and isinstance(item, Word):
        return "sa.String(24)"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
