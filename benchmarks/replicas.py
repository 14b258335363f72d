"""Processes behind one webhook that share only PostgreSQL: messages a second, and what is lost or twice.

An answer takes time but no work, so that what is measured is whether the processes hold each other up, and
not the encoder. The tests' Bot API server, the sender and PostgreSQL run on the same cores.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from tests import citizens
from tests.bot.replicas import Replica, replicas
from tests.bot_api import BotApi, bot_api
from tests.postgresql import Server, postgresql_server

CHATS = 500
MESSAGES = int(os.environ.get("BENCH_REPLICAS_MESSAGES", "5000"))
PROCESSES = (1, 2, 4)
ANSWER_SECONDS = 0.05
"""A process thinks in as many threads as the machine has cores: two answer 40 messages a second."""
TWICE = 0.1

Figures = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Run:
    """What one run led to."""

    a_second: float
    milliseconds: float
    """Of the processes' own processor time a message; of those that were not killed."""
    lost: int
    twice: int
    out_of_order: int
    """Chats whose answers came in another order than their messages."""


def measure() -> list[Figures]:
    """Let 500 chats write 5,000 messages, a tenth of them delivered twice, to one, two and four processes."""
    with postgresql_server() as server:
        rows = []
        for count in PROCESSES:
            rows.append(_row(f"{count}", asyncio.run(_run(server, count, kill=False))))
        for count in PROCESSES[1:]:
            rows.append(_row(f"{count}, one killed", asyncio.run(_run(server, count, kill=True))))
    return rows


def _row(processes: str, run: Run) -> Figures:
    return {
        "processes": processes,
        "messages a second": round(run.a_second),
        "ms of processor time": round(run.milliseconds, 2),
        "lost": run.lost,
        "twice": run.twice,
        "out of order": run.out_of_order,
    }


async def _run(server: Server, count: int, *, kill: bool) -> Run:
    each = MESSAGES // CHATS
    updates = [citizens.writes(f"/c{n}", chat=chat) for n in range(each) for chat in range(1, CHATS + 1)]
    async with (
        bot_api() as api,
        replicas(count, api.base_url, server.new_database(), seconds=ANSWER_SECONDS, twice=TWICE) as running,
    ):
        group, processes = running
        begun, used = time.monotonic(), _used(processes)
        sending = asyncio.create_task(group.sender.post_all(updates))
        if kill:
            await api.messages(MESSAGES // 2, seconds=300)
            used -= _used(processes[:1])
            await processes[0].kill()
            group.sender.addresses.remove(processes[0].address)
        await sending
        await api.until(lambda: len(api.sent) >= MESSAGES and len(_times(api)) == MESSAGES, seconds=300)
        seconds = api.sent[-1]["at"] - begun
        spent = _used(processes[1:] if kill else processes) - used
        await asyncio.sleep(2)  # until whatever is answered twice would be
    times = _times(api)
    wanted = [f"/c{n}" for n in range(each)]
    return Run(
        MESSAGES / seconds,
        spent * 1000 / MESSAGES,
        MESSAGES - len(times),
        sum(times.values()) - len(times),
        sum(list(dict.fromkeys(api.texts(chat))) != wanted for chat in range(1, CHATS + 1)),
    )


def _times(api: BotApi) -> Counter[tuple[int, str]]:
    return Counter((each["chat_id"], each["text"]) for each in api.sent)


def _used(replicas: list[Replica]) -> float:
    times = [psutil.Process(each.process.pid).cpu_times() for each in replicas]
    return float(sum(each.user + each.system for each in times))


if __name__ == "__main__":
    for figures in measure():
        print(*(f"{name}: {value}" for name, value in figures.items()), sep="   ")
