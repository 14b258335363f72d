"""What a reviewed page becomes in a topic that is there: part of somebody's draft of its article."""

from __future__ import annotations

from typing import Final

from desk.drafting import texts
from desk.importing.publication import source_of
from desk.importing.review import Review
from knowledge.model import Language, Page

MOST_CHARACTERS: Final = 40_000
"""Of what is taken at once: a form holds 256 kB, and a letter may need six bytes."""


def with_taken(review: Review, page: Page, language: Language, fields: texts.Fields) -> dict[str, str] | None:
    """Return the fields of this article and draft with what was taken; nothing that is in them goes.

    In the original each section becomes a new one at the end, resting on the page it was taken from. A
    translation has the sections of its original, so there it stands beside the fields, and a person puts each
    piece where it belongs. None: it is too much for one article.
    """
    filled = {**fields, texts.TITLE: fields.get(texts.TITLE) or review.title}
    before = filled.get(texts.TAKEN, "")
    if len(before) + sum(len(each.heading) + len(each.text) for each in review.parts) > MOST_CHARACTERS:
        return None
    source = texts.packed_source(source_of(review))
    if language != page.source_language:
        taken = (f"## {each.heading}\n\n{each.text}" for each in review.parts)
        filled[texts.TAKEN] = "\n\n".join(filter(None, (before, " ".join(source.split()), *taken)))
        return filled
    if len(texts.order_in(page, filled)) + len(review.parts) > texts.MOST_SECTIONS:
        return None
    for each in review.parts:
        filled = texts.added(page, filled)
        new = texts.order_in(page, filled)[-1]
        filled |= {texts.heading_of(new): each.heading, texts.text_of(new): each.text}
        filled[texts.taken_from_of(new)] = source
    return filled
