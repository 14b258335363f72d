"""Telegram's side of a webhook: posts updates to replicas by turns, of each chat in order, until taken."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from tests.citizens import Fields

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_CONNECTIONS = 40
"""As many as Telegram opens where setWebhook names no other number."""
_PAUSE_SECONDS = 0.05


@dataclass
class Sender:
    """Stands for Telegram and for the proxy that spreads its requests over the replicas."""

    session: aiohttp.ClientSession
    secret: str
    addresses: list[str]
    """Of the replicas that are asked by turns; may change at any time."""
    twice: float = 0.0
    """Share of updates that are posted a second time, as after a lost answer."""
    refusals: list[int] = field(default_factory=list)
    """Statuses other than 200 that came back."""

    def __post_init__(self) -> None:
        self._turns = itertools.count()
        self._places = asyncio.Semaphore(_CONNECTIONS)

    async def post(self, update: Fields) -> None:
        """Post an update until a replica has taken it."""
        while True:
            async with self._places:
                if self.addresses and await self._taken(update):
                    return
            await asyncio.sleep(_PAUSE_SECONDS)

    async def post_all(self, updates: Iterable[Fields]) -> None:
        """Post updates, those of one chat one after another, each when the one before was taken."""
        chats: dict[int, list[Fields]] = defaultdict(list)
        for each in updates:
            chats[each["message"]["chat"]["id"]].append(each)

        async def one_chat(row: list[Fields]) -> None:
            for number, each in enumerate(row):
                await self.post(each)
                if self.twice and (each["update_id"] + number) % round(1 / self.twice) == 0:
                    await self.post(each)

        await asyncio.gather(*map(one_chat, chats.values()))

    async def _taken(self, update: Fields) -> bool:
        address = self.addresses[next(self._turns) % len(self.addresses)]
        try:
            async with self.session.post(
                address, json=update, headers={SECRET_HEADER: self.secret}
            ) as answer:
                if answer.status != 200:
                    self.refusals.append(answer.status)
                return answer.status == 200
        except (aiohttp.ClientError, OSError, TimeoutError):
            return False


@asynccontextmanager
async def sending(secret: str, *addresses: str, twice: float = 0.0) -> AsyncIterator[Sender]:
    """Send to replicas at these addresses while the context lasts."""
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield Sender(session, secret, list(addresses), twice)
