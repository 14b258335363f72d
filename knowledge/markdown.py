"""The little Markdown that articles may use: what is allowed in it, and its plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

CONTACT = re.compile(r"\{contact:(?P<id>[^}\s]*)\}")
"""A place in a text where the program puts a contact's name and numbers."""

_ALLOWED = {
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "list item",
    "blockquote_open": "quotation",
    "strong_open": "bold",
    "em_open": "italic",
    "link_open": "link",
    "code_inline": "code",
    "text": "text",
    "softbreak": "line break",
    "hardbreak": "line break",
    "inline": "text",
}
_NAMES = {
    "heading_open": "a heading other than '##'",
    "html_block": "HTML",
    "html_inline": "HTML",
    "image": "an image",
    "fence": "a code block",
    "code_block": "a code block (four spaces at the beginning of a line make one)",
    "hr": "a ruled line",
    "table_open": "a table",
}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


def parse(text: str) -> list[Token]:
    """Return the block tokens of this Markdown, in markdown-it's form."""
    return _parser().parse(text)


@lru_cache(maxsize=1)
def _tokens(text: str) -> tuple[Token, ...]:
    # A check asks about one text several things in a row; nobody here changes a token.
    return tuple(parse(text))


def _flat(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _flat(token.children or [])


def violations(text: str) -> list[str]:
    """Return a sentence for each thing in this Markdown that an article may not contain."""
    found: list[str] = []
    depth = 0
    for token in _flat(_tokens(text)):
        if token.nesting >= 0 and token.type not in _ALLOWED:
            found.append(f"{_NAMES.get(token.type, token.type)} is not allowed in an article")
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
            if depth == 2:
                found.append("a list inside a list is not allowed in an article")
        if token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        if token.type == "link_open":
            address = str(token.attrGet("href") or "")
            if not address.startswith("https://"):
                found.append(f"the link '{address}' must begin with https://")
    return list(dict.fromkeys(found))


@lru_cache(maxsize=2048)  # check and build ask about the same sections
def plain(text: str) -> str:
    """Return the text without markup, one line a paragraph or list item; contact places become empty."""
    rows: list[str] = []
    for token in _tokens(text):
        if token.type == "inline":
            parts = (
                " " if child.type in ("softbreak", "hardbreak") else child.content
                for child in token.children or []
            )
            rows.append(re.sub(r"\s+", " ", CONTACT.sub("", "".join(parts))).strip())
    return "\n".join(row for row in rows if row)
