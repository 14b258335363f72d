"""What a desk does beside its pages: it follows what others publish, and leaves nothing half behind."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC

from bot.sharing import keep_following
from desk.desk import Desk
from desk.templating import compile_all
from index.candidate import remove_leftovers
from index.errors import IndexingError
from knowledge.errors import ContentError

log = logging.getLogger(__name__)


@asynccontextmanager
async def at_work(desk: Desk) -> AsyncIterator[None]:
    """Do it while the context lasts; what is being prepared then is stopped at the end."""
    await asyncio.to_thread(remove_leftovers, desk.options.snapshots)
    beside = [asyncio.create_task(_warm_up(desk))]
    if desk.options.is_shared and desk.options.hotline is None:  # else the bot follows
        beside.append(asyncio.create_task(_follow(desk)))
    try:
        yield
    finally:
        await desk.preparing.stop()
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _warm_up(desk: Desk) -> None:
    # What the first pages would wait for.
    await asyncio.to_thread(compile_all)
    with suppress(ContentError):  # which each page says
        await desk.content.now(desk.clock().astimezone(UTC).date())
    await desk.answering.published()


async def _follow(desk: Desk) -> None:
    try:
        encoder = await desk.answering.encoder()
    except IndexingError as error:
        log.error("snapshot.delayed", extra={"reason": str(error)})
        return
    # The pages look for themselves which version is live.
    await keep_following(desk.store, desk.options.snapshots, encoder.spec, lambda: None)
