"""Several processes behind one webhook that share nothing but PostgreSQL."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bot.run_replica import WEBHOOK
from tests.telegram_by_webhook import Sender, sending


@dataclass
class Replica:
    """One process."""

    process: asyncio.subprocess.Process
    port: int

    @property
    def address(self) -> str:
        """Where it receives."""
        return f"http://127.0.0.1:{self.port}{WEBHOOK.path}"

    async def kill(self) -> None:
        """End it without a word."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """Tell it to stop; return its exit code. Raises TimeoutError after a minute."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 60)


@dataclass
class Group:
    """Replicas that come and go, and who sends to them."""

    api: str
    database: str
    seconds: float
    sender: Sender
    stack: AsyncExitStack

    async def join(self, program: Path | None = None) -> Replica:
        """Start a replica; return it once it is ready and gets its share.

        program: folder of another version.
        """
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        arguments = [self.api, self.database, str(port), str(self.seconds)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bot.run_replica", *arguments, stdout=subprocess.DEVNULL, cwd=program
        )
        replica = Replica(process, port)
        self.stack.push_async_callback(_end, process)
        await self._until_ready(replica)
        self.sender.addresses.append(replica.address)
        return replica

    async def leave(self, replica: Replica) -> int:
        """Send nothing more to it and stop it; return its exit code."""
        self.sender.addresses.remove(replica.address)
        return await replica.stop()

    async def _until_ready(self, replica: Replica) -> None:
        async with asyncio.timeout(60):
            while True:
                try:
                    async with self.sender.session.get(f"http://127.0.0.1:{replica.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    assert replica.process.returncode is None, "a replica ended before it was ready"
                await asyncio.sleep(0.05)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


@asynccontextmanager
async def replicas(
    count: int, api: str, database: str, *, seconds: float = 0, twice: float = 0, program: Path | None = None
) -> AsyncIterator[tuple[Group, list[Replica]]]:
    """Run so many replicas.

    seconds: what an answer takes. twice: share of updates that are posted again. program: folder of another
    version.
    """
    secret = WEBHOOK.secret.get_secret_value()
    async with AsyncExitStack() as stack, sending(secret, twice=twice) as sender:
        group = Group(api, database, seconds, sender, stack)
        first = [await group.join(program)]  # makes the tables
        yield group, first + list(await asyncio.gather(*(group.join(program) for _ in range(count - 1))))
