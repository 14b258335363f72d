"""What is wrong or due in the content, at which file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Severity(StrEnum):
    """An error blocks publishing, a notice never does."""

    ERROR = "error"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding; `rule` is a short constant name by which findings are counted and filtered."""

    path: str
    line: int
    """From 1; 0 when the whole file is meant."""
    message: str
    rule: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.message}"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " (nearest: 'x')" for a mistyped name, or an empty text when nothing is near."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f" (nearest: '{close[0]}')" if close else ""
