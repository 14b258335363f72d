"""How a contact is written in a reply: name, numbers, and what is not certain about them."""

from __future__ import annotations

from collections.abc import Sequence

import phonenumbers

from bot.markup import escape
from bot.phrases import Voice
from knowledge.markdown import CONTACT
from knowledge.model import Contact, Library

CONTACTS_SHOWN = 3
"""An ordinary reply names so many at most; in danger all of a rule's contacts are shown."""


def show_phone(phone: str) -> str:
    """Return a number as people read it: '+7 495 690-38-46'; short codes stay as they are."""
    if not phone.startswith("+"):
        return phone
    number = phonenumbers.parse(phone)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def contact_list(contacts: Sequence[Contact], voice: Voice) -> str:
    """Return the contacts as a Markdown list, one a line."""
    return "\n".join(f"- {_line(each, voice)}" for each in contacts)


def fill_contacts(text: str, library: Library, voice: Voice) -> str:
    """Return the text with a name and numbers in place of each {contact:id}."""
    return CONTACT.sub(lambda match: _inline(library.contact_by_id[match["id"]], voice), text)


def _line(contact: Contact, voice: Voice) -> str:
    line = f"{escape(contact.name.get(voice.language))}: {', '.join(_ways(contact))}"
    marks = _marks(contact, voice)
    if marks:
        line += f" ({'; '.join(marks)})"
    return f"{line}. {escape(contact.note.get(voice.language))}" if contact.note else line


def _inline(contact: Contact, voice: Voice) -> str:
    name, ways = escape(contact.name.get(voice.language)), _ways(contact)[:2]
    if ways and not contact.confirmed:
        ways.append(voice.say("contact-unconfirmed"))
    return f"{name} ({', '.join(ways) or voice.say('contact-no-number')})"


def _ways(contact: Contact) -> list[str]:
    return [show_phone(each) for each in contact.phones] or [escape(each) for each in contact.email]


def _marks(contact: Contact, voice: Voice) -> list[str]:
    marks = [] if contact.confirmed else [voice.say("contact-unconfirmed")]
    hours = contact.hours
    if hours is not None and hours.round_the_clock:
        marks.append(voice.say("contact-round-the-clock"))
    elif hours is not None and hours.open:
        marks.append(voice.say("contact-hours", hours=", ".join(hours.open), zone=hours.time_zone))
    return marks
