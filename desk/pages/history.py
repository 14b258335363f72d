"""History of one topic or publication: who changed what and when, and the way back."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from starlette.responses import Response

from desk.differences import FileChange, readable
from desk.drafting.parts import owner_of
from desk.errors import DeskError
from desk.history import BY_HAND
from desk.repository import Version
from desk.roles import may
from desk.visit import Visit, go_to

SHOWN: Final = 50
_ID: Final = re.compile(r"[0-9a-f]{40}")
FILES: Final = {
    "article": "versions-article",
    "facts": "versions-facts",
    "examples": "versions-examples",
    "file": "versions-file",
}
PARTS: Final = {
    "title": "part-title",
    "updated": "part-updated",
    "translated_from": "part-translated-from",
    "reviewed": "part-reviewed",
    "questions": "part-questions",
    "section": "part-section",
    "sections": "part-section",
    "sources": "part-source",
    "category": "part-category",
    "topic": "part-topic",
    "set_aside": "part-set-aside",
    "related": "part-related",
    "contacts": "part-contacts",
    "checked": "part-checked",
    "review_by": "part-review-by",
    "messages": "part-messages",
    "lines": "part-lines",
}
HAPPENED: Final = {"changed": "versions-changed", "added": "versions-added", "removed": "versions-removed"}


@dataclass(frozen=True, slots=True)
class _Topic:
    """Or a publication: both are a folder, and have their pages at the same address."""

    id: str
    title: str
    folder: str


async def show(visit: Visit) -> Response:
    """List the newest versions."""
    topic = await _topic(visit)
    history = visit.desk.content.history
    versions = await asyncio.to_thread(visit.desk.version_log.of, topic.folder)
    return visit.page(
        "history.html",
        topic=topic,
        has_versions=history.has_versions,
        versions=[_plain(visit, each) for each in versions[:SHOWN]],
        shown=SHOWN,
        restored="restored" in visit.request.query_params,
    )


async def show_version(visit: Visit) -> Response:
    """Show what one version changed."""
    topic = await _topic(visit)
    version, is_newest = await _version(visit, topic)
    history = visit.desk.content.history
    differences = await asyncio.to_thread(history.differences, version.id, topic.folder)
    changes: list[FileChange] = await asyncio.to_thread(readable, differences)
    assert visit.member is not None
    return visit.page(
        "version.html",
        topic=topic,
        version=_plain(visit, version),
        is_newest=is_newest,
        changes=changes,
        files=FILES,
        parts=PARTS,
        happened=HAPPENED,
        may_restore=may(visit.member.role, "editor") and not is_newest,
    )


async def restore(visit: Visit) -> Response:
    """Bring the topic back to what it was after this version; this is a version of its own."""
    topic = await _topic(visit)
    version, _ = await _version(visit, topic)
    assert visit.member is not None
    by = visit.member.name
    await asyncio.to_thread(
        visit.desk.content.history.restore,
        topic.folder,
        version.id,
        author=by,
        message=f"restored: {topic.id} as of {version.when.astimezone(visit.clock.zone):%Y-%m-%d %H:%M %z}",
    )
    await visit.desk.store.note(by, "topic.restored", topic.id)
    return go_to(f"/topics/{topic.id}/history", restored="1")


async def _topic(visit: Visit) -> _Topic:
    name = visit.request.path_params["topic"]
    library = (await visit.desk.content.now(visit.desk.clock().astimezone(UTC).date())).library
    owner = owner_of(library, name)
    if owner is not None and owner.page.articles:
        return _Topic(name, owner.page.article(visit.language).title, owner.page.path)
    # One that cannot be read any more needs its history most.
    for parent in ("topics", "ministry"):
        if name in await asyncio.to_thread(_folders, visit.desk.content.history.content / parent):
            return _Topic(name, name, f"{parent}/{name}")
    raise DeskError("there is no topic or publication of this id", "no-such-page")


def _folders(parent: Path) -> list[str]:
    if not parent.is_dir():
        return []
    return [each.name for each in parent.iterdir() if each.is_dir() and not each.name.startswith(".")]


async def _version(visit: Visit, topic: _Topic) -> tuple[Version, bool]:
    name = visit.request.path_params["version"]
    if _ID.fullmatch(name):
        versions = await asyncio.to_thread(visit.desk.version_log.of, topic.folder)
        for n, each in enumerate(versions):
            if each.id == name:
                return each, n == 0
    raise DeskError("this topic has no version of this id", "no-such-page")


@dataclass(frozen=True, slots=True)
class _Shown:
    id: str
    who: str
    when: datetime
    message: str


def _plain(visit: Visit, version: Version) -> _Shown:
    by_hand = visit.voice.say("versions-by-hand")
    return _Shown(
        version.id,
        by_hand if version.author == BY_HAND else version.author,
        version.when,
        "" if version.message == BY_HAND else version.message,
    )
