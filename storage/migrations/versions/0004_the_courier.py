"""The courier: what is due is found in its order, and how many parts of a long text have arrived"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _queued(name: str, columns: list[str]) -> None:
    where = sa.text("state = 'queued'")
    op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)


def upgrade() -> None:
    op.add_column("outbox", sa.Column("parts_sent", sa.Integer(), server_default="0", nullable=False))
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
        batch_op.drop_column("parts_sent")
