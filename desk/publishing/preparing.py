"""A candidate being prepared in another process: how far it is, who waits for it, and stopping it."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from bot.candidate import STEPS
from desk.options import DeskOptions
from desk.publishing.worker import Order
from index.candidate import remove_leftovers

log = logging.getLogger(__name__)

_SHARES: Final = (0.05, 0.25, 0.4, 0.05, 0.25)
"""Of the whole time, by step, as a correction with new examples takes it."""
_END_SECONDS: Final = 5.0


@dataclass(frozen=True, slots=True)
class Working:
    """At work."""

    by: str
    begun: datetime
    step: str = STEPS[0]
    done: int = 0
    total: int = 0

    @property
    def share(self) -> float:
        """How much is done, 0 to 1; a step that tells nothing counts as begun."""
        place = STEPS.index(self.step) if self.step in STEPS else 0
        within = min(self.done / self.total, 1.0) if self.total else 0.0
        return sum(_SHARES[:place]) + _SHARES[place] * within


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended without a result; the live version is as it was."""

    by: str
    reason: Literal["stopped", "at-work", "failed"]
    detail: str = ""
    """What a program said about it."""


State = Working | Failed | None
"""None: nothing is at work here; what came of the last one stands in its record."""


class Preparing:
    """One at a time."""

    def __init__(self, content: Path, options: DeskOptions) -> None:
        self._content = content
        self._options = options
        self.state: State = None
        self._changed = asyncio.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    def start(self, by: str, now: datetime) -> bool:
        """Begin, unless one is at work; return whether it was begun. by: name of the member."""
        if self._task is not None and not self._task.done():
            return False
        self._stopped = False
        self._set(Working(by, now))
        self._task = asyncio.create_task(self._work(by, now))
        return True

    async def stop(self) -> None:
        """Stop what is at work, and wait until it has ended."""
        self._stopped = True
        if self._process is not None:
            await asyncio.to_thread(_end, self._process)
        if self._task is not None:
            await asyncio.wait([self._task])

    async def wait(self) -> None:
        """Wait until nothing is at work."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def changes(self, at_least_every: float) -> AsyncIterator[State]:
        """Yield how it stands, now, at each change and at least every so many seconds, until it has ended."""
        while True:
            changed, state = self._changed, self.state
            yield state
            if not isinstance(state, Working):
                return
            try:
                async with asyncio.timeout(at_least_every):
                    await changed.wait()
            except TimeoutError:
                continue

    async def _work(self, by: str, now: datetime) -> None:
        loop = asyncio.get_running_loop()
        try:
            ended = await asyncio.to_thread(self._run, loop, self._order(by, now))
        except OSError as error:  # no process, no memory
            ended = {"failed": "failed", "reason": type(error).__name__}
        await asyncio.to_thread(remove_leftovers, self._options.snapshots)
        self._process = None
        result = "ended" if "ended" in ended else "stopped" if self._stopped else "failed"
        self._options.figures.built(result)
        if result == "ended":
            self._set(None)
        elif result == "stopped":
            self._set(Failed(by, "stopped"))
        else:
            reason: Literal["at-work", "failed"] = "at-work" if ended.get("failed") == "at-work" else "failed"
            detail = str(ended.get("reason", ""))
            log.error("candidate.failed", extra={"reason": detail or reason})
            self._set(Failed(by, reason, detail))

    def _run(self, loop: asyncio.AbstractEventLoop, order: Order) -> dict[str, object]:
        command = [sys.executable, "-m", "desk.publishing.worker", order.model_dump_json()]
        last: dict[str, object] = {}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
            self._process = process
            if self._stopped:
                process.kill()
            assert process.stdout is not None
            for line in process.stdout:
                if line.endswith(b"\n"):  # else it was killed while it wrote
                    last = json.loads(line)
                    loop.call_soon_threadsafe(self._hear, last)
        if process.returncode != 0:
            return {"failed": "failed", "reason": f"its process ended with {process.returncode}"}
        return last

    def _hear(self, told: dict[str, object]) -> None:
        if isinstance(self.state, Working) and "step" in told:
            done, total = int(str(told["done"])), int(str(told["total"]))
            self._set(replace(self.state, step=str(told["step"]), done=done, total=total))

    def _set(self, state: State) -> None:
        self.state = state
        self._changed.set()
        self._changed = asyncio.Event()

    def _order(self, by: str, now: datetime) -> Order:
        options, costs = self._options, self._options.costs
        return Order(
            content=self._content.absolute(),
            snapshots=options.snapshots.absolute(),
            encoder=options.encoder,
            cost_wrong=costs.wrong,
            cost_refusal=costs.refusal,
            cost_choice=costs.choice,
            today=now.date(),
            by=by,
            at=now,
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
