"""The shipped content, whole or a share of its example messages drawn by groups of like ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import lexical
from index.passages import Passage, passages
from index.regression import n_gram_matrix
from knowledge.load import SHIPPED_CONTENT, load
from knowledge.model import NOT_OURS, Example, Library, Page

SEED: Final = 20261126
NEAR_COPY: Final = 0.5
"""Cosine of n-grams from which two messages of one topic count as copies of each other."""


def shipped(share: float = 1.0, seed: int = SEED) -> Library:
    """Return the shipped content with this share of its example messages, 0 to 1.

    Messages of one topic that are near copies of each other stay or go together, so that a tenth is a tenth
    of what is said and not of how often. With one seed a smaller share is part of every larger one.
    """
    library = load(SHIPPED_CONTENT)
    return library if share >= 1 else some_of(library, share, seed)


def some_of(library: Library, share: float, seed: int = SEED) -> Library:
    """Return this library with a share of its example messages; see `shipped`."""
    messages = [each for each in passages(library) if each.asked]
    drawn = np.random.default_rng(seed).random(len(messages))[_groups(messages)] < share
    kept = {(each.topic_id, each.text) for each, stays in zip(messages, drawn, strict=True) if stays}

    def thinned(page: Page, topic_id: str) -> Page:
        return page.model_copy(update={"examples": _those(page.examples, topic_id)})

    def _those(examples: Iterable[Example], topic_id: str | None) -> tuple[Example, ...]:
        return tuple(each for each in examples if (topic_id, each.text) in kept)

    rules = library.rule_by_id
    return library.model_copy(
        update={
            "topics": tuple(
                each.model_copy(update={"page": thinned(each.page, each.id)}) for each in library.topics
            ),
            "publications": tuple(
                each.model_copy(update={"page": thinned(each.page, each.topic)})
                for each in library.publications
            ),
            "urgent_examples": tuple(
                each
                for each in library.urgent_examples
                if (rule := rules.get(each.kind or "")) and (rule.topic, each.text) in kept
            ),
            "not_ours": _those(library.not_ours, None),
        }
    )


def _groups(messages: list[Passage]) -> NDArray[np.int64]:
    from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

    labels = np.array([each.topic_id or NOT_OURS for each in messages])
    matrix: Any = n_gram_matrix([lexical.counted(each.text) for each in messages])[2]
    group = np.zeros(len(messages), dtype=np.int64)
    groups = 0
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        count, found = connected_components(matrix[rows] @ matrix[rows].T > NEAR_COPY, directed=False)
        group[rows] = found + groups
        groups += count
    return group
