"""What keeps the hotline up: backup, restore, doctor, and the work beside answering."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.hotline import Hotline
    from bot.store import Store


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def backup(settings: Settings, file: Path) -> None:
    """Write database, published versions, content and settings without secrets into one FILE (.tar.gz)."""
    from bot.backup.installation import installation_of
    from bot.backup.making import back_up

    made = back_up(installation_of(settings), file)
    click.echo(
        f"{file}: {made.bytes / 1e6:.1f} MB; {made.rows} rows, {len(made.snapshots)} published versions, "
        f"{made.files} files of content"
    )
    for each in made.left_out:
        click.echo(f"left out, as it is damaged: {each}; run 'hotline build'", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is there.")
@click.pass_obj
def restore(settings: Settings, file: Path, *, force: bool) -> None:
    """Put back what a backup FILE holds, after checking all of it; stop the bot before."""
    from bot.backup.installation import installation_of
    from bot.backup.restoring import restore as put_back
    from knowledge.load import SHIPPED_CONTENT

    restored = put_back(file, installation_of(settings), shipped_content=SHIPPED_CONTENT, force=force)
    click.echo(
        f"restored, as of {restored.made}: {restored.rows} rows, {restored.files} files of content changed"
    )
    if restored.live is None:
        click.echo("no published version that this program can use: run 'hotline build'")
    else:
        if settings.is_shared:
            from bot.sharing import share_once

            share_once(settings.database_url.get_secret_value(), settings.snapshots, restored.live)
        click.echo(f"live: {restored.live}")
    for name, value in restored.settings.items():
        click.echo(f"set otherwise then: {name}={value}")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def doctor(*, as_json: bool) -> int:
    """Look at settings, Telegram, content, published version, encoder, database, disk and clock.

    Ends with 0 if all is good, 1 if somebody should look at something, 2 if the bot cannot answer.
    """
    from rich.console import Console

    from bot.doctor import finding
    from bot.doctor.examination import examine_installation
    from bot.settings import read_settings

    findings = examine_installation(read_settings)
    if as_json:
        click.echo(finding.as_json(findings))
    else:
        finding.show(findings, Console())
    return finding.exit_code(findings)


@asynccontextmanager
async def upkeep(settings: Settings, hotline: Hotline, store: Store) -> AsyncIterator[None]:
    """Follow what other machines publish, and back up in time, while the context lasts."""
    from bot.backup.installation import installation_of
    from bot.backup.schedule import keep_backing_up
    from bot.sharing import keep_following

    beside = []
    if settings.is_shared:
        beside.append(keep_following(store, settings.snapshots, hotline.encoder.spec, hotline.live))
    if settings.backup_every is not None:
        every, keep = timedelta(hours=settings.backup_every), settings.backup_keep
        beside.append(keep_backing_up(installation_of(settings), settings.backup_folder, every, keep))
    tasks = [asyncio.create_task(each) for each in beside]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
