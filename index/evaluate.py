"""Golden questions against what was answered: the figures, and how sure they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

from index.decision import Costs
from index.evaluation.comparison import Changed, changed
from index.evaluation.gate import Floor, Missed, gate, load_floors, missed
from index.evaluation.pairs import Pair, confusions, risk_curve
from index.evaluation.questions import (
    Answered,
    EvaluationError,
    Golden,
    Kind,
    Labels,
    Outcome,
    load_golden,
    load_labels,
)
from index.evaluation.report import Band, Confusion, Figure, MeasuredOn, Report, RiskPoint, to_json_text

__all__ = [
    "Answered",
    "Band",
    "Changed",
    "Confusion",
    "EvaluationError",
    "Figure",
    "Floor",
    "Golden",
    "Kind",
    "Labels",
    "MeasuredOn",
    "Missed",
    "Outcome",
    "Report",
    "RiskPoint",
    "changed",
    "evaluate",
    "gate",
    "load_floors",
    "load_golden",
    "load_labels",
    "missed",
    "share",
    "to_json_text",
]

_BANDS: Final = (0.0, 0.1, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)
_PAIRS_SHOWN: Final = 15


def evaluate(
    golden: Sequence[Golden],
    answers: Iterable[Answered],
    labels: Labels | None = None,
    *,
    costs: Costs | None = None,
    measured_on: MeasuredOn | None = None,
) -> Report:
    """Return the figures for these answers.

    Wrong = found with a topic that is not accepted, as a share of all questions that we have an answer to.
    Answered, of what is not ours = found or urgent. Follow-ups are counted apart from single questions.
    Right section = one of the labelled ones, over questions whose label names any: `right_section_found` of
    the sections that were sent, `right_section_in_topic` of those the ranking takes inside the right topic.

    labels: sections that answer a question, by its id. costs: what outcomes cost, as the thresholds were
    found with. measured_on: is passed on.

    Raises EvaluationError if a question has no answer.
    """
    by_id = {each.id: each for each in answers}
    missing = [each.id for each in golden if each.id not in by_id]
    if missing:
        raise EvaluationError(
            f"{len(missing)} of {len(golden)} questions have no answer, the first is '{missing[0]}'"
        )
    pairs = [Pair(each, by_id[each.id]) for each in golden]
    single = [pair for pair in pairs if pair.golden.kind != "follow-up"]
    ours = [pair for pair in single if pair.golden.topics]
    not_ours = [pair for pair in single if not pair.golden.topics]
    wanted = [*_of_outcomes(pairs, single, ours, not_ours), *_of_sections(single, labels or {})]
    for prefix, key in _GROUPS:
        for group in sorted({key(pair) for pair in ours}):
            members = [pair for pair in ours if key(pair) == group]
            wanted.append((f"right_first/{prefix}{group}", members, lambda pair: pair.first))
    paid = costs or Costs()
    return Report(
        figures={
            name: share([holds(pair) for pair in members]) for name, members, holds in wanted if members
        },
        cost=float(np.mean([pair.cost(paid) for pair in single])) if single else 0.0,
        reliability=_reliability(single),
        confusions=confusions(single, paid, _PAIRS_SHOWN),
        curve=risk_curve(ours, not_ours, measured_on.found if measured_on else None),
        measured_on=measured_on,
    )


_GROUPS: Final[tuple[tuple[str, Callable[[Pair], str]], ...]] = (
    ("", lambda pair: pair.golden.style),
    ("language:", lambda pair: pair.golden.lang),
    ("kind:", lambda pair: pair.golden.kind),
    ("topic:", lambda pair: pair.golden.topics[0]),
)
_Wanted = tuple[str, list[Pair], Callable[[Pair], bool]]


def _of_outcomes(
    pairs: list[Pair], single: list[Pair], ours: list[Pair], not_ours: list[Pair]
) -> list[_Wanted]:
    urgent = [pair for pair in single if pair.golden.kind == "urgent"]
    rest = [pair for pair in single if pair.golden.kind != "urgent"]
    conversations = [pair for pair in pairs if pair.golden.kind == "follow-up"]
    return [
        ("right_first", ours, lambda pair: pair.first),
        ("offered", ours, lambda pair: pair.offered),
        ("at_once", ours, lambda pair: pair.at_once),
        ("found_wrong", ours, lambda pair: pair.wrong),
        ("refused", ours, lambda pair: pair.answered.outcome == "unknown"),
        ("not_ours_answered", not_ours, lambda pair: pair.at_once),
        ("not_ours_choice", not_ours, lambda pair: pair.answered.outcome == "choice"),
        ("urgent_recognised", urgent, lambda pair: pair.answered.outcome == "urgent"),
        ("urgent_false_alarm", rest, lambda pair: pair.answered.outcome == "urgent"),
        ("language", single, lambda pair: pair.answered.language == pair.golden.lang),
        ("follow_up", conversations, _follow_up_right),
    ]


def _of_sections(single: list[Pair], labels: Labels) -> list[_Wanted]:
    labelled = [pair for pair in single if labels.get(pair.golden.id)]
    found = [pair for pair in labelled if pair.answered.outcome == "found"]
    looked_at = [pair for pair in labelled if pair.answered.picked is not None]
    return [
        ("right_section_found", found, lambda pair: pair.answered.section in labels[pair.golden.id]),
        ("right_section_in_topic", looked_at, lambda pair: pair.answered.picked in labels[pair.golden.id]),
    ]


def _follow_up_right(pair: Pair) -> bool:
    return pair.offered if pair.golden.topics else not pair.at_once


def share(holds: Sequence[bool]) -> Figure:
    """Return the share of questions for which something holds, with its interval; `holds` is not empty."""
    count, value = len(holds), float(np.mean(holds))
    low, high = _interval(int(np.sum(holds)), count)
    return Figure(value, low, high, count)


@cache
def _interval(right: int, count: int) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a share, exactly.

    Resampling yes and no with replacement is drawing from a binomial distribution, whose quantiles need no
    drawing.
    """
    if right in (0, count):
        return right / count, right / count
    logs = np.log(np.arange(1, count + 1))
    factorials = np.concatenate(([0.0], np.cumsum(logs)))
    numbers = np.arange(count + 1)
    chosen = factorials[-1] - factorials - factorials[::-1]
    odds = numbers * np.log(right / count) + (count - numbers) * np.log(1 - right / count)
    reached = np.cumsum(np.exp(chosen + odds))
    low, high = np.searchsorted(reached, (0.025, 0.975))
    return float(low / count), float(high / count)


def _reliability(pairs: Sequence[Pair]) -> tuple[Band, ...]:
    bands = []
    scored = [pair for pair in pairs if pair.answered.outcome != "urgent"]
    for start, end in pairwise(_BANDS):
        last = end == _BANDS[-1]
        members = [
            pair
            for pair in scored
            if start <= pair.answered.confidence < end or (last and pair.answered.confidence >= end)
        ]
        if members:
            said = float(np.mean([pair.answered.confidence for pair in members]))
            right = float(np.mean([pair.first for pair in members]))
            bands.append(Band(start, end, len(members), said, right))
    return tuple(bands)
