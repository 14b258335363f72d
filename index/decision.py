"""What a wrong answer, a refusal and a choice cost, and the thresholds that follow from past questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Decision = Literal["found", "choice", "unknown"]
OFFERED: Final = 3
"""How many topics a choice shows."""
_GRID: Final = np.round(np.arange(0.05, 1.0, 0.01), 2)


@dataclass(frozen=True, slots=True)
class Costs:
    """What an outcome costs the citizen, measured in refusals of a question that could have been answered."""

    wrong: float = 5.0
    """An article that does not answer it, or any article where nothing of ours does."""
    refusal: float = 1.0
    choice: float = 0.25
    """A choice with the right topic in it; without, the refusal is paid as well."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which confidence on an article is sent, or a choice is shown."""

    found: float
    """Compared with the first topic's confidence."""
    choice: float
    """Compared with the sum of the first three topics' confidences."""

    def decide(self, first: float, three: float) -> Decision:
        """Return the outcome for the first topic's confidence and the sum of the first three."""
        if first >= self.found:
            return "found"
        return "choice" if three >= self.choice else "unknown"


def default_thresholds(costs: Costs) -> Thresholds:
    """Return the thresholds for confidences that hold exactly: there the expected costs are equal."""
    found = 1 - costs.choice / costs.wrong
    return Thresholds(found=min(max(found, 0.5), 0.99), choice=min(costs.choice / costs.refusal, 1.0))


def find_thresholds(
    confidence: NDArray[np.float32], right: NDArray[np.bool_], ours: NDArray[np.bool_], costs: Costs
) -> Thresholds:
    """Return the thresholds under which these questions cost least.

    confidence: (questions, topics). right: which topics answer each question. ours: which questions any
    topic answers. Of thresholds whose costs differ by less than chance (two standard errors), those that
    answer most at once are taken: nobody should press a button for a difference that isn't there.
    """
    order = np.argsort(-confidence, axis=1)[:, :OFFERED]
    rows = np.arange(len(confidence))[:, None]
    best, hits = confidence[rows, order], right[rows, order]
    first, three = best[:, 0], best.sum(axis=1)
    if_found = np.where(hits[:, 0], 0.0, costs.wrong)
    if_unknown = np.where(ours, costs.refusal, 0.0)
    if_choice = np.where(hits.any(axis=1), costs.choice, costs.choice + costs.refusal)

    def paid(pair: Thresholds) -> NDArray[np.float64]:
        otherwise = np.where(three >= pair.choice, if_choice, if_unknown)
        return np.where(first >= pair.found, if_found, otherwise)

    pairs = [Thresholds(float(found), float(choice)) for choice in _GRID for found in _GRID if found >= 0.3]
    cheapest = min(pairs, key=lambda pair: float(paid(pair).mean()))
    least = paid(cheapest)
    for found in _GRID[cheapest.found > _GRID]:
        pair = Thresholds(float(found), cheapest.choice)
        more = paid(pair) - least
        if found >= 0.3 and more.mean() <= 2 * more.std() / np.sqrt(len(more)):
            return pair
    return cheapest
