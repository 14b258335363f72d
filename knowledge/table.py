"""A Markdown table: for pages that people read in a repository, never for articles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; a bar or a line break inside a cell does no harm. Every row fits the heads."""
    lines = [_row(heads), "|" + "---|" * len(heads)]
    for row in rows:
        assert len(row) == len(heads)
        lines.append(_row(row))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
