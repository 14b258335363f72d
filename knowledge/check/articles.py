"""What an article may hold, and whether its languages agree."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.figures import figures
from knowledge.load import Reading, page_files
from knowledge.markdown import CONTACT, plain, violations
from knowledge.model import LANGUAGES, Article, Page
from knowledge.problems import Problem, Severity, nearest

SECTION_LIMIT = 3500
"""Characters: a section, its source and the contacts must fit into Telegram's 4,096."""
SECTION_RANGE = (300, 1200)
"""Characters that read well on a phone; outside it there is a notice."""


def articles(reading: Reading) -> Iterator[Problem]:
    """Yield what is wrong in the articles of every page."""
    for path, page in page_files(reading):
        if page.source_language not in page.articles:
            message = (
                f"source_language: '{page.source_language}' has no readable article {page.source_language}.md"
            )
            yield Problem(path, reading.line(path, "source_language"), message, "missing-source-article")
        for language in LANGUAGES:
            if language not in page.articles:
                yield Problem(
                    f"{page.path}/{language}.md",
                    0,
                    "this language is missing",
                    "missing-language",
                    Severity.NOTICE,
                )
        for article in page.articles.values():
            yield from _article(reading, page, article)
        yield from _contradictions(reading, page)


def _article(reading: Reading, page: Page, article: Article) -> Iterator[Problem]:
    path = f"{page.path}/{article.language}.md"
    declared = [each.id for each in page.sections]
    written = [each.id for each in article.sections]
    for n, section in enumerate(article.sections):
        line = reading.line(path, "sections", n)
        if section.id not in declared:
            message = f"section '{section.id}' is not in topic.yaml{nearest(section.id, declared)}"
            yield Problem(path, line, message, "unknown-section")
        if section.id in written[:n]:
            yield Problem(path, line, f"section '{section.id}' stands twice", "double-section")
        for message in violations(section.text):
            yield Problem(path, line, message, "markdown")
        for match in CONTACT.finditer(section.text):
            if match["id"] not in reading.library.contact_by_id:
                hint = nearest(match["id"], reading.library.contact_by_id)
                message = f"{{contact:{match['id']}}} is not in contacts.yaml{hint}"
                yield Problem(path, line, message, "unknown-reference")
        length = len(plain(section.text))
        if length > SECTION_LIMIT:
            message = (
                f"section '{section.id}' has {length} characters, the limit is {SECTION_LIMIT}; split it"
            )
            yield Problem(path, line, message, "too-long")
        elif not SECTION_RANGE[0] <= length <= SECTION_RANGE[1]:
            low, high = SECTION_RANGE
            message = f"section '{section.id}' has {length} characters; {low} to {high} read well"
            yield Problem(path, line, message, "length", Severity.NOTICE)
    for missing in [each for each in declared if each not in written]:
        message = f"section '{missing}' of topic.yaml is missing"
        severity = Severity.ERROR if article.language == page.source_language else Severity.NOTICE
        yield Problem(path, 0, message, "missing-section", severity)


def _contradictions(reading: Reading, page: Page) -> Iterator[Problem]:
    source = page.articles.get(page.source_language)
    if source is None:
        return
    for language, article in page.articles.items():
        for n, section in enumerate(article.sections):
            original = source.section(section.id)
            if language == page.source_language or original is None:
                continue
            here, there = figures(section.text), figures(original.text)
            parts = [
                f"{sign} {', '.join(sorted(numbers))}"
                for sign, numbers in (("has", here - there), ("lacks", there - here))
                if numbers
            ]
            if parts:
                path = f"{page.path}/{language}.md"
                message = f"section '{section.id}' {' and '.join(parts)}, unlike {page.source_language}.md"
                yield Problem(
                    path, reading.line(path, "sections", n), message, "contradiction", Severity.NOTICE
                )
