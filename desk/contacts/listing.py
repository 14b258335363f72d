"""All contacts as staff work through them: by place, or those first that nobody has called for long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, get_args

from desk.contacts.numbers import as_shown
from desk.contacts.usage import Usage, usage
from knowledge.model import Call, Contact, Language, Library

State = Literal["to-call", "never", "old", "wrong-number", "unconfirmed", "no-number"]
STATES: Final[tuple[State, ...]] = get_args(State)
CALLED_FOR: Final = timedelta(days=90)
"""How long an answered call vouches for a contact; after it somebody should call again."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What of all contacts is asked for; an empty text asks for everything."""

    country: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """One number, in the order in which citizens are to try them."""

    phone: str
    shown: str
    call: Call | None
    """The last one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One contact."""

    contact: Contact
    name: str
    country: str
    """Its name in the reader's language, or its two letters."""
    city: str
    numbers: tuple[Number, ...]
    gone: tuple[Number, ...]
    """Numbers that were wrong and are no longer given to citizens."""
    last: date | None
    """The day of the last call, whatever it found."""
    usage: Usage
    states: frozenset[State]


def rows(
    library: Library, filters: Filters, language: Language, today: date, names: Mapping[str, str]
) -> list[Row]:
    """Return the contacts that the filters let through, in the order to show them.

    names: of the countries, as `countries` returns them.

    By country and city; those to call: first whom nobody ever called, then whose last call is longest ago,
    and of these first what most topics rest on.
    """
    found = sorted(_rows(library, language, today, names), key=lambda row: (row.country, row.city, row.name))
    kept = [
        row
        for row in found
        if filters.country in ("", row.contact.country)
        and filters.kind in ("", row.contact.kind)
        and (not filters.state or filters.state in row.states)
    ]
    if filters.state == "to-call":
        kept.sort(key=lambda row: (row.last or date.min, -row.usage.is_fallback, -row.usage.topics))
    return kept


def countries(library: Library, language: Language, known: Mapping[str, str]) -> dict[str, str]:
    """Return the name of each country that has a place or a contact, by its two letters, in order of names.

    known: names of those that are no place in places.yaml, since one names a town there.
    """
    names = {each.country: each.country for each in library.contacts} | dict(known)
    for place in library.places:
        if place.lat is None:
            names[place.country] = place.title.get(language)
    return dict(sorted(names.items(), key=lambda each: each[1]))


def kinds(library: Library) -> Sequence[str]:
    """Return the kinds of contacts that there are."""
    return sorted({each.kind for each in library.contacts})


def _rows(library: Library, language: Language, today: date, names: Mapping[str, str]) -> Iterator[Row]:
    used = usage(library)
    for contact in library.contacts:
        calls = {each.phone: each for each in contact.calls}
        gone = (each for each in contact.calls if each.phone not in contact.phones)
        days = [each.day for each in contact.calls] + ([contact.checked] if contact.checked else [])
        yield Row(
            contact,
            contact.name.get(language),
            names[contact.country],
            contact.city.get(language) if contact.city else "",
            tuple(Number(each, as_shown(each), calls.get(each)) for each in contact.phones),
            tuple(Number(each.phone, as_shown(each.phone), each) for each in gone),
            max(days, default=None),
            used[contact.id],
            frozenset(_states(contact, today)),
        )


def _states(contact: Contact, today: date) -> Iterator[State]:
    answered_lately = contact.checked is not None and contact.checked >= today - CALLED_FOR
    if contact.phones and not answered_lately:
        yield "to-call"
        yield "never" if contact.checked is None and not contact.calls else "old"
    if any(each.result == "wrong-number" for each in contact.calls):
        yield "wrong-number"
    if not contact.confirmed:
        yield "unconfirmed"
    if not contact.phones:
        yield "no-number"
