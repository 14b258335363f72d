"""The whole program as an operator starts it, `hotline run --desk`, with Telegram's side on loopback."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.store import Store, open_store
from desk import staffing
from desk.passwords import Passwords
from tests.bot_api import TOKEN, BotApi

HOTLINE = Path(sys.executable).with_name("hotline")
PASSWORD = "four unrelated words here"
KEYS = {"publisher": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "admin": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
"""Of the codes, by name; who is not here has set up none."""


@dataclass(frozen=True)
class Program:
    """Bot and desk, running."""

    url: str
    """Where the desk is open."""
    api: BotApi
    """What citizens write to, and where the replies arrive."""
    database: str
    content: Path
    snapshots: Path


@asynccontextmanager
async def running(
    folder: Path, api: BotApi, *, database: str, content: Path, snapshots: Path
) -> AsyncIterator[Program]:
    """Run bot and desk in one process while the context lasts; its log is written into the folder."""
    environment = {
        **os.environ,
        "HOTLINE_TELEGRAM_TOKEN": TOKEN,
        "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
        "HOTLINE_TELEGRAM_BASE_FILE_URL": api.base_url,
        "HOTLINE_LISTEN_PORT": "0",
        "HOTLINE_DATABASE_URL": database,
        "HOTLINE_CONTENT": str(content),
        "HOTLINE_SNAPSHOTS": str(snapshots),
    }
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(HOTLINE, "run", "--desk", "--desk-port", "0"),
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.PIPE,
        )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(60):
            said = (await process.stderr.readline()).decode()
        opened = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert opened is not None, said + (folder / "log").read_text(encoding="utf-8")
        yield Program(opened[0], api, database, content, snapshots)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), 20)


@asynccontextmanager
async def store_of(program: Program) -> AsyncIterator[Store]:
    """Open its database beside it, as `hotline staff` does."""
    store = await open_store(program.database)
    try:
        yield store
    finally:
        await store.close()


async def enlist(program: Program, roles: Mapping[str, str]) -> None:
    """Make these members, by name, with a password of their own and, where there is a key, with codes."""
    passwords = Passwords()
    async with store_of(program) as store:
        digest = await passwords.digest(PASSWORD)
        for name, role in roles.items():
            await staffing.add(store, passwords, name, role, staffing.AT_A_TERMINAL)
            await store.choose_password(name, digest, keeping="")
            if name in KEYS:
                await store.set_up_codes(name, KEYS[name], 0)
