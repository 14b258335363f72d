"""Answering what was received: everybody stands in the line of his chat, and the lines move side by side.

Replicas may share the store; who claims a message answers it: docs/decisions/0012-replicas.md
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.store import Waiting
from bot.store.inbox import LEASE
from bot.telegram.arrivals import Arrivals
from bot.telegram.incoming import Incoming, UnreadableError, restored
from bot.telegram.keeping import Keeping
from bot.telegram.remembered import Remembered

log = logging.getLogger(__name__)

MOST_LINES: Final = 256
"""Chats that are answered side by side; what others wrote waits in the store."""
AT_ONCE: Final = 32
"""Of these, chats whose answer is not found yet; more would wait here while another replica is idle."""
LOOK_AGAIN_SECONDS: Final = 2.0
"""After so long without news the store is asked what waits."""
LOOK_AGAIN_SHARED_SECONDS: Final = 1.0
"""The same where other processes may have died and left something."""
LOOK_SOON_SECONDS: Final = 0.2
"""The same while another process answers a chat whose next message came in here."""
_SOON_LASTS_SECONDS: Final = 5.0
_HOLD_EVERY_SECONDS: Final = LEASE.total_seconds() / 3


@dataclass(frozen=True, slots=True)
class Task:
    """One message in its turn."""

    incoming: Incoming
    attempts: int = 1
    """How often its answering was begun, this time included."""
    begun: float = field(default_factory=time.monotonic)


Attend = Callable[[Task], Awaitable[None]]
"""Answers one message, settles it, and never raises."""


class Lines:
    """Takes what waits in the store, and what only memory has, and has it answered."""

    def __init__(self, keeping: Keeping, most: int = MOST_LINES) -> None:
        self._keeping = keeping
        self._most = most
        self._remembered = Remembered()
        self._arrivals = Arrivals(self._store)
        self._lines: dict[int, deque[Task]] = {}
        self._moving: dict[int, asyncio.Task[None]] = {}
        self._resting: set[int] = set()
        self._held: dict[int, int] = {}
        self._fresh: set[int] = set()
        self._unstored: dict[int, asyncio.Future[None]] = {}
        self._asked_for = 0
        self._more = False
        self._ask = True
        self._soon_until = 0.0
        self._news = asyncio.Event()
        self._closed = False

    async def store(self, received: Sequence[Incoming]) -> bool:
        """Store this, and begin to answer what is new; return False if it could not be stored."""
        return await self._arrivals.add(received)

    async def answer_unstored(self, received: Sequence[Incoming]) -> None:
        """Have this answered without the store, and return when it is."""
        loop = asyncio.get_running_loop()
        new = {each.update: each for each in received if each.update not in self._unstored}
        for number, each in new.items():
            self._unstored[number] = loop.create_future()
            self._join(Task(each))
        self._news.set()
        await asyncio.gather(*(asyncio.shield(self._unstored[each.update]) for each in received))

    def answers(self, number: int) -> bool:
        """Return whether this update is being answered without the store."""
        return number in self._unstored

    async def take_behind(self, incoming: Incoming) -> list[Incoming]:
        """Return what the same chat wrote after this, oldest first.

        Whoever takes it must settle it together with this one.
        """
        behind = {each.update: each for each in self._remembered.take_after(incoming)}
        for each in await self._keeping.behind(incoming):
            if each.update_id not in behind and (one := await self._restored(each)) is not None:
                behind[one.update] = one
        return [behind[number] for number in sorted(behind)]

    def busy(self) -> int:
        """How many chats wait for an answer that is being found or sent."""
        return len(self._lines)

    def rests(self, chat: int) -> None:
        """Note that this chat's answer costs no work for a while: it is being sent, or somebody is slowed."""
        self._resting.add(chat)
        self._ask_if_worth_it()

    async def run(self, attend: Attend) -> None:
        """Answer until closed, and finish what was begun; cancelled, give it back for others."""
        try:
            async with asyncio.TaskGroup() as group:
                holding = group.create_task(self._go_on_holding())
                while not self._closed:
                    self._news.clear()
                    if self._ask:
                        self._ask = False
                        await self._claim()
                    for chat in [each for each in self._lines if each not in self._moving]:
                        self._moving[chat] = group.create_task(self._move(chat, attend))
                    await self._wait_for_news()
                if self._moving:
                    await asyncio.wait(self._moving.values())
                holding.cancel()
        finally:
            if self._held:
                await self._keeping.give_back(self._held)

    def close(self) -> None:
        """Begin nothing new."""
        self._closed = True
        self._news.set()

    async def _wait_for_news(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._news.wait()
        except TimeoutError:
            self._ask = True

    @property
    def _patience(self) -> float:
        if not self._keeping.shared:
            return LOOK_AGAIN_SECONDS
        return LOOK_SOON_SECONDS if time.monotonic() < self._soon_until else LOOK_AGAIN_SHARED_SECONDS

    @property
    def _room(self) -> int:
        if self._closed:
            return 0
        working = len(self._lines) - len(self._resting)
        return max(0, min(self._most - len(self._lines), AT_ONCE - working) - self._asked_for)

    def _ask_if_worth_it(self) -> None:
        # A look at the store costs as much as an answer; half empty is soon enough.
        if self._more and self._room >= AT_ONCE // 2:
            self._ask_now()

    def _ask_now(self) -> None:
        self._ask = True
        self._news.set()

    async def _store(self, received: Sequence[Incoming]) -> bool:
        room = self._room
        self._asked_for += room
        try:
            new, claimed = await self._keeping.accept(received, room)
        finally:
            self._asked_for -= room
        for each in received:
            if new is not None and each.update in new:
                self._remembered.add(each)
        await self._take(claimed, room)
        if new and any(each.update in new and each.chat not in self._lines for each in received):
            self._soon_until = time.monotonic() + _SOON_LASTS_SECONDS
        self._ask = self._ask or not room  # what is asked for just now may leave room for this
        self._news.set()
        return new is not None

    async def _claim(self) -> None:
        room = self._room
        self._asked_for += room
        try:
            claimed = await self._keeping.claim(room)
        finally:
            self._asked_for -= room
        await self._take(claimed, room)

    async def _take(self, claimed: Sequence[Waiting], room: int) -> None:
        self._more = len(claimed) >= room
        for each in claimed:
            if each.update_id in self._held:  # its lease ran out meanwhile, and is ours again
                continue
            self._held[each.update_id] = each.chat
            self._fresh.add(each.update_id)
            self._remembered.forget_before(each.chat, each.update_id)
            incoming = self._remembered.take(each.update_id) or await self._restored(each)
            if incoming is not None:
                self._join(Task(incoming, each.attempts))

    async def _restored(self, waiting: Waiting) -> Incoming | None:
        self._more = True  # who left this may have left more in the same chat
        try:
            return restored(waiting.payload)
        except UnreadableError as error:
            log.error("update.unreadable", extra={"fields": str(error)})
            await self._keeping.settle([waiting.update_id])
            self._held.pop(waiting.update_id, None)
            return None

    def _join(self, task: Task) -> None:
        self._lines.setdefault(task.incoming.chat, deque()).append(task)

    async def _move(self, chat: int, attend: Attend) -> None:
        line = self._lines[chat]
        try:
            while line:
                await attend(line[0])
                self._done(line.popleft())
        finally:
            for task in line:
                self._done(task)
            del self._lines[chat], self._moving[chat]
            self._resting.discard(chat)
            if self._remembered.any_of(chat):
                self._ask_now()
            else:
                self._ask_if_worth_it()

    def _done(self, task: Task) -> None:
        number = task.incoming.update
        self._held.pop(number, None)
        future = self._unstored.pop(number, None)
        if future is not None and not future.done():
            future.set_result(None)

    async def _go_on_holding(self) -> None:
        while True:
            await asyncio.sleep(_HOLD_EVERY_SECONDS)
            older = self._held.keys() - self._fresh  # what was claimed since the last time has two times left
            self._fresh.clear()
            if not older:
                continue
            for number in await self._keeping.hold(older):
                chat = self._held.pop(number, None)
                if chat in self._moving:  # another process answers it now
                    self._moving[chat].cancel()
