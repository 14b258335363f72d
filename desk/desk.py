"""The long-lived things that every page works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.phrases import Phrases
from bot.store import Store
from desk.answering import Answering
from desk.content_folder import ContentFolder
from desk.options import DeskOptions
from desk.passwords import Passwords
from desk.phrases import read_phrases
from desk.publishing.preparing import Preparing
from desk.questions import Book
from desk.signing_in import Door
from desk.trying.versions import Versions
from desk.version_log import VersionLog


@dataclass(frozen=True, slots=True)
class Desk:
    """One desk; others may stand beside the same database."""

    store: Store
    door: Door
    passwords: Passwords
    content: ContentFolder
    phrases: Phrases
    clock: Callable[[], datetime]
    behind_proxy: bool
    """Whether browsers come by TLS through one proxy, which says whom it speaks for."""
    options: DeskOptions
    answering: Answering
    preparing: Preparing
    versions: Versions
    questions: Book
    version_log: VersionLog


def _now() -> datetime:
    return datetime.now(UTC)


def open_desk(
    store: Store,
    content: Path,
    *,
    behind_proxy: bool = False,
    clock: Callable[[], datetime] = _now,
    passwords: Passwords | None = None,
    options: DeskOptions | None = None,
) -> Desk:
    """Return a desk over this store and this content folder."""
    passwords = passwords or Passwords()
    options = options or DeskOptions()
    door = Door(store, passwords, clock, options.figures.refused)
    answering = Answering(options, clock)
    return Desk(
        store,
        door,
        passwords,
        ContentFolder(content, clock, options.figures.saved),
        read_phrases(),
        clock,
        behind_proxy,
        options=options,
        answering=answering,
        preparing=Preparing(content, options),
        versions=Versions(answering, options),
        questions=Book(store, clock),
        version_log=VersionLog(content),
    )
