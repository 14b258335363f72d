"""Encoders by folder, and one that keeps its vectors on disk, so that an experiment encodes nothing twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from index.encoders import (
    BUNDLED,
    BundledEncoder,
    Encoder,
    Progress,
    SentenceTransformerEncoder,
    Vectors,
)

KEPT: Final = Path("var/bench/vectors")
_MANY: Final = 2_000
"""Texts after which new vectors are written, so that little is lost when a run is interrupted."""


def encoder_of(name: str) -> Encoder:
    """Return the encoder of a setting: "bundled", a folder like the bundled one, or a sentence-transformers
    model by folder or name.

    Raises EncoderError if it cannot be loaded.
    """
    if name == BUNDLED:
        return BundledEncoder()
    if (Path(name) / "onnx").is_dir():
        return BundledEncoder(Path(name))
    return SentenceTransformerEncoder(name, device="cpu")


class RememberingEncoder:
    """An encoder whose vectors are kept on disk by text; what it has not met yet is encoded."""

    def __init__(self, encoder: Encoder, folder: Path = KEPT) -> None:
        """Read what is kept of an encoder with this revision."""
        self._encoder = encoder
        self.spec = encoder.spec
        kept_name = hashlib.sha256(repr(self.spec).encode()).hexdigest()[:16]
        self._file = folder / f"{kept_name}.npz"
        self._rows: dict[str, int] = {}
        self._vectors = np.zeros((0, self.spec.dimension), np.float32)
        self._new = 0
        if self._file.is_file():
            with np.load(self._file, allow_pickle=False) as kept:
                self._vectors = kept["vectors"]
                self._rows = {str(digest): row for row, digest in enumerate(kept["digests"])}

    def questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the kept vectors of these texts, new ones where none was kept."""
        return self._of("question", texts, progress)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the kept vectors of these texts, new ones where none was kept."""
        return self._of("passage", texts, progress)

    def save(self) -> None:
        """Write what was encoded since the last time."""
        if not self._new:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        waiting = self._file.with_suffix(f".{os.getpid()}.npz")
        np.savez(waiting, vectors=self._vectors, digests=np.array(list(self._rows)))
        waiting.replace(self._file)
        self._new = 0

    def _of(self, side: str, texts: Sequence[str], progress: Progress | None) -> Vectors:
        digests = [_digest(side, text) for text in texts]
        missing = {
            digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._rows
        }
        if missing:
            encode = self._encoder.questions if side == "question" else self._encoder.passages
            found = encode(list(missing.values()), progress)
            self._rows |= {digest: len(self._rows) + place for place, digest in enumerate(missing)}
            self._vectors = np.concatenate([self._vectors, found])
            self._new += len(missing)
            if self._new >= _MANY:
                self.save()
        return self._vectors[[self._rows[digest] for digest in digests]]


@contextmanager
def remembering(encoder: Encoder, folder: Path = KEPT) -> Iterator[RememberingEncoder]:
    """Yield the encoder with its memory, which is written at the end, whatever happens."""
    remembered = RememberingEncoder(encoder, folder)
    try:
        yield remembered
    finally:
        remembered.save()


def _digest(side: str, text: str) -> str:
    return hashlib.sha256(f"{side}\0{text}".encode(errors="replace")).hexdigest()[:32]
