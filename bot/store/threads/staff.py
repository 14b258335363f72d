"""A thread as the staff see and answer it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import Connection, Row, exists, func, insert, select, update

from bot.store.database import Database
from bot.store.tables import thread, thread_line, thread_note
from bot.store.threads.citizens import add_line, next_position
from bot.store.threads.values import (
    FailedDelivery,
    LineState,
    Origin,
    Thread,
    ThreadLine,
    ThreadNote,
    ThreadSummary,
    Which,
)

_FAILED: Final = exists().where(thread_line.c.thread == thread.c.number, thread_line.c.state == "failed")
_SUMMARIES: Final = select(thread, _FAILED.label("failed"))
_WAITING_FIRST: Final = (
    thread.c.waiting_since.is_(None),
    thread.c.waiting_since,
    thread.c.last_at.desc(),
    thread.c.number,
)


class StaffThreads:
    """The part of the store that the desk answers from."""

    _database: Database
    _clock: Callable[[], datetime]

    async def waiting_threads(self) -> int:
        """Return how many citizens wait for an answer of a person."""
        statement = (
            select(func.count())
            .select_from(thread)
            .where(thread.c.closed_at.is_(None), thread.c.waiting_since.is_not(None))
        )
        return await self._database.read(lambda connection: connection.execute(statement).scalar_one())

    async def threads(self, which: Which, name: str, most: int) -> list[ThreadSummary]:
        """Return threads, those that wait first, longest first, then the others by their last line.

        which: all that are open, those of them assigned to this member, or those that are closed.
        """
        statement = _SUMMARIES.where(
            thread.c.closed_at.is_not(None) if which == "closed" else thread.c.closed_at.is_(None)
        )
        if which == "mine":
            statement = statement.where(thread.c.assigned_to == name)
        statement = statement.order_by(*_WAITING_FIRST).limit(most)
        return await self._database.read(
            lambda connection: [_summary(row) for row in connection.execute(statement)]
        )

    async def thread(self, number: int) -> Thread | None:
        """Return this thread with all that is in it; None if there is none (any more)."""

        def work(connection: Connection) -> Thread | None:
            found = connection.execute(_SUMMARIES.where(thread.c.number == number)).one_or_none()
            if found is None:
                return None
            lines = select(thread_line).where(thread_line.c.thread == number).order_by(thread_line.c.position)
            notes = (
                select(thread_note)
                .where(thread_note.c.thread == number)
                .order_by(thread_note.c.at, thread_note.c.id)
            )
            return Thread(
                _summary(found),
                tuple(_line(row) for row in connection.execute(lines)),
                tuple(ThreadNote(row.who, row.text, row.at) for row in connection.execute(notes)),
            )

        return await self._database.read(work)

    async def answer_thread(self, number: int, text: str, by: str) -> bool:
        """Add an answer, to be brought to the citizen by the bot; whoever answers first has the thread.

        False if it is closed or gone.
        """
        now = self._clock()

        def work(connection: Connection) -> bool:
            found = _lock(connection, number)
            if found is None or found.closed_at is not None:
                return False
            add_line(connection, number, "staff", text, now, who=by, state="waiting")
            values = {
                "last_at": now,
                "waiting_since": None,
                "assigned_to": found.assigned_to or by,
                "first_wait": _first_wait(connection, found, now),
            }
            connection.execute(update(thread).where(thread.c.number == number), values)
            return True

        return await self._database.write(work)

    async def send_again(self, number: int, position: int) -> bool:
        """Put an answer that was not delivered at the end of its thread, to be brought to the citizen anew.

        It is the same answer: who wrote it, who has the thread and who waits stay as they are.
        False if the thread is closed or gone, or if no such answer stands there (any more).
        """
        now = self._clock()

        def work(connection: Connection) -> bool:
            found = _lock(connection, number)
            if found is None or found.closed_at is not None:
                return False
            failed = update(thread_line).where(
                thread_line.c.thread == number,
                thread_line.c.position == position,
                thread_line.c.origin == "staff",
                thread_line.c.state == "failed",
            )
            values = {
                "position": next_position(connection, number),
                "at": now,
                "state": "waiting",
                "reason": None,
            }
            if not connection.execute(failed.values(values)).rowcount:
                return False
            connection.execute(update(thread).where(thread.c.number == number), {"last_at": now})
            return True

        return await self._database.write(work)

    async def assign_thread(self, number: int, to: str) -> bool:
        """Say who of the staff answers it; False if it is closed or gone."""
        statement = (
            update(thread)
            .where(thread.c.number == number, thread.c.closed_at.is_(None))
            .values(assigned_to=to)
        )
        return await self._database.write(lambda connection: bool(connection.execute(statement).rowcount))

    async def add_thread_note(self, number: int, text: str, by: str) -> bool:
        """Add what only staff read; False if the thread is gone."""
        row = {"id": secrets.randbits(63), "thread": number, "who": by, "text": text, "at": self._clock()}

        def work(connection: Connection) -> bool:
            if _lock(connection, number) is None:
                return False
            connection.execute(insert(thread_note), row)
            return True

        return await self._database.write(work)

    async def close_thread(self, number: int, by: str) -> bool:
        """Close it, and have the bot tell the citizen so; False if it is closed already or gone."""
        now = self._clock()

        def work(connection: Connection) -> bool:
            found = _lock(connection, number)
            if found is None or found.closed_at is not None:
                return False
            add_line(connection, number, "closing", "", now, who=by, state="waiting")
            values = {"closed_at": now, "last_at": now, "waiting_since": None}
            connection.execute(update(thread).where(thread.c.number == number), values)
            return True

        return await self._database.write(work)


def _lock(connection: Connection, number: int) -> Row[Any] | None:
    return connection.execute(select(thread).where(thread.c.number == number).with_for_update()).one_or_none()


def _first_wait(connection: Connection, found: Row[Any], now: datetime) -> int | None:
    known: int | None = found.first_wait
    if known is not None or found.waiting_since is None:
        return known
    # Nobody has answered before, so that the first message still waits.
    waited: timedelta = now - found.waiting_since
    return round(waited.total_seconds())


def _summary(row: Row[Any]) -> ThreadSummary:
    return ThreadSummary(
        row.number,
        row.language,
        row.opened_at,
        row.last_at,
        row.waiting_since,
        row.assigned_to,
        row.closed_at,
        bool(row.failed),
    )


def _line(row: Row[Any]) -> ThreadLine:
    return ThreadLine(
        row.position,
        cast(Origin, row.origin),
        row.who,
        row.text,
        row.at,
        cast("LineState | None", row.state),
        cast("FailedDelivery | None", row.reason),
    )
