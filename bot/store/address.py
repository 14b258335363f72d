"""Which database is meant by HOTLINE_DATABASE_URL, and how it may be named in a message."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.store.errors import StoreError

_EXAMPLES: Final = "sqlite:///var/hotline.db or postgresql://user:password@host/database"
_POSTGRESQL: Final = ("postgresql", "postgres", "postgresql+asyncpg")


@dataclass(frozen=True, slots=True)
class Address:
    """One database; str() shows where it is, never a password or a user."""

    url: URL
    file: Path | None
    """The SQLite file; None where the database is PostgreSQL."""

    def __str__(self) -> str:
        if self.file is not None:
            return str(self.file)
        return f"{self.url.host or 'localhost'}:{self.url.port or 5432}/{self.url.database or ''}"

    __repr__ = __str__


def read_address(text: str) -> Address:
    """Return the database that this URL names.

    PostgreSQL takes libpq's `sslmode` (disable, prefer, require, verify-ca, verify-full) behind a '?'.

    Raises StoreError if it is none that this program can use; the message never shows the URL.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreError(f"HOTLINE_DATABASE_URL is no address of a database; write {_EXAMPLES}") from None
    if url.drivername == "sqlite":
        if not url.database or url.database == ":memory:":
            raise StoreError(f"HOTLINE_DATABASE_URL names no file; write {_EXAMPLES}")
        return Address(url, Path(url.database).absolute())
    if url.drivername in _POSTGRESQL:
        mode = url.query.get("sslmode")
        url = url.difference_update_query(["sslmode"])
        url = url.update_query_dict({"ssl": mode}) if mode else url
        return Address(url.set(drivername="postgresql+asyncpg"), None)
    raise StoreError(
        f"HOTLINE_DATABASE_URL begins with '{url.drivername}', which is no database for this program; "
        f"write {_EXAMPLES}"
    )
