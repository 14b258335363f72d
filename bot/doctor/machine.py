"""Database, disks and clock: whether the machine lets the bot work."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.doctor.finding import Finding, State
from bot.store import StoreError
from bot.store.examining import Examined, examine

_FULL_BYTES: Final = 200_000_000
"""Less than a build, which writes a version before it removes one, and the database's log need."""
_LOW_BYTES: Final = 1_000_000_000
_OFF: Final = timedelta(seconds=10)
"""Leases of several machines are compared by their clocks; docs/decisions/0008-store.md"""
_FAR_OFF: Final = timedelta(minutes=5)
"""Certificates and the time limit of answers go wrong."""


def look_at_database(url: str) -> tuple[Finding, Examined | None]:
    """Return whether the database can be used by this program, and what was seen of it."""
    try:
        seen = asyncio.run(examine(url))
    except StoreError as error:
        return Finding("database", "bad", str(error), "HOTLINE_DATABASE_URL"), None
    if seen is None:
        return Finding("database", "good", "none yet; 'hotline run' makes the file"), None
    tables = seen.tables
    what = f"{seen.where}, tables at {tables.revision}, {seen.waiting} messages wait"
    if not tables.fit:
        return Finding(
            "database",
            "bad",
            f"{what}; they are of a newer version than this program, which knows {tables.newest}",
            "install the newer version, or: hotline restore FILE",
        ), seen
    if tables.revision != tables.newest:
        what += f"; brought to {tables.newest} at the next start" if tables.revision else ""
    return Finding("database", "good", what), seen


def look_at_disks(folders: Iterable[Path]) -> list[Finding]:
    """Return how much room each disk has on which one of these folders is, or will be."""
    disks: dict[int, Path] = {}
    for folder in folders:
        there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
        disks.setdefault(there.stat().st_dev, there)
    findings = []
    for folder in disks.values():
        free = shutil.disk_usage(folder).free
        state: State = "bad" if free < _FULL_BYTES else "warning" if free < _LOW_BYTES else "good"
        repair = "" if state == "good" else "remove what is not needed; a lower HOTLINE_BACKUP_KEEP helps"
        findings.append(Finding("disk", state, f"{free / 1e9:.1f} GB free in {folder}", repair))
    return findings


def look_at_clock(ahead: timedelta, of: str) -> Finding:
    """Return whether this machine's clock agrees with another's.

    ahead: how far it is before the other; of: whose that is.
    """
    off = abs(ahead)
    state: State = "bad" if off > _FAR_OFF else "warning" if off > _OFF else "good"
    way = "ahead of" if ahead > timedelta(0) else "behind"
    what = f"{off.total_seconds():.0f} s {way} {of}" if state != "good" else f"agrees with {of}"
    return Finding("clock", state, what, "" if state == "good" else "timedatectl set-ntp true")
