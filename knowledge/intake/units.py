"""A piece of a block while it is judged, and what pieces beside each other have to do with one another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.intake.advertising import Evidence
from knowledge.intake.blocks import CELL, MARKS, Kind

_MARK = re.compile(f"[{MARKS}]")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|„[^“”]*[“”]|\"[^\"]*\"")


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays of a block."""

    text: str
    kind: Kind
    level: int
    marker: str


@dataclass(slots=True)
class Unit:
    """A sentence, list item or cell, and what has been decided about it so far."""

    block: int
    text: str
    gap: str
    found: Evidence
    foreign: bool
    order: int
    weight: float = 0.0
    odds: float = 0.0
    """Log-odds of the learned judge, moved by the weight; 0 without one."""
    out: bool = False
    cut: str = ""
    """What was lifted out of it while the rest stays."""


def in_quotation(unit: Unit) -> bool:
    """Return whether most of what is suspicious in it stands in quotation marks."""
    inside = [match.span() for match in _QUOTED.finditer(_MARK.sub(" ", unit.text))]
    covered = [
        span for span in unit.found.spans if any(start < span[1] and span[0] < end for start, end in inside)
    ]
    return bool(unit.found.spans) and len(covered) >= 0.6 * len(unit.found.spans)


def same_sentence(one: Unit, other: Unit) -> bool:
    """Return whether two neighbours are parts of one sentence that goes on without a stop."""
    if CELL in (one.gap, other.gap) or "\n" in one.gap + other.gap:
        return False
    first, _ = sorted((one, other), key=lambda unit: unit.order)
    run_on = not re.search(r"[.!?…]\W*$", _MARK.sub("", first.text + first.gap).rstrip())
    return run_on and other.found.official == 0 and other.found.warnings == 0 and len(other.found.words) <= 6


def goes_along(unit: Unit, *, row: bool) -> bool:
    """Return whether a piece beside an advertisement belongs to it; row: whether it is a cell."""
    found = unit.found
    if found.warnings >= 1 or found.official >= 1:
        return False
    asking = found.offers >= 0.8 and unit.text.rstrip().endswith("?")
    if found.offers >= 1.0 or asking or found.hooks >= 0.5 or unit.foreign:
        return True
    if found.certain or (found.subject and found.offers):
        return True
    return found.suspicious and len(found.words) <= (4 if row else 2)
