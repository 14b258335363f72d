"""Whether the bot can answer now; says what is missing, and nothing that is secret."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from bot.hotline import Hotline

THINK_SECONDS: Final = 5.0
_THOUGHT_LASTS_SECONDS: Final = 10.0
"""So long one try of the encoder is believed, however often somebody asks."""
POLL_SECONDS: Final = 90.0
"""A poll takes 25 seconds where nobody writes; after more than three of them nothing is received any more."""

State = Literal["ready", "degraded", "not ready"]


@dataclass(frozen=True, slots=True)
class Report:
    """What /readyz answers."""

    snapshot: str | None
    """Which one is loaded, if it can be used together with the encoder."""
    database: Literal["ok", "lost"]
    last_poll_seconds: float | None
    """How long ago Telegram last answered a poll; None with a webhook."""

    @property
    def ready(self) -> bool:
        """Whether citizens get answers; without the database they do, and nothing is remembered."""
        return self.snapshot is not None and not self._deaf

    @property
    def state(self) -> State:
        """The same in a word."""
        if not self.ready:
            return "not ready"
        return "ready" if self.database == "ok" else "degraded"

    @property
    def _deaf(self) -> bool:
        return self.last_poll_seconds is not None and self.last_poll_seconds > POLL_SECONDS

    def shown(self) -> dict[str, object]:
        """Return this as JSON."""
        shown: dict[str, object] = {
            "status": self.state,
            "snapshot": self.snapshot,
            "encoder": "broken" if self.snapshot is None else "ok",
            "database": self.database,
        }
        if self.last_poll_seconds is not None:
            shown["last_poll_seconds"] = round(self.last_poll_seconds, 1)
        return shown


class Readiness:
    """Asks the parts of a running bot."""

    def __init__(
        self,
        think: Callable[[], str],
        database_lost: Callable[[], bool],
        last_poll: Callable[[], float] | None,
        clock: Callable[[], float] = time.monotonic,
        think_seconds: float = THINK_SECONDS,
    ) -> None:
        """Readiness of these parts.

        think: makes the encoder work, and returns the live snapshot's id; called in a thread, may raise.
        last_poll: when Telegram last answered, by the clock; None where nothing is polled.
        think_seconds: an encoder that has not answered by then counts as broken.
        """
        self._think = think
        self._database_lost = database_lost
        self._last_poll = last_poll
        self._clock = clock
        self._think_seconds = think_seconds
        self._thinking: asyncio.Future[str] | None = None
        self._thought: tuple[float, str | None] | None = None
        self._asking = asyncio.Lock()

    async def report(self) -> Report:
        """Return how things stand now."""
        return Report(
            await self._snapshot(),
            "lost" if self._database_lost() else "ok",
            None if self._last_poll is None else max(0.0, self._clock() - self._last_poll()),
        )

    async def _snapshot(self) -> str | None:
        async with self._asking:
            if self._thought is None or self._clock() - self._thought[0] > _THOUGHT_LASTS_SECONDS:
                self._thought = (self._clock(), await self._try())
            return self._thought[1]

    async def _try(self) -> str | None:
        # A thread that hangs cannot be ended; no second one is spent on it.
        if self._thinking is None or self._thinking.done():
            self._thinking = asyncio.ensure_future(asyncio.to_thread(self._think))
        try:
            async with asyncio.timeout(self._think_seconds):
                return await asyncio.shield(self._thinking)
        except Exception:  # noqa: BLE001 - whatever it is, it cannot answer now; asking it told the log
            return None


def think(hotline: Hotline) -> str:
    """Let the encoder work on a word, and return the id of the live snapshot."""
    hotline.encoder.questions(["салом"])
    return hotline.live().snapshot.id
