"""What is learned when a snapshot is built: topics from examples, how sure that is from other messages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import danger, lexical
from index.aspects import Aspect, aspects_of, targets_of
from index.centring import Centres, Vectors, centres, group_of
from index.danger import DANGER, Danger
from index.decision import Costs, Thresholds, default_thresholds, find_thresholds
from index.language import LanguageWeights
from index.lexical import Counted, LexicalModel, postings
from index.mixture import DEFAULT, Evidence, Mixture, aspect_evidence, fit, neighbour_evidence
from index.passages import Passage
from index.regression import DenseHead, learn_head, learn_languages, n_gram_matrix, one_against_rest
from knowledge.model import NOT_OURS

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Progress = Callable[[str, int, int], None]

VERSION: Final = 9
"""Changes when the same messages would be learned differently."""
NEIGHBOURS: Final = 256
ENOUGH_TO_LEARN: Final = 300
"""Messages; fewer are only compared with, and the weights are those of DEFAULT."""
ENOUGH_TO_MEASURE: Final = 40
"""Calibration messages; with fewer the weights are those of DEFAULT."""
ENOUGH_OF_A_TOPIC: Final = 8
_HIDDEN: Final = 0.15
"""Share of questions whose own topic is hidden, to learn what a new topic's evidence is worth."""
_SEED: Final = 20261126


@dataclass(frozen=True, slots=True)
class Learned:
    """Everything that stays as long as the example messages do."""

    key: str
    centres: Centres
    languages: LanguageWeights | None
    """None: too few messages, the rules decide."""
    aspects: tuple[Aspect, ...]
    """What the messages were told apart by; those of a topic stand together."""
    aspect: NDArray[np.int16]
    """Per message, the number of its aspect; -1 where its topic was not learned."""
    lexical: LexicalModel
    head: DenseHead
    mixture: Mixture
    thresholds: Thresholds
    danger: Danger | None = None
    """None: too few urgent messages, only the written rules tell."""
    measured: dict[str, Any] = field(default_factory=dict)
    """What the calibration messages showed, for the report: shares, reliability table."""


def learning_key(
    messages: Sequence[Passage],
    calibration: Sequence[Passage],
    digests: Sequence[str],
    encoder: str,
    costs: Costs,
) -> str:
    """Return what stays the same as long as `learn` would give the same.

    digests: of the messages, then of the calibration messages.
    """
    whole = hashlib.sha256(f"{VERSION}\0{encoder}\0{costs}\0{len(messages)}".encode())
    for each, digest in zip(chain(messages, calibration), digests, strict=True):
        whole.update(f"{digest}\0{each.kind == 'urgent'}\0{each.language}\0".encode())
        whole.update(f"{each.topic_id}\0{','.join(each.also)}\0".encode())
        whole.update(f"{each.page_path}\0{each.section_id}\0{each.rule_id}\n".encode())
    return whole.hexdigest()


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


def learn(lesson: Lesson, key: str, costs: Costs, progress: Progress) -> Learned:
    """Return what these messages teach: some ten seconds for 15,000 on two cores, at once for a handful."""
    if len(lesson.messages) < ENOUGH_TO_LEARN:
        vectors = lesson.encoded().messages
        means = centres(vectors, _groups(lesson.messages))
        return Learned(key, means, None, *_nothing_learned(vectors.shape), DEFAULT, default_thresholds(costs))
    labels = _Labels(lesson)
    # What needs no vectors is learned while the encoder works: together they keep all processors busy.
    with ThreadPoolExecutor(1, "learning") as aside:
        by_words = aside.submit(_learned_by_words, lesson, labels)
        encoded = lesson.encoded()
        progress("learning", 0, 3)
        languages, model = by_words.result()
    taken = labels.aspects, labels.aspect.astype(np.int16), model
    progress("learning", 1, 3)
    means = centres(encoded.messages, _groups(lesson.messages))
    room = _Classroom(lesson, labels, encoded, means)
    head, direction = room.taught()
    progress("learning", 2, 3)
    if len(lesson.calibration) < ENOUGH_TO_MEASURE:
        return Learned(key, means, languages, *taken, head, DEFAULT, default_thresholds(costs))
    evidence, of_danger = room.evidence(model, head, direction)
    right = labels.right(lesson.calibration)
    mixture, thresholds, measured = _weighed(evidence, right, labels.learned, costs)
    alarm = None
    if of_danger is not None:
        alarm, measured["danger"] = danger.weigh(of_danger, _urgent(lesson.calibration), direction)
    progress("learning", 3, 3)
    return Learned(key, means, languages, *taken, head, mixture, thresholds, alarm, measured)


def _groups(messages: Sequence[Passage]) -> list[int]:
    return [group_of(each.text, each.language) for each in messages]


def _urgent(messages: Sequence[Passage]) -> Bools:
    return np.array([each.kind == "urgent" for each in messages], dtype=bool)


def _nothing_learned(
    shape: tuple[int, ...],
) -> tuple[tuple[Aspect, ...], NDArray[np.int16], LexicalModel, DenseHead]:
    messages, dimension = shape
    buckets = np.full(1 << lexical.FEATURES.bits, -1, dtype=np.int32)
    empty = np.zeros(0, np.float32)
    model = LexicalModel((), buckets, empty, np.zeros((0, 0), np.float16), empty, postings((), 0, 0), empty)
    head = DenseHead(np.zeros((dimension, 0), np.float32), empty)
    return (), np.full(messages, -1, np.int16), model, head


class _Labels:
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
        self.urgent = _urgent(lesson.messages)
        to_find = _urgent(lesson.calibration)
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


def _learned_by_words(lesson: Lesson, labels: _Labels) -> tuple[LanguageWeights | None, LexicalModel]:
    """Return what tells the languages, and what tells the topics and danger apart by n-grams."""
    languages = learn_languages(lesson.messages)
    counted = [lexical.counted(each.text) for each in lesson.messages]
    row_of_bucket, idf, matrix = n_gram_matrix(counted)
    held = lexical.of_messages(counted, row_of_bucket, idf)
    names = tuple(labels.targets[number] for number in labels.classes)
    weights, bias = one_against_rest(matrix, labels.first, labels.classes)
    if labels.danger_learned:
        whether = labels.urgent.astype(np.int64)
        of_danger, bias_of_danger = one_against_rest(matrix, whether, np.ones(1, np.int64))
        weights, bias = np.hstack([weights, of_danger]), np.concatenate([bias, bias_of_danger])
        names += (DANGER,)
    return languages, LexicalModel(names, row_of_bucket, idf, weights.astype(np.float16), bias, *held)


class _Classroom:
    """The messages as numbers."""

    def __init__(self, lesson: Lesson, labels: _Labels, encoded: Encoded, means: Centres) -> None:
        self.lesson = lesson
        self.labels = labels
        self.centred = means.centred(encoded.messages, _groups(lesson.messages))
        self.section_vectors = encoded.sections
        self.calibration = means.centred(encoded.calibration, _groups(lesson.calibration))

    def taught(self) -> tuple[DenseHead, Floats]:
        """Return what tells the topics apart by vectors, and the direction of danger."""
        direction = np.zeros(self.centred.shape[1], np.float32)
        if self.labels.danger_learned:
            direction = danger.learn_direction(self.centred, self.labels.urgent)
        return learn_head(self.centred, self.labels.aspect, len(self.labels.aspects)), direction

    def evidence(
        self, model: LexicalModel, head: DenseHead, direction: Floats
    ) -> tuple[Evidence, Floats | None]:
        """Return what speaks for each topic in the calibration messages, and what for danger (if learned)."""
        shape = (len(self.calibration), len(self.labels.targets))
        counted = [lexical.counted(each.text) for each in self.lesson.calibration]
        in_words = np.stack([model.logits(each) for each in counted])
        classes = self.labels.classes
        by_lexical = np.zeros(shape, np.float32)
        by_lexical[:, classes] = in_words[:, : len(classes)]
        of_aspect, count = self.labels.target_of_aspect, len(self.labels.targets)
        alike = []
        for each in counted:
            rows, cosines = model.nearest(each, NEIGHBOURS)
            alike.append(neighbour_evidence(cosines, of_aspect[self.labels.aspect[rows]][:, None], count))
        by_head = [aspect_evidence(head.shares(each), of_aspect, count) for each in self.calibration]
        by_neighbours, near = zip(*self._neighbours(), strict=True)
        evidence = Evidence(
            by_lexical,
            np.stack(alike),
            np.stack(by_neighbours),
            np.stack(by_head),
            *self._sections(counted),
        )
        if not self.labels.danger_learned:
            return evidence, None
        return evidence, np.stack([in_words[:, -1], near, self.calibration @ direction], axis=1)

    def _neighbours(self) -> Iterator[tuple[Floats, float]]:
        count = min(NEIGHBOURS, len(self.centred))
        for vector in self.calibration:
            similarities = self.centred @ vector
            rows = np.argpartition(-similarities, count - 1)[:count]
            rows = rows[np.argsort(-similarities[rows])]
            of_targets = neighbour_evidence(
                similarities[rows], self.labels.of_messages[rows], len(self.labels.targets)
            )
            yield of_targets, danger.nearness(similarities[rows], self.labels.urgent[rows])

    def _sections(self, counted: Sequence[Counted]) -> tuple[Floats, Floats]:
        shape = (len(counted), len(self.labels.targets))
        nearest, covered = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        if not self.lesson.sections:
            return nearest, covered
        overlap = lexical.section_overlap([each for _, each in self.lesson.sections])
        similarity = self.calibration @ self.section_vectors.T
        coverage = np.stack([overlap.coverage(each) for each in counted])
        owners = np.array([topic for topic, _ in self.lesson.sections])
        for number, topic in enumerate(self.lesson.topics):
            own = np.flatnonzero(owners == topic)
            if len(own):
                nearest[:, number] = similarity[:, own].max(axis=1)
                covered[:, number] = coverage[:, own].max(axis=1)
        return nearest, covered


def _weighed(
    evidence: Evidence, every: Bools, learned: Bools, costs: Costs
) -> tuple[Mixture, Thresholds, dict[str, Any]]:
    chance = np.random.default_rng(_SEED)
    hidden = (chance.random(len(every)) < _HIDDEN)[:, None] & every
    hidden |= chance.random(every.shape) < 0.02
    hidden[:, -1] = False
    unlearned = hidden | ~learned
    floor = evidence.neighbours.min(axis=1, keepdims=True)
    masked = Evidence(
        evidence.lexical,
        evidence.alike,
        np.where(hidden, floor, evidence.neighbours),
        evidence.head,
        evidence.section,
        evidence.coverage,
    )
    mixture = fit(masked.features(~unlearned), every)
    shares = mixture.shares(evidence.features(learned))
    confidence = mixture.confidence(shares)[:, :-1]
    right, ours = every[:, :-1], ~every[:, -1]
    thresholds = find_thresholds(confidence, right, ours, costs)
    return mixture, thresholds, _measured(confidence, shares, right, ours, thresholds)


def _measured(
    confidence: Floats, shares: Floats, right: Bools, ours: Bools, thresholds: Thresholds
) -> dict[str, Any]:
    order = np.argsort(-confidence, axis=1)[:, :3]
    rows = np.arange(len(confidence))[:, None]
    best, hits = confidence[rows, order], right[rows, order]
    found = best[:, 0] >= thresholds.found
    choice = ~found & (best.sum(axis=1) >= thresholds.choice)
    edges = np.array([0, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0001])
    bins = np.digitize(best[:, 0], edges) - 1
    return {
        "questions": int(ours.sum()),
        "first": float(hits[ours, 0].mean()),
        "in_three": float(hits[ours].any(axis=1).mean()),
        "found": float(found[ours].mean()),
        "found_wrong": float((found & ~hits[:, 0])[ours].mean()),
        "choice": float(choice[ours].mean()),
        "not_ours": int((~ours).sum()),
        "not_ours_found": float(found[~ours].mean()) if (~ours).any() else None,
        "not_ours_choice": float(choice[~ours].mean()) if (~ours).any() else None,
        "reliability": [
            {
                "from": float(edges[each]),
                "to": float(min(edges[each + 1], 1)),
                "questions": int((bins == each).sum()),
                "confidence": float(best[bins == each, 0].mean()),
                "right": float(hits[bins == each, 0].mean()),
            }
            for each in range(len(edges) - 1)
            if (bins == each).any()
        ],
    }
