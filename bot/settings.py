"""What differs between two installations; everything else is in the snapshot."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BotError
from knowledge.load import SHIPPED_CONTENT
from knowledge.problems import nearest

PREFIX = "HOTLINE_"


def _http(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ValueError("must begin with https:// (or http:// for a server of your own)")
    return address.rstrip("/")


class Settings(BaseSettings):
    """Read once, from the environment and a .env file; each name stands in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    content: Path = SHIPPED_CONTENT
    """The editors' folder."""
    snapshots: Path = Path("var/snapshots")
    """Where published versions are kept."""
    encoder: str = Field("bundled", min_length=1)
    """'bundled', or the name or folder of a sentence-transformers model."""
    telegram_token: SecretStr | None = None
    """What @BotFather gave; only 'hotline run' needs it."""
    telegram_base_url: Annotated[str, AfterValidator(_http)] = "https://api.telegram.org/bot"
    telegram_base_file_url: Annotated[str, AfterValidator(_http)] = "https://api.telegram.org/file/bot"
    intake_allow_private: bool = False
    """Whether 'hotline intake' may fetch from private and loopback addresses."""
    cost_wrong: float = Field(5.0, ge=0)
    """What a wrong answer costs, beside a refusal, which costs 1."""
    cost_choice: float = Field(0.25, ge=0)
    """What a question back ("do you mean…") costs."""


def read_settings(environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Return the settings of this installation.

    Raises BotError with one sentence per wrong or unknown HOTLINE_ name, never showing a value.
    """
    names = {name for name in (os.environ if environment is None else environment) if name.startswith(PREFIX)}
    if env_file.is_file():
        names |= {name for name in dotenv_values(env_file) if name.startswith(PREFIX)}
    problems = _unknown(names)
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]  # pydantic-settings' own argument
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            name = PREFIX + "_".join(str(each) for each in detail["loc"]).upper()
            problems.append(f"{name}: {detail['msg'].removeprefix('Value error, ')}")
        settings = None
    if problems or settings is None:
        raise BotError("\n".join(problems))
    return settings


def _unknown(names: Iterable[str]) -> list[str]:
    known = [PREFIX + field.upper() for field in Settings.model_fields]
    return [
        f"{name}: no such setting{nearest(name, known)}; docs/settings.md lists them"
        for name in sorted(names)
        if name.upper() not in known and name not in FOR_TESTS
    ]


FOR_TESTS = frozenset({"HOTLINE_REQUIRE_EXTRA"})
"""Read by the test suite, not by the program."""
