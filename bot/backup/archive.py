"""The archive: a tar file with gzip, what it is at its beginning, and the checksums of all of it at its end.

So a newer format is refused before anything is read, a cut archive is known by what it lacks, and anybody can
check one with `tar xzf FILE && sha256sum -c SHA256SUMS`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any, BinaryIO, Final

from bot.errors import BotError

FORMAT: Final = 1
"""Of the archive; a program reads its own and older ones."""
ABOUT: Final = "about.json"
_SUMS: Final = "SHA256SUMS"
_NAME: Final = re.compile(r"(?:[^/\\\x00-\x1f]+/)*[^/\\\x00-\x1f]+")
_LEVEL: Final = 1
"""Of gzip; arrays of numbers shrink hardly more with the usual one, 6, which takes half as long again."""
_BLOCK: Final = 1 << 20


class BackupError(BotError):
    """A backup that could not be made, or cannot be used; what was there before is as it was."""


class Archive:
    """An archive that is being written."""

    def __init__(self, tar: tarfile.TarFile, stop: Event) -> None:
        self._tar = tar
        self._stop = stop
        self._sums: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add a file with this content."""
        self.copy(name, io.BytesIO(content), len(content))

    def copy(self, name: str, source: BinaryIO, size: int) -> None:
        """Add a file with the next `size` bytes of the source."""
        member = tarfile.TarInfo(name)
        member.size, member.mtime, member.mode = size, int(time.time()), 0o600
        hashing = _Hashing(source, self._stop)
        self._tar.addfile(member, hashing)  # type: ignore[arg-type]  # it reads, and nothing else
        self._sums[name] = hashing.digest.hexdigest()

    def seal(self) -> None:
        """Add the checksums of all that was added."""
        lines = (f"{digest}  {name}\n" for name, digest in self._sums.items())
        self.add(_SUMS, "".join(lines).encode())


class _Hashing:
    def __init__(self, source: BinaryIO, stop: Event) -> None:
        self._source = source
        self._stop = stop
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        if self._stop.is_set():
            raise BackupError("the backup was stopped before its end")
        content = self._source.read(size)
        self.digest.update(content)
        return content


@contextmanager
def new_archive(file: Path, about: Mapping[str, Any], stop: Event) -> Iterator[Archive]:
    """Give an archive to add to; it is there, whole and on the disk, when the context has ended.

    Until then, and if anything goes wrong, what had this name before stays. For its owner only.

    stop: once it is set, the archive is given up at once.

    Raises BackupError if it cannot be written, or was stopped.
    """
    waiting: Path | None = None
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", suffix=".unfinished", dir=file.parent)
        waiting = Path(name)
        with os.fdopen(handle, "wb") as target:
            with tarfile.open(fileobj=target, mode="w:gz", compresslevel=_LEVEL) as tar:
                archive = Archive(tar, stop)
                archive.add(ABOUT, json.dumps({"format": FORMAT, **about}, indent=1).encode())
                yield archive
                archive.seal()
            target.flush()
            os.fsync(target.fileno())
        waiting.replace(file)
        waiting = None
        _to_disk(file.parent)
    except OSError as error:
        raise BackupError(
            f"{file} cannot be written ({error.strerror or error}); earlier backups are as they were; "
            "make room on the disk, or name another place"
        ) from None
    finally:
        if waiting is not None:
            waiting.unlink(missing_ok=True)


def unpack(file: Path, room: Path) -> dict[str, Any]:
    """Unpack an archive into an empty folder, check all of it, and return what it says about itself.

    Only plain files come out, and none outside of the folder, whatever stands in the archive.

    Raises BackupError if it is none, damaged, or of a newer format, or if the disk is full.
    """
    try:
        with tarfile.open(file, "r:gz") as tar:
            about, sums = _unpack(tar, room, file)
    except (tarfile.TarError, EOFError, zlib.error, UnicodeError, ValueError) as error:
        raise _damaged(file, type(error).__name__) from None
    except OSError as error:
        if error.errno is None:  # gzip's own
            raise _damaged(file, str(error)) from None
        raise BackupError(f"{file} cannot be unpacked into {room.parent}: {error.strerror}") from None
    (room / _SUMS).unlink()
    lines = (line.partition("  ") for line in sums.pop(_SUMS).splitlines())
    expected = {name: digest for digest, _, name in lines}
    for name in sorted(expected.keys() | sums.keys()):
        if name not in sums:
            raise _damaged(file, f"{name} is missing")
        if sums[name] != expected.get(name):
            raise _damaged(file, f"{name} is not as it was written")
    return about


def _unpack(tar: tarfile.TarFile, room: Path, file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    about: dict[str, Any] = {}
    sums: dict[str, str] = {}
    for member in tar:
        if _SUMS in sums:
            raise _damaged(file, "something follows its end")
        if not member.isreg() or not _is_safe(member.name) or member.name in sums:
            raise _damaged(file, "it holds something that no backup has")
        if not about and member.name != ABOUT:
            raise BackupError(f"{file} is no backup of this program")
        source = tar.extractfile(member)
        assert source is not None
        target = room / member.name
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("xb") as written:
            while block := source.read(_BLOCK):
                digest.update(block)
                written.write(block)
        sums[member.name] = digest.hexdigest()
        if member.name == ABOUT:
            about = _read_about(target, file)
        if member.name == _SUMS:
            sums[_SUMS] = target.read_text(encoding="utf-8")
    if _SUMS not in sums:
        raise _damaged(file, "its end is missing")
    return about, sums


def _read_about(target: Path, file: Path) -> dict[str, Any]:
    about = json.loads(target.read_bytes())
    if not isinstance(about, dict) or not isinstance(about.get("format"), int):
        raise BackupError(f"{file} is no backup of this program")
    if about["format"] > FORMAT:
        raise BackupError(
            f"{file} has format {about['format']}, this program reads up to {FORMAT}; "
            "install the version that made it"
        )
    return about


def _is_safe(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not {".", ".."} & set(name.split("/"))


def _damaged(file: Path, what: str) -> BackupError:
    return BackupError(f"{file} is damaged: {what}; nothing was changed; take another backup")


def _to_disk(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
