"""Names by which members of the staff sign in."""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = re.compile(r"[a-z][a-z0-9]*([._-][a-z0-9]+)*", re.ASCII)
LONGEST: Final = 32


def is_name(text: str) -> bool:
    """Return whether this can be somebody's name: Latin letters and digits, so that every keyboard has it."""
    return len(text) <= LONGEST and _NAME.fullmatch(text) is not None


def known_as(typed: str) -> str:
    """Return the name that was meant; an empty text where it can be nobody's."""
    name = typed.strip().lower()
    return name if is_name(name) else ""
