"""What a snapshot is made of, computed from a library: its passages, their vectors, what messages teach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from index import lexical
from index.centring import Centres, Vectors, centres, group_of
from index.decision import Costs
from index.encoders import Encoder
from index.learning import Learned, learning_key
from index.lesson import Encoded, Lesson
from index.lexical import Counted
from index.passages import Passage, calibration, passages
from index.reuse import Reusable, vectors_of
from index.rows import Rows, rows
from knowledge.model import Library

Progress = Callable[[str, int, int], None]
"""Called with a step's name, how much of it is done, and how much there is."""
Teach = Callable[[Lesson, str, Costs, Progress], Learned]


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Everything of a snapshot but its name."""

    library: Library
    passages: tuple[Passage, ...]
    """Messages first, then sections, each as the rows of its index stand."""
    digests: Sequence[str]
    """Of the passages, then of the calibration messages."""
    vectors: Vectors
    """Of the same, as the encoder gave them."""
    messages: Vectors | Path
    """Of the messages, centred; or the snapshot that holds the same, and what they taught."""
    sections: Vectors
    """Of the sections, centred."""
    learned: Learned
    rows: Rows
    encoded: int
    """Texts that were new or whose encoder is."""

    @property
    def counts(self) -> dict[str, int]:
        """How many topics there are, and passages of each kind."""
        kinds = [each.kind for each in self.passages]
        return {"topics": len(self.library.topics)} | {
            kind: kinds.count(kind) for kind in dict.fromkeys(kinds)
        }


def make_parts(
    library: Library, encoder: Encoder, old: Reusable, costs: Costs, teach: Teach, progress: Progress
) -> Parts:
    """Return the parts, with what is unchanged taken from an old snapshot.

    teach: asked only if the messages, the encoder or the costs are not those that the old one learned from.
    Raises SnapshotError if the encoder's vectors have another shape than its spec says.
    """
    every, unseen = passages(library), calibration(library)
    digests = [each.digest for each in (*every, *unseen)]
    asked = [each for each in every if each.asked]
    sections = every[len(asked) :]
    words = [lexical.counted(each.text) for each in sections]

    @cache
    def encoded() -> tuple[Encoded, Vectors, int]:
        vectors, new = vectors_of((*every, *unseen), digests, old.known, encoder, progress)
        of_messages, of_sections, of_unseen = np.split(vectors, [len(asked), len(every)])
        return Encoded(of_messages, _centred(sections, of_sections), of_unseen), vectors, new

    of_lesson = [*digests[: len(asked)], *digests[len(every) :]]
    key = learning_key(asked, unseen, of_lesson, repr(encoder.spec), costs)
    messages: Vectors | Path
    if old.learned is not None and old.place is not None and old.learned.key == key:
        messages, learned = old.place, old.learned
    else:
        topics = [topic.id for topic in library.topics]
        counted = _by_topic(sections, words)
        lesson = Lesson(asked, topics, counted, unseen, lambda: encoded()[0])
        learned = teach(lesson, key, costs, progress)
        messages = _centred(asked, encoded()[0].messages, learned.centres)
    found, vectors, new = encoded()
    numbers = rows(library, asked, sections, words)
    return Parts(library, every, digests, vectors, messages, found.sections, learned, numbers, new)


def _by_topic(sections: Sequence[Passage], words: Sequence[Counted]) -> list[tuple[str, Counted]]:
    return [(str(each.topic_id), counted) for each, counted in zip(sections, words, strict=True)]


def _centred(texts: Sequence[Passage], vectors: Vectors, around: Centres | None = None) -> Vectors:
    groups = [group_of(each.text, each.language) for each in texts]
    return (around or centres(vectors, groups)).centred(vectors, groups)
