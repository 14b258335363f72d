"""The sign of life that a running bot leaves in the database while it reaches Telegram."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from bot.metrics import Metrics
from bot.store import Store, StoreError

SAY_EVERY: Final = timedelta(minutes=1)
SILENT_AFTER: Final = timedelta(minutes=3)
"""Without a sign for so long, a bot counts as not answering."""


async def keep_saying_alive(store: Store, metrics: Metrics, every: timedelta = SAY_EVERY) -> None:
    """Leave a sign now and again and again, until cancelled; none while Telegram cannot be reached."""
    while True:
        if metrics.reachable:
            try:
                await store.say_alive()
            except StoreError:
                metrics.database_failed()
        await asyncio.sleep(every.total_seconds())
