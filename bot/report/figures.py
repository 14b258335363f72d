"""What the report shows, worked out from daily counts and the content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

from bot.daily import Day

T = TypeVar("T")

OUTCOMES: Final = ("found", "choice", "urgent", "unknown")
"""In the order in which they are shown."""
MOST_TOPICS: Final = 15


@dataclass(frozen=True, slots=True)
class Stale:
    """A page whose day of review has passed."""

    page: str
    title: str
    review_by: date


@dataclass(frozen=True, slots=True)
class Report:
    """Some days of the hotline."""

    days: tuple[Day, ...]
    """One after another, at least one; in UTC."""
    stale: tuple[Stale, ...] = ()
    """Longest past review first."""
    titles: Mapping[str, str] | None = None
    """Of topics, by id; None where the content cannot be read, and so nothing is known of `stale` either."""

    @property
    def asked(self) -> int:
        """All questions."""
        return sum(day.asked for day in self.days)

    @property
    def outcomes(self) -> Counter[str]:
        """Questions by outcome."""
        return _sum(day.outcomes for day in self.days)

    @property
    def unanswered(self) -> float | None:
        """Share of questions whose outcome is unknown, 0 to 1; None without any question."""
        return share(self.outcomes["unknown"], self.asked)

    @property
    def languages(self) -> Counter[str]:
        """Questions by language."""
        counted = Counter[str]()
        for (language, _), times in self.spellings.items():
            counted[language] += times
        return counted

    @property
    def unanswered_by_language(self) -> Counter[str]:
        """Questions whose outcome is unknown, by language."""
        return _sum(day.unanswered for day in self.days)

    @property
    def spellings(self) -> Counter[tuple[str, str]]:
        """Questions by language and spelling."""
        return _sum(day.spellings for day in self.days)

    @property
    def topics(self) -> list[tuple[str, int]]:
        """The topics answered most, and how often."""
        return _sum(day.topics for day in self.days).most_common(MOST_TOPICS)

    @property
    def failures(self) -> int:
        """Messages that got only an apology, since the program failed."""
        return sum(day.failures for day in self.days)

    @property
    def failed_builds(self) -> int:
        """How often publishing failed."""
        return sum(day.failed_builds for day in self.days)

    @property
    def waits(self) -> list[tuple[float, int]]:
        """Replies by the seconds within which they were there (infinite for the slowest), fastest first."""
        counted = _sum(day.waits for day in self.days)
        return sorted((float(limit), times) for limit, times in counted.items())

    def within(self, wanted: float) -> float | None:
        """Return the seconds within which this share of replies was there, rounded up; None without any."""
        replies, below = sum(times for _, times in self.waits), 0
        for limit, times in self.waits:
            below += times
            if below >= wanted * replies:
                return limit
        return None


def share(part: int, whole: int) -> float | None:
    """Return how much of the whole a part is; None of nothing."""
    return part / whole if whole else None


def _sum(counters: Iterable[Counter[T]]) -> Counter[T]:
    total = Counter[T]()
    for each in counters:
        total.update(each)
    return total
