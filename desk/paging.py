"""A long list cut into pages, each with an address of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class Paged(Generic[RowT]):
    """One page of a list."""

    rows: Sequence[RowT]
    number: int
    """From 1 to `last`."""
    last: int


def page_number(asked: str) -> int:
    """Return the page that an address asks for, from 1; the first one where it names none."""
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1


def paged(rows: Sequence[RowT], asked: str, most: int) -> Paged[RowT]:
    """Return the page that an address asks for, or the last one. most: rows of a page."""
    last = max(1, -(-len(rows) // most))
    number = min(page_number(asked), last)
    return Paged(rows[(number - 1) * most : number * most], number, last)
