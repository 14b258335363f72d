"""What is learned when a snapshot is built: topics from examples, how sure that is from other messages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index import danger, lexical
from index.aspects import Aspect
from index.centring import Centres, centres
from index.danger import Danger
from index.decision import Costs, Thresholds, default_thresholds, find_thresholds
from index.language import LanguageWeights
from index.lesson import Labels, Lesson, from_vectors, from_words, groups_of, together, urgent_among
from index.lexical import LexicalModel, postings
from index.mixture import DEFAULT, Evidence, Mixture, fit
from index.passages import Passage
from index.regression import DenseHead

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Progress = Callable[[str, int, int], None]

VERSION: Final = 9
"""Changes when the same messages would be learned differently."""
ENOUGH_TO_LEARN: Final = 300
"""Messages; fewer are only compared with, and the weights are those of DEFAULT."""
ENOUGH_TO_MEASURE: Final = 40
"""Calibration messages; with fewer the weights are those of DEFAULT."""
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


def learn(lesson: Lesson, key: str, costs: Costs, progress: Progress) -> Learned:
    """Return what these messages teach: within a minute for 20,000 on two cores, at once for a handful."""
    if len(lesson.messages) < ENOUGH_TO_LEARN:
        vectors = lesson.encoded().messages
        means = centres(vectors, groups_of(lesson.messages))
        return Learned(key, means, None, *_nothing_learned(vectors.shape), DEFAULT, default_thresholds(costs))
    labels = Labels(lesson)
    # Words teach while the encoder works, or while vectors teach: together they keep two processors busy.
    with ThreadPoolExecutor(1, "learning") as aside:
        working = aside.submit(from_words, lesson, labels)
        encoded = lesson.encoded()
        progress("learning", 0, 3)
        meaning = from_vectors(lesson, labels, encoded)
        progress("learning", 1, 3)
        words = working.result()
    progress("learning", 2, 3)
    aspect = labels.aspect.astype(np.int16)
    taken = meaning.centres, words.languages, labels.aspects, aspect, words.model, meaning.head
    if len(lesson.calibration) < ENOUGH_TO_MEASURE:
        return Learned(key, *taken, DEFAULT, default_thresholds(costs))
    evidence, right = together(words, meaning, labels), labels.right(lesson.calibration)
    mixture, thresholds, measured = _weighed(evidence, right, labels.learned, costs)
    alarm = None
    if labels.danger_learned:
        of_danger = np.stack([words.logits[:, -1], meaning.nearness, meaning.along], axis=1)
        urgent = urgent_among(lesson.calibration)
        alarm, measured["danger"] = danger.weigh(of_danger, urgent, meaning.direction)
    progress("learning", 3, 3)
    return Learned(key, *taken, mixture, thresholds, alarm, measured)


def _nothing_learned(
    shape: tuple[int, ...],
) -> tuple[tuple[Aspect, ...], NDArray[np.int16], LexicalModel, DenseHead]:
    messages, dimension = shape
    buckets = np.full(1 << lexical.FEATURES.bits, -1, dtype=np.int32)
    empty = np.zeros(0, np.float32)
    model = LexicalModel((), buckets, empty, np.zeros((0, 0), np.float16), empty, postings((), 0, 0), empty)
    head = DenseHead(np.zeros((dimension, 0), np.float32), empty)
    return (), np.full(messages, -1, np.int16), model, head


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
