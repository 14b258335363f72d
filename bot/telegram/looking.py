"""One look at how Telegram sees the bot, for 'hotline doctor'; nothing is changed, nothing is received."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import httpx
from pydantic import SecretStr

from bot.errors import BotError
from bot.telegram.polling import unknown_token

_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What Telegram says of the bot."""

    username: str
    webhook: str
    """Where updates are sent to; empty where they are to be polled."""
    waiting: int
    """Updates that were not received yet."""
    last_error: str
    """What Telegram last met at the webhook; empty if nothing."""
    last_error_at: datetime | None
    clock_ahead: timedelta | None
    """How far this machine's clock is ahead of Telegram's, to some seconds; None if Telegram did not say."""


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


async def look(token: SecretStr, base_url: str, now: Callable[[], datetime] = utc_now) -> Seen:
    """Ask Telegram (getMe, getWebhookInfo).

    Through httpx, whatever the bot itself uses: it gives the headers, and knows every kind of proxy.
    Raises BotError if Telegram cannot be reached or does not know the token, never showing it.
    """
    url = base_url + token.get_secret_value()
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            me, ahead = await _ask(client, f"{url}/getMe", now)
            webhook, _ = await _ask(client, f"{url}/getWebhookInfo", now)
        error_at = webhook.get("last_error_date")
        return Seen(
            username=str(me["username"]),
            webhook=str(webhook.get("url", "")),
            waiting=int(webhook.get("pending_update_count", 0)),
            last_error=str(webhook.get("last_error_message", "")),
            last_error_at=None if error_at is None else datetime.fromtimestamp(int(error_at), UTC),
            clock_ahead=ahead,
        )
    # An address holds the token, and errors may hold the address.
    except (httpx.HTTPError, httpx.InvalidURL, ImportError) as error:
        raise _unreachable(type(error).__name__) from None
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, OSError):
        raise _unreachable("an answer that is not the Bot API's") from None


async def _ask(
    client: httpx.AsyncClient, url: str, now: Callable[[], datetime]
) -> tuple[dict[str, Any], timedelta | None]:
    begun = now()
    response = await client.get(url)
    if response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        raise unknown_token()
    result: dict[str, Any] = response.json()["result"]
    date = response.headers.get("Date")
    # The header has whole seconds, cut off: half a second more is nearer.
    moment = None if date is None else parsedate_to_datetime(date) + timedelta(seconds=0.5)
    return result, None if moment is None else begun + (now() - begun) / 2 - moment


def _unreachable(why: str) -> BotError:
    return BotError(
        f"Telegram cannot be reached ({why}): check the network of this machine, the proxy in HTTPS_PROXY, "
        "and HOTLINE_TELEGRAM_BASE_URL"
    )
