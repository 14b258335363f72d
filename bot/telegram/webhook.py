"""Receiving by webhook: Telegram is told that it may forget an update only when the intake has it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from bot.errors import BotError
from bot.telegram.incoming import UPDATE_KINDS
from bot.telegram.intake import Intake
from bot.telegram.sending import PAUSES, Pauses
from bot.telegram.transport import WaitError

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 1_000_000
"""Bytes; an update is some kilobytes."""
USUAL_PATH: Final = "/telegram"
"""Where the address names none."""
_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
_PURPOSE: Final = b"hotline: secret of the webhook"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram sends updates, and what it says with each."""

    url: str
    secret: SecretStr

    @property
    def path(self) -> str:
        """The part of the address that a proxy in front leaves as it is."""
        return urlsplit(self.url).path or USUAL_PATH


def read_webhook(url: str, secret: SecretStr | None, token: SecretStr) -> Webhook:
    """Return the webhook at this address, with a secret made from the token, if none is given.

    Every replica makes the same one, and nobody can make it without the token.
    Raises BotError if the address shows the token.
    """
    if token.get_secret_value() in url:
        raise BotError("HOTLINE_WEBHOOK_URL must not hold the token: addresses stand in logs on their way")
    key = token.get_secret_value().encode()
    made = SecretStr(hmac.new(key, _PURPOSE, hashlib.sha256).hexdigest())
    return Webhook(url if urlsplit(url).path else url + USUAL_PATH, secret or made)


def webhook_route(webhook: Webhook, intake: Intake) -> Route:
    """Return the route that receives: 200 once an update is stored, answered, or not for this bot."""
    secret = webhook.secret.get_secret_value().encode()

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(_HEADER, "").encode(), secret):
            return Response(status_code=401)
        try:
            body = await _body(request)
            update = None if body is None else json.loads(body)
        except (ValueError, RecursionError, ClientDisconnect):
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        if not isinstance(update, dict):
            return Response(status_code=400)
        await intake.take([update])
        return Response(status_code=200)

    return Route(webhook.path, receive, methods=["POST"])


async def _body(request: Request) -> bytes | None:
    """Return the body; None if it is too large, of which no more is read than needed to see that."""
    announced = request.headers.get("Content-Length", "0")
    if not announced.isdecimal() or int(announced[:20]) > LARGEST_BODY:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


async def announce(bot: Bot, webhook: Webhook, pauses: Pauses = PAUSES) -> None:
    """Tell Telegram where to send updates, again and again until it has heard.

    Every replica says the same, and what waits at Telegram stays.
    Raises BotError if Telegram refuses the address.
    """
    tries = 0
    while True:
        tries += 1
        try:
            await bot.set_webhook(
                webhook.url,
                allowed_updates=UPDATE_KINDS,
                secret_token=webhook.secret.get_secret_value(),
                drop_pending_updates=False,
            )
        except BadRequest:
            raise BotError(
                "Telegram refuses the address in HOTLINE_WEBHOOK_URL: it must begin with https://, have a "
                "valid certificate, and be reachable from outside at port 443, 80, 88 or 8443"
            ) from None
        except TelegramError as error:
            if tries == 1:
                log.warning("webhook.unannounced", extra={"error": type(error).__name__})
            await asyncio.sleep(error.seconds if isinstance(error, WaitError) else pauses.before(tries))
        else:
            log.info("webhook.announced", extra={"tries": tries})
            return
