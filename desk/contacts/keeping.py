"""Saving a contact that somebody had before his eyes, without overwriting what another changed meanwhile."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from desk.contacts.fields import fields_of
from desk.content_folder import ContentFolder
from desk.errors import DeskError
from desk.history import Clash, Conflict
from desk.repository import file_version
from knowledge.changes.libraries import with_contact
from knowledge.changes.revalidate import made
from knowledge.errors import ContentError
from knowledge.model import Contact, Library
from knowledge.parse import ParseError, parse_yaml

FILE: Final = "contacts.yaml"
_VERSION: Final = re.compile(r"[0-9a-f]{40}")
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Start:
    """What an editor started from; a form carries it."""

    version: str
    """Of contacts.yaml."""
    mark: str
    """Of the contact's own fields: others may change in the file."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What somebody else did to one field."""

    field: str
    before: str | None
    """None where nobody knows it any more: the folder has no history."""
    after: str


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody else changed this contact meanwhile; nothing was saved."""

    changes: tuple[FieldChange, ...]
    now: Start
    """Where whoever has read the changes goes on from."""


def start(content: ContentFolder, contact: Contact) -> Start:
    """Return what an editor starts from who is shown this contact."""
    return Start(content.history.file_version(FILE) or "", mark_of(contact))


def mark_of(contact: Contact | None) -> str:
    """Return what changes with each field of the form."""
    fields = {} if contact is None else fields_of(contact)
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()[:16]


async def keep(
    content: ContentFolder,
    contact_id: str,
    make: Callable[[Contact], Contact],
    begun: Start,
    *,
    author: str,
    message: str,
) -> Overtaken | None:
    """Save what `make` makes of the contact as it is now; or return what somebody else changed in it.

    What others changed about other contacts stays, and stops nobody. Raises ContentError.
    """

    def change(library: Library) -> Library:
        return with_contact(library, make(library.contact_by_id[contact_id]))

    version = begun.version if _VERSION.fullmatch(begun.version) else None
    for _ in range(_TRIES):
        result = await content.save(change, author=author, message=message, started_from={FILE: version})
        if not isinstance(result, Conflict):
            return None
        [clash] = (each for each in result.clashes if each.path == FILE)
        overtaken = _overtaken(clash, contact_id)
        if overtaken.now.mark != begun.mark:
            return overtaken
        version = overtaken.now.version
    raise DeskError("contacts.yaml changes faster than it can be saved to", "not-now")


def _overtaken(clash: Clash, contact_id: str) -> Overtaken:
    before, theirs = _contact(clash.before, contact_id), _contact(clash.theirs, contact_id)
    known = None if before is None else fields_of(before)
    after = {} if theirs is None else fields_of(theirs)
    now = Start(file_version(clash.theirs or b""), mark_of(theirs))
    return Overtaken(tuple(_changes(known, after)), now)


def _changes(before: Mapping[str, str] | None, after: Mapping[str, str]) -> Iterator[FieldChange]:
    for name, value in after.items():
        was = None if before is None else before.get(name, "")
        if was != value and (was is not None or value):
            yield FieldChange(name, was, value)


def _contact(raw: bytes | None, contact_id: str) -> Contact | None:
    try:
        value = parse_yaml((raw or b"").decode("utf-8-sig")).value
        listed = value.get("contacts") if isinstance(value, dict) else None
        found = [each for each in listed if each["id"] == contact_id] if isinstance(listed, list) else []
        return made(Contact, **found[0]) if found else None
    except (ParseError, UnicodeDecodeError, ContentError, LookupError, TypeError):
        return None  # somebody edits by hand, and is not done
