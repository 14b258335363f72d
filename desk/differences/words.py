"""Two texts as one, with the words marked that went and that came."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_TOKENS: Final = 2_000
"""Of a paragraph; a longer one is shown as replaced whole, since comparing takes the square of it."""

Kind = Literal["same", "gone", "new", "skipped"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words."""

    kind: Kind
    """'skipped': here stand paragraphs that are the same, and are not shown."""
    text: str


def compared(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts in order; paragraphs in which nothing changed are skipped.

    Without what is gone the pieces say what stands there now, without what is new what stood there before,
    but for what is skipped.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    for kind, start, end, new_start, new_end in _steps(old, new):
        if kind == "equal":
            pieces.append(Piece("skipped", ""))
        else:
            pieces += _words("".join(old[start:end]), "".join(new[new_start:new_end]))
    return tuple(pieces)


def _words(before: str, after: str) -> Iterator[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(old), len(new)) > _MOST_TOKENS:
        old, new = [before], [after]
    for kind, start, end, new_start, new_end in _steps(old, new):
        gone, come = "".join(old[start:end]), "".join(new[new_start:new_end])
        if kind == "equal":
            yield Piece("same", gone)
        else:
            if gone:
                yield Piece("gone", gone)
            if come:
                yield Piece("new", come)


def _steps(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
