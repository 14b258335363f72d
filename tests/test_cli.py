"""The program as a person runs it: real processes and files; bad input gets a sentence, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import small_content

HOTLINE = Path(sys.executable).with_name("hotline")
pytestmark = pytest.mark.slow


def _run(
    *arguments: str | bytes, cwd: Path, stdin: bytes = b"", **settings: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [HOTLINE, *arguments],
        cwd=cwd,
        input=stdin,
        env={**os.environ, **{f"HOTLINE_{name.upper()}": value for name, value in settings.items()}},
        capture_output=True,
        check=False,
        timeout=120,
    )


def _complains(done: subprocess.CompletedProcess[bytes], *parts: str) -> bool:
    text = done.stderr.decode()
    return done.returncode == 2 and "Traceback" not in text and all(part in text for part in parts)


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    small_content.write(tmp_path / "content")
    return tmp_path


def test_check_is_clean_with_notices_and_ends_with_0(folder: Path) -> None:
    done = _run("check", "--today", "2040-01-01", cwd=folder, content="content")

    assert (done.returncode, b"clean: no errors" in done.stdout) == (0, True)


def test_check_lists_what_waits_for_a_person(folder: Path) -> None:
    done = _run("check", "--stale", "--today", "2040-01-01", cwd=folder, content="content")

    assert (
        "notice: topics/wages/topic.yaml:6: to be reviewed by 2027-03-01, which is past"
        in done.stdout.decode()
    )


def test_check_ends_with_1_and_names_the_place_of_an_error(folder: Path) -> None:
    file = folder / "content/topics/wages/topic.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("embassy]", "embasy]"), encoding="utf-8")

    done = _run("check", cwd=folder, content="content")

    assert done.returncode == 1
    assert b"error: topics/wages/topic.yaml:3: contacts: 'embasy'" in done.stdout


def test_content_with_an_error_is_not_published_and_the_live_version_stays(folder: Path) -> None:
    first = _run("build", cwd=folder, content="content")
    live = (folder / "var/snapshots/live").read_text()
    (folder / "content/contacts.yaml").write_text("contacts: [", encoding="utf-8")

    second = _run("build", cwd=folder, content="content")

    assert first.returncode == 0
    assert _complains(second, "contacts.yaml:", "nothing was published")
    assert (folder / "var/snapshots/live").read_text() == live


def test_a_correction_is_published_and_rolled_back(folder: Path) -> None:
    question = "Мне не платят зарплату"
    file = folder / "content/topics/wages/ru.md"
    _run("build", cwd=folder, content="content")
    file.write_text(file.read_text(encoding="utf-8").replace("1 года", "3 лет"), encoding="utf-8")
    _run("build", cwd=folder, content="content")

    corrected = _run("ask", question, cwd=folder, content="content").stdout.decode()
    back = _run("build", "--rollback", cwd=folder, content="content")
    before = _run("ask", question, cwd=folder, content="content").stdout.decode()

    assert back.returncode == 0
    assert ("3 лет" in corrected, "1 года" in before) == (True, True)


def test_going_back_without_an_earlier_version_is_one_sentence(folder: Path) -> None:
    _run("build", cwd=folder, content="content")

    assert _complains(_run("build", "--rollback", cwd=folder, content="content"), "hotline:")


def test_the_batch_keeps_order_reports_bad_lines_and_goes_on(folder: Path) -> None:
    lines = [
        json.dumps({"id": "1", "text": "Мне не платят"}).encode(),
        b"not json",
        b'{"id": "2", "text": "\xff"}',
        b'{"id": "3"}',
        b'{"id": "4", "text": "a", "turns": ["b"]}',
        b"",
        json.dumps({"id": 5, "turns": ["Как встать на учёт?", "а сколько стоит?"]}).encode(),
    ]

    done = _run("ask", "--jsonl", cwd=folder, content="content", stdin=b"\n".join(lines))

    records = [json.loads(row) for row in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [record["id"] for record in records] == ["1", None, None, "3", "4", 5]
    assert [("error" in record) for record in records] == [False, True, True, True, True, False]
    keys = {"id", "outcome", "topics", "confidence", "language", "contacts", "article", "reply", "ms"}
    assert set(records[0]) == set(records[-1]) == keys


@pytest.mark.parametrize(
    "question",
    [
        b"",
        b"   ",
        b"\xff\xfe",
        "😀".encode(),
        "ы".encode() * 5000,
        "\u202eشناسنامه".encode(),
        b"\x01\x1b[31m",
    ],
    ids=["empty", "blank", "no-utf8", "emoji", "5000-characters", "right-to-left", "control"],
)
def test_any_question_gets_a_reply(question: bytes, small_snapshots: Path, tmp_path: Path) -> None:
    done = _run("ask", question, cwd=tmp_path, snapshots=str(small_snapshots))

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.strip()


def test_the_first_question_builds_the_first_version(folder: Path) -> None:
    done = _run("ask", "--json", "Мне не платят зарплату", cwd=folder, content="content")

    assert done.returncode == 0
    assert json.loads(done.stdout)["topics"][0] == "wages"


def test_running_without_a_version_says_how_to_make_one(folder: Path) -> None:
    done = _run("run", cwd=folder, content="content", telegram_token="1:x")

    assert _complains(done, "hotline build")


def test_running_without_a_token_says_where_it_belongs(folder: Path) -> None:
    assert _complains(_run("run", cwd=folder), "HOTLINE_TELEGRAM_TOKEN", ".env")


def test_a_damaged_version_is_refused_with_the_command_that_repairs_it(
    small_snapshots: Path, tmp_path: Path
) -> None:
    shutil.copytree(small_snapshots, tmp_path / "snapshots")
    live = (tmp_path / "snapshots/live").read_text().strip()
    library = tmp_path / "snapshots" / live / "library.json"
    library.write_bytes(library.read_bytes()[:-100])

    done = _run("ask", "a", cwd=tmp_path, snapshots="snapshots")

    assert _complains(done, "hotline build")


def test_a_content_folder_that_is_none_is_named_with_its_setting(tmp_path: Path) -> None:
    assert _complains(_run("check", cwd=tmp_path, content="nowhere"), "nowhere", "HOTLINE_CONTENT")


def test_an_unknown_setting_stops_every_command(tmp_path: Path) -> None:
    assert _complains(_run("check", cwd=tmp_path, contnt="x"), "HOTLINE_CONTNT", "HOTLINE_CONTENT")


def test_an_encoder_that_is_not_there_is_named_with_its_setting(
    small_snapshots: Path, tmp_path: Path
) -> None:
    done = _run("ask", "a", cwd=tmp_path, snapshots=str(small_snapshots), encoder=str(tmp_path / "no-model"))

    assert _complains(done, "no-model")


def test_the_chat_presses_buttons_by_their_numbers(small_snapshots: Path, tmp_path: Path) -> None:
    said = "Мне не платят зарплату\n1\n"

    done = _run("chat", cwd=tmp_path, snapshots=str(small_snapshots), stdin=said.encode())

    assert done.returncode == 0
    assert "Зарплата 2" in done.stdout.decode().split("> ")[-2]


def test_intake_reads_standard_input(tmp_path: Path) -> None:
    page = (
        "<html><title>Отчёт</title><body><article><h1>Отчёт</h1><p>Стороны обсудили амнистию.</p></article>"
    )

    done = _run("intake", "-", "--json", cwd=tmp_path, stdin=page.encode())

    draft = json.loads(done.stdout)
    assert set(draft) == {"title", "language", "sections", "set_aside"}
    assert "Стороны обсудили амнистию." in draft["sections"][0]["text"]


def test_intake_of_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    assert _complains(_run("intake", "nowhere.html", cwd=tmp_path), "nowhere.html")
