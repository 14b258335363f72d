"""What a desk does beside its pages: it follows what others publish, and leaves nothing half behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.sharing import keep_following
from desk.desk import Desk
from index.candidate import remove_leftovers
from index.errors import IndexingError

log = logging.getLogger(__name__)


@asynccontextmanager
async def at_work(desk: Desk) -> AsyncIterator[None]:
    """Do it while the context lasts; what is being prepared then is stopped at the end."""
    await asyncio.to_thread(remove_leftovers, desk.options.snapshots)
    following = asyncio.create_task(_follow(desk)) if desk.options.is_shared else None
    try:
        yield
    finally:
        await desk.preparing.stop()
        if following is not None:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


async def _follow(desk: Desk) -> None:
    try:
        encoder = await desk.answering.encoder()
    except IndexingError as error:
        log.error("snapshot.delayed", extra={"reason": str(error)})
        return
    # The pages look for themselves which version is live.
    await keep_following(desk.store, desk.options.snapshots, encoder.spec, lambda: None)
