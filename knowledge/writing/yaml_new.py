"""New YAML in the manner of the content folder: text that `knowledge.parse` reads back exactly."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from knowledge.parse import ParseError, parse_yaml
from knowledge.writing.trees import Scalar, Tree

INDENT: Final = 2
_JOINERS: Final = "\u200c\u200d"
"""Invisible, but letters of Persian spelling and of emoji; the rest is written as \\uXXXX."""
_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_PLAIN_IN_FLOW: Final = re.compile(r"\w(?:[\w ./@-]*\w)?")
_NUMBER: Final = re.compile(r"[+-]?[\d.]+")
_FLOW_WIDTH: Final = 90
"""Characters up to which a list of words stands in one line."""


def scalar(value: Scalar, style: str = "", *, flow: bool = False, listed: bool = False) -> str:
    """Return one value in one line.

    style: a quotation mark to use where possible. flow: it stands between brackets. listed: it is an item of
    a list, where digits are quoted, as phone numbers always are.
    """
    if not isinstance(value, str):
        return _word(value)
    if style != '"' and _is_visible(value):
        if style == "'":
            return "'" + value.replace("'", "''") + "'"
        if not (listed and _NUMBER.fullmatch(value)) and _is_plain(value, flow=flow):
            return value
    return _quoted(value)


def flow(value: Tree) -> str:
    """Return this value in one line, lists and mappings in brackets."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_item(each) for each in value) + "]"
    return scalar(value, flow=True)


def after_mark(value: Tree, column: int, style: str = "", *, listed: bool = False) -> str:
    """Return what follows 'key:' or '-' in this column: ' value', or lines that are indented further.

    style: as for `scalar`; '|' keeps a text of several lines readable.
    """
    if isinstance(value, dict) and value:
        lines = mapping(value, column + INDENT)
        return " " + lines[column + INDENT :] if listed else "\n" + lines
    if isinstance(value, list) and value and not _is_short(value):
        pad = " " * (column + INDENT)
        return "\n" + "\n".join(pad + item(each, column + INDENT) for each in value)
    if isinstance(value, dict | list):
        return " " + flow(value)
    if isinstance(value, str) and (style in ("|", ">") or "\n" in value) and _is_literal(value):
        pad = " " * (column + INDENT)
        lines = "\n".join(pad + row if row else "" for row in value.removesuffix("\n").split("\n"))
        return (" |\n" if value.endswith("\n") else " |-\n") + lines
    return " " + scalar(value, style, listed=listed)


def entry(key: str, value: Tree, column: int) -> str:
    """Return 'key: value' as it stands in a mapping in this column, without the first line's indentation."""
    return f"{_key(key)}:{after_mark(value, column)}"


def item(value: Tree, column: int, style: str = "") -> str:
    """Return '- value' as it stands in a list in this column, without the first line's indentation."""
    return f"-{after_mark(value, column, style, listed=True)}"


def mapping(value: dict[str, Tree], column: int) -> str:
    """Return the lines of a mapping in this column, the last one without its end."""
    return "\n".join(" " * column + entry(key, each, column) for key, each in value.items())


def _item(value: Tree) -> str:
    return flow(value) if isinstance(value, dict | list) else scalar(value, flow=True, listed=True)


def _key(key: str) -> str:
    return scalar(key, flow=True)


def _word(value: bool | float | date | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
    return repr(value)


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(char: str) -> str:
    code = ord(char)
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable() or char in _JOINERS:
        return char
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _is_visible(text: str) -> bool:
    return all(char.isprintable() or char in _JOINERS for char in text)


def _is_plain(text: str, *, flow: bool) -> bool:
    # The reader itself is asked what it would make of the bare words.
    if flow and not _PLAIN_IN_FLOW.fullmatch(text):
        return False
    try:
        return parse_yaml(f"[{text}]" if flow else f"- {text}").value == [text]
    except ParseError:
        return False


def _is_short(values: list[Tree]) -> bool:
    words = all(not isinstance(each, str) or not re.search(r"\s", each) for each in values)
    return (
        words
        and not any(isinstance(each, dict | list) for each in values)
        and len(flow(values)) <= _FLOW_WIDTH
    )


def _is_literal(text: str) -> bool:
    rows = text.removesuffix("\n").split("\n")
    ends_well = bool(rows[0].strip()) and not rows[0].startswith(" ") and bool(rows[-1].strip())
    return ends_well and all(_is_visible(row) and row == row.rstrip() for row in rows)
