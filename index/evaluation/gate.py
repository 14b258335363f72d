"""Floors that a version's figures must hold before it may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from index.evaluation.questions import EvaluationError
from index.evaluation.report import Report


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure must reach, or must not pass."""

    at_least: float | None = None
    at_most: float | None = None


def load_floors(path: Path) -> dict[str, Floor]:
    """Return the floors of a YAML file, such as `right_first: {at_least: 0.85}`. Raises EvaluationError."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {str(name): Floor(**limits) for name, limits in content.items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError) as error:
        raise EvaluationError(
            f"{path} can't be read as floors ({type(error).__name__}); "
            "a line looks like 'right_first: {at_least: 0.85}'"
        ) from error


def gate(report: Report, floors: Mapping[str, Floor]) -> list[str]:
    """Return a sentence for each floor that is not held; an empty list lets the version pass."""
    failures = []
    for name, floor in floors.items():
        figure = report.figures.get(name)
        if figure is None:
            failures.append(f"{name}: there is a floor but no such figure; correct its name in floors.yaml")
        elif floor.at_least is not None and figure.value < floor.at_least:
            failures.append(
                f"{name} is {figure.value:.3f} of {figure.count}, the floor is {floor.at_least:.3f}"
            )
        elif floor.at_most is not None and figure.value > floor.at_most:
            failures.append(
                f"{name} is {figure.value:.3f} of {figure.count}, at most {floor.at_most:.3f} may be"
            )
    return failures
