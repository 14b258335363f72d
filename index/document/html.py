"""A page of sections and tables, with its style inside."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Final

_STYLE: Final = Path(__file__).with_name("page.css")


def document(title: str, parts: Iterable[str], style: str = "") -> str:
    """Return a whole page of these parts, without the empty ones. style: CSS behind that of all pages."""
    common = _STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>\n{common}{style}</style></head>\n<body>\n"
        f"{chr(10).join(part for part in parts if part)}\n</body></html>\n"
    )


def heading(title: str, facts: Iterable[tuple[str, str]]) -> str:
    """Return what stands first: the title, and facts by name."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(fact)}</dd>" for name, fact in facts)
    return f"<h1>{escape(title)}</h1>\n<dl>{rows}</dl>"


def section(title: str, said: str, *parts: str) -> str:
    """Return a part of the page; `said` is plain text, the parts are HTML."""
    return f"<section><h2>{escape(title)}</h2>\n<p>{escape(said)}</p>\n{''.join(parts)}</section>"


def table(first: str, others: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table of plain texts: a name in each row, and figures behind it."""
    heads = "".join(f'<th scope="col" class="number">{escape(each)}</th>' for each in others)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f'<td class="number">{escape(each)}</td>' for each in row[1:])
        + "</tr>"
        for row in rows
    )
    head = f'<thead><tr><th scope="col">{escape(first)}</th>{heads}</tr></thead>'
    return f"<table>{head}<tbody>{body}</tbody></table>"
