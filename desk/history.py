"""Saving into the content folder: each save is one version with its editor's name, none overwrites another.

A folder that is no Git repository works too, then without versions. A save is complete in the repository
before the first file is written: cut off at any moment, the next call finishes it. What people changed in the
files by hand becomes a version of its own first, so that nothing is lost by a save or by going back.
"""

from __future__ import annotations

import difflib
import fcntl
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from desk.errors import DeskError
from desk.repository import Repository, Version, file_version, has_repository, make_repository, repository
from knowledge.upgrade import NEW_VERSION
from knowledge.writing import content_path, write

BY_HAND: Final = "edited by hand"
"""Author and message of a version that the desk found in the folder."""
_ROOM: Final = ".desk"
"""Folder inside the content for the lock, and for a mark that stays when its holder is killed."""

Read = Callable[[str], bytes | None]
FileVersions = Mapping[str, str | None]
"""Path to the version of the file that an editor started from; None: there was no such file."""


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything is in the folder."""

    version: str | None
    """None where nothing had to change, or the folder has no history."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One file that somebody else changed after the editor had opened it."""

    path: str
    before: bytes | None
    """What the editor started from; None where there was no file, or nobody knows it any more."""
    mine: bytes | None
    theirs: bytes | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was saved; a person decides."""

    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a version did to one file."""

    path: str
    before: bytes | None
    after: bytes | None

    def lines(self) -> list[str]:
        """Return a unified difference, without the lines that name the files."""
        old, new = ((text or b"").decode(errors="replace").splitlines() for text in (self.before, self.after))
        return list(difflib.unified_diff(old, new, lineterm=""))[2:]


def start_history(content: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> History:
    """Make the content folder a repository whose first version is what it holds now. Raises DeskError."""
    make_repository(content)
    return open_history(content, now)


def open_history(content: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> History:
    """Open the content folder, finish a save that was cut off, and record what was edited by hand.

    now: the time with its zone. Raises DeskError or ContentError if the folder cannot be used.
    """
    history = History(content, now)
    with history.alone():
        pass
    return history


@dataclass(frozen=True, slots=True)
class History:
    """The content folder and its versions; holds nothing open, so threads and processes may share it."""

    content: Path
    now: Callable[[], datetime]

    @property
    def has_versions(self) -> bool:
        """Whether the folder is a repository."""
        return has_repository(self.content)

    def read(self, path: str) -> bytes | None:
        """Return what the file holds, None if there is none. Raises ContentError if the path leads out."""
        file = content_path(self.content, path)
        return file.read_bytes() if file.is_file() else None

    def file_version(self, path: str) -> str | None:
        """Return the file's version, which `save` asks for as what an editor started from; None: no file."""
        raw = self.read(path)
        return None if raw is None else file_version(raw)

    def save(
        self, changes: Mapping[str, bytes | None], *, started_from: FileVersions, author: str, message: str
    ) -> Saved | Conflict:
        """Put these files (None: it goes) into the folder as one version, or none of them.

        started_from: for each of them; one that is missing counts as new. A file that somebody else changed
        since, to something else than it shall become, is a conflict.
        Raises ContentError if something cannot be written; the next call then finishes or repairs it.
        """
        return self.edit(
            lambda read: changes,
            started_from={**dict.fromkeys(changes), **started_from},
            author=author,
            message=message,
        )

    def edit(
        self,
        make: Callable[[Read], Mapping[str, bytes | None]],
        *,
        started_from: FileVersions,
        author: str,
        message: str,
    ) -> Saved | Conflict:
        """Do the same with the files that `make` returns while nobody else may save.

        make: is given what reads a file as it is now; what it raises leaves everything as it was.
        started_from: of files that an editor had before his eyes; the others start from what `make` read.
        """
        with self.alone() as known:
            noted: dict[str, str | None] = {}

            def read_noting(path: str) -> bytes | None:
                raw = self.read(path)
                noted[path] = _version(raw)
                return raw

            changes = make(read_noting)
            base = {**noted, **started_from}
            present = {path: self.read(path) for path in changes}
            wanted = {path: new for path, new in changes.items() if new != present[path]}
            clashes = [
                Clash(path, _file(known, base.get(path)), new, present[path])
                for path, new in wanted.items()
                if _version(present[path]) != base.get(path)
            ]
            if clashes:
                return Conflict(tuple(clashes))
            return self._put(known, wanted, author, message)

    def log(self, path: str = "", limit: int = 50) -> list[Version]:
        """Return the newest versions that changed the file or folder, newest first; '' means any change."""
        if not self.has_versions:
            return []
        with repository(self.content) as known:
            return list(islice(known.versions(path), limit))

    def at(self, version: str, path: str = "") -> dict[str, bytes]:
        """Return path to content of the file or folder as this version has it. Raises DeskError."""
        with self._known() as known:
            known.version(version)
            return {each: known.file(name) for each, name in known.files(version, path).items()}

    def differences(self, version: str, path: str = "") -> list[Difference]:
        """Return what this version did to the file, or to each file of the folder. Raises DeskError."""
        with self._known() as known:
            after, before = known.files(version, path), known.files(known.parent(version), path)
            return [
                Difference(each, _file(known, before.get(each)), _file(known, after.get(each)))
                for each in sorted({*before, *after})
                if before.get(each) != after.get(each)
            ]

    def restore(self, path: str, version: str, *, author: str, message: str) -> Saved:
        """Bring the file, or all files of the folder, back to what they were; this is a version of its own.

        Raises DeskError if there is no such version, or if it has no such file or folder.
        """
        with self.alone() as known:
            if known is None:
                raise self._no_versions()
            known.version(version)
            then = {each: known.file(name) for each, name in known.files(version, path).items()}
            if not then:
                raise DeskError(f"version '{version}' has no '{path}'", "no-such-page")
            present = {each: self.read(each) for each in {*then, *known.files(known.head(), path)}}
            return self._put(
                known,
                {each: then.get(each) for each in present if then.get(each) != present[each]},
                author,
                message,
            )

    @contextmanager
    def alone(self) -> Iterator[Repository | None]:
        """Hold the right to change the folder, with everything before finished; None: it has no history."""
        room = self.content / _ROOM
        try:
            room.mkdir(exist_ok=True)
            file = (room / "lock").open("a")
        except OSError as error:
            raise DeskError(
                f"{self.content} cannot be written ({error.strerror}); it must belong to the user that runs "
                "'hotline'",
                "not-now",
            ) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not self.has_versions:
                yield None
                return
            at_work = room / "at-work"
            with repository(self.content) as known:
                if at_work.exists():
                    known.remove_left_locks()
                at_work.touch()
                try:
                    self._finish_pending(known)
                    self._record_edits_by_hand(known)
                    yield known
                finally:
                    at_work.unlink()

    @contextmanager
    def _known(self) -> Iterator[Repository]:
        if not self.has_versions:
            raise self._no_versions()
        with repository(self.content) as known:
            yield known

    def _put(
        self, known: Repository | None, changes: Mapping[str, bytes | None], author: str, message: str
    ) -> Saved:
        if not changes:
            return Saved(None)
        if known is None:
            write(self.content, changes)
            return Saved(None)
        version = known.prepare(changes, author, message, self.now())
        known.set_pending(version)
        write(self.content, changes)
        known.finish(version)
        return Saved(version)

    def _finish_pending(self, known: Repository) -> None:
        version = known.pending()
        if version is None:
            return
        before, after = known.files(known.parent(version)), known.files(version)
        changed = [path for path in {*before, *after} if before.get(path) != after.get(path)]
        # A file that is neither as before nor as saved was edited by hand in between: that is newer.
        unwritten = [path for path in changed if self.file_version(path) == before.get(path)]
        write(self.content, {path: _file(known, after.get(path)) for path in unwritten})
        known.finish(version)

    def _record_edits_by_hand(self, known: Repository) -> None:
        head = known.head()
        # One file at a time: the recordings of a whole folder would not fit into memory.
        present = {path: file_version((self.content / path).read_bytes()) for path in _paths(self.content)}
        before = {path: name for path, name in known.files(head).items() if not _passed_over(path)}
        changes: dict[str, bytes | None] = {path: None for path in before if path not in present}
        edited = [path for path, version in present.items() if version != before.get(path)]
        changes |= {path: (self.content / path).read_bytes() for path in edited}
        if changes or head is None:
            known.finish(known.prepare(changes, BY_HAND, BY_HAND, self.now()))

    def _no_versions(self) -> DeskError:
        return DeskError(f"{self.content} has no history: it is no Git repository", "no-such-page")


def _file(known: Repository | None, version: str | None) -> bytes | None:
    return known.file(version) if known and version and known.holds(version) else None


def _version(raw: bytes | None) -> str | None:
    return None if raw is None else file_version(raw)


def _paths(content: Path) -> Iterator[str]:
    for place, folders, files in os.walk(content):
        within = Path(place).relative_to(content)
        folders[:] = [each for each in folders if not _passed_over((within / each).as_posix())]
        for each in files:
            path = (within / each).as_posix()
            if not _passed_over(path) and not (content / path).is_symlink():
                yield path


def _passed_over(path: str) -> bool:
    # Editors' and desktops' own files, and what waits for a person after an upgrade.
    pieces = path.split("/")
    return pieces[0] == NEW_VERSION or any(each.startswith(".") or each.endswith("~") for each in pieces)
