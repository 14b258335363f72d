"""The groups as a page shows them: which ones, how often in which week, in which language and spelling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.store import Settled
from desk.questions.groups import Grouped, Numbers

PERIODS: Final = (7, 30, 90)
"""Days, today included."""
_MOST_WORDINGS: Final = 20


@dataclass(frozen=True, slots=True)
class Filter:
    """Which questions count."""

    since: date
    until: date
    language: str = ""
    """'': all of them."""
    outcome: str = ""
    with_settled: bool = False
    """Whether groups are shown with which somebody has dealt already."""


@dataclass(frozen=True, slots=True)
class Week:
    """One bar."""

    name: str
    """ISO, '2026-W48'."""
    times: int
    share: float
    """Of the group's highest bar, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One folded spelling of a group."""

    digest: str
    text: str
    language: str
    """In which it was asked most often."""
    times: int


@dataclass(frozen=True, slots=True)
class Group:
    """Like questions, counted as far as the filter lets them."""

    digest: str
    """Of the most typical wording; any other one leads to the group as well."""
    times: int
    new: int
    """Of these, how often with a wording that nobody has dealt with."""
    weeks: tuple[Week, ...]
    languages: Counter[str]
    scripts: Counter[str]
    outcomes: Counter[str]
    topics: Counter[str]
    """Nearest ones."""
    wordings: tuple[Wording, ...]
    """Most typical first, not more than a person reads."""
    different: int
    """Wordings in all."""
    settled: Settled | None
    """The latest thing that was done with a wording of it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of groups."""

    groups: tuple[Group, ...]
    found: int
    """Groups on all pages."""
    questions: int
    """Questions in all of them that nobody has dealt with."""


def listed(grouped: Grouped, settled: Mapping[str, Settled], wanted: Filter, first: int, most: int) -> Listed:
    """Return `most` groups from the `first` one on, from 0, those with most questions to deal with first."""
    asked = _asked(grouped, wanted)
    new = asked & ~_dealt_with(grouped, settled)
    group = grouped.group[grouped.wording]
    counted = [np.bincount(group[which], minlength=len(grouped.texts)) for which in (new, asked)]
    shown = np.flatnonzero(counted[1] if wanted.with_settled else counted[0])
    order = shown[np.lexsort((-counted[1][shown], -counted[0][shown]))]
    groups = tuple(
        _group(grouped, settled, wanted, np.flatnonzero(asked & (group == each)), int(counted[0][each]))
        for each in order[first : first + most]
    )
    return Listed(groups, len(order), int(new.sum()))


def group_of(grouped: Grouped, settled: Mapping[str, Settled], wanted: Filter, digest: str) -> Group | None:
    """Return the group of the wording with this digest; None if nothing in it was asked."""
    wording = grouped.wording_of.get(digest)
    if wording is None:
        return None
    asked = _asked(grouped, wanted) & (grouped.group[grouped.wording] == grouped.group[wording])
    rows = np.flatnonzero(asked)
    new = int((~_dealt_with(grouped, settled)[rows]).sum())
    return _group(grouped, settled, wanted, rows, new) if len(rows) else None


def _asked(grouped: Grouped, wanted: Filter) -> NDArray[np.bool_]:
    which = (grouped.day >= wanted.since.toordinal()) & (grouped.day <= wanted.until.toordinal())
    for name, column in ((wanted.language, grouped.language), (wanted.outcome, grouped.outcome)):
        if name:
            which &= column == (grouped.names.index(name) if name in grouped.names else -1)
    return which


def _dealt_with(grouped: Grouped, settled: Mapping[str, Settled]) -> NDArray[np.bool_]:
    which = np.zeros(len(grouped.texts), dtype=bool)
    which[[grouped.wording_of[each] for each in settled if each in grouped.wording_of]] = True
    return which[grouped.wording]


def _group(
    grouped: Grouped, settled: Mapping[str, Settled], wanted: Filter, rows: NDArray[np.int64], new: int
) -> Group:
    wordings, times = np.unique(grouped.wording[rows], return_counts=True)
    order = np.argsort(grouped.likeness_order[wordings])
    shown = [(int(wordings[n]), int(times[n])) for n in order[:_MOST_WORDINGS]]
    done = [settled[each] for each in (grouped.digests[n] for n in wordings) if each in settled]
    return Group(
        digest=grouped.digests[wordings[order[0]]],
        times=len(rows),
        new=new,
        weeks=_weeks(grouped.day[rows], wanted),
        languages=_named(grouped, grouped.language[rows]),
        scripts=_named(grouped, grouped.script[rows]),
        outcomes=_named(grouped, grouped.outcome[rows]),
        topics=_named(grouped, grouped.topic[rows]),
        wordings=tuple(_wording(grouped, rows, *each) for each in shown),
        different=len(wordings),
        settled=max(done, key=lambda each: each.day, default=None),
    )


def _wording(grouped: Grouped, rows: NDArray[np.int64], wording: int, times: int) -> Wording:
    languages = _named(grouped, grouped.language[rows[grouped.wording[rows] == wording]])
    return Wording(grouped.digests[wording], grouped.texts[wording], languages.most_common(1)[0][0], times)


def _named(grouped: Grouped, column: Numbers) -> Counter[str]:
    numbers, times = np.unique(column, return_counts=True)
    pairs = [(grouped.names[number], int(each)) for number, each in zip(numbers, times, strict=True)]
    # Empty: there was no topic near.
    return Counter({name: each for name, each in sorted(pairs, key=lambda pair: -pair[1]) if name})


def _weeks(days: Numbers, wanted: Filter) -> tuple[Week, ...]:
    mondays = _mondays(wanted.since, wanted.until)
    place = np.searchsorted([each.toordinal() for each in mondays], days, side="right") - 1
    times = np.bincount(place, minlength=len(mondays))
    return tuple(
        Week(f"{monday:%G-W%V}", int(each), float(each / times.max()))
        for monday, each in zip(mondays, times, strict=True)
    )


def _mondays(since: date, until: date) -> Sequence[date]:
    first = since - timedelta(days=since.weekday())
    return [first + timedelta(weeks=n) for n in range((until - first).days // 7 + 1)]
