"""Telegram's side, and a PostgreSQL server, for the tests of the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.bot_api import BotApi, bot_api
from tests.postgresql import Server, postgresql_server


@pytest.fixture(scope="session", name="postgresql")
def _postgresql() -> Iterator[Server]:
    with postgresql_server() as server:
        yield server


@pytest.fixture(name="api")
async def _api() -> AsyncIterator[BotApi]:
    async with bot_api() as api:
        yield api
