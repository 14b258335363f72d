"""What the staff write, on its way to citizens: each line once, in the order of its thread.

A process that dies between Telegram's taking of a line and the noting of that leaves one line of which nobody
knows whether it came; whoever takes it next sends it once more. No other comes twice, as with the inbox.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final, cast, get_args

from telegram import Bot, LinkPreviewOptions

from bot.markup import TELEGRAM_LIMIT
from bot.metrics import Metrics
from bot.store import Store, StoreError
from bot.store.inbox import LEASE
from bot.store.threads import FailedDelivery, OutgoingLine
from bot.telegram.sending import PAUSES, Pauses, RefusedError, TooLateError, deliver
from knowledge.model import Language

log = logging.getLogger(__name__)

LOOK_SECONDS: Final = 1.0
_AT_ONCE: Final = 16
"""Threads that are sent to side by side; the staff are few."""
_OF_USE: Final = timedelta(hours=24)
"""A line that Telegram has not taken by then is shown to the staff as not delivered."""
_HOLD_EVERY_SECONDS: Final = LEASE.total_seconds() / 3
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

Key = tuple[int, int]


class StaffLines:
    """Sends what waits, as long as it runs."""

    def __init__(
        self,
        store: Store,
        bot: Bot,
        says: Callable[[str, Language], str],
        metrics: Metrics,
        pauses: Pauses = PAUSES,
    ) -> None:
        """says: makes of a line what the citizen reads, in plain text; '' means that the staff ended it."""
        self._store = store
        self._bot = bot
        self._says = says
        self._metrics = metrics
        self._pauses = pauses
        self._sending: dict[Key, asyncio.Task[None]] = {}
        self._unsettled: dict[Key, FailedDelivery | None] = {}
        self._held_at = time.monotonic()
        self._failing = False
        self._closed = False
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Send until closed, and finish what was begun; cancelled, give back what was not sent."""
        try:
            while not self._closed:
                self._news.clear()
                await self._try(self._look)
                await self._wait_for_news()
            if self._sending:
                await asyncio.wait(self._sending.values())
        finally:
            left = dict(self._sending)
            for task in left.values():
                task.cancel()
            await asyncio.gather(*left.values(), return_exceptions=True)
            await self._try(partial(self._store.release_lines, left.keys()))

    def close(self) -> None:
        """Begin nothing new."""
        self._closed = True
        self._news.set()

    async def _wait_for_news(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await self._news.wait()

    async def _look(self) -> None:
        for key, failed in list(self._unsettled.items()):
            await self._store.settle_line(key, failed)
            self._unsettled.pop(key, None)
        if self._sending and time.monotonic() - self._held_at >= _HOLD_EVERY_SECONDS:
            self._held_at = time.monotonic()
            held = await self._store.hold_lines(self._sending)
            for key in self._sending.keys() - held:  # another process sends it now, or it is to be forgotten
                self._sending[key].cancel()
        room = _AT_ONCE - len(self._sending)
        for line in await self._store.claim_lines(room) if room > 0 else ():
            if line.key not in self._sending:
                task = asyncio.create_task(self._send(line))
                self._sending[line.key] = task
                task.add_done_callback(partial(self._done, line.key))

    def _done(self, key: Key, _: asyncio.Task[None]) -> None:
        self._sending.pop(key, None)
        self._news.set()  # the next one of its thread has its turn

    async def _send(self, line: OutgoingLine) -> None:
        # One that was only frozen asks before it sends.
        if not await self._try(partial(self._still_held, line)):
            return
        try:
            failed = await self._deliver(line)
        except Exception as error:  # noqa: BLE001 - tried again when its lease has run out; the others go on
            log.error("line.unsent", extra={"error": type(error).__name__})
            return
        self._unsettled[line.key] = failed
        if await self._try(partial(self._settled, line.key, failed)):
            self._unsettled.pop(line.key, None)
        if failed is not None:
            log.info("line.failed", extra={"reason": failed})

    async def _still_held(self, line: OutgoingLine) -> bool:
        return line.key in await self._store.hold_lines([line.key])

    async def _settled(self, key: Key, failed: FailedDelivery | None) -> bool:
        await self._store.settle_line(key, failed)
        return True

    async def _deliver(self, line: OutgoingLine) -> FailedDelivery | None:
        until = (line.at + _OF_USE).timestamp()
        try:
            for piece in pieces(self._says(line.text, _language(line.language))):
                send = partial(self._bot.send_message, text=piece, link_preview_options=_NO_PREVIEW)
                await deliver(
                    send, line.chat, until=until, pauses=self._pauses, retrying=self._metrics.retried
                )
        except RefusedError as error:
            return "refused" if error.ours else "gone"
        except TooLateError:
            return "late"
        return None

    async def _try(self, call: Callable[[], Awaitable[object]]) -> bool:
        try:
            result = await call()
        except StoreError as error:
            self._metrics.database_failed()
            if not self._failing:
                log.error("store.lost", extra={"reason": str(error)})
            self._failing = True
            return False
        self._failing = False
        return bool(result)


def pieces(text: str, limit: int = TELEGRAM_LIMIT) -> Iterator[str]:
    """Yield the text in pieces that each fit a message, cut between lines or words where that is possible.

    limit: in units of UTF-16, as Telegram counts.
    """
    while len(text.encode("utf-16-le")) > 2 * limit:
        head = text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")
        cut = max(head.rfind("\n"), head.rfind(" "))
        head = head[:cut] if cut > len(head) // 2 else head
        if head.strip():
            yield head.rstrip()
        text = text[len(head) :].lstrip()
    if text.strip():
        yield text


def _language(code: str) -> Language:
    return cast(Language, code) if code in get_args(Language) else "tg"
