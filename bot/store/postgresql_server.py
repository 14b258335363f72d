"""The database of several processes on several machines: PostgreSQL, by asyncpg, one connection a process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.store.address import Address
from bot.store.database import BringUpToDate, Database, Job, JobFailed, plain_failures, run_all

_SECONDS: Final = 5
"""A server that has not answered by then counts as lost: answering a citizen must not wait for it."""
_SESSION: Final = {
    "application_name": "hotline",
    # Locks of a process that hangs, or has lost its network, must not stop the others.
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
}
_MIGRATING: Final = 0x686F746C696E65
""" "hotline" in ASCII: the advisory lock that is held while tables change."""
_MOMENT: Final = text("SELECT clock_timestamp()")
_DEADLOCK: Final = "40P01"
_TRIES: Final = 3


class PostgreSQLServer(Database):
    """See Database."""

    def __init__(self, address: Address) -> None:
        super().__init__(address)
        with plain_failures(address):
            self._engine = _engine(address, seconds=_SECONDS, session=_SESSION)

    async def prepare(self, bring_up_to_date: BringUpToDate) -> None:
        """Make the tables as this program needs them; of several that start at once, one does."""

        def alone(connection: Connection) -> None:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
            bring_up_to_date(connection, lambda _: None)

        patient = _engine(self._address, seconds=None, session={"application_name": "hotline"})
        with plain_failures(self._address):
            try:
                async with patient.begin() as connection:
                    await connection.run_sync(alone)
            finally:
                await patient.dispose()

    async def become_receiver(self) -> bool:
        """Do nothing: several may receive."""
        return False

    async def moment(self) -> datetime:
        """Return the moment by the server's clock."""
        return await self.read(lambda connection: connection.execute(_MOMENT).scalar_one())

    async def scrub(self, now: datetime) -> None:
        """Do nothing: the server's autovacuum reuses the room of deleted rows."""

    async def close(self) -> None:
        """Finish what was begun, and end the connection."""
        await super().close()
        with plain_failures(self._address):
            await self._engine.dispose()

    async def _transaction(self, jobs: Sequence[Job]) -> Mapping[Job, object]:
        for left in range(_TRIES - 1, -1, -1):
            try:
                async with self._engine.begin() as connection:
                    return await connection.run_sync(run_all, jobs)
            except JobFailed as failed:
                if not left or not _worth_another_try(failed.error):
                    raise
        raise AssertionError


def _worth_another_try(error: Exception) -> bool:
    # Nothing was committed: the server was restarted, or two processes waited for each other.
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or getattr(error.orig, "sqlstate", None) == _DEADLOCK
    )


def _engine(address: Address, *, seconds: int | None, session: Mapping[str, str]) -> AsyncEngine:
    return create_async_engine(
        address.url,
        hide_parameters=True,
        pool_size=1,
        max_overflow=0,
        pool_timeout=_SECONDS,
        connect_args={
            "timeout": _SECONDS,
            "command_timeout": seconds,
            "server_settings": dict(session),
        },
    )
