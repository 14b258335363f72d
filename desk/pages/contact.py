"""One contact as a form: what citizens and staff know of it, and how a citizen is shown it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from starlette.responses import Response

from desk.contacts.fields import TRANSLATED, Problems, contact_of, fields_of, new_id
from desk.contacts.keeping import FILE, Overtaken, Start, keep, start
from desk.contacts.numbers import short_codes
from desk.contacts.preview import preview
from desk.contacts.usage import usage
from desk.pages.contacts import KINDS, country_names, kind_name, known_contact, today
from desk.visit import Visit, go_to
from knowledge.changes.libraries import with_contact
from knowledge.model import LANGUAGES, Contact, Library

NAMES: Final = {
    "name": "contact-name",
    "city": "contact-city",
    "address": "contact-address",
    "note": "contact-note",
    "kind": "filter-kind",
    "country": "filter-country",
    "phones": "contact-phones",
    "email": "contact-email",
    "website": "contact-website",
    "time-zone": "contact-time-zone",
    "open": "contact-open",
    "round-the-clock": "contact-round-the-clock",
    "languages": "contact-languages",
    "confidence": "contact-confidence",
    "source-title": "contact-source-title",
    "source-url": "contact-source-url",
    "source-date": "contact-source-date",
    "remark": "contact-remark",
}
"""The label of each field; of one in four languages, without the language."""
CONFIDENCES: Final = {
    "high": "confidence-high",
    "medium": "confidence-medium",
    "low": "confidence-low",
}
TEXTS_IN: Final = {
    "tg": "text-in-tg",
    "ru": "text-in-ru",
    "uz": "text-in-uz",
    "en": "text-in-en",
}
_EMPTY: Final = {"confidence": "low", "country": "RU"}


async def show(visit: Visit) -> Response:
    """Show one contact to be edited."""
    library = (await visit.desk.content.now(today(visit))).library
    contact = known_contact(library, visit)
    begun = start(visit.desk.content, contact)
    return await _page(visit, library, fields_of(contact), contact=contact, begun=begun)


async def save(visit: Visit) -> Response:
    """Save it, or say what stands against that; with 'look', only show what it would be like."""
    assert visit.member is not None
    content, fields = visit.desk.content, visit.form
    library = (await content.now(today(visit))).library
    before, codes = known_contact(library, visit), short_codes(content.history.read(FILE))
    contact, problems = contact_of(fields, before, before.id, codes)
    begun = Start(fields.get("version", ""), fields.get("mark", ""))
    if contact is None:
        return await _page(visit, library, fields, problems, 422, contact=before, begun=begun)
    if "look" in fields:
        return await _page(visit, library, fields, contact=contact, begun=begun)

    def make(now: Contact) -> Contact:
        return contact_of(fields, now, now.id, codes)[0] or now

    message = f"contacts: {before.id} edited"
    overtaken = await keep(content, before.id, make, begun, author=visit.member.name, message=message)
    if overtaken is not None:
        return await _page(
            visit, library, fields, status=409, contact=contact, begun=overtaken.now, overtaken=overtaken
        )
    await visit.desk.store.note(visit.member.name, "contact.saved", before.id)
    return go_to("/contacts", noted=before.id)


async def show_new(visit: Visit) -> Response:
    """Show an empty form."""
    library = (await visit.desk.content.now(today(visit))).library
    return await _page(visit, library, _EMPTY)


async def add(visit: Visit) -> Response:
    """Add a contact, or say what stands against that."""
    assert visit.member is not None
    content, fields, added = visit.desk.content, visit.form, ""
    library, codes = (await content.now(today(visit))).library, short_codes(content.history.read(FILE))
    contact, problems = contact_of(fields, None, new_id(fields, library), codes)
    if contact is None or "look" in fields:
        return await _page(visit, library, fields, problems, 422 if problems else 200, contact=contact)
    new = contact

    def change(now: Library) -> Library:
        nonlocal added
        added = new_id(fields, now)
        return with_contact(now, new.model_copy(update={"id": added}))

    await content.save(change, author=visit.member.name, message=f"contacts: {new.id} added")
    await visit.desk.store.note(visit.member.name, "contact.added", added)
    return go_to("/contacts", noted=added)


async def _page(
    visit: Visit,
    library: Library,
    fields: Mapping[str, str],
    problems: Problems | None = None,
    status: int = 200,
    *,
    contact: Contact | None = None,
    begun: Start | None = None,
    overtaken: Overtaken | None = None,
) -> Response:
    codes, now = short_codes(visit.desk.content.history.read(FILE)), visit.desk.clock()
    looks = await asyncio.to_thread(preview, contact, library, codes, now) if contact else {}
    said = "contact-overtaken" if overtaken else "contact-not-saved" if problems else ""
    return visit.page(
        "contact.html",
        status=status,
        address=visit.request.url.path,
        heading=contact.name.get(visit.language) if contact and begun else "",
        fields=dict.fromkeys(_every_field(), "") | dict(fields),
        problems=problems or {},
        problem=visit.voice.say(said) if said else "",
        changes=overtaken.changes if overtaken else (),
        begun=begun,
        looks=looks,
        used=usage(library).get(contact.id) if contact and begun else None,
        is_sure=contact is not None and contact.confirmed and bool(contact.phones),
        **_choices(library, visit),
    )


def _choices(library: Library, visit: Visit) -> dict[str, object]:
    return {
        "names": NAMES,
        "change_names": {each: _label(each, visit) for each in _every_field()},
        "texts_in": TEXTS_IN,
        "kinds": {each: kind_name(each, visit) for each in _kinds(library)},
        "countries": country_names(library, visit),
        "confidences": {each: visit.voice.say(phrase) for each, phrase in CONFIDENCES.items()},
        "zones": _zones(library),
    }


def _label(field: str, visit: Visit) -> str:
    if field in NAMES:
        return visit.voice.say(NAMES[field])
    name, _, language = field.rpartition("-")
    return f"{visit.voice.say(NAMES[name])} ({language})"


def _every_field() -> list[str]:
    plain = [name for name in NAMES if name not in TRANSLATED]
    return [*plain, *(f"{name}-{each}" for name in TRANSLATED for each in LANGUAGES)]


def _kinds(library: Library) -> list[str]:
    return sorted({*KINDS, *(each.kind for each in library.contacts)})


def _zones(library: Library) -> list[str]:
    return sorted(_nearer_zones() | {each.hours.time_zone for each in library.contacts if each.hours})


@cache
def _nearer_zones() -> frozenset[str]:
    # What citizens' missions are in; any other can still be typed.
    return frozenset(each for each in available_timezones() if each.startswith(("Europe/", "Asia/")))
