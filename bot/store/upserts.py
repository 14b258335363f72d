"""INSERT … ON CONFLICT, which each database has under the same name in a dialect of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert
Upsert = Mapping[str, Executable]
"""The same statement, by the name of the dialect."""
Row = Mapping[str, object]


def upsert(table: Table, extend: Callable[[Insert], Executable]) -> Upsert:
    """Return an INSERT into this table, as `extend` completes it."""
    return {"sqlite": extend(sqlite.insert(table)), "postgresql": extend(postgresql.insert(table))}


def run(connection: Connection, statement: Upsert, rows: Row | Sequence[Row]) -> None:
    """Run what upsert() returned, once for each row."""
    connection.execute(statement[connection.dialect.name], rows)
