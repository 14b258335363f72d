"""Commands for the running bot and what it keeps: run, questions."""

from __future__ import annotations

import sys
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.errors import BotError
from bot.settings import Settings
from console.desk import PORT, desk_options, opened_desk, settings_with
from console.keeping import upkeep
from console.opening import catch_up

if TYPE_CHECKING:
    from pydantic import SecretStr

    from bot.conversation import Conversation
    from bot.hotline import Hotline
    from bot.metrics import Metrics
    from bot.telegram.alerting import AlertOptions
    from bot.telegram.office import TelegramOptions
    from bot.telegram.running import Web


@click.command()
@click.option("--days", type=click.IntRange(1), default=90, show_default=True, help="How many days back.")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Lines of a table.")
@click.option("--csv", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write all lines.")
@click.option(
    "--separator", default=",", show_default=True, help="Of the CSV; ';' suits Russian spreadsheets."
)
@click.pass_obj
def questions(settings: Settings, days: int, limit: int, file: Path | None, separator: str) -> None:
    """Print what people asked and got no good answer for, and the sections that did not help."""
    from bot.questions import report

    if len(separator) != 1 or separator in '"\r\n':
        raise click.BadParameter("must be one character", param_hint="--separator")
    retention = timedelta(days=settings.retention_days)
    report(settings.database_url.get_secret_value(), retention, days, limit, file, separator)


@click.command()
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True, help="Today included.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with pictures.")
@click.pass_obj
def report(settings: Settings, days: int, html: Path | None) -> None:
    """Show what the hotline did in the last days: outcomes, languages, topics, waits, what is past review."""
    from bot.report.page import page
    from bot.report.reading import read_report
    from bot.report.terminal import show

    address = settings.database_url.get_secret_value()
    read = read_report(address, settings.content, days, settings.alert_language)
    if html is None:
        show(read)
        return
    try:
        html.write_text(page(read), encoding="utf-8")
    except OSError as error:
        raise BotError(f"{html} cannot be written: {error.strerror}") from None
    click.echo(f"written: {html}")


@click.command()
@click.option("--desk", "with_desk", is_flag=True, help="Open the staff's desk as well.")
@click.option("--desk-host", help="Where; by default HOTLINE_DESK_HOST.")
@click.option("--desk-port", type=PORT, help="By default HOTLINE_DESK_PORT; 0: a free one.")
@click.pass_obj
def run(settings: Settings, desk_host: str | None, desk_port: int | None, *, with_desk: bool) -> None:
    """Answer on Telegram until stopped."""
    import asyncio
    import signal

    from bot.conversation import Conversation
    from bot.handover.staff_hours import staff_hours
    from bot.hotline import Hotline
    from bot.logs import set_up_logs
    from bot.metrics import Metrics
    from bot.telegram.office import TelegramOptions
    from index.encoders import load_encoder

    if not with_desk and (desk_host, desk_port) != (None, None):
        raise click.UsageError("--desk-host and --desk-port need --desk")
    settings = settings_with(settings, desk_host, desk_port)
    if settings.telegram_token is None:
        raise BotError("HOTLINE_TELEGRAM_TOKEN is not set: put the token that @BotFather gave into .env")
    set_up_logs()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until it receives: nothing is in work yet
    encoder = load_encoder(settings.encoder)
    catch_up(settings, encoder.spec)
    hotline = Hotline(settings.snapshots, encoder)
    options = TelegramOptions(
        settings.telegram_token,
        settings.telegram_base_url,
        settings.telegram_base_file_url,
        transport=settings.telegram_transport,
        answer_within_minutes=settings.answer_within_minutes,
        alerts=_alerts(settings),
        handover=settings.staff_hours is not None,
    )
    metrics = Metrics()
    metrics.follow(hotline.published)
    web = _web(settings, settings.telegram_token, hotline)
    hours = staff_hours(settings.staff_hours, settings.staff_time_zone)
    conversation = Conversation(hotline, settings.retention_days, hours)
    answering = partial(_answer_on_telegram, conversation, hotline, settings, options, web, metrics)
    asyncio.run(answering(with_desk=with_desk))


def _alerts(settings: Settings) -> AlertOptions | None:
    from bot.telegram.alerting import AlertOptions

    if settings.alert_chat is None:
        return None
    return AlertOptions(settings.alert_chat, settings.alert_language, settings.snapshots)


def _web(settings: Settings, token: SecretStr, hotline: Hotline) -> Web | None:
    from bot.telegram.running import Web
    from bot.telegram.webhook import read_webhook
    from bot.web.health import think

    if not settings.listen_port:
        if settings.webhook_url:
            raise BotError(
                "HOTLINE_WEBHOOK_URL is set, and HOTLINE_LISTEN_PORT=0 lets nothing come in: unset one"
            )
        return None
    webhook = None
    if settings.webhook_url:
        webhook = read_webhook(settings.webhook_url, settings.webhook_secret, token)
    return Web(settings.listen_host, settings.listen_port, partial(think, hotline), webhook)


async def _answer_on_telegram(
    conversation: Conversation,
    hotline: Hotline,
    settings: Settings,
    options: TelegramOptions,
    web: Web | None,
    metrics: Metrics,
    *,
    with_desk: bool,
) -> None:
    from bot.store import open_store
    from bot.telegram.running import run_telegram

    address = settings.database_url.get_secret_value()
    store = await open_store(address, retention=timedelta(days=settings.retention_days))
    try:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(upkeep(settings, hotline, store))
            beside = []
            if with_desk:
                desk_has = desk_options(settings, metrics.registry, hotline)
                desk = await stack.enter_async_context(opened_desk(settings, desk_has))
                beside.append(desk.ended)
            await run_telegram(conversation, store, options, web, metrics, beside)
    finally:
        await store.close()
