"""A look at a database that changes nothing in it, makes none, and waits for nobody."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from bot.store.address import read_address
from bot.store.errors import StoreError
from bot.store.opening import Tables, look_at_tables
from bot.store.store import database_at
from bot.store.tables import inbox


@dataclass(frozen=True, slots=True)
class Examined:
    """How a database is."""

    where: str
    """Without user and password."""
    tables: Tables
    waiting: int
    """Messages without an answer."""
    clock_ahead: timedelta | None
    """How far this machine's clock is ahead of the server's; None where there is no server."""


async def examine(url: str) -> Examined | None:
    """Return how the database at this address is; None if it is a file that will be made at the first start.

    Raises StoreError if it cannot be used: it is lost, damaged, or may not be written.
    """
    address = read_address(url)
    if address.file is not None:
        if not address.file.exists():
            return None
        _check_writable(address.file)
    database = database_at(address)
    try:
        return await database.read(lambda connection: _examined(connection, str(address)))
    finally:
        await database.close()


def _examined(connection: Connection, where: str) -> Examined:
    ahead = None
    if connection.dialect.name == "sqlite":
        [said] = connection.exec_driver_sql("PRAGMA quick_check(1)").scalars()
        if said != "ok":
            raise StoreError(f"the database {where} is damaged; restore a backup with 'hotline restore'")
    else:
        ahead = datetime.now(UTC) - connection.execute(select(func.clock_timestamp())).scalar_one()
    tables = look_at_tables(connection)
    waiting = select(func.count()).select_from(inbox)
    count = connection.execute(waiting).scalar_one() if tables.revision and tables.fit else 0
    return Examined(where, tables, count, ahead)


def _check_writable(file: Path) -> None:
    for each in (file, file.parent):
        if not os.access(each, os.W_OK):
            raise StoreError(f"{each} may not be written by this user; change its owner with chown")
