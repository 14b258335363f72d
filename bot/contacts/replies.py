"""Whom to ask: the numbers of the hotline, of a topic, of a city, of the missions nearest to a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.actions import fitting, labelled
from bot.answer import contacts_of
from bot.clerk import Clerk
from bot.contacts import places
from bot.contacts.shown import contact_attachments, contact_list
from bot.reply import Button, Reply
from knowledge.model import Contact, Page, Place, Topic


def general(clerk: Clerk) -> Reply:
    """Return the first number to call in danger, then the contacts that always stand ready."""
    danger = [rule.contacts[0] for rule in clerk.library.urgent_rules[-1:]]
    return _listed((*contacts_of(clerk.library, danger), *clerk.fallback), clerk)


def of_section(topic: Topic, page: Page, section_id: str, clerk: Clerk) -> Reply:
    """Return all contacts of a section; of its topic, if the section has none or '' is given."""
    return _listed(contacts_for(topic, page, section_id, clerk), clerk)


def contacts_for(topic: Topic, page: Page, section_id: str, clerk: Clerk) -> tuple[Contact, ...]:
    """Return the same as values; those that always stand ready, if none of them can be reached."""
    own = page.facts(section_id).contacts if section_id else ()
    return contacts_of(clerk.library, own or topic.contacts) or clerk.fallback


def near(latitude: float, longitude: float, clerk: Clerk) -> Reply:
    """Return the missions nearest to a point in degrees, with their distances; nothing of it is kept.

    Raises ValueError if the point is on no map.
    """
    found = places.reply_near(latitude, longitude, clerk.library, clerk.voice, clerk.now)
    return _with_rows(_with_a_number(found, clerk), clerk)


def at(place: Place, clerk: Clerk) -> Reply:
    """Return whom to ask in a town or country; the contacts that always stand ready, if nobody is known."""
    found = places.reply_at(place, clerk.library, clerk.voice, clerk.now)
    return _with_rows(_with_a_number(found, clerk), clerk) if found else general(clerk)


def cards(ids: Sequence[str], clerk: Clerk) -> Reply | None:
    """Return these contacts as cards and places; None if none of them is known any more."""
    known = [clerk.library.contact_by_id[each] for each in ids if each in clerk.library.contact_by_id]
    made = tuple(each for contact in known for each in contact_attachments(contact, clerk.voice))
    if not made:
        return None
    text = clerk.voice.say("cards")
    return Reply(text, clerk.voice.language, contacts=tuple(known), attachments=made)


def cards_button(contacts: Sequence[Contact], clerk: Clerk) -> tuple[Button, ...]:
    """Return the button that sends these contacts as cards; none where no phone could take any."""
    ids = [each.id for each in contacts if contact_attachments(each, clerk.voice)]
    names = fitting("cards", ids).names
    return (labelled(clerk.voice, "cards", "cards", *names),) if names else ()


def _listed(contacts: Sequence[Contact], clerk: Clerk) -> Reply:
    voice = clerk.voice
    parts = [
        f"**{voice.say('contacts')}**",
        contact_list(contacts, voice, clerk.now),
        voice.say("contacts-near"),
    ]
    shown = Reply("\n\n".join(parts), voice.language, contacts=tuple(contacts))
    return _with_rows(shown, clerk, labelled(voice, "near", "near"))


def _with_a_number(reply: Reply, clerk: Clerk) -> Reply:
    # Where all that was found has an e-mail only, nobody could be called.
    if any(each.phones for each in reply.contacts):
        return reply
    below = clerk.with_contacts([reply.text], clerk.fallback)
    return replace(below, contacts=(*reply.contacts, *below.contacts))


def _with_rows(reply: Reply, clerk: Clerk, *first: Button) -> Reply:
    own = (*first, *cards_button(reply.contacts, clerk))
    rows = (own,) if own else ()
    return replace(reply, rows=(*rows, *clerk.person_row, clerk.menu_row))
