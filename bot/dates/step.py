"""Where somebody is in /dates: all of it stands behind the buttons, nothing is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, get_args

PREFIX: Final = "dates:"
MOST_TRIPS: Final = 7
"""So many fit into the 60 bytes of a button's action."""

Kind = Literal["entered", "trips", "issued", "paid"]
"""What the day is: of entry, of the trips in a year, of the patent's issue, the last one paid for."""

_FIRST_DAY: Final = date(2020, 1, 1)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_STILL_THERE: Final = "zzz"
_BY_LETTER: Final[dict[str, Kind]] = {kind[0]: kind for kind in get_args(Kind)}
_ACTION: Final = re.compile(
    rf"{PREFIX}(?P<kind>[{''.join(_BY_LETTER)}])(?P<days>(?:[0-9a-z]{{3}}){{0,{2 * MOST_TRIPS}}})"
    r"(?:-(?P<year>\d\d)(?P<month>0[1-9]|1[0-2])|\*(?P<months>[1-9]|1[0-2]))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way."""

    kind: Kind
    days: tuple[date | None, ...] = ()
    """Chosen so far. Of trips: first and last day by turns; None stands for 'still there'."""
    month: date | None = None
    """First day of the month whose days are offered for choosing the next day."""
    months: int | None = None
    """Months paid from the day of issue, 1 to 12."""

    def then(self, day: date | None) -> Step:
        """Return the step after this day was chosen."""
        return replace(self, days=(*self.days, day), month=None)

    @property
    def trips(self) -> tuple[tuple[date | None, date | None], ...]:
        """The trips whose both days are chosen."""
        return tuple(zip(self.days[::2], self.days[1::2], strict=False))

    @property
    def action(self) -> str:
        """What stands behind the button; at most 60 bytes, read back by `step`."""
        text = f"{PREFIX}{self.kind[0]}{''.join(map(_encoded, self.days))}"
        if self.month is not None:
            return f"{text}-{self.month:%y%m}"
        return text if self.months is None else f"{text}*{self.months}"


def step(action: str) -> Step | None:
    """Return the step that this action means; None if it means none."""
    found = _ACTION.fullmatch(action)
    if found is None:
        return None
    codes = re.findall("...", found["days"])
    month = date(2000 + int(found["year"]), int(found["month"]), 1) if found["month"] else None
    months = int(found["months"]) if found["months"] else None
    return Step(_BY_LETTER[found["kind"]], tuple(map(_decoded, codes)), month, months)


def _encoded(day: date | None) -> str:
    if day is None:
        return _STILL_THERE
    number = (day - _FIRST_DAY).days
    assert 0 <= number < 36**3 - 1, "whoever lets a day be chosen keeps it in the range"
    return _DIGITS[number // 36**2] + _DIGITS[number // 36 % 36] + _DIGITS[number % 36]


def _decoded(code: str) -> date | None:
    return None if code == _STILL_THERE else _FIRST_DAY + timedelta(days=int(code, 36))
