"""The long-lived things: the encoder, and the live snapshot, replaced between two questions."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.phrases import Phrases
from bot.render import Renderer
from index.encoders import Encoder
from index.errors import IndexingError
from index.snapshot import Snapshot, live_id, load

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Live:
    """One snapshot and what is made from it once."""

    snapshot: Snapshot
    phrases: Phrases


class Hotline:
    """Answers from the published snapshot; safe to use from several threads."""

    def __init__(self, snapshots: Path, encoder: Encoder, today: Callable[[], date] = date.today) -> None:
        """Load the live snapshot. Raises SnapshotError if there is none that fits the encoder."""
        self.encoder = encoder
        self._folder = snapshots
        self._today = today
        self._loading = threading.Lock()
        self._rejected: str | None = None
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

    def renderer(self, live: Live) -> Renderer:
        """Return what turns answers from this snapshot into replies of today."""
        return Renderer(live.snapshot, live.phrases, self._today())

    def _follow(self) -> None:
        published = live_id(self._folder)
        if published in (None, self._live.snapshot.id, self._rejected):
            return
        try:
            self._live = self._load()
        except IndexingError as error:
            self._rejected = published
            log.error("snapshot.rejected", extra={"snapshot": published, "reason": str(error)})
        else:
            log.info("snapshot.reloaded", extra={"snapshot": self._live.snapshot.id})

    def _load(self) -> Live:
        snapshot = load(self._folder, self.encoder.spec)
        return Live(snapshot, Phrases(snapshot.library.phrases))
