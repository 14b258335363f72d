"""The report's charts: what confidence is worth, and what a threshold leads to."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Final

from index.document.pictures import Frame, Point, axes, chart, dot, label, line
from index.evaluation.report import Report, RiskPoint
from index.evaluation.wording import cent

_STEP: Final = 0.05
_FROM: Final = 0.3
"""Lower thresholds than the build would take are not drawn: they would flatten the rest."""


def reliability_chart(report: Report) -> str:
    """Return said against right, one dot per band, larger for more questions; "" without any."""
    if not report.reliability:
        return ""
    frame = Frame((0, 1), (0, 1))
    most = max(each.count for each in report.reliability)
    dots = [
        dot(
            frame,
            (each.confidence, each.right),
            f"{each.count} questions: said {cent(each.confidence)}, right {cent(each.right)}",
            radius=round(3 + 5 * (each.count / most) ** 0.5, 1),
        )
        for each in report.reliability
    ]
    path = line(frame, [(each.confidence, each.right) for each in report.reliability])
    drawn = [axes(frame, "said", "right"), line(frame, [(0, 0), (1, 1)], "ideal"), path, *dots]
    return _figure(
        "Said and right",
        drawn,
        "On the dashed line, confidences hold exactly; above it, they are too modest.",
    )


def risk_chart(report: Report) -> str:
    """Return the share answered at once against the share answered wrongly; "" without such questions."""
    points = [(each, (each.at_once, each.wrong)) for each in report.curve]
    return _curve(report, points, "wrong article sent", "Answered at once, and wrong")


def not_ours_chart(report: Report) -> str:
    """Return the share answered at once against the share of what is not ours answered; "" without such."""
    points = [(each, (each.at_once, each.not_ours_answered)) for each in report.curve]
    return _curve(report, points, "not ours, but answered", "Answered at once, and not ours")


def _curve(
    report: Report,
    points: Sequence[tuple[RiskPoint, tuple[float | None, float | None]]],
    name: str,
    title: str,
) -> str:
    drawn_from = [(each, x, y) for each, (x, y) in points if each.threshold >= _FROM]
    known = [(each, (x, y)) for each, x, y in drawn_from if x is not None and y is not None]
    if not known:
        return ""
    places: list[Point] = [place for _, place in known]
    highest = max(_STEP, ceil(max(y for _, y in places) / _STEP) * _STEP)
    frame = Frame((0, 1), (0, highest))
    in_use = report.measured_on.found if report.measured_on else None
    marks = [
        dot(frame, place, f"threshold {each.threshold:.2f}: {cent(place[0])}, {cent(place[1])}", 5, "used")
        + label(frame, place, f"{each.threshold:.2f}")
        for each, place in known
        if each.threshold == in_use
    ]
    drawn = [axes(frame, "answered at once", name), line(frame, places), *marks]
    in_red = "; the red one is in use" if marks else ""
    said = f"Each point of the line is a threshold, from {_FROM:.2f} on{in_red}."
    return _figure(title, drawn, said)


def _figure(title: str, drawn: Sequence[str], said: str) -> str:
    return f"<figure><b>{title}</b>{chart(title, drawn)}<figcaption>{said}</figcaption></figure>"
