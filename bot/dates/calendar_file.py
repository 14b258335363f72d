"""A calendar file (RFC 5545) that the phone's own calendar takes, so that nothing need be stored here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event

from bot.reply import File

MEDIA_TYPE: Final = "text/calendar"
_PRODUCT: Final = "-//Tajik hotline//dates//EN"
_ALARM_HOUR: Final = timedelta(hours=9)
"""Local time of an alarm: a whole-day event begins at midnight, when nobody wants to be woken."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One whole day to be kept in mind."""

    about: str
    """What makes it the same event when the file is taken again, such as 'register'; nobody sees it."""
    day: date
    title: str
    text: str
    days_before: tuple[int, ...] = (1,)
    """Alarms at nine in the morning so many days before; 0 is the day itself."""


def calendar_file(reminders: Sequence[Reminder], language: str, today: date) -> File:
    """Return the file with these whole-day events, their alarms and nothing else.

    language: of titles and texts, as BCP 47 names it ('tg'). An event's identity depends on
    `about` and `day` only: no person, chat or moment can be told from it.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    for each in reminders:
        calendar.add_component(_event(each, language, today))
    return File("dates.ics", calendar.to_ical(), MEDIA_TYPE)


def rewritten(file: File, change: Callable[[str], str]) -> File:
    """Return a file of `calendar_file` with every title and text changed, in another script for instance."""
    calendar = Calendar.from_ical(file.content)
    assert isinstance(calendar, Calendar)
    for part in calendar.walk():
        for name in ("summary", "description"):
            if name in part:
                old = part.pop(name)
                part.add(name, change(str(old)), parameters=dict(old.params))
    return File(file.name, calendar.to_ical(), file.media_type)


def _event(reminder: Reminder, language: str, today: date) -> Event:
    event = Event()
    event.add("uid", str(uuid5(NAMESPACE_URL, f"hotline:{reminder.about}:{reminder.day.isoformat()}")))
    event.add("dtstamp", datetime(today.year, today.month, today.day, tzinfo=UTC))
    event.add("dtstart", reminder.day)
    event.add("dtend", reminder.day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("summary", reminder.title, parameters={"language": language})
    event.add("description", reminder.text, parameters={"language": language})
    for days in reminder.days_before:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", _ALARM_HOUR - timedelta(days=days))
        alarm.add("description", reminder.title, parameters={"language": language})
        event.add_component(alarm)
    return event
