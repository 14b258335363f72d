"""Sections to share from the inline mode: what somebody types behind the bot's name in any chat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten
from typing import Final

from bot.answer import Answer, Urgent
from bot.clerk import Clerk
from bot.contacts.shown import fill_contacts
from bot.markup import to_plain
from bot.render import NEAREST_FROM, bare_section, urgent_texts
from bot.reply import Reply
from knowledge.model import Page, Topic

MOST: Final = 5
_OF_THE_FIRST: Final = 3
"""Sections of the likeliest topic, before those of the next ones."""
_DESCRIPTION: Final = 120


@dataclass(frozen=True, slots=True)
class Offer:
    """A section that can be shared with one touch."""

    title: str
    """Plain text, the section's heading."""
    description: str
    """Plain text, the section's first words; at most 120 characters."""
    reply: Reply
    """What is shared; without buttons, since in another chat they would belong to nobody's conversation."""


def offers_for(answer: Answer, clerk: Clerk) -> tuple[Offer, ...]:
    """Return what may answer, best first, at most MOST; in danger the numbers and the script come first."""
    urgent = [_urgent(answer, clerk)] if isinstance(answer, Urgent) else []
    near = answer.confidence >= NEAREST_FROM or urgent
    return (*urgent, *(_sections(answer, clerk) if near else ()))[:MOST]


def offers_of_menu(clerk: Clerk) -> tuple[Offer, ...]:
    """Return the first section of each of the topics asked most."""
    topics = [clerk.library.topic_by_id[each] for each in clerk.library.most_asked]
    return tuple(_offer(each, each.page, each.page.sections[0].id, clerk) for each in topics)[:MOST]


def _sections(answer: Answer, clerk: Clerk) -> Iterator[Offer]:
    for n, topic in enumerate(answer.topics if answer.ranking else ()):
        assert answer.ranking is not None
        for hit in answer.ranking.sections(topic.id)[: 1 if n else _OF_THE_FIRST]:
            yield _offer(topic, clerk.library.page_by_path[hit.page_path], hit.section_id, clerk)


def _offer(topic: Topic, page: Page, section_id: str, clerk: Clerk) -> Offer:
    _, shown = page.shown(section_id, clerk.voice.language)
    reply = bare_section(topic, page, shown.id, clerk)
    return Offer(shown.heading, _first_words(shown.text, clerk), reply)


def _urgent(answer: Urgent, clerk: Clerk) -> Offer:
    text = "\n\n".join(urgent_texts(answer, clerk))
    reply = Reply(text, clerk.voice.language, contacts=answer.contacts)
    script = answer.rules[0].script.get(clerk.voice.language)
    return Offer(clerk.voice.say("urgent-steps"), _first_words(script, clerk), reply)


def _first_words(markdown: str, clerk: Clerk) -> str:
    plain = to_plain(fill_contacts(markdown, clerk.library, clerk.voice))
    return shorten(plain, _DESCRIPTION, placeholder="…")
