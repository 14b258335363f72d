"""An encoder whose vectors can be worked out: the hashed words of a text."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.encoders import EncoderSpec
from index.spelling import words


class WordEncoder:
    """One column per hashed word; texts without a common word are at a right angle."""

    def __init__(self, dimension: int = 64, revision: str = "1") -> None:
        self.spec = EncoderSpec("words", revision, dimension)
        self.asked: list[str] = []
        """Every text that was encoded, in order."""

    def questions(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        return self._encode(texts)

    passages = questions

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        rows = np.zeros((len(texts), self.spec.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text) or [""]:
                row[zlib.crc32(word.encode()) % len(row)] += 1
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit
