"""Today: whether the bot answers, what waits for a person, and how many questions were answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from starlette.responses import Response

from bot.alive import SILENT_AFTER
from bot.checking import STALE
from bot.daily import Day, by_day
from desk.content_folder import ContentNow
from desk.questions.listing import Filter, Listed, listed
from desk.visit import Visit
from knowledge.model import Language
from knowledge.problems import Problem

_SHOWN: Final = 10
"""Lines of each group; the others are a click away."""
_QUESTIONS_OF_DAYS: Final = 30
OUTCOMES: Final = ("found", "choice", "unknown", "urgent")
_TOPICS_FILTER: Final = {
    "review-passed": "overdue",
    "unreviewed": "unreviewed",
    "never-checked": "unchecked",
    "lagging-translation": "lagging",
}
"""How /topics shows the same, by the rule of knowledge.check."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for one reason."""

    rule: str
    lines: tuple[str, ...]
    more: int
    """Lines that are not among these."""
    filter: str | None
    """Of the page /topics, where all of them stand."""

    @property
    def total(self) -> int:
        """How many wait."""
        return len(self.lines) + self.more


@dataclass(frozen=True, slots=True)
class Sign:
    """What was last heard of the bots."""

    phrase: str
    is_good: bool
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart."""

    phrase: str
    times: int
    share: float
    """Of the longest bar, in percent."""


async def show(visit: Visit) -> Response:
    """Show it all."""
    today = visit.desk.clock().astimezone(UTC).date()
    content = await visit.desk.content.now(today)
    [day] = by_day(await visit.desk.store.counts(today), today, today)
    return visit.page(
        "today.html",
        today=today,
        sign=_sign(await visit.desk.store.last_alive(), visit.desk.clock()),
        citizens=await visit.desk.store.waiting_threads(),
        unanswered=await _unanswered(visit, today),
        waiting=list(_waiting(content, visit.language)),
        asked=day.asked,
        bars=_bars(day),
    )


async def _unanswered(visit: Visit, today: date) -> Listed | None:
    # As /questions counts them; None while they are grouped for the first time.
    grouped = await visit.desk.questions.grouped()
    if grouped is None:
        return None
    wanted = Filter(since=today - timedelta(days=_QUESTIONS_OF_DAYS - 1), until=today)
    return listed(grouped, await visit.desk.questions.settled(), wanted, 0, 0)


def _sign(last: datetime | None, now: datetime) -> Sign:
    if last is None:
        return Sign("bot-never", is_good=False, last=None)
    is_good = now - last < SILENT_AFTER
    return Sign("bot-answers" if is_good else "bot-silent", is_good, last)


def _waiting(content: ContentNow, language: Language) -> Iterator[Waiting]:
    for rule in STALE:
        found = [each for each in content.due if each.rule == rule]
        if rule == "never-called":
            uncalled = (each for each in content.library.contacts if each.checked is None and each.phones)
            lines = [f"{each.name.get(language)}: {each.phones[0]}" for each in uncalled]
        else:
            lines = list(dict.fromkeys(_line(content, each, language) for each in found))
        if lines:
            shown = tuple(lines[:_SHOWN])
            yield Waiting(rule, shown, len(lines) - len(shown), _TOPICS_FILTER.get(rule))


def _line(content: ContentNow, problem: Problem, language: Language) -> str:
    folder, _, file = problem.path.rpartition("/")
    title = content.library.page_by_path[folder].article(language).title
    return title if file in ("topic.yaml", "recordings.yaml") else f"{title} ({file.partition('.')[0]})"


def _bars(day: Day) -> list[Bar]:
    times = {each: day.outcomes[each] for each in OUTCOMES}
    longest = max(1, *times.values())
    return [Bar(f"outcome-{each}", number, 100 * number / longest) for each, number in times.items()]
