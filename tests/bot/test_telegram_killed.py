"""kill -9 at any moment: what was received is answered after the restart, and hardly anything twice."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bot_api import BotApi, Fault

pytestmark = pytest.mark.slow


@asynccontextmanager
async def _program(
    api: BotApi, folder: Path, seconds: float = 0
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the bot; seconds: how long an answer takes. Killed at the end, if it still runs."""
    command = [sys.executable, "-m", "tests.bot.run_telegram_bot", api.base_url, str(folder), str(seconds)]
    process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_killed_while_it_thinks_it_answers_once_after_the_restart(api: BotApi, tmp_path: Path) -> None:
    number = api.write("salom")

    async with _program(api, tmp_path, seconds=5):
        await api.until(lambda: api.confirmed > number)
    async with _program(api, tmp_path):
        api.write("/end", chat=2)
        messages = await api.messages(2)

    assert sorted(each["text"] for each in messages) == ["/end", "re: salom"]


async def test_killed_before_the_update_was_confirmed_it_answers_once_after_the_restart(
    api: BotApi, tmp_path: Path
) -> None:
    number = api.write("salom")

    async with _program(api, tmp_path):
        await api.messages(1)
        await asyncio.sleep(0.5)  # until the answer is noted, too
    api.redeliver(number)  # as if the kill had come before the next poll
    async with _program(api, tmp_path):
        api.write("/end", chat=2)
        messages = await api.messages(2)

    assert [each["text"] for each in messages] == ["re: salom", "/end"]


async def test_killed_between_telegrams_taking_and_its_word_for_it_the_reply_is_there_twice(
    api: BotApi, tmp_path: Path
) -> None:
    api.fail("sendMessage", Fault(200, seconds=30, after_taking=True))
    api.write("salom")

    async with _program(api, tmp_path):
        await api.messages(1)
    async with _program(api, tmp_path):
        await api.messages(2)
        api.write("/end", chat=2)
        messages = await api.messages(3)

    assert [each["text"] for each in messages] == ["re: salom", "re: salom", "/end"]


async def test_killed_again_and_again_it_loses_nothing_and_keeps_the_order(
    api: BotApi, tmp_path: Path
) -> None:
    chats, each_writes, kills = 10, 12, 4
    randomly = random.Random(7)

    async def people(numbers: range) -> None:
        for n in numbers:
            for chat in range(1, chats + 1):
                api.write(f"/c{n}", chat=chat)
                await asyncio.sleep(0.01)

    for first in range(0, each_writes, each_writes // kills):  # so that each run has work left, however fast
        begun = len(api.sent)
        writing = asyncio.create_task(people(range(first, first + each_writes // kills)))
        async with _program(api, tmp_path, seconds=0.01):
            await api.messages(begun + 5)
            await asyncio.sleep(randomly.random() * 0.2)
        await writing
    async with _program(api, tmp_path, seconds=0.01):
        await api.until(lambda: all(f"/c{each_writes - 1}" in api.texts(n + 1) for n in range(chats)))

    for chat in range(1, chats + 1):
        texts = api.texts(chat)
        assert list(dict.fromkeys(texts)) == [f"/c{n}" for n in range(each_writes)]
    twice = sum(Counter((each["chat_id"], each["text"]) for each in api.sent).values()) - chats * each_writes
    assert twice <= kills * chats  # one message of a chat is under way at a time


async def test_a_message_that_ends_the_program_each_time_gets_the_contacts_at_last(
    api: BotApi, tmp_path: Path
) -> None:
    number = api.write("salom")

    for _ in range(3):
        async with _program(api, tmp_path, seconds=60):
            await api.until(lambda: api.confirmed > number)
            await asyncio.sleep(0.5)
        api.calls.clear()
        api.confirmed = 0
    async with _program(api, tmp_path, seconds=60):
        [message] = await api.messages(1)

    assert message["text"] == "sorry, call 112"
