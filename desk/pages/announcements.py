"""Announcements: who asked for them, all that there are, and a new one."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from bot.menu import NAMES
from bot.store import Announcement
from desk.visit import Visit, go_to
from knowledge.markdown import plain
from knowledge.model import LANGUAGES, Language

STATES: Final = {
    "draft": "announcement-is-draft",
    "approved": "announcement-is-approved",
    "sending": "announcement-is-sending",
    "sent": "announcement-is-sent",
    "stopped": "announcement-is-stopped",
}
"""Sentence for each."""
COUNTS: Final = {
    "recipients": "announcement-recipients",
    "sent": "announcement-received",
    "failed": "announcement-failed",
    "unsubscribed": "announcement-unsubscribed",
    "unsure": "announcement-unsure",
    "left": "announcement-left",
}
_LISTED: Final = 100
_BEGINNING: Final = 80
"""Characters of a text that tell it from others."""


async def show(visit: Visit) -> Response:
    """Show the list."""
    store = visit.desk.store
    listed, subscribers = await store.announcements(_LISTED), await store.subscribers()
    return visit.page(
        "announcements.html",
        listed=[(each, _beginning(each, visit.language)) for each in listed],
        subscribers=subscribers,
        names=NAMES,
        states=STATES,
        counts=COUNTS,
    )


async def write(visit: Visit) -> Response:
    """Begin a new one."""
    assert visit.member is not None
    return go_to(f"/announcements/{await visit.desk.store.draft_announcement(by=visit.member.name)}")


def _beginning(announcement: Announcement, language: Language) -> str:
    texts = [announcement.texts[each] for each in (language, *LANGUAGES)]
    text = " ".join(plain(next((each for each in texts if each), "")).split())
    return text if len(text) <= _BEGINNING else f"{text[:_BEGINNING]}…"
