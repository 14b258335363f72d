"""One language of a page as fields: title, sections, typical questions; the original also orders sections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import count
from typing import Final

from desk.drafting.wrong import Applied, Owner, Wrong
from knowledge.changes import pages
from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.model import Article, Language, Page, SectionFacts, Source

TITLE: Final = "title"
QUESTIONS: Final = "questions"
ORDER: Final = "sections"
"""The ids of all sections in their order; only the original has this field."""
TAKEN: Final = "taken"
"""What the import took for a translation, until a person has put it where it belongs; never saved."""
MOST_SECTIONS: Final = 30

Fields = Mapping[str, str]


def heading_of(section_id: str) -> str:
    """Return the name of the field with this section's heading; ids have single hyphens only."""
    return f"heading--{section_id}"


def text_of(section_id: str) -> str:
    """Return the name of the field with this section's text."""
    return f"text--{section_id}"


def taken_from_of(section_id: str) -> str:
    """Return the name of the field with the source of a new section that the import took."""
    return f"taken-from--{section_id}"


def packed_source(source: Source) -> str:
    """Return a source as that field holds it: title, address and date, a line each."""
    return "\n".join((source.title, source.url or "", source.date or ""))


def order_in(page: Page, fields: Fields) -> list[str]:
    """Return the ids of the sections, in the order of these fields, or else of the page."""
    return fields[ORDER].split() if ORDER in fields else [each.id for each in page.sections]


def fields_of(page: Page, language: Language) -> dict[str, str]:
    """Return what stands in each field now; empty where there is no text yet."""
    article = page.articles.get(language)
    fields = {TITLE: article.title if article else ""}
    if language == page.source_language:
        fields[ORDER] = " ".join(each.id for each in page.sections)
    for facts in page.sections:
        section = article.section(facts.id) if article else None
        fields[heading_of(facts.id)] = section.heading if section else ""
        fields[text_of(facts.id)] = section.text if section else ""
    fields[QUESTIONS] = "\n".join(article.questions) if article else ""
    return fields


def typed(page: Page, language: Language, form: Fields, base: Fields) -> dict[str, str]:
    """Return the fields of a form, without needless blank space; one that is missing is as in `base`."""
    names = {TITLE, QUESTIONS}
    if language == page.source_language:
        names.add(ORDER)
    order = form.get(ORDER, base.get(ORDER, "")) if ORDER in names else ""
    known = [each.id for each in page.sections]
    for each in dict.fromkeys((*order.split()[:MOST_SECTIONS], *known)):
        names |= {heading_of(each), text_of(each)}
        if each not in known and form.get(taken_from_of(each)):
            names.add(taken_from_of(each))
    if form.get(TAKEN, "").strip():
        names.add(TAKEN)
    return {name: _tidy(name, form.get(name, base.get(name, ""))) for name in sorted(names)}


def added(page: Page, fields: Fields) -> dict[str, str]:
    """Return the fields with an empty section at the end."""
    order = order_in(page, fields)
    taken = {*order, *(each.id for each in page.sections)}
    new = next(name for n in count(len(order) + 1) if (name := f"section-{n}") not in taken)
    return {**fields, ORDER: " ".join([*order, new]), heading_of(new): "", text_of(new): ""}


def removed(page: Page, fields: Fields, section_id: str) -> dict[str, str]:
    """Return the fields without this section."""
    return {**fields, ORDER: " ".join(each for each in order_in(page, fields) if each != section_id)}


def moved(page: Page, fields: Fields, section_id: str, by: int) -> dict[str, str]:
    """Return the fields with this section so many places later (or earlier: negative)."""
    order = order_in(page, fields)
    if section_id not in order:
        return dict(fields)
    place = max(0, order.index(section_id) + by)
    order.remove(section_id)
    order.insert(place, section_id)
    return {**fields, ORDER: " ".join(order)}


def applied(owner: Owner, language: Language, fields: Fields, today: date) -> Applied:
    """Return the owner with these fields in this language, and which of them could not be taken."""
    page, wrong = owner.page, []
    if language not in page.articles:
        if not any(fields.values()):
            return Applied(owner)
        if not fields.get(TITLE):
            return Applied(owner, (Wrong(TITLE, "wrong-empty"),))
        page = _with_article(page, language, fields[TITLE], today)
    for name, phrase, change in _changes(page, language, fields, today):
        try:
            page = change(page)
        except ContentError:
            wrong.append(Wrong(name, phrase))
    if ORDER in fields and not fields[ORDER].split():
        wrong.append(Wrong(ORDER, "wrong-no-section"))
    return Applied(replaced(owner, page=page), tuple(wrong))


_Change = tuple[str, str, Callable[[Page], Page]]
"""The field that it comes from, the sentence if it cannot be, and the change."""


def _changes(page: Page, language: Language, fields: Fields, today: date) -> Iterator[_Change]:
    title = fields.get(TITLE, "")
    yield TITLE, "wrong-empty", lambda page: pages.with_title(page, language, title, today)
    if fields.get(ORDER, "").split():
        yield from _order(page, language, fields, today)
    article = page.articles[language]
    for each in order_in(page, fields):
        heading, text = fields.get(heading_of(each), ""), fields.get(text_of(each), "")
        if heading or text or article.section(each) is not None:
            yield _section(language, each, heading, text, today)
    questions = fields.get(QUESTIONS, "").splitlines()
    yield QUESTIONS, "wrong-text", lambda page: pages.with_questions(page, language, questions, today)


def _order(page: Page, language: Language, fields: Fields, today: date) -> Iterator[_Change]:
    order, known = fields[ORDER].split(), [each.id for each in page.sections]
    for each in (each for each in known if each not in order):
        yield ORDER, "wrong-section", _without(each, today)
    for place, each in enumerate(order):
        if each not in known:
            yield ORDER, "wrong-section", _new(order, place, fields.get(taken_from_of(each), ""), today)
    if order != known:
        for place, each in enumerate(order):
            yield ORDER, "wrong-section", _at(each, place)


def _section(language: Language, section_id: str, heading: str, text: str, today: date) -> _Change:
    def change(page: Page) -> Page:
        return pages.with_section(page, language, section_id, heading, text, today)

    name = text_of(section_id) if heading else heading_of(section_id)
    return name, "wrong-empty" if not (heading and text) else "wrong-text", change


def _without(section_id: str, today: date) -> Callable[[Page], Page]:
    return lambda page: pages.without_section(page, section_id, today)


def _new(order: list[str], place: int, taken_from: str, today: date) -> Callable[[Page], Page]:
    def change(page: Page) -> Page:
        # A section must rest on some source: where nothing else is known, at first on those of its neighbour.
        neighbours = [each for each in page.sections if each.id in order[:place]][-1:] or page.sections[:1]
        sources = neighbours[0].sources if neighbours else tuple(page.sources)
        if taken_from:
            page, source_id = _with_source(page, taken_from)
            sources = (source_id,)
        facts = made(SectionFacts, id=order[place], sources=sources)
        return pages.with_new_section(page, facts, {}, place, today)

    return change


def _with_source(page: Page, packed: str) -> tuple[Page, str]:
    title, url, day = (*packed.split("\n"), "", "")[:3]
    source = made(Source, title=title, url=url or None, date=day or None)
    known = next((name for name, each in page.sources.items() if each == source), None)
    if known is not None:
        return page, known
    new = next(name for n in count(len(page.sources) + 1) if (name := f"source-{n}") not in page.sources)
    return pages.with_source(page, new, source), new


def _at(section_id: str, place: int) -> Callable[[Page], Page]:
    return lambda page: pages.with_section_at(page, section_id, place)


def _with_article(page: Page, language: Language, title: str, today: date) -> Page:
    source = page.articles.get(page.source_language)
    follows = source.updated if source and language != page.source_language else None
    article = made(Article, language=language, title=title, updated=today, translated_from=follows)
    return replaced(page, articles={**page.articles, language: article})


def _tidy(name: str, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    if name == ORDER:
        return " ".join(dict.fromkeys(text.split()))
    if name == QUESTIONS:
        return "\n".join(each.strip() for each in text.split("\n") if each.strip())
    return text if name.startswith(("text--", TAKEN)) else text.replace("\n", " ")
