"""The report's charts: outcomes a day, and the share that got no answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import ceil
from typing import Final

from bot.daily import Day
from bot.report.figures import OUTCOMES, share
from index.document.pictures import Frame, Tick, chart, column, dot, line, noted, scale_across, scale_up
from index.evaluation.wording import cent

_GAP: Final = 0.15
"""Of a day's width, on each side of its column."""
_MOST_DAYS_NAMED: Final = 5
_DOTS_UP_TO: Final = 45
"""Days; with more, dots would hide the line."""


def outcomes_chart(days: Sequence[Day]) -> str:
    """Return a column of questions for each day, by outcome."""
    ticks = _whole_ticks(max(1, *(day.asked for day in days)))
    frame = Frame((0, len(days)), (0, ticks[-1][0]), left=48, bottom=256)
    columns = [_column(frame, number, day) for number, day in enumerate(days)]
    drawn = [scale_up(frame, ticks), _day_scale(frame, days), *columns]
    return _figure("Questions a day, by outcome", drawn, _legend(OUTCOMES))


def unanswered_chart(days: Sequence[Day]) -> str:
    """Return a line of the share whose outcome is unknown, over the days on which anybody asked."""
    shares = [
        (number + 0.5, part) for number, day in enumerate(days) if (part := _unanswered(day)) is not None
    ]
    highest = ceil(max((part for _, part in shares), default=0.0) * 10) / 10 or 0.1
    frame = Frame((0, len(days)), (0, highest), left=48, bottom=256)
    ticks = [(highest * step / 5, f"{highest * step * 20:.0f}\N{NO-BREAK SPACE}%") for step in range(6)]
    dots = [
        dot(frame, place, f"{days[int(place[0])].day}: {cent(place[1])}", 3)
        for place in shares
        if len(days) <= _DOTS_UP_TO or len(shares) == 1
    ]
    drawn = [scale_up(frame, ticks), _day_scale(frame, days), line(frame, shares), *dots]
    return _figure(
        "Share without an answer", drawn, "Of the questions of each day; days without any are left out."
    )


def _unanswered(day: Day) -> float | None:
    return share(day.outcomes["unknown"], day.asked)


def _column(frame: Frame, number: int, day: Day) -> str:
    parts, below = [], 0
    for outcome in OUTCOMES:
        times = day.outcomes[outcome]
        if times:
            across = (number + _GAP, number + 1 - _GAP)
            parts.append(column(frame, across, (below, below + times), outcome))
            below += times
    said = ", ".join(f"{day.outcomes[each]} {each}" for each in OUTCOMES)
    return noted(f"{day.day}: {said}", parts) if parts else ""


def _whole_ticks(most: int) -> list[Tick]:
    step = next(
        each for power in range(12) for each in (10**power, 2 * 10**power, 5 * 10**power) if most <= 5 * each
    )
    return [(value, str(value)) for value in range(0, step * ceil(most / step) + 1, step)]


def _day_scale(frame: Frame, days: Sequence[Day]) -> str:
    every = ceil(len(days) / _MOST_DAYS_NAMED)
    named = range(len(days) - 1, -1, -every)  # the last day is always named
    return scale_across(frame, [(number + 0.5, f"{days[number].day:%d.%m}") for number in named])


def _legend(names: Iterable[str]) -> str:
    return "".join(f'<span class="key {escape(each)}"></span>{escape(each)} ' for each in names)


def _figure(title: str, drawn: Sequence[str], said: str) -> str:
    return f"<figure><b>{title}</b>{chart(title, drawn)}<figcaption>{said}</figcaption></figure>"
