"""Receiving by webhook, over real HTTP on loopback."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.errors import BotError
from bot.metrics import Metrics
from bot.telegram.webhook import LARGEST_BODY, USUAL_PATH, Webhook, announce, read_webhook, webhook_route
from bot.web.app import web_app
from bot.web.health import Readiness
from bot.web.server import serving
from tests import citizens
from tests.bot.telegram_bot import SHORT, TableConversation, open_talk
from tests.bot.test_telegram import HOTLINE, start
from tests.bot_api import TOKEN, BotApi, Fault
from tests.telegram_by_webhook import SECRET_HEADER, sending

URL = "https://bot.example.org/telegram"
WEBHOOK = read_webhook(URL, None, SecretStr(TOKEN))
SECRET = WEBHOOK.secret.get_secret_value()


@dataclass
class Served:
    """The bot behind a webhook, in this process."""

    address: str
    metrics: Metrics
    session: aiohttp.ClientSession

    async def post(self, body: bytes | object, *, secret: str = SECRET, path: str = "") -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        url = self.address.removesuffix("/telegram") + path if path else self.address
        async with self.session.post(url, data=content, headers={SECRET_HEADER: secret}) as answer:
            return answer.status

    def refused(self, status: int) -> float:
        return (
            self.metrics.registry.get_sample_value("hotline_webhook_refusals_total", {"status": str(status)})
            or 0.0
        )


@asynccontextmanager
async def _served(
    api: BotApi, folder: Path, conversation: TableConversation | None = None
) -> AsyncIterator[Served]:
    metrics = Metrics()
    async with open_talk(conversation or TableConversation(), api, folder) as office:
        app = web_app(
            Readiness(lambda: "s", lambda: False, None),
            metrics.exposition,
            metrics.webhook_refused,
            [webhook_route(WEBHOOK, office.intake)],
        )
        async with serving(app, "127.0.0.1", 0) as server, aiohttp.ClientSession() as session:
            yield Served(f"http://127.0.0.1:{server.port}/telegram", metrics, session)


# -- what comes in


async def test_an_update_that_is_posted_is_answered(api: BotApi, tmp_path: Path) -> None:
    async with _served(api, tmp_path) as served:
        status = await served.post(citizens.writes("salom"))
        [message] = await api.messages(1)

    assert (status, message["text"]) == (200, "re: salom")


async def test_an_update_is_taken_only_when_it_outlives_the_process(api: BotApi, tmp_path: Path) -> None:
    api.standing["sendMessage"] = Fault(503)
    update = citizens.writes("salom")

    async with _served(api, tmp_path) as served:
        assert await served.post(update) == 200
        rows = _waiting(tmp_path)

    assert rows == [update["update_id"]]


async def test_an_update_that_is_posted_twice_at_once_is_answered_once(api: BotApi, tmp_path: Path) -> None:
    update = citizens.writes("salom")

    async with _served(api, tmp_path) as served:
        statuses = await asyncio.gather(*(served.post(update) for _ in range(10)))
        await served.post(citizens.writes("/end", chat=2))
        messages = await api.messages(2)

    assert statuses == [200] * 10
    assert sorted(each["text"] for each in messages) == ["/end", "re: salom"]


async def test_of_many_at_once_the_order_within_a_chat_is_kept(api: BotApi, tmp_path: Path) -> None:
    updates = [citizens.writes(f"/c{n}", chat=chat) for n in range(5) for chat in range(1, 41)]

    async with _served(api, tmp_path) as served, sending(SECRET, served.address) as sender:
        await sender.post_all(updates)
        await api.messages(200)

    for chat in range(1, 41):
        assert api.texts(chat) == [f"/c{n}" for n in range(5)]


async def test_what_cannot_be_read_is_taken_so_that_it_does_not_come_again(
    api: BotApi, tmp_path: Path
) -> None:
    async with _served(api, tmp_path) as served:
        bodies: tuple[object, ...] = (
            {},
            {"update_id": 1},
            {"update_id": 2, "message": 7},
            {"update_id": None, "poll": {}},
        )
        for body in bodies:
            assert await served.post(body) == 200
        assert await served.post(citizens.writes("salom")) == 200
        [message] = await api.messages(1)

    assert message["text"] == "re: salom"


async def test_without_the_store_an_update_is_taken_once_it_is_answered(api: BotApi, tmp_path: Path) -> None:
    async with _served(api, tmp_path) as served:
        (tmp_path / "hotline.db").rename(tmp_path / "elsewhere")
        status = await served.post(citizens.writes("salom"))
        answered = [each["text"] for each in api.sent]
        (tmp_path / "elsewhere").rename(tmp_path / "hotline.db")

    assert (status, answered) == (200, ["re: salom"])


async def test_without_the_store_one_that_comes_again_waits_for_its_answer_too(
    api: BotApi, tmp_path: Path
) -> None:
    update = citizens.writes("salom")
    async with _served(api, tmp_path, TableConversation(seconds=0.3)) as served:
        (tmp_path / "hotline.db").rename(tmp_path / "elsewhere")
        first = asyncio.create_task(served.post(update))
        await asyncio.sleep(0.1)
        second = await served.post(update)
        answered = [each["text"] for each in api.sent]
        (tmp_path / "elsewhere").rename(tmp_path / "hotline.db")

    assert (await first, second, answered) == (200, 200, ["re: salom"])


# -- what is turned away


@pytest.mark.parametrize(
    ("body", "secret", "path", "status"),
    [
        (b"{}", "wrong", "", 401),
        (b"{}", "", "", 401),
        (b"{}", "\u0441\u0435\u043a\u0440\u0435\u0442", "", 401),
        (b"{}", SECRET, "/elsewhere", 404),
        (b"{}", SECRET, "/", 404),
        (b"", SECRET, "", 400),
        (b"not json", SECRET, "", 400),
        (b"\xff\xfe", SECRET, "", 400),
        (b"[]", SECRET, "", 400),
        (b"null", SECRET, "", 400),
        (b"[" * 100_000, SECRET, "", 400),
        (b'{"a": ' + b"1" * 5000 + b"}", SECRET, "", 400),
        (b" " * (LARGEST_BODY + 1), SECRET, "", 413),
    ],
    ids=lambda value: str(value)[:12],
)
async def test_what_is_not_telegrams_is_turned_away_and_only_counted(
    api: BotApi,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    body: bytes,
    secret: str,
    path: str,
    status: int,
) -> None:
    with caplog.at_level(logging.INFO):
        async with _served(api, tmp_path) as served:
            got = await served.post(body, secret=secret, path=path)
            counted = served.refused(status)

    assert (got, counted) == (status, 1)
    others = ("bot.store", "alembic", "asyncio")
    assert [each.name for each in caplog.records if not each.name.startswith(others)] == []


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_only_post_is_taken(api: BotApi, tmp_path: Path, method: str) -> None:
    async with (
        _served(api, tmp_path) as served,
        served.session.request(method, served.address, headers={SECRET_HEADER: SECRET}) as answer,
    ):
        assert answer.status == 405
        assert served.refused(405) == 1


async def test_a_body_without_an_announced_length_is_cut_off_too(api: BotApi, tmp_path: Path) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65536
            yield b" " * 65536

    async with _served(api, tmp_path) as served:
        headers = {SECRET_HEADER: SECRET}
        try:
            async with served.session.post(served.address, data=endless(), headers=headers) as answer:
                assert answer.status == 413
        except aiohttp.ClientError:
            pass  # the connection was closed while we still wrote
        assert served.refused(413) == 1

    assert sent < 20 * LARGEST_BODY


async def test_what_is_not_http_leaves_no_line_in_the_log(
    api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with _served(api, tmp_path) as served:
            port = int(served.address.split(":")[2].split("/")[0])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"\x16\x03\x01 hello\r\n\r\n")
            await reader.read()
            writer.close()

    assert [each.name for each in caplog.records if each.name.startswith("uvicorn")] == []


# -- what Telegram is told


def test_every_replica_makes_the_same_secret_from_the_token_and_never_shows_either() -> None:
    one, other = (read_webhook(URL, None, SecretStr(TOKEN)) for _ in range(2))
    another = read_webhook(URL, None, SecretStr("424242:another"))

    assert one == other
    assert one.secret != another.secret
    assert TOKEN not in one.secret.get_secret_value() + one.path
    assert one.secret.get_secret_value() not in repr(one)


def test_a_secret_of_the_operators_is_taken_as_it_is() -> None:
    assert read_webhook(URL, SecretStr("a" * 16), SecretStr(TOKEN)).secret.get_secret_value() == "a" * 16


def test_an_address_without_a_path_gets_one() -> None:
    webhook = read_webhook("https://bot.example.org", None, SecretStr(TOKEN))

    assert (webhook.url, webhook.path) == ("https://bot.example.org" + USUAL_PATH, USUAL_PATH)


def test_an_address_that_holds_the_token_is_refused_without_showing_it() -> None:
    with pytest.raises(BotError, match="HOTLINE_WEBHOOK_URL") as caught:
        read_webhook(f"https://bot.example.org/{TOKEN}", None, SecretStr(TOKEN))

    assert TOKEN not in str(caught.value)


async def test_telegram_is_told_until_it_has_heard(api: BotApi, tmp_path: Path) -> None:
    api.fail("setWebhook", Fault(502), Fault(0), Fault(429, retry_after=1))

    async with open_talk(TableConversation(), api, tmp_path) as office:
        await announce(office.bot, WEBHOOK, SHORT)

    assert api.webhook["url"] == URL
    assert api.webhook["secret_token"] == SECRET
    assert api.webhook["allowed_updates"] == [
        "message", "edited_message", "callback_query", "inline_query",
    ]  # fmt: skip
    assert not api.webhook.get("drop_pending_updates")


async def test_an_address_that_telegram_refuses_is_said_in_one_sentence(api: BotApi, tmp_path: Path) -> None:
    async with open_talk(TableConversation(), api, tmp_path) as office:
        with pytest.raises(BotError, match="HOTLINE_WEBHOOK_URL"):
            await announce(office.bot, Webhook("http://bot.example.org/telegram", WEBHOOK.secret), SHORT)


# -- the whole program


@pytest.mark.slow
async def test_the_program_receives_by_webhook_and_ends_cleanly_with_work_in_flight(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    port = _free_port()
    settings = {"HOTLINE_WEBHOOK_URL": URL, "HOTLINE_LISTEN_PORT": str(port)}
    program = await start(small_snapshots, api, tmp_path, **settings)
    await api.until(lambda: bool(api.webhook))

    async with sending(SECRET, f"http://127.0.0.1:{port}/telegram") as sender:
        api.standing["sendMessage"] = Fault(200, seconds=1, after_taking=True)
        await sender.post(citizens.writes("salom"))
        await api.messages(1)
        program.send_signal(signal.SIGTERM)
        output, errors = await asyncio.wait_for(program.communicate(), 10)

    assert program.returncode == 0
    assert api.webhook["url"] == URL  # what comes meanwhile waits at Telegram
    assert _waiting(tmp_path) == []
    events = [json.loads(line)["event"] for line in output.decode().splitlines()]
    assert {"bot.started", "webhook.announced", "bot.stopped"} <= set(events)
    assert all(secret not in output.decode() + errors.decode() for secret in (TOKEN, SECRET))


@pytest.mark.slow
async def test_back_to_polling_the_webhook_is_taken_away(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    api.webhook = {"url": URL}
    api.write("/start")

    program = await start(small_snapshots, api, tmp_path)
    await api.messages(1)
    program.send_signal(signal.SIGTERM)
    await asyncio.wait_for(program.communicate(), 10)

    assert (program.returncode, api.webhook) == (0, {})


@pytest.mark.slow
async def test_a_port_that_is_taken_stops_the_program_with_one_sentence(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = await start(small_snapshots, api, tmp_path, HOTLINE_LISTEN_PORT=str(port))
        _, errors = await asyncio.wait_for(program.communicate(), 30)

    assert program.returncode == 2
    assert f"127.0.0.1:{port}" in errors.decode()
    assert len(errors.decode().splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOTLINE_WEBHOOK_URL", "bot.example.org"),
        ("HOTLINE_WEBHOOK_URL", "https://bot.example.org/{path}"),
        ("HOTLINE_WEBHOOK_URL", "https://bot.example.org/t?x=1"),
        ("HOTLINE_WEBHOOK_SECRET", "too short"),
        ("HOTLINE_LISTEN_PORT", "70000"),
    ],
)
def test_a_wrong_setting_stops_with_its_name_and_without_its_value(
    tmp_path: Path, name: str, value: str
) -> None:
    done = subprocess.run(
        [HOTLINE, "check"], cwd=tmp_path, env={name: value}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert name in done.stderr
    assert value not in done.stderr


def _waiting(folder: Path) -> list[int]:
    import sqlite3

    connection = sqlite3.connect(folder / "hotline.db")
    rows = connection.execute("SELECT update_id FROM inbox").fetchall()
    connection.close()
    return [number for (number,) in rows]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
