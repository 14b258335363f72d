"""The whole program as an operator starts it, with Telegram's side on loopback.

Bot and desk in one process, `hotline run --desk`, or each in its own, as Compose has them.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.store import Store, open_store
from desk import staffing
from desk.passwords import Passwords
from tests.bot_api import TOKEN, BotApi
from tests.desk.browser_tests.texts import write_texts

HOTLINE = Path(sys.executable).with_name("hotline")
PASSWORD = "four unrelated words here"
KEYS = {"publisher": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "admin": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}
"""Of the codes, by name; who is not here has set up none."""


@dataclass(frozen=True)
class Installation:
    """What programs share that belong together."""

    folder: Path
    """Where they run, and write what they log."""
    api: BotApi
    """What citizens write to, and where the replies arrive."""
    database: str
    content: Path
    snapshots: Path
    settings: Mapping[str, str]
    """What else is set, by its whole name."""


@dataclass(frozen=True)
class Program(Installation):
    """A desk that is open; whether a bot runs beside it depends on who started it."""

    url: str
    """Where the desk is."""


def install(
    folder: Path, api: BotApi, database: str, published: Path, settings: Mapping[str, str]
) -> Installation:
    """Return an installation with the texts of its own that were published there."""
    shutil.copytree(published, folder / "snapshots")
    content = write_texts(folder / "content")
    return Installation(folder, api, database, content, folder / "snapshots", settings)


@asynccontextmanager
async def running(installed: Installation, *arguments: str) -> AsyncIterator[Program]:
    """Run `hotline` with these arguments, which open a desk, while the context lasts."""
    async with started(installed, *arguments) as process:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            said = (await process.stderr.readline()).decode()
        opened = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert opened is not None, said + (installed.folder / "log").read_text(encoding="utf-8")
        yield Program(**vars(installed), url=opened[0])


@asynccontextmanager
async def started(installed: Installation, *arguments: str) -> AsyncIterator[Process]:
    """Run `hotline` with these arguments while the context lasts; then tell it to stop, if it still runs."""
    environment = {
        **os.environ,
        "HOTLINE_TELEGRAM_TOKEN": TOKEN,
        "HOTLINE_TELEGRAM_BASE_URL": installed.api.base_url,
        "HOTLINE_TELEGRAM_BASE_FILE_URL": installed.api.base_url,
        "HOTLINE_LISTEN_PORT": "0",
        "HOTLINE_DESK_PORT": "0",
        "HOTLINE_DATABASE_URL": installed.database,
        "HOTLINE_CONTENT": str(installed.content),
        "HOTLINE_SNAPSHOTS": str(installed.snapshots),
        **installed.settings,
    }
    with (installed.folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            HOTLINE,
            *arguments,
            cwd=installed.folder,
            env=environment,
            stdout=log,
            stderr=subprocess.PIPE,
        )
    try:
        yield process
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
