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
# Of messages, a third of the time of a tenth, and as good.
_OFTEN_AMONG_MESSAGES: Final = 0.03


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


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Which texts hold each n-gram, one after another."""

    starts: NDArray[np.int32]
    """Shape (n-grams + 1): where those of each n-gram begin."""
    texts: NDArray[np.unsignedinteger]
    count: int
    """Of the texts."""

    def summed(self, grams: Buckets, weights: Floats) -> NDArray[np.float64]:
        """Return for each text the summed weights of these n-grams, as far as it holds them."""
        begin, end = self.starts[grams], self.starts[grams + 1]
        lengths = end - begin
        # The postings of all n-grams, one after another, without a loop over n-grams.
        offsets = np.repeat(begin - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        found = self.texts[offsets + np.arange(len(offsets))]
        summed = np.bincount(found, weights=np.repeat(weights, lengths), minlength=self.count)
        return summed.astype(np.float64, copy=False)  # what it is already; the types say otherwise


def postings(texts: Sequence[Buckets], size: int, often: float) -> Postings:
    """Return the postings of these texts, each given as distinct numbers below `size`.

    often: an n-gram that more texts hold than this (of whole numbers) is left out: it tells nothing, and
    takes most of the time.
    """
    grams = np.concatenate([*texts, np.zeros(0, np.int64)])
    numbers = np.repeat(np.arange(len(texts)), [len(each) for each in texts])
    frequency = np.bincount(grams, minlength=size)
    common = frequency > often
    order = np.argsort(grams, kind="stable")
    order = order[~common[grams[order]]]
    return Postings(
        starts=np.concatenate(([0], np.cumsum(np.where(common, 0, frequency)))).astype(np.int32),
        texts=numbers[order].astype(np.min_scalar_type(max(len(texts), 1))),
        count=len(texts),
    )


@dataclass(frozen=True, slots=True, eq=False)
class LexicalModel:
    """What the n-grams of example messages teach: a logistic regression per class, and the messages' own."""

    classes: tuple[str, ...]
    """Topic ids and NOT_OURS, as the columns stand; last DANGER, where that was learned."""
    row_of_bucket: NDArray[np.int32]
    """-1 where the n-gram was never learned."""
    idf: Floats
    """By row."""
    weights: NDArray[np.float16]
    """Shape (rows, classes)."""
    bias: Floats
    messages: Postings
    """By row, the messages that hold the n-gram; not the commonest ones."""
    lengths: Floats
    """Of each message's n-grams."""

    def logits(self, text: Counted) -> Floats:
        """Return one logit per class; a text without a known n-gram gets the biases."""
        rows, values = self._weighed(text)
        if not len(rows):
            return self.bias
        evidence: Floats = values @ self.weights[rows].astype(np.float32) + self.bias
        return evidence

    def nearest(self, text: Counted, k: int) -> tuple[NDArray[np.int64], Floats]:
        """Return the messages that have most in common with the text and their cosines, nearest first.

        Of a message's n-grams each counts once, weighed by rarity. k: fewer come back where there are fewer.
        """
        rows, values = self._weighed(text)
        cosines = (self.messages.summed(rows, values * self.idf[rows]) / self.lengths).astype(np.float32)
        k = min(k, len(cosines))
        found = np.argpartition(-cosines, k - 1)[:k] if k else np.zeros(0, np.int64)
        found = found[np.lexsort((found, -cosines[found]))]
        return found, cosines[found]

    def _weighed(self, text: Counted) -> tuple[Buckets, Floats]:
        rows = self.row_of_bucket[text.buckets].astype(np.int64)
        known = rows >= 0
        rows = rows[known]
        values = text.counts[known] * self.idf[rows]
        length = float(np.linalg.norm(values))
        return rows, values / np.float32(length or 1)


def of_messages(
    messages: Sequence[Counted], row_of_bucket: NDArray[np.int32], idf: Floats
) -> tuple[Postings, Floats]:
    """Return the postings of these messages by row, and the length of each message's n-grams."""
    rows = [row_of_bucket[each.buckets].astype(np.int64) for each in messages]
    found = postings(
        [each[each >= 0] for each in rows], len(idf), max(_OFTEN, _OFTEN_AMONG_MESSAGES * len(messages))
    )
    squares = np.bincount(
        found.texts, weights=np.repeat(idf**2, np.diff(found.starts)), minlength=found.count
    )
    return found, np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class SectionOverlap:
    """Which share of a question's n-grams, weighed by rarity, stands in each section."""

    postings: Postings
    """By bucket."""
    idf: Floats
    """By bucket; n-grams that no section has are the rarest, those of very many weigh nothing."""

    def coverage(self, text: Counted) -> Floats:
        """Return one number per section, 0 to 1: absolute, so that no overlap is no evidence."""
        weights = text.counts * self.idf[text.buckets]
        total = float(weights.sum())
        if total == 0:
            return np.zeros(self.postings.count, dtype=np.float32)
        return (self.postings.summed(text.buckets, weights) / total).astype(np.float32)


def section_overlap(sections: Sequence[Counted]) -> SectionOverlap:
    """Return the inverted index of these sections; very common n-grams are left out."""
    size, often = 1 << FEATURES.bits, max(_OFTEN, _OFTEN_SHARE * len(sections))
    frequency = np.bincount(
        np.concatenate([*(each.buckets for each in sections), np.zeros(0, np.int64)]), minlength=size
    )
    idf = np.log1p((len(sections) - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return SectionOverlap(
        postings([each.buckets for each in sections], size, often),
        np.where(frequency > often, np.float32(0), idf),
    )
