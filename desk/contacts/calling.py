"""What somebody found out by calling a number, as a change of the content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from desk.contacts.numbers import ShortCodes, as_kept, rules_broken
from desk.content_folder import Change
from desk.errors import DeskError
from knowledge.changes.libraries import called, renumbered, with_contact
from knowledge.changes.revalidate import replaced
from knowledge.model import CallResult, Contact, Library

Found = Literal["answered", "no-answer", "wrong-number", "new-number"]
FOUND: Final[tuple[Found, ...]] = get_args(Found)
_RESULTS: Final[tuple[CallResult, ...]] = get_args(CallResult)


@dataclass(frozen=True, slots=True)
class Finding:
    """Of one call."""

    contact_id: str
    phone: str
    found: Found
    new: str = ""
    """The number that took its place, as it is kept; only with 'new-number'."""

    def change(self, today: date, by: str) -> Change:
        """Return the change of the content. Raises ContentError where the number is not there any more."""

        def with_finding(library: Library) -> Library:
            contact = library.contact_by_id.get(self.contact_id)
            if contact is None:
                raise DeskError(f"there is no contact '{self.contact_id}'", "no-such-page")
            return with_contact(library, self._after(contact, today, by))

        return with_finding

    def _after(self, contact: Contact, today: date, by: str) -> Contact:
        for result in _RESULTS:
            if result == self.found:
                return called(contact, self.phone, result, today, by)
        return renumbered(contact, self.phone, self.new, today, by)


def finding(form: Mapping[str, str], contact: Contact, codes: ShortCodes) -> Finding:
    """Return what a form says of a number: it names it under what was found, the new one under 'new'.

    Raises DeskError if it says nothing, or if the new number is none.
    """
    for found in FOUND:
        if found in form:
            phone = form[found]
            new = as_kept(form.get("new", ""), contact.country, codes) if found == "new-number" else ""
            if found == "new-number" and not _is_another_number(contact, phone, new, codes):
                raise DeskError("this is no number, or the same one", "contact-wrong-new-number")
            return Finding(contact.id, phone, found, new)
    raise DeskError("the form says nothing of a call", "form-too-old")


def _is_another_number(contact: Contact, phone: str, new: str, codes: ShortCodes) -> bool:
    return new != phone and "phone" not in rules_broken(replaced(contact, phones=[new], hours=None), codes)
