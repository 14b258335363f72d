"""What is kept of a check for the next one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.checking import check_content
from knowledge.problems import Severity
from tests import small_content

TODAY = date(2026, 11, 26)


def _errors(content: Path, remembered: Path) -> list[str]:
    found = check_content(content, TODAY, remembered)[1]
    return [str(each) for each in found if each.severity is Severity.ERROR]


def test_a_check_keeps_digests_only_and_finds_what_came_since(tmp_path: Path) -> None:
    content, remembered = small_content.write(tmp_path / "content"), tmp_path / ".checked"

    assert _errors(content, remembered) == _errors(content, remembered) == []
    assert len(remembered.read_text("ascii").split()) == 1

    with (content / "topics/wages/examples.txt").open("a", encoding="utf-8") as file:
        file.write("## ru {#no-such-section}\nвопрос без раздела\n")
    assert len(_errors(content, remembered)) == 1


@pytest.mark.parametrize("damage", [b"\xff\xfe", b"", b"nothing\n" * 3])
def test_a_damaged_memory_costs_time_only(tmp_path: Path, damage: bytes) -> None:
    content, remembered = small_content.write(tmp_path / "content"), tmp_path / ".checked"
    remembered.write_bytes(damage)

    assert _errors(content, remembered) == []
    assert _errors(content, remembered) == []


def test_a_folder_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    content = small_content.write(tmp_path / "content")

    assert _errors(content, tmp_path / "later" / ".checked") == []
    assert not (tmp_path / "later").exists()
