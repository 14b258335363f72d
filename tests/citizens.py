"""What people do on Telegram, as raw updates of the Bot API."""

from __future__ import annotations

import itertools
import time
from typing import Any

BOT_ID, BOT_NAME = 424242, "h_bot"
_numbers = itertools.count(1000)
Fields = dict[str, Any]


def writes(
    text: str,
    *,
    chat: int = 1,
    language: str = "tg",
    group: bool = False,
    person: int = 0,
    ago: float = 0,
    edited: int = 0,
    **content: Any,
) -> Fields:
    """A citizen sends a text, or other content.

    person: who writes, by default the one whose chat it is. ago: seconds since it was sent.
    edited: number of the message that is changed, for an edit.
    """
    number = next(_numbers)
    body: Fields = {"text": text} if text else {}
    if text.startswith("/"):
        body["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
    message = {
        "message_id": edited or number,
        "date": int(time.time() - ago),
        "chat": {"id": chat, "type": "supergroup", "title": "G"} if group else _private(chat),
        "from": _person(person or chat, language),
        **({"edit_date": int(time.time())} if edited else {}),
        **body,
        **content,
    }
    return {"update_id": number, "edited_message" if edited else "message": message}


def presses(action: str, *, chat: int = 1, language: str = "tg") -> Fields:
    """A citizen presses a button with this callback data."""
    number = next(_numbers)
    query = {
        "id": str(number),
        "chat_instance": "1",
        "from": _person(chat, language),
        "message": {"message_id": 1, "date": int(time.time()), "chat": _private(chat)},
        "data": action,
    }
    return {"update_id": number, "callback_query": query}


def types_behind_the_name(text: str, *, person: int = 1, language: str = "tg") -> Fields:
    """A citizen types '@bot text' in some chat."""
    number = next(_numbers)
    query = {"id": str(number), "from": _person(person, language), "query": text, "offset": ""}
    return {"update_id": number, "inline_query": query}


def file(**more: Any) -> Fields:
    """Fields that photos, voices and the like have in common."""
    return {"file_id": "x", "file_unique_id": "y", **more}


def of_the_bot() -> Fields:
    """The bot as a sender."""
    return {"id": BOT_ID, "is_bot": True, "first_name": "H", "username": BOT_NAME}


def _private(chat: int) -> Fields:
    return {"id": chat, "type": "private", "first_name": "A"}


def _person(number: int, language: str) -> Fields:
    return {"id": number, "is_bot": False, "first_name": "A", "language_code": language}
