"""What is learned from example messages when a snapshot is built."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import danger, lexical
from index.centring import Centres, Vectors, centres, group_of
from index.danger import DANGER, Danger
from index.decision import Costs, Thresholds, default_thresholds, find_thresholds
from index.language import LanguageWeights
from index.lexical import Counted, LexicalModel
from index.mixture import DEFAULT, Evidence, Mixture, fit, neighbour_evidence
from index.passages import NOT_OURS, Passage
from index.regression import DenseHead, learn_head, learn_languages, n_gram_matrix, one_against_rest

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Progress = Callable[[str, int, int], None]

VERSION: Final = 4
"""Changes when the same messages would be learned differently."""
NEIGHBOURS: Final = 256
FOLDS: Final = 5
ENOUGH_TO_LEARN: Final = 300
"""Messages; fewer are only compared with, and the weights are those of DEFAULT."""
ENOUGH_OF_A_TOPIC: Final = 8
NEAR_COPY: Final = 0.5
"""Cosine of n-grams from which two messages of one topic stand on the same side of a fold."""
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
    lexical: LexicalModel
    head: DenseHead
    mixture: Mixture
    thresholds: Thresholds
    danger: Danger | None = None
    """None: too few urgent messages, only the written rules tell."""
    measured: dict[str, Any] = field(default_factory=dict)
    """What the cross-validation found, for the report: shares, reliability table."""


def learning_key(messages: Sequence[Passage], encoder: str, costs: Costs) -> str:
    """Return what stays the same as long as `learn` would give the same."""
    whole = hashlib.sha256(f"{VERSION}\0{encoder}\0{costs}".encode())
    for each in messages:
        whole.update(f"{each.digest}\0{each.kind == 'urgent'}\0{each.language}\0".encode())
        whole.update(f"{each.topic_id}\0{','.join(each.also)}\n".encode())
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Lesson:
    """The messages to learn from, side by side."""

    messages: Sequence[Passage]
    vectors: Vectors
    """Shape (messages, dimension), as the encoder gave them."""
    topics: Sequence[str]
    """All topics, in order; the targets are these and, last, not ours."""
    sections: Sequence[tuple[str, Counted]]
    """Topic and n-grams of each section."""
    section_vectors: Vectors
    """Centred, one row per section."""


def learn(lesson: Lesson, key: str, costs: Costs, progress: Progress) -> Learned:
    """Return what these messages teach: half a minute for 13,600 on two cores, at once for a handful."""
    groups = [group_of(each.text, each.language) for each in lesson.messages]
    means = centres(lesson.vectors, groups)
    if len(lesson.messages) < ENOUGH_TO_LEARN:
        nothing = _nothing_learned(lesson.vectors.shape[1])
        return Learned(key, means, None, *nothing, DEFAULT, default_thresholds(costs))
    steps = FOLDS + 3
    class_room = _Classroom(lesson, means.centred(lesson.vectors, groups))
    progress("learning", 0, steps)
    evidence = class_room.evidence_of_folds(lambda done: progress("learning", done, steps))
    mixture, thresholds, measured = _weighed(class_room, evidence, costs)
    progress("learning", FOLDS + 1, steps)
    languages = learn_languages(lesson.messages)
    alarm, measured_danger = class_room.danger()
    progress("learning", FOLDS + 2, steps)
    model, head = class_room.whole()
    progress("learning", steps, steps)
    measured |= {"danger": measured_danger}
    return Learned(key, means, languages, model, head, mixture, thresholds, alarm, measured)


def _nothing_learned(dimension: int) -> tuple[LexicalModel, DenseHead]:
    buckets = np.full(1 << lexical.FEATURES.bits, -1, dtype=np.int32)
    empty = np.zeros(0, np.float32)
    model = LexicalModel((), buckets, empty, np.zeros((0, 0), np.float16), empty)
    return model, DenseHead(np.zeros((dimension, 0), np.float32), empty)


class _Classroom:
    """Numbers for the messages: n-gram matrix, vectors, labels, folds."""

    def __init__(self, lesson: Lesson, centred: Vectors) -> None:
        self.lesson = lesson
        self.centred = centred
        self.targets = [*lesson.topics, NOT_OURS]
        place = {target: number for number, target in enumerate(self.targets)}
        self.first = np.array([place[each.topic_id or NOT_OURS] for each in lesson.messages])
        self.right = np.zeros((len(lesson.messages), len(self.targets)), dtype=bool)
        self.labels = np.full((len(lesson.messages), 3), -1)
        for row, message in enumerate(lesson.messages):
            all_right = [int(self.first[row]), *(place[each] for each in message.also)]
            self.right[row, all_right] = True
            self.labels[row, : len(all_right[:3])] = all_right[:3]
        sizes = np.bincount(self.first, minlength=len(self.targets))
        self.learned = sizes >= ENOUGH_OF_A_TOPIC
        self.learned[-1] = sizes[-1] > 0
        self.classes = np.flatnonzero(self.learned)
        self.counted = [lexical.counted(each.text) for each in lesson.messages]
        self.row_of_bucket, self.idf, self.matrix = n_gram_matrix(self.counted)
        self.folds = self._folds()
        self.urgent = np.array([each.kind == "urgent" for each in lesson.messages])
        self.danger_learned = self.urgent.sum() >= danger.ENOUGH and not self.urgent.all()
        self.danger_evidence = np.zeros((len(self.first), 3), np.float32)

    def _folds(self) -> NDArray[np.int64]:
        from scipy.sparse.csgraph import connected_components  # type: ignore[import-untyped]

        group = np.zeros(len(self.first), dtype=np.int64)
        groups = 0
        for target in np.unique(self.first):
            rows = np.flatnonzero(self.first == target)
            likeness = self.matrix[rows] @ self.matrix[rows].T
            count, found = connected_components(likeness > NEAR_COPY, directed=False)
            group[rows] = found + groups
            groups += count
        drawn: NDArray[np.int64] = np.random.default_rng(_SEED).integers(0, FOLDS, groups)
        return drawn[group]

    def evidence_of_folds(self, progress: Callable[[int], None]) -> Evidence:
        shape = (len(self.first), len(self.targets))
        by_lexical, by_neighbours, by_head = (np.zeros(shape, np.float32) for _ in range(3))
        for fold in range(FOLDS):
            seen, unseen = np.flatnonzero(self.folds != fold), np.flatnonzero(self.folds == fold)
            if not len(seen) or not len(unseen):  # so many near copies that they all stand together
                continue
            by_lexical[np.ix_(unseen, self.classes)] = self._lexical_logits(seen, unseen)
            by_head[np.ix_(unseen, self.classes)] = self._head_logits(seen, unseen)
            by_neighbours[unseen], near = zip(*self._neighbours(seen, unseen), strict=True)
            if self.danger_learned:
                self.danger_evidence[unseen] = self._danger_evidence(seen, unseen, near)
            progress(fold + 1)
        section, coverage = self._sections()
        return Evidence(by_lexical, by_neighbours, by_head, section, coverage)

    def _lexical_logits(self, seen: NDArray[np.int64], unseen: NDArray[np.int64]) -> Floats:
        weights, bias = one_against_rest(self.matrix[seen], self.first[seen], self.classes)
        logits: Floats = self.matrix[unseen] @ weights + bias
        return logits

    def _head_logits(self, seen: NDArray[np.int64], unseen: NDArray[np.int64]) -> Floats:
        head = learn_head(self.centred[seen], self.first[seen], self.classes)
        return np.stack([head.logits(vector) for vector in self.centred[unseen]])

    def _danger_evidence(
        self, seen: NDArray[np.int64], unseen: NDArray[np.int64], near: Sequence[float]
    ) -> Floats:
        weights, bias = self._danger_in_words(seen)
        in_words = (self.matrix[unseen] @ weights + bias)[:, 0]
        direction = danger.learn_direction(self.centred[seen], self.urgent[seen])
        return np.stack([in_words, near, self.centred[unseen] @ direction], axis=1)

    def _danger_in_words(self, rows: NDArray[np.int64]) -> tuple[Floats, Floats]:
        return one_against_rest(self.matrix[rows], self.urgent[rows].astype(np.int64), np.ones(1, np.int64))

    def _neighbours(
        self, seen: NDArray[np.int64], unseen: NDArray[np.int64]
    ) -> Iterator[tuple[Floats, float]]:
        count = min(NEIGHBOURS, len(seen))
        for start in range(0, len(unseen), 500):
            similarities = self.centred[unseen[start : start + 500]] @ self.centred[seen].T
            nearest = np.argpartition(-similarities, count - 1, axis=1)[:, :count]
            for row, columns in zip(similarities, nearest, strict=True):
                ordered = columns[np.argsort(-row[columns])]
                rows = seen[ordered]
                of_targets = neighbour_evidence(row[ordered], self.labels[rows], len(self.targets))
                yield of_targets, danger.nearness(row[ordered], self.urgent[rows])

    def _sections(self) -> tuple[Floats, Floats]:
        shape = (len(self.first), len(self.targets))
        nearest, covered = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        if not self.lesson.sections:
            return nearest, covered
        overlap = lexical.section_overlap([each for _, each in self.lesson.sections])
        similarity = self.centred @ self.lesson.section_vectors.T
        coverage = np.stack([overlap.coverage(each) for each in self.counted])
        owners = np.array([topic for topic, _ in self.lesson.sections])
        for number, topic in enumerate(self.lesson.topics):
            own = np.flatnonzero(owners == topic)
            if len(own):
                nearest[:, number] = similarity[:, own].max(axis=1)
                covered[:, number] = coverage[:, own].max(axis=1)
        return nearest, covered

    def danger(self) -> tuple[Danger | None, dict[str, Any] | None]:
        if not self.danger_learned:
            return None, None
        direction = danger.learn_direction(self.centred, self.urgent)
        return danger.weigh(self.danger_evidence, self.urgent, direction)

    def whole(self) -> tuple[LexicalModel, DenseHead]:
        weights, bias = one_against_rest(self.matrix, self.first, self.classes)
        names = tuple(self.targets[number] for number in self.classes)
        if self.danger_learned:
            of_danger, bias_of_danger = self._danger_in_words(np.arange(len(self.first)))
            weights, bias = np.hstack([weights, of_danger]), np.concatenate([bias, bias_of_danger])
            names += (DANGER,)
        model = LexicalModel(names, self.row_of_bucket, self.idf, weights.astype(np.float16), bias)
        return model, learn_head(self.centred, self.first, self.classes)


def _weighed(
    room: _Classroom, evidence: Evidence, costs: Costs
) -> tuple[Mixture, Thresholds, dict[str, Any]]:
    chance = np.random.default_rng(_SEED)
    hidden = (chance.random(len(room.first)) < _HIDDEN)[:, None] & room.right
    hidden |= chance.random(room.right.shape) < 0.02
    hidden[:, -1] = False
    unlearned = hidden | ~room.learned
    floor = evidence.neighbours.min(axis=1, keepdims=True)
    masked = Evidence(
        evidence.lexical,
        np.where(hidden, floor, evidence.neighbours),
        evidence.head,
        evidence.section,
        evidence.coverage,
    )
    mixture = fit(masked.features(~unlearned), room.right)
    shares = mixture.shares(evidence.features(room.learned))
    confidence = mixture.confidence(shares)[:, :-1]
    right, ours = room.right[:, :-1], ~room.right[:, -1]
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
