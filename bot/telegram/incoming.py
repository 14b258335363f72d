"""A raw update to what the bot needs of it: no name, and nothing of what is not meant for the bot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from pydantic import TypeAdapter, ValidationError

from bot.telegram.wire import LARGEST, CallbackQuery, Message, RawUpdate, User
from bot.turn import Medium
from knowledge.model import Language

UPDATE_KINDS: Final = ("message", "edited_message", "callback_query", "inline_query")
"""What is asked for at Telegram; everything else is not for this bot."""
LONGEST_TEXT: Final = 8192
"""Characters of one message that are read; Telegram itself allows 4096."""

Kind = Literal["words", "command", "press", "medium", "place"]


class UnreadableError(Exception):
    """An update that is not as the Bot API describes it; names the fields, never what stands in them."""


@dataclass(frozen=True, slots=True)
class Me:
    """This bot, as getMe describes it."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or pressed button; what is stored until it is answered."""

    update: int
    """Telegram's number of the update."""
    chat: int
    kind: Kind
    text: str = ""
    """What was written; of a command its name and argument, of a button its action, else the medium."""
    language: Language = "tg"
    """Of the phone, as far as it is one of ours."""
    sent: int = 0
    """When, in seconds since 1970 by Telegram's clock; 0 where Telegram does not say."""
    message: int = 0
    """Number within the chat, for replying to it; 0 for none."""
    private: bool = True
    """False in a group."""
    query: str = ""
    """Of a pressed button: what Telegram wants acknowledged."""
    edited: bool = False
    captioned: bool = False
    """Whether the words stood under a picture or the like, which is not read."""
    place: tuple[float, float] | None = None
    """Latitude and longitude in degrees; never stored."""

    @property
    def asks_for_person(self) -> bool:
        """Whether this leads to writing to a person of the staff (bot.handover)."""
        return self.kind in ("command", "press") and self.text.startswith("person")

    def stored(self) -> str:
        """Return this as JSON without the place where somebody is."""
        return _ADAPTER.dump_json(replace(self, place=None), exclude_defaults=True).decode()


def restored(text: str) -> Incoming:
    """Return what `stored` wrote, also in an older version. Raises UnreadableError."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise UnreadableError(_fields(error)) from None


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody types behind the bot's name in any chat; worth nothing a few seconds later."""

    query: str
    user: int
    text: str
    language: Language


def read(raw: object, me: Me) -> Incoming | Asked | None:
    """Return what this update asks of the bot; None if nothing.

    In groups only what mentions the bot or replies to it is read at all. Raises UnreadableError.
    """
    try:
        update = RawUpdate.model_validate(raw)
    except ValidationError as error:
        raise UnreadableError(_fields(error)) from None
    if update.inline_query is not None:
        query = update.inline_query
        return Asked(query.id, query.sender.id, query.query[:LONGEST_TEXT], _language(query.sender))
    if update.callback_query is not None:
        return _press(update.update_id, update.callback_query)
    message = update.message or update.edited_message
    if message is None or _is_own(message, me):
        return None
    return _message(update.update_id, message, me, edited=update.message is None)


def update_number(raw: object) -> int | None:
    """Return the number of an update, readable or not; None if it has none."""
    number = raw.get("update_id") if isinstance(raw, Mapping) else None
    return number if isinstance(number, int) and 0 <= number <= LARGEST else None


_COMMAND: Final = re.compile(r"/(\w{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL | re.ASCII)
_MEDIA: Final[Mapping[str, Medium]] = {
    "photo": "photo",
    "voice": "voice",
    "audio": "voice",
    "sticker": "sticker",
    "animation": "sticker",
    "video": "video",
    "video_note": "video",
    "document": "document",
    "poll": "poll",
    **dict.fromkeys(("contact", "dice", "game", "story", "paid_media", "checklist"), "other"),
}
"""In this order: an animation is also sent as a document. What is not here (somebody joined, a message was
pinned) is no message of a person."""


def _press(number: int, press: CallbackQuery) -> Incoming | None:
    if press.message is None:  # a button of a message that was shared from the inline mode
        return None
    return Incoming(
        number,
        press.message.chat.id,
        "press",
        press.data[:64],
        _language(press.sender),
        private=press.message.chat.type == "private",
        query=press.id,
    )


def _message(number: int, message: Message, me: Me, *, edited: bool) -> Incoming | None:
    private = message.chat.type == "private"
    text = (message.text or message.caption)[:LONGEST_TEXT]
    if not private:
        addressed = _addressed(text, message, me)
        if addressed is None:
            return None
        text = addressed
    kind, content = _kind(text, message, me)
    if kind is None or (edited and kind != "words"):
        return None
    where = message.location
    return Incoming(
        number,
        message.chat.id,
        kind,
        content,
        _language(message.sender),
        sent=message.date,
        message=message.message_id,
        private=private,
        edited=edited,
        captioned=kind == "words" and not message.text and bool(message.caption),
        place=(where.latitude, where.longitude) if where and kind == "place" else None,
    )


def _kind(text: str, message: Message, me: Me) -> tuple[Kind | None, str]:
    command = _COMMAND.fullmatch(text.strip())
    if command and (command[2] or me.username).lower() == me.username.lower():
        return "command", " ".join(part for part in (command[1].lower(), command[3]) if part)
    if text.strip():
        return "words", text
    if message.location is not None:
        return "place", ""
    medium = next((each for key, each in _MEDIA.items() if key in (message.model_extra or {})), None)
    if medium is not None:
        return "medium", medium
    return (None, "") if not message.text else ("words", message.text)


def _addressed(text: str, message: Message, me: Me) -> str | None:
    """Return what is said to the bot, without its name; None if nothing is."""
    if message.chat.type not in ("group", "supergroup"):
        return None
    command = _COMMAND.fullmatch(text.strip())
    if command:
        return text if (command[2] or "").lower() == me.username.lower() else None
    words, mentions = re.subn(rf"@{re.escape(me.username)}\b", " ", text, flags=re.IGNORECASE)
    quoted = message.reply_to_message
    replied = quoted is not None and quoted.sender is not None and quoted.sender.id == me.id
    if not mentions:
        return text if replied else None
    if not words.strip() and quoted is not None and not replied:
        return (quoted.text or quoted.caption)[:LONGEST_TEXT]
    return words.strip()


def _is_own(message: Message, me: Me) -> bool:
    return me.id in (message.via_bot and message.via_bot.id, message.sender and message.sender.id)


def _language(user: User | None) -> Language:
    code = user.language_code if user else None
    short = code.split("-")[0] if isinstance(code, str) else ""
    return next((each for each in get_args(Language) if each == short), "tg")


def _fields(error: ValidationError) -> str:
    places = {".".join(str(part) for part in each["loc"]) for each in error.errors(include_input=False)}
    return ", ".join(sorted(places))


_ADAPTER: Final = TypeAdapter(Incoming)
