"""Which questions the staff have dealt with, by a digest of the folded text; and what they look at for it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, delete, func, select

from bot.store.audit import note
from bot.store.database import Database
from bot.store.findings import Asked
from bot.store.tables import feedback, question, settled_question
from bot.store.upserts import run, upsert


@dataclass(frozen=True, slots=True)
class Settled:
    """Somebody has dealt with a question."""

    digest: str
    what: str
    """Such as 'question.done', as it stands in the audit."""
    by: str
    day: date


@dataclass(frozen=True, slots=True)
class OpinionTotal:
    """How often a section was found helpful, or not for this reason."""

    page_id: str
    section_id: str
    reason: str
    times: int


_SETTLE = upsert(
    settled_question,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["digest"],
        set_={name: insert.excluded[name] for name in ("what", "by", "day")},
    ),
)


class Settling:
    """The part of the store in which the staff tick off what was asked."""

    _database: Database
    _clock: Callable[[], datetime]

    async def settle_questions(self, digests: Collection[str], what: str, by: str, subject: str = "") -> None:
        """Remember that this was done with questions of these digests, also in the audit.

        subject: what it was done with, such as a topic's id; never a text.
        """
        now = self._clock()
        rows = [{"digest": each, "what": what, "by": by, "day": now.date()} for each in sorted(set(digests))]

        def work(connection: Connection) -> None:
            if rows:
                run(connection, _SETTLE, rows)
            note(connection, now, by, what, subject)

        await self._database.write(work, ("settled_question",))

    async def settled_questions(self) -> list[Settled]:
        """Return what was dealt with, as far as it is still kept."""
        statement = select(settled_question).order_by(settled_question.c.digest)
        return await self._database.read(
            lambda connection: [Settled(**row) for row in connection.execute(statement).mappings()]
        )

    async def settled_questions_number(self) -> int:
        """Return how many digests are kept."""
        statement = select(func.count()).select_from(settled_question)
        return await self._database.read(lambda connection: connection.execute(statement).scalar_one())

    async def question_days(self) -> dict[date, int]:
        """Return how many questions are kept of each day."""
        statement = select(question.c.day, func.count()).group_by(question.c.day).order_by(question.c.day)
        return await self._database.read(
            lambda connection: {row[0]: row[1] for row in connection.execute(statement)}
        )

    async def questions_of(self, day: date) -> list[Asked]:
        """Return the questions of this day."""
        statement = select(question).where(question.c.day == day).order_by(question.c.id)

        def work(connection: Connection) -> list[Asked]:
            return [
                Asked(row.day, row.text, row.language, row.outcome, row.script, tuple(row.topics.split()))
                for row in connection.execute(statement)
            ]

        return await self._database.read(work)

    async def opinion_totals(self, since: date, language: str = "") -> list[OpinionTotal]:
        """Return the opinions of this day and later together, by section and reason; '': of all languages."""
        section = (feedback.c.page_id, feedback.c.section_id, feedback.c.reason)
        statement = select(*section, func.sum(feedback.c.times).label("times")).where(feedback.c.day >= since)
        if language:
            statement = statement.where(feedback.c.language == language)
        statement = statement.group_by(*section).order_by(*section)
        return await self._database.read(
            lambda connection: [OpinionTotal(**row) for row in connection.execute(statement).mappings()]
        )


def purge_settled(connection: Connection, today: date, retention: timedelta) -> int:
    """Delete what was dealt with longer ago than questions are kept; return how many."""
    past = settled_question.c.day <= today - retention
    return connection.execute(delete(settled_question).where(past)).rowcount
