"""Reads the three sides from disk and carries the plan out; cut off at any moment, the next call finishes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from knowledge.errors import ContentError
from knowledge.load import SHIPPED_CONTENT
from knowledge.upgrade.plan import Files, Outcome, parts_of, plan
from knowledge.writing.folder import ROOM, replace_file

NEW_VERSION: Final = "new-version"
"""Folder inside the content where the new texts of conflicts wait for a person; nothing else reads it."""
_RECORD: Final = ".shipped"
"""Folder inside the content with everything as it was shipped: what 'edited' is measured against."""
_OURS: Final = (NEW_VERSION, _RECORD, ROOM)


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did."""

    outcomes: Mapping[str, Outcome]
    waiting: tuple[str, ...]
    """Parts whose new text lies in NEW_VERSION, from this upgrade or one before."""

    def parts(self, outcome: Outcome) -> list[str]:
        """Return the parts that this happened to, in order."""
        return [part for part, happened in self.outcomes.items() if happened is outcome]


def upgrade(content: Path, shipped: Path = SHIPPED_CONTENT) -> Upgrade:
    """Let the content folder follow what is shipped; an empty one, or one that is not there, is filled.

    Edited parts stay. Each file is replaced in one step, and what is remembered as shipped changes last: cut
    off at any moment, this is finished by the next call.

    Raises ContentError if the folder cannot be read or written.
    """
    if content.resolve() == shipped.resolve():
        return Upgrade({}, ())
    try:
        new = _read(shipped)
        content.mkdir(parents=True, exist_ok=True)
        decided = plan(_read(content / _RECORD), _read(content), new)
        _write(content, content, decided.changes)
        for part in parts_of(decided.beside):
            _remove(content / NEW_VERSION / part)
        _write(content, content / NEW_VERSION, decided.beside)
        waiting = _still_waiting(content)
        _write(content, content / _RECORD, _difference(_read(content / _RECORD), new))
        shutil.rmtree(content / ROOM, ignore_errors=True)
    except OSError as error:
        raise ContentError(
            f"{error.filename or content}: {error.strerror}; the content folder {content} must belong to "
            "the user that runs 'hotline', and its disk must have room"
        ) from error
    return Upgrade(decided.outcomes, waiting)


def _read(folder: Path) -> Files:
    return {path: (folder / path).read_bytes() for path in _paths(folder)}


def _paths(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        within = Path(place).relative_to(folder)
        folders[:] = sorted(each for each in folders if not _passed_over(each, within))
        yield from ((within / each).as_posix() for each in sorted(files) if not _passed_over(each, within))


def _passed_over(name: str, within: Path) -> bool:
    # What editors' programs and desktops leave lying about is nobody's text.
    return name.startswith(".") or name.endswith("~") or (within == Path() and name in _OURS)


def _difference(old: Files, new: Files) -> dict[str, bytes | None]:
    return {path: new.get(path) for path in {*old, *new} if old.get(path) != new.get(path)}


def _still_waiting(content: Path) -> tuple[str, ...]:
    waiting = _read(content / NEW_VERSION)
    taken = {path: None for path, text in waiting.items() if _text(content / path) == text}
    _write(content, content / NEW_VERSION, taken)
    return tuple(parts_of(set(waiting) - set(taken)))


def _text(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _write(content: Path, folder: Path, changes: Mapping[str, bytes | None]) -> None:
    for path, text in sorted(changes.items()):
        if text is None:
            _remove(folder / path)
            _remove_empty(folder, (folder / path).parent)
        else:
            replace_file(content / ROOM, folder / path, text)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _remove_empty(folder: Path, place: Path) -> None:
    while place != folder and not any(_paths(place)):
        shutil.rmtree(place)
        place = place.parent
