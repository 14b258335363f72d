"""The one way in: raw updates, wherever they come from, are stored before Telegram may forget them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from bot.telegram.incoming import Asked, Incoming, Me, UnreadableError, read
from bot.telegram.lines import Lines
from bot.telegram.recent import Brief

log = logging.getLogger(__name__)

_MOST_COMPLAINTS: Final = 20
"""Kinds of unreadable updates that are named in the log, one line each."""
_HOUR: Final = 3600.0


class Intake:
    """Takes updates from a receiver; what is behind it does not know where they came from."""

    def __init__(self, me: Me, lines: Lines, ask: Callable[[Asked], None]) -> None:
        """ask: takes what somebody types behind the bot's name, and returns at once."""
        self._me = me
        self._lines = lines
        self._ask = ask
        self._complaints: set[str] = set()
        self._unstored: Brief[int, bool] = Brief(_HOUR)

    async def take(self, updates: Iterable[object]) -> None:
        """Take these raw updates; when this has returned, they are stored, answered, or not for this bot.

        Each number is taken once, however often it comes. Without a store this returns when all are answered.
        """
        received = [each for each in map(self._read, updates) if each is not None]
        if not received:
            return
        if not await self._lines.store(received):
            await self._lines.answer_unstored(self._unanswered(received))

    def _unanswered(self, received: Sequence[Incoming]) -> list[Incoming]:
        new = {each.update: each for each in received if not self._unstored.get(each.update)}
        for number in new:
            self._unstored.put(number, True)
        # One that comes again while it is being answered must not be confirmed before that.
        again = [each for each in received if each.update not in new and self._lines.answers(each.update)]
        return [*new.values(), *again]

    def _read(self, raw: object) -> Incoming | None:
        try:
            incoming = read(raw, self._me)
        except UnreadableError as error:
            self._complain(str(error))
            return None
        if isinstance(incoming, Asked):
            self._ask(incoming)
            return None
        if incoming is not None and not incoming.sent:  # Telegram does not say when a button was pressed
            return replace(incoming, sent=int(time.time()))
        return incoming

    def _complain(self, fields: str) -> None:
        if fields not in self._complaints and len(self._complaints) < _MOST_COMPLAINTS:
            self._complaints.add(fields)
            log.warning("update.unreadable", extra={"fields": fields})
