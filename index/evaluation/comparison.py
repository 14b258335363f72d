"""Two versions on the same golden questions: which of them are answered better now, and which worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.decision import Costs
from index.evaluation.pairs import Pair
from index.evaluation.questions import Answered, Golden


@dataclass(frozen=True, slots=True)
class Changed:
    """A golden question that one version answers better than the other."""

    golden: Golden
    before: Answered
    after: Answered
    better: bool
    """Whether the later one does."""


def changed(
    golden: Sequence[Golden], before: Sequence[Answered], after: Sequence[Answered], costs: Costs
) -> list[Changed]:
    """Return the questions whose answers differ in what they cost the citizen, the worse ones first.

    before, after: one answer a question, in the same order. Danger that is seen is better than danger that
    is not, whatever else was answered.
    """
    found = []
    for each, old, new in zip(golden, before, after, strict=True):
        paid, pays = _paid(Pair(each, old), costs), _paid(Pair(each, new), costs)
        if paid != pays:
            found.append(Changed(each, old, new, pays < paid))
    return sorted(found, key=lambda change: change.better)


def _paid(pair: Pair, costs: Costs) -> tuple[bool, float]:
    unseen = pair.golden.kind == "urgent" and pair.answered.outcome != "urgent"
    return unseen, pair.cost(costs)
