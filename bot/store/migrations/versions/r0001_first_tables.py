"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.fitting import fits_only

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "preference",
        sa.Column("chat", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_preference"),
    )
    op.create_table(
        "subject",
        sa.Column("chat", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_subject"),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("chat", _NUMBER, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("held_by", sa.Text),
        sa.Column("held_until", _MOMENT),
        sa.Column("sending_since", _MOMENT),
        sa.PrimaryKeyConstraint("update_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_chat_update_id", "inbox", ["chat", "update_id"])
    op.create_table(
        "number",
        sa.Column("update_id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name="pk_number"),
    )
    op.create_index("ix_number_seen_at", "number", ["seen_at"])
    op.create_table(
        "feedback",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("page_id", sa.Text, nullable=False),
        sa.Column("section_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "page_id", "section_id", "reason", "language", name="pk_feedback"),
    )
    op.create_table(
        "question",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("script", sa.Text, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question"),
    )
    op.create_index("ix_question_day", "question", ["day"])
    op.create_table(
        "daily_count",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "kind", "key", name="pk_daily_count"),
    )
    op.create_table(
        "fitting_program",
        sa.Column("revision", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("revision", name="pk_fitting_program"),
    )
    fits_only("0001")
