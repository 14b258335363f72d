"""Two versions held against each other, question by question."""

from __future__ import annotations

import pytest

from index.decision import Costs
from index.evaluate import Answered, Golden, Outcome, changed


def _golden(kind: str = "in-scope", *topics: str) -> Golden:
    return Golden(id="g", text="?", lang="ru", style="ru", kind=kind, topics=topics)  # type: ignore[arg-type]


def _answered(outcome: Outcome, *topics: str) -> Answered:
    return Answered("g", outcome, topics, 0.5, "ru")


@pytest.mark.parametrize(
    ("golden", "before", "after", "better"),
    [
        (_golden("in-scope", "a"), _answered("unknown", "a"), _answered("choice", "b", "a"), True),
        (_golden("in-scope", "a"), _answered("choice", "b", "a"), _answered("found", "a"), True),
        (_golden("in-scope", "a"), _answered("unknown", "a"), _answered("found", "b"), False),
        (_golden("out-of-scope"), _answered("unknown", "a"), _answered("found", "a"), False),
        (_golden("urgent", "a"), _answered("found", "a"), _answered("urgent", "b"), True),
        (_golden("urgent", "a"), _answered("urgent", "a"), _answered("found", "a"), False),
        (_golden("in-scope", "a"), _answered("found", "a"), _answered("found", "a", "b"), None),
        (_golden("in-scope", "a"), _answered("found", "b"), _answered("found", "c"), None),
    ],
)
def test_an_answer_that_costs_less_is_better_and_unseen_danger_is_worst(
    golden: Golden, before: Answered, after: Answered, better: bool | None
) -> None:
    found = changed([golden], [before], [after], Costs())

    assert [each.better for each in found] == ([] if better is None else [better])


def test_the_worse_ones_stand_first() -> None:
    golden = [_golden("in-scope", "a"), _golden("in-scope", "a")]
    right, wrong = _answered("found", "a"), _answered("found", "b")

    assert [each.better for each in changed(golden, [wrong, right], [right, wrong], Costs())] == [False, True]
