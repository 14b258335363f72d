"""The versions that a question is put to: the live one, and one with changes, made in a thread and kept."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final, Literal

from bot.hotline import Live, live_of
from desk.answering import Answering
from desk.options import DeskOptions
from index.candidate import as_it_would_answer
from index.encoders import Encoder
from index.passages import Passage, passages
from index.snapshot import Snapshot, content_of
from knowledge.model import Library

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 2.0
"""How long a page waits for a version; then it says what it waits for, and asks again."""


@dataclass(frozen=True, slots=True, eq=False)
class Version:
    """One that can be asked."""

    live: Live
    passages: tuple[Passage, ...]
    """As the rows of its index stand."""
    encoder: Encoder
    content: str
    """A digest of what it is made from."""


@dataclass(frozen=True, slots=True)
class Making:
    """Not ready yet."""

    step: str
    """'opening', or one of bot.candidate.STEPS."""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is no such version."""

    why: Literal["unpublished", "unchanged", "broken"]


Offered = Version | Making | Nothing


class _Work:
    def __init__(self, content: str, live: str) -> None:
        self.key = content, live
        self.told = Making("opening")
        self.task: asyncio.Task[Offered] | None = None

    def tell(self, step: str, done: int, total: int) -> None:
        self.told = Making(step, done, total)

    async def wait(self, patience: float) -> Offered:
        assert self.task is not None
        await asyncio.wait([self.task], timeout=patience)
        return self.task.result() if self.task.done() else self.told


class Versions:
    """Those of one desk. Of versions with changes the last one is kept, as long as it would be the same."""

    def __init__(self, answering: Answering, options: DeskOptions) -> None:
        self._answering = answering
        self._options = options
        self._version: Version | None = None
        self._opening: asyncio.Task[Offered] | None = None
        self._work: _Work | None = None
        self._content: tuple[Library, str] | None = None

    async def live(self, patience: float = PATIENCE_SECONDS) -> Offered:
        """Return the live version, or that it is being read. Raises IndexingError without an encoder."""
        if self._opening is None or self._opening.done():
            self._opening = asyncio.create_task(self._open())
        await asyncio.wait([self._opening], timeout=patience)
        return self._opening.result() if self._opening.done() else Making("opening")

    async def with_changes(self, library: Library, patience: float = PATIENCE_SECONDS) -> Offered:
        """Return the version of this library, or how far it is; nothing is learned anew for it.

        While one is being made, another one that is asked for waits until that is done.
        """
        live = await self.live(patience)
        if not isinstance(live, Version):
            return live
        content = await self._content_of(library, live.encoder)
        if content == live.content:
            return Nothing("unchanged")
        work = _Work(content, live.live.snapshot.id)
        if self._work is None or (self._work.key != work.key and self._is_done(self._work)):
            # The one before gives its memory back before this one takes as much.
            self._work = work
            work.task = asyncio.create_task(self._make(work, library, live))
        found = await self._work.wait(patience)
        return found if self._work.key == work.key else self._work.told

    async def _open(self) -> Offered:
        encoder, live = await self._answering.encoder(), await self._answering.live()
        if live is None:
            return Nothing("unpublished")
        if self._version is None or self._version.live is not live:
            content = await self._content_of(live.snapshot.library, encoder)
            self._version = await asyncio.to_thread(_version, live, encoder, content)
        return self._version

    async def _make(self, work: _Work, library: Library, live: Version) -> Offered:
        options, learned = self._options, live.live.snapshot.learned

        def make() -> Version:
            snapshot: Snapshot = as_it_would_answer(
                library, live.encoder, options.snapshots, learned, progress=work.tell, costs=options.costs
            )
            return _version(live_of(snapshot), live.encoder, work.key[0])

        try:
            return await asyncio.to_thread(make)
        except Exception as error:  # noqa: BLE001 - texts with errors fail in as many ways as there are errors
            log.error("version.failed", extra={"error": type(error).__name__})
            return Nothing("broken")

    async def _content_of(self, library: Library, encoder: Encoder) -> str:
        if self._content is None or self._content[0] is not library:
            content = await asyncio.to_thread(content_of, library, encoder.spec, self._options.costs)
            self._content = library, content
        return self._content[1]

    @staticmethod
    def _is_done(work: _Work) -> bool:
        return work.task is not None and work.task.done()


def _version(live: Live, encoder: Encoder, content: str) -> Version:
    return Version(live, passages(live.snapshot.library), encoder, content)
