"""Floors that a version's figures must hold before it may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from index.evaluation.questions import EvaluationError
from index.evaluation.report import Figure, Report


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


@dataclass(frozen=True, slots=True)
class Missed:
    """A floor that is not held."""

    name: str
    floor: Floor
    figure: Figure | None
    """None: nothing has this name."""

    def __str__(self) -> str:
        if self.figure is None:
            return f"{self.name}: there is a floor but no such figure; correct its name in floors.yaml"
        found = f"{self.name} is {self.figure.value:.3f} of {self.figure.count}"
        if self.floor.at_least is not None and self.figure.value < self.floor.at_least:
            return f"{found}, the floor is {self.floor.at_least:.3f}"
        return f"{found}, at most {self.floor.at_most:.3f} may be"


def missed(report: Report, floors: Mapping[str, Floor]) -> list[Missed]:
    """Return each floor that is not held; an empty list lets the version pass."""
    found = (Missed(name, floor, report.figures.get(name)) for name, floor in floors.items())
    return [each for each in found if each.figure is None or not _holds(each.figure.value, each.floor)]


def gate(report: Report, floors: Mapping[str, Floor]) -> list[str]:
    """Return a sentence for each floor that is not held; an empty list lets the version pass."""
    return [str(each) for each in missed(report, floors)]


def _holds(value: float, floor: Floor) -> bool:
    return not (
        (floor.at_least is not None and value < floor.at_least)
        or (floor.at_most is not None and value > floor.at_most)
    )
