"""What the store's daily counts tell of each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from bot.store import Count

CountKind = Literal["question", "topic", "wait", "failure", "publishing", "alert"]
"""What is counted by day, and its keys: 'question': outcome, language and spelling, with spaces between them;
'topic': the first one of an answer; 'wait': seconds within which a reply was there, or '+Inf'; 'failure':
'apology'; 'publishing': 'failed'; 'alert': bot.alerts.Alert.mark."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day, in UTC."""

    day: date
    outcomes: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    """By language: questions whose outcome is unknown."""
    spellings: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By language and spelling."""
    topics: Counter[str] = field(default_factory=Counter)
    waits: Counter[str] = field(default_factory=Counter)
    """By the upper limit of the bucket in seconds, '+Inf' for the last one."""
    failures: int = 0
    """Apologies, since the program failed."""
    failed_builds: int = 0

    @property
    def asked(self) -> int:
        """All questions."""
        return self.outcomes.total()


def by_day(counts: Iterable[Count], since: date, until: date) -> list[Day]:
    """Return each day from `since` to `until`, both included, also those on which nothing happened."""
    of_day: dict[date, list[Count]] = {
        since + timedelta(days=number): [] for number in range((until - since).days + 1)
    }
    for count in counts:
        if count.day in of_day:
            of_day[count.day].append(count)
    return [_day(day, each) for day, each in of_day.items()]


def _day(day: date, counts: Iterable[Count]) -> Day:
    outcomes, unanswered, topics, waits = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    spellings = Counter[tuple[str, str]]()
    failures = failed_builds = 0
    for each in counts:
        match each.kind:
            case "question":
                outcome, language, spelling = each.key.split(" ")
                outcomes[outcome] += each.times
                spellings[language, spelling] += each.times
                if outcome == "unknown":
                    unanswered[language] += each.times
            case "topic":
                topics[each.key] += each.times
            case "wait":
                waits[each.key] += each.times
            case "failure":
                failures += each.times
            case "publishing":
                failed_builds += each.times
    return Day(day, outcomes, unanswered, spellings, topics, waits, failures, failed_builds)
