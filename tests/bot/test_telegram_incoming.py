"""Raw updates, good ones and garbage, to what the bot needs of them; and how fast one chat is answered."""

from __future__ import annotations

import json
import logging
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.incoming import Asked, Incoming, Me, UnreadableError, read, restored, update_number
from bot.telegram.pace import AT_ONCE, Pace
from bot.telegram.quick import Burst
from bot.telegram.recent import Brief
from bot.turn import Known
from tests.bot.telegram_bot import TableConversation, talking
from tests.bot_api import BotApi
from tests.citizens import BOT_ID, BOT_NAME, file, presses, types_behind_the_name, writes

ME = Me(BOT_ID, BOT_NAME)
_GOOD = (
    writes("salom"),
    writes("/start abc"),
    writes("", photo=[file()], caption="salom"),
    writes("", location={"latitude": 1.5, "longitude": 2.5}),
    writes("@h_bot salom", chat=-5, group=True, reply_to_message={"from": {"id": 5}, "text": "x"}),
    writes("new", edited=3),
    presses("menu@tg"),
    types_behind_the_name("wages"),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800\0"),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=5), children, max_size=3)
    ),
    max_leaves=5,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, child in below for each in _places(child, (*path, key)))]


@st.composite
def _damaged(draw: st.DrawFn) -> Any:
    """A good update with one field missing, or something else in its place."""
    update = deepcopy(draw(st.sampled_from(_GOOD)))
    path = draw(st.sampled_from(_places(update)))
    if not path:
        return draw(_JSON)
    holder: Any = update
    for key in path[:-1]:
        holder = holder[key]
    if draw(st.booleans()):
        del holder[path[-1]]
    else:
        holder[path[-1]] = draw(_JSON)
    return update


@settings(max_examples=2000, deadline=None)
@given(_damaged())
def test_whatever_comes_is_read_or_unreadable_and_what_is_read_can_be_stored(raw: Any) -> None:
    update_number(raw)
    try:
        incoming = read(raw, ME)
    except UnreadableError:
        return

    if isinstance(incoming, Incoming):
        assert restored(incoming.stored()).text == incoming.text
        incoming.stored().encode()
        incoming.text.encode()
    elif isinstance(incoming, Asked):
        incoming.text.encode()


def test_nothing_of_a_persons_name_or_place_is_stored() -> None:
    raw = writes("salom", location={"latitude": 55.81, "longitude": 37.61})
    raw["message"]["from"] |= {"first_name": "Nomvar", "username": "nomvar"}

    incoming = read(raw, ME)

    assert isinstance(incoming, Incoming)
    assert "omvar" not in incoming.stored()
    assert "55.81" not in incoming.stored()


@pytest.mark.parametrize(
    ("text", "kind", "content"),
    [
        ("/start", "command", "start"),
        ("/start@h_bot", "command", "start"),
        ("/LANGUAGE uz", "command", "language uz"),
        ("/start\nabc", "command", "start abc"),
        ("/menu@other_bot", "words", "/menu@other_bot"),
        ("/ что это", "words", "/ что это"),
        ("/старт", "words", "/старт"),
        ("1/2", "words", "1/2"),
    ],
)
def test_a_command_is_a_latin_word_behind_a_slash(text: str, kind: str, content: str) -> None:
    incoming = read(writes(text), ME)

    assert isinstance(incoming, Incoming)
    assert (incoming.kind, incoming.text) == (kind, content)


@pytest.mark.parametrize(("code", "language"), [("uz-Latn", "uz"), ("ru", "ru"), ("fa", "tg"), (None, "tg")])
def test_the_phones_language_counts_as_far_as_it_is_one_of_ours(code: str | None, language: str) -> None:
    incoming = read(writes("salom", language=code), ME)  # type: ignore[arg-type]

    assert isinstance(incoming, Incoming)
    assert incoming.language == language


def test_what_an_older_version_stored_is_still_read() -> None:
    assert restored('{"update":5,"chat":7,"kind":"words","gone":1}') == Incoming(5, 7, "words")


async def test_garbage_costs_one_line_a_kind_and_the_next_good_message_is_answered(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for n in range(30):
        api.deliver({"update_id": 100 + n, "message": {"text": n, "chat": "x"}})
        api.deliver({"update_id": 200 + n, "unheard_of": {"a": n}})
    api.deliver({"update_id": 300, "message": None, "callback_query": []})
    api.write("salom")

    with caplog.at_level(logging.INFO, "bot"):
        async with talking(TableConversation(), api, tmp_path):
            [message] = await api.messages(1)

    assert message["text"] == "re: salom"
    lines = [each for each in caplog.records if each.getMessage() == "update.unreadable"]
    assert len(lines) == 2
    assert "chat" in json.dumps(lines[0].__dict__, default=str)


# -- how fast


def test_a_dozen_messages_in_one_go_are_no_flood_and_a_hundred_are() -> None:
    pace = Pace()
    floods = []
    for n in range(100):
        pace = pace.after(1, 1000 + n / 10)
        floods.append(pace.too_fast)

    assert not any(floods[:AT_ONCE])
    assert all(floods[40:])


def test_somebody_who_was_slowed_and_waits_is_answered_at_once_again_and_told_again_in_the_next_flood() -> (
    None
):
    slowed = Pace().after(50, 1000.0).having_told()

    later = slowed.after(1, 1100.0)

    assert slowed.told
    assert not later.too_fast
    assert later.pause == 0
    assert not later.after(50, 1100.0).told


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 1e9)), max_size=30))
def test_nobody_ever_waits_longer_than_for_a_full_measure(steps: list[tuple[int, float]]) -> None:
    pace = Pace()
    for messages, now in steps:
        pace = pace.after(messages, now)
        assert 0 <= pace.pause <= AT_ONCE


@pytest.mark.parametrize(("seconds", "together"), [(0, True), (3, True), (4, False), (-1, False)])
def test_what_follows_within_three_seconds_is_read_together(seconds: int, together: bool) -> None:
    burst = Burst(("one",), 1000, Known(), ("unknown",))

    assert burst.goes_on_with(Incoming(2, 1, "words", "two", sent=1000 + seconds)) is together


def test_what_is_remembered_for_moments_is_forgotten_after_them() -> None:
    now = 0.0
    brief: Brief[int, str] = Brief(10, clock=lambda: now)
    brief.put(1, "a text")
    now = 11.0

    assert brief.get(1) is None
