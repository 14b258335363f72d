"""Who of the staff changed what, and when. Rows are added with the change itself, and never changed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store.database import Database
from bot.store.tables import audit


@dataclass(frozen=True, slots=True)
class Audited:
    """One change."""

    at: datetime
    who: str
    """Name of a member of the staff, or whatever else changed it, with a space in it."""
    what: str
    """Such as 'staff.added'."""
    subject: str
    """What it was done to; never a text that somebody wrote."""


class Audit:
    """The part of the store that remembers who did what."""

    _database: Database
    _clock: Callable[[], datetime]

    async def note(self, who: str, what: str, subject: str = "") -> None:
        """Remember a change that was made outside of the database."""
        await self._database.write(lambda connection: note(connection, self._clock(), who, what, subject))

    async def audited(self, most: int) -> list[Audited]:
        """Return the last changes, newest first."""
        statement = select(audit).order_by(audit.c.at.desc(), audit.c.id).limit(most)

        def work(connection: Connection) -> list[Audited]:
            return [Audited(row.at, row.who, row.what, row.subject) for row in connection.execute(statement)]

        return await self._database.read(work)

    async def audited_about(self, what: Collection[str], subjects: Collection[str]) -> list[Audited]:
        """Return what of these kinds was done to these subjects, newest first."""
        statement = (
            select(audit)
            .where(audit.c.what.in_(what), audit.c.subject.in_(subjects))
            .order_by(audit.c.at.desc(), audit.c.id)
        )

        def work(connection: Connection) -> list[Audited]:
            return [Audited(row.at, row.who, row.what, row.subject) for row in connection.execute(statement)]

        return await self._database.read(work)


def note(connection: Connection, now: datetime, who: str, what: str, subject: str) -> None:
    """Remember a change in its own transaction."""
    row = {"id": secrets.randbits(63), "at": now, "who": who, "what": what, "subject": subject}
    connection.execute(audit.insert(), row)
