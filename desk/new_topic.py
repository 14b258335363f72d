"""A topic made from one form: valid by the rules of 'hotline check', and approved by nobody yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from knowledge.changes.revalidate import made
from knowledge.check.articles import articles
from knowledge.check.references import references
from knowledge.errors import ContentError
from knowledge.load import Reading
from knowledge.model import (
    LANGUAGES,
    NOT_OURS,
    Article,
    Example,
    Library,
    Page,
    Section,
    SectionFacts,
    Source,
    Topic,
)
from knowledge.problems import Severity

SECTION: Final = "answer"
"""Id of the first section."""
_SOURCE: Final = "source"
_REVIEWED_WITHIN: Final = timedelta(days=90)
_TAKEN: Final = frozenset({"new", NOT_OURS})
"""Ids that stand for something else: an address of the desk, what is not ours."""
_RULES: Final = {
    "markdown": ("text", "topic-new-markdown"),
    "unknown-reference": ("text", "topic-new-contact-in-text"),
    "too-long": ("text", "topic-new-long"),
    "long-id": ("id", "topic-new-id"),
}
"""Rules of 'hotline check': the field that one is about, and the sentence for it."""
_SOURCE_PARTS: Final = {
    "title": "topic-new-missing",
    "url": "topic-new-source-url",
    "date": "topic-new-source-date",
}
_ID: Final = {"id": "topic-new-id"}

Problems = Mapping[str, str]
"""By field, the key of the sentence in desk/phrases that says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody typed."""

    id: str
    category: str
    title: str
    language: str
    text: str
    source_title: str
    source_url: str
    source_date: str
    contacts: tuple[str, ...]


def wanted_from(form: Mapping[str, str], library: Library) -> Wanted:
    """Return what this form holds."""
    plain = {name: " ".join(value.split()) for name, value in form.items()}
    return Wanted(
        id=plain.get("id", ""),
        category=plain.get("category", ""),
        title=plain.get("title", ""),
        language=plain.get("language", ""),
        text="\n".join(form.get("text", "").splitlines()).strip(),
        source_title=plain.get("source-title", ""),
        source_url=plain.get("source-url", ""),
        source_date=plain.get("source-date", ""),
        contacts=tuple(each.id for each in library.contacts if form.get(f"contact-{each.id}")),
    )


def new_topic(wanted: Wanted, examples: Sequence[Example], library: Library, today: date) -> Topic | Problems:
    """Return the topic with its first article in its source language, or what is wrong in the form."""
    if problems := _missing(wanted, library):
        return problems
    if wanted.id in _TAKEN or wanted.id in library.page_by_id:
        return {"id": "topic-new-there"}
    try:
        source = made(
            Source,
            title=wanted.source_title,
            url=wanted.source_url or None,
            date=wanted.source_date or None,
        )
    except ContentError as error:
        wrong = {line.partition(":")[0] for line in str(error).splitlines()}
        return {f"source-{each}": _SOURCE_PARTS[each] for each in wrong}
    try:
        topic = _topic(wanted, source, examples, today)
    except ContentError:  # all but the id was looked at
        return _ID
    return _against_rules(topic, library) or topic


def _missing(wanted: Wanted, library: Library) -> Problems:
    needed = {
        "id": wanted.id,
        "category": wanted.category in [each.id for each in library.categories],
        "title": wanted.title,
        "language": wanted.language in LANGUAGES,
        "text": wanted.text,
        "source-title": wanted.source_title,
        "contacts": wanted.contacts,
    }
    return {field: "topic-new-missing" for field, given in needed.items() if not given}


def _topic(wanted: Wanted, source: Source, examples: Sequence[Example], today: date) -> Topic:
    section = made(Section, id=SECTION, heading=wanted.title, text=wanted.text)
    article = made(Article, language=wanted.language, title=wanted.title, updated=today, sections=(section,))
    page = made(
        Page,
        path=f"topics/{wanted.id}",
        source_language=wanted.language,
        review_by=today + _REVIEWED_WITHIN,
        sources={_SOURCE: source},
        sections=(made(SectionFacts, id=SECTION, sources=(_SOURCE,)),),
        articles={wanted.language: article},
        examples=tuple(examples),
    )
    return made(Topic, id=wanted.id, category=wanted.category, contacts=wanted.contacts, page=page)


def _against_rules(topic: Topic, library: Library) -> Problems:
    alone = Library(categories=(), topics=(topic,), contacts=library.contacts)
    reading = Reading(alone, {}, [])
    found = [
        each
        for each in (*articles(reading), *references(reading))
        if each.severity is Severity.ERROR and each.path.startswith(f"{topic.page.path}/")
    ]
    rules = [each.rule for each in found if not each.message.startswith("category:")]
    return dict(_RULES.get(each, ("text", "topic-new-markdown")) for each in rules)
