"""What differs between two installations; everything else is in the snapshot."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, get_args

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import BotError
from bot.handover.staff_hours import checked_rows, checked_zone
from bot.secret_files import FILE, secrets_in_files
from knowledge.load import SHIPPED_CONTENT
from knowledge.model import Language
from knowledge.problems import nearest

PREFIX = "HOTLINE_"


def _http(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        raise ValueError("must begin with https:// (or http:// for a server of your own)")
    return address.rstrip("/")


def _webhook(address: str) -> str:
    if not re.fullmatch(r"https?://[\w.:\[\]-]+(/[\w/.~-]*)?", address, re.ASCII):
        raise ValueError("must be https://, a host, and a path of plain letters; nothing behind '?' or '#'")
    return address.rstrip("/")


def _webhook_secret(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret.get_secret_value()):
        raise ValueError("must be 16 to 256 characters, only A-Z a-z 0-9 _ - (Bot API, setWebhook)")
    return secret


def _chat(number: SecretStr) -> SecretStr:
    if not re.fullmatch(r"-?[1-9][0-9]{0,18}", number.get_secret_value(), re.ASCII):
        raise ValueError("must be the number of a chat, such as 123456789, or -100123456789 for a group")
    return number


_FILE: Final = "sqlite:///"


def _database(address: SecretStr) -> SecretStr:
    if not address.get_secret_value().startswith((_FILE, "postgresql://", "postgres://")):
        raise ValueError("must begin with sqlite:/// and a file, or with postgresql://")
    return address


class Settings(BaseSettings):
    """Read once, from the environment and a .env file; each name stands in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    content: Path = SHIPPED_CONTENT
    """The editors' folder."""
    snapshots: Path = Path("var/snapshots")
    """Where published versions are kept."""
    database_url: Annotated[SecretStr, AfterValidator(_database)] = SecretStr("sqlite:///var/hotline.db")
    """Where the store keeps what outlives a process; may hold a password."""
    retention_days: int = Field(90, ge=1, le=3650)
    """How long unanswered questions and opinions stay."""
    encoder: str = Field("bundled", min_length=1)
    """'bundled', or the name or folder of a sentence-transformers model."""
    telegram_token: SecretStr | None = None
    """What @BotFather gave; only 'hotline run' needs it."""
    telegram_base_url: Annotated[str, AfterValidator(_http)] = "https://api.telegram.org/bot"
    telegram_base_file_url: Annotated[str, AfterValidator(_http)] = "https://api.telegram.org/file/bot"
    telegram_transport: Literal["aiohttp", "httpx"] = "aiohttp"
    """What carries requests to Telegram; docs/decisions/0009-telegram.md compares them."""
    webhook_url: Annotated[str, AfterValidator(_webhook)] | None = None
    """Where Telegram sends updates, as seen from outside; without one they are fetched by long polling."""
    webhook_secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = None
    """What Telegram says with each update; made from the token, if not given."""
    listen_host: str = Field("127.0.0.1", min_length=1)
    """Where health, figures and the webhook are served; 0.0.0.0 for every address of the machine."""
    listen_port: int = Field(8080, ge=0, le=65535)
    """0 serves nothing."""
    answer_within_minutes: float = Field(360, gt=0, le=1440)
    """A message that waited longer gets a short apology with the contacts."""
    alert_chat: Annotated[SecretStr, AfterValidator(_chat)] | None = None
    """Number of the operator's chat, which gets a line when something needs a person."""
    alert_language: Language = "ru"
    """In which those lines are written."""
    staff_hours: Annotated[str, AfterValidator(checked_rows)] | None = None
    """When a person answers who can be written to, 'mo-fr 09:00-18:00'; without it nobody can be."""
    staff_time_zone: Annotated[str, AfterValidator(checked_zone)] = "Asia/Dushanbe"
    """By whose clock; the desk shows its times by it."""
    backup_every: float | None = Field(None, ge=0.1, le=8760)
    """Hours between the backups that 'hotline run' makes by itself; none without it."""
    backup_folder: Path = Path("var/backups")
    backup_keep: int = Field(7, ge=1, le=1000)
    """How many of these stay."""
    desk_host: str = Field("127.0.0.1", min_length=1)
    """Where the desk is opened; 0.0.0.0 for every address of the machine."""
    desk_port: int = Field(8090, ge=0, le=65535)
    """0 for a free one."""
    desk_metrics_port: int = Field(0, ge=0, le=65535)
    """Where 'hotline desk' serves its figures, at listen_host; 0 serves none."""
    desk_behind_proxy: bool = False
    """Whether browsers reach the desk by TLS through one proxy: secure cookies, and addresses as it tells."""
    intake_allow_private: bool = False
    """Whether 'hotline intake' may fetch from private and loopback addresses."""
    cost_wrong: float = Field(5.0, ge=0)
    """What a wrong answer costs, beside a refusal, which costs 1."""
    cost_choice: float = Field(0.25, ge=0)
    """What a question back ("do you mean…") costs."""

    @property
    def is_shared(self) -> bool:
        """Whether several machines may use the database, and so must answer from the same snapshot."""
        return not self.database_url.get_secret_value().startswith(_FILE)


def read_settings(environment: Mapping[str, str] | None = None, env_file: Path = Path(".env")) -> Settings:
    """Return the settings of this installation.

    Raises BotError with one sentence per wrong or unknown HOTLINE_ name, never showing a value.
    """
    given = dict(os.environ if environment is None else environment)
    if env_file.is_file():
        given = {name: value or "" for name, value in dotenv_values(env_file).items()} | given
    problems = _unknown(name for name in given if name.startswith(PREFIX))
    found, unreadable = secrets_in_files(SECRETS, given)
    problems += unreadable
    try:
        secrets = {name.removeprefix(PREFIX).lower(): value for name, value in found.items()}
        settings = Settings(_env_file=env_file, **secrets)  # type: ignore[call-arg, arg-type]  # its own argument
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_input=False):
            name = PREFIX + "_".join(str(each) for each in detail["loc"]).upper()
            problems.append(f"{name}: {detail['msg'].removeprefix('Value error, ')}")
        settings = None
    if problems or settings is None:
        raise BotError("\n".join(problems))
    return settings


def _unknown(names: Iterable[str]) -> list[str]:
    known = [*(PREFIX + field.upper() for field in Settings.model_fields), *(name + FILE for name in SECRETS)]
    return [
        f"{name}: no such setting{nearest(name, known)}; docs/settings.md lists them"
        for name in sorted(names)
        if name.upper() not in known and name not in FOR_TESTS
    ]


def _is_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(_is_secret(each) for each in get_args(annotation))


SECRETS = [
    PREFIX + name.upper() for name, field in Settings.model_fields.items() if _is_secret(field.annotation)
]
"""Names of the settings that are never shown, and may stand in files."""
FOR_TESTS = frozenset({"HOTLINE_REQUIRE_CHROMIUM", "HOTLINE_REQUIRE_EXTRA", "HOTLINE_REQUIRE_POSTGRESQL"})
"""Read by the test suite, not by the program."""
