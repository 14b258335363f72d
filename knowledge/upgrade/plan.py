"""The decision, file by file in memory: what was shipped before, what is there, what is shipped now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from knowledge.upgrade.merge import merge

Files = Mapping[str, bytes]
"""Path below the content folder, with '/', to what the file holds."""
_FOLDERS: Final = ("topics", "ministry")


class Outcome(StrEnum):
    """What an upgrade does with a part of the content."""

    ADDED = "added"
    UPDATED = "updated"
    REMOVED = "removed"
    MERGED = "merged"
    """Edited, and changed in other lines by the new version: it has both."""
    KEPT = "kept"
    """Edited, and the new version changes nothing there."""
    CONFLICT = "conflict"
    """Edited, and changed by the new version: it stays as edited until a person has compared the two."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done; parts that stay as they are and were shipped so stand nowhere."""

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """Part to what happens to it. A part is a topic's or publication's folder, or one of the other files."""
    changes: Mapping[str, bytes | None] = field(default_factory=dict)
    """File to its new text; None: it goes."""
    beside: Files = field(default_factory=dict)
    """The new version's files of all conflicts, where they differ from what is there."""


def part_of(path: str) -> str:
    """Return the part that this file belongs to: a topic's articles must fit each other and go together."""
    pieces = path.split("/")
    return "/".join(pieces[:2]) if pieces[0] in _FOLDERS else path


def plan(before: Files, present: Files, shipped: Files) -> Plan:
    """Return how the folder follows the new version without losing an edit.

    before: what the version before shipped; empty where nobody knows. A file that already is as it is shipped
    now counts as untouched, so that an upgrade that was cut off goes on where it stopped.
    """
    outcomes: dict[str, Outcome] = {}
    changes: dict[str, bytes | None] = {}
    beside: dict[str, bytes] = {}
    was, have, new = _parts(before), _parts(present), _parts(shipped)
    for part in sorted({*was, *have, *new}):
        old, mine, theirs = was.get(part, {}), have.get(part, {}), new.get(part, {})
        if mine == theirs:
            continue
        if old == theirs:
            if old:
                outcomes[part] = Outcome.KEPT
            continue
        if _untouched(old, mine, theirs):
            outcomes[part] = _followed(old, theirs)
            changes |= {
                path: theirs.get(path) for path in {*mine, *theirs} if mine.get(path) != theirs.get(path)
            }
            continue
        merged = _merged(part, old, mine, theirs)
        if merged is not None:
            outcomes[part] = Outcome.MERGED
            changes |= {part: merged} if merged != mine[part] else {}
            continue
        outcomes[part] = Outcome.CONFLICT
        beside |= {path: text for path, text in theirs.items() if mine.get(path) != text}
    return Plan(outcomes, changes, beside)


def _untouched(old: Files, mine: Files, theirs: Files) -> bool:
    return all(mine.get(path) in (old.get(path), theirs.get(path)) for path in {*old, *mine, *theirs})


def _followed(old: Files, theirs: Files) -> Outcome:
    if not theirs:
        return Outcome.REMOVED
    return Outcome.UPDATED if old else Outcome.ADDED


def _merged(part: str, old: Files, mine: Files, theirs: Files) -> bytes | None:
    # Never an article: half of it would be the office's words and half ours, and nobody had read the whole.
    if part.split("/")[0] in _FOLDERS or not (old and mine and theirs):
        return None
    return merge(old[part], mine[part], theirs[part])


def _parts(files: Files) -> dict[str, dict[str, bytes]]:
    parts: dict[str, dict[str, bytes]] = {}
    for path, text in files.items():
        parts.setdefault(part_of(path), {})[path] = text
    return parts


def parts_of(paths: Iterable[str]) -> list[str]:
    """Return the parts that these files belong to, each once."""
    return sorted({part_of(path) for path in paths})
