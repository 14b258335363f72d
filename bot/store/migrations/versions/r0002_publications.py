"""The published snapshot and how fast a chat writes, for replicas that share nothing but the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.fitting import fits_only

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables that hold what was published."""
    op.create_table(
        "publication",
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("snapshot", name="pk_publication"),
        sa.UniqueConstraint("turn", name="uq_publication_turn"),
    )
    op.create_table(
        "publication_part",
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("snapshot", "file", "number", name="pk_publication_part"),
    )
    op.create_table(
        "pace",
        sa.Column("chat", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("remaining", sa.Double, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_pace"),
    )
    fits_only("0001", "0002")
