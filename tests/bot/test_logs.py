"""Everything that a running bot writes for its operator: facts, and never who wrote, or what."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from bot.logs import set_up_logs
from bot.metrics import Metrics
from tests import citizens, small_content
from tests.bot_api import TOKEN, BotApi, Fault

HOTLINE = Path(sys.executable).with_name("hotline")
CHAT, GROUP, OFFICE = 777_000_111, -100_777_000_333, -100_777_000_222
PERSON = {
    "id": CHAT,
    "is_bot": False,
    "first_name": "Фирдавс",
    "last_name": "Раҳимзода",
    "username": "firdavs_rahimzoda",
    "language_code": "ru",
}
SENDER: dict[str, Any] = {"from": PERSON}
WRITTEN = (
    "Мне не платят зарплату, хозяин Сидоров с улицы Тверской",
    "muzdi mara namediyan, nomam Gulnora, raqami man +79161234567",
    "полиция задержала брата Далера",
    "Какой фасон куртки теперь носят в Барселоне?",
)
SECRETS = (
    TOKEN,
    TOKEN.split(":")[1],
    "777000",
    "Фирдавс",
    "Раҳимзода",
    "firdavs",
    "махфӣ",
    *(
        "зарплат",
        "Сидоров",
        "Тверск",
        "Gulnora",
        "muzdi",
        "9161234567",
        "полици",
        "Далер",
        "Барселон",
        "фасон",
    ),
    *("подпись", "inline", "55.75123", "37.61712", "+992900112233"),
)
FACTS = {
    *("time", "level", "event", "logger", "exception", "outcome", "topic", "confidence", "language", "ms"),
    *("snapshot", "error", "kind", "reason", "fields", "tries", "receiving", "port", "from", "to", "after"),
}
QUESTIONS = len(WRITTEN) + 2
"""The caption and the message in the group are questions as well."""


def _written_by_citizens(api: BotApi) -> None:
    for number, text in enumerate(WRITTEN, start=1):
        api.write(text, chat=CHAT + number, **SENDER)
    api.write("", chat=CHAT, photo=[citizens.file(width=1, height=1)], caption="подпись: не платят зарплату")
    in_group = citizens.writes(f"@{citizens.BOT_NAME} не платят зарплату", chat=GROUP, group=True, **SENDER)
    in_group["message"]["chat"]["title"] = "Гурӯҳи махфӣ"
    api.deliver(in_group)
    api.write("", chat=CHAT, contact={"phone_number": "+992900112233", "first_name": "Фирдавс"})
    api.write("", chat=CHAT, location={"latitude": 55.75123, "longitude": 37.61712})
    api.press("page:Фирдавс#зарплата@ru", chat=CHAT)
    api.type_behind_the_name("inline зарплата Далер", person=CHAT)
    api.deliver({**citizens.writes("зарплата"), "message": {"text": "зарплата Далер", "from": PERSON}})
    api.deliver({"update_id": 2**31, "message": ["Фирдавс", CHAT]})


def _faults(api: BotApi) -> None:
    said = f"Bad Request: chat {CHAT} of Фирдавс, text 'зарплата', token {TOKEN}"
    api.fail(
        "sendMessage",
        Fault(400, said),
        Fault(500, said),
        Fault(429, said, retry_after=1),
        Fault(200, body=said.encode()),
        Fault(403, said),
        Fault(0),
    )


@pytest.mark.slow
async def test_nothing_of_a_person_or_a_secret_is_in_logs_or_figures(
    small_snapshots: Path, api: BotApi, tmp_path: Path
) -> None:
    small_content.write(tmp_path / "content")
    port = _free_port()
    _faults(api)
    process = await _start(small_snapshots, api, tmp_path, port)
    try:
        figures, refused = await _a_bad_day(process, api, tmp_path, port)
        output, errors = await asyncio.wait_for(process.communicate(), 20)
    finally:
        if process.returncode is None:
            process.kill()

    logged = [json.loads(line) for line in output.decode().splitlines()]
    everything = "\n".join([output.decode(), errors.decode(), figures, *refused])
    assert [secret for secret in SECRETS if secret.lower() in everything.lower()] == []
    assert (errors, process.returncode) == (b"", 0)
    _look_at(logged)
    assert sum(_numbers(figures, "hotline_questions_total")) >= QUESTIONS
    assert sum(_numbers(figures, "hotline_telegram_errors_total")) >= 5


async def _a_bad_day(
    process: asyncio.subprocess.Process, api: BotApi, folder: Path, port: int
) -> tuple[str, list[str]]:
    """Let people write while Telegram and the database fail; return the figures, and what was refused."""
    await api.until(lambda: "getUpdates" in api.calls)
    _written_by_citizens(api)
    await api.until(lambda: len(api.sent) >= 6 and not any(api.faults.values()), seconds=30)
    await asyncio.sleep(3)
    figures = await asyncio.to_thread(_get, port, "metrics")
    refused = [await asyncio.to_thread(_get, port, path) for path in (f"bot{TOKEN}", f"?chat={CHAT}")]
    for each in await asyncio.to_thread(lambda: sorted(folder.glob("hotline.db*"))):
        await asyncio.to_thread(each.unlink)
    api.write(WRITTEN[0], chat=CHAT, **SENDER)
    await asyncio.sleep(4)  # no reply tells when it was read: the same was answered just before
    process.send_signal(signal.SIGTERM)
    return figures, refused


def _look_at(logged: list[dict[str, Any]]) -> None:
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+", line["event"]) for line in logged)
    assert {key for line in logged for key in line} <= FACTS
    events = [line["event"] for line in logged]
    assert events.count("question.answered") >= QUESTIONS
    assert {"bot.started", "message.unsure", "reply.refused", "update.unreadable", "store.lost"} <= set(
        events
    )
    answered = [line for line in logged if line["event"] == "question.answered"]
    assert all(isinstance(line["ms"], float) and isinstance(line["confidence"], float) for line in answered)


def test_what_a_library_says_is_left_out_and_an_exception_is_only_its_kind() -> None:
    stream = io.StringIO()
    before = logging.getLogger().handlers[:], logging.getLogger().level
    set_up_logs(stream)
    try:
        logging.getLogger("httpx").info("POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
        logging.getLogger("aiohttp").warning("cannot parse %s", WRITTEN[0])
        try:
            raise ValueError(WRITTEN[0])
        except ValueError:
            logging.getLogger("bot.any").exception("update.failed", extra={"kind": "words"})
    finally:
        logging.getLogger().handlers[:], logging.getLogger().level = before

    library, ours = map(json.loads, stream.getvalue().splitlines())
    assert library["event"] == "library.warned"
    assert (ours["event"], ours["exception"], ours["kind"]) == ("update.failed", "ValueError", "words")
    assert all(secret not in stream.getvalue() for secret in (TOKEN, "зарплат"))


def test_labels_of_figures_are_fixed_words() -> None:
    names = set(re.findall(r'([a-z_]+)="', Metrics().exposition()[0].decode()))

    assert names <= {"outcome", "language", "spelling", "le", "version", "implementation"}


def _numbers(figures: str, name: str) -> list[float]:
    return [float(line.rsplit(" ", 1)[1]) for line in figures.splitlines() if line.startswith(f"{name}{{")]


def _get(port: int, path: str) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
            return str(answer.read().decode())
    except OSError as error:  # what is refused comes as one
        return str(error)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def _start(snapshots: Path, api: BotApi, folder: Path, port: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        HOTLINE,
        "run",
        cwd=folder,
        env={
            **os.environ,
            "HOTLINE_SNAPSHOTS": str(snapshots),
            "HOTLINE_CONTENT": str(folder / "content"),
            "HOTLINE_DATABASE_URL": f"sqlite:///{folder / 'hotline.db'}",
            "HOTLINE_TELEGRAM_TOKEN": TOKEN,
            "HOTLINE_TELEGRAM_BASE_URL": api.base_url,
            "HOTLINE_TELEGRAM_BASE_FILE_URL": api.base_url,
            "HOTLINE_LISTEN_PORT": str(port),
            "HOTLINE_ALERT_CHAT": str(OFFICE),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
