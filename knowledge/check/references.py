"""Names that one file uses and another defines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from knowledge.load import Reading, page_files
from knowledge.problems import Problem, nearest

LONGEST_IDS = 50
"""Characters of page id and section id together: Telegram allows 64 bytes behind a button."""
LONGEST_SHORT_TITLE = 16
"""Characters that half a row of an old phone shows."""


def references(reading: Reading) -> Iterator[Problem]:
    """Yield an error for each unknown category, topic, contact, source and section.

    Also where a button would be too long, and where no category is marked as a matter of danger.
    """
    library = reading.library
    categories = [each.id for each in library.categories]
    topics, contacts = list(library.topic_by_id), list(library.contact_by_id)

    def unknown(path: str, at: tuple[str | int, ...], name: str, known: Iterable[str], where: str) -> Problem:
        known = list(known)
        message = f"{at[0]}: '{name}' is not in {where}{nearest(name, known)}"
        return Problem(path, reading.line(path, *at), message, "unknown-reference")

    for n, name in enumerate(library.most_asked):
        if name not in library.topic_by_id:
            yield unknown("categories.yaml", ("most_asked", n), name, topics, "topics/")
    for topic in library.topics:
        path = f"{topic.page.path}/topic.yaml"
        if topic.category not in categories:
            yield unknown(path, ("category",), topic.category, categories, "categories.yaml")
        for n, name in enumerate(topic.related):
            if name not in library.topic_by_id:
                yield unknown(path, ("related", n), name, topics, "topics/")
        for n, name in enumerate(topic.contacts):
            if name not in library.contact_by_id:
                yield unknown(path, ("contacts", n), name, contacts, "contacts.yaml")
    for publication in library.publications:
        if publication.topic not in library.topic_by_id:
            yield unknown(
                f"{publication.page.path}/topic.yaml", ("topic",), publication.topic, topics, "topics/"
            )
    for path, page in page_files(reading):
        for n, section in enumerate(page.sections):
            if len(page.id) + len(section.id) > LONGEST_IDS:
                message = f"'{page.id}#{section.id}' is over {LONGEST_IDS} letters, too long for a button"
                yield Problem(path, reading.line(path, "sections", n), message, "long-id")
            for name in section.sources:
                if name not in page.sources:
                    yield unknown(path, ("sections", n, "sources"), name, page.sources, "this page's sources")
            for name in section.contacts:
                if name not in library.contact_by_id:
                    yield unknown(path, ("sections", n, "contacts"), name, contacts, "contacts.yaml")
            if section.today is not None:
                name, _, part = section.today.partition("#")
                target = library.topic_by_id.get(name)
                if target is None or part not in [each.id for each in target.page.sections]:
                    known = [f"{each.id}#{part.id}" for each in library.topics for part in each.page.sections]
                    yield unknown(path, ("sections", n, "today"), section.today, known, "topics/")
            if section.valid_from and section.valid_until and section.valid_until < section.valid_from:
                message = f"valid_until {section.valid_until} is before valid_from {section.valid_from}"
                yield Problem(path, reading.line(path, "sections", n, "valid_until"), message, "wrong-date")
    for n, category in enumerate(library.categories):
        if len(category.id) > LONGEST_IDS:
            message = f"'{category.id}' is over {LONGEST_IDS} letters, too long for a button"
            line = reading.line("categories.yaml", "categories", n, "id")
            yield Problem("categories.yaml", line, message, "long-id")
        for m, name in enumerate(category.first):
            if name not in library.topic_by_id or library.topic_by_id[name].category != category.id:
                message = f"first: '{name}' is no topic of '{category.id}'"
                line = reading.line("categories.yaml", "categories", n, "first", m)
                yield Problem("categories.yaml", line, message, "unknown-reference")
        for language, text in category.short or ():
            if len(text) > LONGEST_SHORT_TITLE:
                message = f"short.{language}: '{text}' is over {LONGEST_SHORT_TITLE} letters"
                line = reading.line("categories.yaml", "categories", n, "short")
                yield Problem("categories.yaml", line, message, "long-title")
    if library.urgent_rules and not any(each.danger for each in library.categories):
        message = "no category has 'danger: true', so no number stands under a question back about danger"
        yield Problem("categories.yaml", 0, message, "no-danger")
    for n, name in enumerate(library.fallback):
        if name not in library.contact_by_id:
            yield unknown("contacts.yaml", ("fallback", n), name, contacts, "contacts.yaml")
    for n, rule in enumerate(library.urgent_rules):
        if rule.topic not in library.topic_by_id:
            yield unknown("urgent.yaml", ("rules", n, "topic"), rule.topic, topics, "topics/")
        for m, name in enumerate(rule.contacts):
            if name not in library.contact_by_id:
                yield unknown("urgent.yaml", ("rules", n, "contacts", m), name, contacts, "contacts.yaml")
