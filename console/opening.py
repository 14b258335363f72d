"""What several commands open: the live version, building the first one if there is none."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from bot.errors import BotError
from bot.settings import Settings
from index.errors import IndexingError
from knowledge.errors import ContentError

if TYPE_CHECKING:
    from bot.conversation import Conversation
    from bot.hotline import Hotline
    from index.encoders import EncoderSpec
    from index.snapshot import BuildReport, Costs

PROBLEMS_FOUND, CANNOT_START = 1, 2


def open_conversation(settings: Settings) -> Conversation:
    """Return a conversation over the live version."""
    from bot.conversation import Conversation

    return Conversation(open_hotline(settings), settings.retention_days)


def open_hotline(settings: Settings) -> Hotline:
    """Return the hotline; where nothing is published yet, that is done first."""
    from bot.hotline import Hotline
    from index.encoders import load_encoder

    publish_first(settings)
    return Hotline(settings.snapshots, load_encoder(settings.encoder))


def publish_first(settings: Settings) -> None:
    """Publish the content where nothing is published yet, here or by another machine."""
    from index.encoders import load_encoder
    from index.snapshot import live_id

    if live_id(settings.snapshots) is None and settings.is_shared:
        catch_up(settings, load_encoder(settings.encoder).spec)
    if live_id(settings.snapshots) is None:
        click.echo(f"Nothing is published in {settings.snapshots} yet; building the first version.", err=True)
        publish_content(settings)


def catch_up(settings: Settings, spec: EncoderSpec) -> None:
    """Take over what another machine published, where machines share a database, before answers begin."""
    if settings.is_shared:
        from bot import sharing

        sharing.catch_up(settings.database_url.get_secret_value(), settings.snapshots, spec)


def publish_content(settings: Settings, *, force: bool = False) -> BuildReport:
    """Build, try and publish the content, on all machines that share the database.

    Raises ContentError, IndexingError or BotError; the last also if it is live here and could not be shared.
    """
    try:
        return _published_everywhere(settings, force)
    except (ContentError, IndexingError, BotError):
        if settings.alert_chat is not None:
            from bot.counting import note_failed_build

            note_failed_build(settings.database_url.get_secret_value())
        raise


def _published_everywhere(settings: Settings, force: bool) -> BuildReport:
    from bot.publishing import publish
    from index.encoders import load_encoder

    content, snapshots, costs = settings.content, settings.snapshots, costs_of(settings)
    if not settings.is_shared:  # and so the libraries of the database need not be loaded
        return publish(content, snapshots, lambda: load_encoder(settings.encoder), costs, force=force)
    from bot.sharing import bring_once, share_once

    encoder, address = load_encoder(settings.encoder), settings.database_url.get_secret_value()
    with suppress(IndexingError):  # what another version of the program shared is not built upon
        bring_once(address, snapshots, encoder.spec)
    report = publish(content, snapshots, lambda: encoder, costs, force=force)
    share_once(address, snapshots, report.snapshot_id)
    return report


def costs_of(settings: Settings) -> Costs:
    """Return what mistakes cost in this installation."""
    from index.snapshot import Costs

    return Costs(wrong=settings.cost_wrong, choice=settings.cost_choice)


def as_line(record: object) -> str:
    """Return the record as one line of JSON."""
    return json.dumps(record, ensure_ascii=False)
