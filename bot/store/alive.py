"""When a running bot last reached Telegram, for whoever cannot see the bot itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, select

from bot.store.database import Database
from bot.store.tables import alive
from bot.store.upserts import run, upsert

ALIVE_STAYS: Final = timedelta(days=30)
"""So long the desk can say since when nothing was heard."""

_KEEP: Final = upsert(
    alive,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[alive.c.worker], set_={"said_at": insert.excluded.said_at}
    ),
)


class Alive:
    """The part of the store in which each running bot says that it runs."""

    _database: Database
    _clock: Callable[[], datetime]
    _worker: str

    async def say_alive(self) -> None:
        """Keep that this process answers now."""
        row = {"worker": self._worker, "said_at": self._clock()}
        await self._database.write(lambda connection: run(connection, _KEEP, row), ("alive", self._worker))

    async def last_alive(self) -> datetime | None:
        """Return when any bot last said so; None if none has in the last 30 days."""

        def work(connection: Connection) -> datetime | None:
            moment: datetime | None = connection.execute(select(func.max(alive.c.said_at))).scalar_one()
            return moment

        return await self._database.read(work)


def purge_alive(connection: Connection, now: datetime) -> int:
    """Delete what is older than 30 days; return how many rows."""
    return connection.execute(delete(alive).where(alive.c.said_at <= now - ALIVE_STAYS)).rowcount
