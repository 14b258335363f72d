"""The program of the version before, as it was packed, beside this one: machines are upgraded in turn."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.store.opening import STEPS
from tests import citizens
from tests.bot.replicas import Group, replicas
from tests.bot.store.steps import revisions_of, steps_with_later, upgrade
from tests.bot.version_before import unpack
from tests.bot_api import BotApi
from tests.postgresql import Server

_CHATS = range(1, 51)
_PATIENCE_SECONDS = 240

T = TypeVar("T")


@pytest.fixture(scope="module", name="before")
def _before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program of the version before."""
    folder = tmp_path_factory.mktemp("before")
    unpack(folder)
    return folder


def _knows(program: Path) -> str:
    return revisions_of(program / "bot/store/migrations")[-1]


def test_the_packed_program_is_not_older_than_the_version_before(before: Path) -> None:
    assert _knows(before) in revisions_of()[-2:], (
        "the database has two new steps since the packed program: in a checkout of the last release run "
        "'python -m tests.bot.version_before', and copy tests/bot/version-before.tar.xz from there"
    )


def test_it_is_the_packed_program_that_runs(before: Path) -> None:
    where = subprocess.check_output([sys.executable, "-c", "import bot; print(bot.__file__)"], cwd=before)

    assert Path(where.decode().strip()).is_relative_to(before)


async def _meanwhile(group: Group, text: str, happens: Coroutine[Any, Any, T]) -> T:
    """Let each chat write this while something happens."""
    async with asyncio.TaskGroup() as both:
        both.create_task(group.sender.post_all([citizens.writes(text, chat=chat) for chat in _CHATS]))
        happening = both.create_task(happens)
    return happening.result()


@pytest.mark.slow
async def test_nothing_is_lost_or_answered_twice_while_machines_are_upgraded_in_turn(
    api: BotApi, postgresql: Server, before: Path, tmp_path: Path
) -> None:
    database = postgresql.new_database()
    # As long as our newest step is the packed program's, too: a step that may come next.
    is_older = _knows(before) != revisions_of()[-1]
    steps = STEPS if is_older else await asyncio.to_thread(steps_with_later, tmp_path / "steps", "9001")

    async with replicas(2, api.base_url, database, seconds=0.05, program=before) as (group, [one, two]):
        await _meanwhile(group, "/c0", upgrade(database, steps))  # the first thing that a new one does
        await _meanwhile(group, "/c1", group.join())
        codes = [await _meanwhile(group, "/c2", group.leave(one))]
        again = await _meanwhile(group, "/c3", group.join(before))  # not upgraded yet, and restarted
        await _meanwhile(group, "/c4", group.join())
        codes += [await _meanwhile(group, "/c5", group.leave(two))]
        codes += [await _meanwhile(group, "/c6", group.leave(again))]
        await api.messages(7 * len(_CHATS), seconds=_PATIENCE_SECONDS)
        await asyncio.sleep(1)  # until whatever is answered twice would be

    assert codes == [0, 0, 0]
    for chat in _CHATS:
        assert api.texts(chat) == [f"/c{n}" for n in range(7)]


async def test_a_program_two_versions_older_refuses_with_one_sentence(before: Path, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'hotline.db'}"
    await upgrade(address, await asyncio.to_thread(steps_with_later, tmp_path / "steps", "9001", "9002"))

    command = [sys.executable, "-m", "tests.bot.run_replica", "http://127.0.0.1:1", address, "0", "0"]
    process = await asyncio.create_subprocess_exec(*command, cwd=before, stderr=subprocess.PIPE)
    async with asyncio.timeout(_PATIENCE_SECONDS):
        _, said = await process.communicate()

    assert process.returncode == 1
    assert f"this one knows them up to {_knows(before)}); install that version" in said.decode()
