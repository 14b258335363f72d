"""Both databases, new and empty for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.postgresql import Server
from tests.stores import Clock, Opener


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


@pytest.fixture(name="address", params=["sqlite", "postgresql"])
def _address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new, empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hotline.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()


@pytest.fixture(name="another")
async def _another(address: str, clock: Clock) -> AsyncIterator[Opener]:
    """Opens the same database again, as another process would."""
    opened: list[Store] = []

    async def open_again() -> Store:
        opened.append(await open_store(address, clock=clock))
        return opened[-1]

    yield open_again
    for each in opened:
        await each.close()


@pytest.fixture(name="store")
async def _store(another: Opener) -> Store:
    return await another()
