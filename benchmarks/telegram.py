"""What a message costs on Telegram, how long it takes, whether all are answered when many write at once."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil

from benchmarks.published import HOTLINE, published
from benchmarks.tables import Figures
from knowledge.load import SHIPPED_CONTENT
from tests.bot_api import TOKEN, BotApi, bot_api

IN_FLIGHT = 16
MESSAGES = int(os.environ.get("BENCH_TELEGRAM_MESSAGES", "3000"))
WARM_UP = 200
A_SECOND = 50
SECONDS = int(os.environ.get("BENCH_TELEGRAM_SECONDS", "30"))
AT_ONCE = 500
_WORDS = "Музди маро намедиҳанд, чӣ кор кунам?"

_COMPARED = {
    "ours": "this bot (aiohttp)",
    "ours-httpx": "this bot (httpx)",
    "python-telegram-bot": "python-telegram-bot (httpx)",
    "aiogram": "aiogram 3",
    "bare-aiohttp": "a bare aiohttp loop",
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What an echo bot took."""

    a_second: float
    milliseconds: float
    """Of processor time a message, all threads together."""


def measure() -> list[Figures]:
    """Measure the bot's own cost, then the whole program with the bundled encoder and the shipped content."""
    return asyncio.run(_measure())


def compare() -> list[Figures]:
    """Measure echo bots on the same server, one after another, each pinned to one core."""
    return asyncio.run(_compare())


async def _measure() -> list[Figures]:
    own = await _cost("ours")
    rows: list[Figures] = [
        {"figure": "own processor time a message, encoder stubbed, ms", "value": round(own.milliseconds, 2)}
    ]
    async with _hotline() as api:
        delays = await _steadily(api)
    rows += [
        {"figure": f"messages a second, for {SECONDS} s", "value": A_SECOND},
        {"figure": "from writing to reply, median ms", "value": round(statistics.median(delays))},
        {"figure": "99th percentile, ms", "value": round(statistics.quantiles(delays, n=100)[98])},
    ]
    async with _hotline() as api:
        begun = time.monotonic()
        for chat in range(1, AT_ONCE + 1):
            api.write(text(chat), chat=chat)
        with suppress(TimeoutError):
            await api.until(lambda: len({each["chat_id"] for each in api.sent}) == AT_ONCE, seconds=120)
        seconds = time.monotonic() - begun
        await asyncio.sleep(1)
        # A long reply comes in pieces, and with cards: twice is only what says the same.
        answers = Counter((each["chat_id"], each["text"]) for each in api.sent if "text" in each)
    rows += [
        {"figure": f"{AT_ONCE} chats at once: answered", "value": len({chat for chat, _ in answers})},
        {"figure": "said twice to somebody", "value": sum(count > 1 for count in answers.values())},
        {"figure": "until the last reply, s", "value": round(seconds, 1)},
    ]
    return rows


async def _compare() -> list[Figures]:
    costs = {name: await _cost(name) for name in _COMPARED if name != "aiogram" or find_spec("aiogram")}
    ours = costs["ours"]
    return [
        {
            "bot": _COMPARED[name],
            "messages/s on one core": round(cost.a_second),
            "beside ours": round(cost.a_second / ours.a_second, 2),
            "ms of processor time": round(cost.milliseconds, 2),
        }
        for name, cost in costs.items()
    ]


async def _cost(name: str) -> Cost:
    """Return what a bot takes for MESSAGES messages, IN_FLIGHT of them unanswered at any time."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.echo_bots", name]
        async with bot_api() as api, _pinned(*command, api.base_url, folder) as process:
            await _answered(api, WARM_UP)
            begun, used = time.monotonic(), _used(process)
            await _answered(api, MESSAGES)
            seconds = time.monotonic() - begun
            return Cost(MESSAGES / seconds, (_used(process) - used) * 1000 / MESSAGES)


async def _answered(api: BotApi, messages: int) -> None:
    # Each message is somebody else's: several of one person would be read together.
    written = answered = len(api.sent)
    last = answered + messages
    while answered < last:
        for chat in range(written + 1, min(answered + IN_FLIGHT, last) + 1):
            api.write(_WORDS, chat=chat)
            written = chat
        seen = answered
        await api.until(lambda seen=seen: len(api.sent) > seen, seconds=60)  # type: ignore[misc]
        answered = len(api.sent)


@asynccontextmanager
async def _pinned(*command: str) -> AsyncIterator[psutil.Process]:
    """Run a bot on the last core, and this server on the others."""
    cores = sorted(os.sched_getaffinity(0))
    started = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)
    process = psutil.Process(started.pid)
    process.cpu_affinity(cores[-1:])
    os.sched_setaffinity(0, cores[:-1] or cores)
    try:
        yield process
    finally:
        os.sched_setaffinity(0, cores)
        started.kill()
        await started.wait()


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@asynccontextmanager
async def _hotline() -> AsyncIterator[BotApi]:
    """Run the whole program until it asks for updates."""
    snapshots = published().resolve()
    with tempfile.TemporaryDirectory() as folder:
        async with bot_api() as api:
            environment = {
                "PATH": "/usr/bin:/bin",
                "HOTLINE_SNAPSHOTS": str(snapshots),
                "HOTLINE_DATABASE_URL": f"sqlite:///{Path(folder) / 'hotline.db'}",
                "HOTLINE_TELEGRAM_TOKEN": TOKEN,
                "HOTLINE_LISTEN_PORT": "0",
                "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
            }
            process = await asyncio.create_subprocess_exec(
                HOTLINE, "run", env=environment, cwd=folder, stdout=subprocess.DEVNULL
            )
            try:
                await api.until(lambda: "getUpdates" in api.calls, seconds=60)
                yield api
            finally:
                process.terminate()
                await process.wait()


async def _steadily(api: BotApi) -> list[float]:
    """Return milliseconds from writing to reply, of messages at an even pace; each is somebody else's."""
    written: dict[int, float] = {}
    begun = time.monotonic()
    for chat in range(1, A_SECOND * SECONDS + 1):
        await asyncio.sleep(max(0.0, begun + chat / A_SECOND - time.monotonic()))
        written[chat] = time.monotonic()
        api.write(text(chat), chat=chat)
    await api.until(lambda: len({each["chat_id"] for each in api.sent}) == len(written), seconds=60)
    first = {each["chat_id"]: each["at"] for each in reversed(api.sent)}
    return [(first[chat] - at) * 1000 for chat, at in written.items()]


_TEXTS = [
    json.loads(row)["text"]
    for row in (SHIPPED_CONTENT / "golden/questions.jsonl").read_text(encoding="utf-8").splitlines()
]


def text(number: int) -> str:
    """Return one of the golden questions."""
    return str(_TEXTS[number % len(_TEXTS)])
