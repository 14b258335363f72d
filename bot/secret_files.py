"""Secrets that stand in files instead of the environment, which an engine shows to whoever inspects it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

FILE: Final = "_FILE"
"""Behind a secret's name: the file that holds it."""
MOUNTED: Final = Path("/run/secrets")
"""Where container engines put secrets; a file there has the setting's name in small letters."""


def secrets_in_files(
    names: Iterable[str], given: Mapping[str, str], mounted: Path = MOUNTED
) -> tuple[dict[str, str], list[str]]:
    """Return the secrets found in files by the setting's name, and one sentence for each file that is wrong.

    names: of the settings that are secret. given: what environment and .env say; it wins over a mounted file.
    """
    found: dict[str, str] = {}
    problems: list[str] = []
    for name in names:
        plain, file = given.get(name), given.get(name + FILE)
        if plain and file:
            problems.append(f"{name} and {name}{FILE} are both set: keep one of them")
            continue
        path = Path(file) if file else mounted / name.lower()
        if plain or not (file or path.exists()):
            continue
        try:
            found[name] = _read(path)
        except OSError as error:
            problems.append(f"{name}: its file {path} cannot be read: {error.strerror}")
        except ValueError:
            problems.append(f"{name}: its file {path} is empty or no text")
    return found, problems


def _read(path: Path) -> str:
    text = path.read_text(encoding="utf-8").strip()
    if not text:
        raise ValueError
    return text
