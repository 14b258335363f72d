"""What rests on a contact: topics, danger, the lines under a reply that has no contacts of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.markdown import CONTACT
from knowledge.model import Library, Page

_MARK = "{contact:"


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one contact."""

    topics: int
    """How many topics name it, in their lists or in their texts."""
    is_fallback: bool
    """Whether it stands under replies that have no contacts of their own."""
    is_first_in_danger: bool
    """Whether a rule of danger gives it first: it must be confirmed and have a number then."""


def usage(library: Library) -> dict[str, Usage]:
    """Return what rests on each contact, by its id."""
    topics: dict[str, set[str]] = defaultdict(set)
    for topic in library.topics:
        for name in topic.contacts:
            topics[name].add(topic.id)
    for topic_id, page in library.pages():
        for name in _named(page):
            topics[name].add(topic_id)
    first = {rule.contacts[0] for rule in library.urgent_rules}
    return {
        each.id: Usage(len(topics[each.id]), each.id in library.fallback, each.id in first)
        for each in library.contacts
    }


def _named(page: Page) -> Iterator[str]:
    for facts in page.sections:
        yield from facts.contacts
    for article in page.articles.values():
        for section in article.sections:
            if _MARK in section.text:
                yield from (match["id"] for match in CONTACT.finditer(section.text))
