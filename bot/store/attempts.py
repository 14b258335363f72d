"""How often somebody tried to sign in and failed: who goes on has to wait, on whichever machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, case, delete, select, update

from bot.store.database import Database
from bot.store.tables import attempt
from bot.store.upserts import run, upsert

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=15)
FORGOTTEN_AFTER: Final = timedelta(days=1)
"""Without a further attempt."""

_THERE: Final = upsert(attempt, lambda insert: insert.on_conflict_do_nothing())


class Attempts:
    """The part of the store that slows whoever guesses."""

    _database: Database
    _clock: Callable[[], datetime]

    async def attempt(self, sources: Mapping[str, int]) -> timedelta:
        """Count an attempt from each source, as a failed one, and return zero; or count none, and return for
        how long none may be made.

        Counted before anything is compared: of many attempts at the same time no more than of many one
        after another get through.

        sources: names of any kind, and after how many attempts each has to wait: 30 s, then twice as long
        each time, up to 15 minutes.
        """
        free = {_digest(source): times for source, times in sources.items()}
        digests = sorted(free)  # rows are locked in one order everywhere
        now = self._clock()
        rows = [{"source": each, "times": 0, "last_at": now} for each in digests]
        found = select(attempt).where(attempt.c.source.in_(digests)).order_by(attempt.c.source)

        def work(connection: Connection) -> timedelta:
            run(connection, _THERE, rows)
            kept = connection.execute(found.with_for_update()).all()
            of_source = {row.source: 0 if row.last_at <= now - FORGOTTEN_AFTER else row.times for row in kept}
            waits: list[timedelta] = [
                row.last_at + _pause(of_source[row.source] - free[row.source]) - now for row in kept
            ]
            if max(waits) > timedelta():
                return max(waits)
            for each in digests:
                values = {"times": of_source[each] + 1, "last_at": now}
                connection.execute(update(attempt).where(attempt.c.source == each).values(values))
            return timedelta()

        return await self._database.write(work, ("attempt", *digests))

    async def forget_attempts(self, source: str, shared: str = "") -> None:
        """Forget all attempts from this source, and the last one from the source that others share."""
        own, others = _digest(source), _digest(shared)
        fewer = case((attempt.c.times > 0, attempt.c.times - 1), else_=0)

        def work(connection: Connection) -> None:
            connection.execute(delete(attempt).where(attempt.c.source == own))
            connection.execute(update(attempt).where(attempt.c.source == others).values(times=fewer))

        await self._database.write(work, ("attempt", *sorted((own, others))))


def purge_attempts(connection: Connection, now: datetime) -> int:
    """Delete what is forgotten; return how many."""
    return connection.execute(delete(attempt).where(attempt.c.last_at <= now - FORGOTTEN_AFTER)).rowcount


def _pause(too_many: int) -> timedelta:
    if too_many < 0:
        return timedelta()
    doubled = min(too_many, 10)  # which is beyond the longest
    return min(FIRST_PAUSE * int(2**doubled), LONGEST_PAUSE)


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
