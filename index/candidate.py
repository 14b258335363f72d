"""A version that is not live: built beside the live one, then published exactly as it was tried, or dropped.

It stands in a folder of snapshots of its own inside the one it was built for, so that nothing answers from it
by mistake, and that it can be published without being written again.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Final

from index.building import Progress
from index.decision import Costs
from index.encoders import Encoder
from index.errors import IndexingError
from index.learning import Learned
from index.lesson import Lesson
from index.shelf import (
    UNFINISHED,
    SnapshotError,
    forget_live,
    live_id,
    locked,
    make_live,
    room_for,
    take_over,
)
from index.snapshot import KEEP, BuildReport, Snapshot, build, in_memory
from knowledge.model import Library

_PLACE: Final = ".candidate"


def place_of_candidate(folder: Path) -> Path:
    """Return where the candidate for this folder of snapshots stands: itself a folder of one snapshot."""
    return folder / _PLACE


def candidate_id(folder: Path) -> str | None:
    """Return the id of the candidate, or None if there is none. Raises SnapshotError if it can't be read."""
    return live_id(place_of_candidate(folder))


def build_candidate(
    library: Library,
    encoder: Encoder,
    folder: Path,
    *,
    progress: Progress | None = None,
    costs: Costs | None = None,
    content: Path | None = None,
) -> BuildReport:
    """Build this library beside the live snapshot of the folder, in place of the candidate before.

    content: as `build` takes it.
    Nothing is built, and the report says so, where it would be what is live already.
    Interrupted at any moment, this leaves the live snapshot as it is. Raises as `build` does.
    """
    place = place_of_candidate(folder)
    return build(
        library, encoder, place, reuse=folder, keep=1, progress=progress, costs=costs, content=content
    )


def publish_candidate(folder: Path, snapshot_id: str, instead_of: str | None, keep: int = KEEP) -> None:
    """Make the candidate of this id live, file by file as it was built, and remove it from its own place.

    instead_of: what was live when it was built. Interrupted at any moment, either that is live still, and the
    candidate can be published again, or the candidate is live and whole.

    Raises SnapshotError if another version has become live since, if the candidate is another one or is not
    as it was built, if a build is at work, or if the disk is full; the live one then stays.
    """
    place = place_of_candidate(folder)
    with locked(place), locked(folder):
        if live_id(folder) != instead_of:
            raise SnapshotError(
                f"another version than {instead_of} has become live in {folder} meanwhile; build anew"
            )
        if live_id(place) != snapshot_id:
            raise SnapshotError(f"there is no candidate {snapshot_id} in {folder} any more; build anew")
        with room_for(folder, snapshot_id) as room:
            for file in (place / snapshot_id).iterdir():
                _same_file(file, room / file.name)
            take_over(room, snapshot_id)
        make_live(folder, snapshot_id, keep)
        _empty(place)


def drop_candidate(folder: Path) -> None:
    """Remove the candidate, if there is one. Raises SnapshotError if a build is at work."""
    place = place_of_candidate(folder)
    if place.is_dir():
        with locked(place):
            _empty(place)


def remove_leftovers(folder: Path) -> None:
    """Remove what a killed build or a killed publishing left of candidates; one that can be published stays.

    Does nothing while a build is at work, or where the folder can't be written.
    """
    place = place_of_candidate(folder)
    if not place.is_dir():
        return
    with suppress(IndexingError), locked(place):
        for leftover in place.glob(f"{UNFINISHED}*"):
            shutil.rmtree(leftover, ignore_errors=True)
        current = live_id(place)
        if current is not None and (current == live_id(folder) or not (place / current).is_dir()):
            _empty(place)


def as_it_would_answer(
    library: Library,
    encoder: Encoder,
    folder: Path,
    learned: Learned,
    *,
    progress: Progress | None = None,
    costs: Costs | None = None,
) -> Snapshot:
    """Return a snapshot of this library in memory, with vectors of its own, but nothing learned anew.

    learned: of the live snapshot; what it knows of topics that the library lacks is not used. Messages that
    were added count as neighbours of a question only, until they are learned from when this is published.
    """

    def as_before(lesson: Lesson, key: str, costs: Costs, progress: Progress) -> Learned:
        return learned

    return in_memory(library, encoder, folder, teach=as_before, progress=progress, costs=costs)


def _same_file(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _empty(place: Path) -> None:
    # The name first: what has none is nobody's candidate, however much of it is left.
    forget_live(place)
    for each in place.iterdir():
        if each.is_dir():
            shutil.rmtree(each, ignore_errors=True)
