"""Announcements: their audience, hour and approval, what village heads did with them, who wants fewer messages"""

from html import escape

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "relay",
        sa.Column("id", _id(), autoincrement=True, nullable=False),
        sa.Column("announcement_id", _id(), nullable=False),
        sa.Column("village_id", sa.String(length=40), nullable=False),
        sa.Column("task", sa.String(24), nullable=False),
        sa.Column("official_id", _id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcement.id"], name=op.f("fk_relay_announcement_id_announcement")
        ),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_relay_official_id_official")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay")),
        sa.UniqueConstraint(
            "announcement_id", "village_id", "task", name=op.f("uq_relay_announcement_id_village_id_task")
        ),
    )

    with op.batch_alter_table("announcement", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("conference_id", _id(), nullable=True))
        batch_op.add_column(sa.Column("approved_by_id", _id(), nullable=True))
        batch_op.add_column(sa.Column("returned_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("queued_through", _id(), server_default="0", nullable=False))
        for name in ("scheduled_for", "submitted_at", "queued_at", "done_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_announcement_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_announcement_conference_id"), ["conference_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_announcement_conference_id_conference"), "conference", ["conference_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_announcement_approved_by_id_official"), "official", ["approved_by_id"], ["id"]
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("announcement_id", _id(), nullable=True))
        batch_op.create_index("ix_outbox_announcement", ["announcement_id", "kind", "state"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_announcement_id_announcement"), "announcement", ["announcement_id"], ["id"]
        )

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("announcement_id", _id(), nullable=True))
        batch_op.create_index(batch_op.f("ix_attachment_announcement_id"), ["announcement_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_attachment_announcement_id_announcement"), "announcement", ["announcement_id"], ["id"]
        )

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("muted_at", sa.DateTime(timezone=True), nullable=True))

    _carry_over()


def _carry_over() -> None:
    """Until now an announcement was plain text to everyone, queued whole in the transaction that sent it."""
    announcement = sa.table(
        "announcement",
        sa.column("id"),
        sa.column("text"),
        sa.column("audience", sa.JSON),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(announcement.c.id, announcement.c.text)).all():
        connection.execute(
            announcement.update()
            .where(announcement.c.id == row.id)
            .values(text=escape(row.text, quote=False), audience={"kind": "all", "ids": []})
        )
    op.execute("UPDATE announcement SET queued_at = sent_at, scheduled_for = sent_at WHERE sent_at IS NOT NULL")
    for row in connection.execute(sa.select(announcement.c.id)).all():
        # Its key names announcement and account: "announcement:12:3407".
        connection.execute(
            sa.text("UPDATE outbox SET announcement_id = :id WHERE key LIKE :key"),
            {"id": row.id, "key": f"announcement:{row.id}:%"},
        )


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("muted_at")

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_attachment_announcement_id_announcement"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_attachment_announcement_id"))
        batch_op.drop_column("announcement_id")

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outbox_announcement_id_announcement"), type_="foreignkey")
        batch_op.drop_index("ix_outbox_announcement")
        batch_op.drop_column("announcement_id")

    with op.batch_alter_table("announcement", schema=None, table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_announcement_approved_by_id_official"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_announcement_conference_id_conference"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_announcement_conference_id"))
        batch_op.drop_index(batch_op.f("ix_announcement_state"))
        for name in ("done_at", "queued_at", "submitted_at", "scheduled_for", "queued_through", "returned_reason"):
            batch_op.drop_column(name)
        batch_op.drop_column("approved_by_id")
        batch_op.drop_column("conference_id")
        batch_op.drop_column("revision")

    op.drop_table("relay")
