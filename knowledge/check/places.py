"""Names of towns and countries: each means one place, and its contacts exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from knowledge.load import Reading
from knowledge.problems import Problem, nearest

_PATH = "places.yaml"


def places(reading: Reading, fold: Callable[[str], str]) -> Iterator[Problem]:
    """Yield what is wrong in places.yaml; fold: the spelling in which two names count as the same."""
    library = reading.library
    for district, contacts in library.districts.items():
        for n, name in enumerate(contacts):
            if name not in library.contact_by_id:
                message = (
                    f"districts.{district}: '{name}' is not in contacts.yaml"
                    f"{nearest(name, library.contact_by_id)}"
                )
                line = reading.line(_PATH, "districts", district, n)
                yield Problem(_PATH, line, message, "unknown-reference")
    ids: set[str] = set()
    owners: dict[str, str] = {}
    for n, place in enumerate(library.places):
        line = reading.line(_PATH, "places", n)
        if place.id in ids:
            yield Problem(_PATH, line, f"place '{place.id}' stands twice", "double-id")
        ids.add(place.id)
        if place.district is not None and place.district not in library.districts:
            hint = nearest(place.district, library.districts)
            message = f"district: '{place.district}' of '{place.id}' is not under districts{hint}"
            yield Problem(_PATH, line, message, "unknown-reference")
        if (place.lat is None) != (place.lon is None):
            yield Problem(_PATH, line, f"'{place.id}' needs both lat and lon, or neither", "position")
        for name in place.names:
            owner = owners.setdefault(fold(name), place.id)
            if owner != place.id:
                message = f"'{name}' of '{place.id}' also means '{owner}'; keep it in one place"
                yield Problem(_PATH, line, message, "double-name")
