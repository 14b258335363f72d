"""Both transports keep one contract: what reaches Telegram, and what an error tells."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TimedOut
from telegram.request import BaseRequest

from bot.errors import BotError
from bot.telegram.transport import (
    GarbledError,
    NotTakenError,
    TransportName,
    WaitError,
    environment_proxy,
    transport,
)
from tests.bot_api import TOKEN, BotApi, Fault
from tests.desk.sounds import sound

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower() in _PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(name="name", params=["aiohttp", "httpx"])
def _name(request: pytest.FixtureRequest) -> TransportName:
    name: TransportName = request.param
    return name


@pytest.fixture(name="requests")
async def _requests(name: TransportName, api: BotApi) -> AsyncIterator[BaseRequest]:
    async with transport(name, api.base_url, read_seconds=0.5, connect_seconds=0.5) as requests:
        yield requests


@pytest.fixture(name="bot")
async def _bot(requests: BaseRequest, api: BotApi) -> Bot:
    return Bot(TOKEN, base_url=api.base_url, request=requests, get_updates_request=requests)


async def test_a_message_arrives_with_all_its_letters_and_buttons(bot: Bot, api: BotApi) -> None:
    text = "Салом, ғӣқӯҳҷ 👋 'oʻ' \"&<>\" +%20"

    await bot.send_message(7, text, reply_markup={"inline_keyboard": [[_BUTTON]]})  # type: ignore[arg-type]

    assert (api.sent[0]["chat_id"], api.sent[0]["text"]) == (7, text)
    assert api.sent[0]["reply_markup"] == {"inline_keyboard": [[_BUTTON]]}


_BUTTON = {"text": "Меню", "callback_data": "menu@tg"}


async def test_a_file_arrives_byte_for_byte_under_its_name(bot: Bot, api: BotApi) -> None:
    content = bytes(range(256)) * 100

    await bot.send_document(7, InputFile(content, filename="мӯҳлат.ics"), caption="санаҳо")

    assert api.sent[0]["document"] == ("мӯҳлат.ics", content)
    assert api.sent[0]["caption"] == "санаҳо"


async def test_a_voice_message_arrives_and_its_name_comes_back(bot: Bot, api: BotApi) -> None:
    content = sound(1)

    sent = await bot.send_voice(7, InputFile(content, filename="recording.ogg"), duration=1)
    assert sent.voice is not None
    await bot.send_voice(7, sent.voice.file_id, caption="мӯҳлат")

    assert [each["sound"] for each in api.sent] == [content, content]
    assert [each.get("uploaded", False) for each in api.sent] == [True, False]
    assert api.sent[1]["caption"] == "мӯҳлат"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(400, "Bad Request: chat not found"), BadRequest),
        (Fault(413, body=b"<html>too large"), BadRequest),
        (Fault(401, "Unauthorized"), InvalidToken),
        (Fault(403, "Forbidden: bot was blocked by the user"), Forbidden),
        (Fault(409, "Conflict: terminated by other getUpdates request"), Conflict),
        (Fault(400, "Bad Request: upgraded", parameters={"migrate_to_chat_id": -7}), ChatMigrated),
        (Fault(429, retry_after=3), WaitError),
        (Fault(429, body=b"<html>"), WaitError),
        (Fault(502, body=b"<html>"), NotTakenError),
        (Fault(503), NotTakenError),
        (Fault(200, body=b"<html>"), GarbledError),
        (Fault(200, body=b"{}"), GarbledError),
    ],
    ids=lambda value: f"{value.status}" if isinstance(value, Fault) else value.__name__,
)
async def test_each_refusal_has_its_error(
    bot: Bot, api: BotApi, fault: Fault, error: type[Exception]
) -> None:
    api.fail("sendMessage", fault)

    with pytest.raises(error):
        await bot.send_message(7, "salom")

    assert api.calls.count("sendMessage") == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(0), NetworkError),
        (Fault(500), NetworkError),
        (Fault(504, body=b"<html>"), NetworkError),
        (Fault(200, seconds=1, after_taking=True), TimedOut),
    ],
    ids=["dropped", "500", "504", "silent"],
)
async def test_what_telegram_may_have_taken_is_never_said_to_be_not_taken(
    bot: Bot, api: BotApi, fault: Fault, error: type[Exception]
) -> None:
    api.fail("sendMessage", fault)

    with pytest.raises(error) as raised:
        await bot.send_message(7, "salom")

    assert not isinstance(raised.value, NotTakenError)
    assert api.calls.count("sendMessage") == 1


async def test_whoever_does_not_listen_has_not_taken_it(name: TransportName) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}/bot"
        async with transport(name, url) as requests:
            with pytest.raises(NotTakenError) as raised:
                await Bot(TOKEN, base_url=url, request=requests).send_message(7, "salom")

    assert TOKEN not in str(raised.value) + repr(raised.value)
    assert raised.value.__cause__ is None


async def test_a_name_that_leads_nowhere_has_not_taken_it(name: TransportName) -> None:
    url = "http://telegram.invalid/bot"
    async with transport(name, url) as requests:
        with pytest.raises(NotTakenError):
            await Bot(TOKEN, base_url=url, request=requests).send_message(7, "salom")


async def test_a_call_may_wait_longer_than_usual(requests: BaseRequest, api: BotApi) -> None:
    url = f"{api.base_url}{TOKEN}/getUpdates?timeout=1"

    assert await requests.post(url, read_timeout=3) == []


async def test_no_error_shows_the_token(bot: Bot, api: BotApi) -> None:
    for fault in (Fault(0), Fault(500), Fault(200, body=b"<html>"), Fault(404, body=b"<html>")):
        api.fail("sendMessage", fault)

        with pytest.raises((NetworkError, InvalidToken)) as raised:
            await bot.send_message(7, "salom")

        assert TOKEN.split(":")[1] not in str(raised.value) + repr(raised.value)


async def test_a_closed_transport_can_be_opened_again(name: TransportName, api: BotApi) -> None:
    requests = transport(name, api.base_url)
    bot = Bot(TOKEN, base_url=api.base_url, request=requests)
    for _ in range(2):
        async with requests:
            await bot.send_message(7, "salom")

    assert len(api.sent) == 2


async def test_requests_go_through_the_proxy_that_the_environment_names(
    name: TransportName, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", api.base_url.removesuffix("/bot"))
    url = "http://telegram.invalid/bot"

    async with transport(name, url) as requests:
        await Bot(TOKEN, base_url=url, request=requests).send_message(7, "salom")

    assert api.texts(7) == ["salom"]


def test_addresses_that_the_environment_excepts_are_reached_without_the_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "localhost,.example.org")

    assert environment_proxy("https://api.telegram.org/bot") == "http://proxy.example:3128"
    assert environment_proxy("https://bot.example.org/bot") is None


def test_a_proxy_that_aiohttp_cannot_use_is_one_sentence_that_says_what_can(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("all_proxy", "socks5://user:secret@proxy.example:1080")

    with pytest.raises(BotError, match="HOTLINE_TELEGRAM_TRANSPORT=httpx") as raised:
        transport("aiohttp", "https://api.telegram.org/bot")

    assert "secret" not in str(raised.value)
