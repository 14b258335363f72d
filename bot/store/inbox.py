"""Received updates from their storing to their answer: none is lost, and none is answered twice.

A process takes what waits with claim(), which gives it a lease; what a process that died had claimed is free
again when its lease has run out. One process on SQLite and many on PostgreSQL use the same calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Executable, Row, and_, bindparam, delete, exists, func, or_, select, update

from bot.store.database import Database
from bot.store.tables import Moment, inbox, number
from bot.store.upserts import run, upsert

NUMBER_STAYS: Final = timedelta(hours=48)
"""Telegram keeps an update that was not confirmed for 24 hours (Bot API, 'Getting updates')."""
MESSAGE_STAYS: Final = timedelta(hours=24)
LEASE: Final = timedelta(seconds=12)
"""Whose message a process held that died waits so long, and a second until another process looks."""


@dataclass(frozen=True, slots=True)
class Received:
    """An update as it came."""

    update_id: int
    chat: int
    """What is answered in order: the chat's id, or, for what has no chat, the user's."""
    payload: str
    """Whatever is needed to answer it later, the update's JSON for instance."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that is not answered yet."""

    update_id: int
    chat: int
    payload: str
    received_at: datetime
    attempts: int
    """How often it was claimed, this time included."""
    sending_since: datetime | None
    """When a reply began to be sent by someone who has not settled it: Telegram may have taken that reply."""


# Built once: building a statement costs more than running it.
_SEE: Final = upsert(
    number,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[number.c.update_id],
        set_={"seen_at": insert.excluded.seen_at},
        where=number.c.seen_at <= bindparam("forgotten", type_=Moment),
    ).returning(number.c.update_id),
)
_STORE: Final = upsert(
    inbox,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[inbox.c.update_id],
        set_={column.name: insert.excluded[column.name] for column in inbox.c if not column.primary_key},
    ),
)
_NOW, _SINCE = bindparam("now", type_=Moment), bindparam("since", type_=Moment)
_OTHER: Final = inbox.alias()
_NOT_ITS_TURN: Final = exists().where(
    _OTHER.c.chat == inbox.c.chat,
    or_(
        _OTHER.c.update_id < inbox.c.update_id,
        # One that came late, while a newer one is being answered.
        and_(_OTHER.c.update_id > inbox.c.update_id, _OTHER.c.held_until > _NOW),
    ),
    _OTHER.c.received_at > _SINCE,
)
_CLAIMABLE: Final = (
    select(inbox)
    .where(
        inbox.c.received_at > _SINCE,
        or_(inbox.c.held_until.is_(None), inbox.c.held_until <= _NOW),
        ~_NOT_ITS_TURN,
    )
    .order_by(inbox.c.update_id)
    .limit(bindparam("limit"))
)
# A row that another process is just taking is skipped; one that it has taken shows its new lease when locked.
_LOCKED: Final = _CLAIMABLE.with_for_update(of=inbox, skip_locked=True)
_TAKE: Final = (
    update(inbox)
    .where(inbox.c.update_id.in_(bindparam("numbers", expanding=True)))
    .values(held_by=bindparam("worker"), held_until=bindparam("until"), attempts=inbox.c.attempts + 1)
)
_MINE: Final = and_(inbox.c.update_id == bindparam("number"), inbox.c.held_by == bindparam("worker"))
_RENEW: Final = update(inbox).where(_MINE).values(held_until=bindparam("until"))
_RELEASE: Final = update(inbox).where(_MINE).values(held_by=None, held_until=bindparam("until"))
_SENDING: Final = (
    update(inbox).where(_MINE).values(held_until=bindparam("until"), sending_since=bindparam("since"))
)
_BEHIND: Final = (
    select(inbox)
    .where(
        inbox.c.chat == bindparam("chat"),
        inbox.c.update_id > bindparam("number"),
        inbox.c.received_at > _SINCE,
    )
    .order_by(inbox.c.update_id)
)
_SETTLE: Final = delete(inbox).where(inbox.c.update_id == bindparam("number"))


class Inbox:
    """The part of the store that answers are owed from."""

    _database: Database
    _clock: Callable[[], datetime]
    _worker: str

    async def accept(self, update_id: int, chat: int, payload: str) -> bool:
        """Store an update; return whether its number was not seen in the last 48 hours.

        When this has returned, the update outlives the process and a power cut: its number may be confirmed.
        """
        return bool(await self.accept_many([Received(update_id, chat, payload)]))

    async def accept_many(self, updates: Iterable[Received]) -> frozenset[int]:
        """Store updates in one transaction, all or none; return the numbers that were new. See accept."""
        batch, now = _sorted(updates), self._clock()
        if not batch:
            return frozenset()
        return await self._database.write(lambda connection: _accept(connection, batch, now), _order(batch))

    async def accept_and_claim(
        self, updates: Sequence[Received], limit: int, lease: timedelta = LEASE
    ) -> tuple[frozenset[int], list[Waiting]]:
        """Accept updates and claim what can be answered, these included, in one go."""
        batch, now = _sorted(updates), self._clock()

        def work(connection: Connection) -> tuple[frozenset[int], list[Waiting]]:
            new = _accept(connection, batch, now) if batch else frozenset()
            return new, _claim(connection, limit, self._worker, now, lease) if limit else []

        return await self._database.write(work, _order(batch))

    async def waiting(self, limit: int) -> list[Waiting]:
        """Return what could be claimed now, without claiming it."""
        values = _at(self._clock()) | {"limit": limit}
        return await self._database.read(
            lambda connection: [_waiting(row) for row in connection.execute(_CLAIMABLE, values)]
        )

    async def backlog(self) -> int:
        """Return how many updates wait for their answer, those under way included."""
        counted = select(func.count()).select_from(inbox).where(inbox.c.received_at > _SINCE)
        since = {"since": self._clock() - MESSAGE_STAYS}
        return await self._database.read(lambda connection: connection.execute(counted, since).scalar_one())

    async def claim(self, limit: int, lease: timedelta = LEASE) -> list[Waiting]:
        """Take up to `limit` updates to be answered here, oldest first, of each chat only the oldest one.

        Nobody else gets them before the lease runs out; sending() and renew() lengthen it. A chat's next one
        can be claimed when this one is settled.
        """
        now = self._clock()
        return await self._database.write(
            lambda connection: _claim(connection, limit, self._worker, now, lease)
        )

    async def behind(self, chat: int, update_id: int) -> list[Waiting]:
        """Return what waits of this chat behind this update, oldest first, without claiming it."""
        values = {"chat": chat, "number": update_id, "since": self._clock() - MESSAGE_STAYS}
        return await self._database.read(
            lambda connection: [_waiting(row) for row in connection.execute(_BEHIND, values)]
        )

    async def renew(self, update_ids: Iterable[int], lease: timedelta = LEASE) -> frozenset[int]:
        """Lengthen the lease of what is still being answered; return those that are still held here."""
        return await self._change(_RENEW, update_ids, until=self._clock() + lease)

    async def release(self, update_ids: Iterable[int], after: timedelta = timedelta(0)) -> None:
        """Hand back what could not be answered, to be claimed again by anybody, not before `after`."""
        await self._change(_RELEASE, update_ids, until=self._clock() + after)

    async def sending(self, update_id: int, lease: timedelta = LEASE) -> bool:
        """Note that the reply is about to be sent, and lengthen the lease; return whether it may be sent.

        False where the update is no longer held here: it was not claimed, the lease ran out and another
        process took it, or the chat was forgotten.
        """
        now = self._clock()
        return bool(await self._change(_SENDING, [update_id], until=now + lease, since=now))

    async def settle(self, *update_ids: int) -> None:
        """Delete what was answered; the numbers stay, for 48 hours from receipt, and tell of no chat."""

        def work(connection: Connection) -> None:
            connection.execute(_SETTLE, [{"number": each} for each in update_ids])

        if update_ids:
            await self._database.write(work)

    async def _change(
        self, statement: Executable, update_ids: Iterable[int], **values: datetime
    ) -> frozenset[int]:
        numbers, worker = sorted(update_ids), self._worker

        def work(connection: Connection) -> frozenset[int]:
            return frozenset(
                each
                for each in numbers
                if connection.execute(statement, {"number": each, "worker": worker, **values}).rowcount
            )

        return await self._database.write(work)


def free_all(connection: Connection) -> None:
    """End every lease: for a process that knows that no other is left."""
    connection.execute(update(inbox).values(held_by=None, held_until=None))


def forget_messages(connection: Connection, chat: int, answering: int | None) -> None:
    """Delete what waits of a chat, but for the one that is being answered."""
    others = inbox.c.chat == chat
    if answering is not None:
        others = and_(others, inbox.c.update_id != answering)
    connection.execute(delete(inbox).where(others))


def purge_inbox(connection: Connection, now: datetime) -> int:
    """Delete messages older than 24 hours and numbers older than 48; return how many."""
    old = connection.execute(delete(inbox).where(inbox.c.received_at <= now - MESSAGE_STAYS)).rowcount
    return old + connection.execute(delete(number).where(number.c.seen_at <= now - NUMBER_STAYS)).rowcount


def _sorted(updates: Iterable[Received]) -> list[Received]:
    return sorted({each.update_id: each for each in updates}.values(), key=lambda each: each.update_id)


def _order(batch: Sequence[Received]) -> tuple[str, ...]:
    return ("number", f"{batch[0].update_id:020}") if batch else ()


def _accept(connection: Connection, batch: Sequence[Received], now: datetime) -> frozenset[int]:
    forgotten = now - NUMBER_STAYS
    numbers = [{"update_id": each.update_id, "seen_at": now, "forgotten": forgotten} for each in batch]
    new = frozenset(connection.execute(_SEE[connection.dialect.name], numbers).scalars())
    messages = [
        {
            "update_id": each.update_id,
            "chat": each.chat,
            "payload": each.payload,
            "received_at": now,
            "attempts": 0,
        }
        for each in batch
        if each.update_id in new
    ]
    if messages:
        run(connection, _STORE, messages)
    return new


def _claim(connection: Connection, limit: int, worker: str, now: datetime, lease: timedelta) -> list[Waiting]:
    rows = connection.execute(_LOCKED, _at(now) | {"limit": limit}).all()
    if rows:
        numbers = [row.update_id for row in rows]
        connection.execute(_TAKE, {"numbers": numbers, "worker": worker, "until": now + lease})
    return [_waiting(row, attempts=row.attempts + 1) for row in rows]


def _at(now: datetime) -> dict[str, object]:
    return {"now": now, "since": now - MESSAGE_STAYS}


def _waiting(row: Row[Any], attempts: int | None = None) -> Waiting:
    return Waiting(
        update_id=row.update_id,
        chat=row.chat,
        payload=row.payload,
        received_at=row.received_at,
        attempts=row.attempts if attempts is None else attempts,
        sending_since=row.sending_since,
    )
