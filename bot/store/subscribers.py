"""Who asked to be told about changes: a chat and how it reads, until /stop or /forget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, bindparam, delete, func, select, update

from bot.reply import Reading, language_of
from bot.store.database import Database
from bot.store.tables import announcement, announcement_delivery, subscriber
from bot.store.upserts import run, upsert
from knowledge.model import LANGUAGES, Language

_SUBSCRIBE: Final = upsert(
    subscriber,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[subscriber.c.chat], set_={"language": insert.excluded.language}
    ),
)
_FOLLOW: Final = (
    update(subscriber)
    .where(subscriber.c.chat == bindparam("of_chat"))
    .values(language=bindparam("new_language"))
)
_OWED: Final = select(announcement_delivery.c.announcement).where(
    announcement_delivery.c.chat == bindparam("chat")
)
_COUNTED: Final = select(subscriber.c.language, func.count().label("times")).group_by(subscriber.c.language)


class Subscribers:
    """The part of the store that knows whom to tell about changes."""

    _database: Database

    async def subscribe(self, chat: int, reading: Reading) -> None:
        """Tell this chat about changes from now on, in this language and alphabet."""
        row = {"chat": chat, "language": reading}
        await self._database.write(lambda connection: run(connection, _SUBSCRIBE, row))

    async def unsubscribe(self, chat: int) -> None:
        """Tell this chat nothing any more, of an announcement that is being sent neither."""
        await self._database.write(
            lambda connection: end_subscriptions(connection, [chat]), ("announcement",)
        )

    async def subscribers(self) -> Mapping[Language, int]:
        """Return how many there are in each language."""

        def work(connection: Connection) -> dict[Language, int]:
            counted: Counter[str] = Counter()
            for row in connection.execute(_COUNTED):
                counted[language_of(row.language)] += row.times
            return {each: counted[each] for each in LANGUAGES}

        return await self._database.read(work)


def follow_language(connection: Connection, chat: int, language: Language) -> None:
    """Have announcements come in the language that this chat has chosen, if they come."""
    connection.execute(_FOLLOW, {"of_chat": chat, "new_language": language})


def end_subscriptions(connection: Connection, chats: Iterable[int]) -> None:
    """Delete these subscribers and what was still to be sent to them; announcements only count them."""
    for chat in chats:
        connection.execute(delete(subscriber).where(subscriber.c.chat == chat))
        owed = sorted(connection.execute(_OWED, {"chat": chat}).scalars())
        for each in owed:
            # The announcement before its deliveries, as everywhere: else two transactions block each other.
            lock(connection, each)
            mine = (announcement_delivery.c.announcement == each, announcement_delivery.c.chat == chat)
            gone = connection.execute(delete(announcement_delivery).where(*mine)).rowcount
            counted = {"unsubscribed": announcement.c.unsubscribed + gone}
            connection.execute(update(announcement).where(announcement.c.id == each).values(counted))


def lock(connection: Connection, announcement_id: str) -> None:
    """Keep other processes from this announcement until the transaction ends."""
    connection.execute(
        select(announcement.c.id).where(announcement.c.id == announcement_id).with_for_update()
    )
