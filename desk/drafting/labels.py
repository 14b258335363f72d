"""What a field is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from desk.drafting import examples, facts, texts
from desk.drafting.parts import EXAMPLES, Part, language_of
from knowledge.model import Language, Page

KINDS: Final = (
    *("title", "heading", "text", "questions", "sections", "review-by", "contacts", "from", "until", "rests"),
    *("category", "related", "today", "messages", "taken", "taken-from"),
    *(f"source-{part}" for part in facts.SOURCE_PARTS),
)
"""Fields that have a sentence."""


@dataclass(frozen=True, slots=True)
class Label:
    """A field's name for a person."""

    phrase: str
    """Key of the sentence in desk/phrases."""
    subject: str = ""
    """Heading of its section, or title of its source; '' where the field stands for itself."""


def label(name: str, fields: Mapping[str, str]) -> Label:
    """Return what the field of this name is called, among these fields."""
    kind, _, rest = name.partition("--")
    subject, _, more = rest.partition("--")
    if kind == "source":
        return Label(f"field-source-{more}", fields.get(facts.source_of(subject, "title"), "") or subject)
    if kind == "rests" and more:
        return Label("field-rests", fields.get(facts.source_of(more, "title"), "") or more)
    return Label(f"field-{kind}", fields.get(texts.heading_of(subject), "") or subject)


def with_headings(page: Page, fields: Mapping[str, str], language: Language) -> Mapping[str, str]:
    """Return the fields with the headings of the page, by which a person knows its sections."""
    headings = {texts.heading_of(each.id): each.heading for each in page.article(language).sections}
    return {**headings, **fields}


def places(page: Page, fields: Mapping[str, str], part: Part) -> list[str]:
    """Return the names of all places where a page with these fields shows problems."""
    if part in EXAMPLES:
        return [examples.messages_of(each) for each in examples.kinds_in(page, EXAMPLES[part], fields)]
    if language_of(part) is not None:
        kinds = (texts.heading_of, texts.text_of)
        own = [kind(each) for each in texts.order_in(page, fields) for kind in kinds]
        return [texts.TITLE, texts.ORDER, *own, texts.QUESTIONS]
    sources = [
        facts.source_of(each.id, part) for each in facts.sources_in(fields) for part in facts.SOURCE_PARTS
    ]
    kinds_of_facts = (facts.from_of, facts.until_of, facts.all_rests_of, facts.contacts_of)
    own = [place(each.id) for each in page.sections for place in kinds_of_facts]
    own += [name for each in page.sections if (name := facts.today_of(each.id)) in fields]
    of_topic = [each for each in (facts.CATEGORY, facts.RELATED, facts.CONTACTS) if each in fields]
    return [facts.REVIEW_BY, *of_topic, *sources, *own]
