"""An encoder that encodes no text twice: vectors are kept in a file from one run to the next."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from index.centring import Vectors
from index.encoders import Encoder, EncoderSpec, Progress


@contextmanager
def remembering(encoder: Encoder, file: Path, *, growing: bool = False) -> Iterator[Encoder]:
    """Lend an encoder that takes from this file what it encoded before; at the end the new is written there.

    For texts that are encoded again and again, such as the questions that try each new version: encoding is
    most of what they cost. The file holds digests and vectors, never a text. One that is damaged, of another
    encoder, or that cannot be written, costs time only.
    growing: keep also what was not asked for this time.
    """
    known = _read(file, encoder.spec)
    lent = _Remembering(encoder, known)
    try:
        yield lent
    finally:
        kept = known | lent.asked if growing else lent.asked
        if kept.keys() != known.keys() and kept:
            with suppress(OSError):
                _write(file, encoder.spec, kept)


class _Remembering:
    """Safe to use from any thread, as the encoder is."""

    def __init__(self, encoder: Encoder, known: dict[str, Vectors]) -> None:
        self.asked: dict[str, Vectors] = {}
        self._known = known
        self._encoder = encoder

    @property
    def spec(self) -> EncoderSpec:
        return self._encoder.spec

    def questions(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._of("question", texts, self._encoder.questions, progress)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._of("passage", texts, self._encoder.passages, progress)

    def _of(
        self,
        side: str,
        texts: Sequence[str],
        encode: Callable[[Sequence[str], Progress | None], Vectors],
        progress: Progress | None,
    ) -> Vectors:
        digests = [_digest(side, text) for text in texts]
        self.asked |= {each: self._known[each] for each in digests if each in self._known}
        new = {each: text for each, text in zip(digests, texts, strict=True) if each not in self.asked}
        if new:
            self.asked |= zip(new, encode(list(new.values()), progress), strict=True)
        vectors = np.empty((len(texts), self.spec.dimension), np.float32)
        for row, each in enumerate(digests):
            vectors[row] = self.asked[each]
        return vectors


def _digest(side: str, text: str) -> str:
    return hashlib.sha256(f"{side}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()


def _read(file: Path, spec: EncoderSpec) -> dict[str, Vectors]:
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            digests, vectors, of = kept["digests"], kept["vectors"], str(kept["encoder"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return {}
    if of != repr(spec) or vectors.shape != (len(digests), spec.dimension):
        return {}
    return dict(zip(digests.tolist(), vectors.astype(np.float32), strict=True))


def _write(file: Path, spec: EncoderSpec, vectors: dict[str, Vectors]) -> None:
    room = file.with_name(f"{file.stem}.{os.getpid()}.npz")
    try:
        rows = np.stack(list(vectors.values()))
        np.savez(room, digests=np.array(list(vectors)), vectors=rows, encoder=repr(spec))
        room.replace(file)
    finally:
        room.unlink(missing_ok=True)
