"""Character n-grams over folded text: what was learned from example messages, and overlap with sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index.ngrams import Buckets, NGrams
from index.spelling import fold

Floats = NDArray[np.float32]

FEATURES: Final = NGrams(shortest=2, longest=5, bits=18)
LONGEST_TEXT: Final = 6_000
"""Characters that are looked at: a message of Telegram has at most 4,096, a section 3,500."""

# N-grams of a fifth of the sections told nothing in a trial, and took two thirds of the time.
_OFTEN: Final = 10
_OFTEN_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Counted:
    """The n-grams of one text."""

    buckets: Buckets
    """Distinct, ascending."""
    counts: Floats
    """Damped: 1 + ln(n)."""


def counted(text: str) -> Counted:
    """Return the n-grams of a text's folded form."""
    return Counted(*FEATURES.counted(fold(text[:LONGEST_TEXT])))


@dataclass(frozen=True, slots=True)
class LexicalModel:
    """One logistic regression per class over the n-grams of example messages."""

    classes: tuple[str, ...]
    """Topic ids and NOT_OURS, as the columns stand."""
    row_of_bucket: NDArray[np.int32]
    """-1 where the n-gram was never learned."""
    idf: Floats
    weights: NDArray[np.float16]
    """Shape (rows, classes)."""
    bias: Floats

    def logits(self, text: Counted) -> Floats:
        """Return one logit per class; a text without a known n-gram gets the biases."""
        rows = self.row_of_bucket[text.buckets]
        known = rows >= 0
        rows = rows[known]
        values = text.counts[known] * self.idf[rows]
        length = float(np.linalg.norm(values))
        if length == 0:
            return self.bias
        evidence: Floats = (values / length) @ self.weights[rows].astype(np.float32) + self.bias
        return evidence


@dataclass(frozen=True, slots=True)
class SectionOverlap:
    """Which share of a question's n-grams, weighed by rarity, stands in each section."""

    starts: NDArray[np.int32]
    """Shape (buckets + 1): where each bucket's postings begin."""
    sections: NDArray[np.int16]
    idf: Floats
    """By bucket; n-grams that no section has are the rarest."""
    count: int

    def coverage(self, text: Counted) -> Floats:
        """Return one number per section, 0 to 1: absolute, so that no overlap is no evidence."""
        weights = text.counts * self.idf[text.buckets]
        total = float(weights.sum())
        if total == 0 or self.count == 0:
            return np.zeros(self.count, dtype=np.float32)
        begin, end = self.starts[text.buckets], self.starts[text.buckets + 1]
        lengths = end - begin
        # The postings of all n-grams, one after another, without a loop over n-grams.
        offsets = np.repeat(begin - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        postings = self.sections[offsets + np.arange(int(lengths.sum()))]
        covered = np.bincount(postings, weights=np.repeat(weights, lengths), minlength=self.count)
        return (covered / total).astype(np.float32)


def section_overlap(sections: Sequence[Counted]) -> SectionOverlap:
    """Return the inverted index of these sections, at most 32,767; very common n-grams are left out."""
    size = 1 << FEATURES.bits
    buckets = np.concatenate([each.buckets for each in sections] or [np.zeros(0, np.int64)])
    numbers = np.repeat(np.arange(len(sections)), [len(each.buckets) for each in sections])
    frequency = np.bincount(buckets, minlength=size)
    idf = np.log1p((len(sections) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    common = frequency > max(_OFTEN, _OFTEN_SHARE * len(sections))
    order = np.argsort(buckets, kind="stable")
    order = order[~common[buckets[order]]]
    return SectionOverlap(
        starts=np.concatenate(([0], np.cumsum(np.where(common, 0, frequency)))).astype(np.int32),
        sections=numbers[order].astype(np.int16),
        idf=np.where(common, np.float32(0), idf),
        count=len(sections),
    )
