"""All questions that are kept, as columns, and which of their wordings say about the same.

A hundred thousand rows are a few megabytes of numbers, and a filter over them some milliseconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.likeness import groups_of_folded, most_like
from bot.store import Asked
from index.spelling import fold

COMPARED: Final = 6_000
"""Wordings, the most frequent ones, that are held against each other; every other one only against these."""

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """Questions as they stood at one moment. A wording is a folded spelling; its text is one that has it."""

    as_of: datetime
    texts: Sequence[str]
    digests: Sequence[str]
    wording_of: Mapping[str, int]
    """By digest."""
    group: Numbers
    """Of each wording: which wording names its group, itself for a group's first."""
    likeness_order: Numbers
    """Of each wording: its place within its group, from 0, most typical first."""
    names: Sequence[str]
    """What the numbers of the columns below stand for."""
    day: Numbers
    """As date.toordinal has it; this column and the others have one number for each question."""
    wording: Numbers
    language: Numbers
    outcome: Numbers
    script: Numbers
    topic: Numbers
    """The nearest one."""


def digest_of(folded: str) -> str:
    """Return the name of a folded spelling, 32 hexadecimal digits."""
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Gathering:
    """Takes in questions, day by day, and groups them."""

    def __init__(self) -> None:
        self._folded: dict[str, str] = {}
        self._wordings: dict[str, int] = {}
        self._texts: list[str] = []
        self._names: dict[str, int] = {}
        self._rows: list[tuple[int, int, int, int, int, int]] = []

    def add(self, questions: Iterable[Asked]) -> None:
        """Take these in; of one wording the text that comes last is shown."""
        for each in questions:
            text = each.text
            # Folding is most of the work, and is done once a text.
            folded = self._folded[text] = self._folded.get(text) or fold(text)
            wording = self._wordings.setdefault(folded, len(self._wordings))
            if wording == len(self._texts):
                self._texts.append(text)
            self._texts[wording] = text
            named = (each.language, each.outcome, each.script, each.topics[0] if each.topics else "")
            language, outcome, script, topic = (
                self._names.setdefault(name, len(self._names)) for name in named
            )
            self._rows.append((each.day.toordinal(), wording, language, outcome, script, topic))

    def grouped(self, as_of: datetime) -> Grouped:
        """Return all of it in groups."""
        columns = np.array(self._rows, dtype=np.int32).reshape(-1, 6)
        day, wording, language, outcome, script, topic = (np.ascontiguousarray(each) for each in columns.T)
        folded = list(self._wordings)
        groups = _groups(folded, np.bincount(wording, minlength=len(folded)))
        group, order = np.zeros(len(folded), np.int32), np.zeros(len(folded), np.int32)
        for members in groups:
            group[members] = members[0]
            order[members] = np.arange(len(members))
        digests = [digest_of(each) for each in folded]
        return Grouped(
            as_of=as_of,
            texts=self._texts,
            digests=digests,
            wording_of={each: n for n, each in enumerate(digests)},
            group=group,
            likeness_order=order,
            names=list(self._names),
            day=day,
            wording=wording,
            language=language,
            outcome=outcome,
            script=script,
            topic=topic,
        )


def _groups(folded: Sequence[str], times: NDArray[np.int64]) -> list[list[int]]:
    # Latest first among those that are as frequent: what is new must not stay alone for being late.
    order = sorted(range(len(folded)), key=lambda each: (-times[each], -each))
    compared, rest = order[:COMPARED], order[COMPARED:]
    found = groups_of_folded([folded[each] for each in compared], [int(times[each]) for each in compared])
    groups = [[compared[each] for each in group] for group in found]
    first = [folded[each[0]] for each in groups]
    for each, like in zip(rest, most_like([folded[each] for each in rest], first), strict=True):
        if like is None:
            groups.append([each])
        else:
            groups[like].append(each)
    return groups
