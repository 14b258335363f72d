"""Backing up while the bot runs: nothing is locked, and nobody waits."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final

from bot.backup.archive import Archive, BackupError, new_archive
from bot.backup.installation import Installation
from bot.store import Store, open_store
from bot.store.transfer import TABLES
from index.shelf import SnapshotError, is_whole, live_id, read_manifest

DATABASE: Final = "database"
SNAPSHOTS: Final = "snapshots"
CONTENT: Final = "content"
SETTINGS: Final = "settings.env"
_NOT_OURS: Final = ".git"
_TRIES: Final = 3

_Opened = tuple[str, BinaryIO, int]
"""Name in the archive, the file, its size in bytes."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds."""

    bytes: int
    rows: int
    snapshots: tuple[str, ...]
    """The live one first."""
    files: int
    """Of content."""
    left_out: tuple[str, ...]
    """Snapshots that are damaged."""


def back_up(installation: Installation, file: Path, stop: Event | None = None) -> Made:
    """Write database, snapshots (the live one and the one before), content and settings into one archive.

    Messages that wait for an answer, and secrets, are never in it. The bot may run meanwhile.
    stop: set by another thread, it ends this at once.

    Raises BackupError if it cannot be written or was stopped, StoreError if the database cannot be read; an
    earlier archive of this name then stays.
    """
    with ExitStack() as stack:
        snapshots, left_out, opened = _open_snapshots(installation.snapshots, stack)
        about = {
            "program": version("tajik-hotline"),
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "live": snapshots[0] if snapshots else None,
        }
        with new_archive(file, about, stop or Event()) as archive:
            archive.add(SETTINGS, _settings(installation))
            rows = asyncio.run(_add_database(archive, installation))
            for name, source, size in opened:
                archive.copy(name, source, size)
            files = _add_content(archive, installation.content)
    return Made(file.stat().st_size, rows, tuple(snapshots), files, tuple(left_out))


def content_files(folder: Path) -> dict[str, Path]:
    """Return the files of a content folder by their paths in it; links, and what git keeps, are left out."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and _NOT_OURS not in inside.parts:
            found[inside.as_posix()] = path
    return found


async def _add_database(archive: Archive, installation: Installation) -> int:
    store: Store = await open_store(installation.database_url.get_secret_value())
    rows = 0
    try:
        for table in TABLES:
            number = 0
            async for page in store.pages(table):
                lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in page)
                archive.add(f"{DATABASE}/{table}/{number:06}.jsonl", lines.encode("utf-8", "surrogatepass"))
                number += 1
                rows += len(page)
    finally:
        await store.close()
    return rows


def _open_snapshots(folder: Path, stack: ExitStack) -> tuple[list[str], list[str], list[_Opened]]:
    # All files at once: a build that removes them meanwhile takes nothing from who has them open.
    for left in range(_TRIES - 1, -1, -1):
        whole, damaged = _last_two(folder)
        try:
            opened: list[_Opened] = [
                (f"{SNAPSHOTS}/{each}/{path.name}", stack.enter_context(path.open("rb")), path.stat().st_size)
                for each in whole
                for path in sorted((folder / each).iterdir())
            ]
        except FileNotFoundError:
            if not left:
                raise BackupError(f"{folder} changes all the time; wait until builds have ended") from None
        else:
            return whole, damaged, opened
    raise AssertionError


def _last_two(folder: Path) -> tuple[list[str], list[str]]:
    whole: list[str] = []
    damaged: list[str] = []
    try:
        following = live_id(folder)
        while following is not None and len(whole) + len(damaged) < 2:
            if not (folder / following).is_dir():
                break
            (whole if is_whole(folder / following) else damaged).append(following)
            following = read_manifest(folder / following).get("parent")
    except SnapshotError:  # what cannot be read names no version before it
        pass
    return whole, damaged


def _add_content(archive: Archive, folder: Path) -> int:
    files = content_files(folder)
    for name, path in files.items():
        try:
            content = path.read_bytes()
        except OSError as error:
            raise BackupError(f"{path} cannot be read ({error.strerror}); no backup was made") from None
        archive.add(f"{CONTENT}/{name}", content)
    return len(files)


def _settings(installation: Installation) -> bytes:
    lines = ["# Without secrets: the token, the database's address and the webhook's secret."]
    lines += [f"{name}={value}" for name, value in installation.settings.items()]
    return ("\n".join(lines) + "\n").encode()
