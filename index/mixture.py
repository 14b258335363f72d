"""All evidence for and against each topic, weighed into one probability.

The weights are learned together from questions that the evidence had not seen. A topic that was never learned
(an editor's new one) has weights of its own: they were fitted with topics hidden from the learned parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

FEATURES: Final = (
    "lexical", "alike", "neighbours", "head", "section", "coverage",
    "new", "new-neighbours", "new-section", "new-coverage",
    "not-ours-lexical", "not-ours-alike", "not-ours-neighbours", "not-ours-head", "not-ours",
)  # fmt: skip
_CONSTANTS: Final = ("new", "not-ours")
_WIDTH: Final = len(FEATURES)

NEIGHBOURS: Final = 256
"""Messages that are looked at, both nearest in meaning and with most n-grams in common."""
TEMPERATURE: Final = 0.05
"""A neighbour weighs exp((cosine - 1) / TEMPERATURE); .03 to .2 were tried, docs/decisions/0005-search.md"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each target (all topics, then not ours); leading axes may be many questions."""

    lexical: Floats
    """Logits of the character model; anything where a topic was never learned."""
    alike: Floats
    """ln of the summed weights of the messages with most n-grams in common; anything where never learned."""
    neighbours: Floats
    """ln of the summed weights of the nearest messages."""
    head: Floats
    """Logits of the linear model over vectors; anything where a topic was never learned."""
    section: Floats
    """Cosine of the nearest section, 0 for not ours."""
    coverage: Floats
    """Share of the question's n-grams in the best section, 0 for not ours."""

    def features(self, learned: Bools) -> Floats:
        """Return shape (…, targets, FEATURES). learned: per target, the same leading axes or none."""
        known = np.broadcast_to(learned, self.lexical.shape).astype(np.float32)
        new = 1 - known
        out = np.zeros((*self.lexical.shape, _WIDTH), dtype=np.float32)
        ours = out[..., :-1, :]
        of_known = (self.lexical, self.alike, self.neighbours, self.head, self.section, self.coverage)
        for column, each in enumerate(of_known):
            ours[..., column] = (each * known)[..., :-1]
        ours[..., 6] = new[..., :-1]
        for column, each in enumerate((self.neighbours, self.section, self.coverage), 7):
            ours[..., column] = (each * new)[..., :-1]
        out[..., -1, 10] = (self.lexical * known)[..., -1]
        out[..., -1, 11] = (self.alike * known)[..., -1]
        out[..., -1, 12] = self.neighbours[..., -1]
        out[..., -1, 13] = (self.head * known)[..., -1]
        out[..., -1, 14] = 1
        return out


@dataclass(frozen=True, slots=True)
class Mixture:
    """Weights of the features, and how often a topic was right that got so large a share of the whole."""

    weights: tuple[float, ...]
    slope: float
    """Of Platt's scaling: what a logit of a share is multiplied with, not negative."""
    offset: float
    """Added to that; the sum is the logit of the probability."""

    def shares(self, features: Floats) -> Floats:
        """Return the softmax over targets, shape (…, targets)."""
        return _softmax(features @ np.asarray(self.weights, dtype=np.float32))

    def confidence(self, shares: Floats) -> Floats:
        """Return the probability that each target answers the question, 0 to 1."""
        probability: Floats = 1 / (
            1 + np.exp(-(np.float32(self.slope) * _logit(shares) + np.float32(self.offset)))
        )
        return probability


_LEAST_SHARE: Final = 1e-6

# Fitted on the first content, 2026-11-26, then scaled to TEMPERATURE and to the messages alike; used where
# there are too few messages to calibrate with.
DEFAULT: Final = Mixture(
    weights=(0.6, 0.5, 0.25, 0.3, 1.2, 2.5, -2.3, 0.25, 12.0, 4.3, 0.5, 0.5, 0.3, 0.3, 0.0),
    slope=1.0,
    offset=0.0,
)


def neighbour_evidence(similarities: Floats, targets: NDArray[np.int64], count: int) -> Floats:
    """Return ln of the summed weights per target, shape (count,).

    similarities: of the nearest messages, nearest first. targets: shape (messages, n), -1 for none; the first
    column counts wholly, the others (further topics of a message) half. A target without a neighbour among
    them gets what the farthest one weighs: it can't be nearer than that.
    """
    if not len(similarities):
        return np.full(count, -1 / TEMPERATURE, dtype=np.float32)
    weights = np.exp((similarities - 1) / TEMPERATURE)
    factors = np.full(targets.shape[1], 0.5)
    factors[0] = 1
    every = (weights[:, None] * factors).ravel()
    labels = targets.ravel()
    summed = np.bincount(labels[labels >= 0], weights=every[labels >= 0], minlength=count)
    evidence: Floats = np.log(summed + weights[-1]).astype(np.float32)
    return evidence


def aspect_evidence(shares: Floats, targets: NDArray[np.int64], count: int) -> Floats:
    """Return ln of the summed shares per target, shape (count,).

    shares: of the aspects. targets: the target of each aspect, -1 for none, and one more at the end.
    """
    known = targets[:-1] >= 0
    summed = np.bincount(targets[:-1][known], weights=shares[known], minlength=count)
    evidence: Floats = np.log(np.maximum(summed, _LEAST_SHARE)).astype(np.float32)
    return evidence


def fit(features: Floats, right: Bools) -> Mixture:
    """Return the mixture under which the right targets are most probable.

    features: (questions, targets, FEATURES), of evidence that had not seen these questions.
    right: (questions, targets), at least one per question.
    """
    weights = _fit_weights(features, right)
    # Where several topics are right, their sum is made probable, and each share alone comes out too sure.
    slope, _ = _platt(_softmax(features @ weights.astype(np.float32)), right)
    weights = weights * slope
    shares = _softmax(features @ weights.astype(np.float32))
    return Mixture(tuple(map(float, weights)), *_platt(shares, right))


def _fit_weights(features: Floats, right: Bools) -> NDArray[np.float64]:
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    start = np.asarray(DEFAULT.weights)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        shares = _softmax(features @ weights.astype(np.float32))
        accepted = np.where(right, shares, 0)
        mass = np.maximum(accepted.sum(axis=1, keepdims=True), 1e-12)
        pull = shares - accepted / mass
        gradient = np.einsum("qt,qtf->f", pull, features) / len(features) + 1e-4 * weights
        return float(-np.log(mass).mean() + 5e-5 * weights @ weights), gradient.astype(np.float64)

    # More evidence for a topic never speaks against it, whatever a small set of messages seems to say.
    limits = [(None, None) if name in _CONSTANTS else (0, None) for name in FEATURES]
    found: NDArray[np.float64] = minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 200}
    ).x
    return found


def _platt(shares: Floats, right: Bools) -> tuple[float, float]:
    # Of each question the three likeliest topics: theirs are the confidences that are used. Isotonic steps
    # by as many messages have plateaus, on which no threshold can tell two questions apart.
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    ours = shares[:, :-1]
    likeliest = np.argsort(-ours, axis=1)[:, :3]
    rows = np.arange(len(shares))[:, None]
    logits, outcomes = _logit(ours[rows, likeliest]).reshape(-1, 1), right[rows, likeliest].ravel()
    if outcomes.all() or not outcomes.any():
        return DEFAULT.slope, DEFAULT.offset
    fitted = LogisticRegression(C=10).fit(logits, outcomes)
    return max(float(fitted.coef_[0, 0]), 0.0), float(fitted.intercept_[0])


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def _logit(shares: Floats) -> Floats:
    clipped = np.clip(shares.astype(np.float64), 1e-6, 1 - 1e-6)
    return np.log(clipped / (1 - clipped)).astype(np.float32)
