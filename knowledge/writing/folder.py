"""Puts files into the content folder so that whoever reads it finds each one whole: the old or the new."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from knowledge.errors import ContentError

ROOM: Final = ".writing"
"""Folder inside the content where files wait until they are whole; readers of content pass it over."""
_NAME: Final = re.compile(r"[^.\\\0][^\\\0]*")


def content_path(content: Path, path: str) -> Path:
    """Return where this path below the content folder is.

    Raises ContentError if it leads out of the folder, through a link, or to a hidden file.
    """
    file = content.joinpath(*path.split("/"))
    named_well = all(_NAME.fullmatch(each) for each in path.split("/"))
    if not named_well or file.parent.resolve() != content.resolve().joinpath(*path.split("/")[:-1]):
        raise ContentError(f"'{path}' is no file of the content folder {content}")
    return file


def write(content: Path, changes: Mapping[str, bytes | None]) -> None:
    """Write each file in one step; None: it goes, and its folder with it if nothing else is in it.

    Afterwards everything is on the disk. Cut off in between, some files are new and some old, each whole.

    Raises ContentError if a path leads out of the folder or something cannot be written.
    """
    files = {content_path(content, path): new for path, new in changes.items()}
    try:
        for file, new in files.items():
            if new is None:
                file.unlink(missing_ok=True)
                _remove_empty(content, file.parent)
            else:
                replace_file(content / ROOM, file, new)
        for folder in {content, *(file.parent for file in files)}:
            _sync(folder)
    except OSError as error:
        raise ContentError(
            f"{error.filename or content}: {error.strerror}; the content folder {content} must belong to "
            "the user that runs 'hotline', and its disk must have room"
        ) from error


def replace_file(room: Path, file: Path, new: bytes) -> None:
    """Put this in the place of a file in one step, through a folder on the same disk.

    Raises OSError if that cannot be written.
    """
    room.mkdir(exist_ok=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = room / f"{os.getpid()}-{secrets.token_hex(4)}"
    with waiting.open("xb") as stream:
        if file.exists():
            os.fchmod(stream.fileno(), file.stat().st_mode & 0o777)
        stream.write(new)
        stream.flush()
        os.fsync(stream.fileno())
    waiting.replace(file)


def _remove_empty(content: Path, folder: Path) -> None:
    while folder != content and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _sync(folder: Path) -> None:
    if folder.is_dir():
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
