"""The long-lived things: the encoder, and the live snapshot, replaced between two questions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.clerk import Clerk
from bot.contacts.place_names import PlaceNames
from bot.metrics import Published
from bot.phrases import Phrases, Voice
from bot.small_talk import SmallTalkWords
from index.encoders import Encoder
from index.errors import IndexingError
from index.snapshot import Snapshot, live_id, load
from knowledge.model import Language

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Live:
    """One snapshot and what is made from it once."""

    snapshot: Snapshot
    phrases: Phrases
    small_talk: SmallTalkWords
    places: PlaceNames


def live_of(snapshot: Snapshot) -> Live:
    """Return the snapshot with what is made from it once."""
    library = snapshot.library
    names = PlaceNames(library.places)
    return Live(snapshot, Phrases(library.phrases), SmallTalkWords(library.small_talk), names)


def _now() -> datetime:
    return datetime.now(UTC)


class Hotline:
    """Answers from the published snapshot; safe to use from several threads."""

    def __init__(self, snapshots: Path, encoder: Encoder, now: Callable[[], datetime] = _now) -> None:
        """Load the live snapshot. Raises SnapshotError if there is none that fits the encoder.

        now: the moment, with its time zone.
        """
        self.encoder = encoder
        self._folder = snapshots
        self._now = now
        self._loading = threading.Lock()
        self._rejected: str | None = None
        self._said = ""
        self._live = self._load()

    def live(self) -> Live:
        """Return the newest snapshot that can be used; looks whether another was published.

        A newer one that cannot be loaded is reported once in the log, and the one in use stays.
        """
        if self._loading.acquire(blocking=False):
            try:
                self._follow()
            finally:
                self._loading.release()
        return self._live

    def published(self) -> Published:
        """Return what an operator sees of the live snapshot."""
        snapshot, today = self.live().snapshot, self._now().date()
        past = tuple(page.id for _, page in snapshot.library.pages() if page.review_by < today)
        return Published(snapshot.id, snapshot.created, past)

    def clerk(self, live: Live, language: Language) -> Clerk:
        """Return what makes replies from this snapshot in one language, now."""
        snapshot, voice = live.snapshot, Voice(live.phrases, language)
        return Clerk(snapshot.library, voice, self._now(), sounds=snapshot.sounds)

    def _follow(self) -> None:
        published: str | None = None
        try:
            published = live_id(self._folder)
            if published in (None, self._live.snapshot.id, self._rejected):
                return
            self._live = self._load()
        except IndexingError as error:
            self._rejected = published
            self._say(published, str(error))
        except OSError as error:  # of the machine, such as too many open files: tried again soon
            self._say(published, type(error).__name__)
        else:
            self._said = ""
            log.info("snapshot.reloaded", extra={"snapshot": self._live.snapshot.id})

    def _say(self, snapshot: str | None, reason: str) -> None:
        if reason != self._said:
            self._said = reason
            log.error("snapshot.rejected", extra={"snapshot": snapshot, "reason": reason})

    def _load(self) -> Live:
        return live_of(load(self._folder, self.encoder.spec))
