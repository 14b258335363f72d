"""How soon 'hotline run' is ready, and how much memory it takes."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.published import HOTLINE, published
from knowledge.load import SHIPPED_CONTENT
from tests.bot_api import TOKEN, bot_api

STARTS = 5
MESSAGES = 200


def measure() -> list[Mapping[str, object]]:
    """Start the program against a Bot API server on loopback, write messages, look at the process."""
    return asyncio.run(_measure())


async def _measure() -> list[Mapping[str, object]]:
    # A store of its own: messages that an earlier run has answered would not be answered again.
    with TemporaryDirectory() as folder:
        return await _started(published().resolve(), Path(folder))


async def _started(snapshots: Path, folder: Path) -> list[Mapping[str, object]]:
    ready: list[float] = []
    at_start = after = 0.0
    for number in range(STARTS):
        async with bot_api() as api:
            environment = {
                "PATH": "/usr/bin:/bin",
                "HOTLINE_SNAPSHOTS": str(snapshots),
                "HOTLINE_DATABASE_URL": f"sqlite:///{folder / f'{number}.db'}",
                "HOTLINE_TELEGRAM_TOKEN": TOKEN,
                "HOTLINE_LISTEN_PORT": "0",
                "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
            }
            begun = time.perf_counter()
            process = await asyncio.create_subprocess_exec(
                HOTLINE, "run", env=environment, stdout=subprocess.DEVNULL
            )
            try:
                while "getUpdates" not in api.calls:
                    if process.returncode is not None:
                        raise SystemExit(f"'hotline run' ended with {process.returncode} before it was ready")
                    await asyncio.sleep(0.01)
                ready.append(time.perf_counter() - begun)
                if number == STARTS - 1:
                    at_start = _resident(process.pid)
                    for chat, text in enumerate(_texts()):
                        api.write(text, chat=chat)
                    await api.messages(MESSAGES, seconds=120)
                    after = _resident(process.pid)
            finally:
                if process.returncode is None:
                    process.send_signal(signal.SIGTERM)
                await process.wait()
    return [
        {"figure": f"ready after start, slowest of {STARTS}, s", "value": round(max(ready), 2)},
        {"figure": "resident memory when ready, MB", "value": round(at_start)},
        {"figure": f"resident memory after {MESSAGES} messages, MB", "value": round(after)},
    ]


def _resident(process_id: int) -> float:
    return psutil.Process(process_id).memory_info().rss / 1e6


def _texts() -> list[str]:
    rows = (SHIPPED_CONTENT / "golden/questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(row)["text"] for row in rows[:MESSAGES]]
