"""Folders of steps: those of an earlier version, and those that a later one might have."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from bot.store.address import read_address
from bot.store.opening import STEPS, bring_up_to_date
from bot.store.store import database_at

_NEXT_STEP = """
import sqlalchemy as sa
from alembic import op
from bot.store.migrations.fitting import fits_only

revision, down_revision = "{revision}", "{before}"

def upgrade():
    op.add_column("preference", sa.Column("new_in_{revision}", sa.Text))
    op.add_column("inbox", sa.Column("new_in_{revision}", sa.Integer, nullable=False, server_default="0"))
    fits_only("{before}", "{revision}")
"""


def revisions_of(steps: Path = STEPS) -> list[str]:
    """Return the revisions of a folder of steps, oldest first."""
    return sorted(each.name[1:5] for each in (steps / "versions").glob("r*.py"))


def steps_until(folder: Path, newest: str) -> Path:
    """Return a folder with the steps that a version knew whose newest one was this."""
    steps = _copied(folder)
    for each in (steps / "versions").glob("r*.py"):
        if each.name[1:5] > newest:
            each.unlink()
    return steps


def steps_with_later(folder: Path, *revisions: str) -> Path:
    """Return a folder with ours and, after them, such as versions to come may have."""
    steps, before = _copied(folder), revisions_of()[-1]
    for revision in revisions:
        step = _NEXT_STEP.format(revision=revision, before=before)
        (steps / f"versions/r{revision}.py").write_text(step, encoding="utf-8")
        before = revision
    return steps


async def upgrade(address: str, steps: Path) -> None:
    """Bring a database forward, as a program that knows these steps does at its start."""
    database = database_at(read_address(address))
    try:
        await database.prepare(partial(bring_up_to_date, steps=steps))
    finally:
        await database.close()


def _copied(folder: Path) -> Path:
    return Path(shutil.copytree(STEPS, folder, ignore=shutil.ignore_patterns("__pycache__")))
