"""Changes of a page: its texts in each language, its sections in all of them, sources and dates.

Whoever changes a text takes its approval back and dates it today; a translation then lags until its own
`translated_from` follows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.model import Article, Language, Page, Section, SectionFacts, Source

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def with_title(page: Page, language: Language, title: str, today: date) -> Page:
    """Return the page with this title in this language."""
    return _with_text(page, language, today, title=title.strip())


def with_questions(page: Page, language: Language, questions: Sequence[str], today: date) -> Page:
    """Return the page with these typical questions in this language."""
    return _with_text(page, language, today, questions=tuple(each.strip() for each in questions))


def with_section(
    page: Page, language: Language, section_id: str, heading: str, text: str, today: date
) -> Page:
    """Return the page with this heading and text in a section that the article has already, or lacks.

    A section that only other languages have so far takes the place that topic.yaml gives it.
    Raises ContentError if topic.yaml does not list the section.
    """
    order = _order(page)
    _listed(page, section_id)
    article = _article(page, language)
    new = _section(section_id, heading, text)
    if article.section(section_id):
        sections = [new if each.id == section_id else each for each in article.sections]
    else:
        before = set(order[: order.index(section_id)])
        place = max((n for n, each in enumerate(article.sections, 1) if each.id in before), default=0)
        sections = [*article.sections[:place], new, *article.sections[place:]]
    return _with_text(page, language, today, sections=sections)


def with_new_section(
    page: Page, facts: SectionFacts, texts: Mapping[Language, tuple[str, str]], position: int, today: date
) -> Page:
    """Return the page with a section more: its facts in topic.yaml, (heading, text) in these languages.

    position: from 0, among the sections of topic.yaml.
    Raises ContentError if there is such a section already.
    """
    if facts.id in _order(page):
        raise ContentError(f"section '{facts.id}' is there already; choose another id")
    sections = [*page.sections[:position], facts, *page.sections[position:]]
    page = replaced(page, sections=sections)
    for language, (heading, text) in texts.items():
        page = with_section(page, language, facts.id, heading, text, today)
    return page


def without_section(page: Page, section_id: str, today: date) -> Page:
    """Return the page without this section and its recordings in any language.

    Its example messages lose their heading only.

    Raises ContentError if topic.yaml does not list the section.
    """
    _listed(page, section_id)
    examples = [replaced(each, kind=None) if each.kind == section_id else each for each in page.examples]
    for language, article in page.articles.items():
        kept = [each for each in article.sections if each.id != section_id]
        page = _with_text(page, language, today, sections=kept)
    kept_facts = [each for each in page.sections if each.id != section_id]
    recordings = [each for each in page.recordings if each.section != section_id]
    return replaced(page, sections=kept_facts, examples=examples, recordings=recordings)


def with_section_at(page: Page, section_id: str, position: int) -> Page:
    """Return the page with this section at this position, from 0, in every language; no text changes.

    Raises ContentError if topic.yaml does not list the section.
    """
    _listed(page, section_id)
    order = [each for each in _order(page) if each != section_id]
    order.insert(position, section_id)
    facts = sorted(page.sections, key=lambda each: order.index(each.id))
    articles = {
        language: replaced(
            article, sections=sorted(article.sections, key=lambda each: _place(order, each.id))
        )
        for language, article in page.articles.items()
    }
    return replaced(page, sections=facts, articles=articles)


def with_facts(page: Page, facts: SectionFacts) -> Page:
    """Return the page with these sources, dates and contacts of a section.

    Raises ContentError if topic.yaml does not list the section.
    """
    _listed(page, facts.id)
    return replaced(page, sections=[facts if each.id == facts.id else each for each in page.sections])


def with_source(page: Page, source_id: str, source: Source) -> Page:
    """Return the page with this source added or replaced."""
    return replaced(page, sources={**page.sources, source_id: source})


def without_source(page: Page, source_id: str) -> Page:
    """Return the page without this source. Raises ContentError if a section still rests on it."""
    users = [each.id for each in page.sections if source_id in each.sources]
    if users:
        raise ContentError(
            f"source '{source_id}' is used by section {', '.join(users)}; give these another one"
        )
    return replaced(page, sources={name: each for name, each in page.sources.items() if name != source_id})


def compared(page: Page, today: date) -> Page:
    """Return the page as compared with its live sources today."""
    return replaced(page, checked=today)


def due_by(page: Page, day: date) -> Page:
    """Return the page with this day of its next review."""
    return replaced(page, review_by=day)


def approved(page: Page, language: Language, today: date) -> Page:
    """Return the page with this language's text approved by a person of the ministry today.

    Who approved stands with the saved version (desk.history); a change of the text takes it back.
    """
    return _with_article(page, replaced(_article(page, language), reviewed=today))


def follows_original(page: Page, language: Language) -> Page:
    """Return the page with this translation declared to say what the original says now.

    Raises ContentError for the original itself.
    """
    if language == page.source_language:
        raise ContentError(f"{language}.md is the original, it follows no other text")
    original = _article(page, page.source_language)
    return _with_article(page, replaced(_article(page, language), translated_from=original.updated))


def _with_text(page: Page, language: Language, today: date, **parts: object) -> Page:
    article = _article(page, language)
    if replaced(article, **parts) is article:
        return page
    return _with_article(page, replaced(article, **parts, updated=today, reviewed=None))


def _with_article(page: Page, article: Article) -> Page:
    return replaced(page, articles={**page.articles, article.language: article})


def _article(page: Page, language: Language) -> Article:
    if language not in page.articles:
        raise ContentError(f"{page.path} has no article in '{language}' yet")
    return page.articles[language]


def _section(section_id: str, heading: str, text: str) -> Section:
    one_line = _LINE_END.sub(" ", heading).strip()
    return made(Section, id=section_id, heading=one_line, text=_LINE_END.sub("\n", text).strip())


def _order(page: Page) -> list[str]:
    return [each.id for each in page.sections]


def _place(order: Sequence[str], section_id: str) -> int:
    return order.index(section_id) if section_id in order else len(order)


def _listed(page: Page, section_id: str) -> None:
    if section_id not in _order(page):
        raise ContentError(f"{page.path}/topic.yaml lists no section '{section_id}'")
