"""The bot over real HTTP against the tests' own Bot API server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.conversation import Conversation
from tests.bot.telegram_bot import talking
from tests.bot_api import TOKEN, BotApi, Fault
from tests.citizens import file

HOTLINE = Path(sys.executable).with_name("hotline")


async def test_start_greets_in_tajik_and_russian_together(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    api.write("/start", language="en")

    async with talking(small_conversation, api, tmp_path):
        [message] = await api.messages(1)

    assert all(greeting in message["text"] for greeting in ("Салом!", "Здравствуйте!", "Hello!"))


async def test_a_text_gets_its_section_with_the_sources_date_and_the_contacts(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    api.write("Мне не платят зарплату")

    async with talking(small_conversation, api, tmp_path):
        [message] = await api.messages(1)

    assert "жалуйтесь в инспекцию труда" in message["text"]
    assert "Official page (08.2025)" in message["text"]
    assert "+7 495 690-38-46" in message["text"]
    assert "министерством ещё не подтверждён" in message["text"]


async def test_danger_gets_the_number_before_anything_else(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    api.write("полиция задержала брата")

    async with talking(small_conversation, api, tmp_path):
        [message] = await api.messages(1)

    assert message["text"].index("112") < message["text"].index("запишите имя")


async def test_a_pressed_button_shows_its_section_in_the_language_of_the_reply(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    api.press("page:wages#second@uz", language="ru")

    async with talking(small_conversation, api, tmp_path):
        [message] = await api.messages(1)

    assert "Ish haqi 2" in message["text"]
    assert "answerCallbackQuery" in api.calls


async def test_a_button_of_an_older_version_is_answered_with_a_sentence(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    api.press("page:gone#first@ru")
    api.press("nonsense")

    async with talking(small_conversation, api, tmp_path):
        messages = await api.messages(2)

    assert {message["text"] for message in messages} == {
        "Эта кнопка устарела. Напишите вопрос ещё раз.",
        "Ин тугма кӯҳна шудааст. Саволро аз нав нависед.",
    }


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("???", "Пожалуйста, напишите вопрос словами."),
        ("😀👍", "Хорошо. Если есть вопрос, напишите его."),
        ({"sticker": file(type="regular")}, "Спасибо! Если есть вопрос, напишите его словами."),
        ({"voice": file(duration=3)}, "Я не умею слушать голосовые сообщения."),
    ],
    ids=["signs", "emoji", "sticker", "voice"],
)
async def test_a_message_without_words_is_answered_in_the_persons_language(
    small_conversation: Conversation, api: BotApi, tmp_path: Path, content: str | dict[str, Any], answer: str
) -> None:
    if isinstance(content, str):
        api.write(content, language="ru")
    else:
        api.write("", language="ru", **content)

    async with talking(small_conversation, api, tmp_path):
        [message] = await api.messages(1)

    assert message["text"].startswith(answer)


async def test_a_caption_is_answered_as_a_question(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    api.write("", photo=[file(width=1, height=1)], caption="Мне не платят зарплату")

    async with talking(small_conversation, api, tmp_path):
        [message] = await api.messages(1)

    assert "Зарплата" in message["text"]


@pytest.mark.parametrize(
    "text",
    ["ы" * 4096, "\u202eشناسنامه گم شد", "a\x00b\x07c", "<b>&amp;</i> зарплата *_[", "\ufeff\u200b"],
    ids=["long", "right-to-left", "control", "markup", "invisible"],
)
async def test_whatever_is_written_gets_one_reply(
    small_conversation: Conversation, api: BotApi, tmp_path: Path, text: str
) -> None:
    api.write(text)

    async with talking(small_conversation, api, tmp_path):
        messages = await api.messages(1)

    assert len(messages) == 1


async def test_several_people_are_answered_side_by_side(
    small_conversation: Conversation, api: BotApi, tmp_path: Path
) -> None:
    for chat in range(1, 21):
        api.write("Мне не платят зарплату", chat=chat)

    async with talking(small_conversation, api, tmp_path):
        messages = await api.messages(20)

    assert sorted(message["chat_id"] for message in messages) == list(range(1, 21))


@pytest.mark.slow
@pytest.mark.parametrize("transport", ["aiohttp", "httpx"])
async def test_the_program_answers_logs_no_text_and_stops_cleanly(
    small_snapshots: Path, api: BotApi, tmp_path: Path, transport: str
) -> None:
    process = await start(small_snapshots, api, tmp_path, HOTLINE_TELEGRAM_TRANSPORT=transport)

    api.write("Мне не платят зарплату", chat=777_000_111)
    await api.messages(1)
    process.send_signal(signal.SIGTERM)
    output, errors = await asyncio.wait_for(process.communicate(), 20)

    logged = output.decode() + errors.decode()
    assert process.returncode == 0
    assert [json.loads(row)["event"] for row in output.decode().splitlines()] == [
        "store.migrated",
        "bot.started",
        "question.answered",
        "bot.stopped",
    ]
    assert all(secret not in logged for secret in ("зарплат", "777000111", TOKEN, TOKEN.split(":")[1]))


@pytest.mark.slow
async def test_a_wrong_token_is_one_sentence_without_the_token(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    process = await start(small_snapshots, api, tmp_path, HOTLINE_TELEGRAM_TOKEN="1:wrong-token_of-nobody")

    assert "@BotFather" in await _only_sentence(process)


@pytest.mark.slow
async def test_a_token_that_is_withdrawn_while_it_runs_ends_the_program_with_one_sentence(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    process = await start(small_snapshots, api, tmp_path)
    api.write("Мне не платят зарплату")
    await api.messages(1)
    api.standing["*"] = Fault(401, "Unauthorized")
    api.write("Мне не платят зарплату")

    assert "@BotFather" in await _only_sentence(process)


@pytest.mark.slow
async def test_no_network_is_one_sentence_that_says_what_to_look_at(
    small_snapshots: Path, tmp_path: Path
) -> None:
    process = await start(small_snapshots, BotApi(base_url="http://127.0.0.1:9/bot"), tmp_path)

    assert "HOTLINE_TELEGRAM_BASE_URL" in await _only_sentence(process)


@pytest.mark.slow
async def test_a_second_program_with_the_same_database_is_refused_with_one_sentence(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    first = await start(small_snapshots, api, tmp_path)
    await api.until(lambda: "getUpdates" in api.calls)
    second = await start(small_snapshots, api, tmp_path)

    assert "another process" in await _only_sentence(second)

    first.send_signal(signal.SIGTERM)
    await asyncio.wait_for(first.communicate(), 20)
    assert first.returncode == 0


async def _only_sentence(process: asyncio.subprocess.Process) -> str:
    """Return what a program says that cannot start or go on, to the operator alone."""
    output, errors = await asyncio.wait_for(process.communicate(), 30)
    said = errors.decode()
    assert process.returncode == 2
    assert len(said.splitlines()) == 1
    assert all(bad not in output.decode() + said for bad in (TOKEN, "wrong-token", "Traceback"))
    return said


async def start(snapshots: Path, api: BotApi, folder: Path, **settings: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        HOTLINE,
        "run",
        cwd=folder,
        env={
            **os.environ,
            "HOTLINE_SNAPSHOTS": str(snapshots),
            "HOTLINE_DATABASE_URL": f"sqlite:///{folder / 'hotline.db'}",
            "HOTLINE_TELEGRAM_TOKEN": TOKEN,
            "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
            "HOTLINE_TELEGRAM_BASE_FILE_URL": api.base_url,
            "HOTLINE_LISTEN_PORT": "0",
            **settings,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
