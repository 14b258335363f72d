"""Topics: a table of all of them, with filters that work in an address of their own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from desk.content_folder import ContentNow
from desk.paging import paged
from desk.visit import Visit
from knowledge.model import LANGUAGES, Language, Page, Topic

ON_A_PAGE: Final = 50
STATES: Final = ("overdue", "unchecked", "unreviewed", "reviewed", "lagging", "missing")


@dataclass(frozen=True, slots=True)
class Row:
    """One topic."""

    id: str
    title: str
    category: str
    category_title: str
    languages: tuple[Language, ...]
    sections: int
    questions: int
    """Examples that the search learns from."""
    checked: date | None
    review_by: date
    reviewed: tuple[Language, ...]
    """In which somebody has approved the text as it is."""
    lagging: tuple[Language, ...]
    """Whose text follows an older one of the source language."""
    states: frozenset[str]
    """Those of STATES that it is in."""
    searched: str


async def show(visit: Visit) -> Response:
    """Show the table, as far as the filters let it."""
    today = visit.desk.clock().astimezone(UTC).date()
    content = await visit.desk.content.now(today)
    asked = visit.request.query_params
    text, category, state = asked.get("text", "").strip()[:100], asked.get("category"), asked.get("state")
    rows = [
        row
        for row in _rows(content, visit.language, today)
        if text.casefold() in row.searched
        and (category in (None, "", row.category))
        and (not state or state in row.states)
    ]
    page = paged(rows, asked.get("page", ""), ON_A_PAGE)
    return visit.page(
        "topics.html",
        rows=page.rows,
        found=len(rows),
        all=len(content.library.topics),
        text=text,
        category=category,
        state=state,
        states=STATES,
        categories=[(each.id, each.title.get(visit.language)) for each in content.library.categories],
        number=page.number,
        last=page.last,
        query=urlencode({"text": text, "category": category or "", "state": state or ""}),
        every_language=LANGUAGES,
    )


def _rows(content: ContentNow, language: Language, today: date) -> Iterator[Row]:
    library = content.library
    due = {(each.rule, each.path) for each in content.due}
    for category in library.categories:
        topics = (each for each in library.topics if each.category == category.id and each.page.articles)
        title = category.title.get(language)
        yield from sorted(
            (_row(topic, title, due, language, today) for topic in topics), key=lambda row: row.title
        )


def _row(topic: Topic, category: str, due: set[tuple[str, str]], language: Language, today: date) -> Row:
    page = topic.page
    languages = tuple(each for each in LANGUAGES if each in page.articles)
    lagging = tuple(each for each in languages if ("lagging-translation", f"{page.path}/{each}.md") in due)
    reviewed = tuple(each for each in languages if ("unreviewed", f"{page.path}/{each}.md") not in due)
    states = {
        "overdue": page.review_by < today,
        "unchecked": page.checked is None,
        "unreviewed": reviewed != languages,
        "reviewed": reviewed == languages,
        "lagging": bool(lagging),
        "missing": languages != LANGUAGES,
    }
    return Row(
        topic.id,
        page.article(language).title,
        topic.category,
        category,
        languages,
        len(page.sections),
        len(page.examples),
        page.checked,
        page.review_by,
        reviewed,
        lagging,
        frozenset(name for name, holds in states.items() if holds),
        _searched(topic, page),
    )


def _searched(topic: Topic, page: Page) -> str:
    return "\n".join((topic.id, *(each.title for each in page.articles.values()))).casefold()
