"""Which contacts are near: to a town or country that was named, or to a shared place, which is never kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.contacts.shown import contact_line, contact_list
from bot.markup import escape
from bot.phrases import Voice
from bot.reply import Reply
from knowledge.model import Contact, Library, Place, Position

MISSIONS: Final = frozenset({"embassy", "consulate"})
"""Kinds of contact that represent Tajikistan at a place."""
NEAREST_SHOWN: Final = 3
LOCAL_SHOWN: Final = 5
_LOCAL: Final = MISSIONS | {"consular-emergency", "representative", "ngo"}
"""Kinds that help those who live around; lines of a whole country that happen to sit in a capital do not."""
_EARTH_KM: Final = 6371.0
"""Mean radius (IUGG); the sphere is off by half a percent, which no distance to a town can show."""
_ROUGH_KM: Final = 10
"""To a town's centre nothing finer can be said."""


@dataclass(frozen=True, slots=True)
class Near:
    """A mission and how far it is."""

    contact: Contact
    kilometres: int
    """Great circle, rounded as the position allows; at least 1, or 10 where only the town is known."""
    exact: bool
    """Whether it is measured to the door; else to the town."""


def distance(latitude: float, longitude: float, position: Position) -> float:
    """Return the great-circle distance in kilometres from a point in degrees (WGS 84)."""
    here, there = math.radians(latitude), math.radians(position.lat)
    across = math.radians(position.lon - longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def nearest(latitude: float, longitude: float, library: Library) -> tuple[Near, ...]:
    """Return the NEAREST_SHOWN missions nearest to this point that can be reached, nearest first.

    A mission without a known position is left out. Borders are not looked at: the name says the country.
    Raises ValueError if the point is on no map (NaN, or beyond 90 and 180 degrees).
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError("latitude must lie within -90..90 and longitude within -180..180 degrees")
    measured = (
        (distance(latitude, longitude, each.position), each)
        for each in library.contacts
        if each.kind in MISSIONS and each.reachable and each.position is not None
    )
    closest = sorted(measured, key=lambda pair: pair[0])[:NEAREST_SHOWN]
    return tuple(_near(kilometres, contact) for kilometres, contact in closest)


def contacts_at(place: Place, library: Library) -> tuple[Contact, ...]:
    """Return whom to ask at this place, in the order to try; () where nobody is known for it.

    First those in the town itself, then those of its federal district, then the mission of that country that
    is nearest, then the country's embassies. Contacts without a number or e-mail are left out.
    """
    here = [each for each in library.contacts if each.country == place.country]
    missions = [each for each in here if each.kind in MISSIONS and each.position is not None]
    if place.lat is not None and place.lon is not None:
        latitude, longitude = place.lat, place.lon
        missions.sort(key=lambda each: distance(latitude, longitude, _position(each)))
    found = (
        *(each for each in here if each.kind in _LOCAL and each.city and each.city.ru == place.title.ru),
        *(library.contact_by_id[each] for each in library.districts.get(place.district or "", ())),
        *(missions[:1] if place.lat is not None else missions),
        *(each for each in here if each.kind == "embassy"),
    )
    return tuple({each.id: each for each in found if each.reachable}.values())


def reply_near(latitude: float, longitude: float, library: Library, voice: Voice, now: datetime) -> Reply:
    """Return the nearest missions with their distances, as `nearest` finds them; without buttons.

    now: an aware moment, to say who answers now. Raises ValueError as `nearest` does.
    """
    found = nearest(latitude, longitude, library)
    rows = [f"- {contact_line(each.contact, voice, now)}\n  *{_far(each, voice)}*" for each in found]
    parts = [f"**{voice.say('places-nearest')}**", "\n".join(rows), voice.say("places-ask-first")]
    return Reply("\n\n".join(parts), voice.language, contacts=tuple(each.contact for each in found))


def reply_at(place: Place, library: Library, voice: Voice, now: datetime) -> Reply | None:
    """Return the first LOCAL_SHOWN of `contacts_at`, without buttons; None where there is none.

    now: an aware moment, to say who answers now.
    """
    shown = contacts_at(place, library)[:LOCAL_SHOWN]
    if not shown:
        return None
    title = voice.say("places-for", place=escape(place.title.get(voice.language)))
    parts = [f"**{title}**", contact_list(shown, voice, now), voice.say("places-ask-first")]
    return Reply("\n\n".join(parts), voice.language, contacts=shown)


def _far(near: Near, voice: Voice) -> str:
    key = "place-distance-exact" if near.exact else "place-distance"
    return voice.say(key, km=str(near.kilometres))


def _near(kilometres: float, contact: Contact) -> Near:
    exact = _position(contact).exact
    step = 1 if exact else _ROUGH_KM
    return Near(contact, max(step, round(kilometres / step) * step), exact)


def _position(contact: Contact) -> Position:
    assert contact.position is not None, "only those with a position are measured"
    return contact.position
