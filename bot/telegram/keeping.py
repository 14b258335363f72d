"""The store as the conversation on Telegram needs it; without one, answers go on and nothing is kept."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

from bot.metrics import Metrics
from bot.store import KeptPace, Received, Store, StoreError, Waiting
from bot.store.threads import CitizenLine
from bot.telegram.incoming import Incoming
from bot.telegram.pace import Pace
from bot.turn import Handover, Known, Turn
from index.language import script
from knowledge.model import Language

log = logging.getLogger(__name__)

T = TypeVar("T")
Call = Callable[[], Awaitable[T]]

_MOST_UNSETTLED: Final = 10_000
"""Answered messages that are remembered while the store cannot be told."""
SETTLING_SECONDS: Final = 5.0
"""So long a shared store that is back is only told what was answered; every replica finds it by then."""
_HANGING_SECONDS: Final = 1.0
_SPARED: Final = 2.0
"""A store that takes longer than _HANGING_SECONDS to fail is let alone for so many times what it took: its
time limit is waited for in one step of one answer, not in each. One that refuses is asked again at once."""


class Keeping:
    """Reads and writes what is kept; a store that fails is one line in the log until it is back."""

    def __init__(self, store: Store, metrics: Metrics, *, handover: bool = False) -> None:
        """handover: whether citizens may write to a person."""
        self._store = store
        self.hands_over = handover
        self._metrics = metrics
        self._failing = False
        self._found = -SETTLING_SECONDS
        self._spared_until = 0.0
        self._unsettled: dict[int, None] = {}

    @property
    def shared(self) -> bool:
        """Whether other processes answer from the same store."""
        return self._store.shared

    @property
    def failing(self) -> bool:
        """Whether the last call of the store failed."""
        return self._failing

    async def accept(
        self, received: Sequence[Incoming], most: int
    ) -> tuple[frozenset[int] | None, Sequence[Waiting]]:
        """Store what came in, and take messages to answer, at most one a chat.

        Returns the numbers never seen before, or None if nothing could be stored; and what was taken. Both in
        one go, since a transaction costs about as much as everything else that is done for a message.
        """
        rows = [Received(each.update, each.chat, each.stored()) for each in received]
        nothing: tuple[frozenset[int] | None, Sequence[Waiting]] = (None, ())
        most = 0 if self._must_wait() else max(0, most)
        new, claimed = await self._try(partial(self._store.accept_and_claim, rows, most), nothing)
        return new, await self._unanswered(claimed)

    async def claim(self, most: int) -> Sequence[Waiting]:
        """Take messages to answer, at most one a chat; none while the store fails."""
        nothing: Sequence[Waiting] = ()
        if self._must_wait():
            await self._try(self._store.backlog, 0)  # is it back?
            await self.settle(self._unsettled)
            return nothing
        if most <= 0:
            return nothing
        return await self._unanswered(await self._try(partial(self._store.claim, most), nothing))

    def _must_wait(self) -> bool:
        # While a shared store was gone, leases ran out of what was answered and could not be settled. All
        # replicas settle that first, before one takes what others held.
        found = time.monotonic() - self._found
        return self._store.shared and (self._failing or found < SETTLING_SECONDS)

    async def _unanswered(self, claimed: Sequence[Waiting]) -> Sequence[Waiting]:
        answered = [each.update_id for each in claimed if each.update_id in self._unsettled]
        if answered:  # while the store was gone
            await self.settle(answered)
        return [each for each in claimed if each.update_id not in answered]

    async def hold(self, updates: Iterable[int]) -> frozenset[int]:
        """Go on holding what is being answered; return what is held no more, so that others answer it."""
        wanted = frozenset(updates)
        return wanted - await self._try(lambda: self._store.renew(wanted), wanted)

    async def give_back(self, updates: Iterable[int]) -> None:
        """Let others answer what was claimed here."""
        await self._try(lambda: self._store.release(updates), None)

    async def may_send(self, update: int) -> bool:
        """Return whether the reply may still be sent, and is not another process's by now."""
        return await self._try(lambda: self._store.sending(update), True)

    async def settle(self, updates: Iterable[int]) -> None:
        """Note that these are answered; remembered here while the store cannot be told."""
        answered = [*updates]
        if not answered:
            return
        if await self._try(_done(partial(self._store.settle, *answered)), False):
            for each in answered:
                self._unsettled.pop(each, None)
        else:
            self._unsettled.update(dict.fromkeys(answered))
            for each in list(self._unsettled)[:-_MOST_UNSETTLED]:
                del self._unsettled[each]

    async def known(self, chat: int, phone: Language) -> Known:
        """Return what is known of the chat; phone: its language, for whoever chose none."""
        nothing: tuple[Language | None, str | None] = (None, None)
        language, subject = await self._try(partial(self._store.known, chat), nothing)
        return Known(language or phone, language is not None, subject)

    async def handover(self, to: Incoming) -> Handover | None:
        """Return what is known of writing to a person in this chat; None where that cannot be.

        Lost while the store fails, whether it was begun or not.
        """
        if not self.hands_over or not to.private:
            return None

        async def look() -> Handover:
            found = await self._store.open_thread(to.chat, to.update)
            return Handover(found is not None, found is not None and found.written)

        handover = await self._try(look, Handover(is_lost=True))
        usual = await self._try(self._store.usual_wait, None) if to.asks_for_person else None
        return replace(handover, usual_wait=usual)

    async def hand_over(self, group: Sequence[Incoming]) -> bool | None:
        """Put the words of these messages of one chat where a person reads them, each once.

        Return False if that conversation has ended meanwhile, and None if the store cannot take them.
        """
        lines = [CitizenLine(each.update, each.text, each.edited) for each in group if each.kind == "words"]
        if not lines:
            return True
        nothing: bool | None = None
        return await self._try(partial(self._store.write_lines, group[0].chat, lines), nothing)

    async def pace(self, chat: int) -> Pace | None:
        """Return how fast this chat writes, as all replicas know it; None where nobody else answers."""
        if not self._store.shared:
            return None
        kept = await self._try(partial(self._store.pace, chat), None)
        return None if kept is None else Pace(kept.remaining, kept.said_at.timestamp(), kept.told)

    async def behind(self, to: Incoming) -> Sequence[Waiting]:
        """Return what the same chat wrote after this, oldest first; nothing while the store fails."""
        nothing: Sequence[Waiting] = ()
        return await self._try(partial(self._store.behind, to.chat, to.update), nothing)

    async def promised(self, turn: Turn, to: Incoming) -> bool:
        """Do what the reply is about to say is done: forget the chat, keep its language, hand it over, or
        tell it of changes.

        Return whether it is done; if not, the reply must not say so.
        """
        store, promises = self._store, list[Call[object]]()
        if turn.forget:
            promises.append(partial(store.forget, to.chat, answering=to.update))
        if turn.language is not None:
            promises.append(partial(store.keep_language, to.chat, turn.language))
        if turn.subscribes is not None:
            reading = to.language if turn.reply is None else turn.reply.reading
            tell: Call[object] = partial(store.subscribe, to.chat, reading)
            promises.append(tell if turn.subscribes else partial(store.unsubscribe, to.chat))
        if turn.handover == "begin":
            language = to.language if turn.reply is None else turn.reply.language
            promises.append(partial(store.begin_thread, to.chat, language, turn.shown_topic))
        if turn.handover == "end":
            promises.append(partial(store.end_thread, to.chat))
        return all(await asyncio.gather(*(self._try(_done(each), False) for each in promises)))

    async def finish(
        self, turn: Turn, to: Incoming, asked: str, answered: Iterable[int], pace: Pace | None = None
    ) -> None:
        """Keep what else this turn leaves behind, and settle what it has answered, in one go.

        asked: the question, which is kept without any id if it got no answer; empty for none.
        pace: how fast the chat writes, for other replicas.
        """
        writes = [_done(each) for each in self._writes(turn, to, asked)]
        if pace is not None and self._store.shared and not turn.forget:
            said_at = datetime.fromtimestamp(max(0.0, min(pace.at, time.time())), UTC)
            kept = KeptPace(pace.left, pace.told, said_at)
            writes.append(_done(partial(self._store.keep_pace, to.chat, kept)))
        await asyncio.gather(self.settle(answered), *(self._try(each, False) for each in writes))

    def _writes(self, turn: Turn, to: Incoming, asked: str) -> Iterator[Call[object]]:
        store = self._store
        if turn.subject is not None:
            yield partial(store.keep_subject, to.chat, turn.subject)
        if turn.feedback is not None:
            yield partial(store.add_feedback, turn.feedback)
        unknown = turn.answer
        if asked and unknown is not None and unknown.outcome == "unknown":
            yield partial(
                store.add_question,
                asked,
                language=unknown.language,
                outcome=unknown.outcome,
                script=script(asked),
                topics=[topic.id for topic in unknown.topics],
            )

    async def _try(self, call: Call[T], otherwise: T) -> T:
        begun = time.monotonic()
        if begun < self._spared_until:
            return otherwise
        if self._spared_until:
            self._spared_until = math.inf  # one looks whether it is back, the others go on without it
        until = 0.0
        try:
            result = await call()
        except StoreError as error:
            failed = time.monotonic()
            if failed - begun > _HANGING_SECONDS:
                until = failed + _SPARED * (failed - begun)
            self._metrics.database_failed()
            if not self._failing:
                log.error("store.lost", extra={"reason": str(error)})
            self._failing = True
            return otherwise
        finally:
            self._spared_until = until
        if self._failing:
            log.info("store.found")
            self._found = time.monotonic()
        self._failing = False
        return result


def _done(call: Call[object]) -> Call[bool]:
    async def done() -> bool:
        await call()
        return True

    return done
