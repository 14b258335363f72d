"""The encoder and the live version, for the pages that answer or compare: loaded when first needed, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.hotline import Hotline, Live
from desk.options import DeskOptions
from index.encoders import Encoder, load_encoder
from index.errors import IndexingError
from index.shelf import live_id
from index.snapshot import load_library
from knowledge.model import Library

log = logging.getLogger(__name__)


class Answering:
    """Takes some 300 MB with the shipped content, only once a page needs it; beside a bot none of its own."""

    def __init__(self, options: DeskOptions, now: Callable[[], datetime]) -> None:
        self._options = options
        self._now = now
        self._hotline = options.hotline
        self._encoder = None if options.hotline is None else options.hotline.encoder
        self._content: tuple[str, Library] | None = None
        self._turn = asyncio.Lock()

    async def encoder(self) -> Encoder:
        """Return the encoder. Raises IndexingError if it cannot be loaded."""
        async with self._turn:
            return await asyncio.to_thread(self._loaded)

    async def live(self) -> Live | None:
        """Return the newest version that is published; None if none is that this program can use."""
        async with self._turn:
            return await asyncio.to_thread(self._follow)

    async def published(self) -> tuple[str, Library] | None:
        """Return the id and the content of the same version, without loading what answers."""
        async with self._turn:
            return await asyncio.to_thread(self._published)

    def _loaded(self) -> Encoder:
        if self._encoder is None:
            ours = self._options.loaded
            self._encoder = ours() if ours is not None else load_encoder(self._options.encoder)
        return self._encoder

    def _follow(self) -> Live | None:
        if self._hotline is None:
            try:
                self._hotline = Hotline(self._options.snapshots, self._loaded(), self._now)
                self._content = None  # which it holds too
            except IndexingError as error:
                log.error("snapshot.rejected", extra={"snapshot": None, "reason": str(error)})
                return None
        return self._hotline.live()

    def _published(self) -> tuple[str, Library] | None:
        if self._hotline is not None:
            snapshot = self._hotline.live().snapshot
            return snapshot.id, snapshot.library
        try:
            live = live_id(self._options.snapshots)
            if live is None:
                return None
            if self._content is None or self._content[0] != live:
                self._content = load_library(self._options.snapshots)
        except IndexingError as error:
            log.error("snapshot.rejected", extra={"snapshot": None, "reason": str(error)})
            return None
        return self._content
