"""Secrets from files: which one counts, and what is said about a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BotError
from bot.secret_files import secrets_in_files
from bot.settings import Settings, read_settings

NAME = "HOTLINE_TELEGRAM_TOKEN"


def test_a_file_that_a_setting_names_is_read_without_its_line_end(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("1:x\n", encoding="utf-8")

    assert secrets_in_files([NAME], {NAME + "_FILE": str(tmp_path / "token")}) == ({NAME: "1:x"}, [])


def test_a_mounted_secret_counts_unless_the_setting_is_given(tmp_path: Path) -> None:
    (tmp_path / NAME.lower()).write_text("1:mounted", encoding="utf-8")

    assert secrets_in_files([NAME], {NAME: ""}, tmp_path) == ({NAME: "1:mounted"}, [])
    assert secrets_in_files([NAME], {NAME: "1:given"}, tmp_path) == ({}, [])


def test_no_file_and_no_mounted_secret_is_no_problem(tmp_path: Path) -> None:
    assert secrets_in_files([NAME], {}, tmp_path / "secrets") == ({}, [])


@pytest.mark.parametrize(
    ("content", "said"), [(None, "cannot be read"), (b" \n", "is empty"), (b"\xff\xfe", "no text")]
)
def test_a_wrong_file_is_one_sentence_that_names_it(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)

    found, [problem] = secrets_in_files([NAME], {NAME + "_FILE": str(file)})

    assert found == {}
    assert (NAME in problem, str(file) in problem, said in problem) == (True, True, True)


def test_a_secret_that_is_given_twice_is_refused() -> None:
    _, [problem] = secrets_in_files([NAME], {NAME: "1:x", NAME + "_FILE": "token"})

    assert "both set" in problem


def test_settings_take_a_secret_from_its_file_and_never_show_a_wrong_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "address").write_text("sqlite:///elsewhere.db\n", encoding="utf-8")
    (tmp_path / "secret").write_text("SHORT", encoding="utf-8")
    (tmp_path / ".env").write_text("HOTLINE_DATABASE_URL_FILE=address\n", encoding="utf-8")

    assert read_settings().database_url.get_secret_value() == "sqlite:///elsewhere.db"

    monkeypatch.setenv("HOTLINE_WEBHOOK_SECRET_FILE", "secret")
    with pytest.raises(BotError, match="HOTLINE_WEBHOOK_SECRET: must be 16") as caught:
        read_settings()
    assert "SHORT" not in str(caught.value)


def test_a_file_for_a_setting_that_is_no_secret_is_unknown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTLINE_ENCODER_FILE", "x")

    with pytest.raises(BotError, match="HOTLINE_ENCODER_FILE: no such setting"):
        read_settings()


def test_an_empty_line_leaves_the_setting_as_it_is_without_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTLINE_TELEGRAM_TOKEN", "")
    monkeypatch.setenv("HOTLINE_RETENTION_DAYS", "")

    read = read_settings()

    assert (read.telegram_token, read.retention_days) == (
        None,
        Settings.model_fields["retention_days"].default,
    )
