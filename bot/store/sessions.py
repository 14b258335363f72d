"""Who is signed in at the desk. A session is ended by whoever deletes its row, on any machine."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, update

from bot.store.audit import note
from bot.store.database import Database
from bot.store.members import StaffMember, member_of
from bot.store.tables import staff, staff_session

IDLE: Final = timedelta(hours=1)
"""A session that nobody uses ends after this time,"""
ABSOLUTE: Final = timedelta(hours=12)
"""one that is used after this,"""
FOR_THE_CODE: Final = timedelta(minutes=10)
"""and one whose code is still missing after this."""
_NOTICED_EVERY: Final = timedelta(minutes=1)
"""A write a page would be too many."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser of one member."""

    member: StaffMember
    complete: bool
    """False: the password was right, and the code is still missing."""
    proposed_key: str | None = field(repr=False)
    """For codes that this member is to set up in this session; nobody else has seen it."""


class Sessions:
    """The part of the store that knows who is signed in."""

    _database: Database
    _clock: Callable[[], datetime]

    async def begin_session(
        self, name: str, *, complete: bool, proposed_key: str | None = None, instead_of: str = ""
    ) -> str:
        """Return the secret of a new session, for a cookie.

        instead_of: secret of one that ends with this.
        """
        secret, now = secrets.token_urlsafe(32), self._clock()
        row = {
            "id": _digest(secret),
            "name": name,
            "complete": complete,
            "proposed_key": proposed_key,
            "begun_at": now,
            "seen_at": now,
        }

        def work(connection: Connection) -> str:
            _end(connection, instead_of)
            connection.execute(insert(staff_session), row)
            if complete:
                note(connection, now, name, "staff.signed-in", name)
            return secret

        return await self._database.write(work)

    async def session(self, secret: str) -> Session | None:
        """Return the session with this secret, if it has not ended; this is a use of it."""
        now = self._clock()
        statement = (
            select(staff, staff_session.c.complete, staff_session.c.proposed_key, staff_session.c.seen_at)
            .join(staff, staff.c.name == staff_session.c.name)
            .where(staff_session.c.id == _digest(secret), ~_has_ended(now))
        )

        def read(connection: Connection) -> tuple[Session, datetime] | None:
            row = connection.execute(statement).one_or_none()
            if row is None:
                return None
            return Session(member_of(row), row.complete, row.proposed_key), row.seen_at

        found = await self._database.read(read)
        if found is None:
            return None
        session, seen_at = found
        if now - seen_at >= _NOTICED_EVERY:
            seen = update(staff_session).where(staff_session.c.id == _digest(secret)).values(seen_at=now)
            await self._database.write(lambda connection: connection.execute(seen))
        return session

    async def end_session(self, secret: str) -> None:
        """Sign out."""
        await self._database.write(lambda connection: _end(connection, secret))


def end_sessions_of(connection: Connection, name: str, keeping: str = "") -> None:
    """End all sessions of this member but the one with this secret."""
    others = staff_session.c.id != _digest(keeping)
    connection.execute(delete(staff_session).where(staff_session.c.name == name, others))


def purge_sessions(connection: Connection, now: datetime) -> int:
    """Delete what has ended; return how many."""
    return connection.execute(delete(staff_session).where(_has_ended(now))).rowcount


def _has_ended(now: datetime) -> ColumnElement[bool]:
    columns = staff_session.c
    return or_(
        columns.seen_at <= now - IDLE,
        columns.begun_at <= now - ABSOLUTE,
        and_(~columns.complete, columns.begun_at <= now - FOR_THE_CODE),
    )


def _end(connection: Connection, secret: str) -> None:
    connection.execute(delete(staff_session).where(staff_session.c.id == _digest(secret)))


def _digest(secret: str) -> str:
    # It is random and long, so that a fast digest without salt is enough.
    return hashlib.sha256(secret.encode()).hexdigest()
