"""The golden questions put to a snapshot or to anything else that ranks topics, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.answer import answer
from bot.question import Question
from index.decision import OFFERED
from index.encoders import Encoder
from index.evaluate import Answered, Figure, Golden, Outcome, evaluate, load_golden
from index.snapshot import Snapshot
from knowledge.load import SHIPPED_CONTENT

RESAMPLES: Final = 10_000
_SEED: Final = 20261126


def single_questions() -> tuple[Golden, ...]:
    """Return the golden questions that stand alone: those we can answer, and those that are not ours."""
    return load_golden([SHIPPED_CONTENT / "golden" / "questions.jsonl"])


def answers(golden: Sequence[Golden], snapshot: Snapshot, encoder: Encoder) -> list[Answered]:
    """Return what the hotline answers to each question from this snapshot."""
    return [_answered(each, snapshot, encoder) for each in golden]


def _answered(golden: Golden, snapshot: Snapshot, encoder: Encoder) -> Answered:
    got = answer(Question(golden.text), snapshot, encoder)
    topics = tuple(topic.id for topic in got.topics)
    return Answered(golden.id, got.outcome, topics, got.confidence, got.language)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Figures of an order of topics, whatever threshold it is cut at."""

    first: Figure
    three: Figure
    auroc: float
    """That a question of ours gets more confidence than one that is not, 0 to 1."""


@dataclass(frozen=True, slots=True)
class AtCoverage:
    """What a threshold leads to that answers a given share of the questions we have an answer to."""

    coverage: float
    wrong: float
    """Of questions that we have an answer to: answered with a topic that is not accepted."""
    not_ours: Figure
    """Of what is not ours: answered."""


def ranked(golden: Sequence[Golden], answered: Sequence[Answered]) -> Ranked:
    """Return how good the order of topics is."""
    figures = evaluate(golden, _as_if("choice", answered)).figures
    return Ranked(figures["right_first"], figures["offered"], auroc(golden, answered))


def at_coverage(golden: Sequence[Golden], answered: Sequence[Answered], coverage: float) -> AtCoverage:
    """Return what happens when the most confident questions are answered at once.

    coverage: share of the questions we have an answer to, 0 to 1, that the threshold lets through; of equal
    confidences all or none.
    """
    confidence = _confidence(answered)
    ours = np.array([bool(each.topics) for each in golden])
    threshold = float(np.quantile(confidence[ours], max(0.0, 1 - coverage), method="lower"))
    more = np.nextafter(threshold, np.inf)
    # Where many are equally confident, whichever side of them is nearer to the share that was asked for.
    above, at = np.mean(confidence[ours] > threshold), np.mean(confidence[ours] >= threshold)
    cut = float(more) if abs(above - coverage) < abs(at - coverage) else threshold
    outcomes: list[Outcome] = ["found" if each >= cut else "unknown" for each in confidence]
    return as_answered(golden, _as_if(outcomes, answered))


def as_answered(golden: Sequence[Golden], answered: Sequence[Answered]) -> AtCoverage:
    """Return what the outcomes as they are lead to."""
    figures = evaluate(golden, answered).figures
    return AtCoverage(figures["at_once"].value, figures["found_wrong"].value, figures["not_ours_answered"])


def auroc(golden: Sequence[Golden], answered: Sequence[Answered]) -> float:
    """Return how well confidence tells what is ours from what is not, 0 to 1; .5 is chance."""
    from scipy.stats import rankdata  # type: ignore[import-untyped]
    from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

    return float(roc_auc_score([bool(each.topics) for each in golden], rankdata(_confidence(answered))))


def lost(before: Sequence[float], after: Sequence[float]) -> tuple[float, float, float]:
    """Return by how much a mean fell, and the 95 % interval of that, question by question."""
    fell = np.asarray(before, np.float64) - np.asarray(after, np.float64)
    chosen = np.random.default_rng(_SEED).integers(0, len(fell), (RESAMPLES, len(fell)))
    low, high = np.quantile(fell[chosen].mean(axis=1), (0.025, 0.975))
    return float(fell.mean()), float(low), float(high)


def _as_if(outcome: Outcome | Sequence[Outcome], answered: Sequence[Answered]) -> list[Answered]:
    outcomes = [outcome] * len(answered) if isinstance(outcome, str) else outcome
    return [
        replace(each, outcome=new, topics=each.topics[:OFFERED])
        for each, new in zip(answered, outcomes, strict=True)
    ]


def _confidence(answered: Sequence[Answered]) -> NDArray[np.float64]:
    return np.array([each.confidence if each.topics else -np.inf for each in answered])
