"""Made-up questions, as many people would write them: often the same one, rarely letter by letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from bot.store import Asked
from index.language import script
from knowledge.model import Library

SEED: Final = 20261126
DAYS: Final = 90
_AS_IT_STANDS: Final = 0.4
"""Share of questions without a slip of the finger."""
_SKEW: Final = 1.1
"""Of Zipf's law: some few questions are asked again and again, most of them once or twice."""


def made_up(library: Library, number: int, today: date) -> Iterator[Asked]:
    """Yield questions of the last 90 days, from example messages of this library."""
    random = np.random.default_rng(SEED)
    known = [(each.text, each.language, topic) for topic, page in library.pages() for each in page.examples]
    random.shuffle(known)
    ranks = random.zipf(_SKEW, number) % len(known)
    days = random.integers(0, DAYS, number)
    for rank, day in zip(ranks, days, strict=True):
        text, language, topic = known[int(rank)]
        if random.random() > _AS_IT_STANDS:
            text = _slipped(text, random)
        yield Asked(today - timedelta(days=int(day)), text[:500], language, "unknown", script(text), (topic,))


def _slipped(text: str, random: np.random.Generator) -> str:
    letters: Sequence[str] = text
    place = int(random.integers(0, len(letters)))
    match int(random.integers(0, 4)):
        case 0:
            return text[:place] + text[place + 1 :]
        case 1:
            return text[:place] + text[place : place + 1] + text[place:]
        case 2:
            return f"{text} {text.split()[0]}"
        case _:
            return text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :]
