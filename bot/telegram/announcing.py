"""Sends announcements beside the answers: slower while citizens ask, and to nobody twice."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from telegram import Bot, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, TelegramError

from bot.markup import to_html, to_plain
from bot.metrics import Metrics
from bot.reply import READINGS, Reading, Reply, language_of
from bot.store import Announcement, Delivery, Outcome, Store, StoreError
from bot.store.inbox import LEASE
from bot.telegram.sending import PAUSES, Pauses, refusal
from bot.telegram.showing import keyboard
from bot.telegram.transport import NotTakenError, WaitError

log = logging.getLogger(__name__)

Compose = Callable[[str, str | None, Reading], Reply]
"""Makes of a text, a section, and a language with its alphabet what is shown."""

AT_ONCE: Final = 5
"""Messages under way together: of so many nobody knows what came of them when the process is killed.

With four rounds a second (Pauses.announcing) 20 messages a second at most. Telegram allows a bot some 30
(core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this); the rest is for answers."""
LOOK_EVERY_SECONDS: Final = 3.0
_RENEW_SECONDS: Final = LEASE.total_seconds() / 3
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


def round_size(answering: int) -> int:
    """Return how many messages of an announcement may go out while so many chats wait for an answer."""
    return max(1, AT_ONCE - answering)


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of one message."""

    outcome: Outcome
    wait: float = 0.0
    """Seconds for which Telegram wants to be left alone, or is given time to come back."""


class Announcing:
    """Sends one announcement at a time; neither a failing store nor a failing Telegram ends it."""

    def __init__(
        self,
        store: Store,
        bot: Bot,
        compose: Compose,
        answering: Callable[[], int],
        metrics: Metrics,
        pauses: Pauses = PAUSES,
    ) -> None:
        """answering: how many chats wait for an answer just now."""
        self._store = store
        self._bot = bot
        self._compose = compose
        self._answering = answering
        self._metrics = metrics
        self._pauses = pauses
        self._closed = asyncio.Event()
        self._said = ""
        self._not_taken = 0

    async def run(self) -> None:
        """Send what is to be sent, until closed; what was begun is then finished and noted."""
        while not self._closed.is_set():
            try:
                announcement = await self._store.hold_announcement()
                if announcement is not None:
                    await self._send(announcement)
                    continue
                self._said = ""
            except StoreError:
                self._metrics.database_failed()
                self._say("store")
            except Exception as error:  # noqa: BLE001 - one line; citizens are answered all the same
                self._say(type(error).__name__)
            await self._rest(LOOK_EVERY_SECONDS)

    def close(self) -> None:
        """Begin nothing new."""
        self._closed.set()

    async def _send(self, announcement: Announcement) -> None:
        shown = await asyncio.to_thread(self._shown, announcement)
        log.info("announcement.sending", extra={"left": announcement.left})
        while not self._closed.is_set():
            begun = time.monotonic()
            taken = await self._store.take_deliveries(announcement.id, round_size(self._answering()))
            if taken is None:
                log.info("announcement.ended")
                return
            wait = await self._round(announcement.id, taken, shown)
            await self._rest(max(wait, self._pauses.announcing - (time.monotonic() - begun)))
        await self._store.release_announcement(announcement.id)

    def _shown(self, announcement: Announcement) -> dict[Reading, Reply]:
        texts, section = announcement.texts, announcement.section
        return {each: self._compose(texts[language_of(each)], section, each) for each in READINGS}

    async def _round(
        self, announcement_id: str, taken: Sequence[Delivery], shown: Mapping[Reading, Reply]
    ) -> float:
        # Nothing stands between the mark and the request: what a kill leaves marked was most likely sent.
        under_way = [asyncio.create_task(self._one(each.chat, shown[each.reading])) for each in taken]
        while under_way and (await asyncio.wait(under_way, timeout=_RENEW_SECONDS))[1]:
            await self._noted(partial(self._store.renew_announcement, announcement_id))
        came = {each.chat: task.result() for each, task in zip(taken, under_way, strict=True)}
        wait = max((each.wait for each in came.values()), default=0.0)
        outcomes = {chat: each.outcome for chat, each in came.items()}
        settle = self._store.settle_deliveries
        while outcomes and not await self._noted(
            partial(settle, announcement_id, outcomes, LEASE + timedelta(seconds=wait))
        ):
            if self._closed.is_set():
                break
            await self._rest(self._pauses.first)
        return wait

    async def _one(self, chat: int, reply: Reply) -> _Came:
        markup = keyboard(reply) if reply.rows else None
        common = partial(self._bot.send_message, link_preview_options=_NO_PREVIEW, reply_markup=markup)
        came = await self._try(partial(common, text=to_html(reply.text), parse_mode=ParseMode.HTML), chat)
        if came.outcome == "failed":
            came = await self._try(partial(common, text=to_plain(reply.text)), chat)
        return came

    async def _try(self, send: Callable[[int], Awaitable[object]], chat: int) -> _Came:
        try:
            try:
                await send(chat)
            except ChatMigrated as moved:
                await send(moved.new_chat_id)
        except (Forbidden, BadRequest) as error:
            return _Came("failed" if refusal(error).ours else "gone")
        except WaitError as error:
            return _Came("not-taken", error.seconds)
        except (NotTakenError, InvalidToken):
            self._not_taken += 1
            return _Came("not-taken", self._pauses.before(self._not_taken))
        except TelegramError as error:
            log.info("message.unsure", extra={"error": type(error).__name__})
            return _Came("unsure")
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            # It was taken, but what Telegram says about it is not as its documentation describes it.
            log.error("message.garbled", extra={"error": type(error).__name__})
        self._not_taken = 0
        return _Came("sent")

    async def _noted(self, note: Callable[[], Awaitable[None]]) -> bool:
        try:
            await note()
        except StoreError:
            self._metrics.database_failed()
            self._say("store")
            return False
        self._said = ""
        return True

    def _say(self, reason: str) -> None:
        if reason != self._said:
            self._said = reason
            log.error("announcement.held_up", extra={"reason": reason})

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closed.wait(), max(0.0, seconds))
