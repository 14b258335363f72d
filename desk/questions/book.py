"""Keeps the groups of questions, and makes them anew beside the pages when something was asked."""

from __future__ import annotations

import asyncio
import logging
import pickle
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, cast

from bot.store import Asked, Settled, Store
from desk.errors import DeskError
from desk.questions.groups import Gathering, Grouped

log = logging.getLogger(__name__)

_FEW: Final = 1_000
"""Questions that are grouped before another process would have begun."""
_PATIENCE_SECONDS: Final = 0.15
"""How long a page waits for groups of few questions, which need no more."""
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
        self._patience = 0.0
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
                is_quick = sum(days.values()) <= _FEW
                self._patience = _PATIENCE_SECONDS if is_quick else 0.0
                self._task = asyncio.create_task(self._make(days, is_quick=is_quick))
            task = self._task
        if task is not None:
            await asyncio.wait([task], timeout=self._patience)
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

    async def _make(self, days: Mapping[date, int], *, is_quick: bool) -> None:
        begun, make = time.monotonic(), _grouped_here if is_quick else _grouped_elsewhere
        try:
            self._grouped = await make(self._clock(), self._of_days(days))
            self._days = days
        finally:
            ended = time.monotonic()
            self._rested_at = ended + _REST * (ended - begun)

    async def _of_days(self, days: Mapping[date, int]) -> AsyncIterator[Sequence[Asked]]:
        # One day at a time, so that what others ask of the database need not wait long.
        for day in days:
            yield await self._store.questions_of(day)


async def _grouped_here(as_of: datetime, questions: AsyncIterator[Sequence[Asked]]) -> Grouped:
    gathering = Gathering()
    async for each in questions:
        await asyncio.to_thread(gathering.add, each)
    return await asyncio.to_thread(gathering.grouped, as_of)


async def _grouped_elsewhere(as_of: datetime, questions: AsyncIterator[Sequence[Asked]]) -> Grouped:
    command = (sys.executable, "-m", "desk.questions.worker")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    try:
        await _say(process, as_of)
        async for each in questions:
            if each:
                await _say(process, each)
        await _say(process, [])
        said, _ = await process.communicate()
        return cast(Grouped, await asyncio.to_thread(pickle.loads, said))
    except (OSError, EOFError, pickle.UnpicklingError) as error:
        log.error("questions.failed", extra={"reason": type(error).__name__})
        raise DeskError("the questions could not be grouped, which is tried again later", "not-now") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _say(process: Process, value: object) -> None:
    assert process.stdin is not None
    process.stdin.write(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    await process.stdin.drain()


def wordings_beside(grouped: Grouped, digest: str) -> list[str]:
    """Return the digests of all wordings in the group of this one, itself included; none if it is unknown."""
    wording = grouped.wording_of.get(digest)
    if wording is None:
        return []
    same = (grouped.group == grouped.group[wording]).nonzero()[0]
    return [grouped.digests[each] for each in same]
