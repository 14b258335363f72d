"""What differs between two texts, word by word or line by line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text."""

    kind: Literal["same", "gone", "new"]
    text: str


def differences(before: str, after: str, *, by_line: bool = False) -> list[Piece]:
    """Return both texts as one: what stayed, what went, and what came in its place."""
    old, new = (_lines(each) if by_line else _WORDS.findall(each) for each in (before, after))
    return [piece for piece in _pieces(old, new) if piece.text]


def _lines(text: str) -> list[str]:
    return [f"{each}\n" for each in text.split("\n") if each]


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[a:b]))
        else:
            yield Piece("gone", "".join(old[a:b]))
            yield Piece("new", "".join(new[c:d]))
