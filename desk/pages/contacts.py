"""Contacts: whom citizens are told to call, by place, and what staff found out when they called."""

from __future__ import annotations

from datetime import UTC, date
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from desk.contacts.calling import finding
from desk.contacts.listing import STATES, Filters, countries, kinds, rows
from desk.contacts.numbers import short_codes
from desk.errors import DeskError
from desk.paging import paged
from desk.visit import Visit, go_to
from knowledge.errors import ContentError
from knowledge.model import Contact, Library

ON_A_PAGE: Final = 20
KINDS: Final = {
    "consular-emergency": "contact-kind-consular-emergency",
    "consulate": "contact-kind-consulate",
    "embassy": "contact-kind-embassy",
    "emergency": "contact-kind-emergency",
    "helpline": "contact-kind-helpline",
    "ministry": "contact-kind-ministry",
    "ministry-hotline": "contact-kind-ministry-hotline",
    "ngo": "contact-kind-ngo",
    "ombudsman": "contact-kind-ombudsman",
    "representative": "contact-kind-representative",
    "state-hotline": "contact-kind-state-hotline",
}
"""The sentence for each kind that the shipped content has; another one is shown as it is written."""
STATE_NAMES: Final = {
    "to-call": "contacts-to-call",
    "never": "contacts-never",
    "old": "contacts-old",
    "wrong-number": "contacts-wrong-number",
    "unconfirmed": "contacts-unconfirmed",
    "no-number": "contacts-no-number",
}
RESULTS: Final = {
    "answered": "call-answered",
    "no-answer": "call-no-answer",
    "wrong-number": "call-wrong-number",
}


async def show(visit: Visit) -> Response:
    """Show the table, as far as the filters let it."""
    return await _page(visit, dict(visit.request.query_params))


async def call(visit: Visit) -> Response:
    """Note what somebody found out by calling a number."""
    assert visit.member is not None
    by, asked = visit.member.name, dict(parse_qsl(visit.form.get("back", "")))
    library = (await visit.desk.content.now(today(visit))).library
    contact = known_contact(library, visit)
    try:
        found = finding(visit.form, contact, short_codes(visit.desk.content.history.read("contacts.yaml")))
        message = f"contacts: {contact.id} called, {found.found}"
        await visit.desk.content.save(found.change(today(visit), by), author=by, message=message)
    except ContentError:
        return await _page(visit, asked, visit.voice.say("contact-number-gone"), 409)
    except DeskError as error:
        return await _page(visit, asked, visit.voice.say(error.phrase), 422)
    await visit.desk.store.note(by, "contact.called", f"{contact.id} {found.found}")
    return go_to("/contacts", **_kept(asked), noted=contact.id)


async def _page(visit: Visit, asked: dict[str, str], problem: str = "", status: int = 200) -> Response:
    library = (await visit.desk.content.now(today(visit))).library
    filters = Filters(asked.get("country", ""), asked.get("kind", ""), asked.get("state", ""))
    names = country_names(library, visit)
    found = rows(library, filters, visit.language, today(visit), names)
    page = paged(found, asked.get("page", ""), ON_A_PAGE)
    noted = library.contact_by_id.get(asked.get("noted", ""))
    return visit.page(
        "contacts.html",
        status=status,
        rows=page.rows,
        found=len(found),
        all=len(library.contacts),
        filters=filters,
        countries={code: name for code, name in names.items() if _has(library, code)},
        kinds={each: kind_name(each, visit) for each in kinds(library)},
        states=STATES,
        state_names=STATE_NAMES,
        results=RESULTS,
        noted=noted.name.get(visit.language) if noted else "",
        problem=problem,
        number=page.number,
        last=page.last,
        query=urlencode({**_kept(asked), "page": str(page.number)}),
        other_page=urlencode({name: value for name, value in _kept(asked).items() if name != "page"}),
    )


def country_names(library: Library, visit: Visit) -> dict[str, str]:
    """Return the name of each country in the visitor's language, by its two letters."""
    known = {"RU": visit.voice.say("country-ru"), "TJ": visit.voice.say("country-tj")}
    return countries(library, visit.language, known)


def kind_name(kind: str, visit: Visit) -> str:
    """Return what the desk calls this kind of contact."""
    return visit.voice.say(KINDS[kind]) if kind in KINDS else kind


def known_contact(library: Library, visit: Visit) -> Contact:
    """Return the contact that the address of this page names. Raises DeskError if there is none."""
    contact = library.contact_by_id.get(visit.request.path_params["id"])
    if contact is None:
        raise DeskError("there is no such contact", "no-such-page")
    return contact


def today(visit: Visit) -> date:
    """Return the day of this visit."""
    return visit.desk.clock().astimezone(UTC).date()


def _kept(asked: dict[str, str]) -> dict[str, str]:
    return {name: asked[name] for name in ("country", "kind", "state", "page") if asked.get(name)}


def _has(library: Library, country: str) -> bool:
    return any(each.country == country for each in library.contacts)
