"""What tests of the store share: a clock that they turn, and a look at the tables themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, MetaData, select

from bot.store import Received, Store

BEGIN = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
Opener = Callable[[], Awaitable[Store]]
Table = list[tuple[object, ...]]


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Turn it on; by: as timedelta takes it."""
        self.now += timedelta(**by)


def update(number: int, chat: int = 1, payload: str = "{}") -> Received:
    """Return an update of this chat."""
    return Received(number, chat, payload)


async def tables(store: Store) -> dict[str, Table]:
    """Return all rows of all tables."""

    def work(connection: Connection) -> dict[str, Table]:
        metadata = MetaData()
        metadata.reflect(connection)
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in metadata.sorted_tables
        }

    return await store._database.read(work)


async def answer_all(store: Store, seconds: float = 0.0) -> list[tuple[int, int]]:
    """Claim and settle until nothing waits; return (chat, number) in the order of the answers."""
    answered: list[tuple[int, int]] = []
    while claimed := await store.claim(10):
        for each in claimed:
            if await store.sending(each.update_id):
                await asyncio.sleep(seconds)
                answered.append((each.chat, each.update_id))
                await store.settle(each.update_id)
    return answered
