"""One published version of the knowledge: built, loaded, searched. The only module that knows FAISS."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np
from numpy.typing import NDArray

from index.aspects import targets_of
from index.building import Parts, Progress, Teach, make_parts
from index.centring import Vectors
from index.decision import Costs, Thresholds
from index.encoders import Encoder, EncoderSpec
from index.learned_files import LEARNED, read_learned, write_learned
from index.learning import Learned, learn, learning_key
from index.recordings import sounds_in, write_sounds
from index.reuse import Reusable, write_vectors
from index.rows import Rows, SectionPlace, read_rows, write_rows
from index.shelf import (
    SnapshotError,
    check_files,
    damaged,
    finish,
    free_id,
    live_id,
    locked,
    read_manifest,
    rollback,
    room_for,
)
from index.urgent import UrgentMatcher
from knowledge.changes.recordings import without_outdated, without_recordings
from knowledge.model import Library

__all__ = [
    "BuildReport",
    "Costs",
    "DenseIndex",
    "Snapshot",
    "SnapshotError",
    "Thresholds",
    "build",
    "content_of",
    "in_memory",
    "is_current",
    "live_id",
    "load",
    "rollback",
]

FORMAT: Final = 8
"""Of a snapshot's files; a program reads only its own."""
EXACT_UP_TO: Final = 4_096
_STORED: Final = (faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
KEEP: Final = 5
Approve = Callable[["Snapshot"], None]

_LIBRARY: Final = "library.json"
_MESSAGES: Final = "messages.faiss"
_SECTIONS: Final = "sections.faiss"

faiss.omp_set_num_threads(
    1
)  # a single question gains nothing from more, and many at once would wait for them


class DenseIndex:
    """Vectors of messages or of sections, and the nearest ones to a question."""

    def __init__(self, index: faiss.Index) -> None:
        """Take a FAISS index whose metric is the inner product."""
        self._index = index
        self.size = int(index.ntotal)
        self.dimension = int(index.d)

    def nearest(self, question: Vectors, k: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the rows nearest to the question and their cosines, nearest first; equal ones in row order.

        question: float32 of shape (dimension,), unit length. k: fewer come back from a smaller index.

        Raises ValueError if the shape does not fit or k is below 1.
        """
        if question.shape != (self.dimension,):
            raise ValueError(f"the question has shape {question.shape}, this index wants ({self.dimension},)")
        if k < 1:
            raise ValueError(f"k is {k}, it must be at least 1")
        if not self.size:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        found, numbers = self._index.search(
            np.ascontiguousarray(question[None], dtype=np.float32), min(k, self.size)
        )
        met = numbers[0] >= 0  # fewer than k where cells are small
        order = np.lexsort((numbers[0][met], -found[0][met]))
        return numbers[0][met][order], found[0][met][order]

    def vectors(self, numbers: NDArray[np.int64]) -> Vectors:
        """Return the vectors of these rows."""
        if not len(numbers):
            return np.zeros((0, self.dimension), np.float32)
        found: Vectors = self._index.reconstruct_batch(numbers)
        return found

    def every(self) -> Vectors:
        """Return the vectors of all rows."""
        return self.vectors(np.arange(self.size))

    def write(self, path: Path) -> None:
        """Write the index as a file of FAISS. Raises OSError if the disk is full."""
        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(errno.EIO, "FAISS could not write its file") from error


def dense_index(vectors: Vectors) -> DenseIndex:
    """Return an index over these unit rows, in half precision (cosines to .001).

    Up to EXACT_UP_TO rows all are compared; of more, those in the tenth of cells that is nearest: a third of
    the time, 86 of the 100 nearest, and the same answers. docs/decisions/0005-search.md
    """
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    index = _exact(rows.shape[1]) if len(rows) <= EXACT_UP_TO else _in_cells(rows)
    index.add(rows)
    return DenseIndex(index)


def exact_index(vectors: Vectors) -> DenseIndex:
    """Return an index over these unit rows, in half precision, that compares all of them however many."""
    index = _exact(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    return DenseIndex(index)


def _exact(dimension: int) -> faiss.Index:
    index = faiss.IndexScalarQuantizer(dimension, *_STORED)
    index.train(np.zeros((1, dimension), dtype=np.float32))
    return index


def _in_cells(rows: Vectors) -> faiss.Index:
    cells = round(len(rows) ** 0.5)
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(rows.shape[1]), rows.shape[1], cells, *_STORED)
    index.nprobe = cells // 10
    index.train(rows)
    index.make_direct_map()
    return index


def read_index(path: Path) -> DenseIndex:
    """Return an index that `DenseIndex.write` wrote. Raises RuntimeError if it is none."""
    return DenseIndex(faiss.read_index(str(path)))


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Everything an answer depends on, published together; never changes."""

    id: str
    created: datetime
    encoder: EncoderSpec
    library: Library
    learned: Learned
    urgent: UrgentMatcher
    messages: DenseIndex
    """Centred vectors of what people write."""
    rows: Rows
    section_vectors: Vectors
    """Centred."""
    learned_targets: NDArray[np.int64]
    """Per class of the lexical model, the number of its target; -1 where it is none."""
    aspect_target: NDArray[np.int64]
    """Per learned aspect, the number of its target, or -1; one -1 more at the end."""
    aspect_place: NDArray[np.int64]
    """Per learned aspect, the number of the section that it is, or -1; one -1 more at the end."""
    known: NDArray[np.bool_]
    """Per target, whether the learned models know it."""
    sounds: Path | None = None
    """The file with its recordings; None where it has none, or is not published."""

    @property
    def thresholds(self) -> Thresholds:
        """From which confidence on an article is sent or a choice shown."""
        return self.learned.thresholds

    @property
    def alarm(self) -> float:
        """From which learned probability of danger a message is urgent; infinite if none was learned."""
        return math.inf if self.learned.danger is None else self.learned.danger.threshold


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did."""

    snapshot_id: str
    passages: int
    encoded: int
    """Texts that were new or whose encoder is."""
    learned: bool
    """Whether the example messages were learned anew."""
    unchanged: bool
    """Nothing differed from the live snapshot, which stays."""
    seconds: float
    measured: dict[str, Any] = field(default_factory=dict)
    """What the calibration messages showed; empty where there are too few."""


def build(
    library: Library,
    encoder: Encoder,
    folder: Path,
    *,
    progress: Progress | None = None,
    keep: int = KEEP,
    costs: Costs | None = None,
    teach: Teach = learn,
    approve: Approve | None = None,
    reuse: Path | None = None,
    content: Path | None = None,
) -> BuildReport:
    """Publish this library as the new live snapshot in `folder`, with what is unchanged taken from the old.

    content: the folder that the library was read from, for the sounds of its recordings; without it, no
    recording is published. Of those that are older than their text none is.
    keep: how many snapshots stay for `rollback`, the new one included. teach: what learns from the messages.
    approve: asked before the switch; raises what it has against the new snapshot.
    reuse: another folder of snapshots, from whose live one to take what is unchanged, and which the new one
    is to follow.
    Interrupted at any moment, this leaves the live snapshot as it was.

    Raises SnapshotError if another build is at work, the disk is full, or the encoder's vectors
    have another shape than its spec says, or a sound is not the one that the library names; and what
    `approve` raises.
    """
    library = without_recordings(library) if content is None else without_outdated(library)
    started = time.monotonic()
    show = progress or (lambda step, done, total: None)
    paid = costs or Costs()
    with locked(folder):
        old = Reusable(reuse or folder, encoder.spec, FORMAT)
        as_json = library.model_dump_json().encode()
        digest = _digest(as_json, encoder.spec, paid)
        if old.learned is not None and old.content == digest:
            taken = time.monotonic() - started
            return BuildReport(str(old.id), len(old.known.rows), 0, False, True, taken, old.learned.measured)
        parts = make_parts(library, encoder, old, paid, teach, show)
        show("publishing", 0, 1)
        created = datetime.now(UTC)
        snapshot_id = free_id(
            folder, f"{created:%Y%m%dT%H%M%S}{created.microsecond // 1000:03}Z-{digest[:8]}"
        )
        with room_for(folder, snapshot_id) as room:
            _write(parts, as_json, room)
            if content is not None:
                write_sounds(library, content, room)
            manifest = {
                "format": FORMAT,
                "id": snapshot_id,
                "created": created.isoformat(),
                "encoder": asdict(encoder.spec),
                "content": digest,
                "parent": old.id,
                "counts": parts.counts,
            }
            if approve:
                approve(_read(parts.library, room, manifest, encoder.spec))
            finish(room, manifest, keep)
        show("publishing", 1, 1)
        return BuildReport(
            snapshot_id,
            len(parts.passages),
            parts.encoded,
            learned=not isinstance(parts.messages, Path),
            unchanged=False,
            seconds=time.monotonic() - started,
            measured=parts.learned.measured,
        )


def _write(parts: Parts, library: bytes, room: Path) -> None:
    (room / _LIBRARY).write_bytes(library)
    write_vectors(parts.vectors, parts.digests, room)
    exact_index(parts.sections).write(room / _SECTIONS)
    write_rows(parts.rows, room)
    if isinstance(parts.messages, Path):
        for name in (_MESSAGES, *LEARNED):  # not linked: a broken block would damage every version
            shutil.copyfile(parts.messages / name, room / name)
    else:
        dense_index(parts.messages).write(room / _MESSAGES)
        write_learned(parts.learned, room)


def in_memory(
    library: Library,
    encoder: Encoder,
    folder: Path,
    *,
    teach: Teach,
    costs: Costs | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """Return a snapshot of this library that is not published, with what is unchanged from the live one.

    Nothing is written; its id is that of no published snapshot. teach: as `build` takes it.
    Raises SnapshotError if the encoder's vectors have another shape than its spec says.
    """
    old = Reusable(folder, encoder.spec, FORMAT)
    show = progress or (lambda step, done, total: None)
    parts = make_parts(library, encoder, old, costs or Costs(), teach, show)
    if isinstance(parts.messages, Path):
        messages = read_index(parts.messages / _MESSAGES)
    else:
        messages = dense_index(parts.messages)
    indexes, learned = (messages, exact_index(parts.sections)), parts.learned
    return _whole("", datetime.now(UTC), encoder.spec, library, *indexes, learned, parts.rows, None)


def is_current(folder: Path, library: Library, spec: EncoderSpec, costs: Costs) -> bool:
    """Return whether the live snapshot is of this library, encoder and costs; False where there is none."""
    snapshot_id = live_id(folder)
    if snapshot_id is None:
        return False
    return bool(read_manifest(folder / snapshot_id).get("content") == content_of(library, spec, costs))


def content_of(library: Library, spec: EncoderSpec, costs: Costs) -> str:
    """Return a digest that stays the same as long as a build gives the same."""
    return _digest(without_outdated(library).model_dump_json().encode(), spec, costs)


def _digest(library: bytes, spec: EncoderSpec, costs: Costs) -> str:
    settings = json.dumps([FORMAT, learning_key((), (), (), repr(spec), costs)]).encode()
    return hashlib.sha256(settings + library).hexdigest()


def load(folder: Path, spec: EncoderSpec | None) -> Snapshot:
    """Return the live snapshot of this folder.

    spec: of the encoder that will ask; None leaves that unchecked.

    Raises SnapshotError if nothing is published, a file is missing or was changed, the format is another
    program's, or the snapshot was built with another encoder.
    """
    place, manifest, built_with = _live(folder, spec)
    with _whole_or_damaged(place):
        return _read(_read_library(place), place, manifest, built_with)


def load_library(folder: Path) -> tuple[str, Library]:
    """Return the id of the live snapshot and its content, without what answers: a tenth of the work.

    Raises SnapshotError as `load` does, whatever the encoder.
    """
    place, manifest, _ = _live(folder, None)
    with _whole_or_damaged(place):
        return manifest["id"], _read_library(place)


def _live(folder: Path, spec: EncoderSpec | None) -> tuple[Path, dict[str, Any], EncoderSpec]:
    snapshot_id = live_id(folder)
    if snapshot_id is None:
        raise SnapshotError(f"nothing is published in {folder}; run 'hotline build'")
    place = folder / snapshot_id
    manifest, built_with = check_fits(place, spec)
    check_files(place, manifest)
    return place, manifest, built_with


@contextmanager
def _whole_or_damaged(place: Path) -> Iterator[None]:
    try:
        yield
    # The files are as they were written, so another version of the program wrote them. FAISS raises
    # RuntimeError, pydantic and numpy ValueError.
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise damaged(place, f"it can't be read ({type(error).__name__})") from error


def check_fits(place: Path, spec: EncoderSpec | None) -> tuple[dict[str, Any], EncoderSpec]:
    """Return the manifest of the snapshot at this place, and the encoder it was built with; see load.

    Raises SnapshotError if this program cannot use it, whole or not.
    """
    manifest = read_manifest(place)
    if manifest.get("format") != FORMAT:
        found = manifest.get("format")
        raise SnapshotError(f"{place} has format {found}, this program reads {FORMAT}; run 'hotline build'")
    try:
        built_with = EncoderSpec(**manifest["encoder"])
    except (KeyError, TypeError) as error:
        raise damaged(place, "the manifest names no encoder") from error
    if spec is not None and built_with != spec:
        raise SnapshotError(
            f"{place} was built with encoder {_named(built_with)}, this program uses {_named(spec)}; "
            "run 'hotline build'"
        )
    return manifest, built_with


def _read(library: Library, place: Path, manifest: dict[str, Any], spec: EncoderSpec) -> Snapshot:
    created = datetime.fromisoformat(manifest["created"])
    indexes = read_index(place / _MESSAGES), read_index(place / _SECTIONS)
    learned, numbers = read_learned(place), read_rows(library, place)
    return _whole(manifest["id"], created, spec, library, *indexes, learned, numbers, sounds_in(place))


def _read_library(place: Path) -> Library:
    return Library.model_validate_json((place / _LIBRARY).read_bytes())


def _whole(
    snapshot_id: str,
    created: datetime,
    spec: EncoderSpec,
    library: Library,
    messages: DenseIndex,
    sections: DenseIndex,
    learned: Learned,
    numbers: Rows,
    sounds: Path | None,
) -> Snapshot:
    target_of = {target: number for number, target in enumerate(numbers.targets)}
    place_of = {place: number for number, place in enumerate(numbers.places)}
    aspects = [SectionPlace(each.topic_id, each.page_path, each.part) for each in learned.aspects]
    # What was learned may know topics that the library no longer has: see index.candidate.
    learned_targets = np.array([target_of.get(each, -1) for each in learned.lexical.classes], dtype=np.int64)
    known = np.zeros(len(numbers.targets), dtype=bool)
    known[learned_targets[learned_targets >= 0]] = True
    return Snapshot(
        id=snapshot_id,
        created=created,
        encoder=spec,
        library=library,
        learned=learned,
        urgent=UrgentMatcher(library.urgent_rules),
        messages=messages,
        rows=numbers,
        section_vectors=sections.every(),
        learned_targets=learned_targets,
        aspect_target=targets_of(learned.aspects, numbers.targets),
        aspect_place=np.array([*(place_of.get(each, -1) for each in aspects), -1], dtype=np.int64),
        known=known,
        sounds=sounds,
    )


def _named(spec: EncoderSpec) -> str:
    return f"'{spec.name}' ({spec.revision}, {spec.dimension} columns)"
