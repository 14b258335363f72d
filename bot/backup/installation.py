"""What an installation is made of, as far as a backup is concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.settings import PREFIX, Settings


@dataclass(frozen=True, slots=True)
class Installation:
    """Where everything is."""

    database_url: SecretStr
    snapshots: Path
    content: Path
    settings: Mapping[str, str]
    """What differs from the defaults, by its name in .env; no secret."""


def installation_of(settings: Settings) -> Installation:
    """Return what these settings describe."""
    return Installation(settings.database_url, settings.snapshots, settings.content, plain_settings(settings))


def plain_settings(settings: Settings) -> dict[str, str]:
    """Return the settings that differ from the defaults, by their names in .env, without any secret."""
    plain = {}
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if value == field.default or value is None or isinstance(value, SecretStr):
            continue
        text = str(value)
        if "://" in text and "@" in text:  # an address may hold a password
            continue
        plain[PREFIX + name.upper()] = text
    return plain
