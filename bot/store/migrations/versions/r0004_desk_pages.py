"""What the desk's pages keep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store.migrations.fitting import fits_only

revision = "0004"
down_revision = "0003"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of the desk's pages."""
    _announcements()
    op.create_table(
        "alive",
        sa.Column("worker", sa.Text, nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("worker", name="pk_alive"),
    )
    _settled_questions()
    _threads()
    _drafts()
    fits_only("0003", "0004")


def _announcements() -> None:
    op.create_table(
        "subscriber",
        sa.Column("chat", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("chat", name="pk_subscriber"),
    )
    op.create_table(
        "announcement",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("approved_by", sa.Text),
        sa.Column("texts", sa.Text, nullable=False),
        sa.Column("section", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("begun_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("recipients", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.Column("unsubscribed", sa.Integer, nullable=False),
        sa.Column("unsure", sa.Integer, nullable=False),
        sa.Column("held_by", sa.Text),
        sa.Column("held_until", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
    )
    op.create_table(
        "announcement_delivery",
        sa.Column("announcement", sa.Text, nullable=False),
        sa.Column("chat", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("announcement", "chat", name="pk_announcement_delivery"),
    )
    op.create_index("ix_announcement_delivery_chat", "announcement_delivery", ["chat"])


def _settled_questions() -> None:
    op.create_table(
        "settled_question",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_settled_question"),
    )
    op.create_index("ix_settled_question_day", "settled_question", ["day"])


def _threads() -> None:
    op.create_table(
        "thread",
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("chat", _NUMBER, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("waiting_since", _MOMENT),
        sa.Column("first_wait", sa.Integer),
        sa.Column("assigned_to", sa.Text),
        sa.Column("closed_at", _MOMENT),
        sa.PrimaryKeyConstraint("number", name="pk_thread"),
    )
    op.create_index("ix_thread_chat", "thread", ["chat"])
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_thread_open",
        "thread",
        ["chat"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_table(
        "thread_line",
        sa.Column("thread", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("who", sa.Text),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("update_id", _NUMBER),
        sa.Column("state", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("held_by", sa.Text),
        sa.Column("held_until", _MOMENT),
        sa.PrimaryKeyConstraint("thread", "position", name="pk_thread_line"),
        sa.UniqueConstraint("thread", "update_id", name="uq_thread_line_thread_update_id"),
    )
    op.create_index("ix_thread_line_state", "thread_line", ["state"])
    op.create_table(
        "thread_note",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("thread", sa.Integer, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_thread_note"),
    )
    op.create_index("ix_thread_note_thread", "thread_note", ["thread"])


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("saved_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("page", "part", "who", name="pk_draft"),
    )
    op.create_index("ix_draft_who", "draft", ["who"])
