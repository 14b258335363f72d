"""Whatever happens in whatever order: each message is answered once, and in the order of its chat."""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import Store, open_store
from tests.stores import Clock, answer_all

# A message of a chat arrives, or one arrives again; one of two processes does something, or dies.
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("arrive"), st.integers(0, 2)),
        st.tuples(st.just("repeat"), st.integers(0, 30)),
        st.tuples(st.just("claim"), st.integers(0, 1)),
        st.tuples(st.just("answer"), st.integers(0, 1)),
        st.tuples(st.just("die"), st.integers(0, 1)),
    ),
    max_size=40,
)


class Office:
    """Two processes on one database, and what each holds."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url, self.clock = url, clock
        self.processes: list[Store] = []
        self.held: list[list[tuple[int, int]]] = [[], []]
        self.arrived: list[tuple[int, int]] = []
        self.answered: list[tuple[int, int]] = []

    async def happen(self, event: str, which: int) -> None:
        """Let one event happen."""
        if event == "arrive":
            self.arrived.append((which, len(self.arrived)))
            assert await self.processes[0].accept(self.arrived[-1][1], which, "{}")
        elif event == "repeat" and which < len(self.arrived):
            assert not await self.processes[1].accept(which, self.arrived[which][0], "{}")
        elif event == "claim":
            self.held[which] += [(each.chat, each.update_id) for each in await self.processes[which].claim(2)]
        elif event == "answer" and self.held[which]:
            chat, number = self.held[which].pop(0)
            if await self.processes[which].sending(number):
                self.answered.append((chat, number))
                await self.processes[which].settle(number)
        elif event == "die":
            self.held[which] = []
            await self.processes[which].close()
            self.processes[which] = await open_store(self.url, clock=self.clock)


async def _play(events: list[tuple[str, int]], folder: Path) -> Office:
    clock = Clock()
    office = Office(f"sqlite:///{folder / 'hotline.db'}", clock)
    office.processes = [await open_store(office.url, clock=clock) for _ in range(2)]
    for event, which in events:
        await office.happen(event, which)
    clock.forward(minutes=1)
    office.answered += await answer_all(office.processes[0])
    for process in office.processes:
        await process.close()
    return office


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS)
def test_each_message_is_answered_once_and_each_chat_in_order(events: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = asyncio.run(_play(events, Path(folder)))

    assert sorted(office.answered) == sorted(office.arrived)
    numbers: dict[int, list[int]] = defaultdict(list)
    for chat, number in office.answered:
        numbers[chat].append(number)
    assert all(each == sorted(each) for each in numbers.values())
