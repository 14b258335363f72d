"""The hours of the staff, as the operator sets them."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from knowledge.model import Hours

_DAY: Final = "(?:mo|tu|we|th|fr|sa|su)"
_ROW: Final = re.compile(
    rf"{_DAY}(?:-{_DAY})? (?:[01]\d|2[0-3]):[0-5]\d-(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)", re.ASCII
)


def checked_rows(text: str) -> str:
    """Return the rows as given, 'mo-fr 09:00-18:00, sa 10:00-14:00'. Raises ValueError if these are none."""
    for row in _rows(text):
        if not _ROW.fullmatch(row):
            raise ValueError("must be hours such as mo-fr 09:00-18:00, several with commas between them")
    return text


def checked_zone(name: str) -> str:
    """Return the name of a time zone as it is. Raises ValueError if there is none of this name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be a time zone, such as Asia/Dushanbe or Europe/Moscow") from None
    return name


def staff_hours(rows: str | None, zone: str) -> Hours | None:
    """Return the hours in which a person answers; None where nobody can be written to.

    rows, zone: as the functions above let them pass.
    """
    return None if rows is None else Hours(time_zone=zone, open=tuple(_rows(rows)))


def _rows(text: str) -> list[str]:
    return [" ".join(row.split()) for row in text.lower().split(",")]
