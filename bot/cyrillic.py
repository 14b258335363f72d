"""A whole reply in Cyrillic Uzbek, and the buttons that lead on in it."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import marked, parse
from bot.markup import escape
from bot.offers import Offer
from bot.reply import Button, Reply
from bot.uzbek import reply_in_cyrillic, to_cyrillic
from knowledge.model import Library


def in_cyrillic(reply: Reply, library: Library) -> Reply:
    """Return an Uzbek reply in Cyrillic, and so whatever its buttons lead to.

    Titles of sources and the languages' own names stay as they are.
    """
    shown = reply_in_cyrillic(reply, _titles(library))
    rows = tuple(
        tuple(_button(own, changed) for own, changed in zip(before, after, strict=True))
        for before, after in zip(reply.rows, shown.rows, strict=True)
    )
    return replace(shown, rows=rows)


def offer_in_cyrillic(offer: Offer, library: Library) -> Offer:
    """Return the same of what is to be shared."""
    title, description = to_cyrillic(offer.title), to_cyrillic(offer.description)
    return Offer(title, description, in_cyrillic(offer.reply, library))


def _button(own: Button, changed: Button) -> Button:
    action = parse(own.action)
    if action is not None and action.verb == "language" and action.names:
        return own
    return replace(changed, action=marked(own.action))


def _titles(library: Library) -> tuple[str, ...]:
    return tuple(escape(source.title) for _, page in library.pages() for source in page.sources.values())
