"""An announcement on its way: who is still to be told, and what came of each message.

Telegram has no key that makes a message come once. So a row is marked before Telegram is asked, and a mark
that a process left behind when it died is not sent again: nobody gets an announcement twice. Why so, and what
that costs: docs/decisions/0013-desk.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, cast

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from bot.reply import Reading
from bot.store.announcements import Announcement, announcement_of
from bot.store.database import Database
from bot.store.inbox import LEASE
from bot.store.subscribers import end_subscriptions, lock
from bot.store.tables import Moment, announcement, announcement_delivery, subscriber

Outcome = Literal["sent", "failed", "gone", "unsure", "not-taken"]
"""'gone': the person blocked the bot, and is no subscriber any more. 'not-taken': Telegram certainly has not
got it, and it waits again."""
_COUNTED: Final[Mapping[Outcome, str]] = {"sent": "sent", "failed": "failed", "unsure": "unsure"}
"""Column of each that ends a delivery; who is gone is counted by end_subscriptions."""

_ROW: Final = announcement_delivery.c
_ANNOUNCEMENT: Final = announcement.c
_OLDEST: Final = (
    select(announcement)
    .where(_ANNOUNCEMENT.state == "sending")
    .order_by(_ANNOUNCEMENT.begun_at, _ANNOUNCEMENT.id)
    .limit(1)
    .with_for_update()
)
_NEXT: Final = (
    select(_ROW.chat, subscriber.c.language)
    .outerjoin(subscriber, subscriber.c.chat == _ROW.chat)
    .where(_ROW.announcement == bindparam("announcement"), _ROW.state == "waiting")
    .order_by(_ROW.chat)
    .limit(bindparam("most"))
)
_SENT_BY_US: Final = (
    update(announcement)
    .where(
        _ANNOUNCEMENT.id == bindparam("of"),
        _ANNOUNCEMENT.state == "sending",
        _ANNOUNCEMENT.held_by == bindparam("worker"),
    )
    .values(held_until=bindparam("until", type_=Moment))
)
_STATE: Final = select(_ANNOUNCEMENT.state).where(_ANNOUNCEMENT.id == bindparam("of")).with_for_update()
_MARKED: Final = and_(_ROW.announcement == bindparam("of"), _ROW.state == "sending")
_MARK: Final = (
    update(announcement_delivery)
    .where(
        _ROW.announcement == bindparam("of"),
        _ROW.state == "waiting",
        _ROW.chat.in_(bindparam("chats", expanding=True)),
    )
    .values(state="sending")
    .returning(_ROW.chat)
)
_UNMARK: Final = (
    update(announcement_delivery).where(_MARKED, _ROW.chat == bindparam("to")).values(state="waiting")
)
_END: Final = delete(announcement_delivery).where(_MARKED, _ROW.chat == bindparam("to"))
_END_ALL_MARKED: Final = delete(announcement_delivery).where(_MARKED)
_IN_FLIGHT_STAYS: Final = timedelta(minutes=5)
"""Longer than any request to Telegram takes."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that is to be sent now, and by nobody else."""

    chat: int
    reading: Reading


class Deliveries:
    """The part of the store that announcements are sent from."""

    _database: Database
    _clock: Callable[[], datetime]
    _worker: str

    async def hold_announcement(self, lease: timedelta = LEASE) -> Announcement | None:
        """Return the announcement that is to be sent by this process, if there is one; by no other meanwhile.

        One at a time, whichever process sends it. Messages that were under way in a process that held it
        before, and died, are counted as unsure.
        """
        now = self._clock()

        def work(connection: Connection) -> Announcement | None:
            row = connection.execute(_OLDEST).one_or_none()
            if row is None or (row.held_until is not None and row.held_until > now):
                return None
            _give_up_marked(connection, row.id)
            mine = {"held_by": self._worker, "held_until": now + lease}
            connection.execute(update(announcement).where(_ANNOUNCEMENT.id == row.id).values(mine))
            return announcement_of(row)

        return await self._database.write(work, ("announcement",))

    async def take_deliveries(
        self, announcement_id: str, most: int, lease: timedelta = LEASE
    ) -> list[Delivery] | None:
        """Return messages to be sent at once; None when it is ended, stopped, or held by another process.

        They are marked, whatever happens afterwards. An empty list: go on asking. Its end is noted here.
        """
        now = self._clock()

        def work(connection: Connection) -> list[Delivery] | None:
            if not self._keep_holding(connection, announcement_id, now + lease):
                return None
            values = {"announcement": announcement_id, "most": most}
            found = {row.chat: row.language for row in connection.execute(_NEXT, values)}
            if not found:
                return None if _finish(connection, announcement_id, now) else []
            # Who stopped it while the list was being made.
            end_subscriptions(connection, [chat for chat, language in found.items() if language is None])
            chats = [chat for chat, language in found.items() if language is not None]
            marked = (
                connection.execute(_MARK, {"of": announcement_id, "chats": chats}).scalars() if chats else ()
            )
            return [Delivery(chat, cast(Reading, found[chat])) for chat in sorted(marked)]

        return await self._database.write(work, ("announcement", announcement_id))

    async def renew_announcement(self, announcement_id: str, lease: timedelta = LEASE) -> None:
        """Go on holding it, while messages are under way."""
        until = self._clock() + lease
        await self._database.write(
            lambda connection: self._keep_holding(connection, announcement_id, until),
            ("announcement", announcement_id),
        )

    async def settle_deliveries(
        self, announcement_id: str, outcomes: Mapping[int, Outcome], lease: timedelta = LEASE
    ) -> None:
        """Note what came of messages, by chat; what was given up meanwhile is not counted again.

        lease: for how long nobody else goes on; longer where Telegram asked to wait.
        """
        until = self._clock() + lease

        def work(connection: Connection) -> None:
            going_on = connection.execute(_STATE, {"of": announcement_id}).scalar_one_or_none() == "sending"
            self._keep_holding(connection, announcement_id, until)
            end_subscriptions(connection, sorted(chat for chat, came in outcomes.items() if came == "gone"))
            counts: Counter[str] = Counter()
            for chat, came in sorted(outcomes.items()):
                again = came == "not-taken" and going_on
                done = connection.execute(_UNMARK if again else _END, {"of": announcement_id, "to": chat})
                if came in _COUNTED:
                    counts[_COUNTED[came]] += done.rowcount
            _count(connection, announcement_id, counts)

        await self._database.write(work, ("announcement", announcement_id))

    async def release_announcement(self, announcement_id: str) -> None:
        """Let another process go on at once."""
        mine = (_ANNOUNCEMENT.id == announcement_id, _ANNOUNCEMENT.held_by == self._worker)
        free = update(announcement).where(*mine).values(held_by=None, held_until=None)
        await self._database.write(
            lambda connection: connection.execute(free), ("announcement", announcement_id)
        )

    def _keep_holding(self, connection: Connection, announcement_id: str, until: datetime) -> bool:
        values = {"of": announcement_id, "worker": self._worker, "until": until}
        return connection.execute(_SENT_BY_US, values).rowcount == 1


def free_announcements(connection: Connection) -> None:
    """End every lease: for a process that knows that no other is left."""
    connection.execute(update(announcement).values(held_by=None, held_until=None))


def purge_deliveries(connection: Connection, now: datetime) -> int:
    """Delete what a process that died was sending of announcements that were stopped; return how many."""
    ended = select(_ANNOUNCEMENT.id).where(
        _ANNOUNCEMENT.finished_at <= now - _IN_FLIGHT_STAYS,
        _ANNOUNCEMENT.id.in_(select(_ROW.announcement)),
    )
    return sum(_give_up_marked(connection, each) for each in sorted(connection.execute(ended).scalars()))


def _give_up_marked(connection: Connection, announcement_id: str) -> int:
    lock(connection, announcement_id)
    gone = connection.execute(_END_ALL_MARKED, {"of": announcement_id}).rowcount
    _count(connection, announcement_id, Counter({"unsure": gone}))
    return gone


def _count(connection: Connection, announcement_id: str, counts: Mapping[str, int]) -> None:
    values = {name: _ANNOUNCEMENT[name] + times for name, times in counts.items() if times}
    if values:
        connection.execute(update(announcement).where(_ANNOUNCEMENT.id == announcement_id).values(values))


def _finish(connection: Connection, announcement_id: str, now: datetime) -> bool:
    under_way = select(_ROW.chat).where(_ROW.announcement == announcement_id).limit(1)
    if connection.execute(under_way).first() is not None:
        return False
    ended = {"state": "sent", "finished_at": now, "held_by": None, "held_until": None}
    connection.execute(update(announcement).where(_ANNOUNCEMENT.id == announcement_id).values(ended))
    return True
