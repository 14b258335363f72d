"""What a page says in no language, as fields: its place in the menu, sources, dates, and whom to call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Final

from desk.drafting.wrong import Applied, Owner, Wrong
from knowledge.changes import pages
from knowledge.changes.revalidate import made, replaced
from knowledge.errors import ContentError
from knowledge.model import Library, Page, Publication, SectionFacts, Source, Topic

REVIEW_BY: Final = "review-by"
CATEGORY: Final = "category"
RELATED: Final = "related"
"""The related topics; on the page each has a box, related_of()."""
CONTACTS: Final = "contacts"
"""The topic's own; those of a section stand in contacts_of()."""
SOURCE_PARTS: Final = ("title", "url", "date")
MOST_CONTACTS: Final = 12
TICKED: Final = "✓"
"""What stands in a box that says yes; '' is no."""
_MOST_SOURCES: Final = 30
_SOURCE: Final = re.compile(r"source--(?P<id>[a-z0-9]+(?:-[a-z0-9]+)*)--title")
_BRACKETED: Final = re.compile(r"\[(?P<id>[^\[\]]+)\]$")

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SourceFields:
    """One source, as it stands in the fields."""

    id: str
    title: str
    url: str
    date: str


def source_of(source_id: str, part: str) -> str:
    """Return the name of the field with this part of a source."""
    return f"source--{source_id}--{part}"


def related_of(topic_id: str) -> str:
    """Return the name of the box that says that a topic is related."""
    return f"{RELATED}--{topic_id}"


def today_of(section_id: str) -> str:
    """Return the name of the field with the section that says what holds today."""
    return f"today--{section_id}"


def from_of(section_id: str) -> str:
    """Return the name of the field with a section's first day."""
    return f"from--{section_id}"


def until_of(section_id: str) -> str:
    """Return the name of the field with a section's last day."""
    return f"until--{section_id}"


def rests_of(section_id: str, source_id: str) -> str:
    """Return the name of the box that says that a section rests on a source."""
    return f"rests--{section_id}--{source_id}"


def all_rests_of(section_id: str) -> str:
    """Return what all these boxes of a section are called together."""
    return f"rests--{section_id}"


def contacts_of(section_id: str) -> str:
    """Return the name of the field with a section's contacts."""
    return f"contacts--{section_id}"


def sources_in(fields: Fields) -> list[SourceFields]:
    """Return the sources in these fields, in the order of the fields."""
    ids = [match["id"] for name in fields if (match := _SOURCE.fullmatch(name))]
    return [
        SourceFields(each, *(fields.get(source_of(each, part), "") for part in SOURCE_PARTS)) for each in ids
    ]


def new_source_id(fields: Fields) -> str:
    """Return an id that no source has."""
    taken = {each.id for each in sources_in(fields)}
    return next(name for n in count(len(taken) + 1) if (name := f"source-{n}") not in taken)


def says_today(owner: Owner, section: SectionFacts) -> bool:
    """Return whether a section can say what holds today: it is for reports of what was discussed."""
    return isinstance(owner, Publication) or section.today is not None


def fields_of(owner: Owner) -> dict[str, str]:
    """Return what stands in each field now; a list has one contact a line."""
    page = owner.page
    fields = {REVIEW_BY: page.review_by.isoformat()}
    if isinstance(owner, Topic):
        fields[CATEGORY] = owner.category
        fields[RELATED] = "\n".join(owner.related)
        fields[CONTACTS] = "\n".join(owner.contacts)
    for name, source in page.sources.items():
        texts = (source.title, source.url or "", source.date or "")
        fields |= {source_of(name, part): text for part, text in zip(SOURCE_PARTS, texts, strict=True)}
    for section in page.sections:
        fields[from_of(section.id)] = section.valid_from.isoformat() if section.valid_from else ""
        fields[until_of(section.id)] = section.valid_until.isoformat() if section.valid_until else ""
        fields[contacts_of(section.id)] = "\n".join(section.contacts)
        if says_today(owner, section):
            fields[today_of(section.id)] = section.today or ""
        fields |= {
            rests_of(section.id, each): TICKED if each in section.sources else "" for each in page.sources
        }
    return fields


def typed(owner: Owner, library: Library, form: Fields, base: Fields) -> dict[str, str]:
    """Return the fields of a form; of a contact or section its id, where it is a known one."""
    page = owner.page
    fields = {REVIEW_BY: form.get(REVIEW_BY, base.get(REVIEW_BY, "")).strip()}
    if isinstance(owner, Topic):
        fields[CATEGORY] = form.get(CATEGORY, base.get(CATEGORY, "")).strip()
        fields[RELATED] = _related(library, form, base)
        fields[CONTACTS] = _contacts(CONTACTS, library, form, base)
    sources = list(dict.fromkeys((*page.sources, *(each.id for each in sources_in(form)))))[:_MOST_SOURCES]
    for each in sources:
        names = [source_of(each, part) for part in SOURCE_PARTS]
        texts = {name: " ".join(form.get(name, base.get(name, "")).split("\n")).strip() for name in names}
        if each in page.sources or any(texts.values()):
            fields |= texts
    chosen = form if REVIEW_BY in form else base  # a box without its tick is no field of a form
    for section in page.sections:
        for name in (from_of(section.id), until_of(section.id)):
            fields[name] = form.get(name, base.get(name, "")).strip()
        fields[contacts_of(section.id)] = _contacts(contacts_of(section.id), library, form, base)
        if says_today(owner, section):
            name = today_of(section.id)
            fields[name] = _bracketed(form.get(name, base.get(name, "")))
        for source in sources_in(fields):
            name = rests_of(section.id, source.id)
            fields[name] = TICKED if chosen.get(name) else ""
    return fields


def applied(owner: Owner, fields: Fields) -> Applied:
    """Return the owner with these fields, and which of them could not be taken."""
    wrong: list[Wrong] = []
    page = _with_sources(owner.page, fields, wrong)
    try:
        page = pages.due_by(page, date.fromisoformat(fields[REVIEW_BY]))
    except (ContentError, ValueError):
        wrong.append(Wrong(REVIEW_BY, "wrong-date"))
    for section in page.sections:
        page = _with_section(page, section, fields, wrong)
    for each in [name for name in page.sources if _is_empty(name, fields)]:
        try:
            page = pages.without_source(page, each)
        except ContentError:
            wrong.append(Wrong(source_of(each, "title"), "wrong-source-used"))
    if isinstance(owner, Topic):
        owner = _of_topic(owner, fields, wrong)
    return Applied(replaced(owner, page=page), tuple(wrong))


def _of_topic(topic: Topic, fields: Fields, wrong: list[Wrong]) -> Topic:
    related = tuple(filter(None, fields.get(RELATED, "\n".join(topic.related)).split("\n")))
    contacts = tuple(fields.get(CONTACTS, "\n".join(topic.contacts)).split("\n"))
    parts: tuple[tuple[str, str, object], ...] = (
        (CATEGORY, "problem-unknown-reference", fields.get(CATEGORY, topic.category)),
        (RELATED, "problem-unknown-reference", related),
        (CONTACTS, "wrong-contact", contacts),
    )
    for name, phrase, value in parts:
        try:
            topic = replaced(topic, **{name: value})
        except ContentError:
            wrong.append(Wrong(name, phrase))
    return topic


def _with_sources(page: Page, fields: Fields, wrong: list[Wrong]) -> Page:
    for each in sources_in(fields):
        if _is_empty(each.id, fields):
            continue
        for part, phrase in _wrong_parts(each):
            wrong.append(Wrong(source_of(each.id, part), phrase))
            break
        else:
            source = made(Source, title=each.title, url=each.url or None, date=each.date or None)
            page = pages.with_source(page, each.id, source)
    return page


def _wrong_parts(source: SourceFields) -> Iterator[tuple[str, str]]:
    if not source.title:
        yield "title", "wrong-empty"
    for part, phrase, text in (("url", "wrong-address", source.url), ("date", "wrong-date", source.date)):
        try:
            made(Source, **{"title": "…", "url": None, part: text or None})
        except ContentError:
            yield part, phrase


def _with_section(page: Page, section: SectionFacts, fields: Fields, wrong: list[Wrong]) -> Page:
    days: dict[str, date | None] = {}
    for part, name in (("valid_from", from_of(section.id)), ("valid_until", until_of(section.id))):
        try:
            days[part] = date.fromisoformat(text) if (text := fields.get(name, "")) else None
        except ValueError:
            wrong.append(Wrong(name, "wrong-date"))
    sources = _sources(section, page, fields)
    if not sources:
        wrong.append(Wrong(all_rests_of(section.id), "wrong-no-source"))
        sources = section.sources
    contacts = tuple(filter(None, fields.get(contacts_of(section.id), "").split("\n")))
    today = fields.get(today_of(section.id), section.today) or None
    try:
        return pages.with_facts(
            page, replaced(section, **days, sources=sources, contacts=contacts, today=today)
        )
    except ContentError:
        wrong.append(Wrong(contacts_of(section.id), "wrong-contact"))
        return page


def _sources(section: SectionFacts, page: Page, fields: Fields) -> tuple[str, ...]:
    chosen = [each for each in page.sources if fields.get(rests_of(section.id, each))]
    # In the order that they had: it is the order in which a citizen reads them.
    kept = [each for each in section.sources if each in chosen]
    return (*kept, *(each for each in chosen if each not in kept))


def _is_empty(source_id: str, fields: Fields) -> bool:
    names = [source_of(source_id, part) for part in SOURCE_PARTS]
    return all(name in fields for name in names) and not any(fields[name] for name in names)


def _related(library: Library, form: Fields, base: Fields) -> str:
    before = base.get(RELATED, "")
    if REVIEW_BY not in form:  # a box without its tick is no field of a form
        return before
    # In the order that they had: it is the order in which a citizen reads them.
    names = dict.fromkeys((*before.split("\n"), *library.topic_by_id))
    return "\n".join(each for each in names if form.get(related_of(each)))


def _bracketed(row: str) -> str:
    found = _BRACKETED.search(row.strip())
    return found["id"] if found else " ".join(row.split())


def _contacts(name: str, library: Library, form: Fields, base: Fields) -> str:
    rows = [form[each] for n in range(MOST_CONTACTS + 1) if (each := f"{name}--{n}") in form]
    if not rows:
        return base.get(name, "")
    known = {label: each.id for each in library.contacts for _, label in each.name}
    return "\n".join(dict.fromkeys(_contact(row.strip(), library, known) for row in rows if row.strip()))


def _contact(row: str, library: Library, known: Mapping[str, str]) -> str:
    bracketed = _BRACKETED.search(row)
    candidates: Sequence[str] = (bracketed["id"] if bracketed else "", known.get(row, ""), row)
    return next((each for each in candidates if each in library.contact_by_id), " ".join(row.split()))
