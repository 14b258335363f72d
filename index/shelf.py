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
UNFINISHED: Final = ".building-"
"""What the name of a snapshot begins with that is being written."""
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


class AtWorkError(SnapshotError):
    """Somebody else is at work in the folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the right to change the folder; it ends with the process, however that ends.

    Raises AtWorkError if another build has it, SnapshotError if the folder can't be written.
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
            raise AtWorkError(f"another build is at work in {folder}; wait until it has ended") from error
        yield


@contextmanager
def room_for(folder: Path, snapshot_id: str) -> Iterator[Path]:
    """Give an empty folder to write a snapshot into, for `finish` or `take_over`; else it is gone afterwards.

    What killed builds left behind is removed first.

    Raises SnapshotError if something cannot be written.
    """
    for leftover in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    room = folder / f"{UNFINISHED}{snapshot_id}"
    try:
        room.mkdir()
        yield room
    except OSError as error:
        raise SnapshotError(
            f"a version can't be written to {folder} ({error.strerror}); the one before stays live; "
            "make room on the disk"
        ) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)


def finish(room: Path, manifest: Mapping[str, Any], keep: int) -> None:
    """Seal what was written into `room` and make it live; keep: how many snapshots stay, at least 1.

    Files reach the disk before the name does, and the name before it becomes live: whenever this is
    interrupted, either the old snapshot is live and whole, or the new one is.
    """
    folder, snapshot_id = room.parent, str(manifest["id"])
    digests = {path.name: _digest(path) for path in sorted(room.iterdir())}
    sealed = {**manifest, "files": digests}
    (room / MANIFEST).write_text(json.dumps(sealed, indent=1), encoding="utf-8")
    _put_in_place(room, snapshot_id)
    make_live(folder, snapshot_id, keep)


def take_over(room: Path, snapshot_id: str) -> None:
    """Put a snapshot that was made elsewhere, and written into `room`, beside the others; not live yet.

    One of the same id that is there already is replaced.

    Raises SnapshotError if it is another one, or not as its manifest says.
    """
    manifest = read_manifest(room)
    if manifest.get("id") != snapshot_id or not is_id(snapshot_id):
        raise damaged(room, f"{MANIFEST} names another snapshot")
    check_files(room, manifest)
    shutil.rmtree(room.parent / snapshot_id, ignore_errors=True)
    _put_in_place(room, snapshot_id)


def make_live(folder: Path, snapshot_id: str, keep: int) -> None:
    """Switch to this snapshot of the folder in one step; keep: how many stay, at least 1."""
    _switch(folder, snapshot_id)
    _prune(folder, keep)


def is_id(text: str) -> bool:
    """Return whether this can be the id of a snapshot; one is a plain name of a folder."""
    return _ID.fullmatch(text) is not None


def is_whole(snapshot: Path) -> bool:
    """Return whether a snapshot is there, as it was written."""
    try:
        check_files(snapshot, read_manifest(snapshot))
    except SnapshotError:
        return False
    return True


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


def _put_in_place(room: Path, snapshot_id: str) -> None:
    for path in (*room.iterdir(), room):
        _to_disk(path)
    room.rename(room.parent / snapshot_id)
    _to_disk(room.parent)


def forget_live(folder: Path) -> None:
    """Let nothing be live in this folder any more."""
    (folder / _LIVE).unlink(missing_ok=True)
    _to_disk(folder)


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
