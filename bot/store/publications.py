"""The published snapshot in the database, for replicas that share no disk; of the last few, one is live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, select

from bot.store.database import Database
from bot.store.tables import publication, publication_part
from bot.store.upserts import run, upsert

KEEP: Final = 3
"""Snapshots that stay in the database; one is some 50 MB."""
PART_BYTES: Final = 256 * 1024
"""Reading one holds up an answer by milliseconds, and even a slow line brings it within five seconds."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is live for all who share the database."""

    snapshot: str
    turn: int
    """Rises with each switch, so that going back to an older snapshot is one as well."""


_LIVE: Final = select(publication).order_by(publication.c.turn.desc()).limit(1)
_SWITCH: Final = upsert(
    publication,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[publication.c.snapshot], set_={"turn": insert.excluded.turn}
    ),
)


class Publications:
    """The part of the store that carries snapshots from one machine to the others."""

    _database: Database

    async def published(self) -> Publication | None:
        """Return what is live; None where nothing was ever published here. Cheap."""

        def work(connection: Connection) -> Publication | None:
            row = connection.execute(_LIVE).one_or_none()
            return None if row is None else Publication(row.snapshot, row.turn)

        return await self._database.read(work)

    async def publish(self, snapshot: str, files: Mapping[str, Path]) -> Publication:
        """Store this snapshot, unless it is there, and make it live, in one transaction; remove old ones.

        files: by the name of each within the snapshot. Others that publish meanwhile wait, for seconds.
        """

        def work(connection: Connection) -> Publication:
            if connection.dialect.name == "postgresql":  # SQLite has one writer anyway
                connection.exec_driver_sql("LOCK TABLE publication IN SHARE ROW EXCLUSIVE MODE")
            rows = connection.execute(select(publication)).all()
            turn = max((row.turn for row in rows), default=0) + 1
            run(connection, _SWITCH, {"snapshot": snapshot, "turn": turn})
            if snapshot not in {row.snapshot for row in rows}:
                for name, file in files.items():
                    for number, content in enumerate(_parts(file)):
                        values = {"snapshot": snapshot, "file": name, "number": number, "content": content}
                        connection.execute(publication_part.insert(), values)
            _remove_old(connection)
            return Publication(snapshot, turn)

        return await self._database.write(work)

    async def part(self, snapshot: str, file: str, number: int) -> bytes | None:
        """Return one part of a file of a snapshot, counted from 0; None behind the last one."""
        statement = select(publication_part.c.content).where(
            publication_part.c.snapshot == snapshot,
            publication_part.c.file == file,
            publication_part.c.number == number,
        )
        return await self._database.read(
            lambda connection: connection.execute(statement).scalar_one_or_none()
        )


def _parts(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while content := source.read(PART_BYTES):
            yield content


def _remove_old(connection: Connection) -> None:
    kept = connection.scalars(
        select(publication.c.snapshot).order_by(publication.c.turn.desc()).limit(KEEP)
    ).all()
    for table in (publication_part, publication):
        connection.execute(delete(table).where(table.c.snapshot.not_in(kept)))
