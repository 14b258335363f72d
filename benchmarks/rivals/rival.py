"""What a rival is: something that learns from the same texts and ranks topics for a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

from benchmarks.content import shipped
from benchmarks.rivals.forms import Form, in_form
from index.decision import OFFERED
from index.passages import passages
from knowledge.model import NOT_OURS, Library

HITS: Final = 20
"""Nearest texts that a retriever is asked for; see `of_hits`."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text of the content, with what it is about."""

    text: str
    topic: str
    """A topic's id, or NOT_OURS."""
    asked: bool
    """Whether people write it; otherwise it is a section of an article."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a rival makes of a question."""

    topics: tuple[str, ...]
    """Best first, at most three, NOT_OURS never among them."""
    confidence: float
    """The rival's own measure of its first topic, higher is surer; on whatever scale it has."""
    at_once: bool = False
    """Whether it would answer at this confidence; only ours decides that itself."""


Ask = Callable[[str], Guess]


@dataclass(frozen=True)
class Task:
    """The same for all: what is learned from, and in which spelling."""

    form: Form
    untaught: Path
    """Folder of the encoder before it was taught anything of ours."""
    encoder: str
    """What the hotline itself encodes with, as benchmarks.vectors.encoder_of takes it."""
    share: float = 1.0
    """Of the example messages."""

    @cached_property
    def library(self) -> Library:
        """The content."""
        return shipped(self.share)

    def texts(self) -> list[Labelled]:
        """Return every text of the content in the form of this task: what people write, then sections."""
        return [
            Labelled(in_form(self.form, each.text), each.topic_id or NOT_OURS, each.asked)
            for each in passages(self.library)
        ]


@dataclass(frozen=True, slots=True)
class Rival:
    """One way to answer; it is learned in one process and asked in another."""

    title: str
    package: str | None
    """What installs it, for pip; None where the hotline's own dependencies do."""
    forms: tuple[Form, ...]
    """The spellings that it is measured with."""
    learn: Callable[[Task, Path], None]
    """Writes into the folder what `load` needs."""
    load: Callable[[Task, Path], Ask]
    encoder: Literal["none", "untaught", "own"] = "none"
    """Whose folder counts into its size on disk."""


def of_classes(classes: Sequence[str], probabilities: Sequence[float]) -> Guess:
    """Return the likeliest topics of a classifier that knows "not ours" as a class of its own."""
    order = sorted(range(len(classes)), key=lambda place: -probabilities[place])
    topics = [place for place in order if classes[place] != NOT_OURS][:OFFERED]
    return Guess(
        tuple(classes[place] for place in topics), float(probabilities[topics[0]]) if topics else 0.0
    )


def of_hits(hits: Sequence[tuple[str, float]]) -> Guess:
    """Return the topics of a retriever's hits, each hit with its similarity: 0 or more.

    The nearest texts vote with their similarity; the confidence is by how much the first topic's votes
    outweigh those of what is not ours. On messages held out that was better, for BM25 and for vectors, than
    the nearest text of a topic or a share of the votes, and 20 texts were as good as 10 or 30.
    """
    votes: dict[str, float] = {}
    for topic, similarity in hits:
        votes[topic] = votes.get(topic, 0.0) + similarity
    against = votes.pop(NOT_OURS, 0.0)
    topics = tuple(sorted(votes, key=lambda topic: -votes[topic]))[:OFFERED]
    return Guess(topics, votes[topics[0]] - against if topics else float("-inf"))
