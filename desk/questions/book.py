"""Keeps the groups of questions, and makes them anew beside the pages when something was asked."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Final

from bot.store import Settled, Store
from desk.questions.groups import Gathering, Grouped

_PATIENCE_SECONDS: Final = 0.15
"""How long a page waits for groups that are being made: few questions need no more."""
_REST: Final = 20
"""Times as long as making them took, nothing is made anew: at most a twentieth of one processor."""


class Book:
    """Of one desk."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._grouped: Grouped | None = None
        self._days: Mapping[date, int] = {}
        self._task: asyncio.Task[None] | None = None
        self._rested_at = 0.0
        self._settled: tuple[int, Mapping[str, Settled]] | None = None

    async def grouped(self) -> Grouped | None:
        """Return the groups as they are known; None while they are made for the first time.

        Raises StoreError if the questions cannot be read.
        """
        task = self._task
        if task is None and time.monotonic() >= self._rested_at:
            days = await self._store.question_days()
            if self._task is None and (self._grouped is None or days != self._days):
                self._task = asyncio.create_task(self._make(days))
            task = self._task
        if task is not None:
            await asyncio.wait([task], timeout=_PATIENCE_SECONDS)
            if task.done():
                self._task = None
                task.result()
        return self._grouped

    async def settled(self) -> Mapping[str, Settled]:
        """Return what was dealt with, by digest."""
        number = await self._store.settled_questions_number()
        if self._settled is None or self._settled[0] != number:
            self._settled = number, {each.digest: each for each in await self._store.settled_questions()}
        return self._settled[1]

    async def settle(self, digest: str, what: str, by: str, subject: str) -> None:
        """Remember that this was done with all wordings of the group that this one belongs to."""
        grouped = await self.grouped()
        digests = wordings_beside(grouped, digest) if grouped else []
        await self._store.settle_questions(digests, what, by, subject)
        self._settled = None

    async def _make(self, days: Mapping[date, int]) -> None:
        begun, stopped = time.monotonic(), threading.Event()
        gathering = Gathering(self._grouped.folded if self._grouped else None)
        try:
            for day in days:
                # One day at a time, so that what others ask of the database need not wait long.
                await asyncio.to_thread(gathering.add, await self._store.questions_of(day))
            grouped = await asyncio.to_thread(gathering.grouped, self._clock(), lambda: not stopped.is_set())
        finally:
            stopped.set()
            ended = time.monotonic()
            self._rested_at = ended + _REST * (ended - begun)
        if grouped is not None:
            self._grouped, self._days = grouped, days


def wordings_beside(grouped: Grouped, digest: str) -> list[str]:
    """Return the digests of all wordings in the group of this one, itself included; none if it is unknown."""
    wording = grouped.wording_of.get(digest)
    if wording is None:
        return []
    same = (grouped.group == grouped.group[wording]).nonzero()[0]
    return [grouped.digests[each] for each in same]
