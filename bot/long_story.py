"""Danger in one passage of a long story, which all that is told around it hides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from index.encoders import Encoder
from index.search import Ranking, rank
from index.snapshot import Snapshot

LONG: Final = 300
"""Characters from which a message is a story; in a shorter one the words around belong to the matter."""
SURE: Final = 0.5
"""Learned probability of danger that a passage needs beside a rule that matches it. Numbers:
docs/decisions/0006-urgent.md"""
MOST_ASKED: Final = 8
"""Passages that the encoder is asked about, the last ones told, so that no story costs more than a moment."""
_WORDS: Final = 20
"""Of a passage, where no full stop ends it earlier."""
_END: Final = re.compile(r"(?<=[.!?…])\s+|\n+")


def danger_within(text: str, snapshot: Snapshot, encoder: Encoder) -> tuple[tuple[str, ...], Ranking] | None:
    """Return the urgent rules that match the most dangerous passage, and what is ranked for it; None if no
    passage of this text tells of danger.

    A word that forbids a rule ("last year") does so wherever it stands in a message, and what is learned of
    danger fades among other sentences. Raises what the encoder raises.
    """
    if len(text) < LONG:
        return None
    told = dict.fromkeys(_passages(text))
    matched = ((snapshot.urgent.match(each), each) for each in reversed(told))
    asked = islice(((rules, each) for rules, each in matched if rules), MOST_ASKED)
    ranked = ((rules, rank(each, snapshot, encoder)) for rules, each in asked)
    worst = max(ranked, key=lambda each: each[1].urgent, default=None)
    return worst if worst is not None and worst[1].urgent >= SURE else None


def _passages(text: str) -> Iterator[str]:
    sentences = [part for each in _END.split(text) for part in _cut(each)]
    yield from sentences
    yield from map(" ".join, pairwise(sentences))


def _cut(sentence: str) -> Iterator[str]:
    said, step = sentence.split(), _WORDS // 2
    for at in range(0, max(len(said) - step, 1), step):
        if said:
            yield " ".join(said[at : at + _WORDS])
