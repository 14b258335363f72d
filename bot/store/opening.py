"""Bringing the tables of a database to what this program needs, step by step, by Alembic."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select

from bot.store.errors import StoreError
from bot.store.tables import fitting_program

log = logging.getLogger(__name__)

STEPS: Final = Path(__file__).with_name("migrations")


def bring_up_to_date(connection: Connection, copy_aside: Callable[[str], None], steps: Path = STEPS) -> None:
    """Bring the tables forward inside the connection's transaction, so that they change wholly or not at all.

    copy_aside: called with the old revision before tables with something in them are changed.
    steps: the folder of the steps that this program knows.

    Tables that are newer than this program are left as they are, if they say that it still works with them:
    so two versions run side by side while machines are upgraded one after another.
    Raises StoreError if they do not.
    """
    config = _config(steps)
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    if current == newest:
        return
    if current is not None and current not in {each.revision for each in script.walk_revisions()}:
        _refuse_unless_fitting(connection, newest, current)
        return
    if current is not None:
        copy_aside(current)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    log.info("store.migrated", extra={"from": current, "to": newest})


@dataclass(frozen=True, slots=True)
class Tables:
    """How the tables of a database and this program fit."""

    revision: str | None
    """None where there are none yet."""
    newest: str
    """Which this program brings them to."""
    fit: bool
    """Whether it does, or works with them as they are."""


def look_at_tables(connection: Connection, steps: Path = STEPS) -> Tables:
    """Return how the tables are, changing nothing."""
    script = ScriptDirectory.from_config(_config(steps))
    newest = str(script.get_current_head())
    current = MigrationContext.configure(connection).get_current_revision()
    known = {None, *(each.revision for each in script.walk_revisions())}
    return Tables(current, newest, current in known or _works_with(connection, newest))


def _config(steps: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _works_with(connection: Connection, newest: str | None) -> bool:
    if not inspect(connection).has_table(fitting_program.name):
        return False
    return newest in connection.scalars(select(fitting_program.c.revision)).all()


def _refuse_unless_fitting(connection: Connection, newest: str | None, current: str) -> None:
    if _works_with(connection, newest):
        return
    raise StoreError(
        f"the database is of a newer version of this program (its tables are at {current}, this one knows "
        f"them up to {newest}); install that version, or set HOTLINE_DATABASE_URL to another database"
    )
