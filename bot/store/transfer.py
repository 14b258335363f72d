"""Rows out of one database and into another, of either kind: what a backup holds of the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, bindparam, delete, func, select, tuple_

from bot.store.announcements import put_restored_aside
from bot.store.database import Database
from bot.store.errors import StoreError
from bot.store.tables import (
    announcement,
    announcement_delivery,
    audit,
    daily_count,
    draft,
    feedback,
    inbox,
    preference,
    question,
    settled_question,
    staff,
    staff_session,
    subscriber,
)

_BACKED_UP: Final = {
    each.name: each
    for each in (
        preference,
        question,
        feedback,
        daily_count,
        staff,
        audit,
        subscriber,
        announcement,
        settled_question,
        draft,
    )
}
"""Not what waits or is soon deleted; and without the numbers of updates a message that waited then, and that
Telegram sends again, is answered."""
TABLES: Final = tuple(_BACKED_UP)
"""Names of the tables whose rows a backup holds."""
_PAGE: Final = 5_000
_IN_USE: Final = (*_BACKED_UP.values(), inbox)

PlainRow = Mapping[str, str | int | None]
"""A row as JSON can hold it, by column; days and moments are ISO 8601."""


class Transfer:
    """The part of the store that is backed up and restored."""

    _database: Database
    _clock: Callable[[], datetime]

    async def pages(self, table: str) -> AsyncIterator[list[PlainRow]]:
        """Yield all rows of one of TABLES, some thousand at a time; others may write meanwhile."""
        last: PlainRow | None = None
        while page := await self._page(_BACKED_UP[table], last):
            yield page
            last = page[-1]

    async def replace(self, pages: Iterable[tuple[str, Sequence[PlainRow]]]) -> None:
        """Make these the rows of TABLES, in one transaction; a table that none is for is empty afterwards.

        pages: of (name of a table, rows); a column that a row lacks is empty.

        Raises StoreError if a table, a column or a value is none that this program knows.
        """

        def work(connection: Connection) -> None:
            connection.execute(delete(staff_session))  # of persons who may be others now
            connection.execute(delete(announcement_delivery))
            for name in TABLES:
                connection.execute(delete(_BACKED_UP[name]))
            for name, rows in pages:
                if name not in TABLES:
                    raise StoreError(f"this program has no table '{name}'; install the version that has")
                table = _BACKED_UP[name]
                values = [_row(table, each) for each in rows]
                if values:
                    connection.execute(table.insert(), values)
            put_restored_aside(connection, self._clock())

        await self._database.write(work)

    async def rows_in_use(self) -> int:
        """Return how many rows there are of people, staff, opinions, counts and messages."""

        def work(connection: Connection) -> int:
            counts = (select(func.count()).select_from(table) for table in _IN_USE)
            return sum(connection.execute(each).scalar_one() for each in counts)

        return await self._database.read(work)

    async def _page(self, table: Table, last: PlainRow | None) -> list[PlainRow]:
        statement = select(table).order_by(*table.primary_key).limit(_PAGE)
        if last is not None:
            values = _row(table, last)
            keys = [bindparam(None, values[each.name], type_=each.type) for each in table.primary_key]
            statement = statement.where(tuple_(*table.primary_key) > tuple_(*keys))

        def work(connection: Connection) -> list[PlainRow]:
            return [
                {name: _plain(value) for name, value in row.items()}
                for row in connection.execute(statement).mappings()
            ]

        return await self._database.read(work)


def _plain(value: object) -> str | int | None:
    if isinstance(value, date):
        return value.isoformat()
    assert value is None or isinstance(value, str | int)
    return value


def _row(table: Table, plain: PlainRow) -> dict[str, object]:
    unknown = plain.keys() - table.columns.keys()
    if unknown:
        raise StoreError(
            f"this program's table '{table.name}' has no column '{min(unknown)}'; "
            "install the version that has"
        )
    return {column.name: _value(column, plain.get(column.name)) for column in table.columns}


def _value(column: Column[Any], plain: object) -> object:
    kind = column.type.python_type
    if plain is None and column.nullable:
        return None
    if kind is date and isinstance(plain, str):
        with suppress(ValueError):
            return date.fromisoformat(plain)
    elif kind is datetime and isinstance(plain, str):
        with suppress(ValueError):
            if (moment := datetime.fromisoformat(plain)).tzinfo is not None:
                return moment
    elif isinstance(plain, kind) and not isinstance(plain, bool):
        return plain
    raise StoreError(f"a row of '{column.table.name}' has no usable '{column.name}'")
