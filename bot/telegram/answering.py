"""One message from its turn in the line to its reply: how fast, how late, what is shown, what is kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from telegram import Bot

from bot.metrics import Metrics
from bot.reply import Reply
from bot.store.inbox import LEASE
from bot.telegram.conversing import Conversing
from bot.telegram.hearing import Heard, Hearing
from bot.telegram.incoming import Incoming
from bot.telegram.keeping import Keeping
from bot.telegram.lines import Lines, Task
from bot.telegram.pace import Pace
from bot.telegram.recent import Recent
from bot.telegram.sending import TooLateError, try_once
from bot.telegram.showing import Shower
from bot.turn import Handover, Known, Turn

log = logging.getLogger(__name__)

_DAY: Final = 24 * 3600.0
"""Neither Telegram (core.telegram.org/bots/api#getting-updates) nor the store keeps anything longer: an older
message can only mean that a clock is wrong."""
_MOST_ATTEMPTS: Final = 3
"""What was begun more often, without an end, may be what ends the program, and is no longer read."""


class Answering:
    """Answers messages one by one; several chats may be answered side by side."""

    def __init__(
        self,
        conversation: Conversing,
        hearing: Hearing,
        keeping: Keeping,
        lines: Lines,
        shower: Shower,
        bot: Bot,
        recent: Recent,
        metrics: Metrics,
        *,
        within_seconds: float,
    ) -> None:
        """within_seconds: a message older than that gets an apology instead of an answer."""
        self._conversation = conversation
        self._hearing = hearing
        self._keeping = keeping
        self._lines = lines
        self._shower = shower
        self._bot = bot
        self._recent = recent
        self._metrics = metrics
        self._within = within_seconds
        self._acknowledging: set[asyncio.Task[None]] = set()

    async def attend(self, task: Task) -> None:
        """Answer a message and settle it. Never raises: whatever fails, the person gets the contacts."""
        to = task.incoming
        self._acknowledge(to)
        known = Known(to.language)
        try:
            known = await self._learn(to)
            await self._answer(task, known)
        except Exception as error:  # noqa: BLE001 - one line for the operator, the contacts for the person
            log.error("update.failed", extra={"error": type(error).__name__, "kind": to.kind})
            self._metrics.failed()
            await self._end_badly(to, known)

    async def _answer(self, task: Task, known: Known) -> None:
        to = task.incoming
        group = [to, *await self._slowed(to, known)]
        known = await self._hand_over(group, known)
        heard = await self._heard(task, group, known)
        if not await self._keeping.promised(heard.turn, to):
            heard = Heard(Turn(self._conversation.apologise(known)))
        reply = heard.turn.reply if heard.is_news else None
        if reply is not None:
            if not await self._may_send(task):
                return  # another replica answers it by now, and settles it
            await self._show(reply, group[-1], known)
            self._metrics.replied(time.monotonic() - task.begun)
        asked = heard.asked if heard.is_news else ""
        self._count(heard.turn, asked)
        answered = [each.update for each in group]
        # What is meant for a person is kept with that person's answers, and nowhere else.
        unanswered = "" if known.for_person else asked
        await self._keeping.finish(heard.turn, to, unanswered, answered, self._recent.paces.get(to.chat))
        if heard.turn.forget:
            self._recent.forget(to)

    async def _learn(self, to: Incoming) -> Known:
        if not (self._keeping.shared or self._keeping.hands_over):
            return replace(await self._keeping.known(to.chat, to.language), in_group=not to.private)
        # In one transaction; what another replica saw of this chat counts in.
        known, pace, handover = await asyncio.gather(
            self._keeping.known(to.chat, to.language),
            self._keeping.pace(to.chat),
            self._keeping.handover(to),
        )
        if pace is not None:
            self._recent.paces.put(to.chat, pace)
        return replace(known, handover=self._remembered(to, handover), in_group=not to.private)

    def _remembered(self, to: Incoming, handover: Handover | None) -> Handover | None:
        # Who does not write to a person need not be told that the store is lost.
        if handover is None:
            return None
        if handover.is_lost:
            return handover if self._recent.with_person.get(to.chat) else Handover()
        if handover.is_open:
            self._recent.with_person.put(to.chat, True)
        else:
            self._recent.with_person.pop(to.chat)
        return handover

    async def _hand_over(self, group: Sequence[Incoming], known: Known) -> Known:
        """Put what was written where a person reads it, if that was begun; return what is known then."""
        if not known.with_person:
            return known
        match await self._keeping.hand_over(group):
            case True:
                return known
            case False:  # the staff have just ended it
                return replace(known, handover=Handover())
            case None:
                return replace(known, handover=Handover(is_lost=True))

    async def _heard(self, task: Task, group: list[Incoming], known: Known) -> Heard:
        if task.attempts > _MOST_ATTEMPTS:
            log.error("update.given_up", extra={"kind": task.incoming.kind, "attempts": task.attempts})
            return Heard(Turn(self._conversation.apologise(known)))
        if _seconds_left(group[-1], self._within) <= 0:
            return Heard(Turn(self._conversation.too_late(known)))
        return await self._hearing.hear(group, known)

    def _count(self, turn: Turn, asked: str) -> None:
        if turn.failed:
            self._metrics.failed()
        if turn.answer is not None and asked:
            self._metrics.answered(turn.answer, asked)

    async def _may_send(self, task: Task) -> bool:
        # What was claimed just now is ours; to ask costs as much as the rest of the answer.
        sure = task.attempts == 1 and time.monotonic() - task.begun < LEASE.total_seconds() / 2
        return sure or await self._keeping.may_send(task.incoming.update)

    async def _end_badly(self, to: Incoming, known: Known) -> None:
        try:
            await self._show(self._conversation.apologise(known), to, known)
            await self._keeping.settle([to.update])
        except Exception as error:  # noqa: BLE001 - the other lines must move on
            log.error("apology.failed", extra={"error": type(error).__name__})

    async def _slowed(self, to: Incoming, known: Known) -> list[Incoming]:
        """Return what is answered together with this, since somebody floods; nothing as a rule."""
        paces = self._recent.paces
        pace = (paces.get(to.chat) or Pace()).after(1, to.sent or time.time())
        paces.put(to.chat, pace)
        if not pace.too_fast:
            return []
        if not pace.told:
            log.info("chat.slowed")
            await self._show(self._conversation.slow_down(known), to, known)
        self._lines.rests(to.chat)
        await asyncio.sleep(pace.pause)
        behind = await self._lines.take_behind(to)
        newest = [to, *behind][-1]
        paces.put(to.chat, pace.having_told().after(len(behind), newest.sent or time.time()))
        return behind

    async def _show(self, reply: Reply, to: Incoming, known: Known) -> None:
        now = time.time()
        self._lines.rests(to.chat)
        try:
            left = _seconds_left(to, self._within)
            await self._shower.show(reply, to, until=now + (left if left > 0 else _DAY))
        except TooLateError:
            log.info("reply.late", extra={"kind": to.kind})
            try:
                await self._shower.show(self._conversation.too_late(known), to, until=now + _DAY)
            except TooLateError:
                log.error("reply.lost", extra={"kind": to.kind})

    def _acknowledge(self, to: Incoming) -> None:
        # Beside the answer, since the phone shows an hourglass until then.
        if to.query:
            answer = partial(self._bot.answer_callback_query, to.query)
            task = asyncio.create_task(try_once(answer, "press.expired"))
            self._acknowledging.add(task)
            task.add_done_callback(self._acknowledging.discard)


def _seconds_left(to: Incoming, within: float) -> float:
    """Return how long a reply to this is still of use; negative if it is too late already."""
    age = time.time() - to.sent
    return within - age if 0 <= age <= _DAY else within
