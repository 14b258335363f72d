"""A database as the store sees it: pieces of work, each done wholly or not at all, and one kind of failure.

A transaction costs its processor time and its wait for the disk once, whether it holds one piece of work or
fifty. So whatever arrives while one is under way goes into the next, together; it is one alone when little
happens. Figures: docs/decisions/0008-store.md
"""

from __future__ import annotations

import asyncio
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.store.address import Address
from bot.store.errors import StoreError

T = TypeVar("T")
Work = Callable[[Connection], T]
"""Plain statements, the same for both databases; called again when its transaction was rolled back."""
BringUpToDate = Callable[[Connection, Callable[[str], None]], None]
"""Changes tables; the second argument is called with the old revision before that."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A piece of work and who waits for it."""

    work: Work[Any]
    writes: bool
    order: tuple[str, ...]
    done: asyncio.Future[Any]


class JobFailed(Exception):  # noqa: N818 - a message from one method to another, never an error of its own
    """One job of a transaction failed, and the others were rolled back with it."""

    def __init__(self, job: Job, error: Exception) -> None:
        super().__init__()
        self.job = job
        self.error = error


class Database(ABC):
    """Base of both databases; every public method raises StoreError, whatever goes wrong."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._waiting: list[Job] = []
        self._draining: asyncio.Task[None] | None = None

    async def read(self, work: Work[T]) -> T:
        """Return what the work reads."""
        return await self._submit(work, writes=False, order=())

    async def write(self, work: Work[T], order: tuple[str, ...] = ()) -> T:
        """Return what the work returns, after its transaction has reached the disk.

        order: names the row, where several processes write the same one. Work of one transaction is done in
        this order, everywhere, so that no two processes wait for each other.
        """
        return await self._submit(work, writes=True, order=order)

    @abstractmethod
    async def prepare(self, bring_up_to_date: BringUpToDate) -> None:
        """Make the tables as this program needs them."""

    @abstractmethod
    async def become_receiver(self) -> bool:
        """Take the right to receive, until closed; return whether this process is now the only receiver."""

    @abstractmethod
    async def scrub(self, now: datetime) -> None:
        """Remove what deleted rows left behind outside the tables."""

    async def moment(self) -> datetime | None:
        """Return the moment by the clock of the server; None where there is none."""
        return None

    async def close(self) -> None:
        """Finish what was begun, and end every connection."""
        if self._draining is not None:
            await self._draining

    @abstractmethod
    async def _transaction(self, jobs: Sequence[Job]) -> Mapping[Job, object]:
        """Run all jobs in one transaction; raise JobFailed where it failed in one of them."""

    async def _submit(self, work: Work[T], *, writes: bool, order: tuple[str, ...]) -> T:
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(Job(work, writes, order, done))
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        with plain_failures(self._address):
            return await done

    async def _drain(self) -> None:
        try:
            while self._waiting:
                jobs, self._waiting = self._waiting, []
                jobs.sort(key=lambda job: job.order)
                await self._run([job for job in jobs if not job.done.cancelled()])
        finally:
            self._draining = None

    async def _run(self, jobs: list[Job]) -> None:
        while jobs:
            try:
                for job, result in (await self._transaction(jobs)).items():
                    if not job.done.cancelled():
                        job.done.set_result(result)
                return
            except JobFailed as failed:
                # The others must not suffer from one; but a lost database is lost to all of them.
                culprits = jobs if _is_lost(failed.error) else [failed.job]
                jobs = [job for job in jobs if job not in culprits]
                _fail(culprits, failed.error)
            except Exception as error:  # noqa: BLE001 - handed to those who wait, each of whom raises it
                _fail(jobs, error)
                return


def run_all(connection: Connection, jobs: Sequence[Job]) -> dict[Job, object]:
    """Return what each job returned. Raises JobFailed with the first one that fails."""
    results: dict[Job, object] = {}
    for job in jobs:
        try:
            results[job] = job.work(connection)
        except Exception as error:
            raise JobFailed(job, error) from error
    return results


@contextmanager
def plain_failures(address: Address) -> Iterator[None]:
    """Turn every failure of a database into a StoreError that names the place and nothing that was stored."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError, OverflowError, UnicodeError) as error:
        raise StoreError(
            f"the database {address} cannot be used now: {_cause(error)}; "
            "check that it runs, that HOTLINE_DATABASE_URL is right, and that the disk is not full"
        ) from None


def _fail(jobs: Iterable[Job], error: Exception) -> None:
    for job in jobs:
        if not job.done.cancelled():
            job.done.set_exception(error)


def _is_lost(error: Exception) -> bool:
    # A connection that is broken, or a server that has not answered in time.
    return isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated)


def _cause(error: Exception) -> str:
    # SQLite's words hold no values; PostgreSQL's may quote the row.
    inner: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(inner, sqlite3.Error):
        return str(inner)
    while inner is not None and inner.__cause__ is not None:
        inner = inner.__cause__
    return type(inner).__name__
