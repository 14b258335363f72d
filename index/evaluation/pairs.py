"""A golden question beside its answer: whether that was right, and what it cost the citizen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.decision import Costs
from index.evaluation.questions import Answered, Golden
from index.evaluation.report import Confusion, RiskPoint
from knowledge.model import NOT_OURS

_STEPS = np.round(np.arange(0, 1.001, 0.01), 2)


@dataclass(frozen=True, slots=True)
class Pair:
    """A golden question and what was answered."""

    golden: Golden
    answered: Answered

    @property
    def first(self) -> bool:
        """Whether the first topic is an accepted one."""
        return bool(self.answered.topics) and self.answered.topics[0] in self.golden.topics

    @property
    def offered(self) -> bool:
        """Whether an accepted topic was sent or shown."""
        match self.answered.outcome:
            case "found":
                return self.first
            case "choice" | "urgent":
                return any(topic in self.golden.topics for topic in self.answered.topics)
            case "unknown":
                return False

    @property
    def at_once(self) -> bool:
        """Whether an article came without asking back."""
        return self.answered.outcome in ("found", "urgent")

    @property
    def wrong(self) -> bool:
        """Whether an article that is not accepted was sent as the answer."""
        return self.answered.outcome == "found" and not self.first

    def cost(self, costs: Costs) -> float:
        """Return what the outcome cost, in refusals.

        A false alarm still shows the likely article under the contacts, so it counts as a choice. Danger
        that was not seen has no price here: its own figure watches it.
        """
        asked_back = costs.choice if self.offered else costs.choice + costs.refusal
        match self.answered.outcome:
            case "found":
                return 0.0 if self.first else costs.wrong
            case "choice":
                return asked_back
            case "urgent":
                return 0.0 if self.golden.kind == "urgent" else asked_back
            case "unknown":
                return costs.refusal if self.golden.topics else 0.0


def confusions(pairs: Sequence[Pair], costs: Costs, shown: int) -> tuple[Confusion, ...]:
    """Return the pairs of topics whose mixing up cost most, dearest first; at most `shown`."""
    ids: dict[tuple[str, str], list[str]] = {}
    paid: dict[tuple[str, str], float] = {}
    for pair in pairs:
        cost = pair.cost(costs)
        if pair.first or not pair.answered.topics or not cost:
            continue
        key = (pair.golden.topics[0] if pair.golden.topics else NOT_OURS, pair.answered.topics[0])
        ids.setdefault(key, []).append(pair.golden.id)
        paid[key] = paid.get(key, 0.0) + cost
    dearest = sorted(paid, key=lambda key: (-paid[key], key))[:shown]
    return tuple(Confusion(*key, len(ids[key]), paid[key], tuple(ids[key])) for key in dearest)


def risk_curve(
    ours: Sequence[Pair], not_ours: Sequence[Pair], in_use: float | None = None
) -> tuple[RiskPoint, ...]:
    """Return what every threshold for "found" would lead to, lowest first, that in use among them.

    Answers to danger do not depend on the threshold: they count as answered at once, and as not wrong.
    """
    thresholds = sorted({*map(float, _STEPS), *([] if in_use is None else [in_use])})
    confidence, right, alarmed = _columns(ours)
    other_confidence, _, other_alarmed = _columns(not_ours)
    points = []
    for threshold in thresholds:
        found = ~alarmed & (confidence >= threshold)
        answered = other_alarmed | (other_confidence >= threshold)
        points.append(
            RiskPoint(
                threshold,
                float(np.mean(alarmed | found)) if ours else None,
                float(np.mean(found & ~right)) if ours else None,
                float(np.mean(answered)) if not_ours else None,
            )
        )
    return tuple(points)


def _columns(pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return (
        # Without a topic there is nothing to send, whatever the threshold.
        np.array([pair.answered.confidence if pair.answered.topics else -1 for pair in pairs]),
        np.array([pair.first for pair in pairs], dtype=bool),
        np.array([pair.answered.outcome == "urgent" for pair in pairs], dtype=bool),
    )
