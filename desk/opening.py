"""What must hold before the desk opens: a folder of one's own, with its history."""

from __future__ import annotations

from pathlib import Path

from desk.errors import DeskError
from desk.history import start_history
from knowledge.load import SHIPPED_CONTENT


def open_content(content: Path, shipped: Path = SHIPPED_CONTENT) -> None:
    """Make the editors' folder ready for the desk: a history is begun where there is none, else repaired.

    Raises DeskError if it is what comes with the program (which the next version replaces), if it is empty,
    or if it cannot be written; ContentError if a save that was cut off cannot be finished.
    """
    if content.resolve() == shipped.resolve():
        raise DeskError(
            "the desk changes the folder of texts, and HOTLINE_CONTENT names none of your own: put "
            "HOTLINE_CONTENT=content into .env, run 'hotline prepare', which fills it, and start again",
            "not-now",
        )
    if not (content / "topics").is_dir():
        raise DeskError(
            f"{content} holds no texts: run 'hotline prepare', which fills it, or set HOTLINE_CONTENT to the "
            "editors' folder",
            "not-now",
        )
    start_history(content)
