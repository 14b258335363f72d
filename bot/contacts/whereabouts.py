"""What a town or country named in a message changes: whom to ask first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.contacts.place_names import PlaceNames
from bot.contacts.places import contacts_at
from bot.follow_up import own_words
from index.spelling import words
from knowledge.model import Contact, Library, Place

_MOST_WORDS: Final = 8
"""Whoever writes more says more than where he is."""
_LONGEST: Final = 100
"""Characters of such a message."""
_BEING: Final = frozenset(
    words(
        "ҳастам ҳастем мебошам мебошем зиндагӣ мекунам мекунем кор ҳозир шаҳр шаҳри вилоят вилояти "
        "живу живем нахожусь находимся работаю работаем сейчас город городе области область "
        "yashayman yashaymiz turaman turamiz ishlayman ishlaymiz hozir shahri shahrida viloyati "
        "live living work now am city town region"
    )
)
"""Words that say that somebody is at a place."""
_MISSIONS: Final = frozenset(
    words(
        "сафорат сафорати сафоратро сафоратхона консулгарӣ консулгарии консулхона консулхонаи намояндагӣ "
        "посольство посольства посольстве консульство консульства консульстве консула консул представитель "
        "elchixona elchixonasi elchixonaga konsullik konsulligi konsulxona konsulxonasi vakolatxona "
        "embassy consulate consul mission representative"
    )
)
"""Words by which people ask for the one nearest to them."""
_LOCAL_FIRST: Final = 2
"""Of the contacts shown, so many are those of the place."""
_OF_A_PLACE: Final = frozenset({"embassy", "consulate", "representative"})
"""Kinds of contact of which another one may be nearer."""


def only_place(text: str, names: PlaceNames, *, amid_talk: bool) -> Place | None:
    """Return the place if a message says nothing else: «Казань», «ман дар Уфа ҳастам»; any string may come.

    amid_talk: whether a topic is being spoken about; then «а в Казани?» asks about that, and only the bare
    name says where somebody is.
    """
    said = words(text[:_LONGEST])
    if len(text) > _LONGEST or len(said) > _MOST_WORDS:
        return None
    found, rest = names.split(text)
    if len(found) != 1 or (amid_talk and rest):
        return None
    return found[0] if _BEING.issuperset(own_words(" ".join(rest))) else None


def asks_for_mission(text: str) -> bool:
    """Return whether a message asks for an embassy, a consulate or a representative."""
    return not _MISSIONS.isdisjoint(words(text))


def nearer(contacts: Sequence[Contact], named: Sequence[Place], library: Library) -> tuple[Contact, ...]:
    """Return the contacts with those of the first named place before the first one that sits elsewhere.

    Numbers that are the same everywhere keep their place; where no contact sits anywhere, nothing changes.
    """
    elsewhere = [n for n, each in enumerate(contacts) if each.kind in _OF_A_PLACE]
    if not named or not elsewhere:
        return tuple(contacts)
    at = elsewhere[0]
    local = contacts_at(named[0], library)[:_LOCAL_FIRST]
    return tuple({each.id: each for each in (*contacts[:at], *local, *contacts[at:])}.values())
