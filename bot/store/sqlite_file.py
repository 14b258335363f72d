"""The database of one process: a SQLite file, used by one thread of its own.

SQLAlchemy's own way for asyncio, aiosqlite, crosses threads some ten times in a transaction; handing the
whole transaction over crosses them once, and takes a third of the processor time.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TextIO

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from bot.store.address import Address
from bot.store.database import BringUpToDate, Database, Job, T, plain_failures, run_all
from bot.store.errors import StoreError

_OLDEST: Final = (3, 35)
"""The first SQLite with RETURNING."""
_BUSY: Final = "busy_timeout = 3000"
"""Milliseconds that another process may hold the file before a piece of work fails."""
_BUSY_AT_START: Final = "busy_timeout = 60000"
"""The same while another process may be changing the tables."""
_TRIES: Final = 20
_BETWEEN_TRIES_SECONDS: Final = 0.1
_COPIES_STAY: Final = timedelta(days=7)
_COPY: Final = ".before-"
_IN_NO_COPY: Final = frozenset({"inbox", "thread", "thread_line", "thread_note"})
"""Tables with what citizens wrote, which must not outlive its time in a copy."""
_PRAGMAS: Final = (
    "synchronous = FULL",  # what was promised is kept through a power cut, not only through kill -9
    "secure_delete = ON",  # what is deleted is overwritten
)


class SQLiteFile(Database):
    """See Database; other processes may read the file, and write it briefly, at the same time."""

    def __init__(self, address: Address, file: Path) -> None:
        super().__init__(address)
        self._file = file
        self._engine = _engine(file, _BUSY)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._inode: int | None = None
        self._right: TextIO | None = None

    async def prepare(self, bring_up_to_date: BringUpToDate) -> None:
        """Make the file if there is none, and its tables as this program needs them."""
        if sqlite3.sqlite_version_info < _OLDEST:
            raise StoreError(f"Python's SQLite is {sqlite3.sqlite_version}; 3.35 or newer is needed")
        await self._in_thread(self._create)
        hurried, self._engine = self._engine, _engine(self._file, _BUSY_AT_START)
        try:
            await self.write(lambda connection: bring_up_to_date(connection, self._copy_aside))
        finally:
            await self._in_thread(self._engine.dispose)
            self._engine = hurried

    async def become_receiver(self) -> bool:
        """Take the right to receive; it ends with the process, however that ends."""
        self._right = self._right or await self._in_thread(self._lock)
        return True

    async def scrub(self, now: datetime) -> None:
        """Empty the write-ahead log, which still holds old pages, and remove old copies of the file."""
        await self._in_thread(self._scrub, now)

    async def close(self) -> None:
        """Finish what was begun, and close the file."""
        await super().close()
        await self._in_thread(self._engine.dispose)
        self._thread.shutdown()
        if self._right is not None:
            self._right.close()

    async def _transaction(self, jobs: Sequence[Job]) -> Mapping[Job, object]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._run_in_thread, jobs)

    async def _in_thread(self, function: Callable[..., T], *arguments: object) -> T:
        with plain_failures(self._address):
            return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    # -- in the thread

    def _run_in_thread(self, jobs: Sequence[Job]) -> Mapping[Job, object]:
        self._follow_the_file()
        with self._engine.connect() as connection:
            connection.execution_options(writes=any(job.writes for job in jobs))
            with connection.begin():
                return run_all(connection, jobs)

    def _follow_the_file(self) -> None:
        # A file that was removed, or restored under us, would take what is written into nothing.
        inode = self._file.stat().st_ino
        if inode != self._inode:
            self._engine.dispose()
            self._inode = inode

    def _create(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        # Closing a file that SQLite has open in this process would end its locks.
        if not self._file.exists():
            _make_private(self._file)

    def _lock(self) -> TextIO:
        file = self._file.with_name(self._file.name + ".receiver").open("w")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise StoreError(
                f"another process receives messages with {self._address}; stop it, or set "
                "HOTLINE_DATABASE_URL to PostgreSQL, which several may share"
            ) from None
        return file

    def _scrub(self, now: datetime) -> None:
        self._follow_the_file()
        with self._engine.connect() as connection:
            cursor = connection.connection.cursor()
            # Without waiting for whoever reads the old pages; the next time does it then.
            for pragma in ("busy_timeout = 0", "wal_checkpoint(TRUNCATE)", _BUSY):
                cursor.execute(f"PRAGMA {pragma}").fetchall()
        for copy in self._file.parent.glob(f"{self._file.name}{_COPY}*"):
            if copy.stat().st_mtime < (now - _COPIES_STAY).timestamp():
                copy.unlink()

    def _copy_aside(self, revision: str) -> None:
        # Through SQLite itself: the file alone lacks what is still in the write-ahead log.
        copy = self._file.with_name(f"{self._file.name}{_COPY}{revision}")
        copy.unlink(missing_ok=True)
        _make_private(copy)
        source, target = sqlite3.connect(self._file), sqlite3.connect(copy)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            names = target.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for table in _IN_NO_COPY & {name for (name,) in names}:
                target.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
            target.commit()
            target.execute("VACUUM")
        finally:
            source.close()
            target.close()


def _make_private(file: Path) -> None:
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, mode=0o600))


def _to_wal(connection: sqlite3.Connection) -> None:
    # Reports and backups read while the bot writes. Of two processes that make the file at the same time
    # SQLite refuses one at once, without waiting.
    for left in range(_TRIES - 1, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(_BETWEEN_TRIES_SECONDS)


def _engine(file: Path, busy: str) -> Engine:
    # Opened for reading and writing only: a file that has gone must be an error, not a new empty one.
    address = f"{file.as_uri()}?mode=rw"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, isolation_level=None),
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA {busy}")
        _to_wal(connection)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads before it writes could not wait for its turn to write.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
