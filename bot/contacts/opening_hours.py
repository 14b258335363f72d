"""Whether somebody answers now, by the clock where the phone rings; of unknown hours nothing is said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.phrases import Voice
from knowledge.model import Hours

WEEKDAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
_ROW: Final = re.compile(r"(\w\w)(?:-(\w\w))? (\d\d):(\d\d)-(\d\d):(\d\d)")
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Open:
    """Somebody answers now."""

    until: datetime | None
    """Local time there; None: day and night."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody answers now."""

    opens: datetime
    """Local time there; later than now, at most a week."""


def state(hours: Hours | None, now: datetime) -> Open | Closed | None:
    """Return whether it is open at this moment; None where the hours are not known.

    now: any time zone, but one of them. Holidays are in no file, so they are not looked at.
    Rows as 'hotline check' lets them pass ('mo-fr 09:00-18:00'; behind midnight where the end is not later
    than the beginning; 'fr-mo' goes over the weekend).
    Raises ValueError if `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError("the moment needs a time zone, since the place has its own")
    if hours is None:
        return None
    if hours.round_the_clock:
        return Open(None)
    local = now.astimezone(ZoneInfo(hours.time_zone))
    spans = _joined(sorted(_spans(hours, local)))
    for begins, ends in spans:
        if begins <= local < ends:
            return Open(ends) if ends - begins < _WEEK * _DAY else Open(None)
    return next((Closed(begins) for begins, _ in spans if begins > local), None)


def say_state(hours: Hours | None, now: datetime, voice: Voice) -> str | None:
    """Return 'open now, until 18:00' or 'closed now, opens on Monday at 09:00'; None where unknown."""
    match state(hours, now):
        case None:
            return None
        case Open(until=None):
            return voice.say("contact-round-the-clock")
        case Open(until=until):
            assert until is not None, "the case above"
            return voice.say("hours-open", until=f"{until:%H:%M}")
        case Closed(opens=opens):
            assert hours is not None, "without hours there is no state"
            today = now.astimezone(ZoneInfo(hours.time_zone)).date()
            return voice.say("hours-closed", day=_day(opens.date(), today, voice), time=f"{opens:%H:%M}")


def say_hours(hours: Hours, voice: Voice) -> str:
    """Return the hours of the week for reading: 'Mo–Fr 09:00–18:00 (local time)'."""
    if hours.round_the_clock:
        return voice.say("contact-round-the-clock")
    return voice.say("hours-local", hours=say_rows(hours, voice))


def say_rows(hours: Hours, voice: Voice) -> str:
    """Return the rows alone: 'Mo–Fr 09:00–18:00, Sa 10:00–14:00'; empty for day and night."""
    rows = []
    for row in hours.open:
        first, last, *_ = _parts(row)
        days = dict.fromkeys(voice.say(f"weekday-{day}") for day in (first, last))
        rows.append(f"{'–'.join(days)} {row.split(' ')[1].replace('-', '–')}")
    return ", ".join(rows)


def say_day(opens: datetime, now: datetime, voice: Voice) -> str:
    """Return 'today', 'tomorrow' or 'on Monday', by the clock there. opens: as in Closed."""
    return _day(opens.date(), now.astimezone(opens.tzinfo).date(), voice)


def _day(day: date, today: date, voice: Voice) -> str:
    if day <= today + _DAY:
        return voice.say("hours-today" if day == today else "hours-tomorrow")
    return voice.say(f"on-weekday-{WEEKDAYS[day.weekday()]}")


def _parts(row: str) -> tuple[str, str, time, time, bool]:
    found = _ROW.fullmatch(row)
    assert found is not None, "hotline check lets no other rows pass"
    first, last, *clock = found.groups()
    begins, ends = (time(int(hour) % 24, int(minute)) for hour, minute in (clock[:2], clock[2:]))
    return first, last or first, begins, ends, ends <= begins


def _spans(hours: Hours, local: datetime) -> Iterator[tuple[datetime, datetime]]:
    # Yesterday's span may reach into today; a week from now every weekday has come once.
    for row in hours.open:
        first, last, begins, ends, behind_midnight = _parts(row)
        start, length = WEEKDAYS.index(first), (WEEKDAYS.index(last) - WEEKDAYS.index(first)) % _WEEK
        for offset in range(-1, _WEEK + 1):
            day = local.date() + offset * _DAY
            if (day.weekday() - start) % _WEEK <= length:
                end_day = day + _DAY if behind_midnight else day
                zone = local.tzinfo
                yield datetime.combine(day, begins, zone), datetime.combine(end_day, ends, zone)


def _joined(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for begins, ends in spans:
        if joined and begins <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], ends))
        else:
            joined.append((begins, ends))
    return joined
