"""Counting the days of a term. Pure dates: rules, numbers and sources are knowledge/content/deadlines.yaml.

The day from which a term runs is its day 1. Where another way of counting exists it gives a later date; the
earlier one counts, since it is right by both. Why: docs/decisions/0010-deadlines.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

PATENT_MONTHS = 12
"""A patent is issued for 1 to 12 months (law 115-FZ, article 13.3, paragraph 5; topics/patent-get#region)."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a term."""

    day: date
    """By the earlier count."""
    otherwise: date
    """By the other count; later than `day`."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One trip to Russia; both its first and its last day count as days in the country."""

    entered: date
    left: date | None = None
    """None: still there."""


@dataclass(frozen=True, slots=True)
class DaysLeft:
    """How much of the days without a patent is used."""

    year: int
    """The calendar year that `used` and `left` speak of."""
    used: int
    """Days in that year: of trips that ended or are to end, and of the present one until today."""
    left: int
    """Days, today's not among them, that may still be spent in the country in that year; never below 0."""
    last_day: date | None
    """Of the present (or planned) trip, the last day that both limits allow, which may be past or even before
    its entry; None when no trip is open."""
    limited_at_once: bool
    """Whether the limit of one unbroken trip ends the open trip before the limit of the year does."""


def due(start: date, days: int) -> Due:
    """Return the last of `days` days from `start`, which is day 1; by the other count the next day is day 1.

    Raises OverflowError beyond the year 9999.
    """
    last = start + timedelta(days=days - 1)
    return Due(last, last + _DAY)


def paid_until(issued: date, months: int) -> Due:
    """Return the last day that is paid when `months` months were paid from the day of issue, which is day 1.

    Where the last month has no such day (a month from 31 January), its last day stands for it.
    """
    end = issued + relativedelta(months=months)
    return Due(end - _DAY, end)


def pay_by(paid: date) -> date:
    """Return the last day that is surely before the end of a period whose last paid day is this one."""
    return paid - _DAY


def days_left(stays: Sequence[Stay], today: date, *, in_year: int, at_once: int) -> DaysLeft:
    """Return what is left of `in_year` days a calendar year, with no trip longer than `at_once` days.

    stays: in any order; a day that lies in several trips counts once. Of trips without an end the first one
    counts, and trips after its beginning are a part of it.
    Raises ValueError if a trip ends before it begins.
    """
    for stay in stays:
        if stay.left is not None and stay.left < stay.entered:
            raise ValueError(f"a trip cannot end on {stay.left}, before it begins on {stay.entered}")
    begun = min((stay.entered for stay in stays if stay.left is None), default=None)
    ended = {day for stay in stays for day in _days(stay) if begun is None or day < begun}
    year = today.year if begun is None else max(today, begun).year
    until_today = set() if begun is None else set(_span(begun, today))
    used = sum(day.year == year for day in ended | until_today)
    left = max(0, in_year - used)
    if begun is None:
        return DaysLeft(year, used, left, None, False)
    last, limited_at_once = _last_day(begun, ended, in_year, at_once)
    return DaysLeft(year, used, left, last, limited_at_once)


def _last_day(begun: date, ended: set[date], in_year: int, at_once: int) -> tuple[date, bool]:
    used = Counter(day.year for day in ended)
    for n in range(at_once):
        day = begun + timedelta(days=n)
        if used[day.year] >= in_year:
            return day - _DAY, False
        used[day.year] += 1
    last = begun + timedelta(days=at_once - 1)
    return last, used[(last + _DAY).year] < in_year


def _days(stay: Stay) -> list[date]:
    return _span(stay.entered, stay.left) if stay.left is not None else []


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
