"""Vectors for all passages: those known from before where nothing changed, new ones for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from index.centring import Vectors
from index.encoders import Encoder, EncoderSpec
from index.learned_files import read_learned
from index.learning import Learned
from index.passages import Passage
from index.shelf import SnapshotError, check_files, live_id, read_manifest
from index.shipped_vectors import KnownVectors, read_shipped_vectors

VECTORS: Final = "vectors.npy"
DIGESTS: Final = "digests.txt"
_AT_ONCE: Final = 256

Progress = Callable[[str, int, int], None]


class Reusable:
    """What can be taken from the live snapshot; if it is damaged or another encoder's, shipped vectors."""

    def __init__(self, folder: Path, spec: EncoderSpec, format_version: int) -> None:
        self.id: str | None = None
        """The live snapshot, if it is whole."""
        self.content: str | None = None
        self.place: Path | None = None
        """Its folder, if its files can be used."""
        self.learned: Learned | None = None
        if (found := _whole(folder)) is not None:
            self.id, manifest = found
            place = folder / self.id
            if manifest.get("format") == format_version and manifest.get("encoder") == asdict(spec):
                self.learned = _learned(place)
            if self.learned is not None:
                self.place, self.content = place, manifest["content"]
        self.known = read_shipped_vectors(spec) if self.place is None else _known(self.place)


def _known(place: Path) -> KnownVectors:
    digests = (place / DIGESTS).read_text("ascii").split()
    rows = {digest: row for row, digest in enumerate(digests)}
    return KnownVectors(rows, np.load(place / VECTORS, mmap_mode="r", allow_pickle=False))


def _learned(place: Path) -> Learned | None:
    try:
        return read_learned(place)
    except (OSError, KeyError, ValueError):  # another version of the program wrote it
        return None


def _whole(folder: Path) -> tuple[str, dict[str, Any]] | None:
    try:
        current = live_id(folder)
        if current is None:
            return None
        manifest = read_manifest(folder / current)
        check_files(folder / current, manifest)
    except SnapshotError:
        return None
    return current, manifest


def write_vectors(vectors: Vectors, digests: Sequence[str], folder: Path) -> None:
    """Write the encoder's own vectors and their digests, for the next build."""
    np.save(folder / VECTORS, vectors)
    (folder / DIGESTS).write_text("".join(f"{each}\n" for each in digests), encoding="ascii")


def vectors_of(
    passages: Sequence[Passage],
    digests: Sequence[str],
    known: KnownVectors,
    encoder: Encoder,
    progress: Progress,
) -> tuple[Vectors, int]:
    """Return the vector of each passage, float32, and how many texts had to be encoded.

    Raises SnapshotError if the encoder gives another shape than its spec says.
    """
    vectors = np.zeros((len(passages), encoder.spec.dimension), dtype=np.float32)
    missing: dict[str, list[int]] = {}
    for row, digest in enumerate(digests):
        if digest in known.rows:
            vectors[row] = known.vectors[known.rows[digest]]
        else:
            missing.setdefault(digest, []).append(row)
    done = 0
    progress("encoding", 0, len(missing))
    for asked, encode in ((True, encoder.questions), (False, encoder.passages)):
        # Texts of like length end at the same time, so that no processor waits at the end of a step.
        waiting = [rows for rows in missing.values() if passages[rows[0]].asked is asked]
        waiting.sort(key=lambda rows: len(passages[rows[0]].text))
        for start in range(0, len(waiting), _AT_ONCE):
            part = waiting[start : start + _AT_ONCE]
            found = encode([passages[rows[0]].encoded for rows in part])
            _check_shape(found, len(part), encoder.spec)
            for rows, vector in zip(part, found, strict=True):
                vectors[rows] = vector
            done += len(part)
            progress("encoding", done, len(missing))
    return vectors, len(missing)


def _check_shape(found: Vectors, count: int, spec: EncoderSpec) -> None:
    expected = (count, spec.dimension)
    if found.shape != expected:
        raise SnapshotError(
            f"encoder '{spec.name}' gave vectors of shape {found.shape} instead of {expected}; "
            "set HOTLINE_ENCODER to another"
        )
