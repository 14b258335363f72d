"""Announcements until they are sent: written by one, approved by another; each change stands in the audit."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, cast, get_args

from sqlalchemy import Connection, Row, delete, func, insert, literal, select, update

from bot.store.audit import note
from bot.store.database import Database
from bot.store.subscribers import lock
from bot.store.tables import announcement, announcement_delivery, subscriber
from knowledge.model import LANGUAGES, Language

State = Literal["draft", "approved", "sending", "sent", "stopped"]
OPEN: Final[tuple[State, ...]] = ("draft", "approved")
"""In which the text may still change."""

Texts = Mapping[Language, str]
"""Markdown in each language; an empty one is not written yet."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said to all who asked for it, and what came of that."""

    id: str
    author: str
    """Who changed the text last."""
    approved_by: str | None
    texts: Texts
    section: str | None
    """'page#section', to read more in."""
    state: State
    changed_at: datetime
    begun_at: datetime | None
    finished_at: datetime | None
    recipients: int
    """Subscribers when the sending began."""
    sent: int
    failed: int
    """Refused by Telegram, because of the message itself."""
    unsubscribed: int
    """Who blocked the bot, or stopped this meanwhile."""
    unsure: int
    """Of whom nobody knows whether Telegram took the message; it is not sent to them again."""

    @property
    def left(self) -> int:
        """How many are still to be told; of a stopped one, how many were not."""
        return self.recipients - self.sent - self.failed - self.unsubscribed - self.unsure

    @property
    def version(self) -> str:
        """Of the text: who approves or changes one says which."""
        return _version(self.texts, self.section)


class Announcements:
    """The part of the store in which the staff write announcements."""

    _database: Database
    _clock: Callable[[], datetime]

    async def draft_announcement(self, *, by: str) -> str:
        """Begin an empty one; return its id."""
        new = secrets.token_hex(8)
        row = {
            **{"id": new, "author": by, "texts": _stored({}), "state": "draft", "changed_at": self._clock()},
            **dict.fromkeys(("recipients", "sent", "failed", "unsubscribed", "unsure"), 0),
        }

        def work(connection: Connection) -> str:
            connection.execute(insert(announcement), row)
            note(connection, self._clock(), by, "announcement.drafted", new)
            return new

        return await self._database.write(work)

    async def announcement(self, announcement_id: str) -> Announcement | None:
        """Return the one with this id."""
        return await self._database.read(lambda connection: find_announcement(connection, announcement_id))

    async def announcements(self, most: int) -> list[Announcement]:
        """Return the last ones, newest first."""
        statement = select(announcement).order_by(announcement.c.changed_at.desc(), announcement.c.id)

        def work(connection: Connection) -> list[Announcement]:
            return [announcement_of(row) for row in connection.execute(statement.limit(most))]

        return await self._database.read(work)

    async def save_announcement(
        self, announcement_id: str, texts: Texts, section: str | None, *, version: str, by: str
    ) -> bool:
        """Change the text, which takes the approval back; the same text changes nothing.

        version: that the change began with. False if somebody changed it meanwhile, or it is being sent.
        """
        values = {"texts": _stored(texts), "section": section, "author": by, "approved_by": None}

        def work(connection: Connection, kept: Announcement) -> Mapping[str, object] | None:
            if kept.state not in OPEN or kept.version != version:
                return None
            if kept.version == _version(texts, section):
                return {}
            return {**values, "state": "draft", "changed_at": self._clock()}

        return await self._change_announcement(announcement_id, work, by, "announcement.saved")

    async def approve_announcement(self, announcement_id: str, *, version: str, by: str) -> bool:
        """Approve this version of the text; False if it is another one, no draft, or by the same person."""

        def work(connection: Connection, kept: Announcement) -> Mapping[str, object] | None:
            if kept.state != "draft" or kept.version != version or kept.author == by:
                return None
            return {"state": "approved", "approved_by": by}

        return await self._change_announcement(announcement_id, work, by, "announcement.approved")

    async def begin_announcement(self, announcement_id: str, *, version: str, by: str) -> bool:
        """Have it sent to all who are subscribers now; False if this version is not approved."""
        owed = select(literal(announcement_id), subscriber.c.chat, literal("waiting"))
        columns = ["announcement", "chat", "state"]

        def work(connection: Connection, kept: Announcement) -> Mapping[str, object] | None:
            if kept.state != "approved" or kept.version != version:
                return None
            connection.execute(insert(announcement_delivery).from_select(columns, owed))
            counted = select(func.count()).select_from(announcement_delivery)
            mine = counted.where(announcement_delivery.c.announcement == announcement_id)
            recipients = connection.execute(mine).scalar_one()
            return {"state": "sending", "begun_at": self._clock(), "recipients": recipients}

        return await self._change_announcement(announcement_id, work, by, "announcement.begun")

    async def stop_announcement(self, announcement_id: str, *, by: str) -> bool:
        """Send it to nobody any more, for good; False if it is not being sent.

        What is under way just now is still counted.
        """
        waiting = (
            announcement_delivery.c.announcement == announcement_id,
            announcement_delivery.c.state == "waiting",
        )

        def work(connection: Connection, kept: Announcement) -> Mapping[str, object] | None:
            if kept.state != "sending":
                return None
            connection.execute(delete(announcement_delivery).where(*waiting))
            return {"state": "stopped", "finished_at": self._clock()}

        return await self._change_announcement(announcement_id, work, by, "announcement.stopped")

    async def remove_announcement(self, announcement_id: str, *, by: str) -> bool:
        """Delete one that was never sent; False if it was, or is gone."""
        mine = (announcement.c.id == announcement_id, announcement.c.state.in_(OPEN))

        def work(connection: Connection) -> bool:
            if not connection.execute(delete(announcement).where(*mine)).rowcount:
                return False
            note(connection, self._clock(), by, "announcement.removed", announcement_id)
            return True

        return await self._database.write(work, ("announcement", announcement_id))

    async def _change_announcement(
        self,
        announcement_id: str,
        decide: Callable[[Connection, Announcement], Mapping[str, object] | None],
        by: str,
        what: str,
    ) -> bool:
        def work(connection: Connection) -> bool:
            lock(connection, announcement_id)
            kept = find_announcement(connection, announcement_id)
            values = None if kept is None else decide(connection, kept)
            if values:
                connection.execute(
                    update(announcement).where(announcement.c.id == announcement_id).values(values)
                )
                note(connection, self._clock(), by, what, announcement_id)
            return values is not None

        return await self._database.write(work, ("announcement", announcement_id))


def find_announcement(connection: Connection, announcement_id: str) -> Announcement | None:
    """Return the one with this id."""
    row = connection.execute(select(announcement).where(announcement.c.id == announcement_id)).one_or_none()
    return None if row is None else announcement_of(row)


def announcement_of(row: Row[Any]) -> Announcement:
    """Return the announcement in a row that has the columns of `announcement`."""
    texts = json.loads(row.texts)
    return Announcement(
        row.id,
        row.author,
        row.approved_by,
        {each: texts.get(each, "") for each in LANGUAGES},
        row.section,
        cast(State, row.state) if row.state in get_args(State) else "stopped",
        row.changed_at,
        row.begun_at,
        row.finished_at,
        row.recipients,
        row.sent,
        row.failed,
        row.unsubscribed,
        row.unsure,
    )


def put_restored_aside(connection: Connection, now: datetime) -> None:
    """Have nothing sent because of a backup: since it was made, an approved one may have been sent."""
    columns = announcement.c
    approved = update(announcement).where(columns.state == "approved")
    connection.execute(approved.values(state="draft", approved_by=None))
    sending = update(announcement).where(columns.state == "sending")
    connection.execute(sending.values(state="stopped", finished_at=now))


def _stored(texts: Texts) -> str:
    return json.dumps({each: texts.get(each, "") for each in LANGUAGES})


def _version(texts: Texts, section: str | None) -> str:
    said = json.dumps([_stored(texts), section])
    return hashlib.sha256(said.encode()).hexdigest()[:16]
