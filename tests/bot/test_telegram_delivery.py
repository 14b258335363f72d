"""Never lost, never twice: over real HTTP against the tests' own Bot API server."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from bot.question import Question
from bot.reply import Button, Reply
from bot.store import open_store
from bot.telegram.sending import Pauses
from bot.turn import Known, Turn
from tests.bot.telegram_bot import SHORT, TableConversation, talking
from tests.bot_api import BotApi, Fault

DROPPED = Fault(0)
TAKEN_AND_DROPPED = Fault(0, after_taking=True)


def _events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name.startswith("bot.telegram")]


# -- sending


async def test_a_reply_that_telegram_asks_to_send_later_is_sent_once_and_not_before(
    api: BotApi, tmp_path: Path
) -> None:
    api.fail("sendMessage", Fault(429, "Too Many Requests: retry after 1", retry_after=1))
    number = api.write("salom")

    async with talking(TableConversation(), api, tmp_path):
        await api.until(lambda: "sendMessage" in api.calls)
        refused = asyncio.get_running_loop().time()
        [message] = await api.messages(1)
        await api.until(lambda: api.confirmed > number)

    assert message["at"] - refused > 0.9


@pytest.mark.parametrize(
    "fault",
    [
        Fault(502, "Bad Gateway"),
        Fault(503),
        Fault(500),
        Fault(504),
        DROPPED,
        Fault(429),
        Fault(200, body=b"<html>"),
    ],
    ids=["502", "503", "500", "504", "dropped", "429-without-time", "garbled"],
)
async def test_a_reply_that_telegram_did_not_take_is_sent_until_it_is_there_once(
    api: BotApi, tmp_path: Path, fault: Fault
) -> None:
    api.fail("sendMessage", fault, fault)
    api.write("salom")

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(1)
        api.write("/end", chat=2)
        messages = await api.messages(2)

    assert [each["text"] for each in messages] == ["re: salom", "/end"]
    assert api.calls.count("sendMessage") == 4


@pytest.mark.parametrize(
    "fault",
    [
        TAKEN_AND_DROPPED,
        Fault(504, after_taking=True),
        Fault(502, after_taking=True),
        Fault(200, seconds=2, after_taking=True),
    ],
    ids=["dropped", "504", "502", "timeout"],
)
async def test_a_reply_that_telegram_took_without_saying_so_is_there_twice_at_most(
    api: BotApi, tmp_path: Path, fault: Fault
) -> None:
    api.fail("sendMessage", fault)
    api.write("salom")

    async with talking(TableConversation(), api, tmp_path, read_seconds=0.5):
        await api.messages(2)
        api.write("/end", chat=2)
        messages = await api.messages(3)

    assert [each["text"] for each in messages] == ["re: salom", "re: salom", "/end"]


async def test_where_nobody_knows_whether_it_was_taken_a_reply_comes_twice_a_minute_at_most(
    api: BotApi, tmp_path: Path
) -> None:
    minute = 0.6
    api.standing["sendMessage"] = TAKEN_AND_DROPPED
    api.write("salom")

    pauses = replace(SHORT, unsure=minute)
    async with talking(TableConversation(), api, tmp_path, pauses=pauses, finish_seconds=0):
        messages = await api.messages(4)

    moments = [each["at"] for each in messages]
    assert all(third - first > minute for first, third in zip(moments, moments[2:], strict=False))


@pytest.mark.parametrize(
    "refusal",
    [
        Fault(403, "Forbidden: bot was blocked by the user"),
        Fault(403, "Forbidden: user is deactivated"),
        Fault(400, "Bad Request: chat not found"),
        Fault(400, "Bad Request: have no rights to send a message"),
    ],
    ids=lambda fault: fault.description,
)
async def test_whoever_cannot_be_written_to_costs_one_try_and_one_line(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture, refusal: Fault
) -> None:
    api.refusing[1] = refusal
    api.write("salom", chat=1)

    with caplog.at_level(logging.INFO, "bot"):
        async with talking(TableConversation(), api, tmp_path):
            await api.until(lambda: "sendMessage" in api.calls)
            api.write("salom", chat=2)
            messages = await api.messages(1)

    assert [each["chat_id"] for each in messages] == [2]
    assert api.calls.count("sendMessage") == 2
    assert _events(caplog) == ["reply.refused"]


async def test_a_press_whose_query_is_too_old_is_answered_all_the_same(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail("answerCallbackQuery", Fault(400, "Bad Request: query is too old and response timeout expired"))
    api.press("menu@ru")

    with caplog.at_level(logging.INFO, "bot"):
        async with talking(TableConversation(), api, tmp_path):
            [message] = await api.messages(1)

    assert message["text"] == "pressed: menu"
    assert _events(caplog) == ["press.expired"]


async def test_a_reply_with_buttons_that_telegram_refuses_is_shown_as_plain_text(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = Reply("**Salom** & [here](https://example.org)", "tg", ((Button("x", "y" * 70),),))
    api.write("salom")

    async with talking(TableConversation({"salom": Turn(bad)}), api, tmp_path):
        [message] = await api.messages(1)

    assert message["html"] == "Salom & here (https://example.org)"
    assert message["reply_markup"] is None
    assert "reply.simplified" in _events(caplog)


async def test_a_group_that_became_a_supergroup_gets_its_reply_under_the_new_number(
    api: BotApi, tmp_path: Path
) -> None:
    moved = {"migrate_to_chat_id": -1007}
    api.refusing[-5] = Fault(400, "Bad Request: group chat was upgraded", parameters=moved)
    api.write("@h_bot salom", chat=-5, group=True)

    async with talking(TableConversation(), api, tmp_path):
        [message] = await api.messages(1)

    assert message["chat_id"] == -1007


async def test_what_telegram_takes_but_describes_wrongly_is_not_sent_again(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail("sendMessage", Fault(200, body=b'{"ok": true, "result": [1, null]}', after_taking=True))
    api.write("salom")

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(1)
        api.write("/end", chat=2)
        messages = await api.messages(2)

    assert [each["text"] for each in messages] == ["re: salom", "/end"]
    assert "message.garbled" in _events(caplog)


# -- receiving


async def test_the_same_update_delivered_twice_is_answered_once_also_across_a_restart(
    api: BotApi, tmp_path: Path
) -> None:
    number = api.write("salom")

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(1)
        await api.until(lambda: api.confirmed > number)
        api.redeliver(number)
        await api.until(lambda: api.confirmed > number)
    api.redeliver(number)
    async with talking(TableConversation(), api, tmp_path):
        api.write("/end", chat=2)
        messages = await api.messages(2)

    assert [each["text"] for each in messages] == ["re: salom", "/end"]


async def test_an_update_is_confirmed_only_when_it_is_stored(api: BotApi, tmp_path: Path) -> None:
    api.standing["sendMessage"] = Fault(502)  # nothing can be answered meanwhile
    number = api.write("salom")

    async with talking(TableConversation(), api, tmp_path, finish_seconds=0):
        await api.until(lambda: api.confirmed > number)
    store = await open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    waiting = await store.backlog()
    await store.close()

    assert waiting == 1
    assert api.sent == []


async def test_what_was_begun_is_finished_when_the_bot_stops_and_the_rest_after_the_next_start(
    api: BotApi, tmp_path: Path
) -> None:
    for n in range(6):
        api.write(f"/c{n}", chat=1)

    conversation = TableConversation(seconds=0.1)
    async with talking(conversation, api, tmp_path):
        await api.messages(2)
    before = len(api.sent)
    async with talking(conversation, api, tmp_path):
        messages = await api.messages(6)
        await asyncio.sleep(0.3)

    assert 2 <= before <= 3
    assert [each["text"] for each in messages] == [f"/c{n}" for n in range(6)]


async def test_two_pollers_on_one_token_are_named_once_and_do_not_storm(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    api.standing["getUpdates"] = Fault(409, "Conflict: terminated by other getUpdates request")
    api.write("salom")

    with caplog.at_level(logging.INFO, "bot"):
        async with talking(TableConversation(), api, tmp_path, pauses=Pauses(first=0.1, longest=0.4)):
            await asyncio.sleep(1.5)
            asked = api.calls.count("getUpdates")
            del api.standing["getUpdates"]
            await api.messages(1)

    assert asked <= 6
    assert _events(caplog) == ["polling.refused", "telegram.found"]


@pytest.mark.parametrize(
    "fault",
    [Fault(502), DROPPED, Fault(200, body=b"not json"), Fault(200, body=b'{"ok": true, "result": {"a": 1}}')],
    ids=["502", "dropped", "garbage", "wrong type"],
)
async def test_when_telegram_is_gone_and_comes_back_what_waited_is_answered(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: Fault
) -> None:
    with caplog.at_level(logging.INFO, "bot"):
        async with talking(TableConversation(), api, tmp_path):
            api.standing["*"] = fault
            api.write("an hour ago", ago=3600)
            await asyncio.sleep(1.5)
            api.write("salom", chat=2)
            asked = len(api.calls)
            del api.standing["*"]
            messages = await api.messages(2)

    assert asked < 60
    assert sorted(each["text"] for each in messages) == ["re: an hour ago", "re: salom"]
    assert [each for each in _events(caplog) if each.startswith("telegram")] == [
        "telegram.lost",
        "telegram.found",
    ]


async def test_a_reply_that_could_not_be_sent_waits_until_telegram_takes_it(
    api: BotApi, tmp_path: Path
) -> None:
    api.standing["sendMessage"] = Fault(503)
    api.write("salom")

    async with talking(TableConversation(), api, tmp_path):
        await api.until(lambda: api.calls.count("sendMessage") >= 3)
        del api.standing["sendMessage"]
        [message] = await api.messages(1)

    assert message["text"] == "re: salom"


async def test_what_waited_too_long_gets_an_apology_with_the_contacts(api: BotApi, tmp_path: Path) -> None:
    api.write("old", ago=3 * 3600, chat=1)
    api.write("older than Telegram keeps: a clock is wrong", ago=90 * 24 * 3600, chat=2)
    api.write("of tomorrow", ago=-24 * 3600, chat=3)

    async with talking(TableConversation(), api, tmp_path, answer_within_minutes=120):
        await api.messages(3)

    assert api.texts(1) == ["too late, call 112"]
    assert api.texts(2) == ["re: older than Telegram keeps: a clock is wrong"]
    assert api.texts(3) == ["re: of tomorrow"]


async def test_a_reply_that_gets_too_old_while_it_is_tried_is_replaced_by_an_apology(
    api: BotApi, tmp_path: Path
) -> None:
    api.standing["sendMessage"] = Fault(503)
    api.write("salom", ago=58)

    async with talking(TableConversation(), api, tmp_path, answer_within_minutes=1):
        await api.until(lambda: api.calls.count("sendMessage") >= 3)
        await asyncio.sleep(2)
        del api.standing["sendMessage"]
        [message] = await api.messages(1)

    assert message["text"] == "too late, call 112"


# -- people


async def test_order_within_a_chat_is_kept(api: BotApi, tmp_path: Path) -> None:
    for n in range(10):
        for chat in (1, 2, 3):
            api.write(f"/c{n}", chat=chat)

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(30)

    for chat in (1, 2, 3):
        assert api.texts(chat) == [f"/c{n}" for n in range(10)]


async def test_chats_are_answered_side_by_side(api: BotApi, tmp_path: Path) -> None:
    class Meeting(TableConversation):
        both = threading.Barrier(2)

        def hear(self, question: Question, known: Known) -> Turn:
            self.both.wait(5)  # breaks unless another is heard at the same time
            return super().hear(question, known)

    api.write("salom", chat=1)
    api.write("salom", chat=2)

    async with talking(Meeting(), api, tmp_path):
        messages = await api.messages(2)

    assert {each["text"] for each in messages} == {"re: salom"}


async def test_whom_telegram_wants_to_wait_holds_up_nobody_else(api: BotApi, tmp_path: Path) -> None:
    api.refusing[1] = Fault(429, retry_after=60)
    api.write("salom", chat=1)

    async with talking(TableConversation(), api, tmp_path, finish_seconds=0):
        await api.until(lambda: "sendMessage" in api.calls)
        for chat in range(2, 52):
            api.write("salom", chat=chat)
        messages = await api.messages(50)

    assert {each["chat_id"] for each in messages} == set(range(2, 52))


async def test_whoever_floods_is_asked_once_to_write_slower_and_harms_nobody(
    api: BotApi, tmp_path: Path
) -> None:
    for n in range(100):
        api.write(f"/c{n}", chat=1)
    api.write("salom", chat=2)

    conversation = TableConversation()
    async with talking(conversation, api, tmp_path):
        await api.until(lambda: api.texts(2) != [])
        await api.until(lambda: "/c99" in api.texts(1), seconds=60)

    assert api.texts(1).count("slower, please") == 1
    assert len(api.texts(1)) < 40


async def test_an_error_of_ours_ends_in_the_contacts_and_one_line(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    api.write("break")

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(1)
        api.write("salom", chat=2)
        messages = await api.messages(2)

    assert [each["text"] for each in messages] == ["sorry, call 112", "re: salom"]
    assert _events(caplog) == ["update.failed"]


async def test_many_that_wait_at_the_start_are_all_answered_once(api: BotApi, tmp_path: Path) -> None:
    for n in range(1000):
        api.write(f"/c{n}", chat=n % 250 + 1)

    async with talking(TableConversation(), api, tmp_path):
        messages = await api.messages(1000, seconds=60)

    assert Counter(each["text"] for each in messages) == Counter(f"/c{n}" for n in range(1000))
    for chat in range(1, 251):
        numbers = [int(each[2:]) for each in api.texts(chat)]
        assert all(one < next_one for one, next_one in pairwise(numbers))


# -- without the store


async def test_without_the_store_answers_go_on_and_one_line_says_so(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with talking(TableConversation(), api, tmp_path):
        api.write("before")
        await api.messages(1)
        (tmp_path / "hotline.db").rename(tmp_path / "elsewhere")
        number = 0
        for n in range(5):
            number = api.write(f"/c{n}", chat=n + 10)
        await api.messages(6)
        await api.until(lambda: api.confirmed > number)
        api.redeliver(number)
        await api.until(lambda: api.confirmed > number)
        (tmp_path / "elsewhere").rename(tmp_path / "hotline.db")
        api.write("after", chat=3)
        messages = await api.messages(7)

    assert sorted(each["text"] for each in messages) == sorted(
        ["re: before", "re: after", *(f"/c{n}" for n in range(5))]
    )
    assert _events(caplog) == ["store.lost"]
