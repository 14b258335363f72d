"""Numbers and hours that can be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import phonenumbers

from knowledge.load import Reading
from knowledge.model import Contact
from knowledge.problems import Problem, Severity

_DAY = "(mo|tu|we|th|fr|sa|su)"
_OPEN = re.compile(rf"{_DAY}(-{_DAY})? ([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d")


def contacts(reading: Reading) -> Iterator[Problem]:
    """Yield what is wrong in contacts.yaml."""
    path = "contacts.yaml"
    seen: set[str] = set()
    for n, contact in enumerate(reading.library.contacts):
        if contact.id in seen:
            yield Problem(
                path, reading.line(path, "contacts", n), f"contact '{contact.id}' stands twice", "double-id"
            )
        seen.add(contact.id)
        for m, phone in enumerate(contact.phones):
            if not _valid_phone(phone, contact, reading):
                line = reading.line(path, "contacts", n, "phones", m)
                message = (
                    f"'{phone}' of '{contact.id}' is no valid number: write it as +7…, "
                    f"or list a short code under short_codes: {contact.country}"
                )
                yield Problem(path, line, message, "phone")
        if not contact.phones:
            message = f"'{contact.id}' has no phone number; ask the ministry for it"
            yield Problem(path, reading.line(path, "contacts", n), message, "no-number", Severity.NOTICE)
        if contact.hours is not None:
            yield from _hours(reading, n, contact)


def _valid_phone(phone: str, contact: Contact, reading: Reading) -> bool:
    if not phone.startswith("+"):
        return phone in reading.short_codes.get(contact.country, ())
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return False


def _hours(reading: Reading, n: int, contact: Contact) -> Iterator[Problem]:
    assert contact.hours is not None
    line = reading.line("contacts.yaml", "contacts", n, "hours")
    try:
        ZoneInfo(contact.hours.time_zone)
    except (KeyError, ValueError, OSError):
        message = f"'{contact.hours.time_zone}' of '{contact.id}' is no time zone, such as Europe/Moscow"
        yield Problem("contacts.yaml", line, message, "time-zone")
    for row in contact.hours.open:
        if not _OPEN.fullmatch(row):
            message = f"'{row}' of '{contact.id}' are no hours, such as 'mo-fr 09:00-18:00'"
            yield Problem("contacts.yaml", line, message, "hours")
