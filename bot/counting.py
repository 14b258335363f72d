"""Daily counts for the reports: what the metrics counted goes into the store, a few times a minute."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.metrics import Metrics
from bot.store import Store, StoreError, open_store

KEEP_EVERY: Final = timedelta(seconds=10)
"""What a killed process had counted since is lost; one write a message would cost as much as the answer."""
_AT_THE_END_SECONDS: Final = 1.0


class Counting:
    """Hands over what is new; what the store does not take is handed over again."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._kept: Counter[tuple[str, str]] = Counter()

    async def keep(self) -> None:
        """Add to the store's counts of today what was counted since the last time. Raises StoreError."""
        today = datetime.now(UTC).date()
        new = self._metrics.counts() - self._kept
        adding = [self._store.count(today, kind, key, times) for (kind, key), times in new.items()]
        results = await asyncio.gather(*adding, return_exceptions=True)
        for (each, times), result in zip(new.items(), results, strict=True):
            if result is None:
                self._kept[each] += times
        for result in results:
            if result is not None:
                raise result


async def keep_counting(store: Store, metrics: Metrics, every: timedelta = KEEP_EVERY) -> None:
    """Keep the counts, and look how many messages wait, until cancelled; then keep the last ones."""
    counting = Counting(store, metrics)
    try:
        while True:
            await asyncio.sleep(every.total_seconds())
            try:
                await counting.keep()
                metrics.waiting(await store.backlog())
            except StoreError:
                metrics.database_failed()
                metrics.waiting(0)  # as far as can be seen
    finally:
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(_AT_THE_END_SECONDS):
                await counting.keep()


def note_failed_build(database_url: str) -> None:
    """Count that publishing failed, for the running bot to tell the operator; not if the database is lost."""
    with suppress(StoreError):
        asyncio.run(_note_failed_build(database_url))


async def _note_failed_build(database_url: str) -> None:
    store = await open_store(database_url)
    try:
        await store.count(datetime.now(UTC).date(), "publishing", "failed")
    finally:
        await store.close()
