"""What Telegram refuses in a message, as far as the bot could get it wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

Fields = dict[str, Any]
LARGEST_FILE = 50 * 1024 * 1024


class RefusedError(Exception):
    """An answer of the Bot API that is no success."""

    def __init__(self, status: int, description: str, parameters: Fields | None = None) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


def checked_text(fields: Mapping[str, Any]) -> str:
    """Return the text as a chat shows it. Raises RefusedError."""
    text = str(fields.get("text", ""))
    if fields.get("parse_mode") == "HTML":
        text = _without_markup(text)
    if not text.strip():
        raise RefusedError(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) // 2 > 4096:
        raise RefusedError(400, "Bad Request: message is too long")
    return text


def checked_markup(fields: Mapping[str, Any], *, private: bool) -> Any:
    """Return the buttons. Raises RefusedError."""
    markup = decoded(fields.get("reply_markup")) or {}
    for row in markup.get("inline_keyboard", []):
        for button in row:
            if not button.get("text"):
                raise RefusedError(400, "Bad Request: inline keyboard button text must be non-empty")
            if not 1 <= len(button.get("callback_data", "").encode()) <= 64:
                raise RefusedError(400, "Bad Request: BUTTON_DATA_INVALID")
    asked = [each for row in markup.get("keyboard", []) for each in row if each.get("request_location")]
    if asked and not private:
        raise RefusedError(400, "Bad Request: location can be requested in private chats only")
    return markup or None


def checked_voice(fields: Mapping[str, Any], known: Mapping[str, bytes]) -> bytes:
    """Return the sound of a voice message; known: those sent before, by their ids. Raises RefusedError."""
    sent = fields.get("voice")
    if isinstance(sent, str) and sent not in known:
        raise RefusedError(400, "Bad Request: wrong file identifier/HTTP URL specified")
    content = known[sent] if isinstance(sent, str) else sent[1] if sent else b""
    if len(content) > LARGEST_FILE:
        raise RefusedError(413, "Request Entity Too Large")
    if not content.startswith(b"OggS") or b"OpusHead" not in content[:64]:
        raise RefusedError(400, "Bad Request: type of file mismatch")
    if len(str(fields.get("caption", "")).encode("utf-16-le")) // 2 > 1024:
        raise RefusedError(400, "Bad Request: message caption is too long")
    return content


def decoded(value: Any) -> Any:
    """Return a field that may be JSON within JSON, as the Bot API allows."""
    return json.loads(value) if isinstance(value, str) else value


def _without_markup(html: str) -> str:
    entities = _Entities()
    entities.feed(html)
    entities.close()
    if entities.open:
        raise RefusedError(400, "Bad Request: can't parse entities: Can't find end tag")
    return entities.text


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
            raise RefusedError(400, f'Bad Request: can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise RefusedError(400, "Bad Request: can't parse entities: Unmatched end tag")

    def handle_data(self, data: str) -> None:
        self.text += data
