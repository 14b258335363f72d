"""Raw updates of every kind that the Bot API knows, with many fields; nothing in them is anybody's."""

from __future__ import annotations

import time
from copy import deepcopy
from typing import Any

from tests.citizens import BOT_ID, BOT_NAME, Fields, file, of_the_bot, presses, types_behind_the_name, writes

_PERSON = {"id": 5, "is_bot": False, "first_name": "A", "language_code": "ru"}
_GROUP = {"id": -100, "type": "supergroup", "title": "G", "is_forum": True}
_CHANNEL = {"id": -200, "type": "channel", "title": "C"}
_PHOTO = [file(width=90, height=90, file_size=1000)]
_LOCATION = {"latitude": 55.75, "longitude": 37.62, "live_period": 60}
_MEMBER = {"user": of_the_bot(), "status": "member"}
_QUESTION = "Мне не платят зарплату"


def _kind(name: str, body: Any) -> Fields:
    return {"update_id": 0, name: body}


def _channel_post() -> Fields:
    return {"message_id": 1, "date": int(time.time()), "chat": _CHANNEL, "sender_chat": _CHANNEL, "text": "x"}


def _changed(name: str) -> Fields:
    return _kind(
        name,
        {"chat": _GROUP, "from": _PERSON, "date": 1, "old_chat_member": _MEMBER, "new_chat_member": _MEMBER},
    )


def _boost(name: str) -> Fields:
    source = {"source": "premium", "user": _PERSON}
    return _kind(
        name,
        {"chat": _CHANNEL, "boost": {"boost_id": "b", "add_date": 1, "expiration_date": 2, "source": source}},
    )


_READ: list[Fields] = [
    writes(
        _QUESTION,
        entities=[{"type": "bold", "offset": 0, "length": 3}],
        forward_origin={"type": "user", "sender_user": _PERSON, "date": 1},
        reply_to_message={"message_id": 1, "from": _PERSON, "chat": _GROUP, "date": 1, "text": "x"},
        reply_markup={"inline_keyboard": [[{"text": "t", "callback_data": "menu"}]]},
        link_preview_options={"is_disabled": True},
    ),
    writes("/start again"),
    writes("/dates"),
    writes("", photo=_PHOTO, caption=_QUESTION, media_group_id="1"),
    writes("", voice=file(duration=3)),
    writes("", sticker=file(type="regular", width=1, height=1, is_animated=False, is_video=False)),
    writes("", document=file(), animation=file(width=1, height=1, duration=1)),
    writes("", location=_LOCATION),
    writes("", location=_LOCATION, venue={"location": _LOCATION, "title": "V", "address": "A"}),
    writes("", contact={"phone_number": "100", "first_name": "A"}),
    writes("", poll={"id": "1", "question": "?", "options": [{"text": "a", "voter_count": 0}]}),
    writes("", new_chat_members=[_PERSON]),
    writes(f"@{BOT_NAME} {_QUESTION}", chat=-5, group=True, message_thread_id=3),
    writes(
        _QUESTION,
        chat=-5,
        group=True,
        reply_to_message={"message_id": 1, "from": {"id": BOT_ID}, "text": "x"},
    ),
    writes(_QUESTION, via_bot=_PERSON),
    writes(_QUESTION, edited=3),
    presses("menu@ru"),
    presses("topic:wages@tg"),
    presses("dates:"),
    types_behind_the_name(_QUESTION),
]
_NOT_READ: list[Fields] = [
    _kind("channel_post", _channel_post()),
    _kind("edited_channel_post", _channel_post()),
    _kind(
        "business_connection", {"id": "1", "user": _PERSON, "user_chat_id": 5, "date": 1, "is_enabled": True}
    ),
    _kind("business_message", _channel_post()),
    _kind("edited_business_message", _channel_post()),
    _kind("deleted_business_messages", {"business_connection_id": "1", "chat": _GROUP, "message_ids": [1]}),
    _kind(
        "message_reaction",
        {"chat": _GROUP, "message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []},
    ),
    _kind("message_reaction_count", {"chat": _GROUP, "message_id": 1, "date": 1, "reactions": []}),
    _kind("chosen_inline_result", {"result_id": "1", "from": _PERSON, "query": "x"}),
    _kind("shipping_query", {"id": "1", "from": _PERSON, "invoice_payload": "x", "shipping_address": {}}),
    _kind("pre_checkout_query", {"id": "1", "from": _PERSON, "currency": "XTR", "total_amount": 1}),
    _kind("purchased_paid_media", {"from": _PERSON, "paid_media_payload": "x"}),
    _kind("poll", {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False}),
    _kind("poll_answer", {"poll_id": "1", "user": _PERSON, "option_ids": [0]}),
    _changed("my_chat_member"),
    _changed("chat_member"),
    _kind("chat_join_request", {"chat": _GROUP, "from": _PERSON, "user_chat_id": 5, "date": 1}),
    _boost("chat_boost"),
    _boost("removed_chat_boost"),
    _kind("invented_tomorrow", {"chat": _GROUP, "from": _PERSON, "text": "x"}),
]
EVERY_UPDATE = tuple(_READ + _NOT_READ)
Path = tuple[str | int, ...]


def paths(value: object, path: Path = ()) -> list[Path]:
    """Return where something stands in this update, the update itself first."""
    below: Any = ()
    if isinstance(value, dict):
        below = value.items()
    elif isinstance(value, list):
        below = enumerate(value)
    return [path, *(each for key, child in below for each in paths(child, (*path, key)))]


def renewed(update: Fields, number: int) -> Fields:
    """Return a copy with this update number, sent just now by a person whose number it is as well."""
    copy: Fields = deepcopy(update)
    copy["update_id"] = number
    for body in copy.values():
        if not isinstance(body, dict):
            continue
        if "from" in body:
            body["from"] = body["from"] | {"id": number}
        for holder in (body, body.get("message")):
            if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
                private = holder["chat"]["type"] == "private"
                holder["chat"] = holder["chat"] | {"id": number if private else -number}
        if "date" in body:
            body["date"] = int(time.time())
    return copy


def without(update: Fields, path: Path) -> Any:
    """Take away what stands there, in place; return the update."""
    holder = _holder(update, path)
    del holder[path[-1]]
    return update


def replaced(update: Fields, path: Path, value: object) -> Any:
    """Put something else there, in place; return the update, or the value if it takes the update's place."""
    if not path:
        return value
    _holder(update, path)[path[-1]] = value
    return update


def _holder(update: Fields, path: Path) -> Any:
    holder: Any = update
    for key in path[:-1]:
        holder = holder[key]
    return holder
