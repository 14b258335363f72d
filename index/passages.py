"""From a library to passages: the texts that are embedded, and the digests that tell unchanged ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.centring import FORM, encoded_form
from knowledge.markdown import plain
from knowledge.model import DANGER_NOW, NOT_OURS, Article, Example, Language, Library, Page

Kind = Literal["example", "section", "not-ours", "urgent"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One text that questions are compared with."""

    text: str
    kind: Kind
    language: Language
    topic_id: str | None
    """None only for what is not ours."""
    page_path: str | None = None
    section_id: str | None = None
    also: tuple[str, ...] = ()
    """Further topics that answer it."""
    rule_id: str | None = None
    """The urgent rule that an urgent message is an example of."""

    @property
    def asked(self) -> bool:
        """Whether people write it; otherwise it is a text of ours."""
        return self.kind != "section"

    @property
    def encoded(self) -> str:
        """The text as the encoder gets it."""
        return encoded_form(self.text, lambda: self.language) if self.asked else self.text

    @property
    def digest(self) -> str:
        """What stays the same as long as the vector of this passage does."""
        side = f"question\0{FORM}\0{self.language}" if self.asked else "passage"
        return hashlib.sha256(f"{side}\0{self.text}".encode(errors="replace")).hexdigest()


def passages(library: Library) -> tuple[Passage, ...]:
    """Return all passages in a fixed order: what people write, by topic, then sections.

    What is set aside in an article never appears. A message of urgent.txt belongs to its rule's topic; one
    without a known rule is left out, as is a topic id in `also` that the library lacks.
    """
    return tuple(_asked(library)) + tuple(_sections(library))


def calibration(library: Library) -> tuple[Passage, ...]:
    """Return the calibration messages: as passages with their labels, but never to be compared with.

    Those of a topic that the library lacks are left out.
    """
    known = library.topic_by_id
    return tuple(
        Passage(
            each.text,
            "urgent" if each.kind == DANGER_NOW else "not-ours" if name == NOT_OURS else "example",
            each.language,
            None if name == NOT_OURS else name,
            also=tuple(other for other in each.also if other in known and other != name),
        )
        for name, messages in library.calibration.items()
        if name == NOT_OURS or name in known
        for each in messages
    )


def _asked(library: Library) -> Iterator[Passage]:
    known = library.topic_by_id
    for topic_id, page in library.pages():
        for example in page.examples:
            also = tuple(each for each in example.also if each in known and each != topic_id)
            section = example.kind if any(each.id == example.kind for each in page.sections) else None
            yield Passage(example.text, "example", example.language, topic_id, page.path, section, also)
    for example in library.urgent_examples:
        yield from _urgent(example, library)
    for example in library.not_ours:
        yield Passage(example.text, "not-ours", example.language, None)


def _urgent(example: Example, library: Library) -> Iterator[Passage]:
    rule = library.rule_by_id.get(example.kind or "")
    if rule is None or rule.topic not in library.topic_by_id:
        return
    also = tuple(each for each in example.also if each in library.topic_by_id and each != rule.topic)
    yield Passage(example.text, "urgent", example.language, rule.topic, also=also, rule_id=rule.id)


def _sections(library: Library) -> Iterator[Passage]:
    for topic_id, page in library.pages():
        for article in page.articles.values():
            yield from _of_article(topic_id, page, article)


def _of_article(topic_id: str, page: Page, article: Article) -> Iterator[Passage]:
    for section in article.sections:
        words = " ".join(plain(section.text).split())
        text = f"{article.title}. {section.heading}. {words}"
        yield Passage(text, "section", article.language, topic_id, page.path, section.id)
