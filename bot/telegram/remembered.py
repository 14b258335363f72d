"""Messages in memory beside the store: they need not be read again, and some hold what is never stored."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final

from bot.telegram.incoming import Incoming

MOST_REMEMBERED: Final = 2_000
"""Messages; a place that somebody shared is only here."""
REMEMBERED_SECONDS: Final = 600.0
"""What another replica has answered by then is not asked for here any more."""


class Remembered:
    """Incoming messages by number, oldest forgotten first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._messages: OrderedDict[int, tuple[float, Incoming]] = OrderedDict()
        self._of_chat: Counter[int] = Counter()

    def add(self, incoming: Incoming) -> None:
        """Remember this."""
        self.take(incoming.update)
        self._messages[incoming.update] = (self._clock(), incoming)
        self._of_chat[incoming.chat] += 1
        oldest = self._clock() - REMEMBERED_SECONDS
        while len(self._messages) > MOST_REMEMBERED or next(iter(self._messages.values()))[0] < oldest:
            self.take(next(iter(self._messages)))

    def take(self, number: int) -> Incoming | None:
        """Return this one, if it is remembered, and forget it."""
        _, incoming = self._messages.pop(number, (0.0, None))
        if incoming is not None:
            self._of_chat[incoming.chat] -= 1
            if not self._of_chat[incoming.chat]:
                del self._of_chat[incoming.chat]
        return incoming

    def any_of(self, chat: int) -> bool:
        """Return whether anything of this chat is remembered."""
        return chat in self._of_chat

    def take_after(self, incoming: Incoming) -> list[Incoming]:
        """Return what the same chat wrote after this, oldest first, and forget it."""
        later = [number for number in self._numbers(incoming.chat) if number > incoming.update]
        return [each for number in sorted(later) if (each := self.take(number)) is not None]

    def forget_before(self, chat: int, number: int) -> None:
        """Forget what this chat wrote before this one, whose turn it is: another replica answered that."""
        for each in self._numbers(chat):
            if each < number:
                self.take(each)

    def _numbers(self, chat: int) -> list[int]:
        if not self.any_of(chat):
            return []
        return [number for number, (_, each) in self._messages.items() if each.chat == chat]
