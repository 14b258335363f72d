"""Storing together what arrives together: a transaction for one message costs as much as one for fifty."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.telegram.incoming import Incoming

Store = Callable[[Sequence[Incoming]], Awaitable[bool]]


class Arrivals:
    """Stores one batch at a time; what arrives meanwhile is the next one."""

    def __init__(self, store: Store) -> None:
        """store: stores a batch; returns False if it could not."""
        self._store = store
        self._waiting: list[tuple[Sequence[Incoming], asyncio.Future[bool]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def add(self, received: Sequence[Incoming]) -> bool:
        """Return whether this is stored, when that is known. Raises what storing it raises."""
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((received, stored))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_all())
        return await stored

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._store_batch([each for received, _ in batch for each in received], batch)
        finally:
            self._storing = None

    async def _store_batch(
        self, received: Sequence[Incoming], batch: Sequence[tuple[Sequence[Incoming], asyncio.Future[bool]]]
    ) -> None:
        try:
            result = await self._store(received)
        except Exception as error:  # noqa: BLE001 - each of those who wait raises it
            for _, stored in batch:
                if not stored.done():
                    stored.set_exception(error)
        else:
            for _, stored in batch:
                if not stored.done():  # who waited may have gone
                    stored.set_result(result)
