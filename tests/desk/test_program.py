"""`hotline desk`, `hotline run --desk` and `hotline demo-desk` as a person starts them."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from desk.history import BY_HAND, History
from knowledge.load import SHIPPED_CONTENT
from tests import small_content
from tests.bot_api import TOKEN, bot_api
from tests.desk.browser import token_of

HOTLINE = Path(sys.executable).with_name("hotline")
pytestmark = pytest.mark.slow


@contextmanager
def _started(folder: Path, *arguments: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    environment = {
        **os.environ,
        "HOTLINE_DATABASE_URL": f"sqlite:///{folder / 'hotline.db'}",
        "HOTLINE_CONTENT": str(small_content.write(folder / "content")),
        **{f"HOTLINE_{name.upper()}": value for name, value in settings.items()},
    }
    command: list[str | Path] = [HOTLINE, *(arguments or ["desk", "--port", "0"])]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_it_says_where_it_is_open_answers_and_stops_when_told_to(tmp_path: Path) -> None:
    with _started(tmp_path) as process:
        with httpx.Client(base_url=_opened(process), trust_env=False) as client:
            alive = client.get("/healthz")
            away = client.get("/")
            form = client.get(away.headers["location"])
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 0
    assert (alive.status_code, away.status_code, form.status_code) == (200, 303, 200)
    assert away.headers["location"] == "/sign-in"


def _opened(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    said = process.stderr.readline()
    told = re.search(r"http://127\.0\.0\.1:\d+/", said)
    assert told is not None, said
    return told[0]


def test_it_begins_a_history_of_the_texts_and_keeps_it(tmp_path: Path) -> None:
    for _ in range(2):
        with _started(tmp_path) as process:
            _opened(process)

    [version] = History(tmp_path / "content", lambda: datetime.now(UTC)).log()
    assert version.author == BY_HAND


def test_the_texts_that_come_with_the_program_are_never_changed(tmp_path: Path) -> None:
    with _started(tmp_path, content="") as process:
        _, said = process.communicate(timeout=60)

    assert (process.returncode, said.count("\n")) == (2, 1)
    assert "run 'hotline prepare'" in said
    assert not (SHIPPED_CONTENT / ".git").exists()


def test_a_folder_without_texts_is_a_sentence_that_says_how_it_is_filled(tmp_path: Path) -> None:
    with _started(tmp_path, content=str(tmp_path / "none")) as process:
        _, said = process.communicate(timeout=60)

    assert (process.returncode, said.count("\n")) == (2, 1)
    assert "run 'hotline prepare'" in said
    assert not (tmp_path / "none").exists()


def test_the_bot_alone_takes_no_options_of_the_desk(tmp_path: Path) -> None:
    with _started(tmp_path, "run", "--desk-port", "8090") as process:
        _, said = process.communicate(timeout=60)

    assert (process.returncode, "--desk-host and --desk-port need --desk" in said) == (2, True)


def test_a_port_that_is_taken_is_a_sentence_that_names_the_option(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with _started(tmp_path, "desk", "--port", str(taken.getsockname()[1])) as process:
            _, said = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "Address already in use; name another with HOTLINE_DESK_HOST and HOTLINE_DESK_PORT" in said
    assert "Traceback" not in said


async def test_a_desk_beside_a_bot_on_one_sqlite_file_fails_neither(
    tmp_path: Path, small_snapshots: Path
) -> None:
    async with bot_api() as api:
        token = {"telegram_token": TOKEN, "telegram_base_url": api.base_url, "listen_port": "0"}
        with (
            _started(tmp_path, "run", snapshots=str(small_snapshots), **token) as bot,
            _started(tmp_path) as desk,
        ):
            url = await asyncio.to_thread(_opened, desk)
            await api.until(lambda: "getUpdates" in api.calls, seconds=60)
            async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
                token_of_form = token_of(await client.get("/sign-in"))
                form = {"token": token_of_form, "password": "x"}
                for chat in range(1, 41):
                    api.write("Мне не платят зарплату", chat=chat)
                attempts = [client.post("/sign-in", data=form | {"name": f"n{n}"}) for n in range(40)]
                answers = await asyncio.gather(*attempts)
            await api.messages(40, seconds=60)
            for each in (bot, desk):
                each.terminate()
            logs = [each.communicate(timeout=60)[0] for each in (bot, desk)]

    assert {each.status_code for each in answers} <= {403, 429}
    assert {each["chat_id"] for each in api.sent} == set(range(1, 41))
    assert not re.search(r"store\.failed|page\.failed", "".join(logs))
