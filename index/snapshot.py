"""One published version of the knowledge: built, loaded, searched. The only module that knows FAISS."""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np
from numpy.typing import NDArray

from index import lexical
from index.centring import Vectors, centres, group_of
from index.danger import DANGER
from index.decision import Costs, Thresholds
from index.encoders import Encoder, EncoderSpec
from index.learned_files import read_learned, write_learned
from index.learning import Learned, Lesson, learn, learning_key
from index.passages import Passage, passages
from index.reuse import Reusable, vectors_of, write_vectors
from index.rows import Rows, read_rows, rows, write_rows
from index.shelf import (
    SnapshotError,
    begin,
    check_files,
    damaged,
    finish,
    free_id,
    live_id,
    locked,
    read_manifest,
    rollback,
)
from index.urgent import UrgentMatcher
from knowledge.model import Library

__all__ = [
    "BuildReport",
    "Costs",
    "DenseIndex",
    "Snapshot",
    "SnapshotError",
    "Thresholds",
    "build",
    "live_id",
    "load",
    "rollback",
]

FORMAT: Final = 3
"""Of a snapshot's files; a program reads only its own."""
EXACT_UP_TO: Final = 4_096
_STORED: Final = (faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
KEEP: Final = 5
Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is."""
Teach = Callable[[Lesson, str, Costs, Progress], Learned]

_LIBRARY: Final = "library.json"
_INDEX: Final = "dense.faiss"

faiss.omp_set_num_threads(
    1
)  # a single question gains nothing from more, and many at once would wait for them


class DenseIndex:
    """Vectors of all passages, and the nearest ones to a question."""

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

    def last(self, count: int) -> Vectors:
        """Return the vectors of the last rows."""
        return self.vectors(np.arange(self.size - count, self.size))

    def write(self, path: Path) -> None:
        """Write the index as a file of FAISS."""
        faiss.write_index(self._index, str(path))


def dense_index(vectors: Vectors) -> DenseIndex:
    """Return an index over these unit rows, in half precision (cosines to .001).

    Up to EXACT_UP_TO rows all are compared; of more, those in the eighth of cells that is nearest: a third of
    the time, 87 of the 100 nearest, and the same answers. docs/decisions/0005-search.md
    """
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    index = _exact(rows) if len(rows) <= EXACT_UP_TO else _in_cells(rows)
    index.add(rows)
    return DenseIndex(index)


def _exact(rows: Vectors) -> faiss.Index:
    index = faiss.IndexScalarQuantizer(rows.shape[1], *_STORED)
    index.train(np.zeros((1, rows.shape[1]), dtype=np.float32))
    return index


def _in_cells(rows: Vectors) -> faiss.Index:
    cells = round(len(rows) ** 0.5)
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(rows.shape[1]), rows.shape[1], cells, *_STORED)
    index.nprobe = cells // 8
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
    dense: DenseIndex
    rows: Rows
    section_vectors: Vectors
    """Centred, of the index's last rows."""
    learned_targets: NDArray[np.int64]
    """Numbers of the targets that the learned models know, in the order of their classes."""
    known: NDArray[np.bool_]
    """Per target, whether the learned models know it."""

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
    """What cross-validation over the example messages found; empty where there are too few."""


def build(
    library: Library,
    encoder: Encoder,
    folder: Path,
    *,
    progress: Progress | None = None,
    keep: int = KEEP,
    costs: Costs | None = None,
    teach: Teach = learn,
) -> BuildReport:
    """Publish this library as the new live snapshot in `folder`, with what is unchanged taken from the old.

    keep: how many snapshots stay for `rollback`, the new one included. teach: what learns from the messages.
    Interrupted at any moment, this leaves the live snapshot as it was.

    Raises SnapshotError if another build is at work, the folder can't be written, or the encoder's vectors
    have another shape than its spec says.
    """
    started = time.monotonic()
    show = progress or (lambda step, done, total: None)
    paid = costs or Costs()
    with locked(folder):
        old = Reusable(folder, encoder.spec, FORMAT)
        library_json = library.model_dump_json().encode()
        content = _content_digest(library_json, encoder.spec, paid)
        if old.learned is not None and old.content == content:
            taken = time.monotonic() - started
            return BuildReport(str(old.id), len(old.rows), 0, False, True, taken, old.learned.measured)

        every = passages(library)
        digests = [each.digest for each in every]
        vectors, encoded = vectors_of(every, digests, old, encoder, show)
        asked = [each for each in every if each.asked]
        sections = every[len(asked) :]
        message_vectors, section_vectors = vectors[: len(asked)], _centred(sections, vectors[len(asked) :])
        key = learning_key(asked, repr(encoder.spec), paid)
        learned = old.learned if old.learned is not None and old.learned.key == key else None
        if learned is None:
            counted = [(str(each.topic_id), lexical.counted(each.text)) for each in sections]
            topics = [topic.id for topic in library.topics]
            lesson = Lesson(asked, message_vectors, topics, counted, section_vectors)
            learned = teach(lesson, key, paid, show)

        show("publishing", 0, 1)
        created = datetime.now(UTC)
        snapshot_id = free_id(
            folder, f"{created:%Y%m%dT%H%M%S}{created.microsecond // 1000:03}Z-{content[:8]}"
        )
        room = begin(folder, snapshot_id)
        (room / _LIBRARY).write_bytes(library_json)
        write_vectors(vectors, digests, room)
        groups = [group_of(each.text, each.language) for each in asked]
        searched = np.concatenate([learned.centres.centred(message_vectors, groups), section_vectors])
        dense_index(searched).write(room / _INDEX)
        write_rows(rows(library, asked, sections), room)
        write_learned(learned, room)
        manifest = {
            "format": FORMAT,
            "id": snapshot_id,
            "created": created.isoformat(),
            "encoder": asdict(encoder.spec),
            "content": content,
            "parent": old.id,
            "counts": _counts(every, library),
        }
        finish(room, manifest, keep)
        show("publishing", 1, 1)
        is_new = old.learned is not learned
        taken = time.monotonic() - started
        return BuildReport(snapshot_id, len(every), encoded, is_new, False, taken, learned.measured)


def _content_digest(library_json: bytes, spec: EncoderSpec, costs: Costs) -> str:
    settings = json.dumps([FORMAT, learning_key((), repr(spec), costs)]).encode()
    return hashlib.sha256(settings + library_json).hexdigest()


def _centred(sections: Sequence[Passage], vectors: Vectors) -> Vectors:
    groups = [group_of(each.text, each.language) for each in sections]
    return centres(vectors, groups).centred(vectors, groups)


def _counts(every: Sequence[Passage], library: Library) -> dict[str, int]:
    kinds = [each.kind for each in every]
    return {"topics": len(library.topics)} | {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def load(folder: Path, spec: EncoderSpec | None) -> Snapshot:
    """Return the live snapshot of this folder.

    spec: of the encoder that will ask; None leaves that unchecked.

    Raises SnapshotError if nothing is published, a file is missing or was changed, the format is another
    program's, or the snapshot was built with another encoder.
    """
    snapshot_id = live_id(folder)
    if snapshot_id is None:
        raise SnapshotError(f"nothing is published in {folder}; run 'hotline build'")
    place = folder / snapshot_id
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
    check_files(place, manifest)
    try:
        return _read(place, manifest, built_with)
    # The files are as they were written, so another version of the program wrote them. FAISS raises
    # RuntimeError, pydantic and numpy ValueError.
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise damaged(place, f"it can't be read ({type(error).__name__})") from error


def _read(place: Path, manifest: dict[str, Any], spec: EncoderSpec) -> Snapshot:
    library = Library.model_validate_json((place / _LIBRARY).read_bytes())
    dense = read_index(place / _INDEX)
    learned = read_learned(place)
    numbers = read_rows(library, place)
    target_of = {target: number for number, target in enumerate(numbers.targets)}
    classes = [each for each in learned.lexical.classes if each != DANGER]
    learned_targets = np.array([target_of[each] for each in classes], dtype=np.int64)
    known = np.zeros(len(numbers.targets), dtype=bool)
    known[learned_targets] = True
    return Snapshot(
        id=manifest["id"],
        created=datetime.fromisoformat(manifest["created"]),
        encoder=spec,
        library=library,
        learned=learned,
        urgent=UrgentMatcher(library.urgent_rules),
        dense=dense,
        rows=numbers,
        section_vectors=dense.last(len(numbers.section_place)),
        learned_targets=learned_targets,
        known=known,
    )


def _named(spec: EncoderSpec) -> str:
    return f"'{spec.name}' ({spec.revision}, {spec.dimension} columns)"
