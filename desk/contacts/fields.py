"""One contact as the fields of a form, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from desk.contacts.numbers import ShortCodes, as_kept, rules_broken
from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.model import LANGUAGES, Contact, Hours, Library, SomeTexts, Source, Texts

Fields = Mapping[str, str]
Problems = dict[str, str]
"""Field to the key of the sentence that stands beside it."""

TRANSLATED: Final = ("name", "city", "address", "note")
"""Each is four fields, such as 'name-tg'."""
_WHOLE: Final = ("name", "city", "note")
"""In all four languages, or else in none."""
_EMAIL: Final = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_REFUSED: Final = {
    "kind": "contact-wrong-kind",
    "country": "contact-wrong-country",
    "website": "contact-wrong-link",
    "confidence": "contact-wrong-confidence",
}
"""What is said of a field that knowledge.model does not take."""
_SOURCE: Final = {
    "title": "contact-wrong-source-title",
    "url": "contact-wrong-source-url",
    "date": "contact-wrong-source-date",
}


def fields_of(contact: Contact) -> dict[str, str]:
    """Return what the form shows of a contact."""
    fields = {
        "kind": contact.kind,
        "country": contact.country,
        "phones": "\n".join(contact.phones),
        "email": "\n".join(contact.email),
        "website": contact.website or "",
        "time-zone": contact.hours.time_zone if contact.hours else "",
        "open": "\n".join(contact.hours.open) if contact.hours else "",
        "round-the-clock": "yes" if contact.hours and contact.hours.round_the_clock else "",
        "languages": ", ".join(contact.languages),
        "confidence": contact.confidence,
        "source-title": contact.source.title,
        "source-url": contact.source.url or "",
        "source-date": contact.source.date or "",
        "remark": contact.remark or "",
    }
    for name in TRANSLATED:
        texts = getattr(contact, name)
        fields |= {f"{name}-{each}": getattr(texts, each, None) or "" for each in LANGUAGES}
    return fields


def contact_of(
    fields: Fields, before: Contact | None, contact_id: str, codes: ShortCodes
) -> tuple[Contact | None, Problems]:
    """Return the contact that the form describes, or None and what is wrong, as 'hotline check' sees it.

    before: the one that it was; what the form does not show stays.
    """
    text = {name: _clean(value) for name, value in fields.items()}
    problems: Problems = {}
    parts: dict[str, object] = {
        "id": contact_id,
        "kind": text.get("kind", ""),
        "country": text.get("country", "").upper(),
        "phones": _phones(text, codes),
        "email": _lines(text, "email"),
        "website": text.get("website") or None,
        "languages": _words(text, "languages"),
        "confidence": text.get("confidence", ""),
        "remark": text.get("remark") or None,
        "source": _source(text, problems),
        "hours": _hours(text),
        **{name: _texts(text, name, problems) for name in TRANSLATED},
    }
    problems |= {each: _REFUSED[each] for each in _refused(parts) if each in _REFUSED}
    if not all(map(_EMAIL.fullmatch, _lines(text, "email"))):
        problems["email"] = "contact-wrong-email"
    if problems:
        return None, problems
    contact = _changed(before, parts) if before else made(Contact, **parts)
    problems = _checked(contact, codes)
    return None if problems else contact, problems


def new_id(fields: Fields, library: Library) -> str:
    """Return a free id of the manner 'consulate-ufa'."""
    told = f"{fields.get('kind', '')} {fields.get('city-en', '') or fields.get('country', '')}".lower()
    base = "-".join(re.findall(r"[a-z0-9]+", told))[:40].strip("-") or "contact"
    numbered = (base if n == 1 else f"{base}-{n}" for n in range(1, len(library.contacts) + 3))
    return next(each for each in numbered if each not in library.contact_by_id and each != "new")


def _changed(before: Contact, parts: Mapping[str, object]) -> Contact:
    after = replaced(before, **parts)
    added = set(after.phones) - set(before.phones)
    # Who types a number in again says that it is right after all.
    calls = [each for each in after.calls if not (each.phone in added and each.result == "wrong-number")]
    position = after.position
    if position is not None and position.exact and after.address != before.address:
        position = replaced(position, exact=False)  # of the old door
    return replaced(after, calls=calls, position=position)


def _checked(contact: Contact, codes: ShortCodes) -> Problems:
    problems: Problems = {}
    for phone in contact.phones:
        if "phone" in rules_broken(replaced(contact, phones=[phone], hours=None), codes):
            problems["phones"] = "contact-wrong-phone"
    broken = rules_broken(replaced(contact, phones=[]), codes)
    if "time-zone" in broken:
        problems["time-zone"] = "contact-wrong-time-zone"
    if "hours" in broken:
        problems["open"] = "contact-wrong-hours"
    return problems


def _texts(text: Fields, name: str, problems: Problems) -> object:
    told = {each: text.get(f"{name}-{each}") or None for each in LANGUAGES}
    missing = [each for each in LANGUAGES if not told[each]]
    if name in _WHOLE and missing and (name == "name" or len(missing) < len(LANGUAGES)):
        problems |= {f"{name}-{each}": "contact-missing-language" for each in missing}
        return None
    if len(missing) == len(LANGUAGES):
        return None
    return made(Texts if name in _WHOLE else SomeTexts, **told)


def _source(text: Fields, problems: Problems) -> Source | None:
    told = {"title": text.get("source-title", ""), "url": text.get("source-url") or None}
    told["date"] = text.get("source-date") or None
    wrong = {f"source-{each}": _SOURCE[each] for each in told if not _fits(told, each)}
    problems |= wrong
    return None if wrong else made(Source, **told)


def _fits(told: Mapping[str, str | None], name: str) -> bool:
    try:
        made(Source, **{"title": "-", "url": None, name: told[name]})
    except ContentError:
        return False
    return True


def _hours(text: Fields) -> Hours | None:
    lines = [each.lower() for each in _lines(text, "open")]
    always, zone = bool(text.get("round-the-clock")), text.get("time-zone", "")
    if not (lines or always or zone):
        return None
    return made(Hours, time_zone=zone, open=[] if always else lines, round_the_clock=always)


def _refused(parts: Mapping[str, object]) -> Iterator[str]:
    try:
        made(Contact, **parts)
    except ContentError as error:
        yield from (line.partition(":")[0].partition(".")[0] for line in str(error).splitlines())


def _phones(text: Fields, codes: ShortCodes) -> list[str]:
    country = text.get("country", "").upper()
    return list(dict.fromkeys(as_kept(each, country, codes) for each in _lines(text, "phones")))


def _lines(text: Fields, name: str) -> list[str]:
    return [each.strip() for each in text.get(name, "").split("\n") if each.strip()]


def _words(text: Fields, name: str) -> list[str]:
    return re.split(r"[\s,;]+", text[name]) if text.get(name) else []


def _clean(value: str) -> str:
    shown = _LINE_END.sub("\n", value).replace("\0", "")
    return shown.strip()
