"""The report 'hotline questions': what got no good answer, and which sections did not help."""

from __future__ import annotations

import asyncio
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.errors import BotError
from bot.likeness import groups_of_like
from bot.store import Asked, Opinion, open_store

HELPFUL: Final = "helpful"
_SHOWN_WORDINGS: Final = 3
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a cell for a formula (OWASP, 'CSV Injection')."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report: like questions, or a section that did not help."""

    what: str
    """The most typical question, or page#section."""
    times: int
    languages: Counter[str]
    weeks: Counter[str]
    """By ISO week, '2026-W48'."""
    kinds: Counter[str]
    """Outcomes of questions; reasons why a section did not help."""
    topics: Counter[str]
    """Nearest to the questions; empty for a section."""
    wordings: tuple[str, ...]
    """Other wordings of the question, most like first."""
    helpful: int = 0
    """How often the section was found helpful."""


def unanswered(questions: Sequence[Asked]) -> list[Line]:
    """Return like questions as one line each, most frequent first."""
    return [
        _line_of_questions([questions[each] for each in group])
        for group in groups_of_like([each.text for each in questions])
    ]


def unhelpful(opinions: Iterable[Opinion]) -> list[Line]:
    """Return the sections that somebody found not helpful, most often first."""
    by_section: dict[str, list[Opinion]] = defaultdict(list)
    for opinion in opinions:
        by_section[f"{opinion.page_id}#{opinion.section_id}"].append(opinion)
    lines = [_line_of_opinions(section, each) for section, each in sorted(by_section.items())]
    return sorted((line for line in lines if line.times), key=lambda line: -line.times)


def report(
    database_url: str, retention: timedelta, days: int, limit: int, file: Path | None, separator: str = ","
) -> None:
    """Print what was asked in the last `days` days, today included, as tables of at most `limit` lines.

    file: gets all lines as CSV, with this separator, as a spreadsheet opens them.

    Raises StoreError if the database cannot be read, BotError if the file cannot be written.
    """
    since = datetime.now(UTC).date() - timedelta(days=days - 1)
    asked, opinions = asyncio.run(_read(database_url, retention, since))
    questions, sections = unanswered(asked), unhelpful(opinions)
    console = Console()
    title = f"Without a good answer since {since}: {len(asked)} questions, {len(questions)} different"
    console.print(_table(title, "question", "outcome", questions[:limit]))
    times = sum(line.times for line in sections)
    console.print(_table(f"Not helpful since {since}: {times} times", "section", "reason", sections[:limit]))
    if max(len(questions), len(sections)) > limit:
        console.print(f"The most frequent {limit} are shown; --limit shows more, --csv writes all.")
    if file is not None:
        write_csv(file, questions, sections, separator)


def write_csv(file: Path, questions: Sequence[Line], sections: Sequence[Line], separator: str = ",") -> None:
    """Write all lines to a file that a spreadsheet opens with its letters right and no formulas in it.

    Raises BotError if it cannot be written.
    """
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.writer(target, delimiter=separator)
            writer.writerow(
                (
                    "kind",
                    "what",
                    "times",
                    "helpful",
                    "languages",
                    "weeks",
                    "outcomes or reasons",
                    "topics",
                    "also",
                )
            )
            for kind, lines in (("question", questions), ("section", sections)):
                writer.writerows([_harmless(cell) for cell in row] for row in _rows(kind, lines))
    except OSError as error:
        raise BotError(f"{file} cannot be written: {error.strerror}") from None


async def _read(url: str, retention: timedelta, since: date) -> tuple[list[Asked], list[Opinion]]:
    store = await open_store(url, retention=retention)
    try:
        return await store.questions(since), await store.opinions(since)
    finally:
        await store.close()


def _line_of_questions(questions: Sequence[Asked]) -> Line:
    what, *others = dict.fromkeys(each.text for each in questions)
    return Line(
        what=what,
        times=len(questions),
        languages=Counter(each.language for each in questions),
        weeks=Counter(_week(each.day) for each in questions),
        kinds=Counter(each.outcome for each in questions),
        topics=Counter(topic for each in questions for topic in each.topics[:1]),
        wordings=tuple(others[:_SHOWN_WORDINGS]),
    )


def _line_of_opinions(section: str, opinions: Sequence[Opinion]) -> Line:
    languages, weeks, reasons = Counter[str](), Counter[str](), Counter[str]()
    for each in opinions:
        if each.reason != HELPFUL:
            languages[each.language] += each.times
            weeks[_week(each.day)] += each.times
            reasons[each.reason] += each.times
    return Line(
        what=section,
        times=reasons.total(),
        languages=languages,
        weeks=weeks,
        kinds=reasons,
        topics=Counter(),
        wordings=(),
        helpful=sum(each.times for each in opinions if each.reason == HELPFUL),
    )


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _table(title: str, what: str, kinds: str, lines: Sequence[Line]) -> Table:
    table = Table(title=title, title_justify="left", show_lines=True)
    table.add_column("times", justify="right")
    table.add_column(what, ratio=1)
    for head in ("languages", "weeks", kinds, "topics" if what == "question" else "helpful"):
        table.add_column(head)
    for line in lines:
        shown = Text(line.what)  # never as rich's own markup: "[phone]" would be taken for a style
        for wording in line.wordings:
            shown.append(f"\n{wording}", style="dim")
        last = _counted(line.topics) if what == "question" else str(line.helpful)
        cells = (_counted(line.languages), _counted(line.weeks, in_order=True), _counted(line.kinds), last)
        table.add_row(str(line.times), shown, *(Text(cell) for cell in cells))
    return table


def _rows(kind: str, lines: Iterable[Line]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        yield (
            kind,
            line.what,
            str(line.times),
            "" if kind == "question" else str(line.helpful),
            _counted(line.languages),
            _counted(line.weeks, in_order=True),
            _counted(line.kinds),
            _counted(line.topics),
            "\n".join(line.wordings),
        )


def _counted(counter: Counter[str], *, in_order: bool = False) -> str:
    pairs = sorted(counter.items()) if in_order else counter.most_common()
    return ", ".join(f"{name} {times}" for name, times in pairs)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
