"""One request to Telegram until it is taken: what to try again, when, and what not.

What Telegram certainly did not take is sent again soon, and again. Where nobody knows whether it
was taken, it is sent once more soon, and after that at most once a minute: so nobody gets it more than twice
within a minute, and everybody gets it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, TelegramError

from bot.telegram.transport import NotTakenError, WaitError

log = logging.getLogger(__name__)

Send = Callable[[int], Awaitable[object]]
"""A request to send something to this chat."""
Answer = Callable[[], Awaitable[object]]
"""A request that is of use only at once."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds before a request is made again, or the next one."""

    first: float = 1.0
    """Doubled with each try that Telegram did not take."""
    longest: float = 30.0
    unsure: float = 60.0
    """Between two tries from the third on, where Telegram may have taken one."""
    announcing: float = 0.25
    """From one round of an announcement's messages to the next; see bot.telegram.announcing."""

    def before(self, tries: int) -> float:
        """Return the pause after so many tries, at least one."""
        return float(min(self.longest, self.first * 2 ** min(tries - 1, 20)))


PAUSES: Final = Pauses()


class RefusedError(Exception):
    """Telegram will not send this, however often it is asked."""

    def __init__(self, reason: str, *, ours: bool) -> None:
        super().__init__(reason)
        self.ours = ours
        """Whether the message itself is at fault, and not the person who blocked the bot or left."""


class TooLateError(Exception):
    """Telegram did not take it within the time in which it is of use."""


async def deliver(
    send: Send,
    chat: int,
    *,
    until: float,
    pauses: Pauses = PAUSES,
    retrying: Callable[[], None] = lambda: None,
) -> None:
    """Send this to the chat, trying until Telegram has taken it.

    until: time.time() after which it is of no use any more. retrying: called before each further try.

    Raises RefusedError, and TooLateError once the next try would come too late.
    """
    tries = unsure = 0
    while True:
        tries += 1
        try:
            await send(chat)
            return
        except ChatMigrated as error:
            chat, pause = error.new_chat_id, 0.0
        except (Forbidden, BadRequest) as error:
            raise refusal(error) from None
        except WaitError as error:
            pause = error.seconds
        except NotTakenError:
            pause = pauses.before(tries)
        except TelegramError as error:
            unsure += 1
            pause = pauses.before(tries) if unsure == 1 else pauses.unsure
            log.info("message.unsure", extra={"error": type(error).__name__, "tries": tries})
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            # It was taken, but what Telegram says about it is not as its documentation describes it.
            log.error("message.garbled", extra={"error": type(error).__name__})
            return
        if time.time() + pause > until:
            raise TooLateError from None
        retrying()
        await asyncio.sleep(pause)


async def try_once(answer: Answer, event: str) -> None:
    """Make a request that is of use only now; a failure is one line in the log."""
    try:
        await answer()
    except TelegramError as error:
        log.info(event, extra={"error": type(error).__name__})


_GONE: Final = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "kicked",
    "rights",
)
"""In Telegram's descriptions of a 400 that is nobody's fault here."""


def refusal(error: Forbidden | NetworkError) -> RefusedError:
    """Return what Telegram's refusal of a message means."""
    text = error.message.lower()
    gone = isinstance(error, Forbidden) or any(each in text for each in _GONE)
    return RefusedError("gone" if gone else "bad request", ours=not gone)
