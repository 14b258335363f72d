"""How fast a chat writes: kept where replicas answer it by turns, so that one limit holds for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, delete, select

from bot.store.database import Database
from bot.store.tables import pace
from bot.store.upserts import run, upsert

PACE_STAYS: Final = timedelta(minutes=1)
"""After so long without a message everybody may write as before."""

_OF_CHAT: Final = select(pace).where(pace.c.chat == bindparam("chat"))
_KEEP: Final = upsert(
    pace,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[pace.c.chat],
        set_={column.name: insert.excluded[column.name] for column in pace.c if not column.primary_key},
    ),
)


@dataclass(frozen=True, slots=True)
class KeptPace:
    """What is kept of how fast a chat writes."""

    remaining: float
    """Messages that it may still send at once; negative if it has sent too many."""
    told: bool
    """Whether the person was asked to write slower."""
    said_at: datetime
    """When that was so, by Telegram's clock."""


class Paces:
    """The part of the store that slows whoever floods."""

    _database: Database
    _clock: Callable[[], datetime]

    async def pace(self, chat: int) -> KeptPace | None:
        """Return what is kept of this chat."""

        def work(connection: Connection) -> KeptPace | None:
            row = connection.execute(_OF_CHAT, {"chat": chat}).one_or_none()
            return None if row is None else KeptPace(row.remaining, row.told, row.said_at)

        return await self._database.read(work)

    async def keep_pace(self, chat: int, kept: KeptPace) -> None:
        """Keep this until the chat has been silent for a minute."""
        row = {"chat": chat, "remaining": kept.remaining, "told": kept.told, "said_at": kept.said_at}
        await self._database.write(lambda connection: run(connection, _KEEP, row), ("pace", f"{chat:+021}"))


def forget_pace(connection: Connection, chat: int) -> None:
    """Delete what is kept of how fast this chat writes."""
    connection.execute(delete(pace).where(pace.c.chat == chat))


def purge_paces(connection: Connection, now: datetime) -> int:
    """Delete what is older than a minute; return how many."""
    return connection.execute(delete(pace).where(pace.c.said_at <= now - PACE_STAYS)).rowcount
