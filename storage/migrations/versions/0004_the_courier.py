"""The courier: what is due is found in its order; how often a delivery was cut off, how many of its parts arrived"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTS = ("interrupted", "parts_sent")


def _queued(name: str, columns: list[str]) -> None:
    where = sa.text("state = 'queued'")
    op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    for name in COUNTS:
        op.add_column("outbox", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.drop_index("ix_outbox_queue", "outbox")
    op.drop_index("ix_outbox_open", "outbox")
    _queued("ix_outbox_queue", ["messenger", "priority", "not_before", "id"])
    _queued("ix_outbox_waiting", ["account_id", "priority", "id"])
    op.create_index("ix_outbox_state", "outbox", ["state", "messenger", "kind"])


def downgrade() -> None:
    op.drop_index("ix_outbox_state", "outbox")
    op.drop_index("ix_outbox_waiting", "outbox")
    op.drop_index("ix_outbox_queue", "outbox")
    _queued("ix_outbox_queue", ["messenger", "priority", "id"])
    where = sa.text("state IN ('queued', 'sending')")
    op.create_index(
        "ix_outbox_open", "outbox", ["account_id", "priority", "id"], sqlite_where=where, postgresql_where=where
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        for name in COUNTS:
            batch_op.drop_column(name)
