"""Everything that was measured, as values, tables of text, and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of questions with its 95 % interval."""

    value: float
    low: float
    high: float
    count: int
    """Questions it is a share of."""


@dataclass(frozen=True, slots=True)
class Band:
    """One line of the reliability table."""

    start: float
    end: float
    count: int
    confidence: float
    """Mean of what was said."""
    right: float
    """Share whose first topic was right; of what is not ours, none is."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two topics that were mixed up."""

    right: str
    """The topic that answers, or passages.NOT_OURS."""
    got: str
    """The topic that came first."""
    count: int
    cost: float
    """Of all these questions together, in refusals."""
    ids: tuple[str, ...]
    """Of the questions."""


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What a threshold for "found" leads to, as shares; None where there are no such questions."""

    threshold: float
    at_once: float | None
    """Of what we have an answer to: found, or urgent."""
    wrong: float | None
    """Of what we have an answer to: found with a topic that is not accepted."""
    not_ours_answered: float | None
    """Of what is not ours: found, or urgent."""


@dataclass(frozen=True, slots=True)
class MeasuredOn:
    """What was measured, and when."""

    day: str
    """ISO date."""
    snapshot: str
    encoder: str
    """Name and revision."""
    found: float
    """The threshold in use for an article, compared with the first topic's confidence."""
    choice: float
    """The threshold in use for a choice, compared with the first three topics' confidences together."""
    content: Mapping[str, int]
    """How much of each there was: topics, sections, messages."""
    calibration: Mapping[str, float] = field(default_factory=dict)
    """Shares on the calibration messages of the content, as the build found them."""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured."""

    figures: dict[str, Figure]
    """By name; 'right_first/tg-latin' is that of one style, 'right_first/topic:pension' of one topic."""
    cost: float
    """Of a single question, mean, in refusals: what the thresholds are chosen to keep low."""
    reliability: tuple[Band, ...]
    confusions: tuple[Confusion, ...]
    """Those that cost most first."""
    curve: tuple[RiskPoint, ...]
    """Lowest threshold first."""
    measured_on: MeasuredOn | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)

    def to_text(self) -> str:
        """Return the report as tables of plain text."""
        lines = self._heading()
        lines.append(f"{'':42}{'share':>7}  {'95 % interval':15}{'of':>6}")
        for name, figure in self.figures.items():
            interval = f"{figure.low:.3f} - {figure.high:.3f}"
            lines.append(f"{name:42}{figure.value:7.3f}  {interval:15}{figure.count:6}")
        lines += ["", f"a question costs {self.cost:.3f} refusals"]
        lines += ["", f"{'confidence':16}{'questions':>10}{'said':>8}{'right':>8}"]
        for band in self.reliability:
            said = f"{band.start:.2f} to {band.end:.2f}"
            lines.append(f"{said:16}{band.count:10}{band.confidence:8.2f}{band.right:8.2f}")
        lines += ["", "cost, questions: right -> came first"]
        lines += [f"{each.cost:6.2f}{each.count:4}  {each.right} -> {each.got}" for each in self.confusions]
        return "\n".join(lines)

    def _heading(self) -> list[str]:
        on = self.measured_on
        if on is None:
            return []
        counts = ", ".join(f"{count} {name}" for name, count in on.content.items())
        lines = [
            f"{on.day}, version {on.snapshot}, encoder {on.encoder}",
            f"{counts}; found from {on.found:.2f}, choice from {on.choice:.2f}",
        ]
        if on.calibration:
            shares = ", ".join(f"{name} {share:.3f}" for name, share in on.calibration.items())
            lines.append(f"calibration messages of the content: {shares}")
        return [*lines, ""]


def to_json_text(report: Report) -> str:
    """Return the report as JSON, indented."""
    return json.dumps(report.to_json(), ensure_ascii=False, indent=1)
