"""Looks at the running bot once a minute, and says in the operator's chat what needs a person."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from telegram import Bot

from bot.alerts import ONCE_AN, Alert, AlertState, Observation, Refusals, decide
from bot.daily import Day, by_day
from bot.metrics import Metrics
from bot.store import Store, StoreError
from bot.telegram.sending import PAUSES, Pauses, RefusedError, TooLateError, deliver
from knowledge.model import Language

log = logging.getLogger(__name__)

Say = Callable[[Alert, Language], str]
_LOOK_EVERY: Final = timedelta(minutes=1)
_BEFORE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AlertOptions:
    """Where to say what."""

    chat: SecretStr
    """Number of the operator's chat."""
    language: Language
    folder: Path
    """On the disk whose room is looked at."""
    every: timedelta = _LOOK_EVERY


class Alerting:
    """The operator's chat; neither a failing store nor a failing chat ends it."""

    def __init__(
        self,
        options: AlertOptions,
        bot: Bot,
        store: Store,
        metrics: Metrics,
        say: Say,
        pauses: Pauses = PAUSES,
    ) -> None:
        self._options = options
        self._bot = bot
        self._store = store
        self._metrics = metrics
        self._say = say
        self._pauses = pauses
        self._state = AlertState()

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - one line; the next look may go better
                log.error("alert.failed", extra={"error": type(error).__name__})
            await asyncio.sleep(self._options.every.total_seconds())

    async def look(self) -> None:
        """Look once, and say what is to be said."""
        self._state, alerts = decide(self._state, await self._observe())
        for each in alerts:
            if await self._is_first(each):
                await self._send(self._say(each, self._options.language))
                log.info("alert.sent", extra={"kind": each.kind})

    async def _observe(self) -> Observation:
        now, counted, live = datetime.now(UTC), self._metrics.counts(), self._metrics.published()
        *before, today = await self._days(now)
        return Observation(
            at=now,
            reachable=self._metrics.reachable,
            waiting=self._metrics.queue,
            replies=sum(times for (kind, _), times in counted.items() if kind == "wait"),
            failures=sum(times for (kind, _), times in counted.items() if kind == "failure"),
            free_bytes=shutil.disk_usage(self._options.folder).free,
            failed_builds=today.failed_builds,
            today=_refusals(today),
            before=_refusals(*before),
            past_review=live.past_review if live is not None else (),
        )

    async def _days(self, now: datetime) -> list[Day]:
        since = now.date() - _BEFORE
        try:
            counts = await self._store.counts(since)
        except StoreError:
            self._metrics.database_failed()
            counts = []
        return by_day(counts, since, now.date())

    async def _is_first(self, alert: Alert) -> bool:
        try:
            return await self._store.count_first(alert.day, "alert", alert.mark)
        except StoreError:
            self._metrics.database_failed()
            return True  # said twice is better than not at all

    async def _send(self, text: str) -> None:
        send = partial(self._bot.send_message, text=text)
        chat = int(self._options.chat.get_secret_value())
        try:
            await deliver(send, chat, until=time.time() + ONCE_AN.total_seconds(), pauses=self._pauses)
        except (RefusedError, TooLateError) as error:
            log.error("alert.refused", extra={"error": type(error).__name__})


def _refusals(*days: Day) -> Refusals:
    return Refusals(sum(day.outcomes["unknown"] for day in days), sum(day.asked for day in days))
