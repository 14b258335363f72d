"""Commands of an installation that lives on through new versions: upgrade-content, prepare."""

from __future__ import annotations

import click

from bot.errors import BotError
from bot.settings import Settings
from console.opening import catch_up, publish_content
from index.errors import IndexingError
from knowledge.errors import ContentError


@click.command("upgrade-content")
@click.pass_obj
def upgrade_content(settings: Settings) -> None:
    """Let the content folder follow this version of the program; what people edited stays."""
    _upgrade(settings)


@click.command()
@click.option("--follow", is_flag=True, help="Publish nothing: take what another machine published.")
@click.pass_obj
def prepare(settings: Settings, *, follow: bool) -> None:
    """Upgrade the content and publish it; where that fails, the live version before stays and is enough."""
    from bot.publishing import describe

    if follow:
        click.echo(f"live: {_followed(settings)}")
        return
    try:
        _upgrade(settings)
        click.echo(describe(publish_content(settings)))
    except (ContentError, IndexingError, BotError) as error:
        live = _usable(settings)
        if live is None:
            raise
        click.echo(f"hotline: {error}", err=True)
        click.echo(f"hotline: not published; the bot goes on with the version before, {live}", err=True)


def _upgrade(settings: Settings) -> None:
    from knowledge.upgrade import describe, upgrade

    for line in describe(upgrade(settings.content), settings.content):
        click.echo(line)


def _followed(settings: Settings) -> str:
    from index.encoders import load_encoder

    spec = load_encoder(settings.encoder).spec
    catch_up(settings, spec)
    live = _usable(settings)
    if live is None:
        raise BotError(
            "the database holds no version that this program can use; "
            "run 'hotline prepare' on the machine where content is edited"
        )
    return live


def _usable(settings: Settings) -> str | None:
    from index.encoders import load_encoder
    from index.snapshot import load

    try:
        return load(settings.snapshots, load_encoder(settings.encoder).spec).id
    except IndexingError:
        return None
