"""Vectors of the shipped content, made beforehand: encoding is most of a first build on a slow processor."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from index.centring import Vectors
from index.encoders import EncoderSpec

SHIPPED_VECTORS: Final = Path(__file__).with_name("vectors.npz")
_STEPS: Final = 127
_DIGEST_BYTES: Final = 32


@dataclass(frozen=True, slots=True, eq=False)
class KnownVectors:
    """Vectors that need no encoding."""

    rows: Mapping[str, int]
    """By digest of the passage."""
    vectors: Vectors


def read_shipped_vectors(spec: EncoderSpec, file: Path = SHIPPED_VECTORS) -> KnownVectors:
    """Return the vectors of the shipped content: float32, unit rows.

    There are none in a file that is missing, damaged, or of another encoder; that costs time only.
    """
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
            digests, steps, of = kept["digests"], kept["steps"], str(kept["encoder"])
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
        return nothing_known(spec)
    if of != repr(spec) or steps.shape != (len(digests), spec.dimension):
        return nothing_known(spec)
    rows = steps.astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1)
    return KnownVectors({bytes(each).hex(): row for row, each in enumerate(digests)}, rows)


def nothing_known(spec: EncoderSpec) -> KnownVectors:
    """Return no vectors, of this encoder's dimension."""
    return KnownVectors({}, np.zeros((0, spec.dimension), np.float32))


def write_shipped_vectors(
    digests: Sequence[str], vectors: Vectors, spec: EncoderSpec, file: Path = SHIPPED_VECTORS
) -> None:
    """Write unit rows in a byte a number: a cosine of .9999 to what they were, a quarter of the size."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0), 1e-9)
    steps = np.round(vectors * (_STEPS / largest)).astype(np.int8)
    whole = np.frombuffer(bytes.fromhex("".join(digests)), np.uint8).reshape(-1, _DIGEST_BYTES)
    np.savez_compressed(file, digests=whole, steps=steps, encoder=repr(spec))
