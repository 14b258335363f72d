"""The folder of snapshots: which is live, one build at a time, switching in one step, removing old ones."""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from index.errors import IndexingError

MANIFEST: Final = "manifest.json"
_LIVE: Final = "live"
_LOCK: Final = ".lock"
_UNFINISHED: Final = ".building-"
_ID = re.compile(r"\d{8}T\d{9}Z-[0-9a-f]{8}(-\d+)?")


class SnapshotError(IndexingError):
    """A snapshot that is missing, damaged, or of another encoder; or a build that can't begin."""


def live_id(folder: Path) -> str | None:
    """Return the id of the live snapshot, or None if nothing is published; reads one small file."""
    try:
        text = (folder / _LIVE).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SnapshotError(
            f"{folder / _LIVE} can't be read ({type(error).__name__}); run 'hotline build'"
        ) from error
    if not _ID.fullmatch(text):
        raise SnapshotError(f"{folder / _LIVE} names no snapshot; run 'hotline build'")
    return text


def rollback(folder: Path) -> str:
    """Make the snapshot before the live one live, and return its id; again goes one further back.

    Raises SnapshotError if there is none.
    """
    with locked(folder):
        current = live_id(folder)
        if current is None:
            raise SnapshotError(f"nothing is published in {folder}; run 'hotline build'")
        parent = read_manifest(folder / current).get("parent")
        if parent is None or not (folder / parent / MANIFEST).is_file():
            raise SnapshotError(f"there is no snapshot before {current} in {folder}; it stays live")
        _switch(folder, parent)
        return str(parent)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the right to change the folder; it ends with the process, however that ends.

    Raises SnapshotError if another build has it, or if the folder can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / _LOCK).open("w")
    except OSError as error:
        raise SnapshotError(
            f"{folder} can't be written ({error.strerror}); set HOTLINE_SNAPSHOTS to a folder of your own"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SnapshotError(f"another build is at work in {folder}; wait until it has ended") from error
        yield


def begin(folder: Path, snapshot_id: str) -> Path:
    """Return an empty folder to write a snapshot into; what killed builds left behind is removed first."""
    for leftover in folder.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    room = folder / f"{_UNFINISHED}{snapshot_id}"
    room.mkdir()
    return room


def finish(room: Path, manifest: Mapping[str, Any], keep: int) -> None:
    """Seal what was written into `room` and make it live; keep: how many snapshots stay, at least 1.

    Files reach the disk before the name does, and the name before it becomes live: whenever this is
    interrupted, either the old snapshot is live and whole, or the new one is.
    """
    folder, snapshot_id = room.parent, str(manifest["id"])
    digests = {path.name: _digest(path) for path in sorted(room.iterdir())}
    sealed = {**manifest, "files": digests}
    (room / MANIFEST).write_text(json.dumps(sealed, indent=1), encoding="utf-8")
    for path in (*room.iterdir(), room):
        _to_disk(path)
    room.rename(folder / snapshot_id)
    _to_disk(folder)
    _switch(folder, snapshot_id)
    _prune(folder, keep)


def read_manifest(snapshot: Path) -> dict[str, Any]:
    """Return a snapshot's manifest. Raises SnapshotError if it is missing or damaged."""
    try:
        manifest = json.loads((snapshot / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise damaged(snapshot, f"{MANIFEST} can't be read") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise damaged(snapshot, f"{MANIFEST} is incomplete")
    return manifest


def check_files(snapshot: Path, manifest: Mapping[str, Any]) -> None:
    """Raise SnapshotError if a file of the snapshot is missing or was changed."""
    for name, expected in manifest["files"].items():
        path = snapshot / name
        if not path.is_file():
            raise damaged(snapshot, f"{name} is missing")
        if _digest(path) != expected:
            raise damaged(snapshot, f"{name} is not as it was written")


def damaged(snapshot: Path, what: str) -> SnapshotError:
    """Return the error for a snapshot that can't be used."""
    return SnapshotError(
        f"snapshot {snapshot} is damaged: {what}; run 'hotline build' or 'hotline build --rollback'"
    )


def free_id(folder: Path, wanted: str) -> str:
    """Return this id, or with a number behind it if there is such a snapshot already."""
    candidates = (wanted, *(f"{wanted}-{number}" for number in range(2, 1000)))
    return next(each for each in candidates if not (folder / each).exists())


def _switch(folder: Path, snapshot_id: str) -> None:
    waiting = folder / f".{_LIVE}"
    waiting.write_text(snapshot_id + "\n", encoding="ascii")
    _to_disk(waiting)
    waiting.replace(folder / _LIVE)
    _to_disk(folder)


def _prune(folder: Path, keep: int) -> None:
    chain: list[str] = []
    following = live_id(folder)
    while following is not None and len(chain) < max(keep, 1) and (folder / following / MANIFEST).is_file():
        chain.append(following)
        following = read_manifest(folder / following).get("parent")
    for path in folder.iterdir():
        if path.is_dir() and _ID.fullmatch(path.name) and path.name not in chain:
            shutil.rmtree(path, ignore_errors=True)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
