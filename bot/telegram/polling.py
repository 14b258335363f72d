"""Receiving by long polling: Telegram is told that it may forget an update only when the intake has it."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot.errors import BotError
from bot.telegram.incoming import UPDATE_KINDS, update_number
from bot.telegram.intake import Intake
from bot.telegram.sending import PAUSES, Pauses
from bot.telegram.transport import GarbledError, WaitError

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 25
"""How long Telegram waits for news before it answers with none; proxies often cut a silent line after 30."""
_SPARE_SECONDS: Final = 10
_AT_ONCE: Final = 100
_REFUSALS: Final = 3
"""So often in a row the token must be refused before that is believed; one 404 may be some proxy's."""


class Polling:
    """Asks one Bot API server for updates, again and again."""

    def __init__(
        self, transport: BaseRequest, url: str, pauses: Pauses = PAUSES, poll_seconds: int = POLL_SECONDS
    ) -> None:
        """url: that of the bot's methods, token included; it is never shown."""
        self._transport = transport
        self._url = url
        self._pauses = pauses
        self._poll_seconds = poll_seconds
        self._trouble = ""
        self.last_answer = time.monotonic()
        """When Telegram last answered, by time.monotonic()."""

    async def receive(self, intake: Intake) -> None:
        """Hand all updates to the intake until cancelled.

        What goes wrong is one line in the log until it is right again, and tried again with growing pauses.
        Raises BotError if Telegram does not know the token any more.
        """
        offset = failures = 0
        while True:
            try:
                updates = await self._fetch(offset)
            except TelegramError as error:
                failures += 1
                if isinstance(error, InvalidToken) and failures >= _REFUSALS:
                    raise unknown_token() from None
                await asyncio.sleep(self._pause(error, failures))
                continue
            self._recovered()
            await intake.take(updates)
            numbers = [number for each in updates if (number := update_number(each)) is not None]
            offset = numbers[-1] + 1 if numbers else offset
            failures = 0 if numbers or not updates else failures + 1
            if failures:  # updates without numbers cannot be confirmed, and come again
                await asyncio.sleep(self._pauses.before(failures))

    async def _fetch(self, offset: int) -> Sequence[object]:
        parameters = {
            "offset": offset,
            "limit": _AT_ONCE,
            "timeout": self._poll_seconds,
            "allowed_updates": json.dumps(UPDATE_KINDS),
        }
        # Not through python-telegram-bot's get_updates: one update that it cannot read costs it all of them.
        updates: object = await self._transport.post(
            f"{self._url}/getUpdates?{urlencode(parameters)}",
            read_timeout=self._poll_seconds + _SPARE_SECONDS,
        )
        if not isinstance(updates, list):
            raise GarbledError("not a list of updates")
        return updates

    def _pause(self, error: TelegramError, failures: int) -> float:
        trouble = "conflict" if isinstance(error, Conflict) else "lost"
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble == "conflict":
                log.error("polling.refused", extra={"reason": TWO_RECEIVERS})
            else:
                log.warning("telegram.lost", extra={"error": type(error).__name__})
        if isinstance(error, WaitError):
            return error.seconds
        return self._pauses.before(failures)

    def _recovered(self) -> None:
        self.last_answer = time.monotonic()
        if self._trouble:
            log.info("telegram.found", extra={"after": self._trouble})
        self._trouble = ""


TWO_RECEIVERS: Final = (
    "another program receives with this token, or a webhook is set: stop the other one; until then this one "
    "tries again, at most twice a minute"
)


def unknown_token() -> BotError:
    """Return what is said where Telegram refuses the token; nothing of it is shown."""
    return BotError(
        "Telegram does not know the token in HOTLINE_TELEGRAM_TOKEN: copy it again from @BotFather"
    )
