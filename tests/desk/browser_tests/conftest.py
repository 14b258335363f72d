"""One Chromium for all of these tests, and people who sign in with it at the real program."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from desk.sample import fill
from index.encoders import Encoder
from index.snapshot import build
from knowledge.load import load
from tests.bot_api import bot_api
from tests.desk.browser_tests.people import PATIENCE_MS, People
from tests.desk.browser_tests.program import Program, enlist, install, running
from tests.desk.browser_tests.texts import write_texts
from tests.postgresql import Server

CHROMIUM = shutil.which("chromium")


@pytest_asyncio.fixture(scope="package", loop_scope="package", name="chromium")
async def _chromium() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("HOTLINE_REQUIRE_CHROMIUM"):
            pytest.fail("there is no chromium: apt-get install chromium")
        pytest.skip("there is no chromium")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        await browser.close()


@pytest.fixture(scope="package", name="fee_snapshots")
def _fee_snapshots(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the texts with the old fee are published."""
    folder = tmp_path_factory.mktemp("fee")
    build(load(write_texts(folder / "content")), encoder, folder / "snapshots")
    return folder / "snapshots"


@pytest_asyncio.fixture(scope="package", loop_scope="package", name="standing")
async def _standing(
    chromium: Browser, fee_snapshots: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[People]:
    """People at one desk for all tests that change nothing; 'newcomer' has no codes yet."""
    folder = tmp_path_factory.mktemp("standing")
    database = f"sqlite:///{folder}/hotline.db"
    async with (
        bot_api() as api,
        running(install(folder, api, database, fee_snapshots, {}), "run", "--desk") as program,
    ):
        await fill(program.database, now=lambda: datetime.now(UTC))
        await enlist(program, {"admin": "admin", "newcomer": "publisher"})
        people = People(chromium, program.url)
        yield people
        await people.leave()


@pytest_asyncio.fixture(loop_scope="package", name="program")
async def _program(
    tmp_path: Path,
    database: str,
    fee_snapshots: Path,
    settings: Mapping[str, str],
    arguments: tuple[str, ...],
) -> AsyncIterator[Program]:
    """Bot and desk (see `arguments`) with texts of their own, published, an editor and a publisher."""
    async with (
        bot_api() as api,
        running(install(tmp_path, api, database, fee_snapshots, settings), *arguments) as program,
    ):
        await enlist(program, {"editor": "editor", "publisher": "publisher"})
        yield program


@pytest.fixture(name="settings")
def _settings() -> Mapping[str, str]:
    """Of the program, by their whole names; a test that needs others says so."""
    return {}


@pytest.fixture(name="arguments")
def _arguments() -> tuple[str, ...]:
    """What `hotline` is started with; it opens a desk."""
    return ("run", "--desk")


@pytest_asyncio.fixture(loop_scope="package", name="people")
async def _people(chromium: Browser, program: Program) -> AsyncIterator[People]:
    people = People(chromium, program.url)
    yield people
    await people.leave()


@pytest.fixture(name="database", params=["sqlite", "postgresql"])
def _database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hotline.db'}"
    server: Server = request.getfixturevalue("postgresql")
    return server.new_database()
