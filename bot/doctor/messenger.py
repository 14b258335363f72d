"""Telegram: token, webhook and clock as it sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.doctor.finding import Finding
from bot.doctor.machine import look_at_clock
from bot.errors import BotError
from bot.telegram.looking import Seen, look, utc_now
from bot.telegram.webhook import read_webhook

_RECENT: Final = timedelta(hours=1)
_MANY_WAITING: Final = 100


def look_at_telegram(
    token: SecretStr | None, base_url: str, webhook_url: str | None, now: Callable[[], datetime] = utc_now
) -> list[Finding]:
    """Return what Telegram says of the bot, and whether it fits the settings."""
    if token is None:
        return [
            Finding("Telegram", "bad", "no token is set", "HOTLINE_TELEGRAM_TOKEN=… in .env, from @BotFather")
        ]
    try:
        wanted = read_webhook(webhook_url, None, token).url if webhook_url else ""
        seen = asyncio.run(look(token, base_url, now))
    except BotError as error:
        return [Finding("Telegram", "bad", str(error), "HOTLINE_TELEGRAM_TOKEN, or the network")]
    findings = [
        Finding("Telegram", "good", f"knows the token, of @{seen.username}"),
        _receiving(seen, wanted, now()),
    ]
    if seen.clock_ahead is not None:
        findings.append(look_at_clock(seen.clock_ahead, "Telegram's"))
    return findings


def _receiving(seen: Seen, wanted: str, now: datetime) -> Finding:
    part = "webhook" if wanted else "polling"
    if seen.webhook != wanted:
        there = f"sends to {urlsplit(seen.webhook).hostname}" if seen.webhook else "waits to be polled"
        here = "the settings name another address" if wanted else "HOTLINE_WEBHOOK_URL is not set"
        return Finding(part, "warning", f"Telegram {there}, and {here}", "hotline run, which sets it right")
    if wanted and seen.last_error_at is not None and now - seen.last_error_at < _RECENT:
        minutes = (now - seen.last_error_at) / timedelta(minutes=1)
        what = f"Telegram met an error {minutes:.0f} minutes ago: {seen.last_error}"
        return Finding(part, "warning", what, "see the log of the proxy in front, and of hotline run")
    what = f"{seen.waiting} messages wait at Telegram"
    if seen.waiting > _MANY_WAITING:
        return Finding(part, "warning", what, "hotline run")
    return Finding(part, "good", what)
