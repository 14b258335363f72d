"""A small Bot API server on loopback, as far as the bot speaks with it: Telegram's side of the tests."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web

from tests import citizens
from tests.telegram_rules import (
    LARGEST_FILE,
    Fields,
    RefusedError,
    checked_markup,
    checked_text,
    checked_voice,
    decoded,
)

TOKEN = "424242:TEST-token_of-nobody"


@dataclass(frozen=True)
class Fault:
    """What a call of a method meets instead of an answer."""

    status: int = 0
    """HTTP status of an error answer; 0 closes the connection without one."""
    description: str = ""
    retry_after: int | None = None
    after_taking: bool = False
    """Whether Telegram takes the message before the answer is lost."""
    seconds: float = 0
    """How long the caller waits for this."""
    body: bytes | None = None
    """An answer with this status that is not the Bot API's."""
    parameters: Fields | None = None


@dataclass
class BotApi:
    """What the server was told and what it was asked."""

    base_url: str = ""
    sent: list[Fields] = field(default_factory=list)
    """What the chats show: method, chat_id, at (seconds), and text without markup, html, reply_markup,
    reply_to, or what else was sent."""
    calls: list[str] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    standing: dict[str, Fault] = field(default_factory=dict)
    """By method, what every call meets until it is removed; '*' for all methods."""
    refusing: dict[int, Fault] = field(default_factory=dict)
    """By chat, why nothing can be sent to it."""
    shown: dict[tuple[str, str], Any] = field(default_factory=dict)
    """Commands and descriptions, by what they are and language."""
    offered: dict[str, list[Fields]] = field(default_factory=dict)
    """What was offered in the inline mode, by what was typed."""
    voices: dict[str, bytes] = field(default_factory=dict)
    """Sounds that were uploaded, by the ids that they have from then on; a test may take them away."""
    acknowledged: list[str] = field(default_factory=list)
    """Pressed buttons, by the number of their query."""
    confirmed: int = 0
    """Updates below this number are never delivered again."""
    slowness: float = 0
    """Seconds that each answer but that of a poll takes longer; what is asked for is done before."""
    webhook: Fields = field(default_factory=dict)
    """What setWebhook was last told; empty where updates are polled."""
    webhook_trouble: Fields = field(default_factory=dict)
    """What getWebhookInfo says beside that: last_error_date, last_error_message."""
    _updates: list[Fields] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _polls: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    # -- what citizens do

    def write(self, text: str, **content: Any) -> int:
        """Let a citizen send a text, or other content; return the update's number. See citizens.writes."""
        return self.deliver(citizens.writes(text, **content))

    def press(self, action: str, **content: Any) -> int:
        """Let a citizen press a button with this callback data; return the update's number."""
        return self.deliver(citizens.presses(action, **content))

    def deliver(self, update: Fields) -> int:
        """Have an update fetched, whatever stands in it; return its number."""
        self._updates.append(update)
        self._arrived.set()
        return int(update["update_id"])

    def type_behind_the_name(self, text: str, **content: Any) -> int:
        """Let a citizen type '@bot text' in some chat; return the update's number."""
        return self.deliver(citizens.types_behind_the_name(text, **content))

    def redeliver(self, number: int) -> None:
        """Deliver an update once more, as Telegram does when a confirmation was lost."""
        self.confirmed = min(self.confirmed, number)
        self._arrived.set()

    # -- what goes wrong

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of this method meet these faults, one a call."""
        self.faults.setdefault(method, deque()).extend(faults)

    # -- what is seen

    async def messages(self, count: int, *, seconds: float = 20) -> list[Fields]:
        """Wait until so many messages were sent; return all that were. Raises TimeoutError."""
        await self.until(lambda: len(self.sent) >= count, seconds=seconds)
        return self.sent

    async def until(self, true: Callable[[], bool], *, seconds: float = 20) -> None:
        """Wait until this is true after some call. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(true)

    def texts(self, chat: int | None = None) -> list[str]:
        """Return the texts that were sent, to this chat if one is given."""
        return [each["text"] for each in self.sent if chat in (None, each["chat_id"]) and "text" in each]

    def forget(self) -> None:
        """Forget what was called, sent and confirmed, so that a long run does not fill the memory."""
        self.calls.clear()
        self.sent.clear()
        self._updates = [each for each in self._updates if each["update_id"] >= self.confirmed]

    # -- answering

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        method = request.match_info["method"]
        self.calls.append(method)
        try:
            return await self._answer(method, request)
        except RefusedError as error:
            body = {"ok": False, "error_code": error.status, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.status)
        finally:
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _answer(self, method: str, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != TOKEN:
            raise RefusedError(401, "Unauthorized")
        fields = await _fields(request)
        fault = self._next_fault(method, fields)
        if fault is not None and not fault.after_taking:
            await asyncio.sleep(fault.seconds)
            return _faulty(request, fault)
        result = await self._result(method, fields)
        if fault is not None:
            await self._tell()
            await asyncio.sleep(fault.seconds)
            return _faulty(request, fault)
        if self.slowness and method != "getUpdates":
            await self._tell()
            await asyncio.sleep(self.slowness)
        return web.json_response({"ok": True, "result": result})

    async def _result(self, method: str, fields: Fields) -> Any:
        if method == "getUpdates":
            return await self._get_updates(fields)
        if method.startswith("setMy"):
            self.shown[method.removeprefix("set"), str(fields.get("language_code", ""))] = fields
            return True
        if method.startswith("getMy"):
            return self._get_my(method.removeprefix("get"), fields)
        known: Mapping[str, Callable[[Fields], Any]] = {
            "getMe": lambda _: citizens.of_the_bot(),
            "setWebhook": self._set_webhook,
            "getWebhookInfo": lambda _: {
                "url": self.webhook.get("url", ""),
                "has_custom_certificate": False,
                "pending_update_count": len(self._waiting()),
                **self.webhook_trouble,
            },
            "deleteWebhook": self._delete_webhook,
            "answerCallbackQuery": self._acknowledge,
            "answerInlineQuery": self._answer_inline_query,
            "sendMessage": self._send_message,
            **{
                each: partial(self._send_other, each) for each in ("sendContact", "sendVenue", "sendDocument")
            },
            "sendVoice": self._send_voice,
            "editMessageText": self._edit_message,
        }
        if method not in known:
            raise RefusedError(404, "Not Found")
        return known[method](fields)

    def _next_fault(self, method: str, fields: Fields) -> Fault | None:
        waiting = self.faults.get(method)
        if waiting:
            return waiting.popleft()
        if "chat_id" in fields and int(fields["chat_id"]) in self.refusing:
            return self.refusing[int(fields["chat_id"])]
        return self.standing.get(method) or self.standing.get("*")

    def _delete_webhook(self, _: Fields) -> bool:
        self.webhook = {}
        return True

    def _set_webhook(self, fields: Fields) -> bool:
        if not str(fields["url"]).startswith("https://"):
            raise RefusedError(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        self.webhook = {**fields, "allowed_updates": decoded(fields["allowed_updates"])}
        return True

    async def _get_updates(self, fields: Fields) -> list[Fields]:
        if self.webhook:
            raise RefusedError(
                409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first"
            )
        offset, timeout = int(fields.get("offset", 0)), float(fields.get("timeout", 0))
        self.confirmed = max(self.confirmed, offset)
        await self._tell()
        self._polls += 1
        mine = self._polls
        self._arrived.set()  # wakes an earlier poll that still waits, which this one ends
        self._arrived.clear()
        if not self._waiting() and timeout:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), timeout)
        if mine != self._polls:
            raise RefusedError(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return self._waiting()[: int(fields.get("limit", 100))]

    def _waiting(self) -> list[Fields]:
        return [each for each in self._updates if each["update_id"] >= self.confirmed]

    def _get_my(self, what: str, fields: Fields) -> Any:
        shown = self.shown.get((what, str(fields.get("language_code", ""))), {})
        if what == "MyCommands":
            return decoded(shown.get("commands", []))
        name = {"MyDescription": "description", "MyShortDescription": "short_description"}[what]
        return {name: shown.get(name, "")}

    def _answer_inline_query(self, fields: Fields) -> bool:
        queries = (each["inline_query"] for each in self._updates if "inline_query" in each)
        [text] = [each["query"] for each in queries if each["id"] == str(fields["inline_query_id"])]
        self.offered[text] = decoded(fields["results"])
        return True

    def _send_message(self, fields: Fields) -> Fields:
        chat = int(fields["chat_id"])
        return self._took(
            "sendMessage",
            chat,
            text=checked_text(fields),
            html=fields["text"],
            reply_markup=checked_markup(fields, private=chat > 0),
            reply_to=(decoded(fields.get("reply_parameters")) or {}).get("message_id"),
        )

    def _send_other(self, method: str, fields: Fields) -> Fields:
        return self._took(method, int(fields.pop("chat_id")), **fields)

    def _send_voice(self, fields: Fields) -> Fields:
        sound = checked_voice(fields, self.voices)
        if not isinstance(fields["voice"], str):
            fields["voice"] = f"voice-{len(self.sent)}"
            self.voices[fields["voice"]] = sound
            fields["uploaded"] = True
        named = {"file_id": fields["voice"], "file_unique_id": fields["voice"]}
        sent = self._send_other("sendVoice", {**fields, "sound": sound})
        return {**sent, "voice": {**named, "duration": int(fields.get("duration", 0))}}

    def _acknowledge(self, fields: Fields) -> bool:
        self.acknowledged.append(str(fields["callback_query_id"]))
        return True

    def _took(self, method: str, chat: int, **content: Any) -> Fields:
        self.sent.append({"method": method, "chat_id": chat, "at": time.monotonic(), **content})
        return _message(len(self.sent), chat, str(content.get("text", "")))

    def _edit_message(self, fields: Fields) -> Fields:
        text, markup = checked_text(fields), checked_markup(fields, private=True)
        number = int(fields["message_id"])
        if not 1 <= number <= len(self.sent):
            raise RefusedError(400, "Bad Request: message to edit not found")
        message = self.sent[number - 1]
        if (message["text"], message["reply_markup"]) == (text, markup):
            raise RefusedError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup "
                "are exactly the same as a current content and reply markup of the message",
            )
        message |= {"text": text, "reply_markup": markup}
        return _message(number, message["chat_id"], text)


@asynccontextmanager
async def bot_api(port: int = 0) -> AsyncIterator[BotApi]:
    """Run the server on 127.0.0.1 while the context lasts; on a free port, if none is given."""
    api = BotApi()
    application = web.Application(client_max_size=2 * LARGEST_FILE)
    application.router.add_route("*", "/bot{token}/{method}", api.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.2, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    port = runner.addresses[0][1]
    api.base_url = f"http://127.0.0.1:{port}/bot"
    try:
        yield api
    finally:
        await runner.cleanup()


async def _fields(request: web.Request) -> Fields:
    if request.content_type == "application/json":
        return {**request.query, **await request.json()}
    posted: Iterable[tuple[str, Any]] = (await request.post()).items()
    return {
        **request.query,
        **{
            name: (each.filename, each.file.read()) if isinstance(each, web.FileField) else each
            for name, each in posted
        },
    }


def _faulty(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.status == 0:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    if fault.body is not None:
        return web.Response(status=fault.status, body=fault.body)
    parameters = {"retry_after": fault.retry_after} if fault.retry_after is not None else fault.parameters
    raise RefusedError(fault.status, fault.description or "Internal Server Error", parameters)


def _message(number: int, chat: int, text: str) -> Fields:
    return {
        "message_id": number,
        "date": int(time.time()),
        "chat": {"id": chat, "type": "private"},
        "text": text,
    }
