"""The pieces of a page, in reading order, before anybody judged what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Kind = Literal["heading", "paragraph", "item", "row"]
OPEN, CLOSE = "\ue000", "\ue001"
"""Stand around what an inline element holds, so that an advertisement inside a sentence can be lifted out."""
CELL = "\ue002"
"""Stands between the cells of a row."""
FIRST_LINK, LAST_LINK = 0xE100, 0xF8FF
"""chr(FIRST_LINK + n) stands where the block's link number n begins."""
MARKS = "\ue000-\uf8ff"
"""All of these, for a character class; decoded pages hold no such characters."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row."""

    text: str
    """With OPEN, CLOSE and CELL still in it; `plain` is without them."""
    kind: Kind = "paragraph"
    level: int = 0
    """1 to 6 for a heading."""
    marker: str = ""
    """What stands before a list item: '- ' or '1. '."""
    links: tuple[str, ...] = ()
    linked: float = 0.0
    """Share of the text that is link, 0 to 1."""
    aside: str = ""
    """Why the place it stands in is no part of the article; '' where it may be."""

    @property
    def plain(self) -> str:
        """Return the text as a reader sees it."""
        return plain(self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """What a parser found."""

    blocks: list[Block]
    title: str = ""
    description: str = ""
    date_text: str = ""
    """What the page's own marks say about its date."""
    declared_language: str = ""
    site_names: list[str] = field(default_factory=list)


def links_in(text: str, links: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of a block's links that begin in this part of its text."""
    numbers = (ord(each) - FIRST_LINK for each in text if FIRST_LINK <= ord(each) <= LAST_LINK)
    return tuple(links[number] for number in numbers if number < len(links))


def plain(text: str) -> str:
    """Return the text without the marks of this module, white space tidied."""
    text = re.sub(f"[{MARKS}]", "", text.replace(CELL, " | "))
    return re.sub(r" *\n *", "\n", re.sub(r"[^\S\n]+", " ", text)).strip(" \n")


def furniture(block: Block) -> Block:
    """Return the block, set aside if its line is one that belongs to sites and not to articles."""
    if block.aside:
        return block
    line = re.sub(r"\s+", " ", block.plain)
    if len(line) > 400:
        return block
    for reason, patterns in _lines().items():
        if any(pattern.fullmatch(line) for pattern in patterns):
            return replace(block, aside=reason)
    return block


@cache
def class_words() -> dict[str, str]:
    """Return the reason to set an element aside by a word of its class or id."""
    return {word: reason for reason, words in _lists()["class_words"].items() for word in words}


@cache
def _lines() -> dict[str, list[re.Pattern[str]]]:
    return {
        reason: [re.compile(each, re.IGNORECASE) for each in patterns]
        for reason, patterns in _lists()["lines"].items()
    }


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    text = (Path(__file__).parent / "furniture.yaml").read_text(encoding="utf-8")
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(text)
    return found
