from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BotError
from bot.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HOTLINE_REQUIRE_EXTRA", raising=False)
    return monkeypatch


def test_settings_are_read_from_the_environment_and_from_a_env_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("HOTLINE_ENCODER=some/model\nCOMPOSE_PROJECT_NAME=x\n", encoding="utf-8")
    environment.setenv("HOTLINE_SNAPSHOTS", "elsewhere")

    settings = read_settings()

    assert (settings.encoder, settings.snapshots) == ("some/model", Path("elsewhere"))


def test_a_mistyped_setting_stops_with_the_nearest_name(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HOTLINE_TELEGRAM_TOKN", "1:secret")

    with pytest.raises(
        BotError, match=r"HOTLINE_TELEGRAM_TOKN: no such setting .*HOTLINE_TELEGRAM_TOKEN"
    ) as caught:
        read_settings()

    assert "secret" not in str(caught.value)


def test_a_mistyped_name_in_the_env_file_is_found_too(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("HOTLINE_ENCODR=bundled\n", encoding="utf-8")

    with pytest.raises(BotError, match="HOTLINE_ENCODER"):
        read_settings()


def test_a_wrong_value_is_named_by_its_setting_and_never_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HOTLINE_TELEGRAM_BASE_URL", "ftp://123:SECRET@host")
    environment.setenv("HOTLINE_COST_WRONG", "SECRET")

    with pytest.raises(BotError) as caught:
        read_settings()

    rows = str(caught.value).splitlines()
    assert [row.split(":")[0] for row in rows] == ["HOTLINE_TELEGRAM_BASE_URL", "HOTLINE_COST_WRONG"]
    assert "SECRET" not in str(caught.value)


def test_the_token_does_not_show_when_the_settings_are_printed(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HOTLINE_TELEGRAM_TOKEN", "123:SECRET")

    assert "SECRET" not in repr(read_settings())


def test_every_setting_stands_in_the_documentation() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")

    missing = [name for name in Settings.model_fields if f"`HOTLINE_{name.upper()}`" not in text]

    assert missing == []
