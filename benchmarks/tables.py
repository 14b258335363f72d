"""Figures as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table

Figures = Mapping[str, object]
"""One row: what a figure is called, and its value."""


def table(title: str, rows: Sequence[Figures]) -> Table:
    """Return the rows as a table; its columns are those of any row, in order of appearance."""
    result = Table(title=title)
    for column in dict.fromkeys(key for row in rows for key in row):
        result.add_column(column)
    for row in rows:
        result.add_row(*(str(value) for value in row.values()))
    return result
