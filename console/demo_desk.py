"""The desk for whoever wants to try it: on copies of everything, in a folder that goes when it is closed."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import SecretStr

from bot.settings import Settings
from console.desk import PORT, desk_options, opened_desk, settings_with, until_stopped
from console.opening import publish_first

if TYPE_CHECKING:
    from bot.web.server import Serving
    from desk.sample import SampleMember


@click.command("demo-desk")
@click.option("--port", type=PORT, help="By default HOTLINE_DESK_PORT; 0: a free one.")
@click.pass_obj
def demo_desk(settings: Settings, port: int | None) -> None:
    """Open the desk on a copy of the shipped content with made-up people and questions, until stopped."""
    publish_first(settings)
    with tempfile.TemporaryDirectory(prefix="hotline-desk-") as folder:
        asyncio.run(_serve(settings_with(settings, "127.0.0.1", port), Path(folder)))


@asynccontextmanager
async def opened_sample(
    settings: Settings, folder: Path
) -> AsyncIterator[tuple[Serving, Sequence[SampleMember]]]:
    """Keep the desk open on copies of content and published versions in this folder while the context lasts.

    Yields the server, and who may sign in.
    """
    from desk.sample import fill
    from knowledge.load import SHIPPED_CONTENT

    await asyncio.to_thread(shutil.copytree, SHIPPED_CONTENT, folder / "content")
    if settings.snapshots.is_dir():
        await asyncio.to_thread(shutil.copytree, settings.snapshots, folder / "snapshots")
    database = f"sqlite:///{folder / 'hotline.db'}"
    members = await fill(database, now=lambda: datetime.now(UTC))
    copies = {
        "content": folder / "content",
        "snapshots": folder / "snapshots",
        "database_url": SecretStr(database),
        "desk_behind_proxy": False,
    }
    settings = settings.model_copy(update=copies)
    async with opened_desk(settings, desk_options(settings)) as server:
        yield server, members


async def _serve(settings: Settings, folder: Path) -> None:
    async with opened_sample(settings, folder) as (server, members):
        for each in members:
            click.echo(f"sign in as  {each.name}  with the password  {each.password}", err=True)
        click.echo("nothing of this is real or kept; Ctrl-C closes the desk and removes it", err=True)
        showing = asyncio.create_task(_show_codes(members))
        try:
            await until_stopped(server)
        finally:
            showing.cancel()


async def _show_codes(members: Sequence[SampleMember]) -> None:
    from desk.codes import STEP_SECONDS, code, step_at

    with_codes = [(each.name, each.code_key) for each in members if each.code_key is not None]
    for name, key in with_codes:
        click.echo(f"{name} also types six digits, from an app on a phone with the key {key}", err=True)
    while sys.stderr.isatty():
        now = datetime.now(UTC)
        shown = ", ".join(f"{name} {code(key, step_at(now))}" for name, key in with_codes)
        click.echo(f"\rthe digits of this half minute: {shown}", nl=False, err=True)
        await asyncio.sleep(STEP_SECONDS - now.timestamp() % STEP_SECONDS)
