"""What members of the staff have typed into a page of the content and not yet saved there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, select

from bot.store.database import Database
from bot.store.tables import draft
from bot.store.upserts import run, upsert

DRAFT_STAYS: Final = timedelta(days=30)
"""After so long without a change nobody comes back to it."""

Fields = Mapping[str, str]
"""What stands in each field of a form, by the field's name."""

_KEEP: Final = upsert(
    draft,
    lambda insert: insert.on_conflict_do_update(
        index_elements=[draft.c.page, draft.c.part, draft.c.who],
        set_={name: insert.excluded[name] for name in ("fields", "base", "saved_at")},
    ),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's changes of one part of one page."""

    page: str
    """Path of the page below the content folder."""
    part: str
    """A language, 'examples-' and a language, or 'facts' for what is common to all of them."""
    who: str
    fields: Fields
    base: Fields
    """What stood in the content when this draft was begun."""
    begun_at: datetime
    saved_at: datetime


class Drafts:
    """The part of the store that keeps one draft of each person, page and part."""

    _database: Database
    _clock: Callable[[], datetime]

    async def keep_draft(self, page: str, part: str, who: str, *, fields: Fields, base: Fields) -> None:
        """Keep this instead of what is kept of the same person, page and part."""
        now = self._clock()
        row = {
            "page": page,
            "part": part,
            "who": who,
            "fields": json.dumps(dict(fields)),
            "base": json.dumps(dict(base)),
            "begun_at": now,
            "saved_at": now,
        }
        await self._database.write(
            lambda connection: run(connection, _KEEP, row), ("draft", f"{page} {part} {who}")
        )

    async def draft(self, page: str, part: str, who: str) -> Draft | None:
        """Return what is kept of this person, page and part."""
        return next(iter(await self._drafts(_same(page, part, who))), None)

    async def drafts_of(self, who: str) -> list[Draft]:
        """Return all drafts of this person, by page and part."""
        return await self._drafts(draft.c.who == who)

    async def drafts_on(self, page: str) -> list[Draft]:
        """Return everybody's drafts of this page, the one that was begun first in front."""
        return sorted(await self._drafts(draft.c.page == page), key=lambda each: each.begun_at)

    async def discard_draft(self, page: str, part: str, who: str) -> None:
        """Delete what is kept of this person, page and part."""
        statement = delete(draft).where(_same(page, part, who))
        await self._database.write(
            lambda connection: connection.execute(statement), ("draft", f"{page} {part} {who}")
        )

    async def _drafts(self, which: ColumnElement[bool]) -> list[Draft]:
        statement = select(draft).where(which).order_by(draft.c.page, draft.c.part, draft.c.who)
        return await self._database.read(
            lambda connection: [_draft(row) for row in connection.execute(statement).mappings()]
        )


def purge_drafts(connection: Connection, now: datetime) -> int:
    """Delete what nobody has changed for 30 days; return how many."""
    return connection.execute(delete(draft).where(draft.c.saved_at <= now - DRAFT_STAYS)).rowcount


def _same(page: str, part: str, who: str) -> ColumnElement[bool]:
    return and_(draft.c.page == page, draft.c.part == part, draft.c.who == who)


def _draft(row: RowMapping) -> Draft:
    return Draft(
        row["page"],
        row["part"],
        row["who"],
        json.loads(row["fields"]),
        json.loads(row["base"]),
        row["begun_at"],
        row["saved_at"],
    )
