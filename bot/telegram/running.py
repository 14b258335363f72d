"""`hotline run`: receiving by long polling or webhook until the process is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.metrics import Metrics
from bot.store import Store
from bot.telegram.conversing import Conversing
from bot.telegram.office import Office, TelegramOptions, open_office
from bot.telegram.polling import POLL_SECONDS, Polling
from bot.telegram.sending import try_once
from bot.telegram.transport import transport
from bot.telegram.watched import WatchedTransport
from bot.telegram.webhook import Webhook, announce, webhook_route
from bot.web.app import web_app
from bot.web.health import Readiness
from bot.web.server import serving

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Web:
    """What is served over HTTP beside the conversation."""

    host: str
    port: int
    """0 for a free one."""
    think: Callable[[], str]
    """Makes the encoder work, and returns the live snapshot's id; may raise."""
    webhook: Webhook | None = None
    """Where Telegram sends updates; None for long polling."""


async def run_telegram(
    conversation: Conversing,
    store: Store,
    options: TelegramOptions,
    web: Web | None = None,
    metrics: Metrics | None = None,
    beside: Sequence[asyncio.Task[None]] = (),
) -> None:
    """Answer until SIGTERM or SIGINT, and finish what was begun.

    web: None serves nothing; then updates come by long polling.
    beside: what else this program does; if one of these ends, so does this.

    Raises BotError if Telegram refuses the token or the webhook, now or later, or cannot be reached at the
    start, or nothing can listen at web's address; StoreError if another process receives with this store.
    """
    counted = metrics or Metrics()
    stopped = asyncio.create_task(_told_to_stop())
    await store.become_receiver()
    async with open_office(conversation, store, options, counted) as office, AsyncExitStack() as stack:
        working = [office.answers, *beside]
        webhook = web.webhook if web is not None else None
        requests = WatchedTransport(transport(options.transport, options.base_url, connections=2), counted)
        polling = Polling(requests, options.methods_url, options.pauses, POLL_SECONDS)
        if web is not None:
            last_poll = None if webhook else lambda: polling.last_answer
            working.append(await stack.enter_async_context(_served(web, office, last_poll, counted)))
        if webhook is not None:
            source = _announced(office, options, webhook)
        else:
            await stack.enter_async_context(requests)
            source = _polled(office, polling)
        working.append(await stack.enter_async_context(_running(source)))
        log.info("bot.started", extra={"receiving": "webhook" if webhook else "polling"})
        await asyncio.wait([*working, stopped], return_when=asyncio.FIRST_COMPLETED)
        for each in working:
            if each.done():
                await each  # raises what ended it
    log.info("bot.stopped")


@asynccontextmanager
async def _served(
    web: Web, office: Office, last_poll: Callable[[], float] | None, metrics: Metrics
) -> AsyncIterator[asyncio.Task[None]]:
    readiness = Readiness(web.think, lambda: office.keeping.failing, last_poll)
    routes = [] if web.webhook is None else [webhook_route(web.webhook, office.intake)]
    app = web_app(readiness, metrics.exposition, metrics.webhook_refused, routes)
    async with serving(app, web.host, web.port) as server:
        log.info("web.opened", extra={"port": server.port})
        yield server.ended


@asynccontextmanager
async def _running(work: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _polled(office: Office, polling: Polling) -> None:
    await try_once(office.bot.delete_webhook, "webhook.kept")
    await polling.receive(office.intake)


async def _announced(office: Office, options: TelegramOptions, webhook: Webhook) -> None:
    await announce(office.bot, webhook, options.pauses)
    await asyncio.Event().wait()  # from here on, requests come by themselves


async def _told_to_stop() -> None:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, told.set)
    await told.wait()
