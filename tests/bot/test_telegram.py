"""The bot over real HTTP against the tests' own Bot API server."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.conversation import Conversation
from bot.telegram_channel import build_application
from tests.bot_api import TOKEN, BotApi, Fault, bot_api

HOTLINE = Path(sys.executable).with_name("hotline")


@pytest.fixture(name="api")
async def _api() -> AsyncIterator[BotApi]:
    async with bot_api() as api:
        yield api


@asynccontextmanager
async def _bot(conversation: Conversation, api: BotApi) -> AsyncIterator[None]:
    application = build_application(
        conversation, SecretStr(TOKEN), base_url=api.base_url, base_file_url=api.base_url
    )
    assert application.updater is not None
    async with application:
        await application.start()
        await application.updater.start_polling(timeout=1)
        try:
            yield
        finally:
            await application.updater.stop()
            await application.stop()


async def test_start_greets_in_tajik_and_russian_together(
    small_conversation: Conversation, api: BotApi
) -> None:
    api.write("/start", language="en")

    async with _bot(small_conversation, api):
        [message] = await api.messages(1)

    assert all(greeting in message["text"] for greeting in ("Салом!", "Здравствуйте!", "Hello!"))


async def test_a_text_gets_its_section_with_the_sources_date_and_the_contacts(
    small_conversation: Conversation, api: BotApi
) -> None:
    api.write("Мне не платят зарплату")

    async with _bot(small_conversation, api):
        [message] = await api.messages(1)

    assert "жалуйтесь в инспекцию труда" in message["text"]
    assert "Official page (08.2025)" in message["text"]
    assert "+7 495 690-38-46" in message["text"]
    assert "министерством ещё не подтверждён" in message["text"]


async def test_danger_gets_the_number_before_anything_else(
    small_conversation: Conversation, api: BotApi
) -> None:
    api.write("полиция задержала брата")

    async with _bot(small_conversation, api):
        [message] = await api.messages(1)

    assert message["text"].index("112") < message["text"].index("запишите имя")


async def test_a_pressed_button_shows_its_section_in_the_language_of_the_reply(
    small_conversation: Conversation, api: BotApi
) -> None:
    api.press("page:wages#second@uz", language="ru")

    async with _bot(small_conversation, api):
        [message] = await api.messages(1)

    assert "Ish haqi 2" in message["text"]
    assert "answerCallbackQuery" in api.calls


async def test_a_button_of_an_older_version_is_answered_with_a_sentence(
    small_conversation: Conversation, api: BotApi
) -> None:
    api.press("page:gone#first@ru")
    api.press("nonsense")

    async with _bot(small_conversation, api):
        messages = await api.messages(2)

    assert {message["text"] for message in messages} == {
        "Эта кнопка устарела. Напишите вопрос ещё раз.",
        "Ин тугма кӯҳна шудааст. Саволро аз нав нависед.",
    }


@pytest.mark.parametrize(
    "content",
    [
        {"text": "😀👍"},
        {
            "sticker": {"file_id": "x", "file_unique_id": "y", "type": "regular", "width": 1, "height": 1}
            | {"is_animated": False, "is_video": False}
        },
        {"voice": {"file_id": "x", "file_unique_id": "y", "duration": 3}},
    ],
    ids=["emoji", "sticker", "voice"],
)
async def test_a_message_without_words_is_answered_in_the_persons_language(
    small_conversation: Conversation, api: BotApi, content: dict[str, Any]
) -> None:
    api.write(str(content.pop("text", "")), language="ru", **content)

    async with _bot(small_conversation, api):
        [message] = await api.messages(1)

    assert message["text"] == "Пожалуйста, напишите вопрос словами."


async def test_a_caption_is_answered_as_a_question(small_conversation: Conversation, api: BotApi) -> None:
    photo = [{"file_id": "x", "file_unique_id": "y", "width": 1, "height": 1}]
    api.write("", photo=photo, caption="Мне не платят зарплату")

    async with _bot(small_conversation, api):
        [message] = await api.messages(1)

    assert "Зарплата" in message["text"]


@pytest.mark.parametrize(
    "text",
    ["ы" * 4096, "\u202eشناسنامه گم شد", "a\x00b\x07c", "<b>&amp;</i> зарплата *_[", "\ufeff\u200b"],
    ids=["long", "right-to-left", "control", "markup", "invisible"],
)
async def test_whatever_is_written_gets_one_reply(
    small_conversation: Conversation, api: BotApi, text: str
) -> None:
    api.write(text)

    async with _bot(small_conversation, api):
        messages = await api.messages(1)

    assert len(messages) == 1


async def test_several_people_are_answered_side_by_side(
    small_conversation: Conversation, api: BotApi
) -> None:
    for chat in range(1, 21):
        api.write("Мне не платят зарплату", chat=chat)

    async with _bot(small_conversation, api):
        messages = await api.messages(20)

    assert sorted(message["chat_id"] for message in messages) == list(range(1, 21))


async def test_a_reply_that_telegram_asks_to_send_later_is_sent_later(
    small_conversation: Conversation, api: BotApi
) -> None:
    api.fail("sendMessage", Fault(429, "Too Many Requests: retry after 1", retry_after=1))
    api.write("Мне не платят зарплату")

    async with _bot(small_conversation, api):
        messages = await api.messages(1)

    assert len(messages) == 1


@pytest.mark.parametrize("fault", [Fault(502, "Bad Gateway"), Fault(0)], ids=["502", "dropped"])
async def test_a_reply_that_did_not_reach_telegram_is_sent_again(
    small_conversation: Conversation, api: BotApi, fault: Fault
) -> None:
    api.fail("sendMessage", fault)
    api.write("Мне не платят зарплату")

    async with _bot(small_conversation, api):
        messages = await api.messages(1)

    assert len(messages) == 1


@pytest.mark.slow
async def test_the_program_answers_logs_no_text_and_stops_cleanly(small_snapshots: Path, api: BotApi) -> None:
    process = await _start(small_snapshots, api, TOKEN)

    api.write("Мне не платят зарплату", chat=777_000_111)
    await api.messages(1)
    process.send_signal(signal.SIGTERM)
    output, errors = await asyncio.wait_for(process.communicate(), 20)

    logged = output.decode() + errors.decode()
    assert process.returncode == 0
    assert [json.loads(row)["event"] for row in output.decode().splitlines()] == [
        "bot.started",
        "question.answered",
        "bot.stopped",
    ]
    assert all(secret not in logged for secret in ("зарплат", "777000111", TOKEN, TOKEN.split(":")[1]))


@pytest.mark.slow
async def test_a_wrong_token_is_one_sentence_without_the_token(small_snapshots: Path, api: BotApi) -> None:
    process = await _start(small_snapshots, api, "1:wrong-token_of-nobody")

    output, errors = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 2
    assert "@BotFather" in errors.decode()
    assert all(bad not in (output + errors).decode() for bad in ("wrong-token", "Traceback"))


@pytest.mark.slow
async def test_no_network_is_one_sentence_that_says_what_to_look_at(small_snapshots: Path) -> None:
    nowhere = BotApi(base_url="http://127.0.0.1:9/bot")

    process = await _start(small_snapshots, nowhere, TOKEN)
    output, errors = await asyncio.wait_for(process.communicate(), 20)

    assert process.returncode == 2
    assert "HOTLINE_TELEGRAM_BASE_URL" in errors.decode()
    assert all(bad not in (output + errors).decode() for bad in (TOKEN, "Traceback"))


async def _start(snapshots: Path, api: BotApi, token: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        HOTLINE,
        "run",
        cwd=snapshots,
        env={
            **os.environ,
            "HOTLINE_SNAPSHOTS": str(snapshots),
            "HOTLINE_TELEGRAM_TOKEN": token,
            "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
            "HOTLINE_TELEGRAM_BASE_FILE_URL": api.base_url,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
