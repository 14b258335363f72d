"""What is in which table. How long each row stays, and why: docs/decisions/0008-store.md

A change here needs a new file in migrations/versions; a test holds both against each other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond; SQLite, which knows no zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What its values are."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class AnyString(TypeDecorator[str]):
    """Any Python string as it is; neither database's text type takes all of them (zero, lone surrogates)."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return the string as bytes."""
        return None if value is None else value.encode("utf-8", "surrogatepass")

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Return the string that was stored."""
        return None if value is None else value.decode("utf-8", "surrogatepass")


_NAMES: Final = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
}
_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
"""Telegram's numbers need more than 32 bits, which SQLite's INTEGER has; its BIGINT would be no row id."""

metadata = MetaData(naming_convention=_NAMES)

# -- of a chat, until /forget or its time

preference = Table(
    "preference",
    metadata,
    Column("chat", _NUMBER, primary_key=True, autoincrement=False),
    Column("language", Text, nullable=False),
)
subject = Table(
    "subject",
    metadata,
    Column("chat", _NUMBER, primary_key=True, autoincrement=False),
    Column("topic", Text, nullable=False),
    Column("said_at", Moment, nullable=False),
)
inbox = Table(
    "inbox",
    metadata,
    Column("update_id", _NUMBER, primary_key=True, autoincrement=False),
    Column("chat", _NUMBER, nullable=False),
    Column("payload", AnyString, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("held_by", Text),
    Column("held_until", Moment),
    Column("sending_since", Moment),
    Index(None, "chat", "update_id"),
)
pace = Table(
    "pace",
    metadata,
    Column("chat", _NUMBER, primary_key=True, autoincrement=False),
    Column("remaining", Double, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("said_at", Moment, nullable=False),
)

# -- of nobody

number = Table(
    "number",
    metadata,
    Column("update_id", _NUMBER, primary_key=True, autoincrement=False),
    Column("seen_at", Moment, nullable=False, index=True),
)
feedback = Table(
    "feedback",
    metadata,
    Column("day", Date, primary_key=True),
    Column("page_id", Text, primary_key=True),
    Column("section_id", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("times", Integer, nullable=False),
)
question = Table(
    "question",
    metadata,
    # Random, so that neither a number nor the place in the file tells in which order people wrote.
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("script", Text, nullable=False),
    Column("topics", Text, nullable=False),
)
daily_count = Table(
    "daily_count",
    metadata,
    Column("day", Date, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("times", Integer, nullable=False),
)

# -- what was published, for all who share this database

publication = Table(
    "publication",
    metadata,
    Column("snapshot", Text, primary_key=True),
    # That of the newest is the highest: the clocks of several machines would not agree on it.
    Column("turn", Integer, nullable=False, unique=True),
)
publication_part = Table(
    "publication_part",
    metadata,
    Column("snapshot", Text, primary_key=True),
    Column("file", Text, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

# -- of the staff, who sign in at the desk

staff = Table(
    "staff",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    # Argon2's encoded digest.
    Column("password", Text, nullable=False),
    # None: somebody else gave it, and it is to be changed at the next sign-in.
    Column("password_since", Date),
    # Shared with the person's authenticator, base32; None until that is set up.
    Column("code_key", Text),
    # Of the last code that was used: none up to it works again.
    Column("code_step", _NUMBER),
)
staff_session = Table(
    "staff_session",
    metadata,
    # A digest of what the cookie holds: whoever reads this table cannot sign in with it.
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, index=True),
    # False: the password was right, and the code is still missing.
    Column("complete", Boolean, nullable=False),
    Column("proposed_key", Text),
    Column("begun_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
attempt = Table(
    "attempt",
    metadata,
    # A digest: what somebody types as a name may be a password.
    Column("source", Text, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    # Random, so that rows of a restored backup and new ones never meet.
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
)

# -- announcements: who asked for them, what is written, who still waits for one

subscriber = Table(
    "subscriber",
    metadata,
    # And nothing else: not even since when, which nobody needs to know.
    Column("chat", _NUMBER, primary_key=True, autoincrement=False),
    Column("language", Text, nullable=False),
)
announcement = Table(
    "announcement",
    metadata,
    # Random, as nobody should guess the address of a draft.
    Column("id", Text, primary_key=True),
    # Who changed the text last, and so cannot be the one who approves it.
    Column("author", Text, nullable=False),
    Column("approved_by", Text),
    # JSON, by language.
    Column("texts", Text, nullable=False),
    Column("section", Text),
    Column("state", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("begun_at", Moment),
    Column("finished_at", Moment),
    Column("recipients", Integer, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("unsubscribed", Integer, nullable=False),
    Column("unsure", Integer, nullable=False),
    # Which process sends it, so that several do not send faster than Telegram allows one bot.
    Column("held_by", Text),
    Column("held_until", Moment),
)
announcement_delivery = Table(
    "announcement_delivery",
    metadata,
    # A row goes as soon as it is known what came of it: only counts stay.
    Column("announcement", Text, primary_key=True),
    Column("chat", _NUMBER, primary_key=True, autoincrement=False, index=True),
    # 'waiting', or 'sending' from before Telegram is asked.
    Column("state", Text, nullable=False),
)

# -- what the staff have dealt with

settled_question = Table(
    "settled_question",
    metadata,
    # Of the folded text, which itself is kept nowhere but in `question`.
    Column("digest", Text, primary_key=True),
    Column("what", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("day", Date, nullable=False, index=True),
)

# -- conversations of citizens with a person of the staff

thread = Table(
    "thread",
    metadata,
    # Random: staff see it in place of whoever writes.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("chat", _NUMBER, nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("last_at", Moment, nullable=False),
    # Since when a message waits for an answer; None where none does.
    Column("waiting_since", Moment),
    # Seconds from the first message to the first answer.
    Column("first_wait", Integer),
    Column("assigned_to", Text),
    Column("closed_at", Moment),
)
Index(
    "uq_thread_open",
    thread.c.chat,
    unique=True,
    sqlite_where=thread.c.closed_at.is_(None),
    postgresql_where=thread.c.closed_at.is_(None),
)
thread_line = Table(
    "thread_line",
    metadata,
    Column("thread", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    # bot.store.threads.Origin
    Column("origin", Text, nullable=False),
    Column("who", Text),
    Column("text", AnyString, nullable=False),
    Column("at", Moment, nullable=False),
    # Of a citizen's message, which stands here once however often it is handled.
    Column("update_id", _NUMBER),
    # Of a line to the citizen: 'waiting', 'sent' or 'failed', and then why.
    Column("state", Text, index=True),
    Column("reason", Text),
    Column("held_by", Text),
    Column("held_until", Moment),
    UniqueConstraint("thread", "update_id"),
)
thread_note = Table(
    "thread_note",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("thread", Integer, nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("text", AnyString, nullable=False),
    Column("at", Moment, nullable=False),
)

# -- what the staff have typed and not yet saved

draft = Table(
    "draft",
    metadata,
    Column("page", Text, primary_key=True),
    Column("part", Text, primary_key=True),
    Column("who", Text, primary_key=True, index=True),
    # JSON, by the name of the field: as typed, and as it stood when the draft was begun.
    Column("fields", Text, nullable=False),
    Column("base", Text, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

# -- of the program

alive = Table(
    "alive",
    metadata,
    # Random, new with each start.
    Column("worker", Text, primary_key=True),
    Column("said_at", Moment, nullable=False),
)
fitting_program = Table(
    "fitting_program",
    metadata,
    # Newest revision that a program knows; those named here work with the tables as they are.
    Column("revision", Text, primary_key=True),
)
