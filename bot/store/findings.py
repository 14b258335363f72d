"""What the office learns from: questions without a good answer, opinions, counts. Nothing tells of whom."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Table, delete, select

from bot.masking.text import mask
from bot.store.database import Database
from bot.store.tables import daily_count, feedback, question
from bot.store.upserts import Upsert, run, upsert
from bot.turn import Feedback

LONGEST: Final = 500
"""Characters of a question that are kept: enough to see what was asked; a long story tells who wrote it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that got no or an unsure answer."""

    day: date
    text: str
    """Masked, at most LONGEST characters."""
    language: str
    outcome: str
    script: str
    """How it was written: 'cyrillic', 'latin', 'mixed' or 'other'."""
    topics: tuple[str, ...]
    """The nearest ones, nearest first."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How often a section was found helpful, or not, on one day."""

    day: date
    page_id: str
    section_id: str
    reason: str
    language: str
    times: int


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """How often something happened on one day."""

    day: date
    kind: str
    """'outcome', 'language', 'topic' …"""
    key: str
    times: int


def _adding(table: Table) -> Upsert:
    return upsert(
        table,
        lambda insert: insert.on_conflict_do_update(
            index_elements=list(table.primary_key), set_={"times": table.c.times + insert.excluded.times}
        ),
    )


_ADD_OPINION, _ADD_COUNT = _adding(feedback), _adding(daily_count)


class Findings:
    """The part of the store that reports are made from."""

    _database: Database
    _clock: Callable[[], datetime]

    async def add_question(
        self, text: str, *, language: str, outcome: str, script: str, topics: Sequence[str] = ()
    ) -> None:
        """Keep a question that got no or an unsure answer; masked here, whether or not it was before."""
        row = {
            "id": secrets.randbits(63),
            "day": self._clock().date(),
            "text": _plain(mask(text))[:LONGEST],
            "language": language,
            "outcome": outcome,
            "script": script,
            "topics": " ".join(topics),
        }

        def work(connection: Connection) -> None:
            connection.execute(question.insert(), row)

        await self._database.write(work)

    async def add_feedback(self, opinion: Feedback) -> None:
        """Count what somebody thought of a section."""
        row = {
            "day": self._clock().date(),
            "page_id": opinion.page_id,
            "section_id": opinion.section_id,
            "reason": opinion.reason,
            "language": opinion.language,
            "times": 1,
        }
        await self._add(_ADD_OPINION, row, "feedback")

    async def count(self, day: date, kind: str, key: str, times: int = 1) -> None:
        """Add to the count of something that happened on this day.

        Several at once, in asyncio.gather, cost hardly more than one.
        """
        row = {"day": day, "kind": kind, "key": key, "times": times}
        await self._add(_ADD_COUNT, row, "daily_count")

    async def count_first(self, day: date, kind: str, key: str) -> bool:
        """Add one to a count; return whether it is the first, of all processes that share the database."""
        row = {"day": day, "kind": kind, "key": key, "times": 1}
        same = [column == row[column.name] for column in daily_count.primary_key]
        counted = select(daily_count.c.times).where(*same)

        def work(connection: Connection) -> bool:
            run(connection, _ADD_COUNT, row)
            return bool(connection.execute(counted).scalar_one() == 1)

        return await self._database.write(work, ("daily_count", str(day), kind, key))

    async def questions(self, since: date) -> list[Asked]:
        """Return the questions of this day and later, by day."""
        statement = select(question).where(question.c.day >= since).order_by(question.c.day, question.c.id)

        def work(connection: Connection) -> list[Asked]:
            return [
                Asked(row.day, row.text, row.language, row.outcome, row.script, tuple(row.topics.split()))
                for row in connection.execute(statement)
            ]

        return await self._database.read(work)

    async def opinions(self, since: date) -> list[Opinion]:
        """Return the opinions of this day and later, by day."""
        statement = select(feedback).where(feedback.c.day >= since).order_by(*feedback.primary_key)
        return await self._database.read(
            lambda connection: [Opinion(**row) for row in connection.execute(statement).mappings()]
        )

    async def counts(self, since: date) -> list[Count]:
        """Return the counts of this day and later, by day, kind and key."""
        statement = select(daily_count).where(daily_count.c.day >= since)
        return sorted(
            await self._database.read(
                lambda connection: [Count(**row) for row in connection.execute(statement).mappings()]
            )
        )

    async def _add(self, statement: Upsert, row: Mapping[str, object], table: str) -> None:
        order = (table, *(str(value) for name, value in row.items() if name != "times"))
        await self._database.write(lambda connection: run(connection, statement, row), order)


def purge_findings(connection: Connection, today: date, retention: timedelta) -> int:
    """Delete questions and opinions that are past their time; return how many. Counts stay."""
    return sum(
        connection.execute(delete(table).where(table.c.day <= today - retention)).rowcount
        for table in (question, feedback)
    )


def _plain(text: str) -> str:
    # Control characters, halves of pairs and the like: no database takes all of them, no terminal should.
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
