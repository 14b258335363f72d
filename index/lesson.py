"""The messages that a snapshot learns from, and what their words and their vectors each make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from index import danger, lexical
from index.aspects import aspects_of, targets_of
from index.centring import Centres, Vectors, centres, group_of
from index.danger import DANGER
from index.language import LanguageWeights
from index.lexical import Counted, LexicalModel
from index.mixture import NEIGHBOURS, Evidence, aspect_evidence, neighbour_evidence
from index.passages import Passage
from index.regression import DenseHead, learn_head, learn_languages, n_gram_matrix, one_against_rest
from knowledge.model import NOT_OURS

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

ENOUGH_OF_A_TOPIC: Final = 8


@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of a lesson, as the encoder gave them but where it is said."""

    messages: Vectors
    """Shape (messages, dimension)."""
    sections: Vectors
    """Centred, one row per section."""
    calibration: Vectors


@dataclass(frozen=True, slots=True)
class Lesson:
    """The messages to learn from, and those to calibrate with, side by side."""

    messages: Sequence[Passage]
    topics: Sequence[str]
    """All topics, in order; the targets are these and, last, not ours."""
    sections: Sequence[tuple[str, Counted]]
    """Topic and n-grams of each section."""
    calibration: Sequence[Passage]
    """Messages that nothing is taught."""
    encoded: Callable[[], Encoded]
    """Encodes all of them, which takes most of the time of a first build."""


class Labels:
    """What the messages are examples of."""

    def __init__(self, lesson: Lesson) -> None:
        self.targets = [*lesson.topics, NOT_OURS]
        self.of_messages = np.full((len(lesson.messages), 3), -1)
        """Up to three targets of each, best first, then -1."""
        for row, all_right in enumerate(self._right(lesson.messages)):
            self.of_messages[row, : len(all_right[:3])] = all_right[:3]
        self.first = self.of_messages[:, 0]
        sizes = np.bincount(self.first, minlength=len(self.targets))
        self.learned = sizes >= ENOUGH_OF_A_TOPIC
        self.learned[-1] = sizes[-1] > 0
        self.classes = np.flatnonzero(self.learned)
        self.aspects, self.aspect = aspects_of(
            lesson.messages, [self.targets[number] for number in self.classes]
        )
        self.target_of_aspect = targets_of(self.aspects, self.targets)
        self.urgent = urgent_among(lesson.messages)
        to_find = urgent_among(lesson.calibration)
        self.danger_learned = bool(
            self.urgent.sum() >= danger.ENOUGH and to_find.sum() >= danger.ENOUGH_UNSEEN and not to_find.all()
        )

    def _right(self, messages: Sequence[Passage]) -> Iterator[list[int]]:
        place = {target: number for number, target in enumerate(self.targets)}
        for each in messages:
            yield [place[each.topic_id or NOT_OURS], *(place[other] for other in each.also)]

    def right(self, messages: Sequence[Passage]) -> Bools:
        """Return which targets answer each message."""
        right = np.zeros((len(messages), len(self.targets)), dtype=bool)
        for row, all_right in enumerate(self._right(messages)):
            right[row, all_right] = True
        return right


@dataclass(frozen=True, slots=True)
class Words:
    """What n-grams teach, and what they say of the calibration messages, a row each."""

    languages: LanguageWeights | None
    model: LexicalModel
    logits: Floats
    """As the model's classes stand."""
    alike: Floats
    coverage: Floats
    """These two as `Evidence` has them."""


def from_words(lesson: Lesson, labels: Labels) -> Words:
    """Learn from the messages' n-grams, which needs no encoder: half a minute for 20,000 on one core."""
    languages = learn_languages(lesson.messages)
    model = _lexical_model([lexical.counted(each.text) for each in lesson.messages], labels)
    asked = [lexical.counted(each.text) for each in lesson.calibration]
    overlap = lexical.section_overlap([each for _, each in lesson.sections])
    alike, count = [], len(labels.targets)
    for each in asked:
        rows, cosines = model.nearest(each, NEIGHBOURS)
        spoken_for = labels.target_of_aspect[labels.aspect[rows]]
        alike.append(neighbour_evidence(cosines, spoken_for[:, None], count))
    return Words(
        languages,
        model,
        _rows([model.logits(each) for each in asked], len(model.classes)),
        _rows(alike, count),
        _best_of_topics(_rows([overlap.coverage(each) for each in asked], len(lesson.sections)), lesson),
    )


def _lexical_model(counted: Sequence[Counted], labels: Labels) -> LexicalModel:
    row_of_bucket, idf, matrix = n_gram_matrix(counted)
    held = lexical.of_messages(counted, row_of_bucket, idf)
    names = tuple(labels.targets[number] for number in labels.classes)
    weights, bias = one_against_rest(matrix, labels.first, labels.classes)
    if labels.danger_learned:
        whether = labels.urgent.astype(np.int64)
        of_danger, bias_of_danger = one_against_rest(matrix, whether, np.ones(1, np.int64))
        weights, bias = np.hstack([weights, of_danger]), np.concatenate([bias, bias_of_danger])
        names += (DANGER,)
    return LexicalModel(names, row_of_bucket, idf, weights.astype(np.float16), bias, *held)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What vectors teach, and what they say of the calibration messages, a row each."""

    centres: Centres
    head: DenseHead
    direction: Floats
    """Of danger; zeros where that is not learned."""
    neighbours: Floats
    by_head: Floats
    section: Floats
    """These three as `Evidence` has them."""
    nearness: Floats
    along: Floats
    """How far each lies in the direction of danger."""


def from_vectors(lesson: Lesson, labels: Labels, encoded: Encoded) -> Meaning:
    """Learn from the messages' vectors: some ten seconds for 20,000 on one core."""
    means = centres(encoded.messages, groups_of(lesson.messages))
    messages = means.centred(encoded.messages, groups_of(lesson.messages))
    asked = means.centred(encoded.calibration, groups_of(lesson.calibration))
    head = learn_head(messages, labels.aspect, len(labels.aspects))
    direction = np.zeros(messages.shape[1], np.float32)
    if labels.danger_learned:
        direction = danger.learn_direction(messages, labels.urgent)
    of_aspect, count = labels.target_of_aspect, len(labels.targets)
    neighbours, near = [], []
    for vector in asked:
        rows, similarities = _nearest(messages, vector)
        neighbours.append(neighbour_evidence(similarities, labels.of_messages[rows], count))
        near.append(danger.nearness(similarities, labels.urgent[rows]))
    return Meaning(
        means,
        head,
        direction,
        _rows(neighbours, count),
        _rows([aspect_evidence(head.shares(each), of_aspect, count) for each in asked], count),
        _best_of_topics(asked @ encoded.sections.T, lesson),
        np.array(near, dtype=np.float32),
        asked @ direction,
    )


def _nearest(messages: Vectors, vector: Floats) -> tuple[NDArray[np.int64], Floats]:
    similarities, count = messages @ vector, min(NEIGHBOURS, len(messages))
    rows = np.argpartition(-similarities, count - 1)[:count]
    rows = rows[np.argsort(-similarities[rows])]
    return rows, similarities[rows]


def _rows(found: Sequence[Floats], width: int) -> Floats:
    return np.stack(found) if found else np.zeros((0, width), np.float32)


def _best_of_topics(of_sections: Floats, lesson: Lesson) -> Floats:
    """Return the best of each topic's sections; 0 for a topic without any, and for not ours."""
    best = np.zeros((len(of_sections), len(lesson.topics) + 1), np.float32)
    owners = np.array([topic for topic, _ in lesson.sections])
    for number, topic in enumerate(lesson.topics):
        own = np.flatnonzero(owners == topic)
        if len(own):
            best[:, number] = of_sections[:, own].max(axis=1)
    return best


def together(words: Words, meaning: Meaning, labels: Labels) -> Evidence:
    """Return all that speaks for each topic in the calibration messages, a row each."""
    by_lexical = np.zeros_like(words.alike)
    by_lexical[:, labels.classes] = words.logits[:, : len(labels.classes)]
    of_sections = meaning.section, words.coverage
    return Evidence(by_lexical, words.alike, meaning.neighbours, meaning.by_head, *of_sections)


def groups_of(messages: Sequence[Passage]) -> list[int]:
    """Return the group of each message that its vector is centred in."""
    return [group_of(each.text, each.language) for each in messages]


def urgent_among(messages: Sequence[Passage]) -> Bools:
    """Return which of the messages tell of danger."""
    return np.array([each.kind == "urgent" for each in messages], dtype=bool)
