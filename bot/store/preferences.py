"""What is kept of a chat, so that nobody need say it twice: the language, and for a while the subject."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, cast, get_args

from sqlalchemy import Connection, bindparam, delete, select

from bot.store.database import Database
from bot.store.subscribers import follow_language
from bot.store.tables import preference, subject
from bot.store.upserts import run, upsert
from knowledge.model import Language

SUBJECT_STAYS: Final = timedelta(minutes=15)

# Built once: building a statement costs more than running it.
_KNOWN: Final = select(
    select(preference.c.language).where(preference.c.chat == bindparam("chat")).scalar_subquery(),
    select(subject.c.topic)
    .where(subject.c.chat == bindparam("chat"), subject.c.said_at > bindparam("since"))
    .scalar_subquery(),
)
_KEEP_LANGUAGE: Final = upsert(
    preference,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[preference.c.chat], set_={"language": insert.excluded.language}
    ),
)
_KEEP_SUBJECT: Final = upsert(
    subject,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[subject.c.chat],
        set_={"topic": insert.excluded.topic, "said_at": insert.excluded.said_at},
    ),
)


class Preferences:
    """The part of the store that remembers chats."""

    _database: Database
    _clock: Callable[[], datetime]

    async def known(self, chat: int) -> tuple[Language | None, str | None]:
        """Return the language that this chat chose, and the id of the topic of the last 15 minutes."""
        values = {"chat": chat, "since": self._clock() - SUBJECT_STAYS}
        found = await self._database.read(lambda connection: connection.execute(_KNOWN, values).one())
        language, topic = found
        return cast(Language, language) if language in get_args(Language) else None, topic

    async def keep_language(self, chat: int, language: Language) -> None:
        """Keep the language that this chat chose, until it is forgotten."""
        row = {"chat": chat, "language": language}

        def work(connection: Connection) -> None:
            run(connection, _KEEP_LANGUAGE, row)
            follow_language(connection, chat, language)

        await self._database.write(work)

    async def keep_subject(self, chat: int, topic_id: str) -> None:
        """Keep the topic that was spoken about just now, for 15 minutes."""
        row = {"chat": chat, "topic": topic_id, "said_at": self._clock()}
        await self._database.write(lambda connection: run(connection, _KEEP_SUBJECT, row))


def forget_preferences(connection: Connection, chat: int) -> None:
    """Delete the language and the subject of a chat."""
    for table in (preference, subject):
        connection.execute(delete(table).where(table.c.chat == chat))


def purge_subjects(connection: Connection, now: datetime) -> int:
    """Delete subjects that are older than 15 minutes; return how many."""
    return connection.execute(delete(subject).where(subject.c.said_at <= now - SUBJECT_STAYS)).rowcount
