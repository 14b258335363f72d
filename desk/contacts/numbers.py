"""Numbers as people type them, and as the content keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import phonenumbers

from bot.contacts.shown import show_phone
from knowledge.check.contacts import contacts
from knowledge.load import Reading
from knowledge.model import Contact, Library
from knowledge.parse import ParseError, parse_yaml

ShortCodes = Mapping[str, tuple[str, ...]]
"""By country, such as {'RU': ('112',)}."""
_EMPTY: Final = Library(categories=(), topics=(), contacts=())


def short_codes(raw: bytes | None) -> ShortCodes:
    """Return the short codes that this contacts.yaml lists; none where it cannot be read."""
    try:
        value = parse_yaml((raw or b"").decode("utf-8-sig")).value
    except (ParseError, UnicodeDecodeError):
        return {}
    found = value.get("short_codes") if isinstance(value, dict) else None
    listed = found.items() if isinstance(found, dict) else ()
    return {str(country): tuple(map(str, codes)) for country, codes in listed if isinstance(codes, list)}


def as_kept(typed: str, country: str, codes: ShortCodes) -> str:
    """Return the number as '+7…', or the short code; what is neither comes back as it was typed.

    country: two letters, where it would be dialled as it is typed.
    """
    bare = "".join(each for each in typed if each.isalnum() or each in "+*#")
    if bare in codes.get(country, ()):
        return bare
    try:
        number = phonenumbers.parse(typed, country or None)
    except phonenumbers.NumberParseException:
        return typed.strip()
    if not phonenumbers.is_valid_number(number):
        return typed.strip()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def as_shown(phone: str) -> str:
    """Return the number as people read it, whatever it is."""
    try:
        return show_phone(phone)
    except phonenumbers.NumberParseException:
        return phone


def rules_broken(contact: Contact, codes: ShortCodes) -> set[str]:
    """Return the rules of 'hotline check' that this contact breaks, by their names."""
    library = _EMPTY.model_copy(update={"contacts": (contact,)})
    return {each.rule for each in contacts(Reading(library, codes, []))}
