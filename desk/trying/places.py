"""Where a question can be added as an example: the likely topics with their sections, and all topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.changes.libraries import with_example, with_topic
from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.model import Example, Language, Library


@dataclass(frozen=True, slots=True)
class Place:
    """A topic, with the sections that may answer."""

    id: str
    title: str
    sections: tuple[tuple[str, str], ...]
    """Id and heading."""


def likely_places(library: Library, topic_ids: Sequence[str], language: Language) -> list[Place]:
    """Return those of these topics that are in the library, in this order, each once."""
    found = []
    for topic_id in dict.fromkeys(topic_ids):
        topic = library.topic_by_id.get(topic_id)
        if topic is not None and topic.page.articles:
            article = topic.page.article(language)
            sections = tuple((each.id, each.heading) for each in article.sections)
            found.append(Place(topic_id, article.title, sections))
    return found


def all_topics(library: Library, language: Language) -> list[tuple[str, str]]:
    """Return id and title of each topic, by title."""
    with_text = (each for each in library.topics if each.page.articles)
    return sorted(
        ((each.id, each.page.article(language).title) for each in with_text), key=lambda each: each[1].lower()
    )


def with_question(library: Library, place: str, text: str, language: str) -> Library:
    """Return the library with this message as an example.

    place: id of a topic, or 'topic#section' for the section that answers it.
    Raises ContentError if there is no such place or language, or if the topic has this very message.
    """
    topic_id, _, section_id = place.partition("#")
    topic = library.topic_by_id.get(topic_id)
    if topic is None or (section_id and section_id not in {each.id for each in topic.page.sections}):
        raise ContentError("there is no such topic or section; somebody may have taken it out")
    example = made(Example, text=text, language=language, kind=section_id or None)
    examples = with_example(topic.page.examples, example)
    return with_topic(library, replaced(topic, page=replaced(topic.page, examples=examples)))
