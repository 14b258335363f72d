"""What breaks around the bot on Telegram: the database, Telegram's answers, its speed, file descriptors."""

from __future__ import annotations

import asyncio
import logging
import resource
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psutil
import pytest

from bot.errors import BotError
from bot.metrics import Metrics
from bot.reply import Reply
from bot.store import open_store
from bot.telegram.keeping import Keeping
from bot.turn import Feedback, Turn
from tests import citizens
from tests.bot.telegram_bot import TableConversation, open_talk, talking
from tests.bot_api import BotApi, Fault
from tests.postgresql import Server
from tests.stores import tables

TABLE = {
    "uzbek": Turn(Reply("Oʻzbekcha", "uz"), language="uz"),
    "/forget": Turn(Reply("forgotten", "tg"), forget=True),
    "helpful": Turn(Reply("thanks", "tg"), feedback=Feedback("wages", "first", "helpful", "tg")),
}
NESTED = b'{"ok": true, "result": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
GARBAGE = {
    "no JSON": b"<html>",
    "another encoding": "{'ok': true}".encode("utf-16"),
    "cut off": b'{"ok": true, "result": [{"update_id"',
    "nothing": b"",
    "nested": NESTED,
    "a list": b"[1, 2]",
    "no result": b'{"ok": true}',
    "null": b'{"ok": true, "result": null}',
    "a huge number": b'{"ok": true, "result": ' + b"9" * 10_000 + b"}",
}
SOMETHING_ELSE = {
    "a thing": b'{"ok": true, "result": {"a": [1]}}',
    "a text": b'{"ok": true, "result": "done"}',
}
"""Of a reply this means that it was taken."""
ALL_GARBAGE = GARBAGE | SOMETHING_ELSE


# -- the database


async def test_while_the_database_is_gone_answers_go_on_without_preferences_and_then_all_is_as_it_was(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    conversation, metrics = TableConversation(TABLE), Metrics()
    database = tmp_path / "hotline.db"
    with caplog.at_level(logging.INFO, "bot.telegram"):
        async with talking(conversation, api, tmp_path, metrics=metrics) as office:
            api.write("uzbek")
            api.write("helpful", chat=2)
            await api.messages(2)
            await _until_settled(api)

            database.rename(tmp_path / "elsewhere")
            for chat in range(1, 6):
                api.write("/menu", chat=chat)
            last = api.write("helpful", chat=6)
            await api.messages(8)
            await api.until(lambda: api.confirmed > last)
            failed_by_then = _database_errors(metrics)
            (tmp_path / "elsewhere").rename(database)

            api.write("salom")
            await api.messages(9)
            await _until_settled(api)
            kept = await tables(office.keeping._store)

    known = dict(conversation.heard)
    assert known["salom"].language == "uz"
    assert Counter(each["chat_id"] for each in api.sent) == Counter({1: 3, 2: 2, 3: 1, 4: 1, 5: 1, 6: 1})
    assert sum(row[-1] for row in kept["feedback"]) == 1  # type: ignore[misc]
    assert failed_by_then >= 6
    assert [each.getMessage() for each in caplog.records if "store" in each.getMessage()] == [
        "store.lost",
        "store.found",
    ]


@pytest.mark.parametrize("promise", ["/forget", "uzbek"])
async def test_nothing_is_said_to_be_forgotten_or_kept_while_the_database_is_gone(
    api: BotApi, tmp_path: Path, promise: str
) -> None:
    database = tmp_path / "hotline.db"
    async with talking(TableConversation(TABLE), api, tmp_path):
        api.write("hello", chat=2)
        await api.messages(1)
        await _until_settled(api)

        database.rename(tmp_path / "elsewhere")
        api.write(promise)
        await api.messages(2)
        (tmp_path / "elsewhere").rename(database)

    assert api.texts(1)[-1] == "sorry, call 112"


@pytest.mark.slow
async def test_while_a_shared_database_hangs_everybody_is_answered_once(
    api: BotApi, postgresql: Server
) -> None:
    conversation = TableConversation(TABLE)
    async with open_talk(conversation, api, Path(), address=postgresql.new_database()) as office:
        await office.intake.take([citizens.writes("uzbek")])
        await api.messages(1)
        await _until_settled(api)

        postgresql.send(signal.SIGSTOP)
        try:
            taking = [office.intake.take([citizens.writes("/menu", chat=chat)]) for chat in range(2, 32)]
            await asyncio.gather(*taking)  # returns when all are answered
            answered = len(api.sent)
        finally:
            postgresql.send(signal.SIGCONT)

        while office.keeping.failing:  # noqa: ASYNC110 - nothing tells when it is back
            await asyncio.sleep(0.1)
        await office.intake.take([citizens.writes("salom")])
        await api.until(lambda: "re: salom" in api.texts(1))

    assert answered == 31
    assert Counter(each["chat_id"] for each in api.sent) == Counter({1: 2, **dict.fromkeys(range(2, 32), 1)})
    assert dict(conversation.heard)["salom"].language == "uz"


@pytest.mark.slow
async def test_a_database_that_hangs_is_waited_for_in_one_step_and_not_in_each(postgresql: Server) -> None:
    metrics = Metrics()
    store = await open_store(postgresql.new_database())
    try:
        keeping = Keeping(store, metrics)
        await store.keep_language(1, "uz")

        postgresql.send(signal.SIGSTOP)
        try:
            known = [await keeping.known(1, "tg") for _ in range(20)]
        finally:
            postgresql.send(signal.SIGCONT)
        failed = _database_errors(metrics)

        while keeping.failing:
            await asyncio.sleep(0.1)
            found = await keeping.known(1, "tg")
    finally:
        await store.close()

    assert {each.language for each in known} == {"tg"}
    assert failed == 1
    assert found.language == "uz"


# -- what Telegram answers


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
async def test_garbage_to_a_poll_or_a_reply_costs_a_pause_and_no_message(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    garbage = Fault(200, body=body)
    api.standing = dict.fromkeys(("getUpdates", "sendMessage", "answerCallbackQuery"), garbage)
    api.write("salom")
    api.press("menu@tg", chat=2)

    async with talking(TableConversation(), api, tmp_path):
        await api.until(lambda: api.calls.count("getUpdates") >= 2)
        del api.standing["getUpdates"]
        await api.until(lambda: api.calls.count("sendMessage") >= 3)
        api.standing.clear()
        await api.until(lambda: len({each["chat_id"] for each in api.sent}) == 2)

    assert set(api.texts()) == {"re: salom", "pressed: menu"}
    assert not [each for each in caplog.records if each.exc_info]


@pytest.mark.parametrize("body", ALL_GARBAGE.values(), ids=ALL_GARBAGE)
async def test_garbage_at_the_start_is_one_sentence(api: BotApi, tmp_path: Path, body: bytes) -> None:
    api.standing["getMe"] = Fault(200, body=body)

    with pytest.raises(BotError, match="Telegram cannot be reached"):
        async with talking(TableConversation(), api, tmp_path):
            pass


@pytest.mark.parametrize("body", ALL_GARBAGE.values(), ids=ALL_GARBAGE)
async def test_garbage_about_the_profile_keeps_nobody_from_being_answered(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    api.standing["getMyCommands"] = Fault(200, body=body)
    api.write("salom")

    async with talking(TableConversation(), api, tmp_path):
        await api.messages(1)
        await api.until(lambda: "getMyCommands" in api.calls)

    assert "profile.refused" in [each.getMessage() for each in caplog.records]


# -- how fast it answers


async def test_while_telegram_takes_long_for_each_answer_people_wait_side_by_side(
    api: BotApi, tmp_path: Path
) -> None:
    api.slowness = 1.0  # of what a real one has twenty times as long for
    for chat in range(1, 101):
        api.write("salom", chat=chat)

    async with talking(TableConversation(), api, tmp_path):
        messages = await api.messages(100)  # in less than the hundred seconds that one after another takes
        await asyncio.sleep(api.slowness)

    assert Counter(each["chat_id"] for each in messages) == Counter(range(1, 101))


async def test_stopped_while_telegram_takes_long_it_sends_nothing_again_after_the_next_start(
    api: BotApi, tmp_path: Path
) -> None:
    api.write("salom")
    async with talking(TableConversation(), api, tmp_path):
        api.slowness = 1.0
        await api.messages(1)
    api.slowness = 0

    async with talking(TableConversation(), api, tmp_path):
        api.write("/end", chat=2)
        messages = await api.messages(2)

    assert [each["text"] for each in messages] == ["re: salom", "/end"]


# -- the process


@pytest.mark.slow
async def test_without_a_file_descriptor_left_replies_wait_and_are_sent_once_there_is_one(
    api: BotApi, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.bot.run_telegram_bot", api.base_url, str(tmp_path), "0"]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    try:
        await api.until(lambda: "getUpdates" in api.calls, seconds=60)
        await asyncio.sleep(1)  # until nothing else is under way
        before = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
        open_by_then = psutil.Process(process.pid).num_fds()
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (open_by_then // 2, before[1]))
        last = 0
        api.slowness = 0.3  # so that the one connection that is open can't carry them all
        for chat in range(1, 51):
            last = api.write("/menu", chat=chat)
        await asyncio.sleep(2)
        sent_meanwhile = len(api.sent)
        resource.prlimit(process.pid, resource.RLIMIT_NOFILE, before)
        await api.until(lambda: len({each["chat_id"] for each in api.sent}) == 50, seconds=60)
        await api.until(lambda: api.confirmed > last)
    finally:
        process.terminate()
        code = await process.wait()

    assert sent_meanwhile < 50
    assert Counter(each["chat_id"] for each in api.sent) == Counter(range(1, 51))
    assert code == 0


async def _until_settled(api: BotApi) -> None:
    """Wait until what the replies led to is written, too."""
    await asyncio.sleep(0.3)


def _database_errors(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("hotline_database_errors_total") or 0.0
