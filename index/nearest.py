"""Why a question was answered so: the passages that it was nearest to, as an editor can read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from index.passages import Passage
from index.search import Ranking

MESSAGES: Final = 6
SECTIONS: Final = 3


@dataclass(frozen=True, slots=True)
class NearPassage:
    """A passage, and how near it was."""

    passage: Passage
    similarity: float
    """Cosine, -1 to 1; not a probability."""


def nearest_passages(
    ranking: Ranking, every: Sequence[Passage], messages: int = MESSAGES, sections: int = SECTIONS
) -> tuple[NearPassage, ...]:
    """Return what people wrote that is nearest to the question, then the nearest sections, nearest first.

    every: all passages of the library that was searched, as `passages` gives them.
    messages, sections: at most how many of each.
    """
    found = ranking.nearest(messages, sections)
    return tuple(NearPassage(every[row], similarity) for row, similarity in found)
