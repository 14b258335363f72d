"""What comes in, in all its forms, and what goes out: with a table of answers, over real HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.reply import Button, ContactCard, File, Reply, Venue
from bot.store import Store, open_store
from bot.turn import Feedback, Turn
from knowledge.model import LANGUAGES
from tests.bot.telegram_bot import TableConversation, talking
from tests.bot_api import BotApi, Fault
from tests.citizens import file, of_the_bot

_PHOTO = [file(width=1, height=1)]


async def _answers(api: BotApi, folder: Path, conversation: TableConversation | None = None) -> list[str]:
    """Return what is sent to all that was written."""
    api.write("/end", chat=999)
    async with talking(conversation or TableConversation(), api, folder), _store(folder) as store:
        await api.until(lambda: api.texts(999) == ["/end"])
        async with asyncio.timeout(20):
            while await store.backlog():  # noqa: ASYNC110 - a database has no event
                await asyncio.sleep(0.02)
    return [each for each in api.texts() if each != "/end"]


@asynccontextmanager
async def _store(folder: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{folder / 'hotline.db'}")
    try:
        yield store
    finally:
        await store.close()


def _written(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.iterdir())


# -- instead of words


@pytest.mark.parametrize(
    ("content", "medium"),
    [
        ({"photo": _PHOTO}, "photo"),
        ({"voice": file(duration=3)}, "voice"),
        ({"audio": file(duration=3)}, "voice"),
        ({"sticker": file(type="regular", width=1, height=1)}, "sticker"),
        ({"animation": file(), "document": file()}, "sticker"),
        ({"document": file()}, "document"),
        ({"video": file()}, "video"),
        ({"video_note": file()}, "video"),
        ({"poll": {"id": "1", "question": "?"}}, "poll"),
        ({"contact": {"phone_number": "1", "first_name": "A"}}, "other"),
        ({"dice": {"emoji": "x", "value": 1}}, "other"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
async def test_what_comes_instead_of_words_is_answered_by_what_it_is(
    api: BotApi, tmp_path: Path, content: dict[str, Any], medium: str
) -> None:
    api.write("", **content)

    assert await _answers(api, tmp_path) == [f"a {medium}"]


async def test_a_caption_and_a_forwarded_text_are_questions(api: BotApi, tmp_path: Path) -> None:
    api.write("", chat=1, photo=_PHOTO, caption="salom")
    api.write("forwarded", chat=2, forward_origin={"type": "hidden_user", "sender_user_name": "B", "date": 1})

    assert sorted(await _answers(api, tmp_path)) == ["re: forwarded", "re: salom"]


async def test_an_album_is_answered_once(api: BotApi, tmp_path: Path) -> None:
    for _ in range(4):
        api.write("", chat=1, photo=_PHOTO, media_group_id="7")
    api.write("", chat=2, photo=_PHOTO, media_group_id="8", caption="salom")
    api.write("", chat=2, photo=_PHOTO, media_group_id="8")

    assert sorted(await _answers(api, tmp_path)) == ["a photo", "re: salom"]


async def test_what_nobody_said_is_not_answered(api: BotApi, tmp_path: Path) -> None:
    api.write("", new_chat_members=[of_the_bot()])
    api.write("", pinned_message={"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}})
    api.write("shared from the inline mode", via_bot=of_the_bot())
    api.deliver({"update_id": 500, "my_chat_member": {"chat": {"id": 1, "type": "private"}}})
    api.deliver({"update_id": 501, "channel_post": {"message_id": 1, "chat": {"id": -1, "type": "channel"}}})

    assert await _answers(api, tmp_path) == []


# -- a place


async def test_a_place_is_answered_and_never_written_to_the_disk(api: BotApi, tmp_path: Path) -> None:
    api.write("", location={"latitude": 55.81234, "longitude": 37.61234})

    answers = await _answers(api, tmp_path)

    assert answers == ["near 55.81234 37.61234"]
    assert b"55.8" not in _written(tmp_path)
    assert b"37.6" not in _written(tmp_path)


async def test_a_place_that_was_lost_with_the_program_is_asked_for_again(api: BotApi, tmp_path: Path) -> None:
    api.standing["sendMessage"] = Fault(503)
    number = api.write("", location={"latitude": 55.81234, "longitude": 37.61234})
    async with talking(TableConversation(), api, tmp_path, finish_seconds=0):
        await api.until(lambda: api.confirmed > number)
    del api.standing["sendMessage"]

    assert await _answers(api, tmp_path) == ["/contacts"]


async def test_whoever_is_asked_for_a_place_gets_a_button_that_sends_it(api: BotApi, tmp_path: Path) -> None:
    asks = Turn(Reply("where?", "ru", asks_for_location=True))
    api.write("salom", chat=1)
    api.write("@h_bot salom", chat=-1, group=True)

    await _answers(api, tmp_path, TableConversation({"salom": asks}))

    by_chat = {each["chat_id"]: each["reply_markup"] for each in api.sent}
    assert by_chat[1]["keyboard"] == [[{"text": "my place (ru)", "request_location": True}]]
    assert by_chat[1]["one_time_keyboard"] is True
    assert by_chat[-1] is None


# -- quick messages


async def test_quick_messages_are_read_together_and_answered_anew_only_if_that_changes_the_answer(
    api: BotApi, tmp_path: Path
) -> None:
    table = {
        "they do not pay": Turn(Reply("wages", "en")),
        "they do not pay\nsince three months": Turn(Reply("wages", "en")),
        "they do not pay\nsince three months\nand hold my passport": Turn(Reply("passport", "en")),
    }
    for text in ("they do not pay", "since three months", "and hold my passport"):
        api.write(text)

    assert await _answers(api, tmp_path, TableConversation(table)) == ["wages", "passport"]


async def test_slow_messages_are_read_alone(api: BotApi, tmp_path: Path) -> None:
    api.write("one", ago=10)
    api.write("two", ago=5)

    assert await _answers(api, tmp_path) == ["re: one", "re: two"]


async def test_quick_messages_of_several_people_are_read_alone(api: BotApi, tmp_path: Path) -> None:
    api.write("@h_bot one", chat=-5, group=True, person=1)
    api.write("@h_bot two", chat=-5, group=True, person=2)
    api.write("three", chat=3)

    assert sorted(await _answers(api, tmp_path)) == ["re: one", "re: three", "re: two"]


async def test_a_command_between_quick_messages_is_answered_and_ends_them(
    api: BotApi, tmp_path: Path
) -> None:
    for text in ("one", "/menu", "two"):
        api.write(text)

    assert await _answers(api, tmp_path) == ["re: one", "/menu", "re: two"]


# -- edited messages


async def test_an_edited_message_is_answered_again_only_if_that_changes_the_answer(
    api: BotApi, tmp_path: Path
) -> None:
    table = {each: Turn(Reply("wages", "en")) for each in ("wagse", "wages")}
    number = api.write("wagse")
    api.write("wages", edited=number)
    api.write("something else", edited=number)
    api.write("long ago", edited=1, ago=3600)
    api.write("", edited=1, location={"latitude": 1.0, "longitude": 1.0, "live_period": 60})

    answers = await _answers(api, tmp_path, TableConversation(table))

    assert answers == ["wages", "re: something else"]


# -- groups


@pytest.mark.parametrize(
    ("text", "content", "answer"),
    [
        ("talk among people", {}, []),
        ("@h_bot salom", {}, ["re: salom"]),
        ("salom, @H_Bot!", {}, ["re: salom,  !"]),
        ("@h_bot_2 salom", {}, []),
        ("salom", {"reply_to_message": {"from": of_the_bot(), "text": "x"}}, ["re: salom"]),
        ("salom", {"reply_to_message": {"from": {"id": 5}, "text": "x"}}, []),
        (
            "@h_bot",
            {"reply_to_message": {"from": {"id": 5}, "text": "their question"}},
            ["re: their question"],
        ),
        ("/menu", {}, []),
        ("/menu@h_bot", {}, ["/menu"]),
        ("/menu@other_bot", {}, []),
        ("", {"photo": _PHOTO}, []),
    ],
)
async def test_in_groups_only_what_is_said_to_the_bot_is_answered(
    api: BotApi, tmp_path: Path, text: str, content: dict[str, Any], answer: list[str]
) -> None:
    number = api.write(text, chat=-5, group=True, person=1, **content)

    assert await _answers(api, tmp_path) == answer
    assert [each["reply_to"] for each in api.sent if each["chat_id"] == -5] == [number for _ in answer]


async def test_what_people_say_among_themselves_is_never_stored(api: BotApi, tmp_path: Path) -> None:
    api.write("talk among people", chat=-5, group=True, person=1)

    await _answers(api, tmp_path)

    assert b"talk among" not in _written(tmp_path)


# -- the inline mode


async def test_the_inline_mode_offers_five_sections_to_share(api: BotApi, tmp_path: Path) -> None:
    api.type_behind_the_name("wages")

    async with talking(TableConversation(), api, tmp_path):
        await api.until(lambda: "wages" in api.offered)

    offers = api.offered["wages"]
    assert [each["title"] for each in offers] == [f"wages {n}" for n in range(5)]
    assert offers[0]["input_message_content"]["message_text"] == "<b>wages</b> 0"


# -- what goes out


async def test_buttons_stand_in_their_rows_and_say_the_language_of_the_reply(
    api: BotApi, tmp_path: Path
) -> None:
    rows = ((Button("one", "a"), Button("two", "b")), (Button("t" * 200, "c"),))
    api.write("salom")

    await _answers(api, tmp_path, TableConversation({"salom": Turn(Reply("text", "uz", rows))}))

    [keyboard] = [each["reply_markup"]["inline_keyboard"] for each in api.sent if each["chat_id"] == 1]
    assert [[each["callback_data"] for each in row] for row in keyboard] == [["a@uz", "b@uz"], ["c@uz"]]
    assert len(keyboard[1][0]["text"]) <= 60


async def test_a_pressed_button_is_acknowledged_and_answered_in_the_language_of_its_reply(
    api: BotApi, tmp_path: Path
) -> None:
    table = TableConversation()
    number = api.press("menu@uz", language="ru")
    api.press("an old button without a language", chat=2, language="ru")

    answers = await _answers(api, tmp_path, table)

    assert sorted(answers) == ["pressed: an old button without a language", "pressed: menu"]
    assert str(number) in api.acknowledged


async def test_cards_places_and_files_follow_the_text(api: BotApi, tmp_path: Path) -> None:
    reply = Reply(
        "text",
        "ru",
        attachments=(
            ContactCard("Посольство", "+74951234567"),
            Venue("Посольство", "Москва", 55.75, 37.5),
            File("сроки.ics", b"BEGIN:VCALENDAR", "text/calendar"),
        ),
    )
    api.write("salom")

    await _answers(api, tmp_path, TableConversation({"salom": Turn(reply)}))

    text, card, venue, calendar = (each for each in api.sent if each["chat_id"] == 1)
    assert text["text"] == "text"
    assert (card["phone_number"], card["first_name"]) == ("+74951234567", "Посольство")
    assert float(venue["latitude"]) == 55.75
    assert calendar["document"] == ("сроки.ics", b"BEGIN:VCALENDAR")


async def test_a_long_reply_comes_in_pieces_with_the_buttons_under_the_last(
    api: BotApi, tmp_path: Path
) -> None:
    long = Reply("\n\n".join(["слово " * 200] * 8), "ru", ((Button("one", "a"),),))
    api.write("salom")

    await _answers(api, tmp_path, TableConversation({"salom": Turn(long)}))

    pieces = [each for each in api.sent if each["chat_id"] == 1]
    assert len(pieces) > 1
    assert [each["reply_markup"] is not None for each in pieces] == [False] * (len(pieces) - 1) + [True]


# -- what is kept


async def test_the_language_and_the_subject_are_known_the_next_time(api: BotApi, tmp_path: Path) -> None:
    table = TableConversation(
        {
            "language:uz": Turn(Reply("xoʻp", "uz"), language="uz"),
            "wages": Turn(Reply("wages", "ru"), subject="unpaid-wages"),
        }
    )
    api.press("language:uz@ru")
    api.write("wages")
    api.write("/menu")
    api.write("and then?")

    await _answers(api, tmp_path, table)

    text, known = table.heard[-1]
    assert text == "and then?"
    assert (known.language, known.chosen, known.subject) == ("uz", True, "unpaid-wages")


async def test_feedback_is_counted_without_any_id_and_forget_deletes_the_rest(
    api: BotApi, tmp_path: Path
) -> None:
    opinion = Feedback("unpaid-wages", "first", "unclear", "ru")
    table = TableConversation(
        {
            "unclear": Turn(Reply("thanks", "ru"), feedback=opinion),
            "language:ru": Turn(Reply("хорошо", "ru"), language="ru"),
            "/forget": Turn(Reply("done", "ru"), forget=True),
        }
    )
    api.press("unclear@ru", chat=77)
    api.press("language:ru@ru", chat=77)
    api.write("/forget", chat=77)

    await _answers(api, tmp_path, table)
    async with _store(tmp_path) as store:
        known, opinions = await store.known(77), await store.opinions(date(2020, 1, 1))

    assert known == (None, None)
    assert [(each.page_id, each.reason, each.times) for each in opinions] == [("unpaid-wages", "unclear", 1)]


# -- before anybody writes


async def test_commands_and_descriptions_are_shown_in_four_languages_and_set_only_once(
    api: BotApi, tmp_path: Path
) -> None:
    async with talking(TableConversation(), api, tmp_path):
        await api.until(lambda: len(api.shown) == 3 * (1 + len(LANGUAGES)))
    begun = len(api.calls)
    async with talking(TableConversation(), api, tmp_path):
        await api.until(lambda: api.calls[begun:].count("getMyDescription") == 1 + len(LANGUAGES))

    commands = json.loads(json.dumps(api.shown["MyCommands", "ru"]["commands"]))
    assert "begin (ru)" in str(commands)
    assert api.shown["MyDescription", "uz"]["description"] == "This is a hotline (uz). It answers questions."
    assert api.shown["MyShortDescription", ""]["short_description"] == "This is a hotline (tg)."
    assert not [each for each in api.calls[begun:] if each.startswith("setMy")]


async def test_a_profile_that_telegram_refuses_keeps_nobody_from_being_answered(
    api: BotApi, tmp_path: Path
) -> None:
    api.standing["setMyCommands"] = Fault(429, retry_after=3600)
    api.write("salom")

    assert await _answers(api, tmp_path) == ["re: salom"]
