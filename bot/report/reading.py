"""From the store and the content folder to the report."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.daily import by_day
from bot.report.figures import Report, Stale
from bot.store import Count, open_store
from knowledge.errors import ContentError
from knowledge.load import load
from knowledge.model import Language, Library


def read_report(
    database_url: str, content: Path, days: int, language: Language, today: date | None = None
) -> Report:
    """Return the report of the last `days` days, today included; may run beside a bot.

    language: of the titles. Raises StoreError if the database cannot be read.
    """
    until = today or datetime.now(UTC).date()
    since = until - timedelta(days=days - 1)
    counted = tuple(by_day(asyncio.run(_counts(database_url, since)), since, until))
    try:
        library = load(content)
    except ContentError:
        return Report(counted)
    return Report(counted, _stale(library, until, language), _titles(library, language))


async def _counts(url: str, since: date) -> list[Count]:
    store = await open_store(url)
    try:
        return await store.counts(since)
    finally:
        await store.close()


def _stale(library: Library, today: date, language: Language) -> tuple[Stale, ...]:
    found = (
        Stale(page.path, page.article(language).title, page.review_by)
        for _, page in library.pages()
        if page.review_by < today
    )
    return tuple(sorted(found, key=lambda each: (each.review_by, each.page)))


def _titles(library: Library, language: Language) -> Mapping[str, str]:
    return {topic.id: topic.page.article(language).title for topic in library.topics}
