"""The report as tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.report.figures import OUTCOMES, Report, share
from bot.report.wording import seconds, spelt, summary
from index.evaluation.wording import cent


def show(report: Report, console: Console | None = None) -> None:
    """Print the report."""
    to = console or Console()
    to.print(_table("", ("", ""), summary(report)))
    if report.asked:
        for each in (_days(report), _spellings(report), _topics(report), _waits(report)):
            to.print(each)
    if report.stale:
        rows = [(each.page, each.title, f"{each.review_by}") for each in report.stale]
        to.print(_table("Past review", ("article", "title", "review by"), rows))


def _days(report: Report) -> Table:
    rows = [
        (
            f"{day.day}",
            str(day.asked),
            *(str(day.outcomes[each]) for each in OUTCOMES),
            cent(share(day.outcomes["unknown"], day.asked)),
        )
        for day in report.days
    ]
    return _table("Outcomes", ("day (UTC)", "questions", *OUTCOMES, "no answer"), rows)


def _spellings(report: Report) -> Table:
    rows = [
        (
            spelt(language, spelling),
            str(times),
            cent(share(times, report.asked)),
        )
        for (language, spelling), times in report.spellings.most_common()
    ]
    return _table("Languages and spellings", ("", "questions", "share"), rows)


def _topics(report: Report) -> Table:
    titles = report.titles or {}
    rows = [(topic, titles.get(topic, ""), str(times)) for topic, times in report.topics]
    return _table("Most asked", ("topic", "title", "questions"), rows)


def _waits(report: Report) -> Table:
    replies, below, rows = sum(times for _, times in report.waits), 0, []
    for limit, times in report.waits:
        below += times
        rows.append((seconds(limit), str(below), cent(share(below, replies))))
    return _table("How long people waited", ("within", "replies", "share"), rows)


def _table(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Table:
    table = Table(title=title or None, title_justify="left", show_header=bool(title))
    for number, head in enumerate(heads):
        is_name = number == 0 or head == "title"
        table.add_column(head, justify="left" if is_name else "right", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
