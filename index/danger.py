"""Whether a message tells of danger now, as learned from examples: what no written pattern says."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from index.centring import Vectors
from index.mixture import neighbour_evidence

# scikit-learn is imported where it is used: a second and 60 MB that answering does without.

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

DANGER: Final = "danger-now"
"""Stands for danger now where the classes of the character model have a topic id."""
ENOUGH: Final = 100
"""Urgent messages; with fewer the written rules are alone."""
ENOUGH_UNSEEN: Final = 10
"""Of them, those that the evidence has not seen."""
FALSE_ALARMS: Final = 0.03
"""Share of the other calibration messages above the threshold: a danger that is missed costs more than
contacts above the right article. docs/decisions/0006-urgent.md"""
LEAST: Final = 0.1
"""No threshold is below this probability, however well a small set is told apart."""
_SEED: Final = 20261126


@dataclass(frozen=True, slots=True, eq=False)
class Danger:
    """Three kinds of evidence weighed into one probability."""

    direction: Floats
    """Shape (dimension,): a logistic regression over centred vectors, without its constant."""
    weights: tuple[float, ...]
    """Of the n-grams' logit, of the neighbours, of the vector; last a constant."""
    threshold: float
    """From which probability on the message is urgent."""

    def probability(self, in_words: float, near: float, vector: Floats) -> float:
        """Return the probability that there is danger now, 0 to 1.

        in_words: logit of the n-grams. near: what `nearness` returns. vector: centred, shape (dimension,).
        """
        evidence = (in_words, near, float(vector @ self.direction), 1.0)
        logit = sum(weight * each for weight, each in zip(self.weights, evidence, strict=True))
        return 1 / (1 + math.exp(-max(min(logit, 50.0), -50.0)))


def nearness(similarities: Floats, urgent: Bools) -> float:
    """Return by how much, in logarithms, urgent messages outweigh others among these, nearest first."""
    danger, rest = neighbour_evidence(similarities, np.where(urgent, 0, 1)[:, None], 2)
    return float(danger - rest)


def learn_direction(vectors: Vectors, urgent: Bools) -> Floats:
    """Return the direction in which urgent messages lie among these centred vectors."""
    from sklearn.exceptions import ConvergenceWarning  # type: ignore[import-untyped]
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    if urgent.all() or not urgent.any():
        return np.zeros(vectors.shape[1], dtype=np.float32)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # stopping early is a regularisation of its own
        model = LogisticRegression(C=3, max_iter=30, random_state=_SEED).fit(vectors, urgent)
    direction: Floats = model.coef_[0].astype(np.float32)
    return direction


def weigh(evidence: Floats, urgent: Bools, direction: Floats) -> tuple[Danger, dict[str, Any]]:
    """Return what weighs this evidence, and how well it tells danger from the rest.

    evidence: shape (messages, 3), of models that had not seen the message, in the order of Danger.weights.
    """
    weights = _fit_weights(evidence, urgent)
    probability = 1 / (1 + np.exp(-(evidence @ weights[:-1] + weights[-1])))
    threshold = max(float(np.quantile(probability[~urgent], 1 - FALSE_ALARMS)), LEAST)
    alarm = probability >= threshold
    measured = {
        "messages": int(urgent.sum()),
        "threshold": threshold,
        "recognised": float(alarm[urgent].mean()),
        "false_alarms": float(alarm[~urgent].mean()),
    }
    return Danger(direction, tuple(map(float, weights)), threshold), measured


def _fit_weights(evidence: Floats, urgent: Bools) -> NDArray[np.float64]:
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    columns = np.column_stack([evidence.astype(np.float64), np.ones(len(evidence))])
    side = np.where(urgent, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = side * (columns @ weights)
        pull = -side / (1 + np.exp(np.clip(margin, -50, 50)))
        gradient = columns.T @ pull / len(columns) + 1e-4 * weights
        return float(np.logaddexp(0, -margin).mean() + 5e-5 * weights @ weights), gradient

    # More evidence of danger never speaks against it, whatever a small set of messages seems to say.
    limits = [(0, None)] * evidence.shape[1] + [(None, None)]
    found: NDArray[np.float64] = minimize(
        loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B", bounds=limits
    ).x
    return found
