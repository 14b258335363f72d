"""A thread as the citizen moves it: begun, written into, ended, forgotten."""

from __future__ import annotations

import secrets
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from bot.handover.times import CLOSED_STAYS, SILENT_STAYS
from bot.store.database import Database
from bot.store.tables import Moment, thread, thread_line, thread_note
from bot.store.threads.values import CitizenLine, OpenThread, Origin

USUAL_OF: Final = timedelta(days=30)
_FEWEST_FOR_USUAL: Final = 3
"""Answered threads; from fewer nobody could say what is usual."""
_NUMBERS: Final = range(10_000_000, 100_000_000)
_FROM_CITIZEN: Final = ("citizen", "edited")

# Built once: building a statement costs more than running it.
_OPEN: Final = select(thread.c.number).where(thread.c.chat == bindparam("chat"), thread.c.closed_at.is_(None))
_OPEN_LOCKED: Final = _OPEN.with_for_update()
_WRITTEN: Final = (
    select(thread_line.c.position)
    .where(
        thread_line.c.thread == bindparam("thread"),
        thread_line.c.origin.in_(_FROM_CITIZEN),
        thread_line.c.update_id != bindparam("besides"),
    )
    .limit(1)
)
_LAST: Final = select(func.max(thread_line.c.position)).where(thread_line.c.thread == bindparam("thread"))
_KNOWN: Final = select(thread_line.c.update_id).where(
    thread_line.c.thread == bindparam("thread"),
    thread_line.c.update_id.in_(bindparam("numbers", expanding=True)),
)
_WRITE: Final = (
    update(thread)
    .where(thread.c.number == bindparam("thread"))
    .values(
        last_at=bindparam("now", type_=Moment),
        waiting_since=func.coalesce(thread.c.waiting_since, bindparam("now", type_=Moment), type_=Moment),
    )
)


class CitizensThreads:
    """The part of the store that the bot keeps threads in."""

    _database: Database
    _clock: Callable[[], datetime]

    async def open_thread(self, chat: int, besides: int = 0) -> OpenThread | None:
        """Return what is known of this chat's open thread; None if none is open.

        besides: the update that is being answered, whose own line does not count as written.
        """

        def work(connection: Connection) -> OpenThread | None:
            number = connection.execute(_OPEN, {"chat": chat}).scalar()
            if number is None:
                return None
            written = connection.execute(_WRITTEN, {"thread": number, "besides": besides}).first()
            return OpenThread(written is not None)

        return await self._database.read(work)

    async def begin_thread(self, chat: int, language: str, topic: str | None = None) -> None:
        """Open a thread for this chat, unless one is open.

        language: in which the citizen agreed, and is to be answered. topic: id of what the bot spoke about,
        to stand there as the first line.
        """
        now = self._clock()

        def work(connection: Connection) -> None:
            if connection.execute(_OPEN_LOCKED, {"chat": chat}).first() is not None:
                return
            number = _free_number(connection)
            row = {"number": number, "chat": chat, "language": language, "opened_at": now, "last_at": now}
            connection.execute(thread.insert(), row)
            if topic is not None:
                add_line(connection, number, "topic", topic, now)

        await self._database.write(work, ("thread", f"{chat:+021}"))

    async def write_lines(self, chat: int, lines: Sequence[CitizenLine]) -> bool:
        """Add messages to the chat's open thread, each number once; False if none is open any more."""
        now = self._clock()

        def work(connection: Connection) -> bool:
            number = connection.execute(_OPEN_LOCKED, {"chat": chat}).scalar()
            if number is None:
                return False
            numbers = [each.update_id for each in lines]
            known = set(connection.execute(_KNOWN, {"thread": number, "numbers": numbers}).scalars())
            new = [each for each in lines if each.update_id not in known]
            for each in new:
                origin: Origin = "edited" if each.edited else "citizen"
                add_line(connection, number, origin, each.text, now, update_id=each.update_id)
            if new:
                connection.execute(_WRITE, {"thread": number, "now": now})
            return True

        return await self._database.write(work, ("thread", f"{chat:+021}"))

    async def end_thread(self, chat: int) -> None:
        """Close the chat's open thread, if there is one, since the citizen wants that."""
        now = self._clock()
        statement = (
            update(thread)
            .where(thread.c.chat == chat, thread.c.closed_at.is_(None))
            .values(closed_at=now, waiting_since=None)
        )
        await self._database.write(lambda connection: connection.execute(statement))

    async def usual_wait(self) -> timedelta | None:
        """Return the median time from a citizen's first message to the first answer, of the last 30 days.

        None where fewer than three threads were answered in that time.
        """
        since = self._clock() - USUAL_OF
        statement = select(thread.c.first_wait).where(
            thread.c.opened_at > since, thread.c.first_wait.is_not(None)
        )
        waits = await self._database.read(lambda connection: list(connection.scalars(statement)))
        if len(waits) < _FEWEST_FOR_USUAL:
            return None
        return timedelta(seconds=statistics.median(waits))


def add_line(
    connection: Connection, number: int, origin: Origin, text: str, now: datetime, **values: Any
) -> None:
    """Add a line to a thread whose row this transaction has locked or made."""
    row: Mapping[str, object] = {
        "thread": number,
        "position": next_position(connection, number),
        "origin": origin,
        "text": text,
        "at": now,
        **values,
    }
    connection.execute(thread_line.insert(), row)


def next_position(connection: Connection, number: int) -> int:
    """Return where the next line of a thread stands whose row this transaction has locked or made."""
    return (connection.execute(_LAST, {"thread": number}).scalar() or 0) + 1


def forget_threads(connection: Connection, chat: int) -> None:
    """Delete all threads of a chat with whatever is in them."""
    own = select(thread.c.number).where(thread.c.chat == chat)
    _delete(connection, list(connection.scalars(own.with_for_update())))


def purge_threads(connection: Connection, now: datetime) -> int:
    """Delete threads that are past their time, with whatever is in them; return how many."""
    old = select(thread.c.number).where(
        or_(
            thread.c.closed_at <= now - CLOSED_STAYS,
            and_(thread.c.closed_at.is_(None), thread.c.last_at <= now - SILENT_STAYS),
        )
    )
    numbers = list(connection.scalars(old.with_for_update()))
    _delete(connection, numbers)
    return len(numbers)


def _delete(connection: Connection, numbers: Sequence[int]) -> None:
    # Their rows are locked, so that no line is added meanwhile and left behind.
    if not numbers:
        return
    for table in (thread_line, thread_note):
        connection.execute(delete(table).where(table.c.thread.in_(numbers)))
    connection.execute(delete(thread).where(thread.c.number.in_(numbers)))


def _free_number(connection: Connection) -> int:
    while True:
        number = secrets.choice(_NUMBERS)
        taken = select(thread.c.number).where(thread.c.number == number)
        if connection.execute(taken).first() is None:
            return number
