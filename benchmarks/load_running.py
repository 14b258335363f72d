"""The whole program under load: run in some setting, written to at an even pace, and watched."""

from __future__ import annotations

import asyncio
import socket
import statistics
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import aiohttp
import psutil
from pydantic import SecretStr

from benchmarks.published import HOTLINE
from benchmarks.telegram import text
from bot.telegram.webhook import read_webhook
from tests import citizens
from tests.bot_api import TOKEN, BotApi, bot_api
from tests.postgresql import Server
from tests.telegram_by_webhook import Sender, sending

LIMIT_SECONDS: Final = 0.5
"""So long 99 of 100 may wait at most."""
_DRAIN_SECONDS: Final = 60.0
_LOOK_EVERY_SECONDS: Final = 0.2
_HOOK: Final = read_webhook("https://bot.example.org/telegram", None, SecretStr(TOKEN))


@dataclass(frozen=True, slots=True)
class Setting:
    """How the program is run."""

    receiving: Literal["polling", "webhook"]
    database: Literal["SQLite", "PostgreSQL"]
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one rate."""

    rate: float
    """Messages a second."""
    median: float
    p99: float
    """Seconds from writing until the reply was there; infinite where too many had none in the end."""
    milliseconds: float
    """Processor time a message, all processes of ours together."""
    letters: int
    """Of a reply with its markup, on average."""

    @property
    def carried(self) -> bool:
        """Whether people got their replies in time."""
        return self.p99 < LIMIT_SECONDS


@dataclass
class Running:
    """Programs that receive, and who writes to them."""

    api: BotApi
    processes: list[psutil.Process]
    sender: Sender | None = None
    """None where updates are polled."""
    words: str = ""
    """What everybody writes; by default each another of the golden questions."""
    people: int = 0
    """Who wrote so far."""
    _posting: set[asyncio.Task[None]] = field(default_factory=set)

    def write(self, chat: int) -> None:
        """Let somebody write."""
        update = citizens.writes(self.words or text(chat), chat=chat)
        if self.sender is None:
            self.api.deliver(update)
            return
        task = asyncio.create_task(self.sender.post(update))
        self._posting.add(task)
        task.add_done_callback(self._posting.discard)

    def used(self) -> float:
        """Return seconds of processor time of all processes."""
        times = [each.cpu_times() for each in self.processes]
        return float(sum(each.user + each.system for each in times))

    def resident(self) -> float:
        """Return the memory of all processes in MB."""
        return float(sum(each.memory_info().rss for each in self.processes)) / 1e6

    async def trial(self, rate: float, seconds: float) -> Trial:
        """Let people write at an even pace for so long, each once; return when all are answered."""
        used, written = self.used(), {}
        begun, first = time.monotonic(), self.people + 1
        self.people += max(2, int(rate * seconds))
        for chat in range(first, self.people + 1):
            await asyncio.sleep(max(0.0, begun + (chat - first) / rate - time.monotonic()))
            written[chat] = time.monotonic()
            self.write(chat)
        answered = await self._answered(len(written))
        await asyncio.sleep(0.5)  # until what the last ones led to is written, too
        waits = [answered.get(chat, float("inf")) - at for chat, at in written.items()]
        trial = Trial(
            rate,
            statistics.median(waits),
            sorted(waits)[int(0.99 * (len(waits) - 1))],
            (self.used() - used) * 1000 / len(written),
            round(statistics.mean(len(each.get("html", "")) for each in self.api.sent)),
        )
        self.api.forget()
        return trial

    async def _answered(self, count: int) -> dict[int, float]:
        until = time.monotonic() + _DRAIN_SECONDS
        while True:
            answered = {each["chat_id"]: each["at"] for each in reversed(self.api.sent)}
            if len(answered) >= count or time.monotonic() > until:
                return answered
            await asyncio.sleep(_LOOK_EVERY_SECONDS)


@asynccontextmanager
async def running(setting: Setting, snapshots: Path, server: Server) -> AsyncIterator[Running]:
    """Run the program in this setting; begins when all of its processes are ready.

    server: where a new database is made, if the setting wants one.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            api = await stack.enter_async_context(bot_api())
            environment = {
                "PATH": "/usr/bin:/bin",
                "HOTLINE_SNAPSHOTS": str(snapshots),
                "HOTLINE_DATABASE_URL": f"sqlite:///{Path(folder) / 'hotline.db'}",
                "HOTLINE_TELEGRAM_TOKEN": TOKEN,
                "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
            }
            if setting.database == "PostgreSQL":
                environment["HOTLINE_DATABASE_URL"] = server.new_database()
            sender = None
            if setting.receiving == "webhook":
                environment["HOTLINE_WEBHOOK_URL"] = _HOOK.url
                sender = await stack.enter_async_context(sending(_HOOK.secret.get_secret_value()))
            processes = []
            for _ in range(setting.processes):
                port = _free_port()
                program = _program(environment | {"HOTLINE_LISTEN_PORT": str(port)}, folder)
                processes.append(psutil.Process((await stack.enter_async_context(program)).pid))
                await _until_ready(port)
                if sender is not None:
                    sender.addresses.append(f"http://127.0.0.1:{port}{_HOOK.path}")
            yield Running(api, processes, sender)


@asynccontextmanager
async def _program(environment: Mapping[str, str], folder: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        HOTLINE, "run", env=environment, cwd=folder, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        await process.wait()


async def _until_ready(port: int) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
