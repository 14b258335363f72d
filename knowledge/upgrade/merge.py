"""Two changes of one text, made apart, become one text where they touch different lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """Lines start to end of the text before, the last one excluded, and what stands there now."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge(before: bytes, mine: bytes, theirs: bytes) -> bytes | None:
    """Return the text with both changes, as UTF-8.

    None where they touch the same or neighbouring lines, or one of the three is no UTF-8.
    """
    try:
        base, left, right = (text.decode().splitlines(keepends=True) for text in (before, mine, theirs))
    except UnicodeDecodeError:
        return None
    both = sorted({*_changes(base, left), *_changes(base, right)})
    if any(following.start <= change.end for change, following in pairwise(both)):
        return None
    lines: list[str] = []
    done = 0
    for change in both:
        lines += [*base[done : change.start], *change.lines]
        done = change.end
    return "".join([*lines, *base[done:]]).encode()


def _changes(before: Sequence[str], after: Sequence[str]) -> list[_Change]:
    codes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [_Change(a, b, tuple(after[c:d])) for kind, a, b, c, d in codes if kind != "equal"]
