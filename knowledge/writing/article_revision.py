"""An article file made to hold this article: whatever the change does not touch keeps its bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from knowledge.errors import ContentError
from knowledge.model import Article, Section
from knowledge.parse import parse_article
from knowledge.writing.trees import front_matter_tree, same, tree
from knowledge.writing.yaml_revision import revise

_HEADING: Final = re.compile(r"^## .*$", re.MULTILINE)
_NEW: Final = "---\n---\n"


@dataclass(frozen=True, slots=True)
class _Block:
    """A section as it stands in the file."""

    id: str
    text: str
    """From its heading to the last letter of its text."""
    gap: str
    """The blank lines from there to the next heading or the end of the file."""


def revise_article(text: str | None, article: Article) -> str:
    """Return the file's text with this article in it; None: there is no such file yet.

    Raises ContentError if the file cannot be read or the article cannot be written in this form.
    """
    text = _NEW if text is None else text
    for section in article.sections:
        _allowed(section)
    rows = text.split("\n")
    parse_article(text)
    end = next(n for n, row in enumerate(rows[1:], start=1) if row.rstrip() == "---")
    front = "\n".join(rows[1:end])
    revised = revise(front, front_matter_tree(article)).rstrip("\n")
    head = f"{rows[0]}\n{revised}\n{rows[end]}"
    body = "".join(f"\n{row}" for row in rows[end + 1 :])
    result = head + _sections(body, article.sections)
    assert same(
        parse_article(result).value, {**front_matter_tree(article), "sections": tree(article.sections)}
    )
    return result


def _allowed(section: Section) -> None:
    place = f"section '{section.id}'"
    if section.text != section.text.strip() or "\r" in section.text:
        raise ContentError(
            f"{place}: blank space stands around the text, or a carriage return in it; take it out"
        )
    if _HEADING.search(section.text):
        raise ContentError(f"{place}: a line of the text begins with '## '; make a section of its own of it")
    if section.heading != section.heading.strip() or re.search(r"[\r\n]", section.heading):
        raise ContentError(f"{place}: the heading must be one line without blank space around it")


def _sections(body: str, sections: Sequence[Section]) -> str:
    first = _HEADING.search(body)
    before = body[: first.start()] if first else body
    blocks = _blocks(body[len(before) :])
    old = _matched(blocks, sections)
    if not sections:
        return before
    if not first:
        before = before.rstrip("\n") + "\n\n"
    result = before
    for n, section in enumerate(sections):
        was = old[n]
        if n:
            follows = old[n - 1]
            neighbours = follows is not None and was == follows + 1
            result += blocks[follows].gap if neighbours and follows is not None else "\n\n"
        result += _section(blocks[was].text if was is not None else "", section)
    return result + (blocks[-1].gap if blocks else "\n")


def _blocks(text: str) -> list[_Block]:
    starts = [each.start() for each in _HEADING.finditer(text)]
    parsed = parse_article(_NEW + text).value
    assert isinstance(parsed, dict)
    blocks: list[_Block] = []
    for section, start, end in zip(parsed["sections"], starts, [*starts[1:], len(text)], strict=False):
        whole = text[start:end]
        blocks.append(_Block(section["id"], whole.rstrip(), whole[len(whole.rstrip()) :]))
    return blocks


def _matched(blocks: Sequence[_Block], sections: Sequence[Section]) -> list[int | None]:
    free = list(range(len(blocks)))
    old: list[int | None] = []
    for section in sections:
        was = next((n for n in free if blocks[n].id == section.id), None)
        old.append(was)
        if was is not None:
            free.remove(was)
    return old


def _section(old: str, section: Section) -> str:
    new_heading = f"## {section.heading} {{#{section.id}}}"
    if not old:
        return f"{new_heading}\n\n{section.text}"
    parsed = parse_article(_NEW + old).value
    assert isinstance(parsed, dict)
    [was] = parsed["sections"]
    heading, _, text = old.partition("\n")
    if was["heading"] != section.heading:
        heading = new_heading
    if was["text"] != section.text:
        gap = text[: len(text) - len(text.lstrip())] if was["text"] else "\n"
        text = gap + section.text
    return f"{heading}\n{text}"
