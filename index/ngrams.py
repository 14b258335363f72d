"""Character n-grams of a text as hashed numbers, by the same few array operations everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Buckets = NDArray[np.int64]

_WORD = re.compile(r"[^\W_]+")
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_FINISH = np.uint64(0xD6E8FEB86659FD93)
_SPACE = 32


@dataclass(frozen=True, slots=True)
class NGrams:
    """Which n-grams are taken, and into how many buckets they are hashed."""

    shortest: int
    longest: int
    bits: int
    """2 ** bits buckets."""
    across_words: bool = False

    def buckets(self, text: str) -> Buckets:
        """Return the bucket of every n-gram of the text's words, repeated ones as often as they occur.

        Words are letters and digits; each is bounded by spaces, which belong to its first and last n-grams.
        """
        codes = np.frombuffer(f" {' '.join(_WORD.findall(text))} ".encode("utf-32-le"), dtype=np.uint32)
        spaces = np.concatenate(([0], np.cumsum(codes == _SPACE)))
        wide = codes.astype(np.uint64)
        hashed, found = wide, []
        for n in range(1, min(self.longest, len(codes)) + 1):
            if n > 1:
                hashed = hashed[: len(codes) - n + 1] * _MULTIPLIER + wide[n - 1 :]
            if n < self.shortest:
                continue
            mixed = ((hashed ^ np.uint64(n)) * _FINISH) >> np.uint64(64 - self.bits)
            if not self.across_words and n > 2:
                inner = spaces[n - 1 : len(codes)] - spaces[1 : len(codes) - n + 2]
                mixed = mixed[inner == 0]
            found.append(mixed)
        return np.concatenate(found).astype(np.int64) if found else np.zeros(0, dtype=np.int64)

    def counted(self, text: str) -> tuple[Buckets, NDArray[np.float32]]:
        """Return the distinct buckets, ascending, and the damped count 1 + ln(n) of each."""
        buckets, counts = np.unique(self.buckets(text), return_counts=True)
        return buckets, (1 + np.log(counts)).astype(np.float32)
