"""Encoders by folder, and where an experiment keeps their vectors, so that it encodes nothing twice."""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

from index import remembering as kept
from index.encoders import BUNDLED, BundledEncoder, Encoder, SentenceTransformerEncoder

_FOLDER: Final = Path("var/bench/vectors")


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


def remembering(encoder: Encoder) -> AbstractContextManager[Encoder]:
    """Lend the encoder with all vectors that experiments had of it."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(repr(encoder.spec).encode()).hexdigest()[:16]
    return kept.remembering(encoder, _FOLDER / f"{name}.npz", growing=True)
