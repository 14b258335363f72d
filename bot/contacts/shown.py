"""How a contact is shown: name, numbers, what is not certain about them; as text, as a card, on the map."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import islice

import phonenumbers

from bot.contacts.opening_hours import say_hours, say_state
from bot.markup import escape
from bot.phrases import Voice
from bot.reply import Attachment, ContactCard, Venue
from knowledge.markdown import CONTACT
from knowledge.model import Contact, Library

CONTACTS_SHOWN = 3
"""An ordinary reply names so many at most; in danger all of a rule's contacts are shown."""
CARDS_OF_ONE = 2
"""Numbers of one contact that become cards: each card is a message of its own."""


@cache
def show_phone(phone: str) -> str:
    """Return a number as people read it: '+7 495 690-38-46'; short codes stay as they are."""
    if not phone.startswith("+"):
        return phone
    number = phonenumbers.parse(phone)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def contact_list(
    contacts: Sequence[Contact], voice: Voice, now: datetime | None = None, *, notes: bool = True
) -> str:
    """Return the contacts as a Markdown list, one a line.

    now: an aware moment, to say whether somebody answers now, where the hours are known; None leaves it out.
    notes: whether what is good to know about each stands behind it.
    """
    return "\n".join(f"- {contact_line(each, voice, now, notes=notes)}" for each in contacts)


def contact_line(contact: Contact, voice: Voice, now: datetime | None = None, *, notes: bool = True) -> str:
    """Return one contact as Markdown: name, numbers (or else e-mail), what is uncertain, hours, note."""
    line = f"{escape(contact.name.get(voice.language))}: {', '.join(_ways(contact))}"
    marks = _marks(contact, voice, now)
    if marks:
        line += f" ({'; '.join(marks)})"
    return f"{line}. {escape(contact.note.get(voice.language))}" if contact.note and notes else line


def fill_contacts(text: str, library: Library, voice: Voice) -> str:
    """Return the text with a name and numbers in place of each {contact:id}."""
    return CONTACT.sub(lambda match: _inline(library.contact_by_id[match["id"]], voice), text)


def contact_attachments(contact: Contact, voice: Voice) -> tuple[Attachment, ...]:
    """Return what a phone takes of this contact: a card for each of the first numbers, and a pin on the map.

    Short codes such as 112 get no card: they are dialled by hand and differ from country to country. A pin is
    given only where the door's own place and the address are known. The name says when nobody vouches for it.
    """
    name = contact.name.get(voice.language)
    if not contact.confirmed:
        name += f" ({voice.say('contact-unconfirmed')})"
    international = (phone for phone in contact.phones if phone.startswith("+"))
    cards = tuple(ContactCard(name, phone) for phone in islice(international, CARDS_OF_ONE))
    position = contact.position
    address = contact.address.nearest(voice.language) if contact.address is not None else None
    if position is None or not position.exact or address is None:
        return cards
    return (*cards, Venue(name, address, position.lat, position.lon))


def _inline(contact: Contact, voice: Voice) -> str:
    name, ways = escape(contact.name.get(voice.language)), _ways(contact)[:2]
    if ways and not contact.confirmed:
        ways.append(voice.say("contact-unconfirmed"))
    return f"{name} ({', '.join(ways) or voice.say('contact-no-number')})"


def _ways(contact: Contact) -> list[str]:
    return [show_phone(each) for each in contact.phones] or [escape(each) for each in contact.email]


def _marks(contact: Contact, voice: Voice, now: datetime | None) -> list[str]:
    marks = [] if contact.confirmed else [voice.say("contact-unconfirmed")]
    hours = contact.hours
    if hours is not None and (hours.round_the_clock or hours.open):
        marks.append(say_hours(hours, voice))
        state = say_state(hours, now, voice) if now is not None and not hours.round_the_clock else None
        marks += [state] if state is not None else []
    return marks
