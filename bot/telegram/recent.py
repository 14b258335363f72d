"""What is remembered of chats for moments, in memory only and bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from bot.telegram.incoming import Incoming
from bot.telegram.pace import Pace
from bot.telegram.quick import Burst, Gist

K = TypeVar("K")
V = TypeVar("V")

BURST_STAYS_SECONDS: Final = 10.0
"""How long a text stays after it was answered, to be read with what follows; a busy bot needs more than the
three seconds within which that must have been sent."""
_MOST: Final = 4_000
"""Entries of each kind, some hundred bytes each."""


class Brief(Generic[K, V]):
    """A dictionary that forgets: what is older than so many seconds, and the oldest when it is full."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        """Return what is remembered, if it is."""
        self.drop_old()
        return self._entries[key][1] if key in self._entries else None

    def put(self, key: K, value: V) -> None:
        """Remember this in place of what was."""
        self._entries.pop(key, None)
        self._entries[key] = (self._clock(), value)
        self.drop_old()

    def pop(self, key: K) -> None:
        """Forget this, if it is remembered."""
        self._entries.pop(key, None)

    def drop_old(self) -> None:
        """Forget what is past its time."""
        oldest = self._clock() - self._seconds
        while self._entries:
            at, _ = next(iter(self._entries.values()))
            if at > oldest and len(self._entries) <= _MOST:
                return
            self._entries.popitem(last=False)


class Recent:
    """All that is remembered of chats for moments."""

    def __init__(self) -> None:
        self.bursts: Brief[int, Burst] = Brief(BURST_STAYS_SECONDS)
        self.paces: Brief[int, Pace] = Brief(60.0)
        self.said: Brief[tuple[int, int], Gist] = Brief(900.0)
        """By chat and message: what was answered, so that an edited message is answered again only if that
        changes."""
        self.heard: Brief[tuple[int, str], int] = Brief(30.0)
        """By chat and sound: number of the press that was answered with it."""
        self.with_person: Brief[int, bool] = Brief(900.0)
        """Chats that wrote to a person when the store last said so; it may be lost by now."""

    def forget(self, to: Incoming) -> None:
        """Forget what was said in this chat."""
        self.bursts.pop(to.chat)
        self.with_person.pop(to.chat)

    def drop_old(self) -> None:
        """Forget what is past its time, also while nobody writes."""
        for each in (self.bursts, self.paces, self.said, self.heard, self.with_person):
            each.drop_old()
