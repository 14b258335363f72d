"""All parts of an installation, one after another; a part that fails does not hide the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from bot.doctor.answers import look_at_content, look_at_encoder, look_at_snapshot
from bot.doctor.finding import Finding
from bot.doctor.machine import look_at_clock, look_at_database, look_at_disks
from bot.doctor.messenger import look_at_telegram
from bot.errors import BotError
from bot.settings import Settings
from bot.store.address import read_address
from bot.telegram.looking import utc_now
from index.decision import Costs


def examine_installation(
    read: Callable[[], Settings], now: Callable[[], datetime] = utc_now
) -> list[Finding]:
    """Return a finding for each part.

    read: returns the settings, or raises BotError; without them, nothing else can be looked at.
    """
    try:
        settings = read()
    except BotError as error:
        repair = "docs/settings.md lists all names and values"
        return [Finding("settings", "bad", line, repair) for line in str(error).splitlines()]
    url = settings.database_url.get_secret_value()
    content, library = look_at_content(settings.content, date.today())
    encoder_found, encoder = look_at_encoder(settings.encoder)
    costs = Costs(wrong=settings.cost_wrong, choice=settings.cost_choice)
    database, seen = look_at_database(url)
    findings = [
        Finding("settings", "good", "all known"),
        *look_at_telegram(settings.telegram_token, settings.telegram_base_url, settings.webhook_url, now),
        content,
        look_at_snapshot(settings.snapshots, encoder, library, costs),
        encoder_found,
        database,
    ]
    if seen is not None and seen.clock_ahead is not None:
        findings.append(look_at_clock(seen.clock_ahead, "the database's"))
    return findings + look_at_disks(_folders(settings, url))


def _folders(settings: Settings, url: str) -> list[Path]:
    folders = [settings.snapshots]
    try:
        file = read_address(url).file
    except BotError:  # the line about the database says so
        file = None
    if file is not None:
        folders.append(file.parent)
    if settings.backup_every is not None:
        folders.append(settings.backup_folder)
    return folders
