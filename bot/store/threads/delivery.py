"""Lines of the staff on their way to citizens: claimed with a lease, as in the inbox, once and in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import Connection, Row, and_, bindparam, exists, or_, select, update

from bot.store.database import Database
from bot.store.inbox import LEASE
from bot.store.tables import Moment, thread, thread_line
from bot.store.threads.values import FailedDelivery, Origin, OutgoingLine

Key = tuple[int, int]
"""Thread and position of a line."""

_NOW: Final = bindparam("now", type_=Moment)
_UNTIL: Final = bindparam("until", type_=Moment)
_EARLIER: Final = thread_line.alias()
_NOT_ITS_TURN: Final = exists().where(
    _EARLIER.c.thread == thread_line.c.thread,
    _EARLIER.c.position < thread_line.c.position,
    _EARLIER.c.state == "waiting",
)
_CLAIMABLE: Final = (
    select(thread_line, thread.c.chat, thread.c.language)
    .join(thread, thread.c.number == thread_line.c.thread)
    .where(
        thread_line.c.state == "waiting",
        or_(thread_line.c.held_until.is_(None), thread_line.c.held_until <= _NOW),
        ~_NOT_ITS_TURN,
    )
    .order_by(thread_line.c.at, thread_line.c.thread)
    .limit(bindparam("limit"))
    # A row that another process is just taking is skipped.
    .with_for_update(of=thread_line, skip_locked=True)
)
_THIS: Final = and_(
    thread_line.c.thread == bindparam("of_thread"), thread_line.c.position == bindparam("at_position")
)
_TAKE: Final = update(thread_line).where(_THIS).values(held_by=bindparam("worker"), held_until=_UNTIL)
_MINE: Final = and_(_THIS, thread_line.c.held_by == bindparam("worker"), thread_line.c.state == "waiting")
_RENEW: Final = update(thread_line).where(_MINE).values(held_until=_UNTIL)
_SETTLE: Final = (
    update(thread_line)
    .where(_MINE)
    .values(state=bindparam("new_state"), reason=bindparam("why"), held_by=None, held_until=None)
)
_RELEASE: Final = update(thread_line).where(_MINE).values(held_by=None, held_until=None)


class ThreadDelivery:
    """The part of the store from which the bot brings lines to citizens."""

    _database: Database
    _clock: Callable[[], datetime]
    _worker: str

    async def claim_lines(self, limit: int, lease: timedelta = LEASE) -> list[OutgoingLine]:
        """Take up to so many lines to be sent from here, oldest first, of each thread only the next one.

        Nobody else gets them before the lease runs out; hold_lines() lengthens it.
        """
        now = self._clock()

        def work(connection: Connection) -> list[OutgoingLine]:
            rows = connection.execute(_CLAIMABLE, {"now": now, "limit": limit}).all()
            for row in rows:
                values = _named((row.thread, row.position), self._worker) | {"until": now + lease}
                connection.execute(_TAKE, values)
            return [_outgoing(row) for row in rows]

        return await self._database.write(work)

    async def hold_lines(self, keys: Iterable[Key], lease: timedelta = LEASE) -> frozenset[Key]:
        """Lengthen the lease of what is being sent; return those that are still held here.

        Others were taken by another process, or the citizen wants to be forgotten.
        """
        wanted, until = sorted(keys), self._clock() + lease

        def work(connection: Connection) -> frozenset[Key]:
            return frozenset(
                each
                for each in wanted
                if connection.execute(_RENEW, _named(each, self._worker) | {"until": until}).rowcount
            )

        return await self._database.write(work)

    async def settle_line(self, key: Key, failed: FailedDelivery | None = None) -> None:
        """Note that this line was sent, or why it never will be."""
        values = {"new_state": "sent" if failed is None else "failed", "why": failed}
        await self._database.write(
            lambda connection: connection.execute(_SETTLE, _named(key, self._worker) | values)
        )

    async def release_lines(self, keys: Iterable[Key]) -> None:
        """Let others send what was claimed here and not sent."""

        def work(connection: Connection) -> None:
            for each in sorted(keys):
                connection.execute(_RELEASE, _named(each, self._worker))

        await self._database.write(work)


def free_all_lines(connection: Connection) -> None:
    """End every lease: for a process that knows that no other is left."""
    connection.execute(
        update(thread_line).where(thread_line.c.held_by.is_not(None)).values(held_by=None, held_until=None)
    )


def _named(key: Key, worker: str) -> dict[str, object]:
    return {"of_thread": key[0], "at_position": key[1], "worker": worker}


def _outgoing(row: Row[Any]) -> OutgoingLine:
    return OutgoingLine(
        row.thread, row.position, row.chat, row.language, cast(Origin, row.origin), row.text, row.at
    )
