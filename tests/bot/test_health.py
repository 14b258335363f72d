"""What /healthz, /readyz and /metrics say of a running bot."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.hotline import Hotline
from bot.web.app import web_app
from bot.web.health import POLL_SECONDS, Readiness, think
from bot.web.server import serving
from index.encoders import Encoder
from tests.bot.telegram_bot import TableConversation, open_talk
from tests.bot.test_telegram import start
from tests.bot_api import TOKEN, BotApi, Fault

Said = tuple[int, dict[str, Any]]


@asynccontextmanager
async def _asking(readiness: Readiness) -> AsyncIterator[Callable[[str], Any]]:
    app = web_app(readiness, lambda: (b"hotline_figure 1\n", "text/plain; version=1.0.0"), lambda _: None)
    async with serving(app, "127.0.0.1", 0) as server, aiohttp.ClientSession() as session:

        async def ask(path: str) -> Said:
            async with session.get(f"http://127.0.0.1:{server.port}{path}") as answer:
                return answer.status, await answer.json()

        yield ask


def _readiness(**parts: Any) -> Readiness:
    usual: dict[str, Any] = {"think": lambda: "s1", "database_lost": lambda: False, "last_poll": None}
    return Readiness(**usual | parts)


def _broken() -> str:
    raise RuntimeError("secret inside")


async def test_a_process_that_answers_at_all_is_alive_whatever_else_is_broken() -> None:
    async with _asking(_readiness(think=_broken, database_lost=lambda: True)) as ask:
        assert await ask("/healthz") == (200, {"status": "alive"})


async def test_ready_names_the_snapshot_that_answers(small_snapshots: Path, encoder: Encoder) -> None:
    hotline = Hotline(small_snapshots, encoder)

    async with _asking(_readiness(think=lambda: think(hotline))) as ask:
        status, said = await ask("/readyz")

    assert (status, said["status"], said["snapshot"]) == (200, "ready", hotline.live().snapshot.id)


async def test_an_encoder_that_fails_is_not_ready_and_tells_nothing_of_why() -> None:
    async with _asking(_readiness(think=_broken)) as ask:
        status, said = await ask("/readyz")

    assert (status, said["status"], said["encoder"]) == (503, "not ready", "broken")
    assert "secret" not in json.dumps(said)


async def test_an_encoder_that_hangs_is_not_ready_and_costs_one_thread() -> None:
    go_on, begun = threading.Event(), []

    def hang() -> str:
        begun.append(1)
        go_on.wait(10)
        return "s1"

    clock = _Clock()
    async with _asking(_readiness(think=hang, clock=clock, think_seconds=0.2)) as ask:
        first, _ = await ask("/readyz")
        clock.now += 60
        second, _ = await ask("/readyz")
        threads = len(begun)
        go_on.set()
        clock.now += 60
        third, _ = await ask("/readyz")

    assert (first, second, third) == (503, 503, 200)
    assert threads == 1


async def test_however_often_it_is_asked_the_encoder_works_once_in_a_while() -> None:
    thoughts: list[int] = []
    clock = _Clock()

    def count() -> str:
        thoughts.append(1)
        return "s1"

    async with _asking(_readiness(think=count, clock=clock)) as ask:
        await asyncio.gather(*(ask("/readyz") for _ in range(20)))
        clock.now += 11
        await ask("/readyz")

    assert len(thoughts) == 2


async def test_a_lost_database_is_degraded_and_still_ready(api: BotApi, tmp_path: Path) -> None:
    async with open_talk(TableConversation(), api, tmp_path) as office:
        readiness = _readiness(database_lost=lambda: office.keeping.failing)
        async with _asking(readiness) as ask:
            before = await ask("/readyz")
            (tmp_path / "hotline.db").rename(tmp_path / "elsewhere")
            await office.keeping.known(1, "tg")
            lost = await ask("/readyz")
            (tmp_path / "elsewhere").rename(tmp_path / "hotline.db")
            await office.keeping.known(1, "tg")
            after = await ask("/readyz")

    assert [(status, said["status"]) for status, said in (before, lost, after)] == [
        (200, "ready"),
        (200, "degraded"),
        (200, "ready"),
    ]


async def test_who_has_not_heard_from_telegram_for_too_long_is_not_ready() -> None:
    clock = _Clock()

    async with _asking(_readiness(last_poll=lambda: 0.0, clock=clock)) as ask:
        clock.now = POLL_SECONDS - 1
        in_time = await ask("/readyz")
        clock.now = POLL_SECONDS + 1
        late = await ask("/readyz")

    assert [(status, said["last_poll_seconds"]) for status, said in (in_time, late)] == [
        (200, POLL_SECONDS - 1),
        (503, POLL_SECONDS + 1),
    ]


@pytest.mark.slow
async def test_the_program_that_polls_serves_health_and_figures_without_secrets(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    api.write("Мне не платят зарплату")
    program = await start(small_snapshots, api, tmp_path, HOTLINE_LISTEN_PORT=str(port))
    await api.messages(1)

    async with aiohttp.ClientSession() as session:
        said = {
            path: await (await session.get(f"http://127.0.0.1:{port}{path}")).text()
            for path in ("/healthz", "/readyz", "/metrics")
        }
    program.send_signal(signal.SIGTERM)
    await asyncio.wait_for(program.communicate(), 10)

    assert program.returncode == 0
    ready = json.loads(said["/readyz"])
    assert (ready["status"], ready["encoder"], ready["database"]) == ("ready", "ok", "ok")
    assert ready["last_poll_seconds"] < 30
    assert "hotline_questions_total" in said["/metrics"]
    assert all(TOKEN not in each and "зарплату" not in each for each in said.values())


@pytest.mark.slow
async def test_a_program_that_is_told_to_stop_ends_in_time_though_telegram_hangs(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    api.standing["sendMessage"] = Fault(200, seconds=60)
    number = api.write("/start")
    program = await start(small_snapshots, api, tmp_path, HOTLINE_LISTEN_PORT=str(port))
    await api.until(lambda: api.confirmed > number)
    program.send_signal(signal.SIGTERM)

    await asyncio.wait_for(program.communicate(), 10)

    assert program.returncode == 0


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now
