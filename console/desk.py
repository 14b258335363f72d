"""The command that opens the desk, alone; `hotline run --desk` opens it beside the bot."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from bot.settings import Settings
from console.opening import costs_of

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from bot.hotline import Hotline
    from bot.web.server import Serving
    from desk.options import DeskOptions

PORT = click.IntRange(0, 65535)


@click.command()
@click.option("--host", help="By default HOTLINE_DESK_HOST; 0.0.0.0: every address of the machine.")
@click.option("--port", type=PORT, help="By default HOTLINE_DESK_PORT; 0: a free one.")
@click.pass_obj
def desk(settings: Settings, host: str | None, port: int | None) -> None:
    """Open the staff's desk for browsers, until stopped."""
    from bot.logs import set_up_logs

    set_up_logs()
    asyncio.run(_serve(settings_with(settings, host, port)))


def settings_with(settings: Settings, host: str | None, port: int | None) -> Settings:
    """Return the settings with what was said on the command line instead."""
    said = {"desk_host": host, "desk_port": port}
    return settings.model_copy(update={name: value for name, value in said.items() if value is not None})


@asynccontextmanager
async def opened_desk(settings: Settings, options: DeskOptions) -> AsyncIterator[Serving]:
    """Keep the desk open while the context lasts, with a store of its own: its reads hold up no answer.

    Raises DeskError or ContentError if the folder of texts cannot be used, StoreError, and BotError if
    nothing can listen there.
    """
    from bot.store import keep_purging, open_store
    from bot.web.server import serving
    from desk.app import desk_app
    from desk.at_work import at_work
    from desk.desk import open_desk
    from desk.opening import open_content

    open_content(settings.content)
    retention = timedelta(days=settings.retention_days)
    store = await open_store(settings.database_url.get_secret_value(), retention=retention)
    purging = asyncio.create_task(keep_purging(store))
    try:
        behind_proxy = settings.desk_behind_proxy
        opened = open_desk(store, settings.content, behind_proxy=behind_proxy, options=options)
        instead = "name another with HOTLINE_DESK_HOST and HOTLINE_DESK_PORT"
        where = settings.desk_host, settings.desk_port
        async with at_work(opened), serving(desk_app(opened), *where, instead=instead) as server:
            click.echo(f"the desk is open at http://{settings.desk_host}:{server.port}/", err=True)
            yield server
    finally:
        purging.cancel()
        await asyncio.gather(purging, return_exceptions=True)
        await store.close()


def desk_options(
    settings: Settings,
    registry: CollectorRegistry | None = None,
    hotline: Hotline | None = None,
) -> DeskOptions:
    """Return what these settings tell the desk.

    registry: of the figures, and hotline: what answers, where the program around has them already.
    """
    from desk.figures import Figures
    from desk.options import DeskOptions

    return DeskOptions(
        snapshots=settings.snapshots,
        encoder=settings.encoder,
        costs=costs_of(settings),
        is_shared=settings.is_shared,
        hotline=hotline,
        figures=Figures(registry),
        intake_allow_private=settings.intake_allow_private,
        time_zone=settings.staff_time_zone,
    )


async def until_stopped(server: Serving) -> None:
    """Wait until the program is told to stop, or the server has ended."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait([stopped, server.ended], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()


async def _serve(settings: Settings) -> None:
    options = desk_options(settings)
    async with opened_desk(settings, options) as server, _shown_figures(settings, options):
        await until_stopped(server)


@asynccontextmanager
async def _shown_figures(settings: Settings, options: DeskOptions) -> AsyncIterator[None]:
    from prometheus_client.process_collector import ProcessCollector

    from bot.web.server import serving
    from desk.figures import figures_app

    if not settings.desk_metrics_port:
        yield
        return
    ProcessCollector(registry=options.figures.registry)
    instead = "name another with HOTLINE_LISTEN_HOST and HOTLINE_DESK_METRICS_PORT"
    app, port = figures_app(options.figures), settings.desk_metrics_port
    async with serving(app, settings.listen_host, port, instead=instead):
        yield
