"""A contact as a citizen reads it, in each language."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from bot.contacts.shown import contact_line
from bot.markup import to_plain
from bot.phrases import Phrases, Voice
from desk.contacts.numbers import ShortCodes, rules_broken
from knowledge.model import LANGUAGES, Contact, Language, Library


def preview(contact: Contact, library: Library, codes: ShortCodes, now: datetime) -> dict[Language, str]:
    """Return the line of this contact in every language that the bot has sentences in.

    now: the moment at which somebody would read it. Takes some .2 s at first. Nothing comes back for one that
    the check refuses: it cannot be published.
    """
    if rules_broken(contact, codes) - {"no-number"}:
        return {}
    phrases = _phrases(tuple(library.phrases.items()))
    return {
        each: to_plain(contact_line(contact, Voice(phrases, each), now))
        for each in LANGUAGES
        if each in library.phrases
    }


@lru_cache(maxsize=2)
def _phrases(sources: tuple[tuple[Language, str], ...]) -> Phrases:
    return Phrases(dict(sources))
