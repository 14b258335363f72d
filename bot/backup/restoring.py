"""A backup becomes an installation again; all of it is checked before anything changes."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bot.backup.archive import BackupError, unpack
from bot.backup.installation import Installation
from bot.backup.making import CONTENT, DATABASE, SETTINGS, SNAPSHOTS, content_files
from bot.store import open_store
from bot.store.transfer import PlainRow
from index.shelf import SnapshotError, is_id, is_whole, live_id, locked, make_live, room_for, take_over
from index.snapshot import KEEP, check_fits

_ROOM: Final = ".restoring-"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored."""

    made: str
    """When the backup was made, ISO 8601."""
    rows: int
    live: str | None
    """The snapshot that is live now; None where the backup has none that this program can use."""
    files: int
    """Of content that were written or removed; 0 where all was as in the backup."""
    settings: Mapping[str, str]
    """What the backup's installation had set, and this one has not, or has otherwise."""


def restore(
    file: Path, installation: Installation, *, shipped_content: Path, force: bool = False
) -> Restored:
    """Put back what `back_up` wrote: rows, snapshots, content; settings are only told.

    shipped_content: what came with the program, and so is nobody's work where it is unchanged.
    force: replace what is there.

    Raises BackupError if the archive is damaged or of a newer format, or if there is something already and
    `force` is not given; StoreError if a bot runs on this SQLite file, or the rows are of a newer version.
    """
    with _room(installation.snapshots) as room:
        about = unpack(file, room)
        pages = list(_pages(room / DATABASE, file))
        snapshots = _checked_snapshots(room / SNAPSHOTS, file)
        in_use = _files_in_use(installation, room / CONTENT, shipped_content)
        asyncio.run(
            _restore_database(installation.database_url.get_secret_value(), pages, in_use, force=force)
        )
        live = _restore_snapshots(installation.snapshots, snapshots, about.get("live"))
        files = _restore_content(room / CONTENT, installation.content)
        settings = _other_settings(room / SETTINGS, installation.settings)
    return Restored(str(about.get("made")), sum(len(rows) for _, rows in pages), live, files, settings)


@contextmanager
def _room(snapshots: Path) -> Iterator[Path]:
    # Beside the snapshots, which are most of it: they only need another name then.
    try:
        snapshots.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=_ROOM, dir=snapshots))
    except OSError as error:
        raise BackupError(f"{snapshots} cannot be written ({error.strerror}); nothing was changed") from None
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _pages(folder: Path, file: Path) -> Iterator[tuple[str, Sequence[PlainRow]]]:
    for page in sorted(folder.glob("*/*.jsonl")):
        try:
            rows = [json.loads(line) for line in page.read_bytes().splitlines()]
        except ValueError:
            rows = [None]
        if not all(isinstance(row, dict) for row in rows):
            raise BackupError(f"{file} is damaged: {page.name} cannot be read; nothing was changed")
        yield page.parent.name, rows


def _checked_snapshots(folder: Path, file: Path) -> list[Path]:
    snapshots = sorted(folder.iterdir()) if folder.is_dir() else []
    for each in snapshots:
        if not is_id(each.name) or not is_whole(each):
            raise BackupError(f"{file} is damaged: snapshot {each.name}; nothing was changed")
    return snapshots


def _files_in_use(installation: Installation, backed_up: Path, shipped: Path) -> list[str]:
    found = []
    if live_id(installation.snapshots) is not None:
        found.append(f"a published version in {installation.snapshots}")
    content = installation.content
    if _texts(content) not in ({}, _texts(backed_up)) and (
        content.resolve() == shipped.resolve() or _texts(content) != _texts(shipped)
    ):
        found.append(f"other content in {content}")
    return found


async def _restore_database(
    database_url: str,
    pages: Sequence[tuple[str, Sequence[PlainRow]]],
    in_use: Sequence[str],
    *,
    force: bool,
) -> None:
    store = await open_store(database_url)
    try:
        await store.become_receiver()  # on SQLite, none may answer while rows are exchanged
        rows = await store.rows_in_use()
        found = [*in_use, *([f"a database with {rows} rows"] if rows else [])]
        if found and not force:
            raise BackupError(
                f"nothing was restored, for there is {', '.join(found)}; "
                "--force replaces it by what is in the backup"
            )
        await store.replace(pages)
    finally:
        await store.close()


def _restore_snapshots(folder: Path, snapshots: Sequence[Path], live: Any) -> str | None:
    with locked(folder):
        for each in snapshots:
            with room_for(folder, each.name) as room:
                each.rename(room)  # which is empty
                take_over(room, each.name)
        if live not in {each.name for each in snapshots}:
            return None
        try:
            check_fits(folder / live, None)
        except SnapshotError:  # of another version of the program: the content is there, to be built
            return None
        make_live(folder, live, KEEP)
        return str(live)


def _restore_content(backed_up: Path, content: Path) -> int:
    wanted, there = _texts(backed_up), _texts(content)
    changed = [name for name, text in wanted.items() if there.get(name) != text]
    gone = [name for name in there if name not in wanted] if wanted else []
    try:
        for name in changed:
            target = content / name
            target.parent.mkdir(parents=True, exist_ok=True)
            waiting = target.with_name(f".{target.name}.restored")
            waiting.write_bytes(wanted[name])
            waiting.replace(target)
        for name in gone:
            (content / name).unlink()
    except OSError as error:
        raise BackupError(
            f"{content} cannot be written ({error.strerror}); database and snapshots are restored, content "
            "is not: set HOTLINE_CONTENT to a folder of your own, and restore again with --force"
        ) from None
    for folder, folders, names in os.walk(content, topdown=False):
        if not folders and not names and Path(folder) != content:
            Path(folder).rmdir()
    return len(changed) + len(gone)


def _texts(folder: Path) -> dict[str, bytes]:
    return {name: path.read_bytes() for name, path in content_files(folder).items()}


def _other_settings(file: Path, here: Mapping[str, str]) -> dict[str, str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    there = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: value for name, value in there.items() if here.get(name) != value}
