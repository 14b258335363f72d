"""The editors' folder as it is now, read again only after a file has changed; and each change of it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from desk.errors import DeskError
from desk.history import Conflict, FileVersions, History, Read, Saved
from knowledge.check.due import due
from knowledge.load import Reading, read
from knowledge.model import Library
from knowledge.problems import Problem
from knowledge.writing import changed_files

Change = Callable[[Library], Library]
"""From what stands in the folder now to what shall stand there; raises ContentError if that cannot be."""
_TRIES: Final = 5
"""A save that meets somebody who edits by hand reads again; more often in a row is no chance any more."""

_Signature = frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class ContentNow:
    """What stands in the folder on one day."""

    library: Library
    """As far as it can be read."""
    due: Sequence[Problem]
    """What waits for a person."""


class ContentFolder:
    """Reading all of it takes some .4 s, looking whether something changed some 5 ms."""

    def __init__(
        self, folder: Path, now: Callable[[], datetime], count: Callable[[str], None] = lambda result: None
    ) -> None:
        """A folder that is changed and read.

        now: the moment, with its zone, that a version is dated with.
        count: is told of each save: 'saved' or 'conflict'.
        """
        self._count = count
        self._folder = folder
        self.history = History(folder, now)
        self._read: tuple[_Signature, Reading] | None = None
        self._turn = asyncio.Lock()

    async def now(self, today: date) -> ContentNow:
        """Return what stands in the folder. Raises ContentError if it is no content folder."""
        async with self._turn:
            reading = await asyncio.to_thread(self._follow)
        return ContentNow(reading.library, list(due(reading, today)))

    async def save(
        self,
        change: Change,
        *,
        author: str,
        message: str,
        started_from: FileVersions | None = None,
        sounds: Mapping[str, bytes] | None = None,
    ) -> Saved | Conflict:
        """Change what stands in the folder, as one version with its author, and nothing but what differs.

        message: what was done and to what, for the list of versions; never a citizen's text.
        started_from: of the files that an editor has had before his eyes. Those that somebody changed since
        are a conflict; of all others what stands there now is what the change begins with.
        sounds: path to content of the recordings that the change adds.

        Raises ContentError if the change cannot be, or not be written; nothing is changed then.
        """
        async with self._turn:
            result = await asyncio.to_thread(
                self._save, change, started_from or {}, sounds or {}, author, message
            )
        self._count("saved" if isinstance(result, Saved) else "conflict")
        return result

    def _save(
        self,
        change: Change,
        started_from: FileVersions,
        sounds: Mapping[str, bytes],
        author: str,
        message: str,
    ) -> Saved | Conflict:
        def make(read_now: Read) -> Mapping[str, bytes | None]:
            before = self._follow().library
            changes = changed_files(read_now, before, change(before))
            # Only what was read may be replaced.
            return {**changes, **{path: new for path, new in sounds.items() if read_now(path) != new}}

        for _ in range(_TRIES):
            result = self.history.edit(make, started_from=started_from, author=author, message=message)
            if isinstance(result, Saved) or any(each.path in started_from for each in result.clashes):
                return result
        raise DeskError(f"{self._folder} changes faster than it can be saved to", "not-now")

    def _follow(self) -> Reading:
        signature = _signature(self._folder)
        if self._read is None or self._read[0] != signature:
            self._read = signature, read(self._folder)
        return self._read[1]


def _signature(folder: Path) -> _Signature:
    found = set()
    for path, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        for name in names:
            try:
                state = os.stat(os.path.join(path, name))  # noqa: PTH116, PTH118 - a Path for each costs as much again
            except OSError:  # it has just gone; the next look sees that
                continue
            found.add((f"{path}/{name}", state.st_mtime_ns, state.st_size))
    return frozenset(found)
