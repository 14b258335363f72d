"""The desk's own sentences: Fluent files of the program, not of the editors' folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, get_args

from bot.phrases import Phrases

DeskLanguage = Literal["ru", "tg", "en"]
LANGUAGES: Final[tuple[DeskLanguage, ...]] = get_args(DeskLanguage)
"""What staff can read the desk in, in the order of the switch."""
DEFAULT: Final[DeskLanguage] = "ru"
FOLDER: Final = Path(__file__).with_name("phrases")


def read_phrases() -> Phrases:
    """Return all sentences."""
    return Phrases({each: (FOLDER / f"{each}.ftl").read_text(encoding="utf-8") for each in LANGUAGES})


def preferred(chosen: str | None, accepted: str) -> DeskLanguage:
    """Return the language chosen before, or the first that the browser accepts and the desk has.

    accepted: the header Accept-Language.
    """
    wanted = [chosen or "", *(part.split(";")[0].strip()[:2].lower() for part in accepted.split(","))]
    known = [language for each in wanted for language in LANGUAGES if language == each]
    return known[0] if known else DEFAULT
