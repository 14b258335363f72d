"""Everything that outlives a process, and everything that must be deleted in time."""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import Final

from sqlalchemy import Connection

from bot.store.address import Address, read_address
from bot.store.alive import Alive, purge_alive
from bot.store.announcements import Announcements
from bot.store.attempts import Attempts, purge_attempts
from bot.store.audit import Audit
from bot.store.clock import SharedClock
from bot.store.database import Database
from bot.store.deliveries import Deliveries, free_announcements, purge_deliveries
from bot.store.drafts import Drafts, purge_drafts
from bot.store.errors import StoreError
from bot.store.findings import Findings, purge_findings
from bot.store.inbox import Inbox, forget_messages, free_all, purge_inbox
from bot.store.opening import bring_up_to_date
from bot.store.paces import Paces, forget_pace, purge_paces
from bot.store.preferences import Preferences, forget_preferences, purge_subjects
from bot.store.publications import Publications
from bot.store.sessions import Sessions, purge_sessions
from bot.store.settling import Settling, purge_settled
from bot.store.sqlite_file import SQLiteFile
from bot.store.staff import Staff
from bot.store.subscribers import Subscribers, end_subscriptions
from bot.store.threads import Threads, forget_threads, free_all_lines, purge_threads
from bot.store.transfer import Transfer

log = logging.getLogger(__name__)

RETENTION: Final = timedelta(days=90)
PURGE_EVERY: Final = timedelta(minutes=1)
"""As often as the shortest promise, 15 minutes, asks for; a look that finds nothing costs little."""


class Store(
    Preferences,
    Inbox,
    Findings,
    Paces,
    Publications,
    Staff,
    Sessions,
    Attempts,
    Audit,
    Drafts,
    Transfer,
    Subscribers,
    Announcements,
    Deliveries,
    Alive,
    Settling,
    Threads,
):
    """One database, opened by open_store; its calls may run side by side. Every one raises StoreError."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime] | SharedClock, retention: timedelta
    ) -> None:
        self._database = database
        self._shared_clock = clock if isinstance(clock, SharedClock) else None
        self._clock = lambda: clock().astimezone(UTC)  # days are those of UTC
        self._retention = retention
        self._worker = uuid.uuid4().hex
        self._shared = False

    @property
    def shared(self) -> bool:
        """Whether others may answer from this database, too; known once become_receiver has returned."""
        return self._shared

    async def become_receiver(self) -> None:
        """Take the right to receive and answer, before the first update is fetched; close() gives it back.

        On SQLite there is one receiver, and what a killed one had claimed is free at once. On PostgreSQL
        there may be many, and a dead one's leases run out.

        Raises StoreError if another process is the receiver of this SQLite file.
        """
        self._shared = not await self._database.become_receiver()
        if not self._shared:
            await self._database.write(free_all)
            await self._database.write(free_all_lines)
            await self._database.write(free_announcements)

    async def forget(self, chat: int, *, answering: int | None = None) -> None:
        """Delete all that is kept of this chat: language, subject, messages that wait, its announcements.

        answering: the update that asked for it, which is still to be settled. Numbers of updates stay for
        their 48 hours, and tell of no chat.
        """

        def work(connection: Connection) -> None:
            forget_preferences(connection, chat)
            forget_messages(connection, chat, answering)
            forget_pace(connection, chat)
            forget_threads(connection, chat)
            end_subscriptions(connection, [chat])

        await self._database.write(work)
        await self._database.scrub(self._clock())

    async def purge(self) -> int:
        """Delete what is past its time; return how many rows. Times: docs/decisions/0008-store.md"""
        now = self._clock()

        def work(connection: Connection) -> int:
            return (
                purge_subjects(connection, now)
                + purge_inbox(connection, now)
                + purge_paces(connection, now)
                + purge_findings(connection, now.date(), self._retention)
                + purge_settled(connection, now.date(), self._retention)
                + purge_sessions(connection, now)
                + purge_attempts(connection, now)
                + purge_threads(connection, now)
                + purge_alive(connection, now)
                + purge_drafts(connection, now)
                + purge_deliveries(connection, now)
            )

        deleted = await self._database.write(work)
        if self._shared_clock is not None:
            self._shared_clock.set(await self._database.moment())
        await self._database.scrub(now)
        return deleted

    async def close(self) -> None:
        """Finish what was begun, and end every connection."""
        await self._database.close()


async def open_store(
    url: str, *, clock: Callable[[], datetime] | None = None, retention: timedelta = RETENTION
) -> Store:
    """Return the store at this address, its tables brought to what this program needs.

    url: sqlite:///path/to/file or postgresql://user:password@host/database; a SQLite file is made if there is
    none, and copied aside before tables with something in them are changed.
    clock: returns the moment, with its zone; by default that of PostgreSQL's server, or of this machine.
    retention: how long questions and opinions stay, whole days.

    Raises StoreError if the database cannot be used, or is of a newer version of this program.
    """
    database = database_at(read_address(url))
    try:
        await database.prepare(bring_up_to_date)
        clock = clock or SharedClock(await database.moment())
    except BaseException:
        await database.close()
        raise
    return Store(database, clock, retention)


def database_at(address: Address) -> Database:
    """Return the database at this address, as it is. Raises StoreError where a package is missing."""
    return _postgresql(address) if address.file is None else SQLiteFile(address, address.file)


def _postgresql(address: Address) -> Database:
    # Imported here, so that SQLite needs none of it.
    if find_spec("asyncpg") is None or find_spec("greenlet") is None:
        raise StoreError(
            "HOTLINE_DATABASE_URL names PostgreSQL, which needs more packages: "
            "pip install 'tajik-hotline[postgresql]'"
        )
    from bot.store.postgresql_server import PostgreSQLServer

    return PostgreSQLServer(address)


async def keep_purging(store: Store, every: timedelta = PURGE_EVERY) -> None:
    """Purge now and again and again, until cancelled; a failing database is logged once until it is back."""
    failing = False
    while True:
        try:
            await store.purge()
            failing = False
        except StoreError as error:
            if not failing:
                log.error("store.failed", extra={"reason": str(error)})
            failing = True
        await asyncio.sleep(every.total_seconds())
