"""How much the whole program carries: `python -m benchmarks.load`, tables, and JSON to var/load.json.

`hotline run` with the shipped content and the bundled encoder. The tests' Bot API server, those who write
and PostgreSQL run on the same cores and get their share of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
import psutil
from rich.console import Console

from benchmarks.load_running import LIMIT_SECONDS, Running, Setting, Trial, running
from benchmarks.published import published
from benchmarks.tables import Figures, table
from tests.bot_api import bot_api
from tests.postgresql import Server, postgresql_server

SETTINGS: Final = (
    Setting("polling", "SQLite"),
    Setting("polling", "PostgreSQL"),
    Setting("webhook", "SQLite"),
    Setting("webhook", "PostgreSQL"),
    Setting("webhook", "PostgreSQL", 2),
    Setting("webhook", "PostgreSQL", 4),
)
"""More are refused: two programs that poll with one token, or receive with one SQLite file."""
_FIRST_RATE: Final = 10.0
_LAST_RATE: Final = 1000.0
_HALVINGS: Final = 3
"""Between a rate that was carried and its double."""
_PEOPLE: Final = 5_000
"""Who write by turns while the memory is watched."""
_LOOK_EVERY_SECONDS: Final = 5.0
PARTS: Final = ("rates", "split", "memory")


@click.command()
@click.option("--minutes", type=click.FloatRange(min=0.2), default=30.0, show_default=True, help="Of memory.")
@click.option("--seconds", type=click.FloatRange(min=2), default=15.0, show_default=True, help="Of one rate.")
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="Leave out the rest.")
@click.option("--rate", type=float, help="Of memory and split; by default half of what polling carries.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), default="var/load.json")
def main(minutes: float, seconds: float, only: tuple[str, ...], rate: float | None, file: Path) -> None:
    """Find the rates that are carried, split what a message costs, watch the memory."""
    parts = only or PARTS
    console, snapshots = Console(), published().resolve()
    results: dict[str, object] = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "busy_before": os.getloadavg()[0],
    }

    def show(title: str, rows: Sequence[Figures]) -> None:
        results[title] = rows
        console.print(table(title, rows))

    with postgresql_server() as server:
        if "rates" in parts:
            rows = [asyncio.run(_carried(each, snapshots, server, seconds)) for each in SETTINGS]
            show(f"messages a second at which p99 stays under {LIMIT_SECONDS * 1000:.0f} ms", rows)
            rate = rate or float(str(rows[0]["messages/s"])) / 2
        rate = rate or _FIRST_RATE
        if "split" in parts:
            show("processor time of a message", asyncio.run(_split(snapshots, rate, seconds)))
        if "memory" in parts:
            show("memory", asyncio.run(_memory(snapshots, server, rate, minutes)))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    console.print(f"written to {file}")


async def _carried(setting: Setting, snapshots: Path, server: Server, seconds: float) -> Figures:
    async with running(setting, snapshots, server) as program:
        await program.trial(_FIRST_RATE, 3)  # warm
        best = await _best(program, seconds)
    return {
        "receiving": setting.receiving,
        "database": setting.database,
        "processes": setting.processes,
        "messages/s": round(best.rate) if best else 0,
        "median ms": round(best.median * 1000) if best else "",
        "p99 ms": round(best.p99 * 1000) if best else "",
        "ms of processor time": round(best.milliseconds, 1) if best else "",
    }


async def _best(program: Running, seconds: float) -> Trial | None:
    """Return the highest rate that is carried: doubled until it is not, then halved towards it."""
    best, rate, too_much = None, _FIRST_RATE, 0.0
    halvings = _HALVINGS
    while rate <= _LAST_RATE:
        trial = await program.trial(rate, seconds)
        if trial.carried:
            best = trial
        else:
            too_much = rate
        if too_much:
            if not halvings:
                return best
            halvings -= 1
        rate = ((best.rate if best else 0.0) + too_much) / 2 if too_much else 2 * rate
    return best


async def _memory(snapshots: Path, server: Server, rate: float, minutes: float) -> list[Figures]:
    """Watch the memory while people write at this rate by turns."""
    sizes: list[float] = []
    async with running(SETTINGS[0], snapshots, server) as program:
        begun = look = time.monotonic()
        number = 0
        while (now := time.monotonic()) < begun + minutes * 60:
            if now >= look:
                sizes.append(program.resident())
                program.api.forget()
                look += _LOOK_EVERY_SECONDS
            program.write(number % _PEOPLE + 1)
            number += 1
            await asyncio.sleep(max(0.0, begun + number / rate - time.monotonic()))
    tenth = max(1, len(sizes) // 10)
    early, late = statistics.mean(sizes[tenth : 2 * tenth]), statistics.mean(sizes[-tenth:])
    return [
        {"figure": "minutes", "value": round(minutes, 1)},
        {"figure": "messages a second", "value": round(rate, 1)},
        {"figure": "MB when ready", "value": round(sizes[0])},
        {"figure": "MB in the second tenth", "value": round(early, 1)},
        {"figure": "MB in the last tenth", "value": round(late, 1)},
        {"figure": "growth from there to here, %", "value": round(100 * (late / early - 1), 1)},
    ]


async def _split(snapshots: Path, rate: float, seconds: float) -> list[Figures]:
    """Split the processor time of a message; polling, SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'hotline.db'}"
        async with _watched("benchmarks.split_bot", database, str(snapshots)) as (program, process):
            await program.trial(rate, 3)  # warm
            before, people = await _told(process), program.people
            trial = await program.trial(rate, seconds)
            after = await _told(process)
        used = {part: (after[part] - before[part]) * 1000 / (program.people - people) for part in after}
        async with _watched("benchmarks.echo_bots", "bare-aiohttp", folder, url_at=1) as (program, _):
            program.words = "x" * trial.letters
            await program.trial(rate, 3)
            transport = (await program.trial(rate, seconds)).milliseconds
    parts = {
        "transport (a bare aiohttp loop, replies of this length)": transport,
        "framework (the rest of the event loop's thread)": used["loop"] - transport,
        "encoder": used["encoder"],
        "search and wording": used["search"],
        "database (SQLite)": used["database"],
        "all": used["process"],
    }
    return [{"part": part, "ms": round(each, 2)} for part, each in parts.items()]


@asynccontextmanager
async def _watched(
    module: str, *arguments: str, url_at: int = 0
) -> AsyncIterator[tuple[Running, asyncio.subprocess.Process]]:
    """Run a module that polls; url_at: where among the arguments the server's address stands."""
    async with bot_api() as api:
        command = [sys.executable, "-m", module, *arguments[:url_at], api.base_url, *arguments[url_at:]]
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        try:
            await api.until(lambda: "getUpdates" in api.calls, seconds=60)
            yield Running(api, [psutil.Process(process.pid)]), process
        finally:
            process.terminate()
            await process.wait()


async def _told(process: asyncio.subprocess.Process) -> dict[str, float]:
    process.send_signal(signal.SIGUSR1)
    assert process.stdout is not None
    told: dict[str, float] = json.loads(await process.stdout.readline())
    return told


if __name__ == "__main__":
    main()
