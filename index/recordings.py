"""The sounds of a snapshot, in one file beside its others; each is read when somebody wants to hear it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from index.shelf import SnapshotError
from knowledge.model import Library, Page, Recording, short_digest

SOUNDS: Final = "recordings.zip"
"""Only in a snapshot with recordings; not compressed, since a sound is already."""


@dataclass(frozen=True, slots=True)
class Sound:
    """One recording, OGG/Opus, that waits in the file of its snapshot."""

    archive: Path
    name: str
    digest: str
    """Another sound has another one."""

    def read(self) -> bytes:
        """Return the whole of it. Raises SnapshotError if its snapshot is gone or damaged."""
        try:
            with ZipFile(self.archive) as archive:
                return archive.read(self.name)
        except (OSError, KeyError, BadZipFile) as error:
            why = type(error).__name__
            raise SnapshotError(f"{self.name} can't be read from {self.archive} ({why})") from error


def sound_of(archive: Path, page: Page, recording: Recording) -> Sound:
    """Return the sound of a recording that the snapshot of this archive has."""
    return Sound(archive, _name(page, recording), recording.sound)


def write_sounds(library: Library, content: Path, room: Path) -> None:
    """Write the sounds of this library into one file of a snapshot; nothing where there are none.

    content: the folder that the library was read from. The same sounds give the same file.

    Raises SnapshotError if one is missing, or is another than the library names; OSError if the disk is full.
    """
    wanted = {_name(page, each): each.sound for _, page in library.pages() for each in page.recordings}
    if not wanted:
        return
    with ZipFile(room / SOUNDS, "w") as archive:
        for name, digest in sorted(wanted.items()):
            archive.writestr(ZipInfo(name), _sound(content / name, digest))


def sounds_in(place: Path) -> Path | None:
    """Return the file with the sounds of the snapshot at this place; None where it has none."""
    return place / SOUNDS if (place / SOUNDS).is_file() else None


def _sound(file: Path, digest: str) -> bytes:
    repair = "attach the recording again at the desk, or remove it there"
    try:
        sound = file.read_bytes()
    except OSError as error:
        raise SnapshotError(f"{file} can't be read ({error.strerror}); {repair}") from error
    if short_digest(sound) != digest:
        raise SnapshotError(f"{file} is not the sound that was attached; {repair}")
    return sound


def _name(page: Page, recording: Recording) -> str:
    return f"{page.path}/{recording.file}"
