"""'hotline doctor': each fault is named with what repairs it, and the token is never shown."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.doctor.examination import examine_installation
from bot.doctor.finding import Finding, exit_code
from bot.doctor.machine import look_at_disks
from bot.settings import read_settings
from bot.store import open_store
from bot.store.address import read_address
from bot.store.opening import STEPS, bring_up_to_date
from bot.store.sqlite_file import SQLiteFile
from tests import small_content
from tests.bot_api import TOKEN, BotApi, Fault
from tests.postgresql import Server

HOTLINE = Path(sys.executable).with_name("hotline")


@pytest.fixture(name="healthy")
async def _healthy(
    monkeypatch: pytest.MonkeyPatch, api: BotApi, small_snapshots: Path, tmp_path: Path
) -> pytest.MonkeyPatch:
    """An installation with nothing wrong, as settings in the environment."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(small_snapshots, tmp_path / "snapshots")
    for name, value in {
        "CONTENT": str(small_content.write(tmp_path / "content")),
        "SNAPSHOTS": str(tmp_path / "snapshots"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'hotline.db'}",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_BASE_URL": api.base_url,
    }.items():
        monkeypatch.setenv(f"HOTLINE_{name}", value)
    store = await open_store(f"sqlite:///{tmp_path / 'hotline.db'}")
    await store.close()
    return monkeypatch


def _now() -> datetime:
    return datetime.now(UTC)


async def _examined(now: Callable[[], datetime] = _now) -> dict[str, Finding]:
    findings = await asyncio.to_thread(examine_installation, read_settings, now)
    assert not any(TOKEN in str(each) or TOKEN.split(":")[1] in str(each) for each in findings)
    assert all(each.repair for each in findings if each.state != "good")
    return {each.part: each for each in findings if each.part != "disk"}


def _found(findings: dict[str, Finding], part: str) -> tuple[str, str]:
    """Return the state and text of this part, after a look that all other parts are good."""
    others = {name: each for name, each in findings.items() if name != part and each.state != "good"}
    assert others == {}
    return findings[part].state, findings[part].what


@pytest.mark.usefixtures("healthy")
async def test_where_nothing_is_wrong_every_part_is_good() -> None:
    findings = await _examined()

    parts = "settings Telegram polling clock content published version encoder database"
    assert " ".join(findings) == parts
    assert {each.state for each in findings.values()} == {"good"}


async def test_each_wrong_setting_is_a_line(healthy: pytest.MonkeyPatch) -> None:
    healthy.setenv("HOTLINE_TELEGRAM_TOKN", "1:SECRET")
    healthy.setenv("HOTLINE_COST_WRONG", "SECRET")

    findings = await asyncio.to_thread(examine_installation, read_settings)

    assert [each.what.split(":")[0] for each in findings] == ["HOTLINE_TELEGRAM_TOKN", "HOTLINE_COST_WRONG"]
    assert "SECRET" not in str(findings)
    assert exit_code(findings) == 2


async def test_a_missing_token_is_named(healthy: pytest.MonkeyPatch) -> None:
    healthy.delenv("HOTLINE_TELEGRAM_TOKEN")

    findings = await _examined()

    assert _found(findings, "Telegram") == ("bad", "no token is set")


async def test_a_wrong_token_is_named_and_not_shown(healthy: pytest.MonkeyPatch) -> None:
    healthy.setenv("HOTLINE_TELEGRAM_TOKEN", "1:wrong-token_of-nobody")

    findings = await _examined()

    state, what = _found(findings, "Telegram")
    assert (state, "@BotFather" in what, "wrong-token" in str(findings)) == ("bad", True, False)


@pytest.mark.parametrize(
    "fault", [Fault(), Fault(500), Fault(200, body=b"<html>"), Fault(200, body=b"[1]")], ids=str
)
@pytest.mark.usefixtures("healthy")
async def test_telegram_out_of_reach_or_out_of_its_mind_is_one_line(api: BotApi, fault: Fault) -> None:
    api.standing["*"] = fault

    state, what = _found(await _examined(), "Telegram")

    assert (state, what.startswith("Telegram cannot be reached")) == ("bad", True)


@pytest.mark.usefixtures("healthy")
async def test_a_webhook_that_the_settings_do_not_know_is_named_by_its_host(api: BotApi) -> None:
    api.webhook = {"url": "https://old.example.org/path-with-secret"}

    state, what = _found(await _examined(), "polling")

    assert (state, "old.example.org" in what, "path-with-secret" in what) == ("warning", True, False)


async def test_a_webhook_that_telegram_does_not_know_is_named(
    healthy: pytest.MonkeyPatch, api: BotApi
) -> None:
    healthy.setenv("HOTLINE_WEBHOOK_URL", "https://hotline.example.org")

    assert _found(await _examined(), "webhook")[0] == "warning"

    api.webhook = {"url": "https://hotline.example.org/telegram"}
    assert _found(await _examined(), "webhook")[0] == "good"


async def test_an_error_that_telegram_met_at_the_webhook_is_told(
    healthy: pytest.MonkeyPatch, api: BotApi
) -> None:
    healthy.setenv("HOTLINE_WEBHOOK_URL", "https://hotline.example.org")
    api.webhook = {"url": "https://hotline.example.org/telegram"}
    message = "Wrong response from the webhook: 502 Bad Gateway"
    api.webhook_trouble = {"last_error_date": int(time.time()) - 120, "last_error_message": message}

    state, what = _found(await _examined(), "webhook")

    assert state == "warning"
    assert re.search(rf"2 minutes ago: {message}", what)


@pytest.mark.parametrize(("seconds", "state"), [(3, "good"), (-60, "warning"), (3600, "bad")])
@pytest.mark.usefixtures("healthy")
async def test_the_clock_is_held_against_telegrams(seconds: int, state: str) -> None:
    findings = await _examined(lambda: datetime.now(UTC) + timedelta(seconds=seconds))

    assert _found(findings, "clock")[0] == state


@pytest.mark.usefixtures("healthy")
async def test_errors_of_the_content_are_counted_and_the_first_is_told(tmp_path: Path) -> None:
    file = tmp_path / "content/topics/wages/topic.yaml"
    text = await asyncio.to_thread(file.read_text, encoding="utf-8")
    file.write_text(text.replace("embassy]", "embasy]"), encoding="utf-8")

    state, what = _found(await _examined(), "content")

    assert (state, "topics/wages/topic.yaml" in what) == ("warning", True)


@pytest.mark.usefixtures("healthy")
async def test_content_that_is_not_published_yet_is_told(tmp_path: Path) -> None:
    file = tmp_path / "content/topics/wages/ru.md"
    text = await asyncio.to_thread(file.read_text, encoding="utf-8")
    file.write_text(text.replace("1 года", "3 лет"), encoding="utf-8")

    findings = await _examined()

    assert _found(findings, "published version")[0] == "warning"
    assert findings["published version"].repair == "hotline build"


@pytest.mark.usefixtures("healthy")
async def test_a_damaged_version_is_bad(tmp_path: Path) -> None:
    [library] = await asyncio.to_thread(lambda: list((tmp_path / "snapshots").glob("*/library.json")))
    library.write_bytes(b"{}")

    state, what = _found(await _examined(), "published version")

    assert (state, "damaged" in what) == ("bad", True)


async def test_an_encoder_that_is_not_there_is_bad(healthy: pytest.MonkeyPatch, tmp_path: Path) -> None:
    healthy.setenv("HOTLINE_ENCODER", str(tmp_path / "no-model"))

    state, what = _found(await _examined(), "encoder")

    assert (state, "no-model" in what) == ("bad", True)


@pytest.mark.usefixtures("healthy")
async def test_a_damaged_database_is_bad(tmp_path: Path) -> None:
    (tmp_path / "hotline.db").write_bytes(b"no database" * 1000)

    assert _found(await _examined(), "database")[0] == "bad"


@pytest.mark.usefixtures("healthy")
async def test_looking_makes_no_database_and_changes_none(tmp_path: Path) -> None:
    file = tmp_path / "hotline.db"
    file.unlink()
    await _examined()
    made = await asyncio.to_thread(file.exists)
    old = SQLiteFile(read_address(f"sqlite:///{file}"), file)
    steps = await asyncio.to_thread(_only_the_first_step, tmp_path / "steps")
    await old.prepare(lambda connection, aside: bring_up_to_date(connection, aside, steps))
    await old.close()

    state, what = _found(await _examined(), "database")

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    assert (made, state, "tables at 0001" in what) == (False, "good", True)


def _only_the_first_step(folder: Path) -> Path:
    later = shutil.ignore_patterns("__pycache__", "r000[2-9]*")
    shutil.copytree(STEPS, folder, ignore=later)
    return folder


@pytest.mark.usefixtures("healthy")
async def test_tables_of_a_program_two_versions_newer_are_bad(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "hotline.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9002'")
        connection.execute("DELETE FROM fitting_program")

    state, what = _found(await _examined(), "database")

    assert (state, "newer version" in what) == ("bad", True)


async def test_a_lost_postgresql_is_bad_and_shows_no_password(healthy: pytest.MonkeyPatch) -> None:
    healthy.setenv("HOTLINE_DATABASE_URL", "postgresql://me:SECRET@127.0.0.1:9/db")

    findings = await _examined()

    assert _found(findings, "database")[0] == "bad"
    assert "SECRET" not in str(findings)


async def test_a_postgresql_that_runs_is_good(healthy: pytest.MonkeyPatch, postgresql: Server) -> None:
    url = postgresql.new_database()
    store = await open_store(url)
    await store.close()
    healthy.setenv("HOTLINE_DATABASE_URL", url)

    findings = await _examined()

    assert _found(findings, "database")[0] == "good"
    assert findings["clock"].what == "agrees with the database's"


def test_disks_are_named_once_each_also_for_folders_that_are_not_there_yet(tmp_path: Path) -> None:
    findings = look_at_disks([tmp_path / "none/yet", tmp_path, tmp_path / "other"])

    assert len(findings) == 1
    assert str(tmp_path) in findings[0].what


@pytest.mark.slow
async def test_the_command_prints_a_table_or_json_and_ends_with_the_worst(
    healthy: pytest.MonkeyPatch,
) -> None:
    async def run(*options: str) -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            HOTLINE, "doctor", *options, env=dict(os.environ), stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        assert TOKEN not in output.decode()
        return process.returncode, output.decode()

    good, table = await run()
    healthy.setenv("HOTLINE_COST_WRONG", "much")
    bad, text = await run("--json")

    report: dict[str, Any] = json.loads(text)
    assert (good in (0, 1), "published version" in table) == (True, True)  # 1 where the disk is low
    assert (bad, report["state"], report["findings"][0]["part"]) == (2, "bad", "settings")
