"""A small Bot API server on loopback, as far as the bot speaks with it: Telegram's side of the tests."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from aiohttp import web

TOKEN = "424242:TEST-token_of-nobody"
Fields = dict[str, Any]


class _RefusedError(Exception):
    def __init__(self, status: int, description: str, parameters: Fields | None = None) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


class _Entities(HTMLParser):
    """Telegram's HTML: few tags, well nested, nothing else."""

    ALLOWED = frozenset(
        {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span"}
        | {"a", "code", "pre", "blockquote", "tg-spoiler"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.ALLOWED:
            raise _RefusedError(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise _RefusedError(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        self.text += data


@dataclass
class Fault:
    """What the next call of a method meets instead of an answer."""

    status: int = 0
    """HTTP status of an error answer; 0 closes the connection without one."""
    description: str = ""
    retry_after: int | None = None
    after_taking: bool = False
    """Whether Telegram takes the message before the answer is lost."""


@dataclass
class BotApi:
    """What the server was told and what it was asked."""

    base_url: str = ""
    sent: list[Fields] = field(default_factory=list)
    """Messages as the chats show them: chat_id, text without markup, html, reply_markup."""
    calls: list[str] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    confirmed: int = 0
    """Updates below this number are never delivered again."""
    _updates: list[Fields] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1000))
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _polls: int = 0
    _unsettled: asyncio.Condition = field(default_factory=asyncio.Condition)

    def write(self, text: str, *, chat: int = 1, language: str = "tg", **content: Any) -> int:
        """Let a citizen send a text, or other content; return the update's number."""
        number = next(self._numbers)
        body: Fields = {"text": text} if text else {}
        if text.startswith("/"):
            body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        message = {
            "message_id": number,
            "date": 1_790_000_000,
            "chat": {"id": chat, "type": "private", "first_name": "A"},
            "from": {"id": chat, "is_bot": False, "first_name": "A", "language_code": language},
            **body,
            **content,
        }
        return self._deliver({"update_id": number, "message": message})

    def press(self, action: str, *, chat: int = 1, language: str = "tg") -> int:
        """Let a citizen press a button with this callback data; return the update's number."""
        number = next(self._numbers)
        query = {
            "id": str(number),
            "chat_instance": "1",
            "from": {"id": chat, "is_bot": False, "first_name": "A", "language_code": language},
            "message": {"message_id": 1, "date": 1_790_000_000, "chat": {"id": chat, "type": "private"}},
            "data": action,
        }
        return self._deliver({"update_id": number, "callback_query": query})

    def fail(self, method: str, *faults: Fault) -> None:
        """Let the next calls of this method meet these faults, one a call."""
        self.faults.setdefault(method, deque()).extend(faults)

    def redeliver(self, number: int) -> None:
        """Deliver an update once more, as Telegram does when a confirmation was lost."""
        self.confirmed = min(self.confirmed, number)
        self._arrived.set()

    async def messages(self, count: int, *, seconds: float = 20) -> list[Fields]:
        """Wait until so many messages were sent; return all that were. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._unsettled:
            await self._unsettled.wait_for(lambda: len(self.sent) >= count)
        return self.sent

    def _deliver(self, update: Fields) -> int:
        self._updates.append(update)
        self._arrived.set()
        return int(update["update_id"])

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer one call."""
        token, method = request.match_info["token"], request.match_info["method"]
        self.calls.append(method)
        try:
            if token != TOKEN:
                raise _RefusedError(401, "Unauthorized")
            fields = await _fields(request)
            fault = self._next_fault(method)
            if fault is not None and not fault.after_taking:
                return self._faulty(request, fault)
            known: Mapping[str, Callable[[Fields], Any]] = {
                "getMe": lambda _: {"id": 424242, "is_bot": True, "first_name": "H", "username": "h_bot"},
                "deleteWebhook": lambda _: True,
                "answerCallbackQuery": lambda _: True,
                "sendMessage": self._send_message,
                "editMessageText": self._edit_message,
            }
            if method == "getUpdates":
                result: Any = await self._get_updates(fields)
            elif method in known:
                result = known[method](fields)
            else:
                raise _RefusedError(404, "Not Found")
            async with self._unsettled:
                self._unsettled.notify_all()
            if fault is not None:
                return self._faulty(request, fault)
            return web.json_response({"ok": True, "result": result})
        except _RefusedError as error:
            body = {"ok": False, "error_code": error.status, "description": error.description}
            if error.parameters:
                body["parameters"] = error.parameters
            return web.json_response(body, status=error.status)

    def _next_fault(self, method: str) -> Fault | None:
        waiting = self.faults.get(method)
        return waiting.popleft() if waiting else None

    def _faulty(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.status == 0:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        parameters = {"retry_after": fault.retry_after} if fault.retry_after is not None else None
        raise _RefusedError(fault.status, fault.description or "Internal Server Error", parameters)

    async def _get_updates(self, fields: Fields) -> list[Fields]:
        offset, timeout = int(fields.get("offset", 0)), float(fields.get("timeout", 0))
        self.confirmed = max(self.confirmed, offset)
        self._polls += 1
        mine = self._polls
        self._arrived.set()  # wakes an earlier poll that still waits, which this one ends
        self._arrived.clear()
        if not self._waiting() and timeout:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), timeout)
        if mine != self._polls:
            raise _RefusedError(
                409,
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running",
            )
        return self._waiting()[: int(fields.get("limit", 100))]

    def _waiting(self) -> list[Fields]:
        return [each for each in self._updates if each["update_id"] >= self.confirmed]

    def _send_message(self, fields: Fields) -> Fields:
        text, markup = _checked(fields)
        chat = int(fields["chat_id"])
        self.sent.append({"chat_id": chat, "text": text, "html": fields["text"], "reply_markup": markup})
        return _message(len(self.sent), chat, text)

    def _edit_message(self, fields: Fields) -> Fields:
        text, markup = _checked(fields)
        number = int(fields["message_id"])
        if not 1 <= number <= len(self.sent):
            raise _RefusedError(400, "Bad Request: message to edit not found")
        message = self.sent[number - 1]
        if (message["text"], message["reply_markup"]) == (text, markup):
            raise _RefusedError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup "
                "are exactly the same as a current content and reply markup of the message",
            )
        message |= {"text": text, "reply_markup": markup}
        return _message(number, message["chat_id"], text)


@asynccontextmanager
async def bot_api() -> AsyncIterator[BotApi]:
    """Run the server on a free port of 127.0.0.1 while the context lasts."""
    api = BotApi()
    application = web.Application()
    application.router.add_route("*", "/bot{token}/{method}", api.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    api.base_url = f"http://127.0.0.1:{port}/bot"
    try:
        yield api
    finally:
        await runner.cleanup()


async def _fields(request: web.Request) -> Fields:
    if request.content_type == "application/json":
        return dict(await request.json())
    return dict(await request.post())


def _checked(fields: Fields) -> tuple[str, Any]:
    text = str(fields.get("text", ""))
    if fields.get("parse_mode") == "HTML":
        entities = _Entities()
        entities.feed(text)
        entities.close()
        if entities.open:
            raise _RefusedError(400, "Bad Request: can't parse entities: Can't find end tag")
        text = entities.text
    if not text.strip():
        raise _RefusedError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise _RefusedError(400, "Bad Request: message is too long")
    markup = fields.get("reply_markup")
    markup = json.loads(markup) if isinstance(markup, str) else markup
    for row in (markup or {}).get("inline_keyboard", []):
        for button in row:
            if len(button.get("callback_data", "").encode()) > 64:
                raise _RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
    return text, markup


def _message(number: int, chat: int, text: str) -> Fields:
    return {
        "message_id": number,
        "date": 1_790_000_000,
        "chat": {"id": chat, "type": "private"},
        "text": text,
    }
